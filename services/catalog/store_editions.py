"""Speak SQL about editions of systems: freeze the present state, read it again, as it was or as of a day."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, func, insert, select, text, update
from sqlmodel import Session

from services.catalog.names import EditionName
from services.catalog.store_nodes import get_system
from services.catalog.store_standards import STANDARD
from services.catalog.tables_editions import EditionEntryRow, EditionNodeRow, EditionRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError, PreconditionError
from standards_tree.standards import StandardStatus, Validity
from standards_tree.systems.editions import EditionEntry, EditionNode

EDITION: Table = EditionRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
EDITION_NODE: Table = EditionNodeRow.__table__  # type: ignore[attr-defined]  # as above
EDITION_ENTRY: Table = EditionEntryRow.__table__  # type: ignore[attr-defined]  # as above

NODE_FIELDS = EditionNode._fields
ENTRY_FIELDS = EditionEntry._fields
_OF_STANDARD = tuple(name for name in ENTRY_FIELDS if name != "node_id")

# The nodes in use, in reading order.
_TREE = """
    WITH RECURSIVE tree AS (
        SELECT node_id, ARRAY[code_order] AS place, 1 AS depth FROM node
        WHERE system_id = :system_id AND parent_id IS NULL AND NOT archived
        UNION ALL
        SELECT node.node_id, tree.place || node.code_order, depth + 1
        FROM node JOIN tree ON node.parent_id = tree.node_id WHERE NOT node.archived
    ), present AS (
        SELECT node_id, depth, row_number() OVER (ORDER BY place) AS position FROM tree
    )
"""
_NODE_LIST = ", ".join(f"node.{name}" for name in NODE_FIELDS)
_STANDARD_LIST = ", ".join(f"standard.{name}" for name in _OF_STANDARD)
_FREEZE_NODES = text(
    f"""
    INSERT INTO edition_node (system_id, number, position, depth, {", ".join(NODE_FIELDS)}) {_TREE}
    SELECT node.system_id, CAST(:number AS integer), position, depth, {_NODE_LIST} FROM present JOIN node USING (node_id)
    """  # noqa: S608  (names of ours)
)
_FREEZE_ENTRIES = text(
    f"""
    INSERT INTO edition_entry (system_id, number, position, node_position, node_id, {", ".join(_OF_STANDARD)})
    SELECT frozen.system_id, frozen.number, row_number() OVER (ORDER BY frozen.position, standard.designation_order),
           frozen.position, frozen.node_id, {_STANDARD_LIST}
    FROM edition_node frozen JOIN placement USING (node_id) JOIN standard USING (standard_id)
    WHERE frozen.system_id = :system_id AND frozen.number = :number
    """  # noqa: S608  (names of ours)
)


class EditionRecord(NamedTuple):
    """An edition as it is stored, without what it holds."""

    system_id: str
    number: int
    label: str
    dated_on: date
    note: str
    node_count: int
    standard_count: int
    planned_standards: int
    publisher: str
    published_at: datetime
    superseded_by: int | None
    supersession_reason: str

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"systems/{self.system_id}/editions/{self.number}"


class Imprint(NamedTuple):
    """What the publisher says of an edition."""

    label: str
    dated_on: date
    note: str
    publisher: str


class FrozenNode(NamedTuple):
    """A node of an edition, with what puts lists in order."""

    position: int
    node: EditionNode


class FrozenEntry(NamedTuple):
    """A standard of an edition: what puts lists in order, the code of its node, and what decides its state now."""

    position: int
    node_code: str
    entry: EditionEntry
    validity: Validity


_COLUMNS = [EDITION.c[name] for name in EditionRecord._fields]


def publish_edition(session: Session, system_id: str, imprint: Imprint) -> EditionRecord:
    """Freeze the nodes in use of a system, the places at them and the facts of the standards there, and return it.

    A handful of statements, whatever the size.

    Raises:
        NotFoundError: there is no such system.
        AlreadyExistsError: it has an edition with this label.
        PreconditionError: it has no node in use.
    """
    system = get_system(session, system_id)
    connection = session.connection()
    known = select(EDITION.c.number, EDITION.c.label).where(EDITION.c.system_id == system_id)
    editions = {row.label: row.number for row in connection.execute(known)}
    if imprint.label in editions:
        message = "the system {system} has an edition {label}"
        raise AlreadyExistsError(message, system=system.name, label=imprint.label)
    values = {"system_id": system_id, "number": max(editions.values(), default=0) + 1}
    figures = connection.execute(_FIGURES, values).one()._mapping
    if not figures["node_count"]:
        raise PreconditionError("the system {system} has no node in use; nothing to publish", system=system.name)
    row = {**values, **imprint._asdict(), **figures, "supersession_reason": ""}
    record = EditionRecord._make(connection.execute(insert(EDITION).values(row).returning(*_COLUMNS)).one())
    connection.execute(_FREEZE_NODES, values)
    connection.execute(_FREEZE_ENTRIES, values)
    record_change(session, record.name, "published")
    return record


_FIGURES = text(
    """
    SELECT (SELECT count(*) FROM node WHERE system_id = :system_id AND NOT archived) AS node_count,
           (SELECT coalesce(sum(planned_standards), 0) FROM node
            WHERE system_id = :system_id AND NOT archived) AS planned_standards,
           (SELECT count(*) FROM placement JOIN node USING (node_id)
            WHERE placement.system_id = :system_id AND NOT node.archived) AS standard_count
    """
)


def get_edition(session: Session, name: EditionName) -> EditionRecord:
    """Return an edition.

    Raises:
        NotFoundError: there is none.
    """
    query = select(*_COLUMNS).where(EDITION.c.system_id == name.system_id, EDITION.c.number == name.number)
    row = session.connection().execute(query).one_or_none()
    if row is None:
        raise NotFoundError("the system {system} has no edition {number}", system=name.system, number=name.number)
    return EditionRecord._make(row)


def list_editions(session: Session, system_id: str, page: Page) -> list[EditionRecord]:
    """Return one more than a page of the editions of a system, newest first."""
    query = select(*_COLUMNS).where(EDITION.c.system_id == get_system(session, system_id).system_id)
    if page.after is not None:
        query = query.where(EDITION.c.number < page.after[0])
    query = query.order_by(EDITION.c.number.desc()).limit(page.size + 1)
    return [EditionRecord._make(row) for row in session.connection().execute(query)]


def supersede_edition(session: Session, name: EditionName, successor: EditionName, reason: str) -> EditionRecord:
    """Mark an edition as superseded by a later one and return it; what it holds stays.

    Raises:
        NotFoundError: there is no such edition.
        PreconditionError: the other one is not later, is superseded itself, or the mark is there already.
    """
    record, later = get_edition(session, name), get_edition(session, successor)
    if later.number <= record.number:
        message = "the edition {label} is not later than {other}; only a later one supersedes it"
        raise PreconditionError(message, label=later.label, other=record.label)
    for marked in (record, later):
        if marked.superseded_by is not None:
            message = "the edition {label} is superseded by edition {number}"
            raise PreconditionError(message, label=marked.label, number=marked.superseded_by)
    change = update(EDITION).where(EDITION.c.system_id == name.system_id, EDITION.c.number == name.number)
    change = change.values(superseded_by=later.number, supersession_reason=reason).returning(*_COLUMNS)
    changed = EditionRecord._make(session.connection().execute(change).one())
    record_change(session, changed.name, "superseded")
    return changed


def list_edition_nodes(session: Session, name: EditionName, page: Page) -> list[FrozenNode]:
    """Return one more than a page of the nodes of an edition, in the order of the tree."""
    query = _narrowed(select(EDITION_NODE.c.position, *_columns(EDITION_NODE, NODE_FIELDS)), EDITION_NODE, name)
    query = query.where(EDITION_NODE.c.position > _after(page)).order_by(EDITION_NODE.c.position).limit(page.size + 1)
    rows = session.connection().execute(query).all()
    if not rows:
        get_edition(session, name)
    return [FrozenNode(row[0], EditionNode._make(row[1:])) for row in rows]


def list_edition_entries(session: Session, name: EditionName, branch: str, page: Page) -> list[FrozenEntry]:
    """Return one more than a page of the standards of an edition, or of one branch of it, node by node.

    Raises:
        NotFoundError: there is no such edition, or it has no such node.
    """
    get_edition(session, name)
    now = [STANDARD.c[name] for name in ("status", "issued_on", "effective_on", "ended_on")]
    query = select(EDITION_ENTRY.c.position, EDITION_NODE.c.code, *now, *_columns(EDITION_ENTRY, ENTRY_FIELDS))
    query = query.join(STANDARD, STANDARD.c.standard_id == EDITION_ENTRY.c.standard_id).join(
        EDITION_NODE,
        (EDITION_NODE.c.system_id == EDITION_ENTRY.c.system_id)
        & (EDITION_NODE.c.number == EDITION_ENTRY.c.number)
        & (EDITION_NODE.c.position == EDITION_ENTRY.c.node_position),
    )
    query = _narrowed(query, EDITION_ENTRY, name).where(EDITION_ENTRY.c.position > _after(page))
    if branch:
        first, last = _interval(session, name, branch)
        query = query.where(EDITION_ENTRY.c.node_position.between(first, last))
    rows = session.connection().execute(query.order_by(EDITION_ENTRY.c.position).limit(page.size + 1))
    return [
        FrozenEntry(row[0], row[1], EditionEntry._make(row[6:]), Validity(StandardStatus(row[2]), *row[3:6]))
        for row in rows
    ]


def _interval(session: Session, name: EditionName, branch: str) -> tuple[int, int]:
    """Return the first and the last position of a branch of an edition, by the id or the code of its top."""
    top = _narrowed(select(EDITION_NODE.c.position, EDITION_NODE.c.depth), EDITION_NODE, name)
    top = top.where((EDITION_NODE.c.node_id == branch) | (EDITION_NODE.c.code == branch))
    row = session.connection().execute(top.order_by(EDITION_NODE.c.node_id != branch).limit(1)).one_or_none()
    if row is None:
        message = "the edition {edition} has no node {node}"
        raise NotFoundError(message, edition=name.text, node=branch)
    after = _narrowed(select(func.min(EDITION_NODE.c.position)), EDITION_NODE, name)
    after = after.where(EDITION_NODE.c.position > row.position, EDITION_NODE.c.depth <= row.depth)
    end = session.connection().execute(after).scalar_one()
    return row.position, end - 1 if end is not None else 2**31 - 1


def _narrowed(query: Select[Any], table: Table, name: EditionName) -> Select[Any]:
    return query.where(table.c.system_id == name.system_id, table.c.number == name.number)


def _columns(table: Table, names: tuple[str, ...]) -> list[Any]:
    return [table.c[name] for name in names]


def _after(page: Page) -> int:
    return int(page.after[0]) if page.after is not None else 0
