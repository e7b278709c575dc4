"""Compare two editions of a standards system: what came, what went, what moved, and what is called otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from standards_tree.catalogue import natural_order


class EditionNode(NamedTuple):
    """A node as an edition holds it; words are those of the catalogue."""

    node_id: str
    parent_id: str | None
    code: str
    title_zh: str
    title_en: str
    level: str | None
    kind: str
    planned_standards: int


class EditionEntry(NamedTuple):
    """A standard as an edition holds it, with its place; ``designation_order`` puts entries in order."""

    standard_id: str
    node_id: str
    designation: str
    designation_order: str
    title_zh: str
    title_en: str
    level: str
    obligation: str | None
    status: str
    issued_on: date | None
    effective_on: date | None
    ended_on: date | None
    reviewed_on: date | None
    ics: Sequence[str]
    ccs: Sequence[str]
    committee: str


class ChangeKind(StrEnum):
    """What changed from one edition to another; in this order they are listed."""

    NODE_ADDED = "node_added"
    NODE_REMOVED = "node_removed"
    NODE_MOVED = "node_moved"
    NODE_RENAMED = "node_renamed"
    NODE_RENUMBERED = "node_renumbered"
    NODE_PLANNED = "node_planned"
    NODE_REDEFINED = "node_redefined"
    STANDARD_ADDED = "standard_added"
    STANDARD_REMOVED = "standard_removed"
    STANDARD_MOVED = "standard_moved"
    STANDARD_STATUS = "standard_status"
    STANDARD_FACTS = "standard_facts"


# Every field belongs to one kind of change, so that the changes of a comparison tell all of it.
_NODE_FIELDS: Final = {
    ChangeKind.NODE_MOVED: ("parent_id",),
    ChangeKind.NODE_RENAMED: ("title_zh", "title_en"),
    ChangeKind.NODE_RENUMBERED: ("code",),
    ChangeKind.NODE_PLANNED: ("planned_standards",),
    ChangeKind.NODE_REDEFINED: ("level", "kind"),
}
_STATUS_FIELDS: Final = ("status", "issued_on", "effective_on", "ended_on", "reviewed_on")
_ENTRY_FIELDS: Final = {
    ChangeKind.STANDARD_MOVED: ("node_id",),
    ChangeKind.STANDARD_STATUS: _STATUS_FIELDS,
    ChangeKind.STANDARD_FACTS: tuple(
        name for name in EditionEntry._fields if name not in {"standard_id", "node_id", *_STATUS_FIELDS}
    ),
}


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A change of a node: ``before`` is None where it is new, ``after`` where it is gone."""

    kind: ChangeKind
    before: EditionNode | None
    after: EditionNode | None


@dataclass(frozen=True, slots=True)
class EntryChange:
    """A change of a standard: ``before`` is None where it is new, ``after`` where it is gone."""

    kind: ChangeKind
    before: EditionEntry | None
    after: EditionEntry | None


Change = NodeChange | EntryChange


@dataclass(frozen=True, slots=True)
class EditionContent:
    """All that an edition holds: nodes by id, and standards by id."""

    nodes: Mapping[str, EditionNode]
    entries: Mapping[str, EditionEntry]


def compare_editions(base: EditionContent, target: EditionContent) -> list[Change]:
    """Return what changed from *base* to *target*: kind by kind, nodes by code, standards by designation.

    What changed in several ways has a change of each kind; applied to *base*, they give *target*. O(nodes + standards).
    """
    found: dict[ChangeKind, list[Change]] = {kind: [] for kind in ChangeKind}
    for node_id in base.nodes.keys() | target.nodes.keys():
        before, after = base.nodes.get(node_id), target.nodes.get(node_id)
        for kind in _kinds(before, after, ChangeKind.NODE_ADDED, ChangeKind.NODE_REMOVED, _NODE_FIELDS):
            found[kind].append(NodeChange(kind, before, after))
    for standard_id in base.entries.keys() | target.entries.keys():
        old, new = base.entries.get(standard_id), target.entries.get(standard_id)
        for kind in _kinds(old, new, ChangeKind.STANDARD_ADDED, ChangeKind.STANDARD_REMOVED, _ENTRY_FIELDS):
            found[kind].append(EntryChange(kind, old, new))
    return [change for changes in found.values() for change in sorted(changes, key=_order)]


def _kinds(
    before: object, after: object, added: ChangeKind, removed: ChangeKind, groups: Mapping[ChangeKind, tuple[str, ...]]
) -> Iterable[ChangeKind]:
    if before == after:
        return ()
    if before is None:
        return (added,)
    if after is None:
        return (removed,)
    return (
        kind for kind, names in groups.items() if any(getattr(before, name) != getattr(after, name) for name in names)
    )


def _order(change: Change) -> tuple[str, str]:
    either = change.after or change.before
    if isinstance(either, EditionNode):
        return natural_order(either.code), either.node_id
    return (either.designation_order, either.standard_id) if either is not None else ("", "")


def apply_changes(base: EditionContent, changes: Iterable[Change]) -> EditionContent:
    """Return *base* after *changes* were made to it.

    Raises:
        KeyError: a change is of something that *base* does not hold.
    """
    nodes, entries = dict(base.nodes), dict(base.entries)
    for change in changes:
        if isinstance(change, NodeChange):
            _apply(nodes, change.kind, _key(change.before, change.after), change.after, _NODE_FIELDS)
        else:
            _apply(entries, change.kind, _key(change.before, change.after), change.after, _ENTRY_FIELDS)
    return EditionContent(nodes, entries)


Held = TypeVar("Held", EditionNode, EditionEntry)


def _key(before: EditionNode | EditionEntry | None, after: EditionNode | EditionEntry | None) -> str:
    either = after or before
    if either is None:
        return ""
    return either.node_id if isinstance(either, EditionNode) else either.standard_id


def _apply(
    held: dict[str, Held],
    kind: ChangeKind,
    key: str,
    after: Held | None,
    groups: Mapping[ChangeKind, tuple[str, ...]],
) -> None:
    if after is None:
        del held[key]
    elif kind in groups:
        held[key] = held[key]._replace(**{name: getattr(after, name) for name in groups[kind]})
    else:
        held[key] = after
