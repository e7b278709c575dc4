"""Find the days that running text names beside an act, and tell which of them do not belong to it."""

import re
from datetime import date
from typing import Final

from standards_tree.measures.dates import read_date

DAY: Final = (
    r"(?:\d{1,2}(?:st|nd|rd|th|er|o|º|°)? (?:of )?[A-Za-zéûç]{3,10}\.?,? \d{4}|[A-Za-z]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?[日号]"
    r"|\d{1,2}[oº°]? de [a-z]{4,10} (?:de|del) \d{4})"
)
# What stands before words and turns them round.
NOT_BEFORE: Final = re.compile(
    r"\b(?:not|never|nor|cannot|neither|no longer)\b(?: \w+){0,2} ?$|(?:未|不|尚未|不再)[^,。;]{0,2}$", re.IGNORECASE
)
_DAY: Final = re.compile(DAY, re.IGNORECASE)
_LONGEST_GAP: Final = 60
_ENDS: Final = re.compile(r"[;。]|\.(?! ?\d)")
# "six months after its publication on 3 March" names the day from which is counted.
_COUNTED: Final = re.compile(
    r"\b(?:after|following|months?|years?|weeks?|days (?:from|of)|después|meses|días|après|mois|jours)\b|后|个月",
    re.IGNORECASE,
)
_A_TIME: Final = re.compile(
    r"[^.;,。]{0,25}\b\w+(?: \(\d+\))? (?:calendar |working )?"
    r"(?:days?|weeks?|months?|years?|d[ií]as|mes(?:es)?|años?|jours?|mois|ans?)\b",
    re.IGNORECASE,
)
_NOT_THIS_ONE: Final = re.compile(
    r"\b(?:previously|originally|initially|formerly|instead of|rather than|not)\b[^.;,]{0,20}$|原(?:定|为|计划)?(?:于|的)?$",
    re.IGNORECASE,
)
_ANOTHER_TEXT: Final = re.compile(
    r"\b(?:amend|replac|repeal|revok|revoc|supersed|modif|substitut|cancel)\w*\b(?:\bNo\.|[^.;。]){0,100}"
    r"\b(?:which|that)(?: had| has)? ?$",
    re.IGNORECASE,
)
_LOOKED_BACK: Final = 140


def day_behind(text: str, end: int) -> tuple[date | None, bool]:
    """Return the day that *text* names close behind *end*, and whether a time is counted from one instead."""
    rest = text[end : end + _LONGEST_GAP + 40]
    for found in _DAY.finditer(rest):
        gap = rest[: found.start()]
        if len(gap) > _LONGEST_GAP or _ENDS.search(gap):
            break
        if _COUNTED.search(gap):
            return None, True
        if not _NOT_THIS_ONE.search(gap) and (day := read_date(found[0]).day) is not None:
            return day, False
    return None, _A_TIME.match(rest) is not None and _COUNTED.search(rest) is not None


def tells_of_another_text(text: str, start: int) -> bool:
    """Tell whether what stands at *start* is said of a text that this one only changes: "amends the Order, which …"."""
    return _ANOTHER_TEXT.search(text[max(0, start - _LOOKED_BACK) : start]) is not None
