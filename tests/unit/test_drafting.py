"""What a draft needs on its way: plan numbers, required inputs, sub-stages, time limits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.designations import parse_designation
from standards_tree.drafting import (
    REQUIREMENTS,
    STAGE_LIMITS,
    CommentPeriod,
    DocumentRole,
    Dossier,
    agreed_obligation,
    check_step,
    check_sub_stage,
    minimum_comment_days,
    missing_inputs,
    next_sub_stages,
    parse_plan_number,
    require_inputs,
    sound_plan,
    still_waived,
)
from standards_tree.errors import InvalidArgumentError, MissingInputsError, PreconditionError
from standards_tree.stages import Stage, Track, allowed_moves, parse_harmonized_stage, stages_of
from standards_tree.standards import Level, Obligation

TODAY = date(2099, 6, 1)
OVER = CommentPeriod(date(2099, 1, 1), date(2099, 3, 2))
COMPLETE = Dossier(
    on=TODAY,
    level=Level.NATIONAL,
    obligation=Obligation.RECOMMENDED,
    committee="SAC/TC 999",
    plan_number="20990001-T-469",
    texts=frozenset({Stage.COMMENT, Stage.REVIEW, Stage.APPROVAL}),
    roles=frozenset({DocumentRole.TEXT, DocumentRole.COMPILATION_STATEMENT}),
    comment_period=OVER,
    reviewed=True,
    designation="GB/T 999999—2099",
    issued_on=date(2099, 5, 1),
    effective_on=date(2099, 12, 1),
)


def names(stage: Stage, dossier: Dossier) -> list[str]:
    """Return what is missing, by name."""
    return [requirement.name for requirement in missing_inputs(stage, dossier)]


@pytest.mark.parametrize(
    "text", ["20221858-T-469", "２０２２１８５８－Ｔ－４６９", "20221858—t—469", " 20221858 -T- 469 ", "20221858‑T‑469"]
)
def test_a_plan_number_is_read_in_any_spelling(text: str) -> None:
    """Full-width forms, dashes of every kind, small letters and blanks mean the same number."""
    plan = parse_plan_number(text)
    assert (plan.year, plan.serial, plan.nature, plan.department) == (2022, "1858", "T", "469")
    assert (str(plan), plan.obligation) == ("20221858-T-469", Obligation.RECOMMENDED)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1858", "is no plan number: year, four digits"),
        ("20221858T469", "is no plan number"),
        ("20221858-T-4690", "is no plan number"),
        ("30221858-T-469", "begins with 3022, which is no year"),
        ("20221858-X-469", "has the nature X; there are T"),
        ("", "is no plan number"),
        ("٢٠٢٢1858-T-469", "is no plan number"),
    ],
)
def test_another_text_is_no_plan_number(text: str, said: str) -> None:
    """The refusal says what is wrong with it and names the field."""
    with pytest.raises(InvalidArgumentError, match=said) as refused:
        parse_plan_number(text)
    assert [violation.field for violation in refused.value.violations] == ["plan_number"]


@given(st.integers(1900, 2099), st.integers(0, 9999), st.sampled_from("TQZ"), st.integers(0, 999))
def test_a_plan_number_is_written_as_it_is_read(year: int, serial: int, nature: str, department: int) -> None:
    """Reading what was written gives the same number."""
    text = f"{year}{serial:04}-{nature}-{department:03}"
    assert str(parse_plan_number(text)) == text


def test_plan_obligation_and_number_speak_with_one_voice() -> None:
    """What none of them says is unknown; what one says holds."""
    plan, number = parse_plan_number("20990001-Q-469"), parse_designation("GB 999999-2099")
    assert agreed_obligation(None, None, None) is None
    assert agreed_obligation(None, plan, None) is Obligation.MANDATORY
    assert agreed_obligation(None, None, number) is Obligation.MANDATORY
    assert agreed_obligation(Obligation.MANDATORY, plan, number) is Obligation.MANDATORY


@pytest.mark.parametrize(
    ("plan", "stated", "designation", "field"),
    [
        ("20990001-Q-469", None, "GB/T 999999-2099", "plan_number"),
        ("20990001-T-469", Obligation.MANDATORY, "", "plan_number"),
        ("", Obligation.GUIDANCE, "GB/T 999999-2099", "obligation"),
    ],
)
def test_facts_that_contradict_one_another_are_refused(
    plan: str, stated: Obligation | None, designation: str, field: str
) -> None:
    """A mandatory plan does not make a recommended standard; the refusal names the field."""
    with pytest.raises(InvalidArgumentError) as refused:
        sound_plan(plan, Level.NATIONAL, stated, designation)
    assert [violation.field for violation in refused.value.violations] == [field]


def test_a_national_plan_number_is_for_a_national_standard() -> None:
    """A group standard has none of this form."""
    with pytest.raises(InvalidArgumentError, match="national plan"):
        sound_plan("20990001-T-469", Level.GROUP, None, "")


@pytest.mark.parametrize("track", Track)
def test_a_complete_dossier_lacks_nothing(track: Track) -> None:
    """With everything a draft may enter any stage of its track."""
    assert [names(stage, replace(COMPLETE, track=track)) for stage in stages_of(track)] == [[]] * len(stages_of(track))


@pytest.mark.parametrize(
    ("stage", "without", "missing"),
    [
        (Stage.PROPOSAL, {"committee": ""}, "committee"),
        (Stage.PREPARATORY, {"plan_number": ""}, "plan_number"),
        (Stage.COMMENT, {"texts": frozenset()}, "draft_for_comment"),
        (Stage.COMMENT, {"roles": frozenset()}, "compilation_statement"),
        (Stage.COMMENT, {"comment_period": None}, "comment_period"),
        (Stage.COMMENT, {"comment_period": CommentPeriod(date(2099, 1, 1), date(2099, 3, 1))}, "comment_period"),
        (Stage.REVIEW, {"texts": frozenset({Stage.COMMENT})}, "draft_for_review"),
        (Stage.REVIEW, {"on": OVER.ends_on}, "comment_period_over"),
        (Stage.REVIEW, {"unhandled_comments": 1}, "comments_handled"),
        (Stage.APPROVAL, {"texts": frozenset({Stage.COMMENT, Stage.REVIEW})}, "draft_for_approval"),
        (Stage.APPROVAL, {"reviewed": False}, "review_passed"),
        (Stage.PUBLICATION, {"designation": ""}, "designation"),
        (Stage.PUBLICATION, {"issued_on": None}, "issued_on"),
        (Stage.PUBLICATION, {"effective_on": None}, "effective_on"),
        (Stage.PUBLICATION, {"effective_on": date(2099, 4, 30)}, "effective_on"),
    ],
)
def test_what_is_missing_is_named(stage: Stage, without: dict[str, object], missing: str) -> None:
    """One input at a time; the stages before it do not ask for it."""
    dossier = replace(COMPLETE, **without)  # type: ignore[arg-type]  # each case names a field and its value
    before = [each for each in Stage if each < stage]
    assert names(stage, dossier) == [missing]
    assert [names(each, dossier) for each in before] == [[]] * len(before)


def test_everything_that_is_missing_is_named_at_once() -> None:
    """Who is refused reads in both languages all that is needed, once."""
    bare = Dossier(on=TODAY, level=Level.NATIONAL)
    with pytest.raises(MissingInputsError) as refused:
        require_inputs("drafts/1", Stage.REVIEW, bare)
    assert [violation.field for violation in refused.value.violations] == [
        *("committee", "plan_number", "draft_for_comment", "compilation_statement", "comment_period"),
        *("draft_for_review", "comment_period_over"),
    ]
    assert "drafts/1 cannot enter stage 40 (Review stage) yet; it needs the committee" in str(refused.value)
    assert all(violation.parameters["needed"].zh for violation in refused.value.violations)


def test_every_requirement_says_what_is_needed_and_who_asks_for_it() -> None:
    """In Chinese and in English; a name means one thing."""
    assert all(each.needed.zh and each.needed.en and each.source.zh and each.source.en for each in REQUIREMENTS)
    words: dict[str, set[str]] = {}
    for each in REQUIREMENTS:
        words.setdefault(each.name, set()).add(each.needed.en)
    assert all(len(needed) == 1 for needed in words.values())


@pytest.mark.parametrize(
    ("level", "obligation", "urgent", "days"),
    [
        (Level.NATIONAL, Obligation.RECOMMENDED, False, 60),
        (Level.NATIONAL, Obligation.MANDATORY, False, 60),
        (Level.NATIONAL, None, False, 60),
        (Level.NATIONAL, Obligation.MANDATORY, True, 7),
        (Level.NATIONAL, Obligation.RECOMMENDED, True, 1),
        (Level.GROUP, None, False, 1),
    ],
)
def test_the_public_has_time_to_comment(
    level: Level, obligation: Obligation | None, *, urgent: bool, days: int
) -> None:
    """60 days for a national standard; 7 at the least for an urgent mandatory one."""
    assert minimum_comment_days(level, obligation, urgent=urgent) == days


def test_an_urgent_period_needs_its_reason() -> None:
    """Seven days are enough for a mandatory standard that says why, six are not."""
    week = CommentPeriod(date(2099, 1, 1), date(2099, 1, 8))
    mandatory = replace(COMPLETE, obligation=Obligation.MANDATORY)
    assert names(Stage.COMMENT, replace(mandatory, comment_period=week)) == ["comment_period"]
    assert names(Stage.COMMENT, replace(mandatory, comment_period=replace(week, urgent_because="疫情"))) == []
    shorter = replace(week, ends_on=date(2099, 1, 7), urgent_because="疫情")
    assert names(Stage.COMMENT, replace(mandatory, comment_period=shorter)) == ["comment_period"]


def test_a_period_ends_after_it_begins() -> None:
    """The refusal names the field."""
    with pytest.raises(InvalidArgumentError, match="not after its start"):
        CommentPeriod(TODAY, TODAY).require_sound()


def test_a_fast_revision_is_not_asked_for_what_it_leaves_out() -> None:
    """It has no comment period; its text, its statement and its review it has all the same."""
    fast = Dossier(on=TODAY, level=Level.NATIONAL, track=Track.FAST_REVISION, committee="SAC/TC 999")
    assert names(Stage.REVIEW, fast) == ["plan_number", "draft_for_review", "compilation_statement"]


def test_what_was_lacking_at_a_take_over_is_not_asked_for_again() -> None:
    """Unless the draft goes through those stages again."""
    bare = replace(COMPLETE, texts=frozenset({Stage.REVIEW}), comment_period=None, plan_number="")
    lacking = frozenset(names(Stage.REVIEW, bare))
    assert lacking == {"plan_number", "draft_for_comment", "comment_period", "comment_period_over"}
    assert names(Stage.REVIEW, replace(bare, taken_over_without=lacking)) == []
    assert set(still_waived(Stage.COMMENT, sorted(lacking))) == {"plan_number"}
    assert still_waived(Stage.PREPARATORY, sorted(lacking)) == ()


dossiers = st.builds(
    Dossier,
    on=st.dates(date(2099, 1, 1), date(2099, 12, 31)),
    level=st.sampled_from([Level.NATIONAL, Level.GROUP]),
    obligation=st.sampled_from([None, *Obligation]),
    committee=st.sampled_from(["", "SAC/TC 999"]),
    plan_number=st.sampled_from(["", "20990001-T-469"]),
    texts=st.frozensets(st.sampled_from(list(Stage))),
    roles=st.frozensets(st.sampled_from(list(DocumentRole))),
    comment_period=st.none()
    | st.builds(
        lambda start, days, because: CommentPeriod(start, start + timedelta(days=days), because),
        st.dates(date(2099, 1, 1), date(2099, 6, 1)),
        st.integers(1, 90),
        st.sampled_from(["", "疫情"]),
    ),
    unhandled_comments=st.integers(0, 2),
    reviewed=st.booleans(),
    designation=st.sampled_from(["", "GB/T 999999—2099"]),
    issued_on=st.none() | st.just(date(2099, 5, 1)),
    effective_on=st.none() | st.sampled_from([date(2099, 4, 1), date(2099, 12, 1)]),
)


LACKS = (
    {"committee": ""},
    {"plan_number": ""},
    {"texts": frozenset({Stage.COMMENT, Stage.REVIEW})},
    {"texts": frozenset({Stage.REVIEW, Stage.APPROVAL})},
    {"roles": frozenset()},
    {"comment_period": None},
    {"comment_period": CommentPeriod(TODAY, TODAY + timedelta(days=60))},
    {"unhandled_comments": 1},
    {"reviewed": False},
    {"designation": ""},
    {"issued_on": None},
    {"effective_on": None},
    {"level": Level.GROUP, "plan_number": ""},
)
# Mostly whole, so that ways do lead to publication: a draft that lacks everything never gets anywhere.
nearly_complete = st.lists(st.sampled_from(LACKS), max_size=1).map(
    lambda lacks: replace(COMPLETE, **{name: value for lack in lacks for name, value in lack.items()})
)


attempts = st.lists(
    st.tuples(nearly_complete | nearly_complete | dossiers, st.sampled_from([0, 0, 0, 1, 2])), min_size=12
)


@given(st.sampled_from(list(Track)), attempts)
def test_no_way_leads_to_publication_without_the_inputs(track: Track, tried: list[tuple[Dossier, int]]) -> None:
    """Whatever is tried in whatever order, what is published has all that its track asks for."""
    stage = Stage.PRELIMINARY
    for dossier, choice in tried:
        at_hand = replace(dossier, track=track)
        moves = allowed_moves(stage, track)
        target = moves[choice % len(moves)]
        if missing_inputs(target, at_hand):
            continue
        stage = target
        if stage is Stage.PUBLICATION:
            assert at_hand.committee
            assert at_hand.plan_number or at_hand.level is not Level.NATIONAL
            assert {Stage.REVIEW, Stage.APPROVAL} <= at_hand.texts
            assert DocumentRole.COMPILATION_STATEMENT in at_hand.roles
            assert at_hand.reviewed
            assert not at_hand.unhandled_comments
            assert at_hand.designation
            assert at_hand.issued_on is not None
            assert at_hand.effective_on is not None
            assert at_hand.effective_on >= at_hand.issued_on
            if Stage.COMMENT in stages_of(track):
                assert Stage.COMMENT in at_hand.texts
                assert at_hand.comment_period is not None
                assert at_hand.comment_period.ends_on < at_hand.on
            return


@given(st.sampled_from(list(Track)), st.sampled_from(list(Stage)), dossiers)
def test_a_later_stage_asks_for_no_less(track: Track, stage: Stage, dossier: Dossier) -> None:
    """What one stage lacks, no later stage lets pass."""
    at_hand = replace(dossier, track=track)
    later = [each for each in stages_of(track) if each >= stage]
    assert all(set(names(stage, at_hand)) <= set(names(each, at_hand)) for each in later)


@pytest.mark.parametrize(
    ("code", "following"),
    [
        ("20.00", ("20",)),
        ("20.20", ("60",)),
        ("20.60", ("99",)),
        ("30.60", ("92", "99")),
        ("40.60", ("92", "93", "99")),
        ("40.93", ("20",)),
        ("40.92", ()),
        ("40.99", ()),
        ("40.98", ()),
        ("60.00", ()),
    ],
)
def test_sub_stages_follow_one_another_as_iso_has_them(code: str, following: tuple[str, ...]) -> None:
    """n.00, n.20, n.60, then back, again or on."""
    assert next_sub_stages(parse_harmonized_stage(code)) == following


def test_another_sub_stage_is_refused_with_those_that_follow() -> None:
    """Nothing is ended that did not begin."""
    with pytest.raises(PreconditionError, match=r"40\.00 cannot be followed by 40\.60; .* follow: 40\.20"):
        check_sub_stage(parse_harmonized_stage("40.00"), parse_harmonized_stage("40.60"))


@pytest.mark.parametrize(
    ("code", "target"), [("40.00", "50"), ("40.60", "20"), ("40.99", "50"), ("40.92", "30"), ("10.60", "00")]
)
def test_who_thinks_in_stages_moves_from_any_sub_stage(code: str, target: str) -> None:
    """The move itself closes the stage."""
    check_step(parse_harmonized_stage(code), Stage(target), Track.NORMAL)


@pytest.mark.parametrize(
    ("code", "target", "said"),
    [
        ("40.92", "50", "goes back to an earlier stage"),
        ("40.99", "30", "goes on to 50"),
        ("40.20", "60", "allowed are: 50, 20, 30"),
    ],
)
def test_a_sub_stage_that_decided_is_kept_to(code: str, target: str, said: str) -> None:
    """What was decided to go back does not go on, and the other way round."""
    with pytest.raises(PreconditionError, match=said):
        check_step(parse_harmonized_stage(code), Stage(target), Track.NORMAL)


def test_only_limits_that_were_read_are_in_use_as_shipped() -> None:
    """The others are reported with their source, and are no law."""
    in_use = {stage: limit.months for stage, limit in STAGE_LIMITS.items() if limit.established}
    assert in_use == {Stage.PROPOSAL: (3,), Stage.PREPARATORY: (10,)}
    assert STAGE_LIMITS[Stage.COMMENT].months == (2, 5)
    assert all(limit.source.zh and limit.source.en for limit in STAGE_LIMITS.values())
