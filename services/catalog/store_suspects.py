"""Speak SQL about suspect marks: standards that cite what has changed since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, delete, func, select, text, tuple_, update
from sqlmodel import Session

from services.catalog.store_committees import within_committee
from services.catalog.tables import StandardRow
from services.catalog.tables_life import SuspectRow
from services.runtime.calls import current_call
from services.runtime.changes import record_change
from services.runtime.civil_dates import BEIJING
from services.runtime.paging import Page
from standards_tree.catalogue import EDITION_PREFERENCE
from standards_tree.errors import NotFoundError, PreconditionError
from standards_tree.life import SuspectCause, doubtful_kinds

SUSPECT: Table = SuspectRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_STANDARD: Table = StandardRow.__table__  # type: ignore[attr-defined]  # as above
_SOURCE = _STANDARD.alias("source")
_CITED = _STANDARD.alias("cited")

# An undated reference means whichever edition holds, so that only a change of that one matters to it (the successor of
# one that has just ended apart); a reference to all parts means every part. Two branches, because an OR over two keys
# would use the index of neither.
_MARK = text(
    r"""
    INSERT INTO suspect (suspect_id, relation_id, source_id, standard_id, standard_version, cause, marked_by, cleared_by,
        clear_reason)
    SELECT replace(CAST(gen_random_uuid() AS text), '-', ''), citing.relation_id, citing.source_id, changed.standard_id,
        changed.version, :cause, :principal, '', ''
    FROM standard AS changed
    CROSS JOIN LATERAL (
        SELECT relation_id, source_id, kind FROM relation
        WHERE relation.target_id = changed.standard_id AND relation.dated
        UNION ALL
        SELECT relation_id, source_id, kind FROM relation
        WHERE NOT relation.dated AND relation.target_undated_key IN (
            changed.undated_key, regexp_replace(changed.undated_key, '[.-][^ ]*$', '') || ' (all parts)'
        )
        AND NOT EXISTS (
            SELECT FROM standard AS other
            WHERE other.undated_key = changed.undated_key AND other.standard_id <> changed.standard_id
            AND (array_position(CAST(:preference AS text[]), CAST(other.status AS text)),
                coalesce(other.effective_on, other.issued_on, '-infinity'), other.designation_order)
            > (array_position(
                    CAST(:preference AS text[]), CASE WHEN :ending THEN 'in_force' ELSE CAST(changed.status AS text) END),
                coalesce(changed.effective_on, changed.issued_on, '-infinity'), changed.designation_order)
            AND NOT EXISTS (
                SELECT FROM relation AS succession
                WHERE succession.target_id = changed.standard_id AND succession.source_id = other.standard_id
                AND succession.kind = 'supersedes' AND :ending
            )
        )
    ) AS citing
    JOIN standard AS source ON source.standard_id = citing.source_id
    WHERE changed.standard_id = ANY(CAST(:standard_ids AS text[])) AND citing.kind = ANY(CAST(:kinds AS text[]))
    AND citing.source_id <> changed.standard_id
    AND source.status IN ('upcoming', 'in_force')
    ON CONFLICT (relation_id, standard_id, cause, standard_version) DO NOTHING
    """
)
_ENDING = frozenset({SuspectCause.SUPERSEDED, SuspectCause.REVISED, SuspectCause.ABOLISHED})


def mark_suspects(session: Session, standard_ids: Collection[str], cause: SuspectCause) -> int:
    """Mark what cites *standard_ids*, whose change is stored, and return how many marks that makes. One statement.

    A standard cites another exactly by a dated relation, and whichever edition holds by an undated one; what has ended
    itself needs no mark. A change is marked once however often this is called, and a later one is marked again: it has
    given the standard another version. Call it when the relations of the same change are stored too.
    """
    if not standard_ids:
        return 0
    call = current_call()
    values = {
        "standard_ids": list(standard_ids),
        "cause": cause.value,
        "kinds": [kind.value for kind in doubtful_kinds(cause)],
        "ending": cause in _ENDING,
        "preference": [status.value for status in EDITION_PREFERENCE],
        "principal": call.principal.subject if call and call.principal else "system",
    }
    return session.connection().execute(_MARK, values).rowcount


class SuspectRecord(NamedTuple):
    """A mark as it is stored, with what its standards are called and whose the citing one is."""

    suspect_id: str
    relation_id: str
    source_id: str
    standard_id: str
    cause: str
    marked_by: str
    marked_at: datetime
    cleared_by: str
    cleared_at: datetime | None
    clear_reason: str
    designation: str
    committee: str
    cited_designation: str

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"suspects/{self.suspect_id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of marks in order."""
        return self.marked_at.isoformat(), self.suspect_id


@dataclass(frozen=True, slots=True)
class SuspectFilter:
    """What a list of marks is narrowed to; every condition given must hold."""

    source_id: str = ""
    standard_id: str = ""
    committee: str = ""
    causes: tuple[SuspectCause, ...] = ()
    include_cleared: bool = False


_SUSPECTS: Select[Any] = (
    select(
        *(SUSPECT.c[name] for name in SuspectRecord._fields[:-3]),
        _SOURCE.c.designation,
        _SOURCE.c.committee,
        _CITED.c.designation,
    )
    .join(_SOURCE, _SOURCE.c.standard_id == SUSPECT.c.source_id)
    .join(_CITED, _CITED.c.standard_id == SUSPECT.c.standard_id)
)
_ORDER = (SUSPECT.c.marked_at, SUSPECT.c.suspect_id)


def list_suspects(session: Session, wanted: SuspectFilter, page: Page) -> list[SuspectRecord]:
    """Return one more than a page of the marks *wanted*, the oldest first.

    Open ones on a standard that has ended itself since are nobody's concern, and are listed only with those cleared.
    """
    query = _SUSPECTS.order_by(*_ORDER).limit(page.size + 1)
    if wanted.source_id:
        query = query.where(SUSPECT.c.source_id == wanted.source_id)
    if wanted.standard_id:
        query = query.where(SUSPECT.c.standard_id == wanted.standard_id)
    if wanted.committee:
        query = query.where(within_committee(_SOURCE.c.committee_key, wanted.committee))
    if wanted.causes:
        query = query.where(SUSPECT.c.cause.in_([cause.value for cause in wanted.causes]))
    if not wanted.include_cleared:
        query = query.where(SUSPECT.c.cleared_at.is_(None), _SOURCE.c.status.in_(("upcoming", "in_force")))
    if page.after is not None:
        marked_at, suspect_id = page.after
        query = query.where(tuple_(*_ORDER) > tuple_(datetime.fromisoformat(str(marked_at)), suspect_id))
    return [SuspectRecord._make(row) for row in session.connection().execute(query)]


def open_suspects(session: Session, committee: str, limit: int) -> list[SuspectRecord]:
    """Return the oldest open marks on standards of *committee* (all where it is empty), at most *limit*."""
    return list_suspects(session, SuspectFilter(committee=committee), Page(limit, None))[:limit]


def get_suspects(session: Session, suspect_ids: Sequence[str]) -> list[SuspectRecord]:
    """Return marks in the order of *suspect_ids*.

    Raises:
        NotFoundError: there is none of that id.
    """
    rows = session.connection().execute(_SUSPECTS.where(SUSPECT.c.suspect_id.in_(suspect_ids)))
    found = {record.suspect_id: record for record in map(SuspectRecord._make, rows)}
    missing = next((suspect_id for suspect_id in suspect_ids if suspect_id not in found), None)
    if missing is not None:
        raise NotFoundError("there is no suspect mark {name}", name=f"suspects/{missing}")
    return [found[suspect_id] for suspect_id in suspect_ids]


def clear_suspects(
    session: Session, records: Sequence[SuspectRecord], reason: str, principal: str
) -> list[SuspectRecord]:
    """Clear *records*, keep who did it and why, and return them as they are then.

    Raises:
        PreconditionError: one is cleared already; the message says by whom.
    """
    for record in records:
        if record.cleared_at is not None:
            message = "{name} was cleared by {principal} on {day}"
            day = record.cleared_at.astimezone(BEIJING).date()
            raise PreconditionError(message, name=record.name, principal=record.cleared_by, day=day)
    ids = [record.suspect_id for record in records]
    change = update(SUSPECT).where(SUSPECT.c.suspect_id.in_(ids))
    session.connection().execute(change.values(cleared_by=principal, cleared_at=func.now(), clear_reason=reason))
    for record in records:
        record_change(session, record.name, "cleared")
    return get_suspects(session, ids)


def forget_suspects(session: Session, relation_id: str) -> None:
    """Remove the open marks of a relation that was recorded in error; those a person cleared stay."""
    open_marks = delete(SUSPECT).where(SUSPECT.c.relation_id == relation_id, SUSPECT.c.cleared_at.is_(None))
    session.connection().execute(open_marks)
