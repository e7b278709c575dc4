"""Hold everything that hangs together as one network of integers: standards, drafts, requirements and measures.

Nodes are numbered standards first (as in :mod:`editions`), then drafts, requirements and measures, each in the order
people know them by. An edge leads from what depends on something to what it depends on:

======================= ==============================================================================================
edge                    from … to
======================= ==============================================================================================
refers_*, supersedes,   a standard … the standard it refers to, supersedes, amends or adopts; an undated reference
amends, adopts_*        leads to the edition in force on the date
link_*                  a requirement … the standard or draft that is confirmed to answer it
cites                   a requirement … a standard its text names
part_of                 a requirement … its measure
revises                 a draft … the standard it will supersede
======================= ==============================================================================================

The clause an edge stands in is read from the fact it was made of, ``origins`` in ``relations`` or ``links``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.columns import DEGREE_NUMBER, KIND_NUMBER, UNKNOWN
from standards_tree.gap.demands import SET_RELATION_NUMBER, SET_RELATIONS, Demands
from standards_tree.gap.editions import Editions
from standards_tree.gap.graph import Ints, Numbers
from standards_tree.gap.health import Health
from standards_tree.gap.penalties import EDGE_KINDS, EDGE_NUMBER, EdgeKind
from standards_tree.gap.snapshot import DraftFact, LinkFact, MeasureFact, RequirementFact, Snapshot
from standards_tree.gap.steps import Steps
from standards_tree.gap.verdicts import name_of_draft
from standards_tree.standards import AdoptionDegree, LinkState, RelationKind, SetRelation

_LINKS = {
    SetRelation.EQUAL: EdgeKind.LINK_EQUAL,
    SetRelation.SUBSET: EdgeKind.LINK_SUBSET,
    SetRelation.SUPERSET: EdgeKind.LINK_SUPERSET,
    SetRelation.INTERSECTS: EdgeKind.LINK_INTERSECTS,
}
LINK_NUMBERS = tuple(EDGE_NUMBER[kind] for kind in _LINKS.values())
_ADOPTIONS = {
    AdoptionDegree.IDT: EdgeKind.ADOPTS_IDT,
    AdoptionDegree.MOD: EdgeKind.ADOPTS_MOD,
    AdoptionDegree.NEQ: EdgeKind.ADOPTS_NEQ,
    None: EdgeKind.ADOPTS,
}


class NodeKind(StrEnum):
    """What a node is."""

    STANDARD = "standard"
    DRAFT = "draft"
    REQUIREMENT = "requirement"
    MEASURE = "measure"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Node:
    """A node as people know it: its kind, its name and its title in both languages."""

    kind: NodeKind
    name: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, eq=False)
class Network:
    """Hold nodes and edges. ``origins`` is the number of the relation or link an edge was made of, UNKNOWN otherwise."""

    health: Health
    drafts: tuple[DraftFact, ...]
    demands: Demands
    sources: Numbers
    targets: Numbers
    kinds: NDArray[np.int8]
    origins: Numbers

    @property
    def editions(self) -> Editions:
        """Return the standards on the date."""
        return self.health.editions

    @property
    def requirements(self) -> tuple[RequirementFact, ...]:
        """Return the requirements."""
        return self.demands.requirements

    @property
    def measures(self) -> tuple[MeasureFact, ...]:
        """Return the measures."""
        return self.demands.measures

    @property
    def links(self) -> tuple[LinkFact, ...]:
        """Return the links."""
        return self.demands.links

    @property
    def first_draft(self) -> int:
        """Return the number of the first draft's node."""
        return len(self.editions.facts)

    @property
    def first_requirement(self) -> int:
        """Return the number of the first requirement's node."""
        return self.first_draft + len(self.drafts)

    @property
    def first_measure(self) -> int:
        """Return the number of the first measure's node."""
        return self.first_requirement + len(self.requirements)

    @property
    def node_count(self) -> int:
        """Return how many nodes there are."""
        return self.first_measure + len(self.measures)

    @property
    def requirement_number(self) -> dict[str, int]:
        """Return the position of each requirement by its id."""
        return self.demands.positions.number_of

    @cached_property
    def measure_number(self) -> dict[str, int]:
        """The position of each measure by each of its symbols."""
        return {symbol: number for number, fact in enumerate(self.measures) for symbol in (fact.symbol, *fact.symbols)}

    @cached_property
    def draft_number(self) -> dict[str, int]:
        """The position of each draft by its id."""
        return {fact.id: number for number, fact in enumerate(self.drafts)}

    @cached_property
    def steps(self) -> Steps:
        """The steps of an inference."""
        return Steps.along_edges(self.node_count, self.sources, self.targets, self.kinds)

    @cached_property
    def states(self) -> Steps:
        """The same between nodes with the relation that follows."""
        return self.steps.with_relations()

    def kind(self, number: int) -> NodeKind:
        """Return what a node is."""
        if number < self.first_draft:
            return NodeKind.STANDARD
        if number < self.first_requirement:
            return NodeKind.DRAFT
        return NodeKind.REQUIREMENT if number < self.first_measure else NodeKind.MEASURE

    def node(self, number: int) -> Node:
        """Return a node as people know it."""
        if number < self.first_draft:
            fact = self.editions.facts[number]
            return Node(NodeKind.STANDARD, fact.official, fact.title_zh, fact.title_en)
        if number < self.first_requirement:
            draft = self.drafts[number - self.first_draft]
            return Node(NodeKind.DRAFT, name_of_draft(draft), draft.title_zh, draft.title_en)
        if number < self.first_measure:
            demand = self.requirements[number - self.first_requirement]
            return Node(
                NodeKind.REQUIREMENT, f"{demand.measure_symbol}#{demand.number}", demand.text_zh, demand.text_en
            )
        measure = self.measures[number - self.first_measure]
        return Node(NodeKind.MEASURE, measure.symbol, measure.title_zh, measure.title_en)

    def kind_of(self, edge: int) -> EdgeKind:
        """Return what an edge says."""
        return EDGE_KINDS[int(self.kinds[edge])]

    def clause_of(self, edge: int) -> str:
        """Return the clause an edge stands in, empty where none is known."""
        origin = int(self.origins[edge])
        if origin == UNKNOWN:
            return ""
        if int(self.kinds[edge]) in LINK_NUMBERS:
            return self.links[origin].clause
        return self.health.relations[origin].clause


def network_of(snapshot: Snapshot, health: Health, demands: Demands | None = None) -> Network:
    """Return the network of a snapshot whose catalogue was examined; *demands* are those of the snapshot, where known already.

    Cost O(facts log facts); O(edges) where the demands are known.
    """
    held = demands if demands is not None else Demands.of(snapshot.measures, snapshot.requirements, snapshot.links)
    drafts = tuple(
        sorted(snapshot.drafts, key=lambda fact: (name_of_draft(fact), fact.stage, fact.title_zh, fact.title_en))
    )
    first_draft = len(health.editions.facts)
    first_requirement = first_draft + len(drafts)
    first_measure = first_requirement + len(held.requirements)
    parts = [
        _relation_edges(health),
        _link_edges(health.editions, drafts, held, first_requirement),
        _citation_edges(health.editions, held, first_requirement),
        _part_edges(held, first_requirement, first_measure),
        _revision_edges(health.editions, drafts, first_draft),
    ]
    sources, targets, kinds, origins = zip(*parts, strict=True)
    return Network(
        health,
        drafts,
        held,
        np.concatenate(sources, dtype=np.int32),
        np.concatenate(targets, dtype=np.int32),
        np.concatenate(kinds, dtype=np.int8, casting="same_kind"),
        np.concatenate(origins, dtype=np.int32),
    )


Edges = tuple[Ints, Ints, Ints, Ints]
"""Source, target, kind, origin."""


def _relation_edges(health: Health) -> Edges:
    """Return the relations between standards that the catalogue holds."""
    relations = health.relations
    kind_of = np.full((len(RelationKind), 2, len(_ADOPTIONS)), UNKNOWN, dtype=np.int8)
    plain = {
        RelationKind.INFORMATIVE_REFERENCE: EdgeKind.REFERS_INFORMATIVE,
        RelationKind.SUPERSEDES: EdgeKind.SUPERSEDES,
        RelationKind.AMENDS: EdgeKind.AMENDS,
    }
    for relation, kind in plain.items():
        kind_of[KIND_NUMBER[relation]] = EDGE_NUMBER[kind]
    for degree, kind in _ADOPTIONS.items():
        kind_of[KIND_NUMBER[RelationKind.ADOPTS], :, DEGREE_NUMBER[degree]] = EDGE_NUMBER[kind]
    normative = kind_of[KIND_NUMBER[RelationKind.NORMATIVE_REFERENCE]]
    normative[0], normative[1] = EDGE_NUMBER[EdgeKind.REFERS_UNDATED], EDGE_NUMBER[EdgeKind.REFERS_DATED]
    kinds = kind_of[relations.kinds, relations.dated.view(np.int8), relations.degrees]
    kept = np.flatnonzero((health.holders != UNKNOWN) & (health.targets != UNKNOWN))
    return health.holders[kept], health.targets[kept], kinds[kept], kept


def _link_edges(editions: Editions, drafts: Sequence[DraftFact], demands: Demands, first_requirement: int) -> Edges:
    columns = demands.columns
    # That a standard has nothing in common with a requirement is a finding, and no way to anywhere.
    kind_of = np.full(len(SET_RELATIONS), UNKNOWN, dtype=np.int64)
    for relation, kind in _LINKS.items():
        kind_of[SET_RELATION_NUMBER[relation]] = EDGE_NUMBER[kind]
    kinds = kind_of[columns.relations]
    exact, _ = editions.standards.found_in(demands.words)
    targets = exact[columns.named]
    draft_number = {fact.id: len(editions.facts) + number for number, fact in enumerate(drafts)}
    for number in demands.of_drafts.tolist():
        targets[number] = draft_number.get(demands.links[number].draft_id, UNKNOWN)
    confirmed = columns.is_state(LinkState.CONFIRMED) & (kinds != UNKNOWN)
    kept = np.flatnonzero(confirmed & (columns.requirement != UNKNOWN) & (targets != UNKNOWN))
    return first_requirement + columns.requirement[kept], targets[kept], kinds[kept], kept


def _citation_edges(editions: Editions, demands: Demands, first_requirement: int) -> Edges:
    places, words = demands.cites
    targets = editions.meant_by(demands.words)[words]
    known = np.flatnonzero(targets != UNKNOWN)
    ends = np.unique(np.vstack([first_requirement + places[known], targets[known]]), axis=1)
    return _with_kind(ends[0], ends[1], EdgeKind.CITES)


def _part_edges(demands: Demands, first_requirement: int, first_measure: int) -> Edges:
    known = np.flatnonzero(demands.measure_of != UNKNOWN)
    return _with_kind(first_requirement + known, first_measure + demands.measure_of[known], EdgeKind.PART_OF)


def _with_kind(sources: Ints, targets: Ints, kind: EdgeKind) -> Edges:
    count = len(sources)
    return sources, targets, np.full(count, EDGE_NUMBER[kind], np.int64), np.full(count, UNKNOWN, np.int64)


def _revision_edges(editions: Editions, drafts: Sequence[DraftFact], first_draft: int) -> Edges:
    found = {
        (first_draft + number, editions.find(key, dated=key in editions.number_of))
        for number, fact in enumerate(drafts)
        for key in fact.revises
    }
    ends = np.array(sorted(ends for ends in found if ends[1] != UNKNOWN), dtype=np.int64).reshape(-1, 2)
    return _with_kind(ends[:, 0], ends[:, 1], EdgeKind.REVISES)
