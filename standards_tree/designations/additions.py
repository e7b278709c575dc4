"""Read what follows the number of a standard from outside China: year, edition, language, supplements, all parts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from standards_tree.designations.designation import Designation, Supplement

Reading = tuple[Designation, int]
"""A designation and the position behind it."""
ReadAt = Callable[[str, int], Reading | None]
"""Reads the designation at a position of a text in capitals."""

MAX_SUPPLEMENTS: Final = 8
STAGES: Final = "FDIS|DIS|FCD|CDV|CD|AWI|NWIP|NP|PWI|PRF|WD"
"""What stands in the number of a draft of ISO or IEC."""

_YEAR = re.compile(
    r" ?: ?(?:((?:19|20)\d\d)(?:-(?:0[1-9]|1[0-2]))?(?!\d)|([5-9]\d)(?!\d)|-{1,3}(?![A-Z\d]))"
    r"| ?\((?:(0?[1-9]|1[0-2])/)?((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?\)",
    re.ASCII,
)
_YEAR_AS_PART = re.compile(r"(?:^|-)((?:19|20)\d\d)$", re.ASCII)
_SPACED_YEAR = re.compile(r" - ((?:19|20)\d\d)(?![A-Z\d-])", re.ASCII)
_REAFFIRMED = re.compile(r"[/ ]?\((?:R\)?)? ?((?:19|20)\d\d)\)?(?![A-Z\d])", re.ASCII)
_EDITION = re.compile(r"[ ,]{1,2}\(?ED(?:ITION|N)?(?:\. ?| ?)(?:(\d{1,2}(?:\.\d{1,2})?)(?!\d)\)?|$)", re.ASCII)
_VERSION = re.compile(r" (V\d{1,2}\.\d{1,2}\.\d{1,2})(?!\d)", re.ASCII)
_LANGUAGE = re.compile(r" ?\((?:[EFRSADC](?:/[EFRSADC]){0,5}|EN|FR|ZH)\)")
_ALL_PARTS = re.compile(r"[ ,]{0,2}(?:\((?:ALL PARTS|所有部分)\)|(?:ALL PARTS|所有部分))")
_CONSOLIDATED = re.compile(r" (?:CSV|RLV|EXV|CMV)(?![A-Z\d])", re.ASCII)
_TWIN = re.compile(r" ?\| ?")

_KINDS: Final = {
    "AMD": "Amd",
    "AMENDMENT": "Amd",
    "COR": "Cor",
    "CORRIGENDUM": "Cor",
    "TECHNICAL CORRIGENDUM": "Cor",
    "ADD": "Add",
    "ADDENDUM": "Add",
    "SUPPL": "Suppl",
    "EXT": "Ext",
    "DAMD": "DAmd",
    "FDAMD": "FDAmd",
    "DAM": "DAM",
    "FDAM": "FDAM",
    "PDAM": "PDAM",
    "DCOR": "DCOR",
    "DAD": "DAD",
    "ISH": "ISH",
    "AC": "AC",
    "A": "A",
    "PRA": "prA",
}
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_SUPPLEMENT = re.compile(
    # After a blank only words: "EN 71-1 A 2" is no amendment.
    rf"(?:([/+])|[ ,]{{1,2}}(?!AC?[ \d:]))((?:{STAGES}) )?({_KIND})(?:\. ?| ?)(\d{{1,3}}(?:\.\d{{1,2}})?)?(?![A-Z\d.])"
    r"(?: ?[:-] ?((?:19|20)\d\d)(?:-(?:0[1-9]|1[0-2]))?(?!\d)| ?\((?:\d\d/)?((?:19|20)\d\d)\))?",
    re.ASCII,
)


@dataclass(slots=True)
class Tail:
    """Collect what follows the number of a standard; ``end`` is the position behind it."""

    end: int
    part: str | None = None
    year: int | None = None
    issue: str = ""
    edition: str | None = None
    reaffirmed: int | None = None
    supplements: tuple[Supplement, ...] = ()
    all_parts: bool = False
    adopted: Designation | None = None


def read_tail(upper: str, tail: Tail, read_twin: ReadAt, *, year_as_part: bool = True) -> Tail:
    """Read on from ``tail.end``; *year_as_part* takes a last part such as ``-2015`` for the year.

    Drafts have no year, so for them ``-2001`` is a part. ``ISO 9001-2015`` and ``ISO 9001:2015`` give the same.
    """
    if tail.year is None and not _read_year(upper, tail) and year_as_part and tail.part:
        _take_year_from_part(tail)
    if tail.end < len(upper):
        # "/AMD1" and "+A1": no edition, version or language begins so.
        if upper[tail.end] not in "/+" or not upper[tail.end + 1 : tail.end + 2].isalpha():
            _read_names(upper, tail)
        tail.supplements = _read_supplements(upper, tail)
        _read_marks(upper, tail)
    if tail.end < len(upper) and (match := _TWIN.match(upper, tail.end)) and (twin := read_twin(upper, match.end())):
        tail.adopted, tail.end = twin
    return tail


def _read_year(upper: str, tail: Tail) -> bool:
    match = _YEAR.match(upper, tail.end)
    if match is not None:
        full, short, month, bracketed, month_behind = match.groups()
        month = month or month_behind
        year = full or bracketed or (f"19{short}" if short else "")
        tail.year = int(year) if year else None
        tail.issue = month.zfill(2) if month else ""
        tail.end = match.end()
        return True
    if match := _SPACED_YEAR.match(upper, tail.end):
        tail.year, tail.end = int(match[1]), match.end()
    return match is not None


def _take_year_from_part(tail: Tail) -> None:
    if tail.part and (match := _YEAR_AS_PART.search(tail.part)):
        tail.year = int(match[1])
        tail.part = tail.part[: match.start()] or None


def _read_names(upper: str, tail: Tail) -> None:
    """Read an edition or version, a year behind it, a year of reaffirmation, a language."""
    if match := _EDITION.match(upper, tail.end) or _VERSION.match(upper, tail.end):
        tail.edition, tail.end = match[1], match.end()
        if tail.year is None:
            _read_year(upper, tail)
    if tail.year is not None and (match := _REAFFIRMED.match(upper, tail.end)):
        tail.reaffirmed, tail.end = int(match[1]), match.end()
    if match := _LANGUAGE.match(upper, tail.end):
        tail.end = match.end()


def _read_supplements(upper: str, tail: Tail) -> tuple[Supplement, ...]:
    supplements: list[Supplement] = []
    while tail.end < len(upper) and len(supplements) < MAX_SUPPLEMENTS:
        match = _SUPPLEMENT.match(upper, tail.end)
        if match is None:
            break
        mark, stage, word, number, year, bracketed = match.groups()
        year = year or bracketed
        kind = f"{stage}{_KINDS[word]}" if stage else _KINDS[word]
        supplements.append(Supplement(kind, number or "", int(year) if year else None, mark == "+"))
        tail.end = match.end()
    return tuple(supplements)


def _read_marks(upper: str, tail: Tail) -> None:
    """Read the mark of a consolidated version, a language, ``(all parts)``."""
    if tail.end == len(upper):
        return
    for mark in (_CONSOLIDATED, _LANGUAGE):
        if match := mark.match(upper, tail.end):
            tail.end = match.end()
    if match := _ALL_PARTS.match(upper, tail.end):
        tail.all_parts, tail.end = True, match.end()
