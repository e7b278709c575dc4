"""Read the plan numbers of national standards, such as 20221858-T-469."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from standards_tree.designations import Designation
from standards_tree.errors import Bilingual, InvalidArgumentError
from standards_tree.standards import Obligation
from standards_tree.text import fold_marks

_FORM: Final = re.compile(r"(\d{4})(\d{4})-([A-Z])-(\d{3})", re.ASCII)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2099
NATURES: Final = MappingProxyType({"T": Obligation.RECOMMENDED, "Q": Obligation.MANDATORY, "Z": Obligation.GUIDANCE})
"""推荐, 强制, 指导."""
DEPARTMENTS: Final = MappingProxyType(
    {"469": Bilingual("Standardization Administration of China", "国家标准化管理委员会")}
)
"""The departments whose code could be read in a source; others are kept by their code."""
WORDS: Final = MappingProxyType(
    {
        Obligation.RECOMMENDED: Bilingual("recommended", "推荐性"),
        Obligation.MANDATORY: Bilingual("mandatory", "强制性"),
        Obligation.GUIDANCE: Bilingual("guidance", "指导性"),
    }
)


@dataclass(frozen=True, slots=True)
class PlanNumber:
    """Hold the parts of a plan number: 2022, 1858, T, 469."""

    year: int
    serial: str
    nature: str
    department: str

    def __str__(self) -> str:
        """Return the number as it is written."""
        return f"{self.year}{self.serial}-{self.nature}-{self.department}"

    @property
    def obligation(self) -> Obligation:
        """Return what the nature says about the standard that is planned."""
        return NATURES[self.nature]


def parse_plan_number(text: str, field: str = "plan_number") -> PlanNumber:
    """Return the parts of a plan number in any spelling: full-width forms, other dashes, small letters.

    Raises:
        InvalidArgumentError: *text* is none; says what is wrong with it and names *field*.
    """
    folded = fold_marks(text).upper().replace(" ", "")
    match = _FORM.fullmatch(folded)
    if match is None:
        message = "{plan_number} is no plan number: year, four digits, -, T, Q or Z, -, three digits, as 20221858-T-469"
        raise InvalidArgumentError.in_field(field, message, plan_number=text[:40])
    year, serial, nature, department = int(match[1]), match[2], match[3], match[4]
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        message = "{plan_number} begins with {year}, which is no year of a plan; it begins as 2022 in 20221858-T-469"
        raise InvalidArgumentError.in_field(field, message, plan_number=folded, year=match[1])
    if nature not in NATURES:
        message = "{plan_number} has the nature {nature}; there are T (recommended), Q (mandatory) and Z (guidance)"
        raise InvalidArgumentError.in_field(field, message, plan_number=folded, nature=nature)
    return PlanNumber(year, serial, nature, department)


def agreed_obligation(
    stated: Obligation | None, plan: PlanNumber | None, designation: Designation | None
) -> Obligation | None:
    """Return whether the standard will be mandatory, as what is *stated*, its plan and its number say with one voice.

    Raises:
        InvalidArgumentError: two of them contradict each other; names the field.
    """
    printed = designation.obligation if designation is not None else None
    if plan is not None:
        if printed is not None and printed is not plan.obligation:
            message = "the plan number {plan_number} is for a {planned} standard, and {designation} is {printed}"
            raise InvalidArgumentError.in_field(
                "plan_number",
                message,
                plan_number=plan,
                planned=WORDS[plan.obligation],
                designation=designation.official if designation is not None else "",
                printed=WORDS[printed],
            )
        if stated is not None and stated is not plan.obligation:
            message = "the plan number {plan_number} is for a {planned} standard, and the draft is to be {stated}"
            raise InvalidArgumentError.in_field(
                "plan_number",
                message,
                plan_number=plan,
                planned=WORDS[plan.obligation],
                stated=WORDS[stated],
            )
    if stated is not None and printed is not None and stated is not printed:
        message = "{designation} is {printed}, and the draft is to be {stated}"
        raise InvalidArgumentError.in_field(
            "obligation",
            message,
            designation=designation.official if designation is not None else "",
            printed=WORDS[printed],
            stated=WORDS[stated],
        )
    return stated or (plan.obligation if plan is not None else None) or printed
