"""Keep a standards system a tree: where a node may stand, and which standard may stand at it (GB/T 13016-2018).

Nodes are named by their codes here, which are unique in a system; a top node has the parent "".
"""

from collections.abc import Mapping
from typing import Final

from standards_tree.catalogue import FROM_OUTSIDE
from standards_tree.errors import CycleError, DomainError, InvalidArgumentError, NotFoundError, PreconditionError
from standards_tree.standards import Level

MAX_DEPTH: Final = 32
"""How many nodes stand one below the other at the most."""

TOP: Final = ""

# Each pass over an import refuses something, and what hangs on it falls with it; real files need two.
_MAX_PASSES: Final = 50

ParentOf = Mapping[str, str]
"""The code of the parent by the code of the node."""


def check_move(node: str, new_parent: str, parent_of: ParentOf, height: int = 1) -> None:
    """Refuse a place at which *node* would stand below itself, or the tree would become too deep.

    Walks up from *new_parent*: O(depth). *parent_of* needs to hold the nodes from there to the top; *height* counts the
    nodes one below the other in the branch that moves, *node* included. Call it inside the transaction that moves the
    node; outside, two moves can pass it together and close a cycle.

    Raises:
        CycleError: *new_parent* is *node* or stands below it.
        PreconditionError: the tree would be deeper than MAX_DEPTH.
    """
    above = 0
    code = new_parent
    while code != TOP:
        if code == node:
            message = "{node} cannot move below {parent}, which stands in its own branch"
            raise CycleError(message, node=node, parent=new_parent)
        above += 1
        if above > MAX_DEPTH:
            break
        code = parent_of[code]
    if above + height > MAX_DEPTH:
        message = "{node} under {parent} would make the tree {depth} nodes deep; {limit} are allowed"
        raise PreconditionError(message, node=node, parent=new_parent, depth=above + height, limit=MAX_DEPTH)


def check_placement(designation: str, level: Level, node: str, fixed: Level | None) -> None:
    """Refuse a standard of another level than the system fixes for the branch; ones from outside China stand anywhere.

    Raises:
        PreconditionError: says which level is fixed.
    """
    if fixed is not None and level is not fixed and level not in FROM_OUTSIDE:
        message = "{designation} is of the level {level}, but {node} is for standards of the level {fixed}"
        raise PreconditionError(message, designation=designation, level=level.value, node=node, fixed=fixed.value)


def fixed_level(node: str, parent_of: ParentOf, level_of: Mapping[str, Level | None]) -> Level | None:
    """Return the level that *node*, or else the nearest node above it, fixes; None where none does."""
    while node != TOP:
        level = level_of[node]
        if level is not None:
            return level
        node = parent_of[node]
    return None


def unfit(present: ParentOf, wanted: ParentOf) -> dict[str, DomainError]:
    """Return which of the *wanted* places cannot be given, and why; the other ones and the *present* make a tree.

    A wanted place of a present node is a move. A node whose move is refused stays where it is; a new one below a
    refused new one is refused with it. Cost O(nodes × depth) a pass.

    Raises:
        InvalidArgumentError: the places contradict one another in too many ways to say which are wrong.
    """
    refused: dict[str, DomainError] = {}
    for _pass in range(_MAX_PASSES):
        open_wishes = {node: parent for node, parent in wanted.items() if node not in refused}
        merged = {**present, **open_wishes}
        faults = _faults(merged)
        if not faults:
            return refused
        fallen: set[str] = set()
        for node, error in faults.items():
            parent = merged[node]
            if error is None and (parent in present or parent not in fallen):
                continue  # its parent goes back to where it was, and it may fit there
            fallen.add(node)
            culprit: str | None = node
            # A present node that got too deep did not ask to: something above it moves.
            while culprit is not None and culprit not in open_wishes:
                culprit = merged.get(culprit)
            if culprit is not None:
                refused.setdefault(culprit, error or _below_refused(node, parent))
    message = "the nodes contradict one another in too many ways: check the column of their parents"
    raise InvalidArgumentError(message)


def _below_refused(node: str, parent: str) -> DomainError:
    return PreconditionError("{node} stands below {parent}, which is refused", node=node, parent=parent)


def _faults(parent_of: ParentOf) -> dict[str, DomainError | None]:
    """Return the nodes that cannot stand where *parent_of* puts them, parents first.

    With the reason: parent unknown, on a cycle, too deep; None for those that only stand below such a node.
    """
    depth_of: dict[str, int] = {TOP: 0}
    faults: dict[str, DomainError | None] = {}
    for start in parent_of:
        path: list[str] = []
        on_path: set[str] = set()
        node = start
        while node not in depth_of and node not in on_path and node in parent_of:
            path.append(node)
            on_path.add(node)
            node = parent_of[node]
        if node in on_path:
            first = path.index(node)
            for member in path[first:]:
                message = "{node} would stand below itself, by way of {parent}"
                faults[member] = CycleError(message, node=member, parent=parent_of[member])
                depth_of[member] = 0
            path = path[:first]
        for member in reversed(path):
            parent = parent_of[member]
            depth_of[member] = depth_of.get(parent, 0) + 1
            error = None if parent in faults else _fault(member, parent, depth_of)
            if error is not None or parent in faults:
                faults[member] = error
    return faults


def _fault(node: str, parent: str, depth_of: Mapping[str, int]) -> DomainError | None:
    if parent not in depth_of:
        message = "the node {parent}, below which {node} shall stand, does not exist"
        return NotFoundError(message, node=node, parent=parent)
    if depth_of[node] > MAX_DEPTH:
        message = "{node} would stand at depth {depth}; {limit} are allowed"
        return PreconditionError(message, node=node, depth=depth_of[node], limit=MAX_DEPTH)
    return None
