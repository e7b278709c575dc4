"""Speak SQL about what is odd in the catalogue now: loops, cycles, and relations with an end that is not there."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, exists, or_, text, tuple_
from sqlmodel import Session

from services.catalog.store_relations import RELATION, RELATIONS, RelationRecord
from services.catalog.store_standards import STANDARD
from services.runtime.paging import Page
from standards_tree.anomalies import AnomalyKind, Cycle, Suspension, cycles
from standards_tree.designations import key_of_resource_id, parse_designation_or_none

LASTING = (AnomalyKind.SELF_LOOP, AnomalyKind.CYCLE, AnomalyKind.MISSING_TARGET, AnomalyKind.MISSING_SOURCE)
"""What can be found in the catalogue, in the order of lists; doubles and contradictions are gone after their import."""

_ORDER = (RELATION.c.source_id, RELATION.c.kind, RELATION.c.target_id, RELATION.c.clause)
_SOURCE = STANDARD.alias("source")
_EDITION = STANDARD.alias("edition")
_TARGET_IS_THERE = exists().where(
    or_(
        _EDITION.c.standard_id == RELATION.c.target_id,
        and_(RELATION.c.dated.is_(False), _EDITION.c.undated_key == RELATION.c.target_undated_key),
    )
)
_SOURCE_IS_THERE = exists().where(_SOURCE.c.standard_id == RELATION.c.source_id)
_CONDITION = {
    AnomalyKind.SELF_LOOP: RELATION.c.suspended == Suspension.SELF_LOOP.value,
    AnomalyKind.MISSING_TARGET: and_(RELATION.c.source_id != RELATION.c.target_id, ~_TARGET_IS_THERE),
    AnomalyKind.MISSING_SOURCE: ~_SOURCE_IS_THERE,
}
_CYCLIC = text("SELECT DISTINCT target_id, source_id FROM relation WHERE suspended = 'cycle'")
_NAMES = text(
    "SELECT target_id, min(target_designation) FROM relation"
    " WHERE suspended = 'cycle' AND target_id = ANY(string_to_array(:standard_ids, chr(10))) GROUP BY target_id"
)


class AnomalyRecord(NamedTuple):
    """Something odd: the designations it is about, the relation where it is one, and its place in lists."""

    kind: AnomalyKind
    members: tuple[str, ...]
    relation: RelationRecord | None
    order: tuple[str, ...]


def list_anomalies(session: Session, kinds: Iterable[AnomalyKind], page: Page) -> list[AnomalyRecord]:
    """Return one more than a page of what is odd, kind by kind."""
    wanted = [kind for kind in LASTING if kind in set(kinds) or not kinds]
    after: tuple[Any, ...] | None = None
    if page.after is not None:
        first = AnomalyKind(str(page.after[0]))
        wanted = wanted[wanted.index(first) :]
        after = tuple(page.after[1:])
    found: list[AnomalyRecord] = []
    for kind in wanted:
        most = page.size + 1 - len(found)
        if most <= 0:
            break
        found += _cycles(session, after, most) if kind is AnomalyKind.CYCLE else _relations(session, kind, after, most)
        after = None
    return found


def _relations(session: Session, kind: AnomalyKind, after: tuple[Any, ...] | None, most: int) -> list[AnomalyRecord]:
    query: Select[Any] = RELATIONS.where(_CONDITION[kind]).order_by(*_ORDER).limit(most)
    if after is not None:
        query = query.where(tuple_(*_ORDER) > tuple_(*after))
    records = map(RelationRecord._make, session.connection().execute(query))
    return [AnomalyRecord(kind, _ends(record), record, (kind.value, *record.order)) for record in records]


def _ends(record: RelationRecord) -> tuple[str, ...]:
    source, target = designation_of(record.source_id), record.target_designation
    return (source,) if record.source_id == record.target_id else (source, target)


def _cycles(session: Session, after: tuple[Any, ...] | None, most: int) -> list[AnomalyRecord]:
    edges = [(start, end) for start, end in session.connection().execute(_CYCLIC)]
    found = cycles(edges)
    if after is not None:
        found = [cycle for cycle in found if cycle.standard_ids[:1] > after]
    found = found[:most]
    names = names_on(session, found)
    return [
        AnomalyRecord(
            AnomalyKind.CYCLE,
            tuple(sorted(names[standard_id] for standard_id in cycle.standard_ids)),
            None,
            (AnomalyKind.CYCLE.value, cycle.standard_ids[0]),
        )
        for cycle in found
    ]


def names_on(session: Session, found: Iterable[Cycle]) -> dict[str, str]:
    """Return the designations of the standards on cycles, by id; each of them is the target of some relation."""
    standard_ids = {standard_id for cycle in found for standard_id in cycle.standard_ids}
    rows = session.connection().execute(_NAMES, {"standard_ids": "\n".join(standard_ids)})
    names = {}
    for standard_id, written in rows:
        designation = parse_designation_or_none(written)
        names[standard_id] = designation.official if designation is not None else written
    return names


def designation_of(standard_id: str) -> str:
    """Return a designation for a standard of which only the id is known, in its official form where that can be read."""
    key = key_of_resource_id(standard_id)
    designation = parse_designation_or_none(key)
    return designation.official if designation is not None else key
