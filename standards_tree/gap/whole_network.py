"""Add to the network the terms of the registry: for whoever looks at it, and for what a change touches.

Concepts come after measures. ``defined_in`` leads from a concept to a standard its definition is quoted from, ``uses`` from a
requirement to a concept of which a term stands in its text. Inferences and comparisons walk the network without them: that
two texts use one word says nothing about what they demand.
"""

from dataclasses import dataclass

import numpy as np

from standards_tree.gap.bindings import Bindings
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.graph import Ints
from standards_tree.gap.network import Network, Node, NodeKind
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.gap.snapshot import ConceptFact
from standards_tree.gap.terms import name_of_concept
from standards_tree.gap.uses import Uses

_DEFINED_IN, _USES = EDGE_NUMBER[EdgeKind.DEFINED_IN], EDGE_NUMBER[EdgeKind.USES]


@dataclass(frozen=True, eq=False)
class WholeNetwork(Network):
    """The network with terms; nodes and edges of the one without them have the same numbers in it."""

    bindings: Bindings
    uses: Uses

    @property
    def concepts(self) -> tuple[ConceptFact, ...]:
        """Return the concepts."""
        return self.bindings.terms.concepts

    @property
    def first_concept(self) -> int:
        """Return the number of the first concept's node."""
        return self.first_measure + len(self.measures)

    @property
    def node_count(self) -> int:
        """Return how many nodes there are."""
        return self.first_concept + len(self.concepts)

    def kind(self, number: int) -> NodeKind:
        """Return what a node is."""
        return NodeKind.TERM if number >= self.first_concept else super().kind(number)

    def node(self, number: int) -> Node:
        """Return a node as people know it."""
        if number < self.first_concept:
            return super().node(number)
        fact = self.concepts[number - self.first_concept]
        return Node(NodeKind.TERM, name_of_concept(fact), fact.term_zh, fact.term_en)

    def clause_of(self, edge: int) -> str:
        """Return the clause an edge stands in, empty where none is known."""
        if int(self.kinds[edge]) == _DEFINED_IN:
            return self.bindings.terms.clauses[int(self.origins[edge])]
        return super().clause_of(edge)


def with_terms(network: Network, bindings: Bindings, uses: Uses) -> WholeNetwork:
    """Return *network* with terms, all of the same facts and date; cost O(edges), copied."""
    first_concept = network.first_measure + len(network.measures)
    concepts, standards, quotes = bindings.edges
    requirements, used = uses.edges()
    parts: list[tuple[Ints, Ints, int, Ints]] = [
        (first_concept + concepts, standards, _DEFINED_IN, quotes),
        (
            network.first_requirement + requirements,
            first_concept + used,
            _USES,
            np.full(len(used), UNKNOWN, dtype=np.int64),
        ),
    ]
    return WholeNetwork(
        network.health,
        network.drafts,
        network.demands,
        np.concatenate([network.sources, *(part[0] for part in parts)], dtype=np.int32),
        np.concatenate([network.targets, *(part[1] for part in parts)], dtype=np.int32),
        np.concatenate([network.kinds, *(np.full(len(part[0]), part[2], np.int8) for part in parts)]),
        np.concatenate([network.origins, *(part[3] for part in parts)], dtype=np.int32),
        bindings,
        uses,
    )
