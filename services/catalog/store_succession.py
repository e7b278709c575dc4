"""Speak SQL about how standards end, and about what designations name at a date."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlmodel import Session

from services.catalog.names import StandardName
from services.catalog.store_history import Act
from services.catalog.store_relations import (
    RELATION,
    create_relation,
    get_relation,
    relation_between,
    require_no_cycle,
    successions,
)
from services.catalog.store_standards import (
    LISTED,
    STANDARD,
    StandardRecord,
    change_standard,
    preferred_edition,
)
from services.catalog.store_suspects import mark_suspects
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from standards_tree.catalogue import Relation, succession, undated_key
from standards_tree.designations import parse_designation
from standards_tree.errors import PreconditionError
from standards_tree.life import StandardAction, SuspectCause, check_end, check_successor
from standards_tree.standards import RelationKind, StandardStatus

MAX_SUCCESSORS = 100
UNREVIEWED: dict[str, Any] = {"review_due_on": None, "to_be_revised": False}
"""What has ended is reviewed no more."""

_NAMED = select(*LISTED, STANDARD.c.undated_key).where(
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

    It ends on *ended_on*, else when the successor comes into force. A standard may have several successors. What cites
    it is in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        CycleError: *record* took the place of *successor*, directly or along a chain.
        PreconditionError: it is abolished, or the successor is older than it.
        InvalidArgumentError: it would end before it came into force.
    """
    _require_follows(session, record, successor, etag)
    ended_on = ended_on or record.ended_on or successor.effective_on
    check_end(record.designation, record.validity, ended_on)
    values = {"status": StandardStatus.SUPERSEDED.value, "ended_on": ended_on, **UNREVIEWED}
    relation = _succession(record, successor)
    news = _take_place(session, relation)
    if not news and all(getattr(record, name) == value for name, value in values.items()):
        return record
    return _superseded(session, record, values, relation)


def supersede_part(session: Session, record: StandardRecord, successor: StandardRecord, etag: str) -> StandardRecord:
    """Record that *successor* takes the place of a part of *record* (部分代替), which stays in force; return *record*.

    What cites it is in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        CycleError: *record* took the place of *successor*, directly or along a chain.
        PreconditionError: it has ended, or the successor is older than it.
    """
    if record.status == StandardStatus.SUPERSEDED:
        message = "{designation} is superseded as a whole; no part of it is left"
        raise PreconditionError(message, designation=record.designation)
    _require_follows(session, record, successor, etag)
    relation = _succession(record, successor, partial=True)
    return _superseded(session, record, {}, relation) if _take_place(session, relation) else record


def _require_follows(session: Session, record: StandardRecord, successor: StandardRecord, etag: str) -> None:
    require_etag(etag, record.version)
    if record.status == StandardStatus.ABOLISHED:
        message = "{designation} is abolished; an abolished standard has no successor"
        raise PreconditionError(message, designation=record.designation)
    require_no_cycle(session, record.designation, record.standard_id, successor.standard_id)
    check_successor(record.designation, record.validity, successor.designation, successor.validity)


def _succession(record: StandardRecord, successor: StandardRecord, *, partial: bool = False) -> Relation:
    source, target = parse_designation(successor.designation), parse_designation(record.designation)
    return Relation(source, target, record.designation, RelationKind.SUPERSEDES, partial=partial)


def _superseded(
    session: Session, record: StandardRecord, values: Mapping[str, Any], relation: Relation
) -> StandardRecord:
    act = Act(StandardAction.SUPERSEDED, f"standards/{relation.source.resource_id}")
    changed = change_standard(session, record, values, act)
    revised = undated_key(relation.source) == undated_key(relation.target)
    mark_suspects(session, [record.standard_id], SuspectCause.REVISED if revised else SuspectCause.SUPERSEDED)
    return changed


def _take_place(session: Session, relation: Relation) -> bool:
    """Record *relation*, and that it is of the whole where it was of a part, and tell whether that is new."""
    known = relation_between(session, relation)
    if known is None:
        create_relation(session, relation)
        return True
    if relation.partial or not get_relation(session, known).partial:
        return False
    session.connection().execute(update(RELATION).where(RELATION.c.relation_id == known).values(partial=False))
    record_change(session, f"relations/{known}", "updated")
    return True


def abolish_standard(
    session: Session, record: StandardRecord, ended_on: date | None, reason: str, etag: str
) -> StandardRecord:
    """Record that *record* ends without a successor, and why; return it as it is then. What cites it is in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it has ended already.
        InvalidArgumentError: it would end before it came into force.
    """
    require_etag(etag, record.version)
    if record.status in (StandardStatus.SUPERSEDED, StandardStatus.ABOLISHED):
        message = "{designation} is {status} already; UpdateStandard corrects the date"
        raise PreconditionError(message, designation=record.designation, status=record.status)
    check_end(record.designation, record.validity, ended_on)
    values = {"status": StandardStatus.ABOLISHED.value, "ended_on": ended_on, **UNREVIEWED}
    changed = change_standard(session, record, values, Act(StandardAction.ABOLISHED, reason=reason))
    mark_suspects(session, [record.standard_id], SuspectCause.ABOLISHED)
    return changed


def resolve(session: Session, names: Sequence[StandardName], as_of: date) -> list[Resolution]:
    """Return what each of *names* means on *as_of*, in their order. Two statements, however many there are."""
    editions: dict[str, list[StandardRecord]] = {}
    by_id: dict[str, StandardRecord] = {}
    values = {
        "standard_ids": [name.standard_id for name in names],
        "undated_keys": [name.undated_key for name in names if name.undated_key is not None],
    }
    for *columns, key in session.connection().execute(_NAMED, values):
        record = StandardRecord._make(columns)
        by_id[record.standard_id] = record
        editions.setdefault(key, []).append(record)
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
