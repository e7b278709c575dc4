"""Speak SQL for the standards of an import, and for their places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlmodel import Session

from services.catalog.batches import FactChange, Outcome, RecordKind, WantedStandard, fact, shown
from services.catalog.cutting import Cutter
from services.catalog.store_history import Act, HistoryEntry, changed_facts, record_history
from services.catalog.store_nodes import PLACEMENT
from services.catalog.store_standards import (
    COLUMNS,
    STANDARD,
    StandardRecord,
    identity_columns,
    standard_columns,
    standard_of,
)
from services.runtime.bulk_rows import insert_rows, update_rows
from services.runtime.calls import current_call
from services.runtime.changes import record_changes
from standards_tree.errors import DomainError, NotFoundError, PreconditionError
from standards_tree.life import RELIED_ON, StandardAction, SuspectCause
from standards_tree.standards import Level, StandardStatus
from standards_tree.tree import check_placement, fixed_level

# Ids travel as lines, which no id is broken by: psycopg takes 0.2 s to write 50,000 of them down as an array.
_IDS = func.string_to_array(bindparam("standard_ids"), "\n")
_STANDARDS = select(*COLUMNS).where(STANDARD.c.standard_id == func.any(_IDS))
_PLACES = select(PLACEMENT.c.standard_id, PLACEMENT.c.node_id).where(
    PLACEMENT.c.system_id == bindparam("system_id"), PLACEMENT.c.standard_id == func.any(_IDS)
)
_BEGIN_HISTORIES = text(
    """
    INSERT INTO standard_change (standard_id, version, action, changes, related, reason, principal)
    SELECT standard_id, 1, 'created', '{}', '', '', :principal
    FROM unnest(string_to_array(:standard_ids, chr(10))) AS fresh (standard_id)
    """
)
ROWS_IN_BULK = 2_000
# The words of titles are sorted into their index by the next vacuum, or the next small write, instead of every 4 MB: 50,000
# standards take 5 s to store instead of 17 when the machine is busy. Until then a search looks through them one by one.
_PUT_OFF_SORTING = text("SET LOCAL gin_pending_list_limit = '256MB'")
_CAUSES = {
    StandardStatus.SUPERSEDED: SuspectCause.SUPERSEDED,
    StandardStatus.ABOLISHED: SuspectCause.ABOLISHED,
}


@dataclass(frozen=True, slots=True)
class ImportTree:
    """The nodes of the import's system as they are after it, by code."""

    system_id: str
    node_ids: Mapping[str, str]
    parent_of: Mapping[str, str]
    level_of: Mapping[str, Level | None]
    archived: frozenset[str]
    _fixed: dict[str, Level | None] = field(default_factory=dict)

    def check(self, wanted: WantedStandard) -> None:
        """Refuse a place that is not there, or not for this standard.

        Raises:
            NotFoundError: neither the system nor the import has the node.
            PreconditionError: it is archived, or for standards of another level.
        """
        code = wanted.node_code
        if code not in self._fixed:
            if code not in self.node_ids:
                raise NotFoundError("neither the system nor the import has the node {node}", node=code)
            if code in self.archived:
                raise PreconditionError("the node {node} is archived; no standard goes there", node=code)
            self._fixed[code] = fixed_level(code, self.parent_of, self.level_of)
        fixed = self._fixed[code]
        if fixed is not None:
            check_placement(wanted.subject, wanted.standard.level, code, fixed)


def import_standards(session: Session, outcome: Outcome, tree: ImportTree) -> dict[SuspectCause, list[str]]:
    """Store the standards of an import and their places, and return which of them what cites them must be told of."""
    accepted = _accepted(outcome, tree)
    ids = "\n".join(accepted)
    rows = session.connection().execute(_STANDARDS, {"standard_ids": ids}) if accepted else ()
    present = {record.standard_id: record for record in map(StandardRecord._make, rows)}
    fresh = {standard_id: one for standard_id, one in accepted.items() if standard_id not in present}
    # In the order of their key they go into the indexes page by page, whatever order the source has.
    if len(fresh) > ROWS_IN_BULK:
        session.connection().execute(_PUT_OFF_SORTING)
    cutter = outcome.batch.cutter
    insert_rows(session, STANDARD, (_fresh_row(fresh[standard_id], cutter) for standard_id in sorted(fresh)))
    if fresh:
        call = current_call()
        principal = call.principal.subject if call and call.principal else "system"
        session.connection().execute(_BEGIN_HISTORIES, {"standard_ids": "\n".join(fresh), "principal": principal})
    doubtful: dict[SuspectCause, list[str]] = {}
    changed = _update_standards(session, outcome, {key: accepted[key] for key in present}, present, doubtful)
    placed = _place(session, outcome, accepted, tree) - fresh.keys()
    record_changes(session, [f"standards/{standard_id}" for standard_id in fresh], "created")
    record_changes(session, [f"standards/{standard_id}" for standard_id in sorted(changed)], "updated")
    record_changes(session, [f"standards/{standard_id}" for standard_id in sorted(placed)], "placed")
    outcome.created[RecordKind.STANDARD] = len(fresh)
    outcome.updated[RecordKind.STANDARD] = len(changed | placed)
    return doubtful


def _accepted(outcome: Outcome, tree: ImportTree) -> dict[str, WantedStandard]:
    accepted = {}
    for standard_id, wanted in outcome.batch.standards.items():
        try:
            if wanted.node_code:
                tree.check(wanted)
        except DomainError as error:
            outcome.refuse(wanted.row, RecordKind.STANDARD, error, wanted.node_code)
        else:
            accepted[standard_id] = wanted
    return accepted


def _fresh_row(wanted: WantedStandard, cutter: Cutter) -> dict[str, object]:
    standard = wanted.standard
    return {**identity_columns(standard.designation), **standard_columns(standard, cutter), "version": 1}


def _update_standards(
    session: Session,
    outcome: Outcome,
    accepted: Mapping[str, WantedStandard],
    present: Mapping[str, StandardRecord],
    doubtful: dict[SuspectCause, list[str]],
) -> set[str]:
    """Join what is wanted to what is there and return the standards that this changes."""
    rows: list[dict[str, Any]] = []
    history: list[HistoryEntry] = []
    for standard_id, wanted in accepted.items():
        record = present[standard_id]
        known = standard_of(record, wanted.standard.designation)
        joined = known.joined_by(wanted.standard)
        if joined.status is not wanted.standard.status:
            message = "{designation} stays {known}; an import does not take it back to {wanted}"
            outcome.keep(
                wanted.row,
                RecordKind.STANDARD,
                message,
                designation=record.designation,
                known=known.status.value,
                wanted=wanted.standard.status.value,
            )
        if joined == known:
            continue
        columns = standard_columns(joined)
        facts = changed_facts(record, columns)
        rows.append({"standard_id": standard_id, **columns})
        history.append(HistoryEntry(standard_id, record.version + 1, Act(StandardAction.UPDATED), facts))
        outcome.changes += _shown_changes(wanted, record, facts)
        cause = _CAUSES.get(joined.status) if "status" in facts else None
        if cause is None and RELIED_ON & facts.keys():
            cause = SuspectCause.CHANGED
        if cause is not None:
            doubtful.setdefault(cause, []).append(standard_id)
    update_rows(session, STANDARD, ["standard_id"], rows)
    record_history(session, history)
    return {str(row["standard_id"]) for row in rows}


def _shown_changes(
    wanted: WantedStandard, record: StandardRecord, facts: Mapping[str, tuple[object, object]]
) -> Iterator[FactChange]:
    for name, (before, after) in facts.items():
        yield FactChange(wanted.row, record.designation, fact(name), shown(before), shown(after))


def _place(session: Session, outcome: Outcome, accepted: Mapping[str, WantedStandard], tree: ImportTree) -> set[str]:
    """Put standards at their nodes and return those that had no place before, or another."""
    wanted = {key: tree.node_ids[one.node_code] for key, one in accepted.items() if one.node_code}
    if not wanted:
        return set()
    values = {"system_id": tree.system_id, "standard_ids": "\n".join(wanted)}
    present = {row.standard_id: row.node_id for row in session.connection().execute(_PLACES, values)}
    rows = [
        {"system_id": tree.system_id, "standard_id": standard_id, "node_id": node_id}
        for standard_id, node_id in wanted.items()
        if present.get(standard_id) != node_id
    ]
    moved = [row for row in rows if row["standard_id"] in present]
    insert_rows(session, PLACEMENT, [row for row in rows if row["standard_id"] not in present])
    update_rows(session, PLACEMENT, ["system_id", "standard_id"], moved)
    code_of = {node_id: code for code, node_id in tree.node_ids.items()} if moved else {}
    for row in moved:
        one = accepted[row["standard_id"]]
        before = code_of.get(present[row["standard_id"]], "")
        outcome.changes.append(FactChange(one.row, one.subject, "node", before, one.node_code))
    return {row["standard_id"] for row in rows}
