"""Speak SQL for the export of the whole catalogue: every part in batches, of the moment the session shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, any_, cast, false, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from services.catalog.store_drafts import DRAFT, DRAFTS, DraftRecord, visible, with_histories
from services.catalog.store_nodes import NODE, NODE_COLUMNS, PLACEMENT, SYSTEM, SYSTEM_COLUMNS, NodeRecord, SystemRecord
from services.catalog.store_placements import PlacementRecord
from services.catalog.store_relations import RELATION, RELATIONS, RelationRecord
from services.catalog.store_standards import COLUMNS, SCOPES, STANDARD, StandardRecord
from services.runtime.changes import changed_resources
from services.runtime.columns import KeyText
from services.runtime.raw_rows import Row, day_number, raw_rows
from standards_tree.stages import Stage

BATCH = 500
MOST_CHANGES = 20_000


@dataclass(frozen=True, slots=True)
class Changed:
    """What to export: the ids of what changed, by kind, None for all; of systems and nodes always all."""

    standards: frozenset[str] | None
    relations: frozenset[str] | None
    drafts: frozenset[str] | None
    tree: bool


def changed_after(session: Session, revision: int) -> Changed | None:
    """Return what changed after *revision*; None where it is too much to tell apart."""
    names = changed_resources(session, revision, MOST_CHANGES)
    if names is None:
        return None
    ids: dict[str, set[str]] = {}
    for name in names:
        collection, _, rest = name.partition("/")
        ids.setdefault(collection, set()).add(rest.partition("/")[0])
    return Changed(
        standards=frozenset(ids.get("standards", ())),
        relations=frozenset(ids.get("relations", ())),
        drafts=frozenset(ids.get("drafts", ())),
        tree="systems" in ids,
    )


def all_systems(session: Session) -> Iterator[list[SystemRecord]]:
    """Yield every system, by name."""
    for rows in _batches(session, select(*SYSTEM_COLUMNS).order_by(SYSTEM.c.system_id)):
        yield [SystemRecord._make(row) for row in rows]


def all_nodes(session: Session) -> Iterator[list[NodeRecord]]:
    """Yield every node, archived ones too, by system and code."""
    for rows in _batches(session, select(*NODE_COLUMNS).order_by(NODE.c.system_id, NODE.c.code)):
        yield [NodeRecord._make(row) for row in rows]


def all_standards(session: Session, only: Iterable[str] | None = None) -> Iterator[list[StandardRecord]]:
    """Yield every standard, or those with the ids *only*, by id."""
    query = _only(select(*COLUMNS), STANDARD.c.standard_id, only)
    for rows in _batches(session, query.order_by(STANDARD.c.standard_id)):
        yield [StandardRecord._make(row) for row in rows]


def all_relations(session: Session, only: Iterable[str] | None = None) -> Iterator[list[RelationRecord]]:
    """Yield every relation that counts, or of those with the ids *only*, by source, kind and target."""
    order = (RELATION.c.source_id, RELATION.c.kind, RELATION.c.target_id, RELATION.c.clause)
    query = _only(RELATIONS.where(RELATION.c.suspended.is_(None)), RELATION.c.relation_id, only)
    for rows in _batches(session, query.order_by(*order)):
        yield [RelationRecord._make(row) for row in rows]


def all_placements(session: Session, only: Iterable[str] | None = None) -> Iterator[list[PlacementRecord]]:
    """Yield every place, or those of the standards with the ids *only*, by system and standard."""
    places = select(PLACEMENT.c.system_id, PLACEMENT.c.node_id, PLACEMENT.c.standard_id)
    query = _only(places, PLACEMENT.c.standard_id, only)
    for rows in _batches(session, query.order_by(PLACEMENT.c.system_id, PLACEMENT.c.standard_id)):
        yield [PlacementRecord(*row) for row in rows]


def open_drafts(session: Session, only: Iterable[str] | None = None) -> Iterator[list[DraftRecord]]:
    """Yield the drafts that are neither discarded nor published, or of those with the ids *only*, by id.

    An agency's system, which may see none, gets none.
    """
    query = DRAFTS.where(DRAFT.c.discarded == false(), DRAFT.c.stage < Stage.PUBLICATION.value, visible())
    for rows in _batches(session, _only(query, DRAFT.c.draft_id, only).order_by(DRAFT.c.draft_id)):
        yield with_histories(session, rows)


def standard_rows(session: Session) -> Iterator[list[Row]]:
    """Yield what an analysis needs of every standard, by id, days as numbers."""
    texts = (STANDARD.c[name] for name in ("standard_id", "designation", "title_zh", "title_en"))
    words = (STANDARD.c[name] for name in ("level", "obligation", "status"))
    days = (day_number(STANDARD.c[name]) for name in ("issued_on", "effective_on", "ended_on", "reviewed_on"))
    query = select(*texts, *words, *days, STANDARD.c.ics, STANDARD.c.ccs)
    return raw_rows(session, query.add_columns(STANDARD.c.undated_key).order_by(STANDARD.c.standard_id))


def scope_rows(session: Session) -> Iterator[list[Row]]:
    """Yield the scopes of the standards that have one, by id."""
    columns = [STANDARD.c[name] for name in ("standard_id", *SCOPES)]
    query = select(*columns).where(or_(*(column != "" for column in columns[1:])))
    return raw_rows(session, query.order_by(STANDARD.c.standard_id))


def relation_rows(session: Session) -> Iterator[list[Row]]:
    """Yield what an analysis needs of every relation that counts, by source, kind and target."""
    names = (
        "relation_id",
        "source_id",
        "target_id",
        "target_designation",
        "kind",
        "dated",
        "degree",
        "clause",
        "partial",
    )
    query = select(*(RELATION.c[name] for name in names)).where(RELATION.c.suspended.is_(None))
    order = (RELATION.c.source_id, RELATION.c.kind, RELATION.c.target_id, RELATION.c.clause)
    return raw_rows(session, query.order_by(*order))


def placement_rows(session: Session) -> Iterator[list[Row]]:
    """Yield the system, node and standard of every place, by system and standard."""
    query = select(PLACEMENT.c.system_id, PLACEMENT.c.node_id, PLACEMENT.c.standard_id)
    return raw_rows(session, query.order_by(PLACEMENT.c.system_id, PLACEMENT.c.standard_id))


def _only(query: Any, column: Any, ids: Iterable[str] | None) -> Select[Any]:
    wanted: Select[Any] = query if ids is None else query.where(column == any_(cast(sorted(ids), ARRAY(KeyText))))
    return wanted


def _batches(session: Session, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """Yield rows BATCH at a time from a cursor in the database, so that memory does not grow with the catalogue."""
    options = {"stream_results": True, "max_row_buffer": BATCH}
    yield from session.connection().execute(query, execution_options=options).partitions(BATCH)
