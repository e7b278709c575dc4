"""Speak SQL about relations between standards, and about what took the place of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, Table, and_, case, delete, insert, or_, select, text, tuple_
from sqlmodel import Session

from services.catalog.names import StandardName
from services.catalog.store_standards import STANDARD, find_standard
from services.catalog.store_suspects import forget_suspects
from services.catalog.store_suspensions import cycles_with, lift
from services.catalog.tables import RelationRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.anomalies import Suspension
from standards_tree.catalogue import Relation, undated_key
from standards_tree.errors import AlreadyExistsError, CycleError, NotFoundError
from standards_tree.standards import RelationKind

RELATION: Table = RelationRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class RelationRecord(NamedTuple):
    """A relation as it is stored; ``present_target`` is the target's id where the catalogue has that edition."""

    relation_id: str
    source_id: str
    target_id: str
    target_designation: str
    kind: str
    dated: bool
    degree: str | None
    clause: str
    partial: bool
    suspended: str | None
    present_target: str | None

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"relations/{self.relation_id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of relations in order."""
        return self.source_id, self.kind, self.target_id, self.clause


@dataclass(frozen=True, slots=True)
class RelationFilter:
    """What a list of relations is narrowed to; every condition given must hold."""

    source: StandardName | None = None
    target: StandardName | None = None
    kinds: tuple[RelationKind, ...] = ()


_PRESENT_TARGET = case((RELATION.c.dated, STANDARD.c.standard_id))
RELATION_COLUMNS = [*(RELATION.c[name] for name in RelationRecord._fields[:-1]), _PRESENT_TARGET]
RELATIONS: Select[Any] = select(*RELATION_COLUMNS).select_from(
    RELATION.outerjoin(STANDARD, STANDARD.c.standard_id == RELATION.c.target_id)
)
_ORDER = (RELATION.c.source_id, RELATION.c.kind, RELATION.c.target_id, RELATION.c.clause)

# UNION drops what was reached before, so that a cycle ends and many paths cost no more than one.
_SUCCESSIONS = text(
    """
    WITH RECURSIVE reached (standard_id) AS (
        SELECT unnest(CAST(:standard_ids AS text[])) COLLATE "C"
        UNION
        SELECT CAST(relation.source_id AS text) FROM relation JOIN reached ON relation.target_id = reached.standard_id
        WHERE relation.kind = 'supersedes' AND relation.suspended IS NULL
    )
    SELECT relation.target_id, relation.source_id FROM relation
    JOIN reached ON relation.target_id = reached.standard_id
    WHERE relation.kind = 'supersedes' AND relation.suspended IS NULL
    ORDER BY relation.target_id, relation.source_id
    """
)


def relation_columns(relation: Relation) -> dict[str, Any]:
    """Return the columns that hold *relation*."""
    return {
        "source_id": relation.source.resource_id,
        "target_id": relation.target.resource_id,
        "target_undated_key": undated_key(relation.target),
        "target_designation": relation.target_text,
        "kind": relation.kind.value,
        "dated": relation.target.is_dated,
        "degree": relation.degree.value if relation.degree is not None else None,
        "clause": relation.clause,
        "partial": relation.partial,
    }


def create_relation(session: Session, relation: Relation) -> RelationRecord:
    """Record *relation* and return it. The caller has seen that its source is in the catalogue.

    Raises:
        AlreadyExistsError: it is recorded.
        CycleError: it is of a standard to itself, or would make one its own successor.
    """
    relation.require_two_ends()
    known = relation_between(session, relation)
    if known is not None:
        raise AlreadyExistsError("the relation is recorded: relations/{relation}", relation=known)
    if relation.kind is RelationKind.SUPERSEDES:
        require_no_cycle(session, relation.target.official, relation.target.resource_id, relation.source.resource_id)
    relation_id = uuid4().hex
    session.connection().execute(insert(RELATION).values(relation_id=relation_id, **relation_columns(relation)))
    record_change(session, f"relations/{relation_id}", "created")
    return get_relation(session, relation_id)


def relation_between(session: Session, relation: Relation) -> str | None:
    """Return the id of the recorded relation with the ends, kind and clause of *relation*, None if there is none."""
    values = relation_columns(relation)
    same = [column == values[column.name] for column in _ORDER]
    return session.connection().execute(select(RELATION.c.relation_id).where(*same)).scalar_one_or_none()


def require_no_cycle(session: Session, designation: str, standard_id: str, successor_id: str) -> None:
    """Refuse a successor that the standard itself took the place of, directly or along a chain, suspended ones too.

    Raises:
        CycleError: it would be its own successor.
    """
    edge = (standard_id, successor_id)
    if standard_id == successor_id or edge in cycles_with(session, {edge}):
        message = "{designation} took the place of {successor}, so that this cannot take its place"
        raise CycleError(message, designation=designation, successor=f"standards/{successor_id}")


def get_relation(session: Session, relation_id: str) -> RelationRecord:
    """Return a relation.

    Raises:
        NotFoundError: there is none.
    """
    row = session.connection().execute(RELATIONS.where(RELATION.c.relation_id == relation_id)).one_or_none()
    if row is None:
        raise NotFoundError("there is no relation {name}", name=f"relations/{relation_id}")
    return RelationRecord._make(row)


def delete_relation(session: Session, relation_id: str) -> None:
    """Remove a relation. Those that were on a cycle because of it count again.

    Raises:
        NotFoundError: there is none.
    """
    relation = get_relation(session, relation_id)
    session.connection().execute(delete(RELATION).where(RELATION.c.relation_id == relation_id))
    record_change(session, relation.name, "deleted")
    forget_suspects(session, relation_id)
    if relation.suspended == Suspension.CYCLE:
        lift(session, (relation.target_id, relation.source_id))


def list_relations(session: Session, wanted: RelationFilter, today: date, page: Page) -> list[RelationRecord]:
    """Return one more than a page of relations, by source, kind and target."""
    query = RELATIONS.order_by(*_ORDER).limit(page.size + 1)
    if wanted.source is not None:
        source = find_standard(session, wanted.source, today)
        source_id = source.standard_id if source is not None else wanted.source.standard_id
        query = query.where(RELATION.c.source_id == source_id)
    if wanted.target is not None:
        query = query.where(_pointing_to(session, wanted.target, today))
    if wanted.kinds:
        query = query.where(RELATION.c.kind.in_([kind.value for kind in wanted.kinds]))
    if page.after is not None:
        query = query.where(tuple_(*_ORDER) > tuple_(*page.after))
    return [RelationRecord._make(row) for row in session.connection().execute(query)]


def _pointing_to(session: Session, target: StandardName, today: date) -> ColumnElement[bool]:
    """Return the condition that a relation means *target*: all editions if it is undated, else that edition.

    An undated reference means the edition that holds today.
    """
    if target.undated_key is not None:
        return RELATION.c.target_undated_key == target.undated_key
    exactly = RELATION.c.target_id == target.standard_id
    query = select(STANDARD.c.undated_key).where(STANDARD.c.standard_id == target.standard_id)
    undated_key = session.connection().execute(query).scalar_one_or_none()
    holding = find_standard(session, target._replace(undated_key=undated_key), today)
    if undated_key is None or holding is None or holding.standard_id != target.standard_id:
        return exactly
    return or_(exactly, and_(RELATION.c.target_undated_key == undated_key, RELATION.c.dated.is_(False)))


def successions(session: Session, standard_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the direct successors of *standard_ids* and of everything that took their place, by id. One statement.

    What lies on a cycle does not count.
    """
    successors: dict[str, list[str]] = {}
    rows = session.connection().execute(_SUCCESSIONS, {"standard_ids": list(standard_ids)})
    for superseded, successor in rows:
        successors.setdefault(superseded, []).append(successor)
    return successors
