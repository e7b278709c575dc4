"""Speak SQL about the documents of drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Table, func, insert, select, tuple_
from sqlmodel import Session

from services.catalog.store_draft_citations import Citation, store_citations
from services.catalog.store_draft_history import Step, append_event
from services.catalog.store_drafts import DraftRecord, change_draft
from services.catalog.tables import DraftDocumentRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.drafting import DocumentRole, DraftEvent
from standards_tree.errors import PreconditionError
from standards_tree.stages import Stage, Track, stages_of

DRAFT_DOCUMENT: Table = DraftDocumentRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class DocumentRecord(NamedTuple):
    """A document of a draft as it is stored; the fields are columns of the same names."""

    draft_id: str
    stage: str
    role: str
    version: int
    document: str
    note: str
    attached_at: datetime
    principal: str

    @property
    def order(self) -> tuple[str | int, ...]:
        """Return what puts lists of documents in order."""
        return self.stage, self.role, self.version


_COLUMNS = [DRAFT_DOCUMENT.c[name] for name in DocumentRecord._fields]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that is to be attached, what it is, and what it cites if it is a text."""

    role: DocumentRole
    document: str
    note: str = ""
    citations: tuple[Citation, ...] = ()


def attach_document(
    session: Session, record: DraftRecord, stage: Stage, attachment: Attachment, step: Step
) -> DocumentRecord:
    """Attach a document to a stage of a draft, as a new version, and return it.

    The text of the present stage becomes the text of the draft.

    Raises:
        PreconditionError: the draft's track does not go through *stage*.
    """
    if stage >= Stage.PUBLICATION or stage not in stages_of(Track(record.track)):
        message = "{draft} does not go through stage {stage} on the {track} track; nothing is attached there"
        raise PreconditionError(message, draft=record.name, stage=stage.value, track=record.track)
    attached = add_document(session, record.draft_id, stage, attachment, step.principal)
    is_present_text = attachment.role is DocumentRole.TEXT and stage.value == record.stage
    event = step.of(DraftEvent.ATTACHED, document=attachment.document, role=attachment.role.value)
    append_event(
        session, record.draft_id, stage.value, "00" if stage.value != record.stage else record.sub_stage, event
    )
    change_draft(session, record, {"document": attachment.document} if is_present_text else {})
    record_change(session, record.name, "attached")
    return attached


def add_document(
    session: Session, draft_id: str, stage: Stage, attachment: Attachment, principal: str
) -> DocumentRecord:
    """Store the next version of a document, with what it cites, and return it."""
    of_role = (
        DRAFT_DOCUMENT.c.draft_id == draft_id,
        DRAFT_DOCUMENT.c.stage == stage.value,
        DRAFT_DOCUMENT.c.role == attachment.role.value,
    )
    last = select(*_COLUMNS).where(*of_role).order_by(DRAFT_DOCUMENT.c.version.desc()).limit(1)
    row = session.connection().execute(last).one_or_none()
    values = {
        "draft_id": draft_id,
        "stage": stage.value,
        "role": attachment.role.value,
        "version": row.version + 1 if row is not None else 1,
        "document": attachment.document,
        "note": attachment.note,
        "principal": principal,
    }
    store_citations(session, draft_id, attachment.document, attachment.citations)
    stored = session.connection().execute(insert(DRAFT_DOCUMENT).values(values).returning(*_COLUMNS)).one()
    return DocumentRecord._make(stored)


def list_documents(session: Session, draft_id: str, page: Page) -> list[DocumentRecord]:
    """Return one more than a page of the documents of a draft, by stage, role and version."""
    order = (DRAFT_DOCUMENT.c.stage, DRAFT_DOCUMENT.c.role, DRAFT_DOCUMENT.c.version)
    query = select(*_COLUMNS).where(DRAFT_DOCUMENT.c.draft_id == draft_id).order_by(*order).limit(page.size + 1)
    if page.after is not None:
        query = query.where(tuple_(*order) > tuple_(*page.after))
    return [DocumentRecord._make(row) for row in session.connection().execute(query)]


def latest_documents(session: Session, draft_id: str) -> Sequence[DocumentRecord]:
    """Return the newest version of each document of a draft, by stage and role."""
    newest = func.row_number().over(
        partition_by=(DRAFT_DOCUMENT.c.stage, DRAFT_DOCUMENT.c.role), order_by=DRAFT_DOCUMENT.c.version.desc()
    )
    ranked = select(*_COLUMNS, newest.label("rank")).where(DRAFT_DOCUMENT.c.draft_id == draft_id).subquery()
    query = select(*(ranked.c[name] for name in DocumentRecord._fields)).where(ranked.c.rank == 1)
    query = query.order_by(ranked.c.stage, ranked.c.role)
    return [DocumentRecord._make(row) for row in session.connection().execute(query)]
