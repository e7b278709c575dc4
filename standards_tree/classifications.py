"""Read and compare classification codes: ICS, CCS, HS, industries and regions.

Sources print codes in every state: several in a cell, with labels, as JSON debris, with blanks or a lost zero. The
``clean_…`` functions read what is there, mark what they corrected and keep what they could not read. The ``parse_…``
functions take exactly one code and refuse anything else.
"""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Final

from standards_tree.errors import InvalidArgumentError, LimitError
from standards_tree.hs_ranges import expand, spelled_out
from standards_tree.text import fold_marks

MAX_CELL_CHARACTERS: Final = 100_000


class Scheme(StrEnum):
    """The classifications that standards and measures carry."""

    ICS = "ics"
    CCS = "ccs"
    HS = "hs"


@dataclass(frozen=True, slots=True)
class Remark:
    """Mark one piece of a cell: what was found, the code it was read as (None: unread) and why.

    *reason* is an English sentence and the key of its translation.
    """

    found: str
    code: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class CodeReading:
    """Hold what a cell says: the canonical codes in their order, each once, and the remarks on them."""

    codes: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def corrected(self) -> tuple[Remark, ...]:
        """Return the remarks on codes that were read after a correction, or that deserve a look."""
        return tuple(remark for remark in self.remarks if remark.code is not None)

    @property
    def unread(self) -> tuple[Remark, ...]:
        """Return the remarks on pieces that could not be read."""
        return tuple(remark for remark in self.remarks if remark.code is None)


@dataclass(frozen=True, slots=True)
class Industry:
    """Name one of the codes of industry standards (行业标准代号)."""

    code: str
    zh: str
    en: str


class RegionKind(StrEnum):
    """What a region of GB/T 2260 is, as far as local standards and the notification network need it."""

    PROVINCE = "province"
    SPECIAL_ADMINISTRATIVE_REGION = "special_administrative_region"
    CORPS = "corps"
    SUB_PROVINCIAL_CITY = "sub_provincial_city"
    CITY_PLANNED_SEPARATELY = "city_planned_separately"


@dataclass(frozen=True, slots=True)
class Region:
    """Name a province (two digits) or a city (four digits) that may issue local standards."""

    code: str
    zh: str
    en: str
    kind: RegionKind

    @property
    def province(self) -> str:
        """Return the code of the province the region is or lies in."""
        return self.code[:2]


def _read_list(name: str, key: str) -> list[dict[str, str]]:
    text = resources.files("standards_tree").joinpath("codes", name).read_text(encoding="utf-8")
    rows: list[dict[str, str]] = json.loads(text)[key]
    return rows


INDUSTRY_CODES: Final[Mapping[str, Industry]] = MappingProxyType(
    {row["code"]: Industry(**row) for row in _read_list("industry_codes.json", "industries")}
)
REGIONS: Final[Mapping[str, Region]] = MappingProxyType(
    {
        row["code"]: Region(row["code"], row["zh"], row["en"], RegionKind(row["kind"]))
        for row in _read_list("regions.json", "regions")
    }
)


_UPPER_LEVELS: Final = {
    Scheme.ICS: "ics_fields.json",
    Scheme.CCS: "ccs_classes.json",
    Scheme.HS: "hs_chapters.json",
}


@functools.cache
def upper_levels(scheme: Scheme) -> frozenset[str]:
    """Return the codes of the fields, classes or chapters of *scheme*."""
    return frozenset(row["code"] for row in _read_list(_UPPER_LEVELS[scheme], "codes"))


_ICS = re.compile(r"(\d{1,2})(?:\.(\d{1,3})(?:\.(\d{2}))?)?(\.?)", re.ASCII)
_CCS = re.compile(r"([A-HJ-NP-Z])(?:(\d{2})(?:/(\d{2}))?)?", re.IGNORECASE | re.ASCII)
_HS = re.compile(r"\d{1,4}(?:\.?\d{1,4}){0,4}\.?", re.ASCII)
_EXCLUDED = re.compile(
    r"[(（]?(?:\b(?:excluding|except(?: for)?|excepting|other than|sauf|excepto)\b|\bexcl\b\.?|不包括|不含)[^)）]*[)）]?"
    r"|[(（][\d.,、 和及]{1,60}除外[)）]|(?<![\d.])[\d.]{2,16}除外",
    re.IGNORECASE,
)

# A code with its name, as ePing ("8517 - Telephone sets; parts") and the SAMR platform ("17.160_振动") print it.
_LABELLED = re.compile(r"([A-Za-z]?\d[\d./]*)(?:(?: - |_| ?: ?).*| [^\d\s,;/-]\D*)")
_NOTATION = re.compile(
    r"(?:(?:HS|ICS|CCS|ex|codes?(?:\(s\))?|chapters?|headings?|and|or|第|税则号列|税则号|税号|税目|品目|编码|及|和|或)"
    r"[.:]*(?![a-z]))+",
    re.IGNORECASE,
)
_BEHIND_CODE = re.compile(r"(?<=\d)(?:章|项下|项|等)$")
_JSON_MARKS = re.compile(r'"[^"]*"\s*:|[][{}"]')

_Read = tuple[str | None, str]
"""A code or None, and the reason for a remark: empty when the code was read as it stands."""


def _read_ics(text: str) -> _Read:
    match = _ICS.fullmatch(text)
    if match is None:
        return None, "not an ICS code: field.group.sub-group, such as 71.100.40"
    field, group, sub_group, stop = match.groups()
    reason = "a full stop at the end was left out" if stop else ""
    if len(field) == 1:
        field, reason = "0" + field, "a lost leading zero was put back"
    if field not in upper_levels(Scheme.ICS):
        return None, "no field of ICS begins so"
    if group is not None and len(group) < 3:
        # A spreadsheet turns 75.060 into the number 75.06; it never leaves a zero at the end, so 13.20 stays unclear.
        if sub_group is not None or group.endswith("0"):
            return None, "the group of an ICS code has three digits"
        group, reason = group.ljust(3, "0"), "zeros lost in a spreadsheet were put back"
    return ".".join(part for part in (field, group, sub_group) if part is not None), reason


def _read_ccs(text: str) -> _Read:
    match = _CCS.fullmatch(text)
    if match is None:
        return None, "not a CCS code: a letter except I and O, and two digits, such as A22"
    return text.upper(), ""


def _read_hs(text: str) -> _Read:
    if _HS.fullmatch(text) is None:
        return None, "not an HS code: 2, 4 or 6 digits, with national digits 8 or 10"
    reason = "a full stop at the end was left out" if text.endswith(".") else ""
    groups = text.strip(".").split(".")
    digits, first_group = "".join(groups), groups[0]
    # Only where nothing is printed before it can a zero be lost: 3304.99.00.1 and 85.1 have all they ever had.
    if len(first_group) in {1, 3} or (len(groups) == 1 and len(digits) in {7, 9}):
        digits, reason = "0" + digits, "a lost leading zero was put back"
    looks_like_ics = len(first_group) == 2 and len(groups) > 1 and len(groups[1]) == 3
    if len(digits) not in {2, 4, 5, 6, 8, 10} or looks_like_ics:
        return None, "an HS code has 2, 4 or 6 digits, with national digits 8 or 10"
    if digits[:2] in {"00", "77"}:
        return None, "no chapter of the HS begins so"
    if len(digits) == 5:
        reason = reason or "five digits: all sub-headings that begin so"
    return digits, reason


_READERS: Final[dict[Scheme, Callable[[str], _Read]]] = {
    Scheme.ICS: _read_ics,
    Scheme.CCS: _read_ccs,
    Scheme.HS: _read_hs,
}
_SHAPES: Final = {Scheme.ICS: _ICS, Scheme.CCS: _CCS, Scheme.HS: _HS}


_EXAMPLES: Final = {Scheme.ICS: "71.100.40", Scheme.CCS: "A22", Scheme.HS: "870830"}


def parse_code(scheme: Scheme, text: str) -> str:
    """Return the canonical form of exactly one code: ``71.100.40``, ``A22``, ``870830``.

    Raises:
        InvalidArgumentError: *text* is no code of *scheme*, or one that can be read only by guessing.
    """
    spelled = fold_marks(text[:MAX_CELL_CHARACTERS])
    if scheme is Scheme.CCS:
        spelled = spelled.replace(" ", "")
    code, reason = _READERS[scheme](spelled)
    if code is None:
        message = "{text} is no code of {scheme}; one is written like {example}"
        raise InvalidArgumentError(message, text=text[:60], scheme=scheme.value.upper(), example=_EXAMPLES[scheme])
    if "lost" in reason:
        message = "{text} is no code of {scheme}; write {code} if that is meant"
        raise InvalidArgumentError(message, text=text[:60], scheme=scheme.value.upper(), code=code)
    return code


def clean_ics(text: str) -> CodeReading:
    """Read every ICS code of a cell: ``75.060``, ``[{"uid":"71.100.40"}]``, ``23.020.20 - Vessels; 43.080 - …``."""
    return clean_codes(Scheme.ICS, text)


def clean_ccs(text: str) -> CodeReading:
    """Read every CCS code of a cell: ``A22``, ``A 22``, ``J90/99``, ``Z04、C51``."""
    return clean_codes(Scheme.CCS, text)


def clean_hs(text: str) -> CodeReading:
    """Read every HS code of a cell: ``8708.3010, 8708.3091``, ``16;17;18``, ``8517 - Telephone sets; parts``."""
    return clean_codes(Scheme.HS, text)


def clean_codes(scheme: Scheme, text: str) -> CodeReading:
    """Read every code of *scheme* in a cell; correct what is plain, keep and mark what is not.

    Raises:
        LimitError: the cell has more than MAX_CELL_CHARACTERS characters.
    """
    if len(text) > MAX_CELL_CHARACTERS:
        raise LimitError("a cell of codes has at most {limit} characters", limit=MAX_CELL_CHARACTERS)
    codes: dict[str, None] = {}
    remarks: list[Remark] = []
    for found in _pieces(scheme, text):
        if scheme is Scheme.HS and _EXCLUDED.fullmatch(found):
            remarks.append(Remark(found, None, "what is excluded is not covered; it was left out"))
            continue
        span = expand(found) if scheme is Scheme.HS else ()
        if span:
            codes.update(dict.fromkeys(span))
            remarks.append(Remark(found, span[0], "a range was written out"))
            continue
        code, reason = _READERS[scheme](found)
        if code is not None:
            codes[code] = None
        if reason:
            remarks.append(Remark(found, code, reason))
    return CodeReading(tuple(codes), tuple(dict.fromkeys(remarks)))


def _pieces(scheme: Scheme, text: str) -> Iterator[str]:
    """Yield what stands for one code each, in order; names of codes are left out, other words are yielded too."""
    if text.lstrip().startswith(("[", "{")):
        # Debris that was cut off ends in half a code: the mark keeps it from being read as a whole one.
        cut_off = not text.rstrip().endswith(("]", "}"))
        text = _JSON_MARKS.sub(" ", text) + ("…" if cut_off else "")
    shape = _SHAPES[scheme]
    after_label = False
    for line in re.split(r"[;；\n|]", text):
        segment = fold_marks(line)
        if scheme is Scheme.CCS:
            segment = re.sub(r"\b([A-Za-z]) (?=\d\d)", r"\1", segment)
        elif scheme is Scheme.HS:
            segment = spelled_out(segment)
        labelled = _LABELLED.fullmatch(segment)
        if labelled is not None and shape.fullmatch(labelled[1]):
            after_label = True
            yield labelled[1]
            continue
        tokens = list(_tokens(shape, segment, scheme))
        if after_label and not all(shape.fullmatch(token) for token in tokens):
            continue  # the name of the code before, which contains a semicolon
        yield from tokens


def _tokens(shape: re.Pattern[str], segment: str, scheme: Scheme) -> Iterator[str]:
    """Yield the words of *segment* without ``HS``, ``ex``, ``第`` and the like; of HS, what is excluded in one piece."""
    if scheme is Scheme.HS and (excluded := _EXCLUDED.search(segment)):
        yield from _tokens(shape, segment[: excluded.start()], scheme)
        yield excluded[0].strip()
        yield from _tokens(shape, segment[excluded.end() :], scheme)
        return
    for word in re.split(r"(?<=\d)[和及或与](?=\d)|[,、\s]+", segment):
        notation = _NOTATION.match(word)
        bare = _BEHIND_CODE.sub("", word[notation.end() :] if notation else word)
        inside = bare.strip("()")
        bare = inside if shape.fullmatch(inside) else bare
        if "/" in bare and not shape.fullmatch(bare) and not _is_shortened(shape, bare):
            yield from filter(None, bare.split("/"))
        elif bare:
            yield bare


def _is_shortened(shape: re.Pattern[str], word: str) -> bool:
    """Tell whether *word* lists HS codes of which the later ones leave out how they begin: ``8517/18``."""
    first, *others = (len(piece.replace(".", "")) for piece in word.split("/"))
    return shape is _HS and first >= 4 and any(count < 4 for count in others)


def is_prefix(scheme: Scheme, code: str, prefix: str) -> bool:
    """Tell whether *prefix* is *code* or stands above it in *scheme*.

    ``71.100`` stands above ``71.100.40``, but ``7`` not above ``71``; ``8708`` above ``87083010``; ``J`` and ``J90/99``
    above ``J95``. Both are canonical codes.
    """
    if code == prefix:
        return True
    if scheme is Scheme.ICS:
        return code.startswith(prefix + ".")
    if scheme is Scheme.HS:
        return len(prefix) >= 2 and code.startswith(prefix)
    if len(prefix) == 1:
        return code.startswith(prefix)
    first, slash, last = prefix[1:].partition("/")
    return bool(slash) and len(code) == 3 and code[0] == prefix[0] and first <= code[1:] <= last
