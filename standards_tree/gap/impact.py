"""Say what a change touches: everything that depends on it, how far away, by which way and why.

What feels a change in a standard, and through what: the standards that refer to it, amend or adopt it (NEQ is no
adoption), the drafts that revise it, the requirements that are linked to it or cite it, and the measures of these
requirements; then what depends on those. A measure that enters into force touches its requirements, the standards
that answer them or that they cite, and the drafts that revise these: not what depends on them, because their text
does not change.

Cost O(what is touched and the edges at it), after one sorting of the edges for all questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.graph import Ints
from standards_tree.gap.network import LINK_NUMBERS, Network
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind


class Event(StrEnum):
    """What happens to a standard or a measure."""

    REVISED = "revised"
    SUPERSEDED = "superseded"
    ABOLISHED = "abolished"
    ENTERS_INTO_FORCE = "enters_into_force"


@dataclass(frozen=True, slots=True)
class Touched:
    """A node that feels a change: how far away, through which node and which edge."""

    node: int
    distance: int
    through: int
    edge: int


@dataclass(frozen=True, eq=False)
class Reach(Sequence[Touched]):
    """Hold what is touched as columns, the nearest first, then in order of the nodes."""

    node_count: int
    nodes: Ints
    distances: Ints
    through: Ints
    edges: Ints

    def __len__(self) -> int:
        return len(self.nodes)

    @overload
    def __getitem__(self, number: int) -> Touched: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Touched]: ...

    def __getitem__(self, number: int | slice) -> Touched | Sequence[Touched]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        columns = (self.nodes, self.distances, self.through, self.edges)
        return Touched(*(int(column[number]) for column in columns))

    def after(self, distance: int, node: int) -> int:
        """Return the position of the first that comes after a node at a distance."""
        order = self.distances * self.node_count + self.nodes
        return int(np.searchsorted(order, distance * self.node_count + node, side="right"))

    def way_to(self, one: Touched) -> list[int]:
        """Return the nodes from the change to *one*."""
        nodes = [one.node]
        while one.distance > 1:
            one = self[self.after(one.distance - 1, one.through) - 1]
            nodes.append(one.node)
        return [one.through, *reversed(nodes)]


_UPHILL = (
    EdgeKind.REFERS_DATED,
    EdgeKind.REFERS_UNDATED,
    EdgeKind.AMENDS,
    EdgeKind.ADOPTS_IDT,
    EdgeKind.ADOPTS_MOD,
    EdgeKind.ADOPTS,
    EdgeKind.CITES,
    EdgeKind.REVISES,
    EdgeKind.LINK_EQUAL,
    EdgeKind.LINK_SUBSET,
    EdgeKind.LINK_SUPERSET,
    EdgeKind.LINK_INTERSECTS,
)


@dataclass(frozen=True, eq=False)
class Influence:
    """Hold who feels what, sorted: ``sources`` are felt by ``targets`` through ``edges`` of the network."""

    starts: Ints
    targets: Ints
    edges: Ints

    @classmethod
    def of(cls, node_count: int, sources: Ints, targets: Ints, edges: Ints) -> "Influence":
        """Return the influences given as columns."""
        order = np.lexsort((edges, targets, sources))
        starts = np.searchsorted(sources[order], np.arange(node_count + 1)).astype(np.int64)
        return cls(starts, targets[order], edges[order])

    def touched(self, node: int, most_distance: int) -> "Reach":
        """Return everything that feels *node* within a distance, the nearest first, then in order of the nodes."""
        return self.touched_by_any([node], most_distance)

    def touched_by_any(self, nodes: Sequence[int], most_distance: int) -> "Reach":
        """Return the same for several nodes that change together.

        A node is reached through the first, in order, of those one step nearer.
        """
        frontier = np.array(sorted(set(nodes)), dtype=np.int64)
        seen = np.zeros(len(self.starts) - 1, dtype=bool)
        seen[frontier] = True
        nothing = np.zeros(0, dtype=np.int64)
        parts = [(nothing, nothing, nothing, nothing)]
        for distance in range(1, most_distance + 1):
            through, positions = _spread(self.starts, frontier)
            fresh = ~seen[self.targets[positions]]
            frontier, first = np.unique(self.targets[positions[fresh]], return_index=True)
            if not len(frontier):
                break
            seen[frontier] = True
            distances = np.full(len(frontier), distance, dtype=np.int64)
            parts.append((frontier, distances, through[fresh][first], self.edges[positions[fresh][first]]))
        return Reach(len(seen), *(np.concatenate(column) for column in zip(*parts, strict=True)))


def _spread(starts: Ints, frontier: Ints) -> tuple[Ints, Ints]:
    """Return for every influence of the nodes in *frontier* that node and the position, in order."""
    counts = starts[frontier + 1] - starts[frontier]
    through = np.repeat(frontier, counts)
    before = np.repeat(np.cumsum(counts) - counts, counts)
    return through, np.arange(len(through), dtype=np.int64) - before + np.repeat(starts[frontier], counts)


def influence_of_standards(network: Network) -> Influence:
    """Return who feels a change in a standard."""
    edges = _edges(network, *_UPHILL)
    upwards = _edges(network, EdgeKind.PART_OF)
    return Influence.of(
        network.node_count,
        np.concatenate([network.targets[edges], network.sources[upwards]]),
        np.concatenate([network.sources[edges], network.targets[upwards]]),
        np.concatenate([edges, upwards]),
    )


def influence_of_measures(network: Network) -> Influence:
    """Return what feels that a measure enters into force."""
    parts = _edges(network, EdgeKind.PART_OF)
    answers = np.flatnonzero(np.isin(network.kinds, [*LINK_NUMBERS, EDGE_NUMBER[EdgeKind.CITES]]))
    drafts = _edges(network, EdgeKind.REVISES)
    return Influence.of(
        network.node_count,
        np.concatenate([network.targets[parts], network.sources[answers], network.targets[drafts]]),
        np.concatenate([network.sources[parts], network.targets[answers], network.sources[drafts]]),
        np.concatenate([parts, answers, drafts]),
    )


def _edges(network: Network, *kinds: EdgeKind) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(network.kinds, [EDGE_NUMBER[kind] for kind in kinds]))


def reason_for(network: Network, event: Event, one: Touched) -> str:
    """Return why a node is touched, as a code: by what it is to the node before it, and by the event if that is next.

    An undated reference goes over to a new edition by itself; a dated one stays behind.
    """
    kind = network.kind_of(one.edge)
    if kind in (EdgeKind.LINK_EQUAL, EdgeKind.LINK_SUBSET, EdgeKind.LINK_SUPERSET, EdgeKind.LINK_INTERSECTS):
        code = "link"
    else:
        code = "adopts" if kind.startswith("adopts") else kind.value
    if one.distance > 1 or event is Event.ENTERS_INTO_FORCE:
        return f"beneath_{code}" if event is not Event.ENTERS_INTO_FORCE else f"entry_{code}"
    return f"{'ended' if event is Event.ABOLISHED else 'renewed'}_{code}"
