"""Speak SQL for an import: compare what it wants with what is there, and write the difference with a few statements."""

from collections.abc import Iterator, Mapping
from uuid import uuid4

from sqlalchemy import bindparam, select
from sqlmodel import Session

from services.catalog.batches import FactChange, ImportBatch, Outcome, RecordKind, WantedNode, fact, shown
from services.catalog.store_import_relations import import_relations
from services.catalog.store_import_standards import ImportTree, import_standards
from services.catalog.store_nodes import (
    NODE,
    NODE_COLUMNS,
    Branch,
    NodeRecord,
    create_system,
    find_system,
    get_system,
    node_of,
)
from services.catalog.store_suspects import mark_suspects
from services.catalog.store_tree import node_columns, require_levels
from services.runtime.bulk_rows import insert_rows, update_rows
from services.runtime.changes import record_changes
from standards_tree.catalogue import Node
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from standards_tree.tree import TOP, unfit

_NODES = select(*NODE_COLUMNS).where(NODE.c.system_id == bindparam("system_id"))


def run_import(session: Session, batch: ImportBatch) -> Outcome:
    """Store what *batch* wants as far as it fits, and return what became of it.

    A record that does not fit is a problem of its own and changes nothing; repeated, an import finds nothing to change.

    Raises:
        NotFoundError: there is no such system, and no title to make it with.
        PreconditionError: standards that were there would stand in branches for another level.
    """
    outcome = Outcome(batch)
    tree = _import_nodes(session, outcome)
    changed = import_standards(session, outcome, tree)
    import_relations(session, outcome)
    for cause, standard_ids in changed.items():
        mark_suspects(session, standard_ids, cause)
    return outcome


def _import_nodes(session: Session, outcome: Outcome) -> ImportTree:
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
    return ImportTree(system_id, node_ids, parent_of, level_of, archived)


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
    code_of = {record.node_id: record.code for record in present.values()} | {
        row["node_id"]: row["code"] for row in rows
    }
    for row in rows:
        record = present.get(str(row["code"]))
        if record is None:
            fresh.append({**row, "archived": False, "version": 1})
        elif any(getattr(record, name, value) != value for name, value in row.items()):
            changed.append(row)
            outcome.changes += _changed_facts(outcome.batch.nodes[record.code], record, row, code_of)
    insert_rows(session, NODE, fresh)
    update_rows(session, NODE, ["node_id"], changed)
    for action, written in (("created", fresh), ("updated", changed)):
        record_changes(session, [f"systems/{row['system_id']}/nodes/{row['node_id']}" for row in written], action)
    outcome.created[RecordKind.NODE] = len(fresh)
    outcome.updated[RecordKind.NODE] = len(changed)
    if changed:
        require_levels(session, Branch(str(changed[0]["system_id"]), None))


def _changed_facts(
    wanted: WantedNode, record: NodeRecord, row: Mapping[str, object], code_of: Mapping[object, object]
) -> Iterator[FactChange]:
    for name in ("title_zh", "title_en", "level", "kind", "planned_standards"):
        if getattr(record, name) != row[name]:
            yield FactChange(wanted.row, record.code, fact(name), shown(getattr(record, name)), shown(row[name]))
    if record.parent_id != row["parent_id"]:
        above, then = shown(code_of.get(record.parent_id)), shown(code_of.get(row["parent_id"]))
        yield FactChange(wanted.row, record.code, "parent", above, then)
