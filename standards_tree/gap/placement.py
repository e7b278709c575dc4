"""Hold the standards systems as a forest, and say where a missing standard would stand.

GB/T 13016-2018 has a standard stand once in a system, common ones high and special ones low: at the nearest common
ancestor of what it belongs with. The neighbours of a missing standard are, as far as there are any, the standards and
drafts its requirement is linked to, else the standards in force that share its ICS code: the sub-group, else the
group, else the field. Where they stand under several top nodes, those under the one that holds most of them decide
(ties: first in order).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from standards_tree.catalogue import natural_order
from standards_tree.errors import InvalidArgumentError, NotFoundError
from standards_tree.gap.editions import IN_FORCE, Editions
from standards_tree.gap.snapshot import NodeFact, Snapshot
from standards_tree.standards import Level

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a missing standard would stand and the level it should have (宜定级别), None where nothing tells.

    The level is the one the system fixes at the node or above it, else the commonest among the ICS neighbours.
    """

    node: int
    level: Level | None


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Hold nodes in reading order: a parent before its children, siblings by code, 2 before 10.

    ``parents`` is NOWHERE at a top node; ``places`` gives the nodes of a standard, at most one in each system, and
    ``neighbours`` the numbers of the standards in force by ICS code and each of its prefixes.
    """

    nodes: tuple[NodeFact, ...]
    parents: tuple[int, ...]
    depths: tuple[int, ...]
    number_of: dict[tuple[str, str], int]
    places: dict[int, tuple[int, ...]]
    standards_at: tuple[tuple[int, ...], ...]
    neighbours: dict[str, tuple[int, ...]]
    levels: tuple[Level, ...]

    def ancestors(self, node: int) -> list[int]:
        """Return the nodes from the top down to *node*, itself included."""
        found = [node]
        while (node := self.parents[node]) != NOWHERE:
            found.append(node)
        return found[::-1]

    def is_within(self, node: int, branch: int) -> bool:
        """Tell whether *node* is *branch* or lies below it."""
        return branch in self.ancestors(node)

    def common_ancestor(self, nodes: Iterable[int]) -> int:
        """Return the lowest node above all of *nodes*, after leaving out those outside the commonest top node."""
        lines = [self.ancestors(node) for node in nodes]
        if not lines:
            return NOWHERE
        tops = Counter(line[0] for line in lines)
        top = min(tops, key=lambda node: (-tops[node], node))
        shared = NOWHERE
        for level in zip(*(line for line in lines if line[0] == top), strict=False):
            if len(set(level)) > 1:
                break
            shared = level[0]
        return shared

    def place_for(self, linked_nodes: Sequence[int], ics: Sequence[str]) -> Place:
        """Return where a missing standard would stand: beside what it is linked to, else beside its ICS neighbours."""
        near = self._near(ics)
        nodes = linked_nodes or [node for standard in near for node in self.places[standard]]
        node = self.common_ancestor(nodes)
        line = [] if node == NOWHERE else self.ancestors(node)
        fixed = (self.nodes[above].level for above in reversed(line) if self.nodes[above].level is not None)
        return Place(node, next(fixed, None) or self._usual_level(near))

    def _near(self, ics: Sequence[str]) -> Sequence[int]:
        """Return the standards that share the most specific ICS prefix of any of the codes."""
        for parts in (3, 2, 1):
            shared = {standard for code in ics for standard in self.neighbours.get(_prefix(code, parts), ())}
            if shared:
                return sorted(shared)
        return ()

    def _usual_level(self, standards: Iterable[int]) -> Level | None:
        """Return the commonest level of some standards, of equally common ones the higher."""
        counts = Counter(self.levels[standard] for standard in standards)
        order = list(Level)
        return min(counts, key=lambda level: (-counts[level], order.index(level)), default=None)


def forest_of(snapshot: Snapshot, editions: Editions, system: str) -> Forest:
    """Return the nodes and places of one system, or of all where *system* is empty.

    Raises:
        NotFoundError: there is no such system.
        InvalidArgumentError: a system has two nodes of one code.
    """
    if system and all(system != node.system for node in snapshot.nodes):
        known = ", ".join(sorted({node.system for node in snapshot.nodes})) or "-"
        raise NotFoundError("there is no standards system {system}; there are: {known}", system=system, known=known)
    nodes, parents, depths = _in_reading_order([node for node in snapshot.nodes if system in ("", node.system)])
    number_of = {(node.system, node.code): number for number, node in enumerate(nodes)}
    standing = sorted(
        (standard, node)
        for place in snapshot.placements
        if (standard := editions.number_of.get(place.standard_key, NOWHERE)) != NOWHERE
        and (node := number_of.get((place.system, place.node_code), NOWHERE)) != NOWHERE
    )
    places: dict[int, tuple[int, ...]] = {}
    standards_at: list[list[int]] = [[] for _ in nodes]
    for standard, node in dict.fromkeys(standing):
        places[standard] = (*places.get(standard, ()), node)
        standards_at[node].append(standard)
    return Forest(
        nodes=nodes,
        parents=parents,
        depths=depths,
        number_of=number_of,
        places=places,
        standards_at=tuple(map(tuple, standards_at)),
        neighbours=_neighbours(editions, places),
        levels=tuple(fact.level for fact in editions.facts),
    )


def _in_reading_order(nodes: Sequence[NodeFact]) -> tuple[tuple[NodeFact, ...], tuple[int, ...], tuple[int, ...]]:
    """Return nodes, parents and depths; a node whose parent is missing or lies below itself is a top node."""
    by_code = {(node.system, node.code): node for node in nodes}
    if len(by_code) != len(nodes):
        twice = next(node for node in nodes if by_code[node.system, node.code] is not node)
        raise InvalidArgumentError(
            "the system {system} has the node {code} twice", system=twice.system, code=twice.code
        )
    children: dict[tuple[str, str], list[NodeFact]] = {}
    for node in sorted(nodes, key=lambda node: (node.system, natural_order(node.code)), reverse=True):
        above = (node.system, node.parent_code)
        children.setdefault(above if above in by_code else (node.system, ""), []).append(node)

    ordered: list[NodeFact] = []
    parents: list[int] = []
    depths: list[int] = []
    seen: set[tuple[str, str]] = set()

    def read(top: NodeFact) -> None:
        stack = [(top, NOWHERE, 0)]
        while stack:
            node, parent, depth = stack.pop()
            if (node.system, node.code) in seen:
                continue
            seen.add((node.system, node.code))
            number = len(ordered)
            ordered.append(node)
            parents.append(parent)
            depths.append(depth)
            stack.extend((child, number, depth + 1) for child in children.get((node.system, node.code), ()))

    for system in sorted({node.system for node in nodes}):
        for top in reversed(children.get((system, ""), [])):
            read(top)
    # What is left lies in cycles: each is read from its first node, so that nothing is lost from the report.
    for node in sorted(nodes, key=lambda node: (node.system, natural_order(node.code))):
        read(node)
    return tuple(ordered), tuple(parents), tuple(depths)


def _neighbours(editions: Editions, places: dict[int, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the placed domestic standards in force by each prefix of their ICS codes."""
    found: dict[str, dict[int, None]] = {}
    for standard in places:
        if int(editions.states[standard]) == IN_FORCE and not editions.is_outside(standard):
            for code in editions.facts[standard].ics:
                for parts in (1, 2, 3):
                    found.setdefault(_prefix(code, parts), {})[standard] = None
    return {prefix: tuple(standards) for prefix, standards in found.items()}


def _prefix(code: str, parts: int) -> str:
    return ".".join(code.split(".")[:parts])
