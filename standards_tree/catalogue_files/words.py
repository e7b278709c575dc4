"""Read the words by which catalogues say states, levels, degrees and days, in Chinese and English."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from standards_tree.measures.dates import read_date
from standards_tree.standards import AdoptionDegree, Level, Obligation, StandardStatus
from standards_tree.text import match_key

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2099, 12, 31)

_NOTHING: Final = frozenset(
    {"", "-", "--", "---", "/", "n/a", "无", "空", "null", "none", "nan", "暂无", "未知", "不详"}
)
_STATES: Final = {
    StandardStatus.IN_FORCE: "现行 现行有效 有效 执行中 实施 已实施 published in_force active activated valid current",
    StandardStatus.UPCOMING: "即将实施 未实施 待实施 尚未实施 暂不实施 tobeimp notimp upcoming future",
    StandardStatus.SUPERSEDED: "被代替 被替代 已被代替 被取代 已代替 superseded replaced",
    StandardStatus.ABOLISHED: "废止 已废止 作废 已作废 废止转行标 withdrawn abolished obsolete obsoleted cancelled",
}
_LEVELS: Final = {
    Level.NATIONAL: "国家标准 国家 国标 national",
    Level.INDUSTRY: "行业标准 行业 行标 industry sector",
    Level.LOCAL: "地方标准 地方 地标 local",
    Level.GROUP: "团体标准 团体 团标 group social-group",
    Level.ENTERPRISE: "企业标准 企业 企标 enterprise",
    Level.INTERNATIONAL: "国际标准 国际 international",
    Level.FOREIGN: "国外标准 国外 foreign",
}
_OBLIGATIONS: Final = {
    Obligation.MANDATORY: "强制性 强制 强制性标准 mandatory",
    Obligation.RECOMMENDED: "推荐性 推荐 推荐性标准 recommended voluntary",
    Obligation.GUIDANCE: "指导性技术文件 指导性 guidance guidelines",
}
_DEGREES: Final = {
    AdoptionDegree.IDT: "等同 等同采用 idt identical",
    AdoptionDegree.MOD: "修改 修改采用 等效 等效采用 mod eqv modified",
    AdoptionDegree.NEQ: "非等效 非等效采用 参照 neq",
}


def _by_word(words: dict[object, str]) -> dict[str, object]:
    return {word: value for value, text in words.items() for word in text.split()}


STATES: Final[dict[str, StandardStatus]] = _by_word(_STATES)  # type: ignore[arg-type, assignment]  # keys become values
LEVELS: Final[dict[str, Level]] = _by_word(_LEVELS)  # type: ignore[arg-type, assignment]  # as above
OBLIGATIONS: Final[dict[str, Obligation]] = _by_word(_OBLIGATIONS)  # type: ignore[arg-type, assignment]  # as above
DEGREES: Final[dict[str, AdoptionDegree]] = _by_word(_DEGREES)  # type: ignore[arg-type, assignment]  # as above

_YEAR_FIRST: Final = re.compile(
    r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[t ]\d{1,2}:\d{2}.*)?|(\d{4})(\d{2})(\d{2})", re.ASCII
)
_LIST: Final = re.compile(r"[;；、\n\r|]+")
_CODES: Final = re.compile(r"[;；、,，\s|]+")
_SPREADSHEET_EPOCH: Final = date(1899, 12, 30)  # not 1900-01-01: the 1900 system counts a 29 February 1900
_MILLISECONDS_FROM: Final = 10_000_000_000


def word_key(text: str) -> str:
    """Return *text* as the tables of words hold it: folded and without blanks."""
    return match_key(text).replace(" ", "")


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing: empty, a dash of any kind, 无."""
    return word_key(text) in _NOTHING


def listed(text: str) -> list[str]:
    """Return the parts of a list as catalogues join them, by semicolons, 、 or lines; none of them blank."""
    return [part for part in map(str.strip, _LIST.split(text)) if not is_nothing(part)]


def codes(text: str) -> list[str]:
    """Return the codes in a cell, which may be joined by commas or blanks too."""
    return [part for part in _CODES.split(text.strip()) if part and not is_nothing(part)]


def read_day(value: str | float, day_offset: int = 0) -> date | None:
    """Return the day a cell names, None if it names none, or more than one.

    A number is a day of a spreadsheet, *day_offset* added for the 1904 system, or the milliseconds of a program since
    1970, in Beijing. ``2018-02``, which names a month, is no day.
    """
    if isinstance(value, int | float):
        return _day_of_number(value, day_offset)
    text = match_key(value)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups() if part is not None)
        try:
            return _plausible(date(year, month, day))
        except ValueError:
            return None
    return read_date(text).day if text else None


def _day_of_number(number: float, day_offset: int) -> date | None:
    if number != number or abs(number) > 10**15:  # noqa: PLR0124  (only NaN differs from itself)
        return None
    if abs(number) >= _MILLISECONDS_FROM:
        moment = datetime.fromtimestamp(number / 1000, UTC) + timedelta(hours=8)
        return _plausible(moment.date())
    if number == int(number) and 19000101 <= number <= 20991231:
        return read_day(str(int(number)))
    days = int(number) + day_offset
    if not 1 <= days <= (LATEST - _SPREADSHEET_EPOCH).days:
        return None
    return _plausible(_SPREADSHEET_EPOCH + timedelta(days=days))


def _plausible(day: date) -> date | None:
    return day if EARLIEST <= day <= LATEST else None
