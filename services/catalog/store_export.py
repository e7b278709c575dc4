"""Speak SQL for the export of the whole catalogue: every part in batches, of the moment the session shows."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, false, select
from sqlmodel import Session

from services.catalog.store_drafts import DRAFT, DRAFTS, DraftRecord, visible, with_histories
from services.catalog.store_nodes import NODE, NODE_COLUMNS, PLACEMENT, SYSTEM, SYSTEM_COLUMNS, NodeRecord, SystemRecord
from services.catalog.store_placements import PlacementRecord
from services.catalog.store_relations import RELATION, RELATIONS, RelationRecord
from services.catalog.store_standards import COLUMNS, STANDARD, StandardRecord
from standards_tree.stages import Stage

BATCH = 500


def all_systems(session: Session) -> Iterator[list[SystemRecord]]:
    """Yield every system, by name."""
    for rows in _batches(session, select(*SYSTEM_COLUMNS).order_by(SYSTEM.c.system_id)):
        yield [SystemRecord._make(row) for row in rows]


def all_nodes(session: Session) -> Iterator[list[NodeRecord]]:
    """Yield every node, archived ones too, by system and code."""
    for rows in _batches(session, select(*NODE_COLUMNS).order_by(NODE.c.system_id, NODE.c.code)):
        yield [NodeRecord._make(row) for row in rows]


def all_standards(session: Session) -> Iterator[list[StandardRecord]]:
    """Yield every standard, by its id."""
    for rows in _batches(session, select(*COLUMNS).order_by(STANDARD.c.standard_id)):
        yield [StandardRecord._make(row) for row in rows]


def all_relations(session: Session) -> Iterator[list[RelationRecord]]:
    """Yield every relation that counts, by source, kind and target."""
    order = (RELATION.c.source_id, RELATION.c.kind, RELATION.c.target_id, RELATION.c.clause)
    for rows in _batches(session, RELATIONS.where(RELATION.c.suspended.is_(None)).order_by(*order)):
        yield [RelationRecord._make(row) for row in rows]


def all_placements(session: Session) -> Iterator[list[PlacementRecord]]:
    """Yield every place, by system and standard."""
    query = select(PLACEMENT.c.system_id, PLACEMENT.c.node_id, PLACEMENT.c.standard_id)
    for rows in _batches(session, query.order_by(PLACEMENT.c.system_id, PLACEMENT.c.standard_id)):
        yield [PlacementRecord(*row) for row in rows]


def open_drafts(session: Session) -> Iterator[list[DraftRecord]]:
    """Yield the drafts that are neither discarded nor published, by id; to an agency's system none, which may see none."""
    query = DRAFTS.where(DRAFT.c.discarded == false(), DRAFT.c.stage < Stage.PUBLICATION.value, visible())
    for rows in _batches(session, query.order_by(DRAFT.c.draft_id)):
        yield with_histories(session, rows)


def _batches(session: Session, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """Yield rows BATCH at a time from a cursor in the database, so that memory does not grow with the catalogue."""
    options = {"stream_results": True, "max_row_buffer": BATCH}
    yield from session.connection().execute(query, execution_options=options).partitions(BATCH)
