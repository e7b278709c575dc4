"""Say what one requirement of a measure is."""

from dataclasses import dataclass
from enum import StrEnum

from standards_tree.limits import Limit


class RequirementKind(StrEnum):
    """What kind of thing a requirement demands."""

    LIMIT = "limit"
    TEST_METHOD = "test_method"
    DESIGN = "design"
    PERFORMANCE = "performance"
    LABELLING = "labelling"
    CERTIFICATION = "certification"
    REGISTRATION = "registration"
    DOCUMENTATION = "documentation"
    PROCEDURE = "procedure"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Hold one thing a measure demands, no larger than one standard can answer.

    ``hs_codes`` narrow those of the measure; empty means all of them. ``parameter`` is the limited property, such as
    lead content. ``cited`` are the designations of standards as the notification writes them.
    """

    text: str
    kind: RequirementKind
    translation: str = ""
    subject: str = ""
    hs_codes: tuple[str, ...] = ()
    parameter: str = ""
    limit: Limit | None = None
    cited: tuple[str, ...] = ()
