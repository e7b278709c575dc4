"""Say what a change touches: everything that depends on it, how far away, by which way and why.

What feels a change in a standard, and through what: the standards that refer to it, amend or adopt it (NEQ is no
adoption), the drafts that revise it, the requirements that are linked to it or cite it, and the measures of these
requirements; then what depends on those. A measure that enters into force touches its requirements, the standards
that answer them or that they cite, and the drafts that revise these: not what depends on them, because their text
does not change.

Terms feel only a change of the standard that their definition is quoted from, and what they are used in feels that: what
refers to a changed standard keeps its own words.

Cost O(what is touched and the edges at it), after one sorting of the edges for all questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.graph import Ints, Numbers, in_order, starts_of
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
    """Hold what is touched in layers: what changes, then what is one step away, then two, each in order of the nodes.

    Through what a node is touched is found when it is asked for: of 500,000 that a much cited standard touches nobody
    looks at more than some pages.
    """

    influence: "Influence"
    layers: tuple[Ints, ...]

    @cached_property
    def nodes(self) -> Ints:
        """What is touched, the nearest first, then in order of the nodes."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *self.layers[1:]])

    @cached_property
    def distances(self) -> Ints:
        """How far away each is."""
        sizes = [len(layer) for layer in self.layers[1:]]
        return np.repeat(np.arange(1, len(self.layers), dtype=np.int64), sizes)

    @cached_property
    def _bounds(self) -> Ints:
        """Where each layer but the first starts, and where the last ends."""
        return np.cumsum([0, *(len(layer) for layer in self.layers[1:])])

    @cached_property
    def _entries(self) -> dict[int, Ints]:
        """The influences through which the nodes of a layer are touched first, of the layers asked for."""
        return {}

    def __len__(self) -> int:
        return int(self._bounds[-1])

    @overload
    def __getitem__(self, number: int) -> Touched: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[Touched]: ...

    def __getitem__(self, number: int | slice) -> Touched | Sequence[Touched]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        distance = int(np.searchsorted(self._bounds, number, side="right"))
        offset = number - int(self._bounds[distance - 1])
        entry = int(self._entered(distance)[offset])
        through = int(np.searchsorted(self.influence.starts, entry, side="right")) - 1
        return Touched(int(self.layers[distance][offset]), distance, through, int(self.influence.edges[entry]))

    def _entered(self, distance: int) -> Ints:
        """Return the influence through which each node at a distance is touched: of the first node one step nearer."""
        if distance not in self._entries:
            entries = self.influence.of_nodes(self.layers[distance - 1])
            first = np.empty(self.influence.node_count, dtype=np.int64)
            # Of several written to one place the last stays: backwards, the first in order.
            first[self.influence.targets[entries[::-1]]] = entries[::-1]
            self._entries[distance] = first[self.layers[distance]]
        return self._entries[distance]

    def after(self, distance: int, node: int) -> int:
        """Return the position of the first that comes after a node at a distance."""
        if distance < 1:
            return 0
        if distance >= len(self.layers):
            return len(self)
        return int(self._bounds[distance - 1] + np.searchsorted(self.layers[distance], node, side="right"))

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
    EdgeKind.DEFINED_IN,
    EdgeKind.USES,
)


@dataclass(frozen=True, eq=False)
class Influence:
    """Hold who feels what, sorted: ``sources`` are felt by ``targets`` through ``edges`` of the network.

    Nodes from ``first_direct`` on feel only what changes itself, and nothing that is touched on the way.
    """

    starts: Ints
    targets: Numbers
    edges: Numbers
    first_direct: int

    @classmethod
    def of(
        cls, node_count: int, sources: Ints, targets: Ints, edges: Ints, first_direct: int | None = None
    ) -> "Influence":
        """Return the influences given as columns."""
        columns = (sources, targets, edges)
        felt, by, through = in_order(columns, (node_count, node_count, int(edges.max(initial=0)) + 1))
        return cls(starts_of(felt, node_count), by, through, node_count if first_direct is None else first_direct)

    @property
    def node_count(self) -> int:
        """Return how many nodes there are."""
        return len(self.starts) - 1

    def of_nodes(self, nodes: Ints) -> Ints:
        """Return the positions of the influences of *nodes*, in order."""
        counts = self.starts[nodes + 1] - self.starts[nodes]
        positions = np.repeat(self.starts[nodes] - (np.cumsum(counts) - counts), counts)
        positions += np.arange(len(positions), dtype=np.int64)
        return positions

    def touched(self, node: int, most_distance: int) -> Reach:
        """Return everything that feels *node* within a distance, the nearest first, then in order of the nodes."""
        return self.touched_by_any([node], most_distance)

    def touched_by_any(self, nodes: Sequence[int], most_distance: int) -> Reach:
        """Return the same for several nodes that change together.

        A node is reached through the first, in order, of those one step nearer. Cost O(what is touched and the edges at
        it, and nodes for each step).
        """
        layers = [np.array(sorted(set(nodes)), dtype=np.int64)]
        seen = np.zeros(self.node_count, dtype=bool)
        seen[layers[0]] = True
        for distance in range(most_distance):
            fresh = np.zeros(self.node_count, dtype=bool)
            fresh[self.targets[self.of_nodes(layers[-1])]] = True
            fresh &= ~seen
            if distance:
                fresh[self.first_direct :] = False
            layer = np.flatnonzero(fresh)
            if not len(layer):
                break
            seen |= fresh
            layers.append(layer)
        return Reach(self, tuple(layers))


def influence_of_standards(network: Network) -> Influence:
    """Return who feels a change in a standard."""
    edges = _edges(network, *_UPHILL)
    upwards = _edges(network, EdgeKind.PART_OF)
    return Influence.of(
        network.node_count,
        np.concatenate([network.targets[edges], network.sources[upwards]]),
        np.concatenate([network.sources[edges], network.targets[upwards]]),
        np.concatenate([edges, upwards]),
        network.first_measure + len(network.measures),
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
