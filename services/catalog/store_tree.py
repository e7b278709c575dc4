"""Speak SQL about what changes a tree of nodes."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import TextClause, insert, select, text, update
from sqlmodel import Session

from services.catalog.names import NodeName
from services.catalog.store_nodes import NODE, NODE_COLUMNS, Branch, NodeRecord, get_node, get_system
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from standards_tree.catalogue import Node, natural_order
from standards_tree.errors import AlreadyExistsError, PreconditionError
from standards_tree.standards import Level
from standards_tree.tree import MAX_DEPTH, TOP, check_move, check_placement, fixed_level

# MAX_DEPTH bounds the tree; one step more shows a fault instead of hiding it.
_PATH = text(
    """
    WITH RECURSIVE path AS (
        SELECT node_id, parent_id, code, level, 1 AS depth FROM node WHERE node_id = :node_id
        UNION ALL
        SELECT node.node_id, node.parent_id, node.code, node.level, depth + 1
        FROM node JOIN path ON node.node_id = path.parent_id
        WHERE depth <= :limit
    )
    SELECT code, lead(code) OVER (ORDER BY depth) AS parent_code, level FROM path ORDER BY depth
    """
)
_HEIGHT = text(
    """
    WITH RECURSIVE branch AS (
        SELECT node_id, 1 AS depth FROM node WHERE node_id = :node_id
        UNION ALL
        SELECT node.node_id, depth + 1 FROM node JOIN branch ON node.parent_id = branch.node_id
    )
    SELECT max(depth) FROM branch
    """
)
_ARCHIVE = text(
    """
    WITH RECURSIVE branch AS (
        SELECT node_id FROM node WHERE node_id = :node_id
        UNION ALL
        SELECT node.node_id FROM node JOIN branch ON node.parent_id = branch.node_id
    )
    UPDATE node SET archived = true, archived_with = :node_id, version = version + 1
    WHERE node_id IN (SELECT node_id FROM branch) AND NOT archived
    RETURNING node_id
    """
)
_RESTORE = text(
    """
    WITH RECURSIVE branch AS (
        SELECT node_id, archived_with FROM node WHERE node_id = :node_id
        UNION ALL
        SELECT node.node_id, node.archived_with FROM node JOIN branch ON node.parent_id = branch.node_id
        WHERE node.archived_with = branch.archived_with
    )
    UPDATE node SET archived = false, archived_with = NULL, merged_into = NULL, version = version + 1
    WHERE node_id IN (SELECT node_id FROM branch)
    RETURNING node_id
    """
)
_AT_ODDS = text(
    """
    WITH RECURSIVE branch AS (
        SELECT node_id, code, coalesce(level, :inherited) AS fixed FROM node
        WHERE system_id = :system_id
          AND CASE WHEN CAST(:node_id AS text) IS NULL THEN parent_id IS NULL ELSE node_id = :node_id END
        UNION ALL
        SELECT node.node_id, node.code, coalesce(node.level, branch.fixed)
        FROM node JOIN branch ON node.parent_id = branch.node_id
    )
    SELECT standard.designation, standard.level, branch.code, branch.fixed
    FROM branch JOIN placement USING (node_id) JOIN standard USING (standard_id)
    WHERE branch.fixed <> standard.level AND standard.level NOT IN ('international', 'foreign')
    ORDER BY standard.designation_order LIMIT 1
    """
)
_CODE_TAKEN = "the system {system} has a node {code}"


class Path(NamedTuple):
    """A node and those above it, by code."""

    node: str
    parent_of: dict[str, str]
    level_of: dict[str, Level | None]


def create_node(session: Session, system_id: str, node: Node, parent: NodeRecord | None) -> NodeRecord:
    """Record a node below *parent* of the same system, or at the top, and return it.

    Raises:
        AlreadyExistsError: the system has a node with this code.
        PreconditionError: the parent is archived, or the tree would become too deep.
    """
    _require_free_code(session, system_id, node.code)
    check_place(session, node.code, parent)
    values = {
        "node_id": uuid4().hex,
        "system_id": get_system(session, system_id).system_id,
        "parent_id": parent.node_id if parent is not None else None,
        **node_columns(node),
        "archived": False,
        "version": 1,
    }
    row = session.connection().execute(insert(NODE).values(values).returning(*NODE_COLUMNS)).one()
    record = NodeRecord._make(row)
    record_change(session, record.name, "created")
    return record


def node_columns(node: Node) -> dict[str, Any]:
    """Return the columns that hold *node*; its place apart."""
    return {
        "code": node.code,
        "code_order": natural_order(node.code),
        "title_zh": node.title.zh,
        "title_en": node.title.en,
        "level": node.level.value if node.level is not None else None,
        "kind": node.kind.value,
        "planned_standards": node.planned_standards,
    }


def update_node(session: Session, record: NodeRecord, node: Node, etag: str) -> NodeRecord:
    """Store the facts of *node* in the place of *record* and return it; the same facts change nothing.

    Raises:
        StaleError: *etag* is not that of *record*.
        AlreadyExistsError: another node of the system has the code.
        PreconditionError: it is archived, or standards of another level stand below it.
    """
    require_open(record, etag)
    values = node_columns(node)
    if all(getattr(record, name) == value for name, value in values.items() if name in NodeRecord._fields):
        return record
    if node.code != record.code:
        _require_free_code(session, record.system_id, node.code)
    changed = change_node(session, record, values, "updated")
    if changed.level != record.level:
        require_levels(session, Branch(record.system_id, record.node_id))
    return changed


def move_node(session: Session, record: NodeRecord, parent: NodeRecord | None, etag: str) -> NodeRecord:
    """Put *record* with everything below it under *parent* of the same system, or at the top, and return it.

    Reads the path from *parent* to the top in this transaction, which is serializable: of two opposite moves one fails.

    Raises:
        StaleError: *etag* is not that of *record*.
        CycleError: *parent* stands in the branch that moves.
        PreconditionError: it or the parent is archived, the tree would become too deep, or the new place is for
            standards of another level than those in the branch.
    """
    require_open(record, etag)
    parent_id = parent.node_id if parent is not None else None
    if parent_id == record.parent_id:
        return record
    inherited = _level_above(session, record.parent_id)
    check_place(session, record.code, parent, branch_height(session, record.node_id))
    changed = change_node(session, record, {"parent_id": parent_id}, "moved")
    # Where the same level is fixed as before, what stands in the branch fits as before.
    if record.level is None and _level_above(session, parent_id) is not inherited:
        require_levels(session, Branch(record.system_id, record.node_id))
    return changed


def archive_branch(session: Session, record: NodeRecord, etag: str) -> NodeRecord:
    """Archive *record* and everything below it, and return it; what is archived stays so.

    Standards keep their places there for the record.

    Raises:
        StaleError: *etag* is not that of *record*.
    """
    require_etag(etag, record.version)
    return _change_branch(session, record, _ARCHIVE, "archived")


def restore_branch(session: Session, record: NodeRecord, etag: str) -> NodeRecord:
    """Take *record* back into use with all below it that was archived together with it, and return it.

    What was archived before that stays so. A node that was merged comes back empty.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is not archived, or stands below a node that is.
    """
    require_etag(etag, record.version)
    if not record.archived:
        raise PreconditionError("the node {node} is not archived", node=record.code)
    if record.parent_id is not None:
        parent = get_node(session, NodeName(record.system_id, record.parent_id))
        if parent.archived:
            message = "{node} stands below {parent}, which is archived; restore that one first"
            raise PreconditionError(message, node=record.code, parent=parent.code)
    return _change_branch(session, record, _RESTORE, "restored")


def _change_branch(session: Session, record: NodeRecord, statement: TextClause, action: str) -> NodeRecord:
    for node_id in sorted(session.connection().execute(statement, {"node_id": record.node_id}).scalars()):
        record_change(session, f"systems/{record.system_id}/nodes/{node_id}", action)
    return get_node(session, NodeName(record.system_id, record.node_id))


def place_level(session: Session, node: NodeRecord) -> Level | None:
    """Return the level the system fixes for standards at *node*, None where it fixes none."""
    return _level_above(session, node.node_id)


def _level_above(session: Session, node_id: str | None) -> Level | None:
    """Return the level that a node or the nearest one above it fixes; None at the top."""
    if node_id is None:
        return None
    path = path_of(session, node_id)
    return fixed_level(path.node, path.parent_of, path.level_of)


def require_levels(session: Session, branch: Branch) -> None:
    """Refuse what was done to *branch* when a standard in it is now of another level than its place is for.

    Raises:
        PreconditionError: names the first such standard.
    """
    inherited = None
    if branch.node_id is not None:
        path = path_of(session, branch.node_id)
        inherited = fixed_level(path.parent_of[path.node], path.parent_of, path.level_of)
    values = {**branch._asdict(), "inherited": inherited.value if inherited is not None else None}
    row = session.connection().execute(_AT_ODDS, values).one_or_none()
    if row is not None:
        check_placement(row.designation, Level(row.level), row.code, Level(row.fixed))


def path_of(session: Session, node_id: str) -> Path:
    """Return a node and those above it."""
    rows = session.connection().execute(_PATH, {"node_id": node_id, "limit": MAX_DEPTH}).all()
    return Path(
        rows[0].code,
        {row.code: row.parent_code or TOP for row in rows},
        {row.code: Level(row.level) if row.level is not None else None for row in rows},
    )


def branch_height(session: Session, node_id: str) -> int:
    """Return how many nodes stand one below the other in the branch of a node, that one included."""
    return int(session.connection().execute(_HEIGHT, {"node_id": node_id}).scalar_one())


def check_place(session: Session, code: str, parent: NodeRecord | None, height: int = 1) -> None:
    """Refuse *parent* as the place of a branch of that *height*; the top is always one.

    Raises:
        CycleError: *parent* stands in the branch.
        PreconditionError: it is archived, or the tree would become too deep.
    """
    if parent is None:
        return
    if parent.archived:
        raise PreconditionError("the node {parent} is archived; nothing new goes below it", parent=parent.code)
    check_move(code, parent.code, path_of(session, parent.node_id).parent_of, height)


def require_open(record: NodeRecord, etag: str) -> None:
    """Refuse to change a node that is archived, or that is not the version the caller read.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is archived.
    """
    require_etag(etag, record.version)
    if record.archived:
        raise PreconditionError("the node {node} is archived and does not change any more", node=record.code)


def _require_free_code(session: Session, system_id: str, code: str) -> None:
    query = select(NODE.c.archived).where(NODE.c.system_id == system_id, NODE.c.code == code)
    archived = session.connection().execute(query).scalar_one_or_none()
    if archived is not None:
        message = "the system {system} has the code {code} for an archived node" if archived else _CODE_TAKEN
        raise AlreadyExistsError(message, system=f"systems/{system_id}", code=code)


def change_node(session: Session, record: NodeRecord, values: Mapping[str, Any], action: str) -> NodeRecord:
    """Store *values* as the next version of *record* and return it."""
    change = update(NODE).where(NODE.c.node_id == record.node_id).values({**values, "version": NODE.c.version + 1})
    changed = NodeRecord._make(session.connection().execute(change.returning(*NODE_COLUMNS)).one())
    record_change(session, changed.name, action)
    return changed
