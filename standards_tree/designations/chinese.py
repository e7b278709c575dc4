"""Read the number of a Chinese standard where it stands in a text.

Grammar: GB/T 1.1-2020, 7.1.2 (parts), 8.1 and 10.3.1.4 (code, number, year); the codes are in `classifications`.
Texts are folded by `standards_tree.text` first; ``upper`` is the same text in capitals, position for position.
"""

import re
from typing import Final, NamedTuple

from standards_tree.classifications import INDUSTRY_CODES, REGIONS
from standards_tree.designations.additions import MAX_SUPPLEMENTS, ReadAt, Reading
from standards_tree.designations.designation import ENGINEERING_CODES, Designation, Supplement
from standards_tree.standards import Level, Obligation


class _Prefix(NamedTuple):
    """What the letters before the number say."""

    body: str
    level: Level
    obligation: Obligation | None = None


_SUFFIXES: Final = {"": Obligation.MANDATORY, "/T": Obligation.RECOMMENDED, "/Z": Obligation.GUIDANCE}
# Codes that say nothing about the obligation (reference materials, military, metrology, equipment safety, internal and
# former environmental standards).
_NATIONAL_NEUTRAL: Final = ("GSB", "GBn", "GJB", "GHZB", "GWKB", "GWPB", "JJF", "JJG", "TSG")
_JOINT: Final = ("NB/SH", "NB/RB")


def _prefixes() -> dict[str, _Prefix]:
    """Return every prefix of national and industry standards, by its spellings in capitals with slashes."""
    industries = (*INDUSTRY_CODES, *_JOINT, *ENGINEERING_CODES)
    prefixes = [_Prefix(body, Level.NATIONAL) for body in _NATIONAL_NEUTRAL]
    prefixes.append(_Prefix("GJB/Z", Level.NATIONAL, Obligation.GUIDANCE))
    for suffix, obligation in _SUFFIXES.items():
        national = ("GB",) if suffix == "/Z" else ("GB", "GBZ", "GBJ")
        prefixes.extend(_Prefix(code + suffix, Level.NATIONAL, obligation) for code in national)
        prefixes.extend(_Prefix(code + suffix, Level.INDUSTRY, obligation) for code in industries)
    spellings = {prefix.body.upper(): prefix for prefix in prefixes}
    # No other code is spelled so: GB/n of the internal standards, GJBZ without its slash.
    spellings |= {"GB/N": spellings["GBN"], "GJBZ": spellings["GJB/Z"]}
    for prefix in prefixes:
        # GBT and NB/SHT: only the T may lose its slash, because GBZ is not GB/Z.
        if prefix.body.endswith("/T"):
            spellings[prefix.body.removesuffix("/T") + "T"] = prefix
            spellings[prefix.body.replace("/", "")] = prefix
    return spellings


_PREFIXES: Final = _prefixes()
STARTERS: Final = frozenset(spelling.partition("/")[0] for spelling in _PREFIXES) | {"DB", "DBS", "T", "Q"}
"""The first words of all Chinese designations, in capitals."""

_HEAD = re.compile(r"([A-Z]{2,5}(?:[/_-][A-Z]{1,3}){0,2})( T(?= ?\d))?( ?\([一-鿿]{1,4}\))?", re.ASCII)
_LOCAL = re.compile(r"DB(S?) ?(\d{4}|\d{2})(\(J\))?(?:[/_ -]?([TZ])(?=[ _]?\d)|[/_ ])", re.ASCII)
_GROUP = re.compile(
    r"T[/_]((?=[A-Z0-9]*[A-Z])(?:[A-Z0-9]{2,12}(?:-[A-Z]{2,10})?(?=[ _])|[A-Z0-9]{1,11}[A-Z](?=\d)))", re.ASCII
)
_ENTERPRISE = re.compile(
    r"Q[/_]((?:\d{2,6} )?[A-Z0-9一-鿿]{1,14}(?:[/-][A-Z0-9]{1,12}){0,3}(?=[ _])|[A-Z0-9一-鿿]{0,13}[A-Z一-鿿](?=\d))",
    re.ASCII,
)
_TAIL = re.compile(
    r"[ _]?"
    r"([A-Z]{0,2}\d{2,5}-\d{2,5}(?=-(?:19|20)\d\d(?!\d))|[A-Z]{0,2}\d{1,6}[A-Z]?(?:~\d{1,6}|/\d(?=-(?:19|20)\d\d(?!\d)))?)(?![A-Z\d])"
    r"((?:\.\d{1,5}[A-Z]?){0,4})(?![A-Z\d])"
    r"(?: ?- ?((?:19|20)\d\d|[5-9]\d)(?!\d)([A-Z](?![A-Z\d]))?)?",
    re.ASCII,
)
_ALL_PARTS = re.compile(r"[ ,]{0,2}(?:\((?:所有部分|ALL PARTS)\)|(?:所有部分|ALL PARTS))")
_EDITION = re.compile(r" ?\((\d{4}) ?年? ?版\)", re.ASCII)
_REAFFIRMED = re.compile(r"\((20\d\d)\)", re.ASCII)
_AMENDMENT = re.compile(
    r"(?:[/ +]| ?(?P<open>\())?XG ?(?P<number>\d{1,2})(?: ?- ?(?P<year>(?:19|20)\d\d)(?!\d))?(?(open)\))", re.ASCII
)
_AMENDMENT_IN_WORDS = re.compile(
    r" ?(?:(?P<open>\()|《)?第 ?(?P<number>\d{1,2}|[一二三四五六七八九]) ?号修改单(?(open)\)|》?)(?: ?\((?P<year>\d{4})年?\))?",
    re.ASCII,
)
_HAN_ONES: Final = "一二三四五六七八九"
_ADOPTION = re.compile(r"/|[ ,]{1,2}IDT (?=I)")


def read_chinese(upper: str, start: int, raw: str, read_adopted: ReadAt) -> Reading | None:
    """Return the Chinese designation that begins at *start*, and the position behind it; None if there is none.

    *read_adopted* reads the second designation of a double number.
    """
    found = read_prefix(upper, start)
    if found is None:
        return None
    prefix, position = found
    tail = _TAIL.match(upper, position)
    if tail is None:
        return None
    number, part, year, issue = tail.groups()
    additions, end = _NOTHING, tail.end()
    if end < len(upper):
        additions, end = _read_additions(upper, end, read_adopted, dated=year is not None)
    designation = Designation(
        raw,
        prefix.body,
        number,
        part[1:] or None,
        _year(year),
        prefix.level,
        prefix.obligation,
        additions.all_parts,
        additions.supplements,
        additions.adopted,
        issue or "",
        additions.edition,
        additions.reaffirmed,
        "—",
    )
    return designation, end


def read_prefix(upper: str, start: int) -> tuple[_Prefix, int] | None:
    """Return the Chinese prefix at *start* and the position behind it; None if there is none or its code is unknown."""
    initial = upper[start : start + 1]
    if initial == "T" and (match := _GROUP.match(upper, start)):
        return _Prefix(f"T/{match[1]}", Level.GROUP), match.end()
    if initial == "Q" and (match := _ENTERPRISE.match(upper, start)):
        return _Prefix(f"Q/{match[1]}", Level.ENTERPRISE), match.end()
    if initial == "D" and (match := _LOCAL.match(upper, start)):
        food, region, works, suffix = match.groups(default="")
        if region[:2] not in REGIONS:
            return None
        ending = f"/{suffix}" if suffix else ""
        body = f"DB{food}{region}{works}{ending}"
        return _Prefix(body, Level.LOCAL, _SUFFIXES[ending]), match.end()
    match = _HEAD.match(upper, start)
    if match is None:
        return None
    head, recommended, ministry = match.groups()
    if "_" in head or "-" in head:
        head = head.replace("_", "/").replace("-", "/")
    prefix = _PREFIXES.get(f"{head}/T" if recommended else head)
    if ministry and prefix is not None:
        prefix = prefix._replace(body=prefix.body + ministry.strip()) if prefix.body in {"JJF", "JJG"} else None
    return None if prefix is None else (prefix, match.end())


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) if len(digits) == 4 else 1900 + int(digits)


class _Additions(NamedTuple):
    """What may follow the year."""

    all_parts: bool = False
    supplements: tuple[Supplement, ...] = ()
    adopted: Designation | None = None
    edition: str | None = None
    reaffirmed: int | None = None


_NOTHING: Final = _Additions()


def _read_additions(upper: str, position: int, read_adopted: ReadAt, *, dated: bool) -> tuple[_Additions, int]:
    """Read an edition, amendments, all parts, the number of the adopted standard, and the position behind them."""
    edition = reaffirmed = adopted = None
    supplements: tuple[Supplement, ...] = ()
    all_parts = False
    # The usual double number: nothing else begins with a slash but XG.
    if upper[position] != "/" or upper[position + 1 : position + 2] == "X":
        if match := _EDITION.match(upper, position):
            edition, position = match[1], match.end()
        elif dated and (match := _REAFFIRMED.match(upper, position)):
            reaffirmed, position = int(match[1]), match.end()
        supplements, position = _read_amendments(upper, position)
        if match := _ALL_PARTS.match(upper, position):
            all_parts, position = True, match.end()
    if position < len(upper) and (match := _ADOPTION.match(upper, position)):
        reading = read_adopted(upper, match.end())
        if reading is not None:
            adopted, position = reading
    return _Additions(all_parts, supplements, adopted, edition, reaffirmed), position


def _read_amendments(upper: str, position: int) -> tuple[tuple[Supplement, ...], int]:
    supplements: list[Supplement] = []
    while len(supplements) < MAX_SUPPLEMENTS and position < len(upper):
        match = _AMENDMENT.match(upper, position) or _AMENDMENT_IN_WORDS.match(upper, position)
        if match is None:
            break
        printed = match["number"]
        number = str(_HAN_ONES.index(printed) + 1) if printed in _HAN_ONES else printed.lstrip("0") or "0"
        supplements.append(Supplement("XG", number, _year(match["year"]), upper[position] == "+"))
        position = match.end()
    return tuple(supplements), position
