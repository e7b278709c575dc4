"""Rules of the life of a standard after its publication."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.chains import contradictions, distances
from standards_tree.designations import parse_designation
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.life import (
    Review,
    ReviewConclusion,
    SuspectCause,
    amendment_title,
    check_amendment,
    check_end,
    check_review,
    check_successor,
    doubtful_kinds,
    months_after,
    review_due_on,
)
from standards_tree.standards import RelationKind, StandardStatus, Validity

ISSUED, EFFECTIVE, REVIEWED = date(2018, 1, 15), date(2018, 8, 1), date(2023, 6, 30)
TODAY = date(2026, 11, 23)
IN_FORCE = Validity(StandardStatus.IN_FORCE, ISSUED, EFFECTIVE)
STANDARD = parse_designation("GB/T 999001-2018")


def review(on: date = REVIEWED, conclusion: ReviewConclusion = ReviewConclusion.CONFIRMED, **fields: object) -> Review:
    """Return a review."""
    return Review(conclusion, on, "仍适用", **fields)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2018, 1, 15), date(2023, 1, 15)),
        (date(2020, 2, 29), date(2025, 2, 28)),
        (date(2019, 2, 28), date(2024, 2, 28)),
        (date(2023, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_review_is_due_five_years_later_to_the_day(last: date, due: date) -> None:
    """Where that month has no such day, on its last day (Civil Code, art. 202)."""
    assert review_due_on(last) == due


def test_a_review_is_due_in_a_year_that_has_the_leap_day() -> None:
    """Counted in months, 29 February comes again after four years."""
    assert months_after(date(2020, 2, 29), 48) == date(2024, 2, 29)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)), st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_last_of_its_month(start: date, months: int) -> None:
    """Never a day of the month after, and in the right month."""
    later = months_after(start, months)
    assert (later.year - start.year) * 12 + later.month - start.month == months
    assert later.day == min(start.day, calendar.monthrange(later.year, later.month)[1])


def test_months_after_the_last_year_there_is_end_with_it() -> None:
    """No date of a caller makes the calendar run out."""
    assert months_after(date(9999, 12, 1), 120) == date.max


def test_a_review_of_what_is_in_force_is_accepted() -> None:
    """On the day of the last review too: both are recorded, in their order."""
    assert check_review(STANDARD, IN_FORCE, REVIEWED, review()) is None


@pytest.mark.parametrize(
    ("validity", "reviewed_on"),
    [
        (Validity(StandardStatus.SUPERSEDED, ISSUED, EFFECTIVE, TODAY), REVIEWED),
        (Validity(StandardStatus.ABOLISHED, ISSUED, EFFECTIVE), REVIEWED),
        (IN_FORCE, EFFECTIVE - timedelta(days=1)),
    ],
)
def test_only_what_is_in_force_is_reviewed(validity: Validity, reviewed_on: date) -> None:
    """Neither what has ended nor what is not in force on the day of the review."""
    with pytest.raises(PreconditionError):
        check_review(STANDARD, validity, None, review(reviewed_on))


def test_an_amendment_is_reviewed_with_what_it_amends() -> None:
    """It has no five years of its own."""
    with pytest.raises(PreconditionError):
        check_review(parse_designation("GB 4943.1-2011/XG1-2015"), IN_FORCE, None, review())


@pytest.mark.parametrize(
    ("validity", "last_on"),
    [(IN_FORCE, REVIEWED + timedelta(days=1)), (Validity(StandardStatus.IN_FORCE, REVIEWED + timedelta(days=1)), None)],
)
def test_reviews_follow_one_another(validity: Validity, last_on: date | None) -> None:
    """None before the issue, none before the last one."""
    with pytest.raises(InvalidArgumentError) as refusal:
        check_review(STANDARD, validity, last_on, review())
    assert [violation.field for violation in refusal.value.violations] == ["reviewed_on"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (review(TODAY + timedelta(days=1)), "reviewed_on"),
        (review(draft="abc"), "draft"),
        (review(conclusion=ReviewConclusion.ABOLISHED, draft="abc"), "draft"),
        (review(ended_on=TODAY), "ended_on"),
    ],
)
def test_a_review_says_what_goes_with_its_conclusion(asked: Review, field: str) -> None:
    """A draft only where there is to be a revision, an end only where there is one, and nothing of tomorrow."""
    with pytest.raises(InvalidArgumentError) as refusal:
        asked.require_sound(TODAY)
    assert [violation.field for violation in refusal.value.violations] == [field]


def test_a_standard_ends_after_it_began() -> None:
    """On the same day at the earliest."""
    check_end("GB/T 999001—2018", IN_FORCE, EFFECTIVE)
    with pytest.raises(InvalidArgumentError):
        check_end("GB/T 999001—2018", IN_FORCE, EFFECTIVE - timedelta(days=1))


def test_a_successor_is_younger() -> None:
    """Where both dates are known."""
    older = Validity(StandardStatus.IN_FORCE, None, EFFECTIVE - timedelta(days=1))
    check_successor("GB/T 999001—2018", IN_FORCE, "GB/T 999002—2018", Validity(StandardStatus.UPCOMING))
    with pytest.raises(PreconditionError):
        check_successor("GB/T 999001—2018", IN_FORCE, "GB/T 999002—2018", older)


@pytest.mark.parametrize(
    ("amendment", "amended", "number"),
    [
        ("GB 4943.1-2011/XG1-2015", "GB 4943.1-2011", "1"),
        ("ISO 9001:2015/Amd 1:2024", "ISO 9001:2015", "1"),
        ("ISO 9001:2015/Amd 1:2024/Cor 2:2025", "ISO 9001:2015/Amd 1:2024", "2"),
        ("EN 71-1:2014/A11:2020", "EN 71-1:2014", "11"),
        ("GB/T 19001-2016/XG1-2020", "GB/T 19001-2016/ISO 9001:2015", "1"),
    ],
)
def test_an_amendment_carries_the_number_of_what_it_amends(amendment: str, amended: str, number: str) -> None:
    """Its own number is the last supplement."""
    assert check_amendment(parse_designation(amendment), parse_designation(amended)).number == number


@pytest.mark.parametrize(
    ("amendment", "amended"),
    [
        ("GB 4943.2-2011/XG1-2015", "GB 4943.1-2011"),
        ("GB 4943.1-2022/XG1-2023", "GB 4943.1-2011"),
        ("GB 4943.1-2011", "GB 4943.1-2011"),
        ("GB 4943.1-2022", "GB 4943.1-2011"),
        ("EN 71-1:2014+A1:2018", "EN 71-1:2014"),
        ("ISO 9001:2015/Amd 1:2024/Cor 2:2025", "ISO 9001:2015"),
    ],
)
def test_what_is_no_amendment_of_a_standard_is_refused(amendment: str, amended: str) -> None:
    """The refusal shows how one is written."""
    with pytest.raises(InvalidArgumentError, match="one is written"):
        check_amendment(parse_designation(amendment), parse_designation(amended))


def test_an_amendment_is_called_after_its_standard() -> None:
    """As the national platform lists it; a language the standard has no title in stays empty."""
    extra = check_amendment(parse_designation("GB 4943.1-2011/XG1-2015"), parse_designation("GB 4943.1-2011"))
    assert amendment_title("示例设备", "Example", extra) == ("示例设备《第1号修改单》", "Example — Amendment 1")
    assert amendment_title("示例设备", "", extra) == ("示例设备《第1号修改单》", "")


def test_a_successor_is_never_in_doubt_because_of_what_it_superseded() -> None:
    """Nor an amendment because there is another; because its standard has ended it is."""
    assert all(RelationKind.SUPERSEDES not in doubtful_kinds(cause) for cause in SuspectCause)
    assert RelationKind.AMENDS not in doubtful_kinds(SuspectCause.AMENDED)
    assert RelationKind.AMENDS in doubtful_kinds(SuspectCause.ABOLISHED)


def test_places_in_a_chain_are_counted_both_ways() -> None:
    """Divided and merged standards have several neighbours at one distance."""
    edges = [("a", "c"), ("b", "c"), ("c", "d"), ("c", "e"), ("e", "f"), ("b", "x")]
    assert distances("c", edges) == {"c": 0, "a": -1, "b": -1, "d": 1, "e": 1, "f": 2}


def test_a_cycle_in_a_chain_has_an_end() -> None:
    """What lies on both sides is placed where the way is shorter."""
    edges = {("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("d", "e"), ("e", "e")}
    assert distances("a", edges) == {"a": 0, "b": 1, "c": 2, "d": -1, "e": 4}
    assert contradictions(edges) == edges - {("d", "e")}


def test_a_standard_whose_entry_into_force_is_not_known_begins_with_its_issue() -> None:
    """No list as of an earlier day has it in force; records of ISO and IEC have no other date."""
    validity = Validity(StandardStatus.IN_FORCE, ISSUED)
    assert validity.status_on(ISSUED - timedelta(days=1)) is StandardStatus.UPCOMING
    assert validity.status_on(ISSUED) is StandardStatus.IN_FORCE
