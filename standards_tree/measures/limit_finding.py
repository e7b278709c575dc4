"""Find limits in running text: ``not more than 90 mg/kg``, ``不大于0.1%``, ``between 15 °C and 25 °C``, ``35 dB(A)以下``.

A number counts as a limit only beside a word or a sign that bounds it, and only with a unit that is known or, behind a
sign, none: "at least three samples" and "within 60 days of circulation" limit no property.
"""

import re
from typing import Final

from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import Limit, limit_words, parse_limit
from standards_tree.text import fold_in_place
from standards_tree.units import scale_of

_AHEAD, _BEHIND = limit_words()
_SIGNS: Final = frozenset("≤≦⩽<≥≧⩾>")
_NUMBER = r"[+-]?\d{1,15}(?:[.,]\d{1,12})?(?: ?[×x] ?10\^?-?\d{1,2})?"
_UNIT = (
    r"(?:%|‰|°[CF]|[℃℉°]|[A-Za-zµμΩ]{1,6}\d?(?:\([A-Z]\))?[²³]?(?:[/·][A-Za-zµμ]{1,5}[²³]?\d?){0,2}"
    r"|[毫微千公厘分兆]?(?:克|米|升|帕|斤)(?:/[毫微千公]?(?:克|米|升|斤))?|摄氏度|小时|分钟|秒)"
)
_LETTER_AFTER = r"(?![A-Za-z\d])"


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", "[ \n]+") for word in sorted(words, key=len, reverse=True))


_RANGE_TEXT = rf"{_NUMBER} ?(?:{_UNIT})? ?(?:-|~|至|to|and|和) ?{_NUMBER} ?(?P<range_unit>{_UNIT}{_LETTER_AFTER})"
_FOUND: Final = re.compile(
    rf"(?:(?P<word>(?<![A-Za-z])(?:{_any_of(_AHEAD)})(?![A-Za-z])) ?(?P<value>{_NUMBER}) ?(?P<unit>{_UNIT}{_LETTER_AFTER})?)"
    rf"|(?:(?P<value2>{_NUMBER}) ?(?P<unit2>{_UNIT}{_LETTER_AFTER})? ?\(?(?P<behind>{_any_of(_BEHIND)})\)?)"
    rf"|(?P<range>(?:from |between |在)?{_RANGE_TEXT})"
    rf"|(?P<tolerance>\(?{_NUMBER} ?± ?{_NUMBER}\)? ?(?P<tolerance_unit>{_UNIT}{_LETTER_AFTER}))",
    re.IGNORECASE,
)
_TIMES: Final = frozenset(scale_of(unit).dimension for unit in ("day", "d"))
_AS_PRINTED: Final = frozenset({"dB(A)", "dB", "pH"})


def find_limits(text: str) -> list[tuple[int, int, Limit]]:
    """Return every limit in *text* as (start, end, limit), in order, without overlaps; O(length)."""
    folded = fold_in_place(text)
    found = []
    for match in _FOUND.finditer(folded):
        unit = match["unit"] or match["unit2"] or match["range_unit"] or match["tolerance_unit"] or ""
        end, word = match.end(), (match["word"] or "").strip()
        if word[:1] in _SIGNS and unit == match["unit"] and not _counts(unit, word):
            # The word behind a bare number is the next of the sentence: "pH ≤ 7.5 and".
            end, unit = match.end("value"), ""
        if not _counts(unit, word):
            continue
        try:
            limit = parse_limit(" ".join(text[match.start() : end].split()))
        except InvalidArgumentError:
            continue
        found.append((match.start(), end, limit))
    return found


def _counts(unit: str, word: str) -> bool:
    """Tell whether a number with *unit* behind *word* limits a property."""
    if not unit:
        return word[:1] in _SIGNS
    if unit in _AS_PRINTED:
        return True
    dimension = scale_of(unit).dimension
    return not (dimension and dimension[0][0] == "as printed") and dimension not in _TIMES
