"""Dates of standards are dates: days of Beijing, exact, or absent."""

from datetime import UTC, date, datetime

import pytest
from google.type.date_pb2 import Date

from services.runtime.civil_dates import BEIJING, date_from, date_to, moment_to
from standards_tree.errors import InvalidArgumentError


@pytest.mark.parametrize("day", [date(2024, 11, 28), date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)])
def test_a_date_comes_back_as_it_went_out(day):
    """No time zone moves a date by a day."""
    assert date_from(date_to(day), "as_of") == day


def test_an_absent_date_is_absent():
    """Unset is neither 1970 nor today."""
    assert (date_from(Date(), "as_of"), date_to(None)) == (None, None)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2024, 0, 0),
        (2024, 11, 0),
        (0, 11, 28),
        (2023, 2, 29),
        (2024, 13, 1),
        (2024, 4, 31),
        (-1, 1, 1),
        (10000, 1, 1),
        (2**31 - 1, 1, 1),
    ],
)
def test_half_a_date_or_a_day_that_never_was_is_refused_by_its_field(year, month, day):
    """A date is never guessed: a year alone is not its first of January."""
    with pytest.raises(InvalidArgumentError, match="not a day of the calendar") as refused:
        date_from(Date(year=year, month=month, day=day), "standard.published_on")
    assert refused.value.violations[0].field == "standard.published_on"


def test_a_moment_keeps_its_instant_whatever_its_zone():
    """Times are aware, and travel as UTC."""
    moment = datetime(2024, 11, 28, 8, 0, tzinfo=BEIJING)
    assert moment_to(moment).ToDatetime(UTC) == datetime(2024, 11, 28, 0, 0, tzinfo=UTC)


def test_an_absent_moment_is_absent():
    """A draft that was never advanced has no time of it."""
    assert moment_to(None) is None
