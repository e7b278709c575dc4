"""What the stages of a standard's making promise."""

import csv
import gzip
from pathlib import Path

import pytest

from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.stages import (
    STAGES,
    Stage,
    Track,
    allowed_moves,
    check_abandonment,
    check_move,
    parse_harmonized_stage,
)


def test_every_stage_has_its_names() -> None:
    """All nine stages can be shown in Chinese and English."""
    assert [stage.value for stage in STAGES] == ["00", "10", "20", "30", "40", "50", "60", "90", "95"]
    assert all(facts.zh.endswith("阶段") and facts.en for facts in STAGES.values())


def test_a_stage_begins_with_the_draft_that_the_one_before_hands_on() -> None:
    """From drafting to publication each draft keeps one name across the border of two stages."""
    chain = [Stage.PREPARATORY, Stage.COMMENT, Stage.REVIEW, Stage.APPROVAL, Stage.PUBLICATION]
    handed_on = [STAGES[stage].hands_on for stage in chain[:-1]]
    begun_with = [STAGES[stage].works_on for stage in chain[1:]]
    assert handed_on == begun_with
    assert [name.zh for name in handed_on if name] == ["征求意见稿", "送审稿", "报批稿", "标准"]


@pytest.mark.parametrize(
    ("track", "way"),
    [
        (Track.NORMAL, "00 10 20 30 40 50 60 90 95"),
        (Track.FAST_ADOPTION, "00 10 30 40 50 60 90 95"),
        (Track.FAST_REVISION, "00 10 40 50 60 90 95"),
    ],
)
def test_the_first_allowed_move_leads_along_the_track(track: Track, way: str) -> None:
    """The fast tracks leave out drafting, and drafting and comments."""
    walked = [Stage.PRELIMINARY]
    while moves := allowed_moves(walked[-1], track):
        walked.append(moves[0])
    assert " ".join(walked) == way


@pytest.mark.parametrize(
    ("current", "target", "track"),
    [
        ("10", "00", Track.NORMAL),
        ("30", "20", Track.NORMAL),
        ("40", "20", Track.NORMAL),
        ("50", "30", Track.NORMAL),
        ("50", "30", Track.FAST_ADOPTION),
        ("50", "40", Track.FAST_REVISION),
    ],
)
def test_a_text_may_be_sent_back(current: str, target: str, track: Track) -> None:
    """A proposal returns to its maker, a text to an earlier stage of its track."""
    assert Stage(target) in allowed_moves(Stage(current), track)


@pytest.mark.parametrize(
    ("current", "target", "track", "allowed"),
    [
        ("00", "20", Track.NORMAL, "10"),
        ("10", "30", Track.NORMAL, "20, 00"),
        ("10", "20", Track.FAST_ADOPTION, "30, 00"),
        ("10", "30", Track.FAST_REVISION, "40, 00"),
        ("20", "10", Track.NORMAL, "30"),
        ("20", "20", Track.NORMAL, "30"),
        ("20", "40", Track.NORMAL, "30"),
        ("30", "50", Track.NORMAL, "40, 20"),
        ("40", "20", Track.FAST_ADOPTION, "50, 30"),
        ("40", "30", Track.FAST_REVISION, "50"),
        ("40", "60", Track.NORMAL, "50, 20, 30"),
        ("60", "50", Track.NORMAL, "90"),
        ("90", "20", Track.NORMAL, "95"),
    ],
)
def test_a_forbidden_move_is_refused_with_the_allowed_ones(
    current: str, target: str, track: Track, allowed: str
) -> None:
    """Who is refused reads what is possible instead."""
    with pytest.raises(PreconditionError) as refused:
        check_move(Stage(current), Stage(target), track)
    assert str(refused.value).endswith(f"allowed are: {allowed}")


def test_nothing_follows_withdrawal() -> None:
    """A withdrawn standard stays withdrawn."""
    with pytest.raises(PreconditionError, match="stage 95 is the last"):
        check_move(Stage.WITHDRAWAL, Stage.PUBLICATION, Track.NORMAL)


@pytest.mark.parametrize("stage", ["00", "10", "20", "30", "40", "50"])
def test_a_draft_can_be_given_up_until_it_is_published(stage: str) -> None:
    """Up to approval a draft is a project that can end."""
    check_abandonment(Stage(stage))


@pytest.mark.parametrize("stage", ["60", "90", "95"])
def test_a_published_standard_cannot_be_given_up(stage: str) -> None:
    """Standards are withdrawn, never discarded."""
    with pytest.raises(PreconditionError, match="withdraw it in stage 95"):
        check_abandonment(Stage(stage))


@pytest.mark.parametrize(
    ("code", "stage", "cancelled", "published"),
    [
        ("00.00", Stage.PRELIMINARY, False, False),
        ("40.60", Stage.REVIEW, False, False),
        ("50.98", Stage.APPROVAL, True, False),
        ("60.60", Stage.PUBLICATION, False, True),
        ("90.93", Stage.PERIODIC_REVIEW, False, True),
        ("95.92", Stage.WITHDRAWAL, False, True),
        ("95.99", Stage.WITHDRAWAL, True, False),
    ],
)
def test_a_harmonized_code_gives_its_stage(code: str, stage: Stage, *, cancelled: bool, published: bool) -> None:
    """The codes of ISO tell the stage, whether the project lives and whether the standard is out."""
    read = parse_harmonized_stage(code)
    assert (str(read), read.stage, read.is_cancelled, read.is_published) == (code, stage, cancelled, published)


@pytest.mark.parametrize("code", ["", "40", "40.61", "29.00", "60.98", "４０.60", "40.60.1", "draft"])
def test_another_code_is_refused(code: str) -> None:
    """A code that ISO does not have is not guessed at."""
    with pytest.raises(InvalidArgumentError, match="no harmonized stage code"):
        parse_harmonized_stage(code)


def test_every_stage_of_the_iso_catalogue_is_read(shared_data: Path) -> None:
    """All codes that 30,663 real entries carry are known."""
    with gzip.open(shared_data / "catalogues" / "iso" / "catalogue.csv.gz", "rt", encoding="utf-8") as catalogue:
        codes = {f"{row['stage']}.{row['substage']}" for row in csv.DictReader(catalogue) if row["stage"]}
    assert {str(parse_harmonized_stage(code)) for code in codes} == codes
