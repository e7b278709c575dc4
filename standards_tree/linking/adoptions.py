"""Follow a citation of an international standard, in whatever edition and spelling, to the domestic standards that adopt it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from standards_tree.designations import Designation, parse_designation_or_none
from standards_tree.standards import AdoptionDegree, Level

# A regional or national body that adopts writes its own letters before those of the body adopted: BS EN ISO, GOST R ISO.
_PUBLISHER: Final = re.compile(r"\b(?:ISO/IEC(?:/IEEE)?|ISO/ASTM|ISO|IEC|ITU)\b.*$")
# CENELEC publishes the IEC's texts under their numbers, 60000 to 69999, and those it shares with ISO from 80000 on.
_CENELEC: Final = re.compile(r"(?:[A-Z]+ )*(?:EN|HD)")
_OF_IEC: Final = re.compile(r"[68]\d{4}")
# The same text is cited by either of the two bodies that publish it.
_JOINT: Final = re.compile(r"^(?:iso/iec|iso|iec) (?=80\d{3}\b)")
# GB/T 1.2-2020, 4.1.1: IDT has the same text, MOD deviates and says where, NEQ is no adoption in the sense of the rules.
CLOSENESS: Final = {AdoptionDegree.IDT: 1.0, AdoptionDegree.MOD: 0.9, AdoptionDegree.NEQ: 0.4}
OTHER_EDITION: Final = 0.9
ONE_OF_ALL_PARTS: Final = 0.6
# By judgement: the pairs it could be fitted to are labelled by the same rule (docs/linking.md).
SIBLING: Final = 0.7


@dataclass(frozen=True, slots=True)
class Adoption:
    """That a standard adopts another: both by designation, and how closely; ``source`` is the resource's name."""

    source: str
    designation: Designation
    adopted: Designation
    degree: AdoptionDegree


@dataclass(frozen=True, slots=True)
class Path:
    """How a citation leads to a standard: what is cited, the adoption it goes by, and how much that says, 0 to 1."""

    cited: str
    adoption: Adoption
    same_edition: bool
    strength: float


class AdoptionMap:
    """Who adopts what, by the adopted standard without its edition."""

    def __init__(self, adoptions: Iterable[Adoption]) -> None:
        self._by_adopted: dict[str, list[Adoption]] = defaultdict(list)
        self._by_series: dict[str, list[Adoption]] = defaultdict(list)
        self._by_source: dict[str, list[Adoption]] = defaultdict(list)
        for adoption in adoptions:
            core = core_of(adoption.adopted)
            self._by_adopted[core.undated_key].append(adoption)
            self._by_series[core.series_key].append(adoption)
            self._by_source[adoption.designation.undated_key].append(adoption)

    def paths(self, cited: Designation) -> Iterator[Path]:
        """Yield how *cited* leads to the standards that adopt it, or adopt what it adopts; the caller picks the domestic ones."""
        seen: set[str] = set()
        for core, by in self._cores(cited):
            found = self._by_adopted.get(core.undated_key, ())
            # "ISO 10993" without a part means the series, where there is no standard of that number alone.
            whole = core.all_parts or (not found and core.part is None)
            for adoption in self._by_series.get(core.series_key, ()) if whole else found:
                # That a standard adopts what it adopts says no more than that it is cited.
                if adoption.source not in seen and adoption.designation.undated_key != cited.undated_key:
                    seen.add(adoption.source)
                    yield _path(cited, core, adoption, by, whole=whole)

    def siblings(self, cited: Designation) -> Iterator[tuple[Designation, Adoption]]:
        """Yield the number that the adoption of *cited* would have, undated, and an adoption that says so.

        Where a national series numbers its parts as the series it adopts does, a part whose adoption is not recorded most
        probably has the number of the part: ISO 10993-14 that of GB/T 16886 with 14. Only where nothing better is known.
        """
        core = core_of(cited)
        if core.part is None or core.is_chinese or self._by_adopted.get(core.undated_key):
            return
        seen: set[str] = set()
        for adoption in self._by_series.get(core.series_key, ()):
            ours = adoption.designation
            if ours.part is None or ours.part != core_of(adoption.adopted).part or not ours.is_chinese:
                continue
            expected = parse_designation_or_none(f"{ours.body} {ours.number}.{core.part}")
            if expected is not None and expected.undated_key not in seen:
                seen.add(expected.undated_key)
                yield expected, adoption

    def _cores(self, cited: Designation) -> Iterator[tuple[Designation, Adoption | None]]:
        """Yield the international standard that *cited* is or carries in its number, and what the catalogue says it adopts."""
        core = core_of(cited)
        yield core, None
        if cited.adopted is not None:
            yield core_of(cited.adopted), None
        for adoption in self._by_source.get(cited.undated_key, ()):
            other = core_of(adoption.adopted)
            if other.undated_key != core.undated_key:
                yield other, adoption


def _path(cited: Designation, core: Designation, adoption: Adoption, by: Adoption | None, *, whole: bool) -> Path:
    adopted = core_of(adoption.adopted)
    # The year of EN ISO 10993-9:2021 is that of the European edition; of the ISO's own it says nothing.
    comparable = (core.body == cited.body or by is not None) and core.year is not None and adopted.year is not None
    same = not comparable or (core.year, _amended(core)) == (adopted.year, _amended(adopted))
    if by is not None and cited.is_dated and cited.key != by.designation.key:
        # What another edition of the cited standard adopts is not known to be what the cited one adopted.
        same = False
    strength = CLOSENESS[adoption.degree] * (1.0 if same else OTHER_EDITION)
    if whole:
        strength *= ONE_OF_ALL_PARTS
    return Path(cited.official, adoption, same, strength)


def _amended(designation: Designation) -> int:
    """Return up to which amendment the text of *designation* goes: 2005+AMD1:2012+AMD2:2020 and 2005+AMD2:2020 are one text."""
    numbers = [each.number for each in designation.supplements if each.kind.casefold() in {"amd", "a"}]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def core_of(designation: Designation) -> Designation:
    """Return the international standard whose number *designation* carries, itself where it carries none.

    ``BS EN ISO 10993-9:2021`` is ``ISO 10993-9:2021``, ``EN 60601-1`` is ``IEC 60601-1``; a text of ISO and IEC together is the
    same by either's letters.
    """
    if designation.is_chinese:
        return designation
    body = designation.body
    if (match := _PUBLISHER.search(body)) is not None:
        body = match[0]
    elif _CENELEC.fullmatch(body) and _OF_IEC.fullmatch(designation.number):
        body = "IEC"
    joint = _JOINT.match(f"{body.lower()} {designation.number}")
    body = "IEC" if joint else body
    # Australia and others write ISO 10993.5.
    number, _, part = (
        designation.number.partition(".") if body.startswith(("ISO", "IEC")) else (designation.number, "", "")
    )
    if body == designation.body and not part:
        return designation
    return Designation(
        designation.raw,
        body,
        number,
        part.replace(".", "-") or designation.part,
        designation.year,
        Level.INTERNATIONAL,
        all_parts=designation.all_parts,
        supplements=designation.supplements,
    )
