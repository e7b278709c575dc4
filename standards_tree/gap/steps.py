"""Find the cheapest way from every node to the nearest of many goals, by penalties that are whole numbers.

A way costs the sum of its penalties; of ways that cost the same the one with fewer steps is taken, and of those the
first in the order of nodes and edges, so that the answer depends on the content alone. The search is Dijkstra's, in
SciPy, over weights penalty × HOP + 1, which are exact in floating point; O(edges + nodes log nodes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from standards_tree.gap.composition import COMPOSED, RELATED, RELATION_COUNT
from standards_tree.gap.graph import UNREACHED, Bools, Ints
from standards_tree.gap.penalties import EDGE_KINDS, PENALTIES, EdgeKind, Prices

# One step weighs less than one point of penalty as long as a way has fewer steps than this.
HOP = 1 << 20


@dataclass(frozen=True, eq=False)
class Steps:
    """Hold what can be walked, sorted by source, target, penalty and edge.

    ``edges`` gives each step the number of its edge, ``along`` whether the edge is walked from source to target.
    """

    node_count: int
    sources: Ints
    targets: Ints
    penalties: Ints
    relations: Ints
    edges: Ints
    along: Bools

    def ordered(self) -> "Steps":
        """Return the steps in order; cost O(steps log steps)."""
        order = np.lexsort((~self.along, self.edges, self.penalties, self.targets, self.sources))
        return Steps(
            self.node_count,
            self.sources[order],
            self.targets[order],
            self.penalties[order],
            self.relations[order],
            self.edges[order],
            self.along[order],
        )

    @cached_property
    def starts(self) -> Ints:
        """Where the steps of each node begin, and the end of all."""
        return np.searchsorted(self.sources, np.arange(self.node_count + 1)).astype(np.int64)

    @classmethod
    def along_edges(
        cls,
        node_count: int,
        sources: Ints,
        targets: Ints,
        kinds: NDArray[np.int8],
        prices: Mapping[EdgeKind, Prices] = PENALTIES,
    ) -> "Steps":
        """Return the steps that edges allow in either direction, at their prices; loops lead nowhere."""
        parts = []
        numbers = np.arange(len(sources), dtype=np.int64)
        for kind, both in prices.items():
            chosen = numbers[(kinds == EDGE_KINDS.index(kind)) & (sources != targets)]
            for price, start, end, way in ((both.along, sources, targets, 1), (both.against, targets, sources, 0)):
                if price is not None and len(chosen):
                    fixed = np.array([[price.penalty], [price.relation], [way]]).repeat(len(chosen), axis=1)
                    parts.append(np.vstack([start[chosen], end[chosen], fixed[:2], chosen, fixed[2:]]))
        columns = np.hstack(parts) if parts else np.zeros((6, 0), dtype=np.int64)
        start, end, penalty, relation, edge, along = columns
        return cls(node_count, start, end, penalty, relation, edge, along == 1).ordered()

    def with_relations(self) -> "Steps":
        """Return the steps between states: a node, and the relation that follows when the way has come to it.

        State ``node * RELATION_COUNT + relation``; ``edges`` are positions in these steps. A search over states finds
        the cheapest way among those from which a wanted relation follows.
        """
        held = np.repeat(np.arange(RELATION_COUNT), len(self.sources))
        position = np.tile(np.arange(len(self.sources), dtype=np.int64), RELATION_COUNT)
        following = COMPOSED[held, self.relations[position]]
        return Steps(
            self.node_count * RELATION_COUNT,
            self.sources[position] * RELATION_COUNT + held,
            self.targets[position] * RELATION_COUNT + following,
            self.penalties[position],
            np.full(len(position), RELATED, dtype=np.int64),
            position,
            np.ones(len(position), dtype=bool),
        ).ordered()

    @property
    def weights(self) -> Ints:
        """Return what each step weighs in a search."""
        return self.penalties * HOP + 1

    def backwards(self) -> csr_array:
        """Return the weights of the steps turned round, of parallel ones the least."""
        first = np.ones(len(self.sources), dtype=bool)
        first[1:] = (self.sources[1:] != self.sources[:-1]) | (self.targets[1:] != self.targets[:-1])
        ends = (self.targets[first], self.sources[first])
        return csr_array((self.weights[first].astype(np.float64), ends), shape=(self.node_count,) * 2)


@dataclass(frozen=True, eq=False)
class Cheapest:
    """For each node, what the cheapest way to a goal weighs (UNREACHED: none) and its first step (UNREACHED: a goal).

    Ways that weigh more than ``limit`` are left out.
    """

    steps: Steps
    weight: Ints
    step: Ints
    limit: float

    def penalty(self, node: int) -> int:
        """Return the penalty of the cheapest way from *node*, UNREACHED where there is none."""
        weight = int(self.weight[node])
        return UNREACHED if weight == UNREACHED else weight // HOP

    def way(self, node: int) -> list[int]:
        """Return the positions of the steps from *node* to its goal, none at a goal and where none is reached."""
        found: list[int] = []
        while (step := int(self.step[node])) != UNREACHED:
            found.append(step)
            node = int(self.steps.targets[step])
        return found

    def ends(self) -> Ints:
        """Return the goal each node's way leads to, UNREACHED where there is none; O(nodes log steps)."""
        here = np.arange(self.steps.node_count)
        end = np.where(self.step == UNREACHED, here, np.append(self.steps.targets, 0)[self.step])
        while True:
            further = end[end]
            if (further == end).all():
                return np.where(self.weight == UNREACHED, UNREACHED, end)
            end = further


def cheapest(steps: Steps, goals: Ints, most_penalty: int | None = None) -> Cheapest:
    """Find for every node the cheapest way to one of *goals*, by one search back from all of them.

    Ways of more than *most_penalty* are left out.
    """
    weight = np.full(steps.node_count, UNREACHED, dtype=np.int64)
    limit = np.inf if most_penalty is None else float((most_penalty + 1) * HOP - 1)
    if len(goals):
        found = dijkstra(steps.backwards(), indices=goals, min_only=True, limit=limit)
        reached = np.isfinite(found)
        weight[reached] = found[reached].astype(np.int64)
    return Cheapest(steps, weight, _first_steps(steps, weight), limit)


def _first_steps(steps: Steps, weight: Ints) -> Ints:
    """Return for each node the first step, in the order of the steps, that a cheapest way can take."""
    step = np.full(steps.node_count, UNREACHED, dtype=np.int64)
    there, here = weight[steps.targets], weight[steps.sources]
    positions = np.flatnonzero((there != UNREACHED) & (here == there + steps.weights))
    nodes, first = np.unique(steps.sources[positions], return_index=True)
    step[nodes] = positions[first]
    return step
