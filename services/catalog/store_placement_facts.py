"""Speak SQL about what the places of standards are held against: the tree, who stands where, and who uses whom."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, text
from sqlmodel import Session

from standards_tree.standards import Level, Obligation, StandardStatus, Validity
from standards_tree.systems.forest import TreeNode
from standards_tree.systems.placement import PlacedStandard, Use

_PLACED = """
    SELECT placement.standard_id, placement.node_id, node.code AS node_code, undated_key, designation,
           designation_order, standard.level, obligation, status, issued_on, effective_on, ended_on
    FROM placement JOIN standard USING (standard_id) JOIN node USING (node_id)
    WHERE placement.system_id = :system_id
"""
_NODES = text("SELECT node_id, parent_id, code, level FROM node WHERE system_id = :system_id AND NOT archived")
_ALL_PLACED = text(_PLACED)
_USES = text(
    """
    SELECT source_id, target_id, CASE WHEN dated THEN NULL ELSE target_undated_key END AS undated_key
    FROM relation JOIN placement ON placement.standard_id = relation.source_id
    WHERE placement.system_id = :system_id AND kind = 'normative_reference'
    """
)
_USES_OF = text(
    """
    SELECT source_id, target_id, CASE WHEN dated THEN NULL ELSE target_undated_key END AS undated_key
    FROM relation JOIN placement ON placement.standard_id = relation.source_id AND placement.system_id = :system_id
    WHERE kind = 'normative_reference'
      AND (dated AND target_id = :standard_id OR NOT dated AND target_undated_key = (
          SELECT undated_key FROM standard WHERE standard_id = :standard_id
      ))
    """
)
# As a join with the few standards that matter: with a condition on either, the whole catalogue would be read.
_PLACED_AMONG = text(
    f"""
    {_PLACED} AND placement.standard_id IN (
        SELECT unnest(CAST(:standard_ids AS text[])) COLLATE "C"
        UNION
        SELECT standard_id FROM standard
        WHERE undated_key = (SELECT undated_key FROM standard WHERE standard_id = :standard_id)
    )
    """  # noqa: S608  (names of ours)
)
# The nodes that matter to one place: those that fix a level, those the users stand at, and all above them.
_NODES_ABOVE = text(
    """
    WITH RECURSIVE line AS (
        SELECT node_id, parent_id, code, level FROM node
        WHERE system_id = :system_id AND NOT archived AND (level IS NOT NULL OR node_id = ANY(:node_ids))
        UNION
        SELECT node.node_id, node.parent_id, node.code, node.level
        FROM node JOIN line ON node.node_id = line.parent_id
    )
    SELECT node_id, parent_id, code, level FROM line
    """
)


class PlacementFacts(NamedTuple):
    """The nodes in use of a system or a part of it, the standards that stand in it, and their normative references."""

    nodes: list[TreeNode]
    standards: list[PlacedStandard]
    uses: list[Use]


def facts_of_system(session: Session, system_id: str) -> PlacementFacts:
    """Return the facts of a whole system, with three statements."""
    values = {"system_id": system_id}
    connection = session.connection()
    return PlacementFacts(
        _nodes(connection.execute(_NODES, values).all()),
        [_standard(*row) for row in connection.execute(_ALL_PLACED, values).all()],
        [Use(*row) for row in connection.execute(_USES, values).all()],
    )


def facts_around(session: Session, system_id: str, standard_id: str) -> PlacementFacts:
    """Return the facts that the place of one standard of a system is held against, with three statements."""
    values: dict[str, object] = {"system_id": system_id, "standard_id": standard_id}
    connection = session.connection()
    uses = [Use(*row) for row in connection.execute(_USES_OF, values)]
    values["standard_ids"] = [standard_id, *(use.source_id for use in uses)]
    standards = [_standard(*row) for row in connection.execute(_PLACED_AMONG, values)]
    values["node_ids"] = [standard.node_id for standard in standards]
    return PlacementFacts(_nodes(connection.execute(_NODES_ABOVE, values).all()), standards, uses)


def _nodes(rows: Sequence[Row[Any]]) -> list[TreeNode]:
    return [
        TreeNode(row.node_id, row.parent_id, row.code, Level(row.level) if row.level is not None else None)
        for row in rows
    ]


# Looked up, not made: a system has tens of thousands of standards.
_LEVELS = {level.value: level for level in Level}
_OBLIGATIONS: dict[str | None, Obligation | None] = {
    None: None,
    **{obligation.value: obligation for obligation in Obligation},
}
_STATUSES = {status.value: status for status in StandardStatus}


def _standard(*row: Any) -> PlacedStandard:
    standard_id, node_id, node_code, undated_key, designation, order, level, obligation, status, *dates = row
    return PlacedStandard(
        standard_id,
        node_id,
        node_code,
        undated_key,
        designation,
        order,
        _LEVELS[level],
        _OBLIGATIONS[obligation],
        Validity(_STATUSES[status], *dates),
    )
