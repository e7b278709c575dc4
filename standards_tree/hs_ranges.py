"""Write out the ranges of HS codes that cells print: ``8701-8705``, ``8703.21 - 8703.24``, chapters 1 to 24."""

import functools
import re
from importlib import resources

_HS_RANGE = re.compile(r"(\d{6}|\d{4}|\d{2})-(\d{6}|\d{4}|\d{2})", re.ASCII)
_HS_CODE = r"(\d{2}\.?\d{2}(?:\.?\d{2}){0,3}|\d{2})"
_HS_TO = re.compile(
    rf"(?<![\d.]){_HS_CODE}章?(?: ?[~～至到-] ?| (?:to|through|a|al|au|à) )第?{_HS_CODE}(?!\.?\d|-)",
    re.ASCII | re.IGNORECASE,
)
# Chapters 1-9, 第1章至第24章: only of chapters is one digit a code with a lost zero.
_HS_ONE_DIGIT = re.compile(
    r"(?P<label>\bchapters? |第)(?P<first>\d{1,2})(?P<to>章?(?: ?[~～至到-] ?| (?:to|through) )第?)(?P<last>\d{1,2})(?!\.?\d)",
    re.IGNORECASE,
)
# The edition of the HS, and no heading: no heading is 2012 or 2017, and 2002 and 2007 only count before a colon.
_HS_EDITION = re.compile(
    r"\bHS ?\(?(?:(?:2012|2017|2022|2028)(?:\)? ?:|\)?(?= \d{4}))|(?:2002|2007)\)? ?:)", re.IGNORECASE
)
_HS_TWO_CODES = re.compile(r"\d章?(?: ?[-~～至到] ?第?\d| (?:to|through|a|al|au|à) )", re.IGNORECASE)
# The European Union prints 8471 30 00 where others print 8471.30.00.
_HS_BLANKS = re.compile(r"(?<![\d.])(\d{4})((?: \d\d){1,3})(?![\d.])", re.ASCII)


def spelled_out(segment: str) -> str:
    """Return a piece of a cell with its ranges joined, without the edition of the HS, and with dots instead of blanks in codes.

    A pattern is only tried where one of its words stands: most pieces are a code with a long name.
    """
    folded = segment.casefold()
    if "hs" in folded:
        segment = _HS_EDITION.sub("HS ", segment)
    if "chapter" in folded or "第" in folded:
        segment = _HS_ONE_DIGIT.sub(_two_digits, segment)
    if _HS_TWO_CODES.search(segment):
        segment = _HS_TO.sub(_joined, segment)
    return _HS_BLANKS.sub(lambda found: found[0].replace(" ", "."), segment)


def _two_digits(found: re.Match[str]) -> str:
    return f"{found['label']}{found['first']:0>2}{found['to']}{found['last']:0>2}"


def _joined(found: re.Match[str]) -> str:
    """Return a range as ``8501-8504`` where it is one that can be written out, else as it stands, without blanks."""
    first, last = found[1].replace(".", ""), found[2].replace(".", "")
    joined = f"{first}-{last}"
    # "8517 - 25 ohm cables" is a heading with its name.
    return joined if expand(joined) else found[0].replace(" - ", "-") if len(first) == len(last) else found[0]


def expand(found: str) -> tuple[str, ...]:
    """Return the codes from one to another, as in ``8701-8705``; empty if *found* is no such range.

    Between two chapters all chapters, within a chapter all headings, within a heading the subheadings that there are.
    """
    match = _HS_RANGE.fullmatch(found)
    first, last = match.groups() if match else ("", "")
    width = len(first)
    if not first or width != len(last) or first[: width - 2] != last[: width - 2]:
        return ()
    if width == len("870321"):
        between = tuple(code for code in _subheadings().get(first[:4], ()) if first <= code <= last)
        return between if between and (between[0], between[-1]) == (first, last) else ()
    numbers = (f"{number:0{width}}" for number in range(int(first), int(last) + 1))
    return tuple(code for code in numbers if code[:2] not in {"00", "77"})


@functools.cache
def _subheadings() -> dict[str, list[str]]:
    """Return the subheadings of the HS by heading, in order."""
    text = resources.files("standards_tree").joinpath("codes", "hs_subheadings.csv").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        code = line.partition(",")[0]
        if len(code) == len("870321") and code.isdecimal():
            found.setdefault(code[:4], []).append(code)
    return {heading: sorted(codes) for heading, codes in found.items()}
