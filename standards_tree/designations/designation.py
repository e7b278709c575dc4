"""What the number of a standard says, its official form, and the keys by which spellings of it meet."""

import re
import sys
from dataclasses import dataclass, field
from typing import Final

from standards_tree.standards import Level, Obligation

_Natural = tuple[tuple[int, str], ...]
SortKey = tuple[int, _Natural, _Natural, int, str]

# What Codex calls its texts since 2017; the old names stay in use for the same numbers.
_CURRENT_BODIES: Final = {
    "codex stan": "cxs",
    "cac/gl": "cxg",
    "cac/rcp": "cxc",
    "cac/mrl": "cxm",
}
_JOINED_BY_DASH: Final = frozenset({"NOM", "MIL-STD", "MIL-PRF", "MIL-DTL"})
# The prefixes of engineering standards, with the code of the industry.
ENGINEERING_CODES: Final = {"CJJ": "CJ", "JGJ": "JG", "JTG": "JT", "JTJ": "JT", "JTS": "JT"}
_REGION = re.compile(r"DBS?(\d+)", re.ASCII)
_RUNS = re.compile(r"(\d+)|([^\d./ -]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Supplement:
    """Name one amendment, corrigendum or the like: ``XG1—2015``, ``Amd 1:2020``, ``A11:2020``.

    *consolidated*: its changes are worked into the text (``+A1:2018``), it is not a document beside it.
    """

    kind: str
    number: str
    year: int | None = None
    consolidated: bool = False


@dataclass(frozen=True, slots=True, init=False)
class Designation:
    """Hold the parts of a standard's number; equal if all parts are, however it was spelled.

    ``body`` is the official prefix (``GB/T``, ``DB31/T``, ``T/CECS``, ``NB/SH/T``, ``ISO/IEC``, ``BS EN ISO``),
    ``part`` what follows the number (``1`` of ``GB/T 1.1``, ``3-100`` of ``IEC 60320-3-100``). ``adopted`` is the
    other number of a double number: the standard adopted identically (``GB/T 19001—2016/ISO 9001:2015``) or the twin
    text (``ITU-T X.681 | ISO/IEC 8824-2``). ``issue`` is what a publisher adds to the year (``a`` and ``e1`` of ASTM,
    the month of an ITU-T text), ``edition`` an edition that is named (``2018`` of ``2018年版``, ``2`` of ``Ed 2``),
    ``reaffirmed`` the year in ASTM's brackets. ``year_mark`` stands before the year in the official form.
    """

    raw: str = field(compare=False)
    body: str
    number: str
    part: str | None = None
    year: int | None = None
    level: Level = Level.FOREIGN
    obligation: Obligation | None = None
    all_parts: bool = False
    supplements: tuple[Supplement, ...] = ()
    adopted: "Designation | None" = None
    issue: str = ""
    edition: str | None = None
    reaffirmed: int | None = None
    year_mark: str = field(default=":", compare=False)
    _key: str | None = field(default=None, init=False, repr=False, compare=False)

    def __init__(  # noqa: PLR0913, PLR0917  (the fields in their order, as a dataclass takes them)
        self,
        raw: str,
        body: str,
        number: str,
        part: str | None = None,
        year: int | None = None,
        level: Level = Level.FOREIGN,
        obligation: Obligation | None = None,
        all_parts: bool = False,
        supplements: tuple[Supplement, ...] = (),
        adopted: "Designation | None" = None,
        issue: str = "",
        edition: str | None = None,
        reaffirmed: int | None = None,
        year_mark: str = ":",
    ) -> None:
        # What a frozen dataclass writes here takes a third of the time of a parse; its slots can be filled directly.
        _FILL_RAW(self, raw)
        _FILL_BODY(self, body)
        _FILL_NUMBER(self, number)
        _FILL_PART(self, part)
        _FILL_YEAR(self, year)
        _FILL_LEVEL(self, level)
        _FILL_OBLIGATION(self, obligation)
        _FILL_ALL_PARTS(self, all_parts)
        _FILL_SUPPLEMENTS(self, supplements)
        _FILL_ADOPTED(self, adopted)
        _FILL_ISSUE(self, issue)
        _FILL_EDITION(self, edition)
        _FILL_REAFFIRMED(self, reaffirmed)
        _FILL_YEAR_MARK(self, year_mark)
        _FILL_KEY(self, None)

    def with_raw(self, raw: str) -> "Designation":
        """Return the same designation, spelled *raw*."""
        return Designation(
            raw,
            self.body,
            self.number,
            self.part,
            self.year,
            self.level,
            self.obligation,
            self.all_parts,
            self.supplements,
            self.adopted,
            self.issue,
            self.edition,
            self.reaffirmed,
            self.year_mark,
        )

    def __str__(self) -> str:
        """Return the official form."""
        return self.official

    @property
    def is_chinese(self) -> bool:
        """Tell whether it names a standard of China, of whatever level."""
        return self.level not in {Level.INTERNATIONAL, Level.FOREIGN}

    @property
    def is_dated(self) -> bool:
        """Tell whether the designation names one edition."""
        return self.year is not None

    @property
    def sector(self) -> str | None:
        """Return the code of the industry: ``QB``, ``NB/SH``, ``CJ`` for ``CJJ/T``; None at other levels."""
        if self.level is not Level.INDUSTRY:
            return None
        code = self.body.removesuffix("/T").removesuffix("/Z")
        return ENGINEERING_CODES.get(code, code)

    @property
    def region(self) -> str | None:
        """Return the code of the province or city that issued a local standard: ``31``, ``3301``."""
        match = _REGION.match(self.body) if self.level is Level.LOCAL else None
        return match[1] if match else None

    @property
    def group(self) -> str | None:
        """Return the code of the association that issued a group standard: ``CECS``."""
        return self.body.removeprefix("T/") if self.level is Level.GROUP else None

    @property
    def enterprise(self) -> str | None:
        """Return the code of the enterprise: ``HKF``."""
        return self.body.removeprefix("Q/") if self.level is Level.ENTERPRISE else None

    @property
    def amendment(self) -> Supplement | None:
        """Return the first amendment or corrigendum, None if there is none."""
        return self.supplements[0] if self.supplements else None

    @property
    def official(self) -> str:
        """Return the form in which the publisher prints it: ``GB/T 44974—2024``, ``ISO 9001:2015``."""
        gap = "-" if self.body in _JOINED_BY_DASH else " "
        name = f"{self._official_body}{gap}{self._number_and_part}"
        if self.edition is None and not (self.supplements or self.all_parts or self.adopted):
            return name + self._official_year
        version = f" {self.edition}" if self._is_versioned else ""
        parts = [name, version, self._official_year]
        if self.edition is not None and not self._is_versioned:
            parts.append(f"({self.edition}年版)" if self._is_dashed else f" Ed {self.edition}")
        parts.extend(self._official_supplement(supplement) for supplement in self.supplements)
        if self.body.startswith("IEC") and any(supplement.consolidated for supplement in self.supplements):
            parts.append(" CSV")
        if self.all_parts:
            parts.append("(所有部分)" if self._is_dashed else " (all parts)")
        if self.adopted is not None:
            parts.append(f"{'/' if self._is_dashed else ' | '}{self.adopted.official}")
        return "".join(parts)

    @property
    def plain(self) -> str:
        """Return the official form with a hyphen for the dash, as data bases print it: ``GB/T 44974-2024``."""
        return self.official.replace("—", "-")

    @property
    def subparts(self) -> tuple[str, ...]:
        """Return the part divided: ``3`` and ``100`` of ``IEC 60320-3-100``."""
        return tuple(re.split("[.-]", self.part)) if self.part else ()

    @property
    def key(self) -> str:
        """Return the match key: equal for all spellings of one designation, different for different ones.

        A double number has the key of its first number, because it names the same document: ``gb/t 19001-2016``.
        """
        # It is asked for again and again, and made of what never changes.
        if self._key is None:
            _FILL_KEY(self, self._made_key())
        return self._key  # type: ignore[return-value]  # just made

    def _made_key(self) -> str:
        mark = "-" if self._is_dashed else ":"
        parts = [self.undated_key]
        if self.year is not None:
            month = self.year_mark == "("
            parts.append(f"{mark}{self.year}{'' if month else self.issue.lower()}")
        if self.reaffirmed is not None:
            parts.append(f"({self.reaffirmed})")
        if self._is_dashed and self.edition is not None:
            parts.append(f"({self.edition}年版)")
        elif self.edition is not None and self._is_versioned:
            parts.append(f" {self.edition.lower()}")
        elif self.edition is not None and self.year is None:
            parts.append(f" ed {self.edition}")
        for extra in self.supplements:
            joined = "+" if extra.consolidated else "/"
            number = extra.number if self._is_dashed or not extra.number else f" {extra.number}"
            parts.append(f"{joined}{extra.kind.lower()}{number}" + (f"{mark}{extra.year}" if extra.year else ""))
        if self.all_parts:
            parts.append(" (all parts)")
        return "".join(parts)

    @property
    def undated_key(self) -> str:
        """Return the key of body, number and part: what an undated reference names."""
        body = self.body.lower()
        return f"{_CURRENT_BODIES.get(body, body)} {self._number_and_part.lower()}"

    @property
    def series_key(self) -> str:
        """Return the key of body and number: what a reference to all parts names."""
        body = self.body.lower()
        return f"{_CURRENT_BODIES.get(body, body)} {self.number.lower()}"

    @property
    def resource_id(self) -> str:
        """Return `key` in the letters a URL leaves alone; see `resource_id_of`."""
        return resource_id_of(self.key)

    @property
    def sort_key(self) -> SortKey:
        """Return the place in a list of references (GB/T 1.1-2020, 8.6.3.2).

        National, industry, local and group standards, ISO, ISO/IEC, IEC, other bodies. National standards and those of
        ISO and IEC go by number; the others by code, then number.
        """
        rank = _rank(self)
        by_number = rank in {0, 5, 6, 7}
        code = () if by_number else _natural(self.body.upper())
        return rank, code, _natural(self._number_and_part), self.year or 0, self.key

    @property
    def sort_text(self) -> str:
        """Return a text that, compared byte by byte as UTF-8, sorts as `sort_key` does; no two keys share one."""
        rank, code, number, year, key = self.sort_key
        return f"{rank}{_sortable(code)}{_sortable(number)}{year:04}{key}"

    @property
    def _number_and_part(self) -> str:
        if self.part is None:
            return self.number
        return f"{self.number}{'.' if self._is_dashed else '-'}{self.part}"

    @property
    def _official_body(self) -> str:
        # A mandatory local standard keeps the slash of its code: DB11/ 501—2017.
        return f"{self.body}/" if self.level is Level.LOCAL and not self.body.endswith(("/T", "/Z")) else self.body

    @property
    def _official_year(self) -> str:
        if self.year is None:
            return ""
        if self.year_mark == "(":
            month = self.issue and (f"-{self.issue}" if self._is_versioned else f"{self.issue}/")
            return f" ({self.year}{month})" if self._is_versioned else f" ({month}{self.year})"
        reaffirmed = "" if self.reaffirmed is None else f"({self.reaffirmed})"
        if self.body == "ASTM":
            letter, epsilon, count = self.issue.partition("e")
            return f"-{self.year % 100:02}{letter}{reaffirmed}{epsilon}{count}"
        return f"{self.year_mark}{self.year}{self.issue if self._is_dashed else ''}{reaffirmed}"

    @property
    def _is_dashed(self) -> bool:
        """Tell whether the number follows GB/T 1.1: a dot before the part, a dash before the year."""
        return self.year_mark == "—"

    @property
    def _is_versioned(self) -> bool:
        return self.edition is not None and self.edition.startswith("V")

    def _official_supplement(self, extra: Supplement) -> str:
        year = "" if extra.year is None else f"{self.year_mark if self._is_dashed else ':'}{extra.year}"
        joined = "+" if extra.consolidated else "/"
        kind = extra.kind
        if kind == "Amd" and (extra.consolidated or self.body.startswith("IEC")):
            return f"{joined}AMD{extra.number}{year}"
        spaced = extra.number and kind not in {"XG", "A", "AC", "prA"}
        return f"{joined}{kind}{' ' if spaced else ''}{extra.number}{year}"


(
    _FILL_RAW,
    _FILL_BODY,
    _FILL_NUMBER,
    _FILL_PART,
    _FILL_YEAR,
    _FILL_LEVEL,
    _FILL_OBLIGATION,
    _FILL_ALL_PARTS,
    _FILL_SUPPLEMENTS,
    _FILL_ADOPTED,
    _FILL_ISSUE,
    _FILL_EDITION,
    _FILL_REAFFIRMED,
    _FILL_YEAR_MARK,
    _FILL_KEY,
) = (getattr(Designation, name).__set__ for name in Designation.__slots__)


def _rank(designation: Designation) -> int:
    if designation.level is not Level.INTERNATIONAL:
        order = (Level.NATIONAL, Level.INDUSTRY, Level.LOCAL, Level.GROUP, Level.ENTERPRISE)
        return order.index(designation.level) if designation.level in order else 9
    body = designation.body
    if body.startswith("ISO/IEC"):
        return 6
    if body.startswith("IEC"):
        return 7
    return 5 if body.startswith("ISO") else 8


def _natural(text: str) -> _Natural:
    """Return *text* as numbers and words, so that 2 comes before 10."""
    return tuple((int(digits), "") if digits else (-1, word) for digits, word in _RUNS.findall(text))


def _sortable(natural: _Natural) -> str:
    """Return *natural* as text: words before numbers, shorter ones before longer ones that begin so.

    A blank, which is in no word, ends words and the whole; a number is led by how many digits it has.
    """
    return "".join(f"!{word} " if number < 0 else f"{len(str(number)):02}{number}" for number, word in natural) + " "


_ID_OF_CHARACTER: Final = {" ": "_", "/": "~", ":": "--"}
_CHARACTER_OF_ID: Final = {sign: character for character, sign in _ID_OF_CHARACTER.items()}
_FIRST_SURROGATE: Final = 0xD800
_LAST_SURROGATE: Final = 0xDFFF
_NOT_IN_ID = re.compile(r"[^a-z0-9.-]")
_PLAIN_KEY = re.compile(r"[a-z0-9 /:.-]*")
_IN_ID = re.compile(r"--|[_~]|U([0-9A-F]{2,6})U")


def resource_id_of(key: str) -> str:
    """Return *key* in the letters a URL leaves alone: ``gb~t_44974-2024``, ``iso_9001--2015``.

    No two keys share an id, because `key_of_resource_id` gives the key back. That holds for every key in which each
    dash and colon stands between letters or digits, which the grammar of designations grants.
    """
    if _PLAIN_KEY.fullmatch(key):
        return key.replace(" ", "_").replace("/", "~").replace(":", "--")
    return _NOT_IN_ID.sub(lambda found: _ID_OF_CHARACTER.get(found[0]) or f"U{ord(found[0]):02X}U", key)


def key_of_resource_id(resource_id: str) -> str:
    """Return the key from which `resource_id_of` made *resource_id*; what it cannot have made stays as it is."""
    return _IN_ID.sub(_character_of_id, resource_id)


def _character_of_id(found: re.Match[str]) -> str:
    if found[1] is None:
        return _CHARACTER_OF_ID[found[0]]
    code = int(found[1], 16)
    is_character = code <= sys.maxunicode and not _FIRST_SURROGATE <= code <= _LAST_SURROGATE
    return chr(code) if is_character else found[0]
