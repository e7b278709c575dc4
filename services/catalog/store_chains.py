"""Speak SQL about chains of supersession: back and forth from one standard, whatever the records say."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlmodel import Session

from services.catalog.store_standards import STANDARD
from standards_tree.chains import contradictions, distances
from standards_tree.designations import key_of_resource_id, parse_designation_or_none

MAX_STEPS = 1000

# UNION drops what was reached before, so that a cycle ends. The limit bounds what a dirty source can make of one answer.
_STEPS = text(
    """
    WITH RECURSIVE later (standard_id) AS (
        SELECT CAST(:standard_id AS text) COLLATE "C"
        UNION
        SELECT CAST(relation.source_id AS text) FROM relation JOIN later ON relation.target_id = later.standard_id
        WHERE relation.kind = 'supersedes'
    ), earlier (standard_id) AS (
        SELECT CAST(:standard_id AS text) COLLATE "C"
        UNION
        SELECT CAST(relation.target_id AS text) FROM relation JOIN earlier ON relation.source_id = earlier.standard_id
        WHERE relation.kind = 'supersedes'
    )
    SELECT relation.target_id, relation.source_id, bool_and(relation.partial) FROM (
        SELECT target_id, source_id, partial FROM relation JOIN later ON target_id = later.standard_id
        WHERE kind = 'supersedes'
        UNION
        SELECT target_id, source_id, partial FROM relation JOIN earlier ON source_id = earlier.standard_id
        WHERE kind = 'supersedes'
    ) AS relation
    GROUP BY relation.target_id, relation.source_id
    ORDER BY relation.target_id, relation.source_id
    LIMIT :most
    """
)


class Member(NamedTuple):
    """A standard in a chain; the catalogue may lack it, and then only its number is known."""

    standard_id: str
    designation: str
    status: str | None
    effective_on: date | None
    ended_on: date | None
    distance: int


class Step(NamedTuple):
    """One standard takes the place of another, or of a part of it."""

    superseded_id: str
    successor_id: str
    on: date | None
    partial: bool
    on_cycle: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything a standard took the place of and that took its place."""

    members: list[Member]
    steps: list[Step]
    truncated: bool


def chain_of(session: Session, standard_id: str) -> Chain:
    """Return the chain of a standard, which the catalogue may lack; at most MAX_STEPS steps. Two statements."""
    values = {"standard_id": standard_id, "most": MAX_STEPS + 1}
    rows = session.connection().execute(_STEPS, values).all()
    truncated = len(rows) > MAX_STEPS
    partial = {(superseded, successor): bool(part) for superseded, successor, part in rows[:MAX_STEPS]}
    places = distances(standard_id, partial)
    members = _members(session, places)
    wrong = contradictions(partial)
    steps = [
        Step(
            edge[0],
            edge[1],
            members[edge[1]].effective_on if part else members[edge[0]].ended_on or members[edge[1]].effective_on,
            part,
            edge in wrong,
        )
        for edge, part in partial.items()
        if edge[0] in members and edge[1] in members
    ]
    ordered = sorted(members.values(), key=lambda member: (member.distance, member.designation))
    return Chain(ordered, steps, truncated)


def _members(session: Session, places: dict[str, int]) -> dict[str, Member]:
    facts = [STANDARD.c[name] for name in Member._fields[:-1]]
    query = select(*facts).where(STANDARD.c.standard_id == func.any(list(places)))
    known = {row.standard_id: row for row in session.connection().execute(query)}
    return {
        standard_id: Member._make([*known[standard_id], distance])
        if standard_id in known
        else Member(standard_id, _designation(standard_id), None, None, None, distance)
        for standard_id, distance in places.items()
    }


def _designation(standard_id: str) -> str:
    key = key_of_resource_id(standard_id)
    designation = parse_designation_or_none(key)
    return designation.official if designation is not None else key
