"""Speak SQL about the places of standards in systems."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from services.catalog.store_nodes import PLACEMENT, Branch, NodeRecord, within
from services.catalog.store_standards import STANDARD, StandardRecord
from services.catalog.store_tree import place_level
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import PreconditionError
from standards_tree.standards import Level
from standards_tree.tree import check_placement


class PlacementRecord(NamedTuple):
    """The place of a standard, with what puts lists of places in order."""

    system_id: str
    node_id: str
    standard_id: str
    designation_order: str = ""


PLACEMENT_COLUMNS = [
    PLACEMENT.c.system_id,
    PLACEMENT.c.node_id,
    PLACEMENT.c.standard_id,
    STANDARD.c.designation_order,
]


def place_standard(session: Session, node: NodeRecord, standard: StandardRecord) -> PlacementRecord:
    """Make *node* the one place of *standard* in its system.

    Raises:
        PreconditionError: the node is archived, or for standards of another level.
    """
    if node.archived:
        raise PreconditionError("the node {node} is archived; no standard goes there", node=node.code)
    check_placement(standard.designation, Level(standard.level), node.code, place_level(session, node))
    place = PlacementRecord(node.system_id, node.node_id, standard.standard_id)
    values = {"system_id": place.system_id, "standard_id": place.standard_id, "node_id": place.node_id}
    put = (
        insert(PLACEMENT)
        .values(values)
        .on_conflict_do_update(
            index_elements=["system_id", "standard_id"],
            set_={"node_id": node.node_id},
            where=PLACEMENT.c.node_id != node.node_id,
        )
    )
    if session.connection().execute(put.returning(PLACEMENT.c.node_id)).one_or_none() is not None:
        record_change(session, standard.name, "placed")
    return place


def list_placements(session: Session, branch: Branch, page: Page) -> list[PlacementRecord]:
    """Return one more than a page of the places in *branch*, by designation."""
    query = select(*PLACEMENT_COLUMNS).join(STANDARD, STANDARD.c.standard_id == PLACEMENT.c.standard_id)
    query = query.where(within(PLACEMENT, branch)).order_by(STANDARD.c.designation_order).limit(page.size + 1)
    if page.after is not None:
        query = query.where(STANDARD.c.designation_order > page.after[0])
    return [PlacementRecord._make(row) for row in session.connection().execute(query)]
