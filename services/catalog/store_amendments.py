"""Speak SQL about amendments and corrigenda: standards of their own that change another."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Table, insert, select
from sqlmodel import Session

from services.catalog.store_history import Act
from services.catalog.store_relations import RELATION, create_relation
from services.catalog.store_standards import (
    LISTED,
    STANDARD,
    StandardRecord,
    change_standard,
    create_standard,
    standard_of,
)
from services.catalog.store_suspects import mark_suspects
from services.catalog.tables_life import AmendmentRow
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.catalogue import ENDED, Relation, Standard, Title
from standards_tree.designations import Designation, parse_designation
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.life import StandardAction, SuspectCause, amendment_title, check_amendment
from standards_tree.standards import RelationKind, StandardStatus

AMENDMENT: Table = AmendmentRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class AmendmentRecord(NamedTuple):
    """An amendment as it is stored: the standard it is, what it amends, its text and what it changes."""

    standard: StandardRecord
    amended_id: str
    document: str
    changes: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """The facts of an amendment; what is not given is taken from the standard it amends."""

    designation: Designation
    title: Title | None
    issued_on: date
    effective_on: date
    document: str = ""
    changes: str = ""
    source: str = ""


def amend_standard(
    session: Session, record: StandardRecord, amendment: Amendment, today: date, etag: str
) -> AmendmentRecord:
    """Record *amendment* of *record* and return it. What cites the amended standard is in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: the standard has ended.
        InvalidArgumentError: the designation is not of an amendment of it, or a date comes too early; names the field.
        AlreadyExistsError: the catalogue has it.
    """
    require_etag(etag, record.version)
    if record.validity.status in ENDED:
        message = "{designation} is {status}; what has ended is not amended"
        raise PreconditionError(message, designation=record.designation, status=record.status)
    amended = parse_designation(record.designation)
    standard = create_standard(session, _standard(amendment, standard_of(record, amended), today))
    create_relation(session, Relation(amendment.designation, amended, record.designation, RelationKind.AMENDS))
    values = {"standard_id": standard.standard_id, "document": amendment.document, "changes": amendment.changes}
    session.connection().execute(insert(AMENDMENT).values(values))
    change_standard(session, record, {}, Act(StandardAction.AMENDED, standard.name, amendment.changes))
    mark_suspects(session, [record.standard_id], SuspectCause.AMENDED)
    return AmendmentRecord(standard, record.standard_id, amendment.document, amendment.changes)


def _standard(amendment: Amendment, amended: Standard, today: date) -> Standard:
    extra = check_amendment(amendment.designation, amended.designation)
    if amended.issued_on is not None and amendment.issued_on < amended.issued_on:
        message = "{designation} was issued on {issued_on}; an amendment cannot have come before"
        raise InvalidArgumentError.in_field(
            "issued_on", message, designation=amended.designation.official, issued_on=amended.issued_on
        )
    if amendment.effective_on < amendment.issued_on:
        message = "it cannot come into force before it is issued, on {issued_on}"
        raise InvalidArgumentError.in_field("effective_on", message, issued_on=amendment.issued_on)
    return Standard(
        amendment.designation,
        amendment.title or Title(*amendment_title(amended.title.zh, amended.title.en, extra)),
        StandardStatus.UPCOMING if amendment.effective_on > today else StandardStatus.IN_FORCE,
        amended.level,
        amended.obligation,
        amendment.issued_on,
        amendment.effective_on,
        ics=amended.ics,
        ccs=amended.ccs,
        committee=amended.committee,
        source=amendment.source,
    )


def list_amendments(session: Session, standard_id: str, page: Page) -> list[AmendmentRecord]:
    """Return one more than a page of the amendments of a standard, by designation; imported ones too."""
    query = (
        select(*LISTED, AMENDMENT.c.document, AMENDMENT.c.changes)
        .select_from(RELATION.join(STANDARD, STANDARD.c.standard_id == RELATION.c.source_id))
        .outerjoin(AMENDMENT, AMENDMENT.c.standard_id == STANDARD.c.standard_id)
        .where(RELATION.c.target_id == standard_id, RELATION.c.kind == RelationKind.AMENDS.value)
        .distinct()
        .order_by(STANDARD.c.designation_order)
        .limit(page.size + 1)
    )
    if page.after is not None:
        query = query.where(STANDARD.c.designation_order > page.after[0])
    return [
        AmendmentRecord(StandardRecord._make(columns), standard_id, document or "", changes or "")
        for *columns, document, changes in session.connection().execute(query)
    ]
