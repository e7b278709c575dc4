"""Speak SQL for the relations of an import."""

from uuid import uuid4

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from services.catalog.batches import Outcome, RecordKind, WantedRelation
from services.catalog.store_bulk import insert_rows, update_rows
from services.catalog.store_relations import RELATION, relation_columns, successions
from services.catalog.store_standards import existing_ids
from services.runtime.changes import record_change
from standards_tree.catalogue import on_cycles
from standards_tree.errors import CycleError
from standards_tree.standards import RelationKind

Ends = tuple[str, str, str, str]
"""Source, kind, target and clause: what makes a relation the same relation."""

_PRESENT = select(RELATION).where(RELATION.c.source_id == func.any(bindparam("source_ids")))


def import_relations(session: Session, outcome: Outcome) -> None:
    """Store the relations of an import; one that makes a standard its own successor is refused.

    A relation may come before its source: it is kept, with a remark, and holds as soon as the source comes.
    """
    accepted = _without_cycles(session, outcome)
    if not accepted:
        return
    source_ids = sorted({ends[0] for ends in accepted})
    known = existing_ids(session, source_ids)
    rows = session.connection().execute(_PRESENT, {"source_ids": source_ids}).mappings()
    present = {(row["source_id"], row["kind"], row["target_id"], row["clause"]): row for row in rows}
    fresh, changed = [], []
    for ends, wanted in accepted.items():
        if ends[0] not in known:
            message = "{designation} is not in the catalogue; the relation is kept and holds as soon as it is"
            outcome.keep(wanted.row, RecordKind.RELATION, message, designation=wanted.relation.source.official)
        columns = relation_columns(wanted.relation)
        if ends not in present:
            fresh.append({"relation_id": uuid4().hex, **columns})
        elif any(present[ends][name] != value for name, value in columns.items()):
            changed.append({"relation_id": present[ends]["relation_id"], **columns})
    insert_rows(session, RELATION, fresh)
    update_rows(session, RELATION, ["relation_id"], changed)
    for action, written in (("created", fresh), ("updated", changed)):
        for row in written:
            record_change(session, f"relations/{row['relation_id']}", action)
    outcome.created[RecordKind.RELATION] = len(fresh)
    outcome.updated[RecordKind.RELATION] = len(changed)


def _without_cycles(session: Session, outcome: Outcome) -> dict[Ends, WantedRelation]:
    wanted = outcome.batch.relations
    # From each superseded standard to its successor, as chains are followed.
    added = {(target, source) for source, kind, target, _clause in wanted if kind == RelationKind.SUPERSEDES}
    if not added:
        return wanted
    successors = successions(session, {standard_id for edge in added for standard_id in edge})
    present = {(start, end) for start, ends in successors.items() for end in ends}
    closing = on_cycles(added | present) - present
    accepted = {}
    for ends, one in wanted.items():
        if ends[1] == RelationKind.SUPERSEDES and (ends[2], ends[0]) in closing:
            message = "{source} cannot take the place of {target}, which takes its place along other relations"
            error = CycleError(message, source=one.relation.source.official, target=one.relation.target.official)
            outcome.refuse(one.row, RecordKind.RELATION, error, one.relation.target_text)
        else:
            accepted[ends] = one
    return accepted
