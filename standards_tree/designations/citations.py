"""Find the designations that a running text cites."""

import re
from typing import Final

from standards_tree.designations.designation import Designation
from standards_tree.designations.folding import fold_with_positions
from standards_tree.designations.reading import STARTERS, read_designation
from standards_tree.standards import Level

_WORD = re.compile(r"(?<![A-Za-z\d])[A-Za-z]+", re.ASCII)
# Words that begin a designation though they are not all capitals; "en", "as" or "is" are no bodies in running text.
_IN_SMALL_LETTERS: Final = frozenset(
    (
        *("gb", "gbt", "gbz", "iso", "iec", "itu", "astm", "Gb", "Iso", "Iec"),
        *("GBn", "Codex", "prEN", "FprEN", "oprEN", "prHD"),
    )
)
_UNAMBIGUOUS_SHORT: Final = frozenset({"EN", "BS", "UL"})
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_MONTH_AND_DAY = re.compile(r"(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])", re.ASCII)
_NUMBER_BEFORE = re.compile(r"\d ?$", re.ASCII)
# "Letter No FS-KS-7/6582": the end of a longer name is no body.
_NAME_BEFORE = re.compile(r"[A-Z]-$")
_COPYRIGHT_BEFORE = re.compile(r"(?:©|\(C\)|COPYRIGHT) ?$")
_LENGTH_LOOKED_BACK: Final = 12


def find_designations(text: str) -> list[tuple[int, int, Designation]]:
    """Return every designation cited in *text* as (start, end, designation), in order, without overlaps.

    Only bodies whose grammar is known are looked for. A prefix that is also a word or another code needs more than a
    number: an industry code without ``/T`` and an enterprise code need a year, so that ``HS 8703`` and ``SC 4`` are
    not taken for standards. Cost: linear in the length of *text*.
    """
    folded = fold_with_positions(text)
    found = []
    end = 0
    for match in _WORD.finditer(folded.text):
        word, start = match[0], match.start()
        if start < end or word.upper() not in STARTERS or not (word.isupper() or word in _IN_SMALL_LETTERS):
            continue
        reading = read_designation(folded.text, folded.upper, start, "", running=True)
        before = folded.upper[max(start - _LENGTH_LOOKED_BACK, 0) : start]
        if reading is None or not _is_cited(reading[0], word.upper(), before):
            continue
        designation, end = reading
        first, last = folded.origin(start), folded.origin(end - 1) + 1
        found.append((first, last, designation.with_raw(text[first:last])))
    return found


def _is_cited(designation: Designation, word: str, before: str) -> bool:
    """Tell whether the reading is more than a word before a number: ``32 GB 64``, ``HS 8703``, ``EN 2015``."""
    if designation.is_dated:
        return True
    like_a_year = _YEAR.fullmatch(designation.number) is not None
    if like_a_year and _is_a_date(designation.part, before):
        return False
    cited = designation.level is not Level.ENTERPRISE
    if designation.level is Level.INDUSTRY:
        cited = designation.body.endswith(("/T", "/Z"))
    elif designation.body == "GB":
        cited = _NUMBER_BEFORE.search(before) is None
    elif designation.level is Level.FOREIGN and _NAME_BEFORE.search(before):
        cited = False
    elif designation.level is Level.FOREIGN and len(word) == 2:
        alone = designation.part is None and not designation.all_parts
        cited = not alone or (word in _UNAMBIGUOUS_SHORT and not like_a_year)
    return cited


def _is_a_date(part: str | None, before: str) -> bool:
    """Tell whether a number like a year belongs to a date (``ISO 2025-12-01``) or to a copyright (``© ISO 2016``)."""
    if part is not None:
        return _MONTH_AND_DAY.fullmatch(part) is not None
    return _COPYRIGHT_BEFORE.search(before) is not None
