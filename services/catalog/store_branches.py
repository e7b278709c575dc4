"""Speak SQL about what changes several nodes at once: merging, splitting, numbering anew."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select, text
from sqlmodel import Session

from services.catalog.names import NodeName, StandardName
from services.catalog.store_nodes import NODE, Branch, NodeRecord, get_node
from services.catalog.store_tree import (
    branch_height,
    change_node,
    check_place,
    create_node,
    require_levels,
    require_open,
)
from services.runtime.changes import record_change
from standards_tree.catalogue import Node, natural_order
from standards_tree.errors import CycleError, InvalidArgumentError, PreconditionError
from standards_tree.systems.forest import ROOT, Forest, TreeNode, forest_of
from standards_tree.systems.renumbering import changed_codes

# Drafts that were published or discarded keep the node they were meant for as it was then.
_DRAFTS_FOLLOW = text(
    "UPDATE draft SET node_id = :into, version = version + 1"
    " WHERE node_id = :node AND NOT discarded AND stage < '60' RETURNING draft_id"
)
_STANDARDS_FOLLOW = text("UPDATE placement SET node_id = :into WHERE node_id = :node RETURNING standard_id")
_CHILDREN_FOLLOW = text(
    "UPDATE node SET parent_id = :into, version = version + 1 WHERE parent_id = :node RETURNING node_id"
)
_STANDARDS_LEAVE = text(
    """
    UPDATE placement SET node_id = :into FROM standard
    WHERE placement.standard_id = standard.standard_id AND placement.node_id = :node
      AND (standard.standard_id = ANY(:standard_ids) OR standard.undated_key = ANY(:undated_keys))
    RETURNING standard.standard_id, standard.undated_key
    """
)
_CHILDREN_LEAVE = text(
    """
    UPDATE node SET parent_id = :into, version = version + 1
    WHERE system_id = :system_id AND parent_id = :node AND NOT archived
      AND (node_id = ANY(:children) OR code = ANY(:children))
    RETURNING node_id, code
    """
)
_RENUMBER = text(
    """
    UPDATE node SET code = fresh.code, code_order = fresh.code_order, version = node.version + 1
    FROM unnest(CAST(:node_ids AS text[]), CAST(:codes AS text[]), CAST(:orders AS text[]))
        AS fresh (node_id, code, code_order)
    WHERE node.node_id = fresh.node_id
    """
)


class Renumbered(NamedTuple):
    """A node whose code changed."""

    node_id: str
    old_code: str
    new_code: str


def merge_nodes(session: Session, record: NodeRecord, into: NodeRecord, etag: str) -> NodeRecord:
    """Give all that *record* has to *into* of the same system, archive *record*, and return *into*.

    Its standards, the nodes below it, its drafts under way and the number of standards it should have go over.

    Raises:
        StaleError: *etag* is not that of *record*.
        CycleError: *into* is *record* or stands below it.
        PreconditionError: one of them is archived, the tree would become too deep, or *into* is for standards of
            another level.
    """
    require_open(record, etag)
    _check_merge(session, record, into)
    connection = session.connection()
    values = {"node": record.node_id, "into": into.node_id}
    for standard_id in sorted(connection.execute(_STANDARDS_FOLLOW, values).scalars()):
        record_change(session, f"standards/{standard_id}", "placed")
    _note_moved(session, record.system_id, connection.execute(_CHILDREN_FOLLOW, values).scalars())
    for draft_id in sorted(connection.execute(_DRAFTS_FOLLOW, values).scalars()):
        record_change(session, f"drafts/{draft_id}", "updated")
    gone = {"archived": True, "archived_with": record.node_id, "merged_into": into.node_id, "planned_standards": 0}
    change_node(session, record, gone, "merged")
    planned = into.planned_standards + record.planned_standards
    changed = change_node(session, into, {"planned_standards": planned}, "updated")
    require_levels(session, Branch(into.system_id, into.node_id))
    return changed


def _check_merge(session: Session, record: NodeRecord, into: NodeRecord) -> None:
    if into.archived:
        raise PreconditionError("the node {parent} is archived; nothing new goes below it", parent=into.code)
    if into.node_id == record.node_id:
        raise CycleError("{node} cannot be merged into itself", node=record.code)
    height = branch_height(session, record.node_id)
    if height > 1:
        # Refused where the other node stands below this one, or what stands below this one would get too deep.
        check_place(session, record.code, into, height - 1)


class Split(NamedTuple):
    """What a split asks for: the new node, and which standards and nodes go to it."""

    node: Node
    standards: Sequence[StandardName]
    children: Sequence[NodeName]


def split_node(session: Session, record: NodeRecord, split: Split, etag: str) -> NodeRecord:
    """Record the node of *split* beside *record*, give it what *split* names of *record*, and return it.

    A standard named without its year is whichever edition stands there.

    Raises:
        StaleError: *etag* is not that of *record*.
        AlreadyExistsError: the system has a node with the new node's code.
        PreconditionError: *record* is archived, a standard does not stand at it, a child does not stand directly below
            it, or a standard is of another level than its new place is for.
    """
    require_open(record, etag)
    if not split.standards and not split.children:
        message = "name the standards or nodes that go to the new node"
        raise InvalidArgumentError.in_field("standards", message)
    parent = get_node(session, NodeName(record.system_id, record.parent_id)) if record.parent_id is not None else None
    fresh = create_node(session, record.system_id, split.node, parent)
    values = {"node": record.node_id, "into": fresh.node_id}
    _take_standards(session, record, split.standards, values)
    _take_children(session, record, split.children, values)
    require_levels(session, Branch(fresh.system_id, fresh.node_id))
    return fresh


def _take_standards(
    session: Session, record: NodeRecord, names: Sequence[StandardName], values: Mapping[str, object]
) -> None:
    wanted = {
        "standard_ids": [name.standard_id for name in names if name.undated_key is None],
        "undated_keys": [name.undated_key for name in names if name.undated_key is not None],
    }
    rows = session.connection().execute(_STANDARDS_LEAVE, {**values, **wanted}).all() if names else []
    ids, keys = {row.standard_id for row in rows}, {row.undated_key for row in rows}
    for name in names:
        if name.undated_key not in keys if name.undated_key is not None else name.standard_id not in ids:
            message = "{standard} does not stand at {node}"
            raise PreconditionError(message, standard=name.text, node=record.code)
    for standard_id in sorted(ids):
        record_change(session, f"standards/{standard_id}", "placed")


def _take_children(
    session: Session, record: NodeRecord, names: Sequence[NodeName], values: Mapping[str, object]
) -> None:
    wanted = {"system_id": record.system_id, "children": [name.id_or_code for name in names]}
    rows = session.connection().execute(_CHILDREN_LEAVE, {**values, **wanted}).all() if names else []
    known = {row.node_id for row in rows} | {row.code for row in rows}
    for name in names:
        if name.id_or_code not in known:
            message = "{child} is no node in use directly below {node}"
            raise PreconditionError(message, child=name.id_or_code, node=record.code)
    _note_moved(session, record.system_id, [row.node_id for row in rows])


def _note_moved(session: Session, system_id: str, node_ids: Iterable[str]) -> None:
    for node_id in sorted(node_ids):
        record_change(session, f"systems/{system_id}/nodes/{node_id}", "moved")


Numbering = Callable[[Forest, int, Collection[str]], dict[str, str]]
"""From the nodes in use, the top of the branch and the codes of nodes that keep theirs, to new codes by node id."""


def renumber_branch(session: Session, branch: Branch, numbering: Numbering) -> list[Renumbered]:
    """Give nodes of *branch* the codes that *numbering* makes, in one statement, and return what changed, in tree order.

    Archived nodes keep their codes.

    Raises:
        AlreadyExistsError: two nodes would have one code.
        PreconditionError: the top of the branch is archived.
    """
    query = select(NODE.c.node_id, NODE.c.parent_id, NODE.c.code, NODE.c.archived)
    rows = session.connection().execute(query.where(NODE.c.system_id == branch.system_id)).all()
    forest = forest_of(TreeNode(row.node_id, row.parent_id, row.code) for row in rows if not row.archived)
    present = {row.node_id: row.code for row in rows}
    if branch.node_id is not None and branch.node_id not in forest.number_of:
        message = "the node {node} is archived and does not change any more"
        raise PreconditionError(message, node=present[branch.node_id])
    top = forest.number_of[branch.node_id] if branch.node_id is not None else ROOT
    inside = {node.node_id for number, node in enumerate(forest.nodes) if forest.is_within(number, top)}
    kept = [code for node_id, code in present.items() if node_id not in inside]
    changed = changed_codes(present, numbering(forest, top, kept))
    ordered = sorted(changed, key=forest.number_of.__getitem__)
    codes = [changed[node_id] for node_id in ordered]
    values = {"node_ids": ordered, "codes": codes, "orders": [natural_order(code) for code in codes]}
    session.connection().execute(_RENUMBER, values)
    for node_id in ordered:
        record_change(session, f"systems/{branch.system_id}/nodes/{node_id}", "renumbered")
    return [Renumbered(node_id, present[node_id], changed[node_id]) for node_id in ordered]
