"""Chains of supersession: everything a standard took the place of, and everything that took its place."""

from collections.abc import Collection, Mapping
from typing import Final

from standards_tree.cycles import Edge, on_cycles

_NOWHERE: Final = 1_000_000_000


def distances(start: str, edges: Collection[Edge]) -> dict[str, int]:
    """Return how many steps each standard lies behind *start* along *edges*, those before it negative, *start* at 0.

    Where a cycle puts one on both sides, the shorter way counts, and of two alike the one to successors. O(edges).
    """
    successors: dict[str, list[str]] = {}
    predecessors: dict[str, list[str]] = {}
    for superseded, successor in edges:
        successors.setdefault(superseded, []).append(successor)
        predecessors.setdefault(successor, []).append(superseded)
    later, earlier = _steps(start, successors), _steps(start, predecessors)
    return {
        standard: later[standard]
        if later.get(standard, _NOWHERE) <= earlier.get(standard, _NOWHERE)
        else -earlier[standard]
        for standard in {**later, **earlier}
    }


def _steps(start: str, neighbours: Mapping[str, Collection[str]]) -> dict[str, int]:
    steps = {start: 0}
    frontier = [start]
    for standard in frontier:
        for neighbour in neighbours.get(standard, ()):
            if neighbour not in steps:
                steps[neighbour] = steps[standard] + 1
                frontier.append(neighbour)
    return steps


def contradictions(edges: Collection[Edge]) -> set[Edge]:
    """Return those of *edges* by which a standard takes its own place, directly or along a chain: one of them is wrong."""
    return {edge for edge in edges if edge[0] == edge[1]} | on_cycles(set(edges))
