"""Describe the report document, schema ``tbt.gap.report/1``: the only thing the renderers read.

Every text for people stands in both languages; codes are those of the domain (``covered_stale``, ``re_date``). Dates
are ``YYYY-MM-DD`` or null, ratios numbers from 0 to 1 with four digits, null where there is nothing to divide by.
There is no time of making: the same revisions, scope and options give the same document. Keys may be added to version 1,
never taken away or changed in meaning.
"""

from typing import TypedDict

from standards_tree.reports.schema_terms import TermEntry
from standards_tree.reports.schema_texts import Texts

SCHEMA = "tbt.gap.report/1"


class ReasonEntry(TypedDict):
    """A reason: its code, what fills its sentence, and the sentence."""

    code: str
    parameters: dict[str, str]
    text: Texts


class Tallied(TypedDict):
    """How many requirements have which verdict; every verdict is there, zeros too.

    ``answered`` counts covered and covered_stale, ``assessed`` all but not_assessed; ``ratio`` is answered / assessed.
    """

    verdicts: dict[str, int]
    assessed: int
    answered: int
    ratio: float | None


class Group(Tallied):
    """The verdicts of one member, HS chapter, ICS field or level."""

    code: str


class StockEntry(TypedDict):
    """How many standards there should be (应有数), are (现有数), and existing / expected."""

    expected: int
    existing: int
    ratio: float | None


class LevelRow(StockEntry):
    """A row of the statistics table by level: a level, ``""`` for those without, ``total`` for the sum."""

    level: str


class NodeEntry(TypedDict):
    """Where something stands in a system."""

    system: str
    code: str
    name: Texts


class NodeRow(NodeEntry):
    """A node of the tree, in reading order; ``own`` is what stands directly at it, ``total`` all at and below it."""

    parent: str
    level: str | None
    depth: int
    own: StockEntry
    total: StockEntry
    own_verdicts: Tallied
    verdicts: Tallied


class Step(TypedDict, total=False):
    """A step of a path. The first has only ``type`` (requirement) and ``name``.

    The others have the ``edge`` they are reached by (link, superseded_by, normative_reference, amends, adopts), their
    ``name`` and ``status`` on the date; a link has its set ``relation`` and ``state``, a relation of standards
    ``dated``; both may have a ``clause``. ``defect`` marks the step that is one.
    """

    type: str
    name: str
    edge: str
    status: str
    relation: str
    state: str
    clause: str
    dated: bool
    defect: str


class EvidenceEntry(TypedDict):
    """The shortest path from a requirement to a defect of one kind; ``length`` counts relations of standards."""

    kind: str
    text: Texts
    length: int
    due: str | None
    path: list[Step]


class LinkEntry(TypedDict):
    """A link that counts, and what it gives."""

    target: str
    draft: bool
    relation: str
    state: str
    confidence: float
    clause: str
    limit: str | None
    comparison: str | None
    verdict: str
    reasons: list[ReasonEntry]
    rationale: Texts


class ActionEntry(TypedDict):
    """What to do, and for a standard to be written or adopted its place and level (宜定级别)."""

    code: str
    reason: str
    parameters: dict[str, str]
    text: Texts
    node: NodeEntry | None
    level: str | None


class StandardEntry(TypedDict):
    """The standard that decides; ``linked`` is the edition the link names, which may be an earlier one."""

    designation: str
    title: Texts
    level: str
    obligation: str | None
    status: str
    linked: str
    issued_on: str | None
    effective_on: str | None
    reviewed_on: str | None


class DraftEntry(TypedDict):
    """The draft that decides."""

    designation: str
    title: Texts
    stage: str
    stage_name: Texts
    level: str | None


class RequirementEntry(TypedDict):
    """What was found about one requirement; ``firm_verdict`` is the verdict without suggested links.

    ``remedies`` are sets of ``id`` of works; the gap is closed when all works of one set are done.
    """

    id: str
    measure: str
    number: int
    text: Texts
    kind: str
    parameter: str
    limit: str | None
    hs: list[str]
    ics: list[str]
    verdict: str
    firm_verdict: str
    tentative: bool
    reasons: list[ReasonEntry]
    severity: str
    points: int
    severity_reasons: list[ReasonEntry]
    action: ActionEntry | None
    standard: StandardEntry | None
    draft: DraftEntry | None
    level: str | None
    nodes: list[NodeEntry]
    links: list[LinkEntry]
    suggestions: int
    path: list[Step]
    evidence: list[EvidenceEntry]
    remedies: list[list[str]]
    terms: list[TermEntry]


class MeasureEntry(Tallied):
    """A measure in scope; ``next_date`` is the first of its dates still to come, ``days_left`` the days until then."""

    symbol: str
    symbols: list[str]
    members: list[str]
    title: Texts
    hs: list[str]
    ics: list[str]
    example: bool
    distributed_on: str | None
    comment_deadline: str | None
    entry_into_force: str | None
    next_date: str | None
    next_date_kind: str | None
    days_left: int | None
    requirements: int
    severity: str


class DefectEntry(TypedDict):
    """A defect at or beneath a standard that answers; ``requirements`` have it as their first evidence."""

    kind: str
    text: Texts
    standard: str
    title: Texts
    target: str | None
    target_status: str | None
    dated: bool | None
    clause: str | None
    successor: str | None
    due: str | None
    requirements: int


class ActionStep(TypedDict):
    """A distinct action, the severest gap it closes, and the measures and requirements it serves."""

    action: str
    text: Texts
    severity: str
    measures: list[str]
    requirements: list[str]


class ProblemEntry(TypedDict):
    """A problem in the facts: how often, and at most 100 cases."""

    code: str
    text: Texts
    count: int
    examples: list[str]


class InferredStep(TypedDict):
    """A step of an inferred way: what it leads to, by which edge of the network; ``against`` walks it from its target."""

    type: str
    name: str
    edge: str
    against: bool
    clause: str


class InferredEntry(TypedDict):
    """A standard that probably answers a requirement which no link answers; nobody has confirmed it, no figure counts it.

    ``strength`` says what follows along the way: that the whole requirement is answered, or at least a part;
    ``relation`` is the composed set relation. ``probability`` is calibrated on the confirmed links.
    """

    requirement: str
    standard: str
    title: Texts
    strength: str
    relation: str | None
    probability: float
    penalty: int
    path: list[InferredStep]


class WorkEntry(TypedDict):
    """Work on one standard that would close gaps: to write, revise or adopt it.

    ``closes`` are the requirements it would close the gap of alone, ``helps`` those it would together with other work;
    ``weight`` is the sum of the points of the former. ``standard`` is empty for a new one, which answers ``measure``.
    """

    id: str
    kind: str
    standard: str
    measure: str
    tasks: list[Texts]
    node: NodeEntry | None
    level: str | None
    closes: list[str]
    helps: list[str]
    weight: int


class BudgetEntry(TypedDict):
    """How many standards each year, and of the levels named at the most how many."""

    first_year: int
    years: int
    standards_per_year: int
    levels: dict[str, int]


class PlannedEntry(TypedDict):
    """A work of the plan by its ``id``; it closes what it completes a remedy of, and helps to close the rest."""

    year: int
    work: str
    closes: list[str]
    helps: list[str]
    weight: int


class PlanEntry(TypedDict):
    """The works that close the most weighted gap within a budget.

    ``value`` is the sum of each closed gap's points times the years of the plan it is closed in; no plan is worth more than
    ``upper_bound``, and ``greedy_value`` is what greedy choice reaches. ``optimality_gap`` is 0 for a proven best plan.
    """

    budget: BudgetEntry
    work: list[PlannedEntry]
    candidates: int
    closable: int
    closable_weight: int
    closed: int
    closed_weight: int
    value: int
    upper_bound: int
    optimality_gap: float
    greedy_value: int


class SystemEntry(TypedDict):
    """A standards system."""

    code: str
    name: Texts


class ScopeEntry(TypedDict):
    """What was asked; empty lists and texts, and nulls, are no condition."""

    symbols: list[str]
    members: list[str]
    hs_prefixes: list[str]
    ics_prefixes: list[str]
    distributed_from: str | None
    distributed_to: str | None
    system: str
    branch: str
    include_suggested: bool


class Summary(Tallied):
    """The main figures; ``gaps`` counts requirements that are not simply covered."""

    measures: int
    measures_without_requirements: int
    requirements: int
    gaps: int
    tentative: int
    severities: dict[str, int]
    standards_in_catalogue: int
    defects: int


class Report(TypedDict):
    """A gap report; ``plan`` is there where a budget was given. ``inferred`` stands apart: no other part counts it."""

    schema: str
    as_of: str
    scope: ScopeEntry
    options: dict[str, int]
    revisions: dict[str, int]
    systems: list[SystemEntry]
    summary: Summary
    steps: list[ActionStep]
    measures: list[MeasureEntry]
    requirements: list[RequirementEntry]
    defects: list[DefectEntry]
    tree: list[NodeRow]
    levels: list[LevelRow]
    unplaced: Tallied
    by_member: list[Group]
    by_hs_chapter: list[Group]
    by_ics_field: list[Group]
    by_level: list[Group]
    problems: list[ProblemEntry]
    inferred: list[InferredEntry]
    works: list[WorkEntry]
    plan: PlanEntry | None
