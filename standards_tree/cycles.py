"""Find what lies on a cycle of supersession, among any number of relations at once."""

from collections.abc import Set

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edge = tuple[str, str]
"""From a standard to its successor."""


def on_cycles(edges: Set[Edge]) -> set[Edge]:
    """Return those of *edges* that lie on a cycle: both ends in one strongly connected component; O(edges)."""
    return {edge for _component, edge in components(edges)}


def components(edges: Set[Edge]) -> list[tuple[int, Edge]]:
    """Return those of *edges* that lie on a cycle, each with the number of its strongly connected component; O(edges)."""
    if not edges:
        return []
    number_of: dict[str, int] = {}
    for edge in edges:
        for end in edge:
            number_of.setdefault(end, len(number_of))
    starts = np.fromiter((number_of[start] for start, _end in edges), np.int64, len(edges))
    ends = np.fromiter((number_of[end] for _start, end in edges), np.int64, len(edges))
    matrix = coo_array((np.ones(len(edges), np.int8), (starts, ends)), shape=(len(number_of), len(number_of)))
    _count, component = connected_components(matrix, directed=True, connection="strong")
    return [
        (int(one), edge)
        for edge, one, other in zip(edges, component[starts], component[ends], strict=True)
        if one == other
    ]
