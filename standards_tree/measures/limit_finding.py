"""Find limits in running text: ``not more than 90 mg/kg``, ``不大于0.1%``, ``between 15 °C and 25 °C``, ``35 dB(A)以下``.

A number counts as a limit only beside a word or a sign that bounds it, and only with a unit that is known or, behind a
sign, none: "at least three samples" and "within 60 days of circulation" limit no property.
"""

import re
from functools import cache
from typing import Final

from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import AND_ITSELF, Limit, is_strict_word, limit_words, parse_limit
from standards_tree.text import fold_in_place
from standards_tree.units import scale_of

_AHEAD, _BEHIND = limit_words()
_SIGNS: Final = frozenset("≤≦⩽<≥≧⩾>")
_POWER = r"10(?:\^-?\d{1,2}|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
_NUMBER = (
    rf"(?>{_POWER}|[+-]?(?:\d{{1,3}}(?: \d{{3}}){{1,4}}(?!\d)|\d{{1,15}})(?:[.,]\d{{1,12}})?"
    # What goes on so is a number this grammar does not read, and its beginning is another one.
    rf"(?: ?[×x*] ?{_POWER})?)(?![\d^⁰¹²³⁴⁵⁶⁷⁸⁹⁻]| ?[×x*] ?\d)"
)
_UNIT = (
    r"(?:%|‰|°[CF]|[℃℉°]|[A-Za-zµμΩ]{1,6}\d?(?:\([A-Z]\))?[²³]?(?:[/·][A-Za-zµμ]{1,5}[²³]?\d?){0,2}"
    r"|[毫微千公厘分兆]?(?:克|米|升|帕|斤)(?:/[毫微千公]?(?:克|米|升|斤))?|摄氏度|小时|分钟|秒)"
)
_LETTER_AFTER = r"(?![A-Za-z\d])"
# A strict bound behind a denial that is no part of it bounds the other side, or nothing: 不应有大于5 mm的裂纹,
# "no sample may have more than 5 mg", 不必大于5 mm.
_DENIED_BEFORE: Final = re.compile(
    r"(?:不|未|没有|无|勿|禁止|严禁|避免|防止|不必|不需|无须|无需|不应|不得|不能|不可|不宜|不准|不许|允许)"
    r"(?:有|存在|出现|含有?|发生|产生|使用|采用|带有|任何|是|为){0,3}$"
    r"|\b(?:not|no|never|nor|neither|none|without|cannot|avoid)\b"
    r"(?:(?!\b(?:shall|must|should|is|are|that|which|but|and)\b)[^,;.:()，；。：（）]){0,40}$",
    re.IGNORECASE,
)
_LOOKED_BACK: Final = 48


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", "[ \n]+") for word in sorted(words, key=len, reverse=True))


_RANGE_TEXT = rf"{_NUMBER} ?(?:{_UNIT})? ?(?:-|~|至|to|and|和) ?{_NUMBER} ?(?P<range_unit>{_UNIT}{_LETTER_AFTER})"


@cache
def _limits() -> re.Pattern[str]:
    """Return the pattern of a limit. It is compiled when it is first needed: a service that starts need not wait for that."""
    return re.compile(
        rf"(?:(?P<word>(?<![A-Za-z])(?:{_any_of(_AHEAD)})(?![A-Za-z])) ?(?P<value>{_NUMBER}) ?(?P<unit>{_UNIT}{_LETTER_AFTER})?)"
        rf"|(?:(?P<value2>{_NUMBER}) ?(?P<unit2>{_UNIT}{_LETTER_AFTER})? ?{AND_ITSELF}\(?(?P<behind>{_any_of(_BEHIND)})\)?)"
        rf"|(?P<range>(?:from |between |在)?{_RANGE_TEXT})"
        rf"|(?P<tolerance>\(?{_NUMBER} ?(?:{_UNIT} ?)?± ?{_NUMBER}\)? ?(?P<tolerance_unit>{_UNIT}{_LETTER_AFTER}))",
        re.IGNORECASE,
    )


_AS_PRINTED: Final = frozenset({"dB(A)", "dB", "pH"})


@cache
def _times() -> frozenset[tuple[tuple[str, str], ...]]:
    """Return the dimensions of times; not when a service starts, as the table of units takes a sixth of the time of that."""
    return frozenset(scale_of(unit).dimension for unit in ("day", "d"))


# 1,000,000 and 1,000.5 part thousands by commas whatever else a text has; 1,000 alone may be a little more than one.
_SURE_THOUSANDS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3}){2,4}(?!,?\d)|,\d{3}(?=\.\d))", re.ASCII)
_ONE_COMMA: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?!,?\d)", re.ASCII)
_DECIMAL: Final = re.compile(
    # Three digits behind a mark may be thousands either way, unless a nought stands before it.
    rf"(?<![\d.,])(?:0([.,])\d{{1,12}}|\d{{1,15}}([.,])(?:\d{{1,2}}|\d{{4,12}}))(?![.,]?\d) ?(?P<unit>{_UNIT}{_LETTER_AFTER})",
    re.ASCII,
)


def commas_part_thousands(text: str) -> bool:
    """Tell whether other numbers of *text* show that 1,000 is one thousand: those with a unit have decimal points; O(length)."""
    folded = fold_in_place(text)
    marks = {match[1] or match[2] for match in _DECIMAL.finditer(folded) if _counts(match["unit"], "")}
    return "," not in marks and ("." in marks or _SURE_THOUSANDS.search(folded) is not None)


def find_limits(text: str, *, thousands: bool = False) -> list[tuple[int, int, Limit | None]]:
    """Return every limit in *text* as (start, end, limit), in order, without overlaps; O(length).

    *thousands* tells that 1,000 is one thousand, as `commas_part_thousands`. Where it may also be one, the limit is None.
    """
    folded = fold_in_place(text)
    for numbers in (_SURE_THOUSANDS, *((_ONE_COMMA,) if thousands else ())):
        folded = numbers.sub(lambda number: number[0].replace(",", " "), folded)
    found: list[tuple[int, int, Limit | None]] = []
    for match in _limits().finditer(folded):
        unit = match["unit"] or match["unit2"] or match["range_unit"] or match["tolerance_unit"] or ""
        end, word = match.end(), (match["word"] or "").strip()
        if word[:1] in _SIGNS and unit == match["unit"] and not _counts(unit, word):
            # The word behind a bare number is the next of the sentence: "pH ≤ 7.5 and".
            end, unit = match.end("value"), ""
        if not _counts(unit, word) or _is_denied(word, folded[max(0, match.start() - _LOOKED_BACK) : match.start()]):
            continue
        limit = _limit(_with_blanks(text, folded, match.start(), end))
        if limit is not None or _ONE_COMMA.search(folded, match.start(), end):
            found.append((match.start(), end, limit))
    return found


def _limit(text: str) -> Limit | None:
    try:
        return parse_limit(" ".join(text.split()))
    except InvalidArgumentError:
        return None


def _with_blanks(text: str, folded: str, start: int, end: int) -> str:
    """Return a piece of *text* with a blank where the folded text has one: instead of a comma that parts thousands."""
    return "".join(" " if other == " " else own for own, other in zip(text[start:end], folded[start:end], strict=True))


def _is_denied(word: str, before: str) -> bool:
    return is_strict_word(" ".join(word.casefold().split())) and _DENIED_BEFORE.search(before) is not None


def _counts(unit: str, word: str) -> bool:
    """Tell whether a number with *unit* behind *word* limits a property."""
    if not unit:
        return word[:1] in _SIGNS
    if unit in _AS_PRINTED:
        return True
    dimension = scale_of(unit).dimension
    return not (dimension and dimension[0][0] == "as printed") and dimension not in _times()
