"""The dates of notifications become days or stated unknowns, and never a wrong day."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.measures.dates import EARLIEST, LATEST, DateKind, Event, Period, read_date

_DAYS = st.dates(EARLIEST, LATEST)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020年6月1日", date(2020, 6, 1)),
        ("２０２０年６月１日", date(2020, 6, 1)),
        ("2020 年 6 月 1 日", date(2020, 6, 1)),
        ("二〇二〇年六月一日", date(2020, 6, 1)),
        ("二○二○年六月一日", date(2020, 6, 1)),
        ("二零二五年十二月三十一日", date(2025, 12, 31)),
        ("自2026年1月1日起实施", date(2026, 1, 1)),
        ("2013/7/29", date(2013, 7, 29)),
        ("2020.6.1", date(2020, 6, 1)),
        ("2025-05-20", date(2025, 5, 20)),
        ("2025-06-11T00:00:00", date(2025, 6, 11)),
        ("2025-06-11 00:00:00", date(2025, 6, 11)),
        ("20180709", date(2018, 7, 9)),
        ("201879", date(2018, 7, 9)),
        ("2018709", date(2018, 7, 9)),
        ("20 May 2025", date(2025, 5, 20)),
        ("20-May-2025", date(2025, 5, 20)),
        ("May 20, 2025", date(2025, 5, 20)),
        ("3 Sept. 2025", date(2025, 9, 3)),
        ("1er juin 2025", date(2025, 6, 1)),
        ("20 de mayo de 2025", date(2025, 5, 20)),
        ("as of 3 June 2025", date(2025, 6, 3)),
        ("the 3rd of June 2025", date(2025, 6, 3)),
        ("Tuesday, 3 June 2025", date(2025, 6, 3)),
        ("le 1er juin 2025", date(2025, 6, 1)),
        ("el 1° de junio del 2025", date(2025, 6, 1)),
        ("25/06/2025", date(2025, 6, 25)),
        ("06/25/2025", date(2025, 6, 25)),
    ],
)
def test_a_printed_day_is_read(text: str, day: date) -> None:
    """Chinese, English, French, Spanish and numeric forms name the same days."""
    reading = read_date(text)
    assert (reading.day, reading.kind, reading.stated) == (day, DateKind.EXACT, text)


@pytest.mark.parametrize(
    "text",
    ["11/06/2025", "2018111", "201811", "201812", "201801", "2023", "2025年6月", "2004年月17", "2025-02-30",
     "31 February 2025", "0001-01-01", "2150-01-01", "60 days", "Before 3 May 2020", "10 working days after notification",
     "60 days after adoption and publication", "WTO秘书处分发后6", "Monday, 3 June 2025", "2027年第一季度", "mid-2027",
     "shortly", "x" * 5_000],
)  # fmt: skip
def test_what_has_not_one_reading_stays_unread_and_says_why(text: str) -> None:
    """Two readings, no day, a day that is none: each is kept as printed with a reason."""
    reading = read_date(text)
    assert (reading.day, reading.kind) == (None, DateKind.UNREADABLE)
    assert reading.stated == text
    assert reading.note


@pytest.mark.parametrize(
    "text",
    [
        "待定",
        "尚未规定最后期限",
        "不适用",
        "not stated",
        "N/A",
        "To be determined.",
        "A determinar",
        "À déterminer",
        "-",
    ],
)
def test_a_stated_unknown_is_no_fault(text: str) -> None:
    """The source says there is no day yet; nobody has to be asked to correct it."""
    reading = read_date(text)
    assert (reading.day, reading.kind, reading.note) == (None, DateKind.UNKNOWN, "")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("通报后60天", Period(Event.DISTRIBUTION, days=60)),
        ("自通报之日起60天", Period(Event.DISTRIBUTION, days=60)),
        ("WTO秘书处分发后90天", Period(Event.DISTRIBUTION, days=90)),
        ("自通报之日起6个月", Period(Event.DISTRIBUTION, months=6)),
        ("60 days from circulation", Period(Event.DISTRIBUTION, days=60)),
        ("60 days from notification", Period(Event.DISTRIBUTION, days=60)),
        ("Sixty (60) days from the date of circulation of the notification", Period(Event.DISTRIBUTION, days=60)),
        ("批准后6个月", Period(Event.ADOPTION, months=6)),
        ("发布后12个月实施", Period(Event.PUBLICATION, months=12)),
        ("自发布之日起6个月后实施", Period(Event.PUBLICATION, months=6)),
        ("批准后两个月", Period(Event.ADOPTION, months=2)),
        ("标准批准后24个月", Period(Event.ADOPTION, months=24)),
        ("six months after adoption", Period(Event.ADOPTION, months=6)),
        ("60 days after gazette", Period(Event.PUBLICATION, days=60)),
        ("通常在官方公报上公布之后6个月", Period(Event.PUBLICATION, months=6)),
        ("on publication", Period(Event.PUBLICATION)),
        ("自公布之日起实施", Period(Event.PUBLICATION)),
        ("1 year after entry into force", Period(Event.ENTRY_INTO_FORCE, months=12)),
    ],
)
def test_a_period_behind_an_event_is_read(text: str, period: Period) -> None:
    """A relative date is not a day until its event has one."""
    reading = read_date(text)
    assert (reading.day, reading.kind, reading.period) == (None, DateKind.RELATIVE, period)


def test_a_period_counts_only_from_its_own_event() -> None:
    """Six months behind the adoption are not six months behind the distribution."""
    distributed = date(2025, 6, 10)
    assert read_date("通报后60天").counted_from(Event.DISTRIBUTION, distributed).day == date(2025, 8, 9)
    assert read_date("批准后6个月").counted_from(Event.DISTRIBUTION, distributed).day is None
    assert read_date("批准后6个月").counted_from(Event.ADOPTION, None).day is None


def test_a_missing_unit_is_taken_for_days_and_said() -> None:
    """``WTO秘书处分发后60`` can only mean days, but that is not what it says."""
    reading = read_date("WTO秘书处分发后60")
    assert reading.period == Period(Event.DISTRIBUTION, days=60)
    assert "days were assumed" in reading.note


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    """Six months behind 31 August are the last of February."""
    assert Period(Event.ADOPTION, months=6).end(date(2023, 8, 31)) == date(2024, 2, 29)


@pytest.mark.parametrize(("day_first", "day"), [(True, date(2025, 6, 11)), (False, date(2025, 11, 6))])
def test_an_order_known_from_the_source_settles_two_readings_and_is_said(day_first: bool, day: date) -> None:
    """Nobody sees from the day alone that an order was assumed."""
    reading = read_date("11/06/2025", day_first=day_first)
    assert reading.day == day
    assert "was taken to stand before" in reading.note


@given(_DAYS)
def test_the_number_of_a_day_in_a_spreadsheet_is_that_day(day: date) -> None:
    """With or without a time of day behind the point."""
    serial = (day - date(1899, 12, 30)).days
    assert read_date(float(serial)).day == read_date(serial + 0.75).day == day


@pytest.mark.parametrize("number", [0.0, 1.0, -5.0, 1e300, float("nan"), float("inf"), 201879.0])
def test_a_number_that_is_no_plausible_day_stays_unread(number: float) -> None:
    """A blank formatted as a date shows as 1900-01-00; it is no deadline."""
    assert read_date(number).kind is DateKind.UNREADABLE


def test_days_and_moments_are_days() -> None:
    """Readers of other formats hand in dates."""
    assert read_date(date(2025, 1, 1)).day == read_date(datetime(2025, 1, 1, 5)).day == date(2025, 1, 1)


@given(_DAYS)
def test_digits_without_separators_never_give_another_day(day: date) -> None:
    """However zeros were lost, the reading is the day that was meant, or none."""
    printed = f"{day.year}{day.month}{day.day}"
    assert read_date(printed).day in (day, None)


@given(st.text(alphabet="0123456789年月日通报批准后天个 -/.daysfrom", max_size=40))
def test_any_text_is_answered_with_a_plausible_day_or_none(text: str) -> None:
    """No text brings the reader down or leaves its century."""
    day = read_date(text).day
    assert day is None or EARLIEST <= day <= LATEST


def test_the_dates_of_chinese_records_are_all_understood_but_the_cut_off_one(shared_data: Path) -> None:
    """Fourteen real records: `2023` names no day; every other text is a day, a period or a stated unknown."""
    lines = (shared_data / "measures" / "notifications_zh.jsonl").read_text(encoding="utf-8").splitlines()
    names = ("date_raw", "adoption_raw", "entry_into_force_raw", "comment_deadline_raw")
    texts = [record[name] for record in map(json.loads, lines) for name in names if record[name]]
    unread = [text for text in texts if read_date(text).kind is DateKind.UNREADABLE]
    assert len(texts) > 35
    assert unread == ["2023"]


def test_a_period_that_leaves_the_calendar_gives_no_day() -> None:
    """999 years behind a day are a misprint."""
    assert read_date("通报后999年").counted_from(Event.DISTRIBUTION, date(2025, 1, 1)).day is None
    assert read_date("通报后60天").counted_from(Event.DISTRIBUTION, LATEST - timedelta(days=1)).day is None
