"""Speak SQL about standards: find them by any name, list them, record them, end them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, func, insert, literal, select, update
from sqlmodel import Session

from services.catalog.cutting import Cutter, cut
from services.catalog.names import StandardName
from services.catalog.search_columns import search_columns
from services.catalog.store_history import Act, HistoryEntry, changed_facts, record_history
from services.catalog.store_near import not_found
from services.catalog.store_suspects import mark_suspects
from services.catalog.tables import StandardRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from standards_tree.catalogue import (
    Scope,
    Standard,
    Title,
    edition_rank,
    natural_order,
    undated_key,
    with_ancestors,
)
from standards_tree.committees import committee_key
from standards_tree.designations import Designation, resource_id_of
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.life import RELIED_ON, StandardAction, SuspectCause, check_end
from standards_tree.standards import Level, Obligation, StandardStatus, Validity

STANDARD: Table = StandardRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class StandardRecord(NamedTuple):
    """A standard as it is stored; the fields are columns of the same names."""

    standard_id: str
    designation: str
    designation_order: str
    title_zh: str
    title_en: str
    level: str
    obligation: str | None
    status: str
    issued_on: date | None
    effective_on: date | None
    ended_on: date | None
    reviewed_on: date | None
    ics: list[str]
    ccs: list[str]
    committee: str
    source: str
    review_due_on: date | None
    to_be_revised: bool
    updated_at: datetime
    version: int
    scope_zh: str
    scope_en: str

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"standards/{self.standard_id}"

    @property
    def validity(self) -> Validity:
        """Return what decides its state on a date."""
        return Validity(StandardStatus(self.status), self.issued_on, self.effective_on, self.ended_on)


COLUMNS = [STANDARD.c[name] for name in StandardRecord._fields]
SCOPES = ("scope_zh", "scope_en")
LISTED = [literal("").label(name) if name in SCOPES else STANDARD.c[name] for name in StandardRecord._fields]
"""What lists read, without scopes: a page of those would be longer than a message may be."""
_BY_ID = select(*COLUMNS).where(STANDARD.c.standard_id == bindparam("standard_id"))
_BY_UNDATED_KEY = select(*COLUMNS).where(STANDARD.c.undated_key == bindparam("undated_key"))
_EXISTING = select(STANDARD.c.standard_id).where(STANDARD.c.standard_id == func.any(bindparam("standard_ids")))


def asking_for(name: StandardName) -> tuple[Select[Any], dict[str, object]]:
    """Return the one query, with its values, that finds the standard *name* may mean; `chosen` chooses from its rows."""
    if name.undated_key is None:
        return _BY_ID, {"standard_id": name.standard_id}
    return _BY_UNDATED_KEY, {"undated_key": name.undated_key}


def chosen(rows: Sequence[Sequence[Any]], name: StandardName, today: date) -> StandardRecord:
    """Return the standard *name* means; of several editions the one in force on *today*.

    Raises:
        NotFoundError: there is none.
    """
    if not rows:
        message = "{name} is not in the catalogue"
        raise NotFoundError(message, name=name.text)
    return preferred_edition(map(StandardRecord._make, rows), today)


def find_standard(session: Session, name: StandardName, today: date) -> StandardRecord | None:
    """Return the standard *name* means, as `chosen`; None if there is none. One statement."""
    rows = session.connection().execute(*asking_for(name)).all()
    return chosen(rows, name, today) if rows else None


def get_standard(session: Session, name: StandardName, today: date) -> StandardRecord:
    """Return the standard *name* means, as `chosen`.

    Raises:
        NotFoundError: there is none.
    """
    rows = session.connection().execute(*asking_for(name)).all()
    if not rows:
        raise not_found(session, name)
    return chosen(rows, name, today)


def preferred_edition(editions: Iterable[StandardRecord], as_of: date) -> StandardRecord:
    """Return the edition that an undated reference means on *as_of*."""
    return max(editions, key=lambda edition: (edition_rank(edition.validity, as_of), edition.designation_order))


def existing_ids(session: Session, standard_ids: Sequence[str]) -> set[str]:
    """Return those of *standard_ids* that the catalogue has."""
    return set(session.connection().execute(_EXISTING, {"standard_ids": list(standard_ids)}).scalars())


def standard_of(record: StandardRecord, designation: Designation) -> Standard:
    """Return the facts of *record*, whose designation the caller has read."""
    return Standard(
        designation,
        Title(record.title_zh, record.title_en),
        StandardStatus(record.status),
        Level(record.level),
        Obligation(record.obligation) if record.obligation is not None else None,
        record.issued_on,
        record.effective_on,
        record.ended_on,
        record.reviewed_on,
        tuple(record.ics),
        tuple(record.ccs),
        record.committee,
        record.source,
        Scope(record.scope_zh, record.scope_en),
    )


def standard_columns(standard: Standard, cutter: Cutter = cut) -> dict[str, Any]:
    """Return the columns that hold *standard*, and those it is found by; what it is named by apart."""
    facts = [*with_ancestors(standard.ics, standard.ccs), standard.level.value]
    if standard.obligation is not None:
        facts.append(standard.obligation.value)
    return {
        **search_columns(standard.designation.key, standard.title, facts, standard.committee, cutter),
        "title_zh": standard.title.zh,
        "title_en": standard.title.en,
        "level": standard.level.value,
        "obligation": standard.obligation.value if standard.obligation is not None else None,
        "status": standard.status.value,
        "issued_on": standard.issued_on,
        "effective_on": standard.effective_on,
        "ended_on": standard.ended_on,
        "reviewed_on": standard.reviewed_on,
        "ics": list(standard.ics),
        "ccs": list(standard.ccs),
        "committee": standard.committee,
        "committee_key": committee_key(standard.committee),
        "source": standard.source,
        "review_due_on": standard.review_due_on,
        "scope_zh": standard.scope.zh,
        "scope_en": standard.scope.en,
    }


def create_standard(session: Session, standard: Standard, draft: str = "") -> StandardRecord:
    """Record *standard* and return it; its history begins with *draft*, by name, where it was published out of one.

    Raises:
        AlreadyExistsError: the catalogue has it, under whatever spelling.
    """
    designation = standard.designation
    if existing_ids(session, [designation.resource_id]):
        message = "{designation} is in the catalogue: standards/{standard_id}"
        raise AlreadyExistsError(message, designation=designation.official, standard_id=designation.resource_id)
    values = {**identity_columns(designation), **standard_columns(standard), "version": 1}
    row = session.connection().execute(insert(STANDARD).values(values).returning(*COLUMNS)).one()
    record = StandardRecord._make(row)
    record_change(session, record.name, "created")
    act = Act(StandardAction.PUBLISHED if draft else StandardAction.CREATED, draft)
    record_history(session, [HistoryEntry(record.standard_id, record.version, act)])
    return record


def identity_columns(designation: Designation) -> dict[str, Any]:
    """Return the columns that say which standard it is; they never change."""
    key = designation.key
    return {
        "standard_id": resource_id_of(key),
        "undated_key": undated_key(designation),
        "designation": designation.official,
        "designation_order": natural_order(key),
    }


def update_standard(session: Session, record: StandardRecord, standard: Standard, etag: str) -> StandardRecord:
    """Store the facts of *standard* in the place of *record* and return it; the same facts change nothing.

    Facts that others rely on put those who cite the standard in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        InvalidArgumentError: it would end before it came into force.
    """
    require_etag(etag, record.version)
    values = standard_columns(standard)
    if all(getattr(record, name) == value for name, value in values.items() if name in StandardRecord._fields):
        return record
    if standard.ended_on != record.ended_on:
        check_end(record.designation, standard.validity, standard.ended_on)
    changed = change_standard(session, record, values, Act(StandardAction.UPDATED))
    if RELIED_ON & changed_facts(record, values).keys():
        mark_suspects(session, [changed.standard_id], SuspectCause.CHANGED)
    return changed


def change_standard(session: Session, record: StandardRecord, values: Mapping[str, Any], act: Act) -> StandardRecord:
    """Give columns of *record* new *values* and return the standard; *act* goes into the log and into its history."""
    change = update(STANDARD).where(STANDARD.c.standard_id == record.standard_id)
    change = change.values(**values, version=STANDARD.c.version + 1, updated_at=func.now())
    changed = StandardRecord._make(session.connection().execute(change.returning(*COLUMNS)).one())
    record_change(session, changed.name, act.action.value)
    facts = changed_facts(record, values)
    record_history(session, [HistoryEntry(changed.standard_id, changed.version, act, facts)])
    return changed
