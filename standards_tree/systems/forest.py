"""Hold the nodes of a system in reading order, so that a branch is an interval and a common ancestor is a short walk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from standards_tree.catalogue import natural_order
from standards_tree.standards import Level

ROOT: Final = -1
"""The system itself, above its top nodes."""


class TreeNode(NamedTuple):
    """What the shape of a tree needs of a node."""

    node_id: str
    parent_id: str | None
    code: str
    level: Level | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Hold nodes by their number in reading order: a parent before its children, siblings by code, 2 before 10.

    ``parents`` is ROOT at a top node; the branch of node *n* are the numbers from *n* up to ``ends[n]``, that one left
    out; ``fixed`` is the level that the node or the nearest one above it fixes.
    """

    nodes: tuple[TreeNode, ...]
    parents: tuple[int, ...]
    ends: tuple[int, ...]
    fixed: tuple[Level | None, ...]
    number_of: dict[str, int]

    def is_within(self, node: int, branch: int) -> bool:
        """Tell whether *node* is *branch* or stands below it; everything stands below ROOT."""
        return branch == ROOT or branch <= node < self.ends[branch]

    def common_ancestor(self, nodes: Iterable[int]) -> int:
        """Return the lowest node that all of *nodes* are or stand below, else ROOT.

        In reading order that of the first and the last is that of all. Cost O(nodes + depth).
        """
        numbers = list(nodes)
        if not numbers:
            return ROOT
        ancestor, last = min(numbers), max(numbers)
        while not self.is_within(last, ancestor):
            ancestor = self.parents[ancestor]
        return ancestor

    def ancestors(self, node: int) -> list[int]:
        """Return *node* and those above it, from the bottom up, ROOT left out."""
        found = []
        while node != ROOT:
            found.append(node)
            node = self.parents[node]
        return found


def forest_of(nodes: Iterable[TreeNode]) -> Forest:
    """Return the forest of *nodes*; one whose parent is not among them is a top node. Cost O(nodes × log nodes).

    *nodes* make no cycle.
    """
    by_id = {node.node_id: node for node in nodes}
    children: dict[str | None, list[TreeNode]] = {}
    for node in sorted(by_id.values(), key=lambda node: natural_order(node.code), reverse=True):
        children.setdefault(node.parent_id if node.parent_id in by_id else None, []).append(node)
    ordered: list[TreeNode] = []
    parents: list[int] = []
    fixed: list[Level | None] = []
    stack = [(node, ROOT) for node in children.get(None, ())]
    while stack:
        node, parent = stack.pop()
        number = len(ordered)
        ordered.append(node)
        parents.append(parent)
        inherited = fixed[parent] if parent != ROOT else None
        fixed.append(node.level or inherited)
        stack.extend((child, number) for child in children.get(node.node_id, ()))
    ends = list(range(1, len(ordered) + 1))
    for number in range(len(ordered) - 1, -1, -1):
        if parents[number] != ROOT:
            ends[parents[number]] = max(ends[parents[number]], ends[number])
    number_of = {node.node_id: number for number, node in enumerate(ordered)}
    return Forest(tuple(ordered), tuple(parents), tuple(ends), tuple(fixed), number_of)
