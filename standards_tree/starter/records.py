"""Say what the starter set holds: frozen values, absent where no source gave the fact."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from standards_tree.limits import Limit
from standards_tree.measures.model import NotificationKind
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    Obligation,
    RelationKind,
    SetRelation,
    StandardStatus,
)
from standards_tree.terms import Concept


class NodeKind(StrEnum):
    """What a node of the standards system divides by: level, subject field, type of standard, product group."""

    LEVEL = "level"
    FIELD = "field"
    TYPE = "type"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class SystemRecord:
    """Name the standards system as a whole."""

    code: str
    name_zh: str
    name_en: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one node of the tree; ``parent_code`` is absent at the three tops."""

    code: str
    parent_code: str | None
    name_zh: str
    name_en: str
    level: Level
    kind: NodeKind


@dataclass(frozen=True, slots=True)
class StandardRecord:
    """Hold the bibliographic facts of one published standard.

    ``node_code`` is absent for international and foreign standards, which a domestic system adopts but does not hold.
    """

    designation: str
    title_zh: str | None
    title_en: str | None
    level: Level
    obligation: Obligation | None
    status: StandardStatus
    issued_on: date | None
    effective_on: date | None
    ended_on: date | None
    ics: tuple[str, ...]
    ccs: tuple[str, ...]
    committee: str | None
    node_code: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Point from the dependent or newer standard to the other; ``dated`` says whether an edition is named.

    An undated normative reference holds the target's designation without its year.
    """

    source: str
    target: str
    kind: RelationKind
    dated: bool
    degree: AdoptionDegree | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """Hold one demand of a measure in our own words.

    ``parameter_zh`` and ``parameter_en`` name the limited property. ``cited`` are the designations the notification
    names for the demand. ``assessed`` says that somebody looked for standards that answer it, whatever they found.
    """

    identifier: str
    symbol: str
    kind: RequirementKind
    text_zh: str
    text_en: str
    parameter_zh: str | None
    parameter_en: str | None
    limit: Limit | None
    assessed: bool
    cited: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold one notification: facts with their sources, or an invented example that says so in symbol and title.

    ``symbols`` has more than one entry for a joint notification, one a member, in the order of ``members``.
    Texts such as ``comment_deadline_text`` keep what the notification prints where it gives no date.
    """

    symbols: tuple[str, ...]
    members: tuple[str, ...]
    kind: NotificationKind
    title_zh: str
    title_en: str
    distributed_on: date | None
    comment_deadline: date | None
    comment_deadline_text: str | None
    adoption_text: str | None
    entry_into_force: date | None
    entry_into_force_text: str | None
    hs_codes: tuple[str, ...]
    ics: tuple[str, ...]
    objectives: tuple[str, ...]
    cited: tuple[str, ...]
    url: str | None
    example: bool
    sources: tuple[str, ...]

    @property
    def symbol(self) -> str:
        """Return the symbol that identifies the measure: its first one."""
        return self.symbols[0]


@dataclass(frozen=True, slots=True)
class Link:
    """Tie a requirement to either a published standard or a draft; the other of the two is absent.

    ``standard_limit`` is the bound on the standard's side, to compare with the requirement's.
    """

    requirement: str
    standard: str | None
    plan_number: str | None
    relation: SetRelation
    state: LinkState
    confidence: float
    rationale_zh: str
    rationale_en: str
    standard_limit: Limit | None
    example: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold an invented draft, so that a first report shows standards in the making."""

    plan_number: str
    title_zh: str
    title_en: str
    level: Level
    obligation: Obligation
    stage: str
    node_code: str
    revises: str | None
    ics: tuple[str, ...]
    ccs: tuple[str, ...]
    example: bool


@dataclass(frozen=True, slots=True)
class StarterSet:
    """Hold everything the starter set ships, checked: every reference resolves, every fact has a source."""

    system: SystemRecord
    nodes: tuple[Node, ...]
    standards: tuple[StandardRecord, ...]
    relations: tuple[Relation, ...]
    measures: tuple[Measure, ...]
    requirements: tuple[Requirement, ...]
    links: tuple[Link, ...]
    drafts: tuple[Draft, ...]
    concepts: tuple[Concept, ...]
