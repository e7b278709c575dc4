"""Speak SQL for an import: compare what it wants with what is there, and write the difference with a few statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from services.catalog.batches import ImportBatch, Outcome, RecordKind, WantedNode, WantedStandard
from services.catalog.store_bulk import insert_rows, update_rows
from services.catalog.store_import_relations import import_relations
from services.catalog.store_nodes import (
    NODE,
    NODE_COLUMNS,
    PLACEMENT,
    Branch,
    NodeRecord,
    create_system,
    find_system,
    get_system,
    node_of,
)
from services.catalog.store_standards import (
    COLUMNS,
    STANDARD,
    StandardRecord,
    identity_columns,
    standard_columns,
    standard_of,
)
from services.catalog.store_tree import node_columns, require_levels
from services.runtime.changes import record_change
from standards_tree.catalogue import Node, Standard
from standards_tree.errors import DomainError, InvalidArgumentError, NotFoundError, PreconditionError
from standards_tree.standards import Level
from standards_tree.tree import TOP, check_placement, fixed_level, unfit

_NODES = select(*NODE_COLUMNS).where(NODE.c.system_id == bindparam("system_id"))
_STANDARDS = select(*COLUMNS).where(STANDARD.c.standard_id == func.any(bindparam("standard_ids")))
_PLACES = select(PLACEMENT.c.standard_id, PLACEMENT.c.node_id).where(
    PLACEMENT.c.system_id == bindparam("system_id"),
    PLACEMENT.c.standard_id == func.any(bindparam("standard_ids")),
)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The nodes of the import's system as they are after it, by code."""

    system_id: str
    node_ids: Mapping[str, str]
    parent_of: Mapping[str, str]
    level_of: Mapping[str, Level | None]
    archived: frozenset[str]

    def check(self, wanted: WantedStandard) -> None:
        """Refuse a place that is not there, or not for this standard."""
        code = wanted.node_code
        if code not in self.node_ids:
            raise NotFoundError("neither the system nor the import has the node {node}", node=code)
        if code in self.archived:
            raise PreconditionError("the node {node} is archived; no standard goes there", node=code)
        standard = wanted.standard
        fixed = fixed_level(code, self.parent_of, self.level_of)
        check_placement(standard.designation.official, standard.level, code, fixed)


def run_import(session: Session, batch: ImportBatch) -> Outcome:
    """Store what *batch* wants as far as it fits, and return what became of it.

    A record that does not fit is a problem of its own and changes nothing; repeated, an import finds nothing to change.

    Raises:
        NotFoundError: there is no such system, and no title to make it with.
        PreconditionError: standards that were there would stand in branches for another level.
    """
    outcome = Outcome(batch)
    tree = _import_nodes(session, outcome)
    _import_standards(session, outcome, tree)
    import_relations(session, outcome)
    return outcome


def _import_nodes(session: Session, outcome: Outcome) -> _Tree:
    batch = outcome.batch
    system_id = _require_system(session, batch)
    rows = session.connection().execute(_NODES, {"system_id": system_id}).all() if system_id else []
    present = {record.code: record for record in map(NodeRecord._make, rows)}
    code_of = {record.node_id: record.code for record in present.values()}
    parent_of = {record.code: code_of.get(record.parent_id or "", TOP) for record in present.values()}
    wanted = _fitting(outcome, present, parent_of)
    nodes = {code: node_of(record) for code, record in present.items()}
    accepted = {code: nodes[code].joined_by(one.node) if code in nodes else one.node for code, one in wanted.items()}
    node_ids = {code: present[code].node_id if code in present else uuid4().hex for code in {**nodes, **accepted}}
    parent_of.update((code, one.parent_code) for code, one in wanted.items())
    _write_nodes(session, outcome, present, _rows_by_depth(system_id, accepted, node_ids, parent_of))
    level_of = {code: node.level for code, node in {**nodes, **accepted}.items()}
    archived = frozenset(record.code for record in present.values() if record.archived)
    return _Tree(system_id, node_ids, parent_of, level_of, archived)


def _require_system(session: Session, batch: ImportBatch) -> str:
    needed = batch.nodes or any(wanted.node_code for wanted in batch.standards.values())
    if not batch.system_id:
        if needed:
            message = "name the system that the nodes and places belong to"
            raise InvalidArgumentError.in_field("options.system", message)
        return ""
    if batch.system_title is not None and find_system(session, batch.system_id) is None:
        create_system(session, batch.system_id, batch.system_title)
    return get_system(session, batch.system_id).system_id


def _fitting(
    outcome: Outcome, present: Mapping[str, NodeRecord], parent_of: Mapping[str, str]
) -> dict[str, WantedNode]:
    """Return the nodes that can stand where the import wants them; the others are refused."""
    wanted = outcome.batch.nodes
    archived = {code for code, record in present.items() if record.archived}
    errors: dict[str, DomainError] = {}
    for code, one in wanted.items():
        for closed in archived & {code, one.parent_code}:
            message = "the node {archived} is archived; neither it nor what is below it changes any more"
            errors[code] = PreconditionError(message, archived=closed)
    places = {code: node.parent_code for code, node in wanted.items() if code not in errors}
    errors.update(unfit(parent_of, places))
    for code, error in errors.items():
        outcome.refuse(wanted[code].row, RecordKind.NODE, error, code)
    return {code: node for code, node in wanted.items() if code not in errors}


def _rows_by_depth(
    system_id: str, accepted: Mapping[str, Node], node_ids: Mapping[str, str], parent_of: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return the rows of nodes, every one after its parent, to which it refers."""

    def depth(code: str) -> int:
        steps = 0
        while code != TOP:
            code, steps = parent_of[code], steps + 1
        return steps

    return [
        {
            "node_id": node_ids[code],
            "system_id": system_id,
            "parent_id": node_ids[parent_of[code]] if parent_of[code] != TOP else None,
            **node_columns(accepted[code]),
        }
        for code in sorted(accepted, key=depth)
    ]


def _write_nodes(
    session: Session, outcome: Outcome, present: Mapping[str, NodeRecord], rows: list[dict[str, object]]
) -> None:
    fresh, changed = [], []
    for row in rows:
        record = present.get(str(row["code"]))
        if record is None:
            fresh.append({**row, "archived": False, "version": 1})
        elif any(getattr(record, name, value) != value for name, value in row.items()):
            changed.append(row)
    insert_rows(session, NODE, fresh)
    update_rows(session, NODE, ["node_id"], changed)
    for action, written in (("created", fresh), ("updated", changed)):
        for row in written:
            record_change(session, f"systems/{row['system_id']}/nodes/{row['node_id']}", action)
    outcome.created[RecordKind.NODE] = len(fresh)
    outcome.updated[RecordKind.NODE] = len(changed)
    if changed:
        require_levels(session, Branch(str(changed[0]["system_id"]), None))


def _import_standards(session: Session, outcome: Outcome, tree: _Tree) -> None:
    accepted = {}
    for standard_id, wanted in outcome.batch.standards.items():
        try:
            if wanted.node_code:
                tree.check(wanted)
        except DomainError as error:
            outcome.refuse(wanted.row, RecordKind.STANDARD, error, wanted.node_code)
        else:
            accepted[standard_id] = wanted
    rows = session.connection().execute(_STANDARDS, {"standard_ids": list(accepted)})
    present = {record.standard_id: record for record in map(StandardRecord._make, rows)}
    fresh = {standard_id: one.standard for standard_id, one in accepted.items() if standard_id not in present}
    insert_rows(session, STANDARD, [_fresh_row(standard) for standard in fresh.values()])
    changed = _update_standards(session, outcome, accepted, present)
    placed = _place(session, accepted, tree) - fresh.keys()
    for standard_id in accepted:
        if standard_id in fresh:
            record_change(session, f"standards/{standard_id}", "created")
        if standard_id in changed:
            record_change(session, f"standards/{standard_id}", "updated")
        if standard_id in placed:
            record_change(session, f"standards/{standard_id}", "placed")
    outcome.created[RecordKind.STANDARD] = len(fresh)
    outcome.updated[RecordKind.STANDARD] = len(changed | placed)


def _fresh_row(standard: Standard) -> dict[str, object]:
    return {**identity_columns(standard.designation), **standard_columns(standard), "version": 1}


def _update_standards(
    session: Session,
    outcome: Outcome,
    accepted: Mapping[str, WantedStandard],
    present: Mapping[str, StandardRecord],
) -> set[str]:
    """Join what is wanted to what is there and return the standards that this changes."""
    changes = []
    for standard_id, record in present.items():
        wanted = accepted[standard_id]
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
        if joined != known:
            changes.append({"standard_id": standard_id, **standard_columns(joined)})
    update_rows(session, STANDARD, ["standard_id"], changes)
    return {str(change["standard_id"]) for change in changes}


def _place(session: Session, accepted: Mapping[str, WantedStandard], tree: _Tree) -> set[str]:
    """Put standards at their nodes and return those that had no place before, or another."""
    wanted = {key: tree.node_ids[one.node_code] for key, one in accepted.items() if one.node_code}
    values = {"system_id": tree.system_id, "standard_ids": list(wanted)}
    present = {row.standard_id: row.node_id for row in session.connection().execute(_PLACES, values)} if wanted else {}
    rows = [
        {"system_id": tree.system_id, "standard_id": standard_id, "node_id": node_id}
        for standard_id, node_id in wanted.items()
        if present.get(standard_id) != node_id
    ]
    insert_rows(session, PLACEMENT, [row for row in rows if row["standard_id"] not in present])
    moved = [row for row in rows if row["standard_id"] in present]
    update_rows(session, PLACEMENT, ["system_id", "standard_id"], moved)
    return {row["standard_id"] for row in rows}
