"""Find limits in running text: ``not more than 90 mg/kg``, ``不大于0.1%``, ``between 15 °C and 25 °C``, ``35 dB(A)以下``.

A number counts as a limit only beside a word or a sign that bounds it, and only with a unit that is known or, behind a
sign, none: "at least three samples" and "within 60 days of circulation" limit no property.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Final

from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import (
    AND_ITSELF,
    MAX_UNIT_CHARACTERS,
    Limit,
    LimitOperator,
    is_strict_word,
    limit_words,
    parse_limit,
)
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
# Of what, and by which measure of it, is part of a unit: 4 pg TEQ/g is not 4 pg, 0.5 mg/kg bw is not 0.5 mg/kg.
_OF_WHAT = r"(?: (?:WHO-[A-Z/-]{0,12}TEQ|TEQ|KOH|CO2(?:-?eq?)?|O2|SO2)(?=/))?"
_DIVISOR = r"(?:(?: ?/ ?|·)[A-Za-zµμ]{1,5}[²³]?\d?|/ ?(?:1|10|24|25|50|100|1000) ?(?:[kmµμ]?g|m?L|h|[cd]?m[²2]|km)(?![A-Za-z]))"
_BASIS = r"(?: (?:bw|b\.w\.|body ?weight|dw|d\.w\.|dry (?:weight|matter|basis)))?"
_PARTS_BASIS = (
    r"(?: ?(?:vol\b|ABV\b|RH\b|[vmw]/[vmw]\b|\([vmw]/[vmw]\)|\((?:质量|体积)分数\))| by (?:mass|weight|volume)\b)?"
)
_UNIT = (
    rf"(?:(?:(?:wt|vol)\.? ?)?%{_PARTS_BASIS}|per ?cent\b|‰|°[CF]|[℃℉°]"
    rf"|[A-Za-zµμΩ]{{1,6}}\d?(?:\([A-Z]\))?[²³]?{_OF_WHAT}(?:{_DIVISOR}){{0,3}}{_BASIS}"
    r"|[毫微千公厘分兆]?(?:克|米|升|帕|斤)(?:[/每](?:\d{1,4} ?)?[毫微千公]?(?:克|米|升|斤))?|摄氏度|小时|分钟|秒)"
)
_LETTER_AFTER = r"(?![A-Za-z\d]|[/·] ?[A-Za-z\d])"
# A strict bound behind a denial that is no part of it bounds the other side, or nothing: 不应有大于5 mm的裂纹,
# "no sample may have more than 5 mg", 不必大于5 mm.
_DENIED_BEFORE: Final = re.compile(
    r"(?:不|未|没有|无|勿|禁止|严禁|避免|防止|不必|不需|无须|无需|不应|不得|不能|不可|不宜|不准|不许|允许)"
    r"(?:有|存在|出现|含有?|发生|产生|使用|采用|带有|任何|是|为){0,3}$"
    r"|\b(?:not|no|never|nor|neither|none|without|cannot|avoid)\b"
    r"(?:(?!\b(?:shall|must|should|is|are|that|which|but|and)\b)[^,;.:()，；。：（）]){0,40}$",
    re.IGNORECASE,
)
_UNEQUAL: Final = re.compile(r"(?:不|\bnot|\bor)[ ,]*$", re.IGNORECASE)
_LOOKED_BACK: Final = 48


def _any_of(words: frozenset[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", "[ \n]+") for word in sorted(words, key=len, reverse=True))


_RANGE_TEXT = rf"{_NUMBER} ?(?:{_UNIT})? ?(?:-|~|至|to|and|和) ?{_NUMBER} ?(?P<range_unit>{_UNIT}{_LETTER_AFTER})"


# A bound that is named before it is told: "maximum residue level (MRL) of 0.01 mg/kg", 最高限量为5 mg/kg.
_NAMED = (
    r"(?: (?!for\b|in\b|and\b|or\b)[A-Za-z-]{2,20}){0,5}(?: \([A-Za-z]{1,8}\))? ?(?:of|is|are|shall be|must be|:|=) ?"
)
_NAMED_MOST: Final = (
    rf"(?<![A-Za-z])(?:maximum|max\.?){_NAMED}|\bMRLs?(?: of| is|:) ?"
    r"|最[大高](?:允许|容许|残留)?(?:限量|限值|值|浓度|含量)(?:应?为|是|:) ?|(?<![不无])限[量值](?:应?为|是|:) ?"
)
_NAMED_LEAST: Final = rf"(?<![A-Za-z])(?:minimum|min\.?){_NAMED}|最[小低](?:允许)?(?:限值|值|浓度|含量)(?:应?为|是|:) ?"


# A word stands alone; what is Chinese or a sign may stand behind letters (Pb≤90 mg/kg), but "n=5, m=10" bounds nothing.
_ALONE = r"(?:(?<![A-Za-z])|(?![A-Za-z=]))"
_AHEAD_OF = (
    rf"(?P<word>{_ALONE}(?:{_any_of(_AHEAD)})(?![A-Za-z])) {{0,12}}(?P<value>{_NUMBER})"
    rf" ?(?P<unit>{_UNIT}{_LETTER_AFTER})?"
)
_BEHIND_IT = (
    rf"(?P<value2>{_NUMBER}) ?(?P<unit2>{_UNIT}{_LETTER_AFTER})? ?{AND_ITSELF}\(?(?P<behind>{_any_of(_BEHIND)})\)?"
)
# The lower end of 0.5 mg ≤ m ≤ 1 mg; the upper one is read as any other.
_FLOOR = (
    rf"(?P<floor>{_NUMBER}) ?(?P<floor_unit>{_UNIT}{_LETTER_AFTER})? ?(?P<floor_sign>[≤≦⩽<]) ?"
    rf"(?=[^\d<>=≤≥≦⩽;。,]{{1,24}}[≤≦⩽<] ?{_NUMBER} ?(?P<ceiling_unit>{_UNIT}{_LETTER_AFTER})?)"
)
_ACIDITY = (
    r"\bpH(?:[ -]?(?:值|value))?[^\d.;。<>≤≥=%]{0,24}?(?<![\d.,])"
    r"(?P<acidity>\d{1,2}(?:[.,]\d)? ?(?:-|~|至|到|to|and) ?\d{1,2}(?:[.,]\d)?)(?!\d|\.\d| ?[A-Za-z%‰°℃]+[/²³]|[A-Za-z%‰°℃])"
)
_BY_NAME = (
    rf"(?:(?P<most>{_NAMED_MOST})|(?P<least>{_NAMED_LEAST}))(?P<named>{_NUMBER} ?(?P<named_unit>{_UNIT}{_LETTER_AFTER}))"
    # "a maximum power of 5 kW or more" is what something applies to.
    rf"(?! ?\(?(?:{_any_of(_BEHIND)}))"
)
_TOLERANCE = rf"(?P<tolerance>\(?{_NUMBER} ?(?:{_UNIT} ?)?± ?{_NUMBER}\)? ?(?P<tolerance_unit>{_UNIT}{_LETTER_AFTER}))"
_UNIT_GROUPS: Final = ("unit", "unit2", "floor_unit", "ceiling_unit", "range_unit", "tolerance_unit", "named_unit")


@cache
def _limits() -> re.Pattern[str]:
    """Return the pattern of a limit. It is compiled when it is first needed: a service that starts need not wait for that."""
    forms = (
        _AHEAD_OF,
        _BEHIND_IT,
        _FLOOR,
        rf"(?P<range>(?:from |between |在)?{_RANGE_TEXT})",
        _ACIDITY,
        _BY_NAME,
        _TOLERANCE,
    )
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


_AS_PRINTED: Final = frozenset({"dB(A)", "dBA", "dB", "dBm", "pH", "NTU"})


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
    return [place for match in _limits().finditer(folded) if (place := _place(text, folded, match)) is not None]


def _place(text: str, folded: str, match: re.Match[str]) -> tuple[int, int, Limit | None] | None:
    """Return where *match* stands and the limit it is, None where it limits nothing; a limit that is unclear is None."""
    unit, word = next(filter(None, map(match.group, _UNIT_GROUPS)), ""), (match["word"] or "").strip()
    sign = word or match["floor_sign"] or ""
    start, end = match.start("acidity") if match["acidity"] else match.start(), match.end()
    if match["value"] and (not _counts(unit, "") or _is_a_preposition(unit, folded, end)):
        # The word behind a bare number is the next of the sentence: "pH ≤ 7.5 and", "pH ≤ 7 in water".
        end, unit = match.end("value"), ""
        if before := _UNIT_BEFORE.search(folded[max(0, start - _LOOKED_BACK) : start]):
            return _in_column(text, folded, match, before)
    denied = _is_denied(word, folded[max(0, match.start() - _LOOKED_BACK) : match.start()])
    if denied or not (match["acidity"] or _counts(unit, sign)) or _is_a_change(match, folded):
        return None
    if not unit and word and _SOME_UNIT.match(folded, end):
        return start, end, None
    limit = _limit(_read_as(match, _with_blanks(text, folded, start, end)))
    if limit is None:
        return (start, end, None) if _ONE_COMMA.search(folded, start, end) else None
    limit, end = _over_a_whole(limit, folded, match.start(), end)
    return start, end, _without_its_ends(limit, folded, end)


def _is_a_preposition(unit: str, folded: str, end: int) -> bool:
    return unit.casefold() == "in" and _WORD_BEHIND.match(folded, end) is not None


_WORD_BEHIND: Final = re.compile(" ?[a-z]")
# Something that is a unit, though none that is known: its number alone is another limit.
_SOME_UNIT: Final = re.compile(r"[^\W\d_]|[%‰°℃℉]| ?(?!and/or\b)[A-Za-zµμΩ]{1,12}\d?(?:[²³/]|\^-?\d)")
# 铅（以Pb计）/(mg/kg) ≤ 0.5 and "Moisture (%) max 10": the head of a column or line has the unit.
_UNIT_BEFORE: Final = re.compile(
    rf"(?:/ ?\(?|(?<![A-Za-z])\(|, ?(?=[^ ,]{{0,8}}[/%]))(?P<unit>{_UNIT})\)?[ ,:|]*$", re.IGNORECASE
)
_CHANGES: Final = re.compile(
    r"\b(?:increas|decreas|reduc|lowered|rais|chang|amend|revis|modif|rose|went)\w*\b[^.;]{0,30}$"
    r"|(?:提高|降低|调整|修改|变更)[^。;,]{0,6}$",
    re.IGNORECASE,
)
_PER_CENT: Final = re.compile(r"per ?cent\b", re.IGNORECASE)
_EXCLUDED: Final = re.compile(r" ?\(?(?:不含|不包括|exclusive|excluded)")
_STRICT_OF: Final = {LimitOperator.LE: LimitOperator.LT, LimitOperator.GE: LimitOperator.GT}
_PER: Final = re.compile(
    r"(?: of [A-Za-z][\w -]{0,30}?)? ?per (?P<unit>(?:(?:1|10|24|25|50|100|1000) ?)?[A-Za-z]{1,12})\b", re.IGNORECASE
)
_EACH: Final = re.compile(
    r"每(?P<unit>(?:\d{1,4} ?)?(?:[毫微千公]?(?:克|升|米)|[kmµμ]?g|m?L|天|日|小时))[^。;,\d]{0,16}$"
)


def _in_column(
    text: str, folded: str, match: re.Match[str], before: re.Match[str]
) -> tuple[int, int, Limit | None] | None:
    """Return the limit of a bare number whose unit stands before its word or sign."""
    unit, start = before["unit"], match.start() - (len(before.string) - before.start())
    if not _counts(unit, ""):
        return None
    limit = _limit(_with_blanks(text, folded, match.start(), match.end("value")))
    if limit is None or _is_denied((match["word"] or "").strip(), folded[max(0, start - _LOOKED_BACK) : start]):
        return None
    return start, match.end("value"), replace(limit, unit=_printed(unit))


def _read_as(match: re.Match[str], found: str) -> str:
    """Return *found* in the words that `parse_limit` reads."""
    if match["named"]:
        found = f"{'max' if match['most'] else 'min'} {found[match.start('named') - match.start() :]}"
    elif match["floor"]:
        sign = ">" if match["floor_sign"] == "<" else "≥"
        unit = match["floor_unit"] or match["ceiling_unit"] or ""
        found = f"{sign} {match['floor']} {unit if _counts(unit, '') else ''}"
    return _PER_CENT.sub("%", found).replace("每", "/")


def _is_a_change(match: re.Match[str], folded: str) -> bool:
    """Tell whether a range is none: "increased from 2 % to 5 %"."""
    if match["range"] is None:
        return False
    before = folded[max(0, match.start() - _LOOKED_BACK) : match.start()]
    return _CHANGES.search(before) is not None


def _over_a_whole(limit: Limit, folded: str, start: int, end: int) -> tuple[Limit, int]:
    """Return *limit* with what its amount is told for: "3.5 g of protein per 100 g", 每千克不超过5 mg."""
    per, each = _PER.match(folded, end), _EACH.search(folded[max(0, start - _LOOKED_BACK) : start])
    whole = per or each
    if whole is None or not limit.unit or len(limit.unit) + len(whole["unit"]) >= MAX_UNIT_CHARACTERS:
        return limit, end
    return replace(limit, unit=f"{limit.unit}/{_printed(whole['unit'])}"), per.end() if per else end


def _without_its_ends(limit: Limit, folded: str, end: int) -> Limit | None:
    """Return *limit* without the number it ends at where the text leaves that out: 5 kg以上（不含5 kg）."""
    if _EXCLUDED.match(folded, end) is None:
        return limit
    strict = _STRICT_OF.get(limit.operator)
    return replace(limit, operator=strict) if strict else None


def _printed(unit: str) -> str:
    return " ".join(unit.replace("每", "/").replace("℃", "°C").split())


def _limit(text: str) -> Limit | None:
    try:
        return parse_limit(" ".join(text.split()))
    except InvalidArgumentError:
        return None


def _with_blanks(text: str, folded: str, start: int, end: int) -> str:
    """Return a piece of *text* with a blank where the folded text has one: instead of a comma that parts thousands."""
    return "".join(" " if other == " " else own for own, other in zip(text[start:end], folded[start:end], strict=True))


def _is_denied(word: str, before: str) -> bool:
    if word.casefold() in {"=", "等于", "equal to", "exactly"}:
        return _UNEQUAL.search(before) is not None
    return is_strict_word(" ".join(word.casefold().split())) and _DENIED_BEFORE.search(before) is not None


def _counts(unit: str, word: str) -> bool:
    """Tell whether a number with *unit* behind *word* limits a property."""
    if not unit:
        return word[:1] in _SIGNS
    if unit in _AS_PRINTED or "%" in unit or _PER_CENT.fullmatch(unit):
        return True
    dimension = scale_of(unit).dimension
    if not (dimension and dimension[0][0] == "as printed"):
        return dimension not in _times()
    first = re.split("[ /·每]", unit, maxsplit=1)[0]
    return first != unit and _counts(first, "")
