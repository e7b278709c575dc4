"""Speak SQL for the relations of an import: all are stored, and those that cannot hold are set apart."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, bindparam, func, select, text
from sqlmodel import Session

from services.catalog.batches import Ends, FactChange, FoundAnomaly, Outcome, RecordKind, WantedRelation, shown
from services.catalog.store_anomalies import names_on
from services.catalog.store_relations import RELATION, relation_columns
from services.catalog.store_suspensions import cycles_with, suspend
from services.runtime.bulk_rows import insert_rows, update_rows
from services.runtime.changes import record_changes
from standards_tree.anomalies import AnomalyKind, Suspension, cycles
from standards_tree.catalogue import undated_key
from standards_tree.cycles import Edge
from standards_tree.standards import RelationKind

_PRESENT = select(RELATION).where(RELATION.c.source_id == func.any(func.string_to_array(bindparam("source_ids"), "\n")))
_KNOWN = text(
    "SELECT standard_id FROM standard WHERE standard_id = ANY(string_to_array(:names, chr(10)))"
    " UNION ALL SELECT DISTINCT undated_key FROM standard WHERE undated_key = ANY(string_to_array(:undated_keys, chr(10)))"
)


def import_relations(session: Session, outcome: Outcome) -> None:
    """Store the relations of an import. Those that cannot hold are set apart, and each is noted for what it is.

    A relation may come before its standards: it holds as soon as they come.
    """
    wanted = outcome.batch.relations
    if not wanted:
        return
    cyclic = cycles_with(session, {_edge(ends) for ends in wanted if ends[1] == RelationKind.SUPERSEDES})
    _write(session, outcome, cyclic)
    suspend(session, cyclic)
    _note_missing(session, outcome)
    _note_cycles(session, outcome, cyclic)


def _edge(ends: Ends) -> Edge:
    """Return a supersession as chains are followed: from the superseded standard to its successor."""
    return ends[2], ends[0]


def _suspension(ends: Ends, cyclic: set[Edge]) -> Suspension | None:
    if ends[0] == ends[2]:
        return Suspension.SELF_LOOP
    return Suspension.CYCLE if ends[1] == RelationKind.SUPERSEDES and _edge(ends) in cyclic else None


def _write(session: Session, outcome: Outcome, cyclic: set[Edge]) -> None:
    wanted = outcome.batch.relations
    source_ids = "\n".join(dict.fromkeys(ends[0] for ends in wanted))
    rows = session.connection().execute(_PRESENT, {"source_ids": source_ids}).mappings()
    present = {(row["source_id"], row["kind"], row["target_id"], row["clause"]): row for row in rows}
    fresh, changed = [], []
    for ends, one in wanted.items():
        columns = relation_columns(one.relation)
        record = present.get(ends)
        if record is None:
            suspension = _suspension(ends, cyclic)
            suspended = suspension.value if suspension is not None else None
            fresh.append({"relation_id": uuid4().hex, **columns, "suspended": suspended})
            continue
        # A source that spells the target otherwise says nothing new.
        columns["target_designation"] = max(columns["target_designation"], record["target_designation"])
        differing = [name for name, value in columns.items() if record[name] != value]
        if differing:
            changed.append({"relation_id": record["relation_id"], **columns})
            outcome.changes += _changes(one, record, columns, differing)
    insert_rows(session, RELATION, fresh)
    update_rows(session, RELATION, ["relation_id"], changed)
    for action, written in (("created", fresh), ("updated", changed)):
        record_changes(session, [f"relations/{row['relation_id']}" for row in written], action)
    outcome.created[RecordKind.RELATION] = len(fresh)
    outcome.updated[RecordKind.RELATION] = len(changed)


def _changes(
    one: WantedRelation, record: RowMapping, columns: Mapping[str, Any], differing: Iterable[str]
) -> list[FactChange]:
    subject = f"{one.subject} → {one.relation.target.official}"
    return [FactChange(one.row, subject, name, shown(record[name]), shown(columns[name])) for name in differing]


def _note_missing(session: Session, outcome: Outcome) -> None:
    """Note relations of a standard to itself, and those with an end that the catalogue does not have."""
    wanted = outcome.batch.relations
    names = {standard_id for ends in wanted for standard_id in (ends[0], ends[2])}
    undated = {
        ends: undated_key(one.relation.target) for ends, one in wanted.items() if not one.relation.target.is_dated
    }
    values = {"names": "\n".join(names), "undated_keys": "\n".join(set(undated.values()))}
    known = set(session.connection().execute(_KNOWN, values).scalars())
    for ends, one in wanted.items():
        members = (one.subject, one.relation.target.official)
        if ends[0] == ends[2]:
            outcome.anomalies.append(_anomaly(AnomalyKind.SELF_LOOP, one, members[:1], Suspension.SELF_LOOP))
        if ends[0] not in known:
            outcome.anomalies.append(_anomaly(AnomalyKind.MISSING_SOURCE, one, members))
        if ends[2] not in known and undated.get(ends) not in known and ends[0] != ends[2]:
            outcome.anomalies.append(_anomaly(AnomalyKind.MISSING_TARGET, one, members))


def _anomaly(
    kind: AnomalyKind, one: WantedRelation, members: tuple[str, ...], suspension: Suspension | None = None
) -> FoundAnomaly:
    return FoundAnomaly(kind, members, len(members), one.row, one.relation, suspension)


def _note_cycles(session: Session, outcome: Outcome, cyclic: set[Edge]) -> None:
    """Note each cycle on which a relation of the import lies, once, with all standards on it."""
    brought = {_edge(ends) for ends in outcome.batch.relations if ends[1] == RelationKind.SUPERSEDES}
    found = [cycle for cycle in cycles(cyclic) if not brought.isdisjoint(cycle.edges)]
    names = names_on(session, found)
    for cycle in found:
        members = tuple(sorted(names[standard_id] for standard_id in cycle.standard_ids))
        outcome.anomalies.append(FoundAnomaly(AnomalyKind.CYCLE, members, len(members)))
