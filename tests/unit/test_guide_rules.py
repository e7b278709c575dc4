"""Review dossiers against the obligations of the WTO agreements and good practice, and forms of notifications."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from standards_tree.rules.guide.advice import ADVICE, check_advice
from standards_tree.rules.guide.dossier import (
    Agreement,
    Answer,
    Comment,
    Conformity,
    Dossier,
    Judgement,
    Letter,
    Notification,
    NotificationType,
    Product,
)
from standards_tree.rules.guide.forms import boxes_of, check_form
from standards_tree.rules.guide.obligations import (
    OBLIGATIONS,
    Verdict,
    add_months,
    check_obligations,
    last_day_to_send,
    unraised,
)

TBT, SPS = Agreement.TBT, Agreement.SPS
ASKED = ("R06", "R07", "R09", "R13", "R14", "R15", "R16", "R17", "R18")


def notification(
    agreement: Agreement = TBT, kind: NotificationType = NotificationType.REGULAR, **fields: object
) -> Notification:
    """Return an invented notification with every box filled in."""
    base = Notification(
        agreement=agreement,
        type=kind,
        symbol="G/TBT/N/XXX/1",
        title="Example valves",
        member="Example",
        boxes=dict.fromkeys(boxes_of(agreement, kind), "stated"),
        distributed_on=date(2026, 1, 5),
        comments_until=date(2026, 3, 6),
        adopted_on=date(2026, 6, 1),
        published_on=date(2026, 7, 1),
        in_force_on=date(2027, 1, 1),
        text_address="https://example.org/text",
        objectives=("Protection of human health or safety",) if agreement is TBT else ("food safety",),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


def dossier(note: Notification | None = None, **fields: object) -> Dossier:
    """Return a complete dossier: every obligation answered, every recommendation followed."""
    base = Dossier(
        notification=note or notification(),
        products=(Product("example valve", "848180", "3 000 000", 12),),
        conformity=Conformity.CONFORMS,
        international_standards=("ISO 99999:2020",),
        judgements={identifier: Judgement(Answer.MET, "示例理由") for identifier in ASKED},
        evidence=("example study",),
        comments=(Comment("4.1", "problem", "TBT 2.2", ("R06",), "example study", "text"),),
        requests=("extend the period",),
        consulted=("example association",),
        letter=Letter(
            "G/TBT/N/XXX/1 Example valves", "enquiry point", "own enquiry point", date(2026, 3, 2), "en", "sender",
            "exporter", True,
        ),
    )  # fmt: skip
    return replace(base, **fields)  # type: ignore[arg-type]


def verdicts(one: Dossier) -> Mapping[str, Verdict]:
    """Return the verdict on each obligation."""
    return {result.obligation.id: result.verdict for result in check_obligations(one)}


def test_there_are_the_eighteen_obligations_in_order() -> None:
    """Each has its basis, and both languages."""
    assert [one.id for one in OBLIGATIONS] == [f"R{number:02}" for number in range(1, 19)]
    assert all(one.basis and one.zh and one.en for one in OBLIGATIONS)


def test_a_complete_dossier_is_met_in_everything_and_follows_all_advice() -> None:
    """Nothing is open, nothing is advised; two obligations are asked under the other agreement only."""
    found = verdicts(dossier())
    assert {identifier for identifier, verdict in found.items() if verdict is not Verdict.MET} == {"R11", "R16", "R17"}
    assert list(check_advice(dossier())) == []


def test_silence_meets_nothing() -> None:
    """What is asked of the reviewer is unanswered until somebody answers, with a reason."""
    silent = verdicts(dossier(judgements={}, conformity=None, evidence=()))
    asked_under_tbt = set(ASKED) - {"R16", "R17"} | {"R08", "R12"}
    assert {identifier for identifier, verdict in silent.items() if verdict is Verdict.UNANSWERED} == asked_under_tbt
    hollow = {identifier: Judgement(Answer.MET, " ") for identifier in ASKED}
    assert verdicts(dossier(judgements=hollow))["R07"] is Verdict.UNANSWERED


@pytest.mark.parametrize(
    ("identifier", "fields", "verdict"),
    [
        ("R01", {"boxes": {}}, Verdict.NOT_MET),
        ("R02", {"comments_until": date(2026, 3, 5)}, Verdict.NOT_MET),
        ("R02", {"comments_until": date(2026, 3, 6)}, Verdict.MET),
        ("R02", {"comments_until": None}, Verdict.UNANSWERED),
        ("R03", {"text_address": "", "contact": ""}, Verdict.NOT_MET),
        ("R04", {"adopted_on": date(2026, 1, 5)}, Verdict.NOT_MET),
        ("R04", {"adopted_on": None}, Verdict.UNANSWERED),
        ("R05", {"objectives": ()}, Verdict.NOT_MET),
        ("R05", {"objectives": ("Example objective",)}, Verdict.UNANSWERED),
        ("R10", {"in_force_on": date(2026, 12, 31)}, Verdict.NOT_MET),
        ("R10", {"trade_facilitating": True}, Verdict.NOT_APPLICABLE),
        ("R10", {"published_on": None}, Verdict.UNANSWERED),
        ("R11", {"type": NotificationType.URGENT}, Verdict.NOT_MET),
        ("R11", {"type": NotificationType.URGENT, "urgent_reason": "example outbreak"}, Verdict.MET),
        ("R02", {"type": NotificationType.URGENT, "urgent_reason": "example outbreak"}, Verdict.NOT_APPLICABLE),
        ("R02", {"type": NotificationType.ADDENDUM, "comments_until": date(2026, 2, 1)}, Verdict.NOT_APPLICABLE),
        ("R02", {"agreement": SPS, "trade_facilitating": True, "comments_until": None}, Verdict.NOT_APPLICABLE),
        ("R04", {"type": NotificationType.ADDENDUM, "adopted_on": date(2025, 12, 1)}, Verdict.NOT_APPLICABLE),
        ("R05", {"type": NotificationType.CORRIGENDUM, "objectives": ()}, Verdict.NOT_APPLICABLE),
    ],
)
def test_what_can_be_computed_is_computed(identifier: str, fields: dict[str, object], verdict: Verdict) -> None:
    """Sixty days, six months, dates in their order, fields that are there."""
    assert verdicts(dossier(notification(**fields)))[identifier] is verdict


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"conformity": Conformity.NONE_EXISTS}, Verdict.NOT_APPLICABLE),
        ({"international_standards": ("some text",)}, Verdict.UNANSWERED),
        ({"international_standards": ("GB/T 1.1—2020",)}, Verdict.UNANSWERED),
        ({"international_standards": ("CISPR 32:2015",)}, Verdict.MET),
        ({"conformity": Conformity.DEVIATES}, Verdict.NOT_MET),
        ({"conformity": Conformity.DEVIATES, "deviation": "example climate"}, Verdict.MET),
    ],
)
def test_an_international_standard_is_named_and_a_deviation_justified(
    fields: dict[str, object], verdict: Verdict
) -> None:
    """R08 asks for a designation of an international body, and for the reason where the measure deviates."""
    assert verdicts(dossier(**fields))["R08"] is verdict


def test_who_finds_a_measure_too_restrictive_names_an_alternative() -> None:
    """Without one the answer to R06 does not count."""
    bare = {**dossier().judgements, "R06": Judgement(Answer.NOT_MET, "reason")}
    assert verdicts(dossier(judgements=bare))["R06"] is Verdict.UNANSWERED
    named = {**bare, "R06": Judgement(Answer.NOT_MET, "reason", ("labelling",))}
    assert verdicts(dossier(judgements=named))["R06"] is Verdict.NOT_MET


def test_what_is_not_met_is_raised_by_a_comment() -> None:
    """A review that finds a breach and says nothing of it to the Member is not complete."""
    one = dossier(notification(comments_until=date(2026, 2, 1)))
    assert [result.obligation.id for result in unraised(one, list(check_obligations(one)))] == ["R02"]
    raised = replace(one, comments=(Comment("10", "too short", obligations=("R02",)),))
    assert unraised(raised, list(check_obligations(raised))) == []


def test_regions_and_consistency_are_asked_under_the_sps_agreement_only() -> None:
    """R16 and R17 are of SPS, R09 of TBT."""
    found = verdicts(dossier(notification(SPS)))
    assert (found["R16"], found["R17"], found["R09"]) == (Verdict.MET, Verdict.MET, Verdict.NOT_APPLICABLE)


@pytest.mark.parametrize(("agreement", "count"), [(TBT, 11), (SPS, 13)])
def test_a_box_says_that_its_content_is_not_known_and_is_never_blank(agreement: Agreement, count: int) -> None:
    """“Not stated” is allowed, blank is not; who notifies is always stated."""
    assert len(boxes_of(agreement, NotificationType.REGULAR)) == count
    filled = dict.fromkeys(range(1, count + 1), "not stated") | {1: "Example", 2: "Agency"}
    assert list(check_form(notification(agreement, boxes=filled))) == []
    for blank in range(1, count + 1):
        assert [fault.box for fault in check_form(notification(agreement, boxes={**filled, blank: " "}))] == [blank]
    assert [fault.box for fault in check_form(notification(agreement, boxes={**filled, 1: "未说明"}))] == [1]


@pytest.mark.parametrize(
    ("kind", "symbol", "original", "faults"),
    [
        (NotificationType.ADDENDUM, "G/TBT/N/XXX/1/Add.1", "G/TBT/N/XXX/1", 0),
        (NotificationType.ADDENDUM, "G/TBT/N/XXX/1", "G/TBT/N/XXX/1", 1),
        (NotificationType.CORRIGENDUM, "G/TBT/N/XXX/1/Corr.1", "", 1),
        (NotificationType.REVISION, "G/TBT/N/XXX/1/Rev.1", "G/TBT/N/XXX/1", 0),
        (NotificationType.EQUIVALENCE, "", "", 1),
    ],
)
def test_each_type_has_its_own_form(kind: NotificationType, symbol: str, original: str, faults: int) -> None:
    """What belongs to another notification names it; equivalence is of the SPS agreement."""
    one = notification(TBT, kind, symbol=symbol, original_symbol=original)
    assert len(list(check_form(one))) == faults
    assert list(check_form(notification(SPS, NotificationType.EQUIVALENCE, symbol=""))) == []


def test_the_form_of_an_sps_emergency_measure_asks_for_the_problem_and_no_comment_period() -> None:
    """Box 8 is the nature of the urgent problem, and what follows moves down (annex of G/SPS/7)."""
    boxes = boxes_of(SPS, NotificationType.URGENT)
    assert "urgent problem" in boxes[8][1]
    assert "international standard" in boxes[9][1]
    assert not any("final date" in english for _chinese, english in boxes.values())
    assert len(boxes) == 13


def test_each_recommendation_is_missed_when_nothing_is_there() -> None:
    """Advice is about what is missing, and there is no more than fifteen of it."""
    bare = Dossier(notification=notification())
    assert [one.id for one in check_advice(bare)] == [one.id for one in ADVICE]


def test_the_comment_goes_out_three_working_days_before_the_deadline() -> None:
    """Weekends do not count: a deadline on a Friday means Tuesday, on a Monday the Wednesday before."""
    assert last_day_to_send(notification(comments_until=date(2026, 3, 6))) == date(2026, 3, 3)
    assert last_day_to_send(notification(comments_until=date(2026, 3, 9))) == date(2026, 3, 4)
    assert last_day_to_send(notification(comments_until=None)) is None


def test_a_deadline_at_the_beginning_of_the_calendar_has_a_day_to_send() -> None:
    """There is no day before the first; a mistyped year is no fault of the program."""
    assert last_day_to_send(notification(comments_until=date(1, 1, 2))) == date.min


def test_months_are_counted_by_the_calendar() -> None:
    """Six months from the last of August end on the last of February."""
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2027, 8, 31), 6) == date(2028, 2, 29)
