"""Give the code lists that come with the program, each with its source; codes/SOURCES.md has all of them.

Names of countries are those of CLDR as Babel carries them (Unicode licence), so nothing of ISO's list is copied.
"""

import csv
import functools
import json
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, Final

import babel
from babel import Locale
from babel.core import get_global

from standards_tree.classifications import INDUSTRY_CODES, REGIONS, Region, RegionKind
from standards_tree.code_lists.book import CodeBook
from standards_tree.code_lists.importing import CodeRow, read_codes
from standards_tree.code_lists.model import Code, CodeListId
from standards_tree.measures.members import member_name

SHIPPED: Final = "shipped-"
"""How the versions begin that come with the program; an imported one may not."""

_FILES: Final = {
    CodeListId.ICS: "ics_fields.json",
    CodeListId.CCS: "ccs_classes.json",
    CodeListId.HS: "hs_chapters.json",
    CodeListId.INDUSTRIES: "industry_codes.json",
    CodeListId.REGIONS: "regions.json",
    CodeListId.WTO_MEMBERS: "wto_members.json",
}
_LOWER_LEVELS: Final = {
    CodeListId.ICS: "ics_groups.csv",
    CodeListId.CCS: "ccs_groups.csv",
    CodeListId.HS: "hs_subheadings.csv",
}
_KINDS: Final = {
    RegionKind.SUB_PROVINCIAL_CITY: "副省级城市 sub-provincial city",
    RegionKind.CITY_PLANNED_SEPARATELY: "副省级城市，计划单列市 sub-provincial city, planned separately",
    RegionKind.CORPS: "兵团 corps",
    RegionKind.SPECIAL_ADMINISTRATIVE_REGION: "特别行政区 special administrative region",
}
# Codes of CLDR that are none of ISO 3166-1: reserved ones, groups of countries, pseudo-regions.
_NOT_ISO: Final = frozenset(("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"))
_FORMER: Final = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
# As Chinese standards write them, and as ISO 3166 names Taiwan.
_OFFICIAL: Final = {"TW": ("中国台湾", "Taiwan, Province of China"), "HK": ("中国香港", "Hong Kong, China"),
                    "MO": ("中国澳门", "Macao, China")}  # fmt: skip


@functools.cache
def shipped_book(list_id: CodeListId) -> CodeBook:
    """Return the version of *list_id* that comes with the program."""
    if list_id is CodeListId.COUNTRIES:
        source = f"Territory names of the Unicode CLDR, as Babel {babel.__version__} carries them (Unicode licence)"
        return _book(list_id, f"{SHIPPED}babel-{babel.__version__}", source, _countries())
    content = _content(_FILES[list_id])
    entries: Iterable[Code]
    if list_id is CodeListId.INDUSTRIES:
        entries = (Code(each.code, None, 1, each.zh, each.en) for each in INDUSTRY_CODES.values())
    elif list_id is CodeListId.REGIONS:
        notes = {row["code"]: row.get("note", "") for row in content["regions"]}
        entries = (_region(region, notes[region.code]) for region in REGIONS.values())
    elif list_id is CodeListId.WTO_MEMBERS:
        entries = (
            Code(code, None, 1, member_name(code, "zh-Hans") or "", member_name(code, "en") or "")
            for code in content["codes"]
        )
    else:
        upper = {row["code"]: Code(row["code"], None, 1, row["zh"], row["en"]) for row in content["codes"]}
        entries = read_codes(list_id, _lower_levels(_LOWER_LEVELS[list_id]), upper).codes.values()
    return _book(list_id, content["version"], content["source"], entries)


def _lower_levels(file: str) -> Iterator[CodeRow]:
    text = resources.files("standards_tree").joinpath("codes", file).read_text(encoding="utf-8")
    for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
        yield CodeRow(number, row["code"], title_zh=row["zh"], title_en=row["en"], notes=row["notes"])


def _content(file: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        resources.files("standards_tree").joinpath("codes", file).read_text(encoding="utf-8")
    )
    return content


def _book(list_id: CodeListId, version: str, source: str, entries: Iterable[Code]) -> CodeBook:
    return CodeBook(list_id, version, source, {entry.code: entry for entry in entries})


def _region(region: Region, note: str) -> Code:
    is_city = len(region.code) > 2
    notes = "; ".join(filter(None, (_KINDS.get(region.kind, ""), note)))
    parent = region.province if is_city else None
    return Code(region.code, parent, 2 if is_city else 1, region.zh, region.en, notes)


def _countries() -> Iterator[Code]:
    """Yield the countries and territories of ISO 3166-1 by their two letters, the three letters as another code."""
    chinese, english = Locale.parse("zh_Hans").territories, Locale.parse("en").territories
    three_letters: dict[str, str] = {}
    for alias, territories in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(territories) == 1 and alias not in _FORMER:
            three_letters[territories[0]] = alias
    for code in sorted(english):
        if len(code) == 2 and code.isalpha() and code not in _NOT_ISO:
            zh, en = _OFFICIAL.get(code, (chinese.get(code, ""), english[code]))
            yield Code(code, None, 1, zh, en, aliases=(three_letters[code],))
