"""Show circles in a graph so that a person can break them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from standards_tree.cycles import components


def circles(edges: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield circles of the graph, each from its smallest node on, so that no group of nodes that has one goes unsaid.

    In each strongly connected component every pair of nodes that lead to each other is one; where there is no pair, one
    shortest circle through the smallest node is. O(edges), for there may be more circles than anybody can count.
    """
    within: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for component, (start, end) in components({(str(start), str(end)) for start, end in edges if start != end}):
        within[component].add((int(start), int(end)))
    for found in sorted(within.values(), key=min):
        pairs = sorted((start, end) for start, end in found if start < end and (end, start) in found)
        if pairs:
            yield from ([start, end] for start, end in pairs)
        else:
            yield _shortest(found)


def _shortest(edges: set[tuple[int, int]]) -> list[int]:
    """Return a shortest circle through the smallest node of a strongly connected component, by breadth first."""
    following: dict[int, list[int]] = defaultdict(list)
    for start, end in sorted(edges):
        following[start].append(end)
    first = min(following)
    came_from = {first: first}
    waiting = [first]
    reached = iter(waiting)
    while True:
        node = next(reached)
        for end in following[node]:
            if end == first:
                return _way_back(came_from, node)
            if end not in came_from:
                came_from[end] = node
                waiting.append(end)


def _way_back(came_from: dict[int, int], node: int) -> list[int]:
    path = [node]
    while came_from[path[-1]] != path[-1]:
        path.append(came_from[path[-1]])
    return path[::-1]
