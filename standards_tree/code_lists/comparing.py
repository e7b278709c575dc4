"""Compare two versions of a code list."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.code_lists.model import Code, CodeListId, order_of


class ChangeKind(StrEnum):
    """What became of a code from one version to another."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CodeDifference:
    """What became of one code, with what it was and what it is."""

    code: str
    kinds: tuple[ChangeKind, ...]
    before: Code | None
    after: Code | None


def differences(list_id: CodeListId, before: Mapping[str, Code], after: Mapping[str, Code]) -> list[CodeDifference]:
    """Return what differs from *before* to *after*, in the order of the list. A code may be renamed and moved at once.

    Cost: linear, but for the order.
    """
    found = [
        CodeDifference(code, kinds, before.get(code), after.get(code))
        for code in before.keys() | after.keys()
        if (kinds := _kinds(before.get(code), after.get(code)))
    ]
    return sorted(found, key=lambda difference: order_of(list_id, difference.code))


def _kinds(before: Code | None, after: Code | None) -> tuple[ChangeKind, ...]:
    if before is None or after is None:
        return (ChangeKind.ADDED if before is None else ChangeKind.REMOVED,)
    if before == after:
        return ()
    kinds = []
    if (before.title_zh, before.title_en) != (after.title_zh, after.title_en):
        kinds.append(ChangeKind.RENAMED)
    if before.parent != after.parent:
        kinds.append(ChangeKind.MOVED)
    if before.withdrawn != after.withdrawn:
        kinds.append(ChangeKind.WITHDRAWN if after.withdrawn else ChangeKind.REINSTATED)
    if (before.notes, before.replaced_by, before.aliases) != (after.notes, after.replaced_by, after.aliases):
        kinds.append(ChangeKind.CHANGED)
    # A level alone changes with what is above the parent.
    return tuple(kinds)
