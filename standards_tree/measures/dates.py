"""Read the dates of notifications: printed ones, ones counted from an event, and stated unknowns; never a wrong date.

A text becomes a date only where it has exactly one reading. ``201879`` is 9 July 2018, because no other split of the
digits is a calendar day; ``2018111`` is 11 January or 1 November and stays unread.
"""

import calendar
import functools
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from babel import Locale

from standards_tree.text import match_key

MAX_DATE_CHARACTERS = 200
EARLIEST, LATEST = date(1980, 1, 1), date(2099, 12, 31)
"""Between the GATT Standards Code and the far end of any transition period; a day outside is a misprint."""


class DateKind(StrEnum):
    """How much a text says about a day."""

    EXACT = "exact"
    RELATIVE = "relative"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class Event(StrEnum):
    """What a relative date is counted from."""

    DISTRIBUTION = "distribution"
    ADOPTION = "adoption"
    PUBLICATION = "publication"
    ENTRY_INTO_FORCE = "entry_into_force"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time behind an event."""

    after: Event
    days: int = 0
    months: int = 0

    def end(self, start: date) -> date:
        """Return the day the period ends that begins on *start*; a month without that day ends on its last one."""
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        day = min(start.day, calendar.monthrange(year, month)[1])
        return date(year, month, day) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class DateReading:
    """Hold what was printed and the day it names, if it names one.

    A relative date has its ``period``, and a ``day`` as soon as the day of its event is known. ``UNKNOWN`` means the
    source says that there is no day yet; ``UNREADABLE`` that this module cannot tell. ``note`` says, in a sentence
    that is also the key of its translation, what was assumed or what is missing.
    """

    day: date | None
    stated: str
    kind: DateKind
    period: Period | None = None
    note: str = ""

    def counted_from(self, event: Event, start: date | None) -> "DateReading":
        """Return this reading with its day, if it is counted from *event* and that happened on *start*."""
        if self.period is None or self.period.after is not event or start is None:
            return self
        day = self.period.end(start)
        if not EARLIEST <= day <= LATEST:
            return self
        return replace(self, day=day)


def read_date(stated: str | float | date, *, day_first: bool | None = None) -> DateReading:
    """Read what a cell or a box says about a day.

    A number is a day of a spreadsheet (1900 system). *day_first* settles ``11/06/2025`` where the source is known to
    write the day (True) or the month (False) first; otherwise only what has one reading is read.
    """
    if isinstance(stated, str):
        return _read_text(stated, day_first)
    if isinstance(stated, datetime):
        stated = stated.date()
    day = _day_of_serial(stated) if isinstance(stated, int | float) else _plausible(stated)
    if day is None:
        return DateReading(None, str(stated), DateKind.UNREADABLE, note=_OUTSIDE)
    return DateReading(day, day.isoformat(), DateKind.EXACT)


_OUTSIDE = "no such day between 1980 and 2099"
_TWO_READINGS = "it can be read as more than one day"
_NO_DAY = "no day is named"
_OTHER_WEEKDAY = "the day that is named is another day of the week"
_DAY_FIRST = "the day was taken to stand before the month, as in the rest of the source"
_MONTH_FIRST = "the month was taken to stand before the day, as in the rest of the source"
_DAYS_ASSUMED = "the unit is missing; days were assumed"

_SPREADSHEET_EPOCH = date(1899, 12, 30)  # not 1900-01-01: the 1900 system counts a 29 February 1900
_TIME = r"(?:(?:t| )\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}}) ?(?:年|[-/.]) ?(\d{{1,2}}) ?(?:月|[-/.]) ?(\d{{1,2}})(?: ?[日号])?{_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_DIGITS = re.compile(r"\d{6,8}")
_DAY_MONTH_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|°|o)?[ -](?:de |of )?([^\W\d_]{3,10})\.?,?[ -](?:de |del )?(\d{4})"
)
_MONTH_NAME_DAY = re.compile(r"([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_HAN_ONES = "〇一二三四五六七八九"
_HAN_NUMERALS = re.compile(rf"([零○{_HAN_ONES}]{{4}})年([{_HAN_ONES}十]{{1,3}})月([{_HAN_ONES}十]{{1,3}})[日号]")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}),? )?"
_FRAME = re.compile(
    rf"(?:on |from |as of |as from |自|从|于)?(?:the |el |le )?{_WEEKDAY}(?:the )?(?P<day>.*?)(?:起(?:实施|施行|生效)?)?[.。;,]?"
)

_UNKNOWN_TEXTS = """
to be determined|to be decided|to be confirmed|to be announced|to be advised|to be specified|to be defined|tbd|tbc|tba
not stated|not known|not yet known|not available|not applicable|not specified|not determined|not yet determined
not yet decided|not fixed|not given|unknown|undetermined|unspecified|none|n/a|n.a.|na|nil|-|--|---|?
待定|未定|待确定|待公布|待通知|尚未确定|尚未决定|尚未规定|尚未规定最后期限|尚待确定|未确定|未规定
未说明|未知|未注明|未提供|不详|不适用|无|暂无|暂未确定|没有
por determinar|a determinar|por definir|no determinada|no determinado|no se ha determinado|no aplicable|no se aplica
no se indica|desconocida|desconocido|à déterminer|a déterminer|à définir|non déterminée|non déterminé|non précisée
non précisé|non communiquée|sans objet|inconnue|inconnu
"""
_UNKNOWN = frozenset(match_key(text) for text in re.split(r"[|\n]", _UNKNOWN_TEXTS))


def _read_text(stated: str, day_first: bool | None) -> DateReading:
    printed = stated.strip()
    text = match_key(printed[: MAX_DATE_CHARACTERS + 1])
    if len(text) > MAX_DATE_CHARACTERS:
        return DateReading(None, printed, DateKind.UNREADABLE, note=_NO_DAY)
    if text in _UNKNOWN or text.rstrip(".。") in _UNKNOWN:
        return DateReading(None, printed, DateKind.UNKNOWN)
    framed = _FRAME.fullmatch(text)
    days, note = _days(framed["day"] if framed else text, day_first)
    weekday = framed["weekday"] if framed else None
    if len(days) == 1 and weekday in {None, _WEEKDAYS[next(iter(days)).weekday()]}:
        return DateReading(days.pop(), printed, DateKind.EXACT, note=note)
    if days:
        note = _TWO_READINGS if len(days) > 1 else _OTHER_WEEKDAY
        return DateReading(None, printed, DateKind.UNREADABLE, note=note)
    period, note = _read_period(text)
    if period is not None:
        return DateReading(None, printed, DateKind.RELATIVE, period, note)
    return DateReading(None, printed, DateKind.UNREADABLE, note=_OUTSIDE if _YEAR_FIRST.fullmatch(text) else _NO_DAY)


def _days(text: str, day_first: bool | None) -> tuple[set[date], str]:
    """Return every calendar day that *text* can name, and what was assumed to leave out others."""
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(found[1], found[3], found[4], day_first)
    return _days_in_order(text), ""


def _days_in_order(text: str) -> set[date]:
    """Return every day that *text* can name in the forms whose parts cannot change places."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _calendar_days([(found[1], found[2], found[3])])
    if _DIGITS.fullmatch(text):
        return _split_digits(text)
    if found := _DAY_MONTH_NAME.fullmatch(text):
        return _calendar_days([(found[3], month, found[1]) for month in _months().get(found[2], ())])
    if found := _MONTH_NAME_DAY.fullmatch(text):
        return _calendar_days([(found[3], month, found[2]) for month in _months().get(found[1], ())])
    if found := _HAN_NUMERALS.fullmatch(text):
        year = "".join([str(_HAN_ONES.index(numeral)) for numeral in re.sub("[零○]", "〇", found[1])])
        return _calendar_days([(year, _han_number(found[2]), _han_number(found[3]))])
    return set()


def _calendar_days(parts: Iterable[tuple[str | int, str | int, str | int]]) -> set[date]:
    days = set()
    for year, month, day in parts:
        try:
            days.add(_plausible(date(int(year), int(month), int(day))))
        except ValueError:
            continue
    return {day for day in days if day is not None}


def _plausible(day: date) -> date | None:
    return day if EARLIEST <= day <= LATEST else None


def _day_of_serial(serial: float) -> date | None:
    """Return the day a spreadsheet counts *serial*; a time of day behind the point is dropped."""
    # Also false for NaN and infinities.
    if not (EARLIEST - _SPREADSHEET_EPOCH).days <= serial <= (LATEST - _SPREADSHEET_EPOCH).days + 1:
        return None
    return _plausible(_SPREADSHEET_EPOCH + timedelta(days=int(serial)))


def _year_last(first: str, second: str, year: str, day_first: bool | None) -> tuple[set[date], str]:
    days = _calendar_days([(year, second, first), (year, first, second)])
    if len(days) < 2 or day_first is None:
        return days, ""
    month, day = (second, first) if day_first else (first, second)
    return _calendar_days([(year, month, day)]), _DAY_FIRST if day_first else _MONTH_FIRST


def _split_digits(digits: str) -> set[date]:
    """Return every day that digits without separators can mean: yyyymmdd, with lost zeros, and yymmdd.

    Six digits can also be a year and a month, which name no day: then there is no one reading either.
    """
    if len(digits) == 8:
        return _calendar_days([(digits[:4], digits[4:6], digits[6:])])
    rest = digits[4:]
    days = _calendar_days([(digits[:4], rest[:cut], rest[cut:]) for cut in range(1, len(rest))])
    if len(digits) == 7 or not days:
        return days
    if 1 <= int(rest) <= 12:
        return set()
    return days | _calendar_days([("20" + digits[:2], digits[2:4], digits[4:])])


@functools.cache
def _months() -> dict[str, tuple[int, ...]]:
    """Return the months that a name or an abbreviation means in the three languages of the WTO."""
    names: dict[str, set[int]] = {}
    for language, width, context in itertools.product(
        ("en", "fr", "es"), ("wide", "abbreviated"), ("format", "stand-alone")
    ):
        for month, name in Locale(language).months[context][width].items():
            names.setdefault(match_key(name).rstrip("."), set()).add(month)
    return {name: tuple(months) for name, months in names.items()}


def _han_number(numerals: str) -> int:
    """Return 1 to 99 written 一 … 九十九; 0, which is no day, for anything else."""
    tens, ten, units = numerals.rpartition("十")
    if len(tens) > 1 or len(units) > 1:
        return 0
    return (_HAN_ONES.index(tens or "一") * 10 if ten else 0) + (_HAN_ONES.index(units) if units else 0)


# --- periods ----------------------------------------------------------------------------------------------------------

_EVENT_WORDS = {
    Event.DISTRIBUTION: "通报|分发|散发|分送|circulation|circulated|distribution|notification|notified",
    Event.ADOPTION: "批准|通过|采纳|审批|adoption|adopted|approval|approved",
    Event.PUBLICATION: "公布|发布|出版|刊登|刊发|publication|published|(?:official )?(?:gazette|journal)",
    Event.ENTRY_INTO_FORCE: "生效|实施|施行|entry into force|implementation",
}
_EVENTS = {event: re.compile(words) for event, words in _EVENT_WORDS.items()}
_FILLERS = re.compile(
    r"\b(?:the|its|of|in|by|this|date|day|wto|secretariat|final|measure|regulation|standard|on|upon|to|members|a)\b"
    r"|世贸组织|世界贸易组织|wto|秘书处|成员|国家|标准|法规|措施|公告|公报|官方|正式|通常"
    r"|[自从在于由被向各本该上之日期的]"
)
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18,
    "twenty-four": 24, "thirty": 30, "forty-five": 45, "sixty": 60, "ninety": 90,
}  # fmt: skip
_MONTHS_A_YEAR, _DAYS_A_WEEK = 12, 7
_UNITS = {
    "day": (1, 0), "天": (1, 0), "日": (1, 0),
    "week": (_DAYS_A_WEEK, 0), "周": (_DAYS_A_WEEK, 0), "星期": (_DAYS_A_WEEK, 0),
    "month": (0, 1), "月": (0, 1), "year": (0, _MONTHS_A_YEAR), "年": (0, _MONTHS_A_YEAR),
}  # fmt: skip
_EVENT_THEN_COUNT = re.compile(
    r"(?P<what>.{2,40}?)(?:起算|起|之后|以后|后)的?第? ?(?P<count>\d{1,3}|[一二三四五六七八九十]{1,3}|两) ?个?"
    r"(?P<unit>天|日|周|星期|月|年)?(?:(?<=[天日周期月年])(?:内|[之以]?后)?起?(?:实施|施行|生效)?)?[.。]?"
)
_COUNT_THEN_EVENT = re.compile(
    r"(?:within )?(?P<count>\d{1,3}|[a-z-]{3,11}) ?(?:\(\d{1,4}\) )?(?:calendar )?(?P<unit>day|week|month|year)s? "
    r"(?:after|from|following|of|as from|as of) (?P<what>.{4,80}?)[.;]?"
)
_AT_EVENT = re.compile(
    r"(?:on|upon|at) (?P<on>.{4,40}?)[.;]?|[自从于]?(?P<from>.{2,20}?)之?日起?(?:实施|施行|生效)?[.。]?"
)
# Without a unit, days: nobody counts thirty months or years behind a notification.
_FEWEST_UNITLESS_DAYS = 30


def _read_period(text: str) -> tuple[Period | None, str]:
    """Read ``通报后60天``, ``批准后6个月``, ``60 days from circulation``, ``on publication``."""
    if found := _AT_EVENT.fullmatch(text):
        event = _one_event(found["on"] or found["from"])
        if event is not None:
            return Period(event), ""
    found = _EVENT_THEN_COUNT.fullmatch(text) or _COUNT_THEN_EVENT.fullmatch(text)
    if found is None:
        return None, ""
    event, count = _one_event(found["what"]), _count(found["count"])
    unit = found["unit"]
    if event is None or not count or (unit is None and count < _FEWEST_UNITLESS_DAYS):
        return None, ""
    days, months = _UNITS[unit or "day"]
    return Period(event, days * count, months * count), "" if unit else _DAYS_ASSUMED


def _one_event(what: str) -> Event | None:
    """Return the event that *what* names, if it names one and says nothing else."""
    rest, events = what, []
    for event, words in _EVENTS.items():
        rest, found = words.subn(" ", rest)
        if found:
            events.append(event)
    return events[0] if len(events) == 1 and not _FILLERS.sub(" ", rest).strip(" ,") else None


def _count(text: str) -> int:
    if text.isdecimal():
        return int(text)
    return _NUMBER_WORDS.get(text, 0) if text.isascii() else _han_number(text.replace("两", "二"))
