"""Speak SQL about standards systems and the nodes they have."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, insert, select, text, update
from sqlmodel import Session

from services.catalog.names import NodeName
from services.catalog.tables import NodeRow, PlacementRow, SystemRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.catalogue import Node, NodeKind, Title
from standards_tree.errors import AlreadyExistsError, NotFoundError, StaleError
from standards_tree.standards import Level

SYSTEM: Table = SystemRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
NODE: Table = NodeRow.__table__  # type: ignore[attr-defined]  # as above
PLACEMENT: Table = PlacementRow.__table__  # type: ignore[attr-defined]  # as above


class SystemRecord(NamedTuple):
    """A system as it is stored."""

    system_id: str
    title_zh: str
    title_en: str
    version: int

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"systems/{self.system_id}"


class NodeRecord(NamedTuple):
    """A node as it is stored; the fields are columns of the same names."""

    node_id: str
    system_id: str
    code: str
    parent_id: str | None
    title_zh: str
    title_en: str
    level: str | None
    kind: str
    planned_standards: int
    archived: bool
    merged_into: str | None
    version: int

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"systems/{self.system_id}/nodes/{self.node_id}"


class Branch(NamedTuple):
    """A system, or one node of it with everything below."""

    system_id: str
    node_id: str | None


SYSTEM_COLUMNS = [SYSTEM.c[name] for name in SystemRecord._fields]
NODE_COLUMNS = [NODE.c[name] for name in NodeRecord._fields]

# A code may look like the id of another node; the id is meant then.
_FIELDS = ", ".join(NodeRecord._fields)
_CHILD = ", ".join(f"node.{name}" for name in NodeRecord._fields)
_IN_ORDER = text(
    f"""
    WITH RECURSIVE tree AS (
        SELECT {_FIELDS}, ARRAY[code_order] AS place FROM node
        WHERE system_id = :system_id AND CASE WHEN :top = '' THEN parent_id IS NULL ELSE node_id = (
            SELECT node_id FROM node WHERE system_id = :system_id AND (node_id = :top OR code = :top)
            ORDER BY node_id <> :top LIMIT 1
        ) END
        UNION ALL
        SELECT {_CHILD}, tree.place || node.code_order FROM node JOIN tree ON node.parent_id = tree.node_id
    )
    SELECT {_FIELDS} FROM tree
    WHERE (NOT archived OR :include_archived)
      AND (CAST(:after AS text) IS NULL OR place > (SELECT place FROM tree WHERE node_id = :after))
    ORDER BY place LIMIT :limit
    """  # noqa: S608  (names of ours)
)


def create_system(session: Session, system_id: str, title: Title) -> SystemRecord:
    """Record a system and return it.

    Raises:
        AlreadyExistsError: there is one with this id.
    """
    if find_system(session, system_id) is not None:
        raise AlreadyExistsError("the system {name} exists", name=f"systems/{system_id}")
    values = {"system_id": system_id, "title_zh": title.zh, "title_en": title.en, "version": 1}
    session.connection().execute(insert(SYSTEM).values(values))
    record_change(session, f"systems/{system_id}", "created")
    return SystemRecord(system_id, title.zh, title.en, 1)


def find_system(session: Session, system_id: str) -> SystemRecord | None:
    """Return a system, None if there is none."""
    row = session.connection().execute(select(*SYSTEM_COLUMNS).where(SYSTEM.c.system_id == system_id)).one_or_none()
    return SystemRecord._make(row) if row is not None else None


def get_system(session: Session, system_id: str) -> SystemRecord:
    """Return a system.

    Raises:
        NotFoundError: there is none.
    """
    record = find_system(session, system_id)
    if record is None:
        raise NotFoundError("there is no system {name}", name=f"systems/{system_id}")
    return record


def list_systems(session: Session, page: Page) -> list[SystemRecord]:
    """Return one more than a page of systems, by name."""
    query = select(*SYSTEM_COLUMNS).order_by(SYSTEM.c.system_id).limit(page.size + 1)
    if page.after is not None:
        query = query.where(SYSTEM.c.system_id > page.after[0])
    return [SystemRecord._make(row) for row in session.connection().execute(query)]


def update_system(session: Session, record: SystemRecord, title: Title, etag: str) -> SystemRecord:
    """Store *title* in the place of that of *record* and return it; the same title changes nothing.

    Raises:
        StaleError: *etag* is not that of *record*.
    """
    require_etag(etag, record.version)
    if (record.title_zh, record.title_en) == (title.zh, title.en):
        return record
    change = update(SYSTEM).where(SYSTEM.c.system_id == record.system_id)
    change = change.values(title_zh=title.zh, title_en=title.en, version=SYSTEM.c.version + 1)
    changed = SystemRecord._make(session.connection().execute(change.returning(*SYSTEM_COLUMNS)).one())
    record_change(session, changed.name, "updated")
    return changed


def get_node(session: Session, name: NodeName) -> NodeRecord:
    """Return a node by its id or its code.

    Raises:
        NotFoundError: there is none.
    """
    wanted = (NODE.c.node_id == name.id_or_code) | (NODE.c.code == name.id_or_code)
    query = select(*NODE_COLUMNS).where(NODE.c.system_id == name.system_id, wanted)
    # A code may look like the id of another node.
    rows = session.connection().execute(query.order_by(NODE.c.node_id != name.id_or_code).limit(1)).all()
    if not rows:
        message = "the system {system} has no node {node}"
        raise NotFoundError(message, system=f"systems/{name.system_id}", node=name.id_or_code)
    return NodeRecord._make(rows[0])


def node_of(record: NodeRecord) -> Node:
    """Return the facts of *record*."""
    return Node(
        record.code,
        Title(record.title_zh, record.title_en),
        Level(record.level) if record.level is not None else None,
        NodeKind(record.kind),
        record.planned_standards,
    )


def get_branch(session: Session, name: NodeName) -> Branch:
    """Return the branch that a node's or a system's name means.

    Raises:
        NotFoundError: there is no such system or node.
    """
    if name.id_or_code:
        return Branch(name.system_id, get_node(session, name).node_id)
    return Branch(get_system(session, name.system_id).system_id, None)


def within(table: Table, branch: Branch) -> ColumnElement[bool]:
    """Return the condition that rows of *table*, nodes or what stands at nodes, lie in *branch*."""
    if branch.node_id is None:
        return table.c.system_id == branch.system_id
    below = select(NODE.c.node_id).where(NODE.c.node_id == branch.node_id).cte("below", recursive=True)
    # Another name for the table: in a query on nodes, the inner one must not be taken for the outer.
    child = NODE.alias("child")
    below = below.union_all(select(child.c.node_id).where(child.c.parent_id == below.c.node_id))
    return table.c.node_id.in_(select(below.c.node_id))


def list_nodes(session: Session, name: NodeName, page: Page, *, include_archived: bool) -> list[NodeRecord]:
    """Return one more than a page of the nodes of a branch or system in the order of the tree, with one statement.

    Every node after its parent, siblings by code. A page continues after a node wherever that node now stands.

    Raises:
        NotFoundError: there is no such system or node.
        StaleError: that node has left the branch since.
    """
    after = page.after[0] if page.after is not None else None
    values = {"system_id": name.system_id, "top": name.id_or_code, "after": after, "limit": page.size + 1}
    rows = session.connection().execute(_IN_ORDER, {**values, "include_archived": include_archived}).all()
    if not rows:
        branch = get_branch(session, name)
        if after is not None and not _stands_in(session, str(after), branch):
            raise StaleError("the tree changed while it was listed; begin again without page_token")
    return list(map(NodeRecord._make, rows))


def _stands_in(session: Session, node_id: str, branch: Branch) -> bool:
    query = select(NODE.c.node_id).where(NODE.c.node_id == node_id, within(NODE, branch))
    return session.connection().execute(query).one_or_none() is not None
