"""Speak SQL about how standards end, and about what designations name at a date."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlmodel import Session

from services.catalog.names import StandardName
from services.catalog.store_relations import create_relation, relation_between, require_no_cycle, successions
from services.catalog.store_standards import (
    COLUMNS,
    STANDARD,
    StandardRecord,
    change_standard,
    preferred_edition,
)
from services.runtime.masks import require_etag
from standards_tree.catalogue import Relation, succession
from standards_tree.designations import parse_designation
from standards_tree.errors import PreconditionError
from standards_tree.standards import RelationKind, StandardStatus

MAX_SUCCESSORS = 100

_NAMED = select(*COLUMNS, STANDARD.c.undated_key).where(
    or_(
        STANDARD.c.standard_id == func.any(bindparam("standard_ids")),
        STANDARD.c.undated_key == func.any(bindparam("undated_keys")),
    )
)


class Resolution(NamedTuple):
    """What a name means at a date: the standard, if the catalogue has it, and the ids of its successors."""

    standard: StandardRecord | None
    successors: list[str]


def supersede_standard(
    session: Session, record: StandardRecord, successor: StandardRecord, ended_on: date | None, etag: str
) -> StandardRecord:
    """Record that *successor* takes the place of *record*, and return *record* as it is then.

    It ends on *ended_on*, else when the successor comes into force. A standard may have several successors.

    Raises:
        StaleError: *etag* is not that of *record*.
        CycleError: *record* took the place of *successor*, directly or along a chain.
        PreconditionError: it is abolished.
    """
    require_etag(etag, record.version)
    if record.status == StandardStatus.ABOLISHED:
        message = "{designation} is abolished; an abolished standard has no successor"
        raise PreconditionError(message, designation=record.designation)
    require_no_cycle(session, record.designation, record.standard_id, successor.standard_id)
    relation = Relation(
        parse_designation(successor.designation),
        parse_designation(record.designation),
        record.designation,
        RelationKind.SUPERSEDES,
    )
    if relation_between(session, relation) is None:
        create_relation(session, relation)
    ended_on = ended_on or record.ended_on or successor.effective_on
    if record.status == StandardStatus.SUPERSEDED and record.ended_on == ended_on:
        return record
    values = {"status": StandardStatus.SUPERSEDED.value, "ended_on": ended_on}
    return change_standard(session, record, values, "superseded")


def abolish_standard(session: Session, record: StandardRecord, ended_on: date | None, etag: str) -> StandardRecord:
    """Record that *record* ends without a successor and return it as it is then.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it has ended already.
    """
    require_etag(etag, record.version)
    if record.status in (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED):
        message = "{designation} is {status} already; UpdateStandard corrects the date"
        raise PreconditionError(message, designation=record.designation, status=record.status)
    values = {"status": StandardStatus.ABOLISHED.value, "ended_on": ended_on}
    return change_standard(session, record, values, "abolished")


def resolve(session: Session, names: Sequence[StandardName], as_of: date) -> list[Resolution]:
    """Return what each of *names* means on *as_of*, in their order. Two statements, however many there are."""
    editions: dict[str, list[StandardRecord]] = {}
    by_id: dict[str, StandardRecord] = {}
    values = {
        "standard_ids": [name.standard_id for name in names],
        "undated_keys": [name.undated_key for name in names if name.undated_key is not None],
    }
    for *columns, undated_key in session.connection().execute(_NAMED, values):
        record = StandardRecord._make(columns)
        by_id[record.standard_id] = record
        editions.setdefault(undated_key, []).append(record)
    found = [_meant(name, by_id, editions, as_of) for name in names]
    ids = [record.standard_id if record else name.standard_id for name, record in zip(names, found, strict=True)]
    successors = successions(session, ids)
    return [
        Resolution(record, succession(successors, standard_id, MAX_SUCCESSORS))
        for record, standard_id in zip(found, ids, strict=True)
    ]


def _meant(
    name: StandardName,
    by_id: dict[str, StandardRecord],
    editions: dict[str, list[StandardRecord]],
    as_of: date,
) -> StandardRecord | None:
    if name.undated_key is None:
        return by_id.get(name.standard_id)
    known = editions.get(name.undated_key)
    return preferred_edition(known, as_of) if known else None
