"""Cut out of the network what a person can look at: the nodes near some others, and all edges between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standards_tree.gap.impact import Influence
from standards_tree.gap.network import Network


@dataclass(frozen=True, slots=True)
class SubGraph:
    """Nodes, the nearest first, how far each is, and the edges between them; ``cut`` tells whether there is more."""

    nodes: tuple[int, ...]
    distances: tuple[int, ...]
    edges: tuple[int, ...]
    cut: bool


def both_ways(network: Network) -> Influence:
    """Return the edges as they can be walked in either direction."""
    edges = np.arange(len(network.sources), dtype=np.int64)
    return Influence.of(
        network.node_count,
        np.concatenate([network.sources, network.targets]),
        np.concatenate([network.targets, network.sources]),
        np.concatenate([edges, edges]),
    )


def sub_graph(
    network: Network, either: Influence, roots: Sequence[int], most_distance: int, most_nodes: int
) -> SubGraph:
    """Return what is within a distance of *roots*, along the edges of *either* direction; cost O(edges)."""
    found = either.touched_by_any(roots, most_distance)
    nodes = np.concatenate([found.layers[0], found.nodes])
    distances = np.concatenate([np.zeros_like(found.layers[0]), found.distances])
    kept = nodes[:most_nodes]
    inside = np.zeros(network.node_count, dtype=bool)
    inside[kept] = True
    between = np.flatnonzero(inside[network.sources] & inside[network.targets])
    return SubGraph(
        nodes=tuple(kept.tolist()),
        distances=tuple(distances[:most_nodes].tolist()),
        edges=tuple(between.tolist()),
        cut=len(kept) < len(nodes),
    )
