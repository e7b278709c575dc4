"""Foreign standards of the European lists, each with the Chinese standard of the same matter, labelled by their numbers.

Chinese standards for medical devices follow the numbering of what they adopt: part n of ISO 10993 is GB/T 16886.n, and
IEC 60601-2-n is 9706.2nn. SERIES has these correspondences, so a label owes nothing to titles or to relations of the
catalogue.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from standards_tree.designations import Designation, parse_designation, parse_designation_or_none
from standards_tree.linking.adoptions import Adoption, core_of
from standards_tree.linking.standards_index import IndexedStandard, StandardsIndex, Texts
from standards_tree.standards import AdoptionDegree, StandardStatus

# The number of the foreign standard, and beginnings of the number of its Chinese counterpart, {0} being the part.
SERIES = {
    r"iso 10993-(\d+)": "16886.{0}-",
    r"iec 60601-1": "9706.1-",
    r"iec 60601-1-(\d+)": "9706.1{0:02}-",
    r"iec [68]0601-2-(\d+)": "9706.2{0:02}-",
    r"iso 13485": "42061-",
    r"iso 14971": "42062-",
    r"iso 11135": "18279.1- 18279-",
    r"iso 11137-(\d)": "18280.{0}-",
    r"iso 17665(?:-1)?": "18278.1-",
    r"iso 14155": "0297-",
    r"iso 15223-(\d)": "0466.{0}-",
    r"iso 11607-(\d)": "19633.{0}-",
    r"iec 62304": "0664-",
    r"iec 62366-1": "1474-",
    r"iso 18562-(\d)": "1778.{0}-",
    r"iso 80369-(\d+)|iec 80369-(\d+)": "0916.{0}-",
    r"iso 11737-(\d)": "19973.{0}-",
    r"iso 11138-(\d)": "18281.{0}-",
    r"iso 11140-(\d)": "18282.{0}-",
    r"iso 14708-(\d)": "16174.{0}-",
    r"iso 5840-(\d)": "12279.{0}-",
    r"iso 25539-(\d)": "0663.{0}-",
    r"iso 10555-(\d)": "0285.{0}-",
    r"iso 17664(?:-1)?": "0802-",
    r"iso 15883-(\d)": "0734.{0}-",
    r"iso 11979-(\d+)": "0290.{0}-",
    r"iso 14937": "19974-",
    r"iso 13408-(\d)": "0567.{0}-",
    r"iso 22442-(\d)": "0771.{0}-",
    r"iso 14630": "0640-",
    r"iso 7405": "0268-",
    r"iso 6872": "30367-",
    r"iso 8536-4": "8368-",
}

# How notifications write the number of an ISO or IEC standard: undated, of another edition, by a European number, in full width.
SPELLINGS: list[Callable[[str], str]] = [
    lambda number: number,
    lambda number: number.partition(":")[0],
    lambda number: f"{number.partition(':')[0]}:1999",
    lambda number: number.replace(" ", "").partition("+")[0],
    lambda number: f"EN {number.partition(':')[0]}:2031",
    lambda number: f"BS EN {number.partition(':')[0]}",
    lambda number: number.partition(":")[0].replace("-", "－").replace(" ", "　"),
    lambda number: number.partition(":")[0].lower(),
]


@dataclass(frozen=True)
class ForeignStandard:
    """An entry of the European lists, and the names of its Chinese counterparts: none where no series tells them."""

    designation: Designation
    title_zh: str
    title_en: str
    counterparts: frozenset[str]
    abstract: str = ""
    """What the lists say it is about, in English and in their own words."""

    @property
    def seen(self) -> bool:
        """Tell whether it belongs to the split that weights are fitted on: all editions of one standard do, or none."""
        return hashlib.sha256(core_of(self.designation).series_key.encode()).digest()[0] % 2 == 0


def chinese_standards(shared_data: Path) -> list[IndexedStandard]:
    """Return the Chinese catalogue of medical devices."""
    rows = json.loads((shared_data / "catalogues/china_medical/standards_2026-05-10.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        designation = parse_designation_or_none(row["number"])
        if designation is not None:
            name = f"standards/{designation.resource_id}"
            found.append(IndexedStandard(name, designation, row["title_zh"], "", StandardStatus.IN_FORCE))
    return found


def adoptions(shared_data: Path) -> list[Adoption]:
    """Return the adoptions that the Chinese catalogue states."""
    rows = json.loads((shared_data / "catalogues/china_medical/adoptions.json").read_text(encoding="utf-8"))
    found = []
    for row in rows:
        source, adopted = map(parse_designation_or_none, (row["gb_number"], row["iso_number"]))
        if source is not None and adopted is not None:
            degree = AdoptionDegree(row["adoption_type"])
            found.append(Adoption(f"standards/{source.resource_id}", source, adopted, degree))
    return found


def medical_index(shared_data: Path) -> StandardsIndex:
    """Return the Chinese catalogue as suggestions are made from it."""
    return StandardsIndex(chinese_standards(shared_data), adoptions(shared_data), {})


def described_index(shared_data: Path, foreign: list[ForeignStandard], *, scopes: bool) -> StandardsIndex:
    """Return the catalogue as it is where it knows what its standards adopt: with the English titles of these, or their scopes.

    The lists tell both for the counterparts of their entries. Every entry without one is a standard of the index too, with an
    invented number, so that those with English texts are not the right ones alone.
    """
    standards = chinese_standards(shared_data)
    texts: dict[str, Texts] = {}
    for place, one in enumerate(foreign):
        names = sorted(one.counterparts)
        if not names:
            designation = parse_designation(f"GB/T {990000 + place}-2099")
            names = [f"standards/{designation.resource_id}"]
            standards.append(IndexedStandard(names[0], designation, one.title_zh, "", StandardStatus.IN_FORCE))
        number = one.designation.official
        said = Texts(adopted=number, adopted_scope=one.abstract) if scopes else Texts("", "", number, one.title_en)
        for name in names:
            texts.setdefault(name, said)
    return StandardsIndex(standards, adoptions(shared_data), {}, texts=texts)


def foreign_standards(shared_data: Path, index: StandardsIndex) -> Iterator[ForeignStandard]:
    """Yield the entries of the European lists that have a number, each once."""
    known: set[str] = set()
    for path in sorted((shared_data / "catalogues/eu_medical").glob("*/standards-*.json")):
        for row in json.loads(path.read_text(encoding="utf-8"))["standards"]:
            designation = parse_designation_or_none(row["number"])
            if designation is not None and designation.key not in known:
                known.add(designation.key)
                counterparts = frozenset(_counterparts(core_of(designation).undated_key, index))
                title = row["title"] if isinstance(row["title"], dict) else {"en": row["title"]}
                yield ForeignStandard(
                    designation, title.get("zh", ""), title.get("en", ""), counterparts, row.get("abstract") or ""
                )


def bilingual_concepts(shared_data: Path) -> list[tuple[str, str]]:
    """Return the topics of the European lists as they are called in Chinese and English."""
    found = []
    for path in sorted((shared_data / "catalogues/eu_medical").glob("*/_index.json")):
        topics = json.loads(path.read_text(encoding="utf-8"))["categories"].values()
        found.extend((topic["name"]["zh"], topic["name"]["en"]) for topic in topics)
    return sorted(set(found))


def _counterparts(core: str, index: StandardsIndex) -> Iterator[str]:
    for pattern, numbers in SERIES.items():
        match = re.fullmatch(pattern, core)
        if match is None:
            continue
        part = next((int(group) for group in match.groups() if group), 0)
        for number in numbers.format(part).split():
            for standard in index.by_name.values():
                if standard.designation.body[:2] in ("GB", "YY") and f" {number}" in standard.designation.plain:
                    yield standard.name
