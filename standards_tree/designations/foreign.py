"""Read the number of a European, national or unknown foreign standard where it stands in a text.

Bodies outside China share one grammar: letters, a number, parts after dashes, a year. ``upper`` is the folded text in
capitals, position for position.
"""

import re
from typing import Final

from standards_tree.designations.additions import ReadAt, Reading, Tail, read_tail
from standards_tree.designations.designation import Designation
from standards_tree.standards import Level

# Who adopts European and international standards under a prefix of its own (BS EN ISO 9001).
ADOPTERS: Final = (
    *("BS", "DIN", "NF", "UNI", "UNE", "SN", "SS", "DS", "NS", "NEN", "NBN", "IS", "PN", "CSN", "SFS", "SIST", "STN"),
    *("MSZ", "LVS", "LST", "EVS", "TS", "AS", "AS/NZS", "NBR", "ABNT NBR", "GOST R", "JIS", "KS", "MS"),
    *("ONORM", "OENORM"),
)
_PRINTED_ADOPTERS: Final = {"ONORM": "ÖNORM", "OENORM": "ÖNORM"}
EUROPEAN: Final = ("EN", "HD", "CWA", "CEN", "CLC", "ETSI")
# The first words after which unknown letters are not guessed at; they may be written small.
KNOWN_BODIES: Final = frozenset(
    (
        *("BS", "DIN", "NF", "UNI", "UNE", "JIS", "KS", "GOST", "ANSI", "UL", "CSA", "IEEE", "ASME", "SAE", "NFPA"),
        *("AAMI", "AS", "NZS", "TCVN", "QCVN", "SANS", "OIML", "ABNT", "NBR", "VDE", "VDI", "GSO", "RFC", "IETF"),
        *("CECS", "IDF"),
    )
)
_YEAR_AFTER_DASH: Final = frozenset({"GOST", "GOST R", "IEEE", "ASME", "NOM"})
# Words in capitals before a number that are no body: parts of a text, committees, other codes.
_NO_BODY: Final = frozenset(
    (
        *("TABLE", "ANNEX", "APPENDIX", "PART", "FIGURE", "FIG", "CLAUSE", "CHAPTER", "SECTION", "NOTE", "PAGE", "NO"),
        *("ARTICLE", "VERSION", "EDITION", "ED", "REV", "TC", "SC", "WG", "JTC", "PC", "SAC", "TBT", "SPS", "ICS"),
        *("CCS", "FAX", "TEL"),
    )
)
_EUROPEAN = re.compile(
    rf"(?:({'|'.join(sorted(ADOPTERS, key=len, reverse=True))})[ -](?=PR|FPR|EN|HD|CEN|CLC|ISO|IEC|ETSI))?"
    r"(?:(FPR|PR|OPR)?(EN|HD|CWA|CEN/CLC|CEN|CLC|ETSI (?:EN|TS|TR|ES|EG))(?![A-Z]))?"
    r"(?:(?:(?<=[A-Z])[/ -])?(?<![A-Z])(ISO/IEC|ISO/ASTM|ISO/CIE|ISO|IEC|CISPR)(?![A-Z]))?"
    r"(?:[/ ](TS|TR|GUIDE)(?![A-Z]))?"
    r" ?(\d{3} \d{3}|\d{1,6})(?![A-Z\d])((?:-\d{1,5}[A-Z]?(?![A-Z\d])){0,4})",
    re.ASCII,
)
_ASTM = re.compile(
    r"ASTM[ -]?([A-Z]{1,3})[ -]?(\d{1,5}M?(?:/[A-Z]{1,2}\d{1,5}M)?)(?![A-Z\d])"
    r"(?: ?[-:] ?((?:19|20)\d\d|\d\d)([A-Z]?(?:E\d)?)(?![A-Z\d]))?(?:\(((?:19|20)\d\d)\)(E\d)?)?",
    re.ASCII,
)
_GENERIC = re.compile(
    r"([A-Z][A-Z&]{1,9}(?:[/ -][A-Z][A-Z&]{0,9}){0,3}?)(?: S(?:TD|td)\.?)?([ -]?)"
    r"([A-Z]{0,4}\d{1,7}[A-Z]{0,2}(?:[./]\d{1,5}(?:[A-Z]{1,2}|[a-z]{1,2})?){0,4})(?![A-Za-z\d]|\.\d)"
    r"((?:-[A-Z0-9]{1,6}(?![A-Za-z\d])){0,4})",
    re.ASCII,
)
_SHORT_YEAR = re.compile(r"(?:^|-)([5-9]\d)$", re.ASCII)
_DIVISION = re.compile(r"([A-Z])(\d+)", re.ASCII)


def read_european(upper: str, start: int, raw: str, read_twin: ReadAt) -> Reading | None:
    """Return the European standard, or the national adoption, that begins at *start*; None if there is none."""
    match = _EUROPEAN.match(upper, start)
    if match is None:
        return None
    adopter, draft, base, adopted_body, kind, number, parts = match.groups()
    if base is None and not (adopter and adopted_body):
        return None
    head = f"{draft.lower().capitalize() if draft == 'FPR' else draft.lower()}{base}" if draft else base
    adopter = _PRINTED_ADOPTERS.get(adopter, adopter)
    body = " ".join(word for word in (adopter, head, adopted_body) if word)
    if kind:
        body += " Guide" if kind == "GUIDE" else f"/{kind}"
    tail = read_tail(upper, Tail(match.end(), parts[1:] or None), read_twin)
    versioned = tail.edition is not None and tail.edition.startswith("V")
    return _built(raw, body, number, tail, "(" if versioned else ":"), tail.end


def read_astm(upper: str, start: int, raw: str, _read_twin: ReadAt) -> Reading | None:
    """Return the ASTM standard that begins at *start*: ``ASTM D4236-94(2021)e1``; None if there is none."""
    match = _ASTM.match(upper, start)
    if match is None:
        return None
    letters, figures, digits, issue, reaffirmed, epsilon = match.groups()
    year = None if digits is None else int(digits)
    if year is not None and year < 100:
        # ASTM was founded in 1898, and its numbers of two digits run on into this century.
        year += 2000 if year < 50 else 1900
    designation = Designation(
        raw,
        "ASTM",
        letters + figures,
        None,
        year,
        Level.FOREIGN,
        issue=((issue or "") + (epsilon or "")).lower(),
        reaffirmed=int(reaffirmed) if reaffirmed else None,
        year_mark="-",
    )
    return designation, match.end()


def read_generic(text: str, upper: str, start: int, raw: str, read_twin: ReadAt) -> Reading | None:
    """Return the designation of a body whose grammar is not known: capitals, a number, parts, a year.

    None if there is none, or if the letters cannot be a body (``Table 1``, ``ISO/TC 34``, ``AB/T``).
    """
    match = _GENERIC.match(text, start)
    if match is None:
        return None
    body, gap, number, parts = match.groups()
    words = re.split(r"[/ -]", body)
    if not _NO_BODY.isdisjoint(words) or body.endswith(("/T", "/Z")) or not (gap or words[0] in KNOWN_BODIES):
        return None
    if words[0] in {"JIS", "KS"} and (division := _DIVISION.fullmatch(number)):
        # JIS B9700 and JIS B 9700: the letter of the division belongs to the prefix.
        body, number = f"{body} {division[1]}", division[2]
    tail = read_tail(upper, Tail(match.end(), parts[1:] or None), read_twin)
    if words[0] == "GOST" and tail.year is None and tail.part and (short := _SHORT_YEAR.search(tail.part)):
        tail.year, tail.part = 1900 + int(short[1]), tail.part[: short.start()] or None
    spelled_year = text[match.start(4) : tail.end]
    dashed = body in _YEAR_AFTER_DASH or (tail.year is not None and spelled_year == parts and ":" not in spelled_year)
    return _built(raw, body, number, tail, "-" if dashed else ":"), tail.end


def _built(raw: str, body: str, number: str, tail: Tail, mark: str) -> Designation:
    return Designation(
        raw,
        body,
        number,
        tail.part,
        tail.year,
        # CECS 153:2003: what is T/CECS today, from before group standards had their code.
        Level.GROUP if body == "CECS" else Level.FOREIGN,
        all_parts=tail.all_parts,
        supplements=tail.supplements,
        adopted=tail.adopted,
        edition=tail.edition,
        reaffirmed=tail.reaffirmed,
        issue=tail.issue,
        year_mark=mark,
    )
