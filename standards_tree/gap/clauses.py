"""Show clauses: as nodes of a part of the network that somebody looks at, and what names each clause of one standard.

In the network clauses stay attributes of what names them. As nodes they would be as many as standards, because nearly every
reference stands in one and the same clause of its standard, and no way leads on from one that does not lead on from its
standard.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from standards_tree.catalogue import natural_order
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.demands import Demands
from standards_tree.gap.network import LINK_NUMBERS, Network
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.gap.sub_graph import SubGraph
from standards_tree.gap.whole_network import WholeNetwork
from standards_tree.standards import LinkState, SetRelation

# What the edge says between a clause and what names it, or what it names.
NAMES = "names"
# What an edge of these kinds stands in is a clause of what it leads to; of all others, of what it comes from.
_OF_TARGET = frozenset({*LINK_NUMBERS, EDGE_NUMBER[EdgeKind.DEFINED_IN]})


@dataclass(frozen=True, slots=True)
class ShownClauses:
    """Clauses beside the nodes of a sub-graph, after all of them, and the edges that lead to them and from them.

    A clause is the position of its standard among the nodes and its number. An edge is ``part_of`` from a clause to its
    standard, or ``names``: from a requirement or a term to the clause that answers or defines it, from a clause to what is
    referred to in it.
    """

    clauses: tuple[tuple[int, str], ...]
    edges: tuple[tuple[int, int, str], ...]


def shown_clauses(network: Network, found: SubGraph) -> ShownClauses:
    """Return the clauses that the edges of a sub-graph stand in; cost O(edges log edges)."""
    place = {node: position for position, node in enumerate(found.nodes)}
    named: set[tuple[int, str, int, bool]] = set()
    for edge in found.edges:
        clause = network.clause_of(edge).strip()
        if clause:
            source, target = place[int(network.sources[edge])], place[int(network.targets[edge])]
            of_target = int(network.kinds[edge]) in _OF_TARGET
            owner, other = (target, source) if of_target else (source, target)
            named.add((owner, clause, other, of_target))
    clauses = sorted(
        {(owner, clause) for owner, clause, _, _ in named}, key=lambda one: (one[0], natural_order(one[1]))
    )
    number = {one: len(found.nodes) + position for position, one in enumerate(clauses)}
    edges = {(number[one], one[0], EdgeKind.PART_OF.value) for one in clauses}
    for owner, clause, other, of_target in named:
        ends = (other, number[owner, clause]) if of_target else (number[owner, clause], other)
        edges.add((*ends, NAMES))
    return ShownClauses(tuple(clauses), tuple(sorted(edges)))


@dataclass(slots=True)
class NamedClause:
    """A clause of one standard, empty for the standard as a whole, and what names it.

    Links that were not rejected and say that something is in common, concepts defined in it, references that stand in it,
    each by its number and in order.
    """

    clause: str
    links: list[int] = field(default_factory=list)
    concepts: list[int] = field(default_factory=list)
    relations: list[int] = field(default_factory=list)

    def requirements(self, demands: Demands) -> int:
        """Return how many requirements it answers."""
        return len({int(demands.columns.requirement[link]) for link in self.links})


def clauses_of(network: WholeNetwork, standard: int) -> list[NamedClause]:
    """Return the clauses of a standard that something names, by number, last what names the standard as a whole.

    Cost O(links + relations), over columns.
    """
    named: dict[str, NamedClause] = {}

    def clause(text: str) -> NamedClause:
        return named.setdefault(text.strip(), NamedClause(text.strip()))

    for link in _links_to(network, standard):
        clause(network.links[link].clause).links.append(link)
    concepts, standards, quotes = network.bindings.edges
    for at in np.flatnonzero(standards == standard).tolist():
        clause(network.bindings.terms.clauses[int(quotes[at])]).concepts.append(int(concepts[at]))
    relations = network.health.relations
    for number in np.flatnonzero(network.health.holders == standard).tolist():
        text = relations.words.texts[int(relations.clauses[number])]
        if text.strip():
            clause(text).relations.append(number)
    return sorted(named.values(), key=lambda one: (not one.clause, natural_order(one.clause)))


def _links_to(network: WholeNetwork, standard: int) -> Sequence[int]:
    """Return the links to a standard that nobody rejected, of requirements that are there."""
    demands, columns = network.demands, network.demands.columns
    word = demands.words.number(network.editions.facts[standard].key)
    if word == UNKNOWN:
        return []
    chosen = (columns.named == word) & (columns.requirement != UNKNOWN)
    chosen &= ~columns.is_state(LinkState.REJECTED) & ~columns.is_relation(SetRelation.NONE)
    chosen[demands.of_drafts] = False
    found: list[int] = np.flatnonzero(chosen).tolist()
    return found
