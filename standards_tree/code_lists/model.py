"""Say what a code list is: which there are, what a code of each looks like, and what stands above it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from standards_tree.classifications import Scheme, parse_code
from standards_tree.errors import InvalidArgumentError
from standards_tree.text import fold_marks

MAX_CODE_CHARACTERS: Final = 20


class CodeListId(StrEnum):
    """The code lists of this system."""

    ICS = "ics"
    CCS = "ccs"
    HS = "hs"
    INDUSTRIES = "industries"
    REGIONS = "regions"
    COUNTRIES = "countries"
    WTO_MEMBERS = "wto-members"


TITLES: Final = {
    CodeListId.ICS: ("国际标准分类法", "International Classification for Standards (ICS)"),
    CodeListId.CCS: ("中国标准文献分类法", "Chinese Classification for Standards (CCS)"),
    CodeListId.HS: ("商品名称及编码协调制度", "Harmonized System (HS)"),
    CodeListId.INDUSTRIES: ("行业标准代号", "Codes of industry standards"),
    CodeListId.REGIONS: ("行政区划代码", "Regions of China"),
    CodeListId.COUNTRIES: ("国家和地区代码", "Countries and territories (ISO 3166)"),
    CodeListId.WTO_MEMBERS: ("世界贸易组织成员", "Members of the World Trade Organization"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list. At least one title is given.

    ``parent`` is the nearest code above it that its list holds, ``level`` counts from 1. ``aliases`` are other codes of
    the same thing (``CHN`` of ``CN``). A withdrawn code stays readable and may name what replaced it.
    """

    code: str
    parent: str | None
    level: int
    title_zh: str = ""
    title_en: str = ""
    notes: str = ""
    withdrawn: bool = False
    replaced_by: str = ""
    aliases: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """Return the title in *language* (a BCP 47 tag), the other one where there is none."""
        first, second = (self.title_zh, self.title_en) if language.startswith("zh") else (self.title_en, self.title_zh)
        return first or second


_SCHEMES: Final = {CodeListId.ICS: Scheme.ICS, CodeListId.CCS: Scheme.CCS, CodeListId.HS: Scheme.HS}
_SHAPES: Final = {
    CodeListId.INDUSTRIES: re.compile(r"[A-Z]{2}(?:/[A-Z]{2})?"),
    CodeListId.REGIONS: re.compile(r"\d{2}(?:\d{2}){0,2}", re.ASCII),
    CodeListId.COUNTRIES: re.compile(r"[A-Z]{2}"),
    CodeListId.WTO_MEMBERS: re.compile(r"[A-Z]{2,4}"),
}
_EXAMPLES: Final = {
    CodeListId.ICS: "71, 71.100, 71.100.40",
    CodeListId.CCS: "A, A20/39, A22",
    CodeListId.HS: "87, 8708, 870830, 87083010",
    CodeListId.INDUSTRIES: "QB, NB/SH",
    CodeListId.REGIONS: "31, 3302",
    CodeListId.COUNTRIES: "CN",
    CodeListId.WTO_MEMBERS: "CHN, EU, TPKM",
}
_GROUP = re.compile(r"([A-Z])(\d\d)/(\d\d)", re.ASCII)


def canonical_code(list_id: CodeListId, text: str) -> str:
    """Return the canonical form of one code: ``71.100.40``, ``A22``, ``870830``, ``3302``, ``CN``.

    Raises:
        InvalidArgumentError: *text* is no code of that list, or can be read only by guessing.
    """
    try:
        code = _canonical(list_id, text[: MAX_CODE_CHARACTERS + 1])
    except InvalidArgumentError:
        code = None
    if code is None:
        message = "{text} is no code of this list, whose codes look like {examples}"
        raise InvalidArgumentError(message, text=text[:60], examples=_EXAMPLES[list_id])
    return code


def _canonical(list_id: CodeListId, text: str) -> str | None:
    if list_id in _SCHEMES:
        return parse_code(_SCHEMES[list_id], text)
    code = fold_marks(text).upper()
    if list_id is CodeListId.REGIONS and len(code) == 6:
        # GB/T 2260 writes provinces and cities with zeros behind: 330000, 330200.
        code = code.removesuffix("00").removesuffix("00")
    return code if _SHAPES[list_id].fullmatch(code) else None


def level_and_parents(list_id: CodeListId, code: str) -> tuple[int, tuple[str, ...]]:
    """Return the level of a canonical *code*, and what its form puts above it, nearest first.

    A CCS code stands below a group that its form does not name; `is_in_group` finds it.
    """
    if list_id is CodeListId.ICS:
        words = code.split(".")
        return len(words), tuple(".".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    if list_id in (CodeListId.HS, CodeListId.REGIONS):
        above = tuple(code[:length] for length in range(len(code) - 1, 1, -1) if length % 2 == 0)
        return len(above) + 1, above
    if list_id is CodeListId.CCS and len(code) > 1:
        return (2 if "/" in code else 3), (code[0],)
    return 1, ()


def is_in_group(code: str, group: str) -> bool:
    """Tell whether the CCS *code* lies in *group*: ``J95`` in ``J90/99``."""
    match = _GROUP.fullmatch(group)
    return match is not None and len(code) == 3 and code[0] == match[1] and match[2] <= code[1:] <= match[3]


def order_of(list_id: CodeListId, code: str) -> str:
    """Return what puts codes in the order of their list, bytewise: a group of CCS stands before its first code."""
    if list_id is CodeListId.CCS and len(code) > 1:
        return f"{code[:3]}{0 if '/' in code else 1}{code[3:]}"
    return code
