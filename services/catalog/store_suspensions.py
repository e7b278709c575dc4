"""Speak SQL about supersessions on cycles: they are kept, and set apart from those that chains are followed along.

A supersession is suspended exactly while both its ends lie in one strongly connected component of all supersessions. That
depends on nothing but what is recorded: not on the order in which sources were imported.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import text
from sqlmodel import Session

from services.runtime.changes import record_change
from standards_tree.anomalies import Suspension
from standards_tree.cycles import Edge, on_cycles

# UNION drops what was reached before, so that a cycle ends and many paths cost no more than one.
_LATER: Final = text(
    """
    WITH RECURSIVE reached (standard_id) AS (
        SELECT unnest(CAST(:standard_ids AS text[])) COLLATE "C"
        UNION
        SELECT CAST(relation.source_id AS text) FROM relation JOIN reached ON relation.target_id = reached.standard_id
        WHERE relation.kind = 'supersedes'
    )
    SELECT DISTINCT relation.target_id, relation.source_id FROM relation
    JOIN reached ON relation.target_id = reached.standard_id
    WHERE relation.kind = 'supersedes' AND relation.source_id <> relation.target_id
    """
)
_TOGETHER: Final = text(
    """
    WITH RECURSIVE reached (standard_id) AS (
        SELECT unnest(CAST(:standard_ids AS text[])) COLLATE "C"
        UNION
        SELECT CASE reached.standard_id
            WHEN relation.source_id THEN CAST(relation.target_id AS text) ELSE CAST(relation.source_id AS text) END
        FROM relation JOIN reached ON reached.standard_id IN (relation.source_id, relation.target_id)
        WHERE relation.suspended = 'cycle'
    )
    SELECT DISTINCT relation.target_id, relation.source_id FROM relation
    JOIN reached ON relation.target_id = reached.standard_id
    WHERE relation.suspended = 'cycle'
    """
)
_SUSPEND: Final = text(
    """
    UPDATE relation SET suspended = CAST(:suspended AS text)
    FROM unnest(CAST(:starts AS text[]), CAST(:ends AS text[])) AS edge (start_id, end_id)
    WHERE relation.kind = 'supersedes' AND relation.target_id = edge.start_id AND relation.source_id = edge.end_id
    AND relation.suspended IS DISTINCT FROM CAST(:suspended AS text)
    RETURNING relation.relation_id
    """
)


def cycles_with(session: Session, added: Collection[Edge]) -> set[Edge]:
    """Return every edge, recorded or *added*, that lies on a cycle through what *added* reaches."""
    added = {edge for edge in added if edge[0] != edge[1]}
    if not added:
        return set()
    ends = sorted({standard_id for edge in added for standard_id in edge})
    return on_cycles(added | _edges(session, _LATER, ends))


def suspend(session: Session, edges: Iterable[Edge]) -> None:
    """Set the recorded supersessions on *edges* apart, as far as they are not."""
    _mark(session, edges, Suspension.CYCLE)


def lift(session: Session, removed: Edge) -> None:
    """Let those supersessions count again that were on a cycle with *removed* only. Call it when that is gone."""
    together = _edges(session, _TOGETHER, removed)
    _mark(session, together - on_cycles(together), None)


def _edges(session: Session, query: object, standard_ids: Iterable[str]) -> set[Edge]:
    rows = session.connection().execute(query, {"standard_ids": list(standard_ids)})  # type: ignore[call-overload]  # a text
    return {(start, end) for start, end in rows}


def _mark(session: Session, edges: Iterable[Edge], suspension: Suspension | None) -> None:
    ordered = sorted(edges)
    if not ordered:
        return
    values = {
        "suspended": suspension.value if suspension is not None else None,
        "starts": [start for start, _end in ordered],
        "ends": [end for _start, end in ordered],
    }
    for relation_id in session.connection().execute(_SUSPEND, values).scalars().all():
        record_change(session, f"relations/{relation_id}", "updated")
