"""Hold what a gap analysis reads: facts of the catalogue and of the linkage, each as of one revision, and its scope.

Everything in a report is named by what people know it by: designations, document symbols, node codes. The ``id`` of a
fact only ties facts together and never leaves the analysis, so that the same content gives the same bytes whatever
identifiers and whatever order the services made it in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from standards_tree.limits import Limit
from standards_tree.measures.requirements import RequirementKind
from standards_tree.standards import (
    AdoptionDegree,
    Level,
    LinkState,
    Obligation,
    RelationKind,
    SetRelation,
    Validity,
)
from standards_tree.terms import ConceptStatus


@dataclass(frozen=True, slots=True)
class StandardFact:
    """One edition. ``key`` is its match key, ``undated_key`` that of its designation without the year."""

    key: str
    undated_key: str
    official: str
    title_zh: str
    title_en: str
    level: Level
    validity: Validity
    obligation: Obligation | None = None
    reviewed_on: date | None = None
    ics: tuple[str, ...] = ()
    ccs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFact:
    """A draft under way. ``stage`` is a harmonized code, ``30`` or ``30.20``; ``revises`` holds keys of standards.

    ``designation`` is the planned designation or the plan number, empty where the draft has neither yet.
    """

    id: str
    designation: str
    title_zh: str
    title_en: str
    stage: str
    level: Level | None = None
    system: str = ""
    node_code: str = ""
    revises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationFact:
    """A relation from the dependent or newer standard to the other.

    ``target_key`` is the key of an edition, or where ``dated`` is false an undated key; ``target_text`` is the
    designation as written, shown where the catalogue does not know the key.
    """

    source_key: str
    target_key: str
    target_text: str
    kind: RelationKind
    dated: bool = True
    degree: AdoptionDegree | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class SystemFact:
    """A standards system (标准体系)."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class NodeFact:
    """A node of a system; ``planned`` standards should stand directly at it (应有数), 0 where not stated."""

    system: str
    code: str
    parent_code: str
    name_zh: str
    name_en: str
    level: Level | None = None
    planned: int = 0


@dataclass(frozen=True, slots=True)
class PlacementFact:
    """The one place of a standard in a system."""

    system: str
    node_code: str
    standard_key: str


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A foreign measure: ``symbol`` names it, ``symbols`` are all of a joint one, ``members`` are codes (EU, USA)."""

    symbol: str
    title_zh: str
    title_en: str
    symbols: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    hs: tuple[str, ...] = ()
    ics: tuple[str, ...] = ()
    distributed_on: date | None = None
    comment_deadline: date | None = None
    entry_into_force: date | None = None
    example: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A standard that a requirement cites: the text as written and its key or undated key."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class RequirementFact:
    """One demand of a measure. Without HS or ICS codes of its own it has those of the measure.

    ``assessed`` says that somebody has looked for the standards that answer it: then no link means that none does.
    """

    id: str
    measure_symbol: str
    number: int
    text_zh: str
    text_en: str
    kind: RequirementKind = RequirementKind.OTHER
    parameter: str = ""
    limit: Limit | None = None
    hs: tuple[str, ...] = ()
    ics: tuple[str, ...] = ()
    cited: tuple[Citation, ...] = ()
    assessed: bool = False


@dataclass(frozen=True, slots=True)
class LinkFact:
    """The claim that a standard (``standard_key``) or a draft (``draft_id``) answers a requirement."""

    id: str
    requirement_id: str
    relation: SetRelation
    state: LinkState
    standard_key: str = ""
    draft_id: str = ""
    confidence: float = 1.0
    rationale_zh: str = ""
    rationale_en: str = ""
    clause: str = ""
    standard_limit: Limit | None = None


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """Where a definition is taken from: the source as written and the clause, as far as it is stated apart."""

    source: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ConceptFact:
    """A concept of the registry: its number in its vocabulary, what it is called, and what each of its definitions quotes.

    ``term_en`` is a term of another language where there is neither a Chinese nor an English one.
    """

    id: str
    number: str
    domain: str
    status: ConceptStatus
    term_zh: str
    term_en: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class UseFact:
    """The text of a requirement uses a concept: one of its designations stands there by itself."""

    requirement_id: str
    concept_id: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All facts an analysis reads, and the revision of each service's change log that they show, by service.

    ``uses`` may be left out where who analyses knows them otherwise: they follow from texts and concepts.
    """

    standards: tuple[StandardFact, ...] = ()
    drafts: tuple[DraftFact, ...] = ()
    relations: Sequence[RelationFact] = ()
    systems: tuple[SystemFact, ...] = ()
    nodes: tuple[NodeFact, ...] = ()
    placements: tuple[PlacementFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    requirements: tuple[RequirementFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    concepts: tuple[ConceptFact, ...] = ()
    uses: tuple[UseFact, ...] = ()
    revisions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which requirements to judge, on which date. Every condition given must hold; an empty one holds always.

    HS and ICS codes are in scope at or below a prefix. ``system`` names the standards system the coverage is shown
    over, empty for all; with ``branch``, a node code, only requirements are judged whose standards, drafts or
    proposed place lie at or below that node.
    """

    as_of: date
    symbols: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    hs_prefixes: tuple[str, ...] = ()
    ics_prefixes: tuple[str, ...] = ()
    distributed_from: date | None = None
    distributed_to: date | None = None
    system: str = ""
    branch: str = ""
    include_suggested: bool = False


@dataclass(frozen=True, slots=True)
class GapOptions:
    """The figures an analysis is made with.

    ``review_years``: a standard is to be reviewed at most five years after it was issued or last confirmed
    (Standardization Law of 2017, art. 29); 0 leaves reviews out. ``near_days`` and ``far_days`` before a measure
    enters into force raise the severity of its gaps; the first is the six months that exporters usually have.
    """

    review_years: int = 5
    near_days: int = 183
    far_days: int = 365
