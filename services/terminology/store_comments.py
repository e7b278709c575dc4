"""Speak SQL about what departments say about concepts."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy import Table, func
from sqlmodel import Session, col, or_, select

from services.runtime.changes import record_change
from services.runtime.paging import Page
from services.terminology.store import StoredConcept
from services.terminology.store_changes import acting_person
from services.terminology.tables_work import ConceptCommentRow
from standards_tree.errors import NotFoundError, PreconditionError

COMMENTS = "conceptComments/"
CONCEPT_COMMENT: Table = ConceptCommentRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


def add_comment(session: Session, stored: StoredConcept, department: str, text: str) -> ConceptCommentRow:
    """Store a comment on a concept and return it."""
    row = ConceptCommentRow(
        comment_id=uuid4().hex,
        concept_id=stored.concept_id,
        department=department,
        text=text,
        author=acting_person(),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, f"{COMMENTS}{row.comment_id}", "created")
    return row


def resolve_comment(session: Session, name: str, resolution: str) -> ConceptCommentRow:
    """Say what became of the comment *name* and return it.

    Raises:
        NotFoundError: there is none.
        PreconditionError: it was resolved before.
    """
    row = session.get(ConceptCommentRow, name.removeprefix(COMMENTS)) if name.startswith(COMMENTS) else None
    if row is None:
        message = "there is no comment {name}"
        raise NotFoundError(message, name=name)
    if row.resolved_at is not None:
        message = "{name} was resolved by {resolved_by} already; add a comment for what is new"
        raise PreconditionError(message, name=name, resolved_by=row.resolved_by)
    row.resolution = resolution
    row.resolved_by = acting_person()
    row.resolved_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(row)
    record_change(session, name, "resolved")
    return row


def list_comments(session: Session, concept_id: str, page: Page, *, open_only: bool) -> Sequence[ConceptCommentRow]:
    """Return one more than a page of the comments on a concept, the oldest first."""
    query = select(ConceptCommentRow).where(col(ConceptCommentRow.concept_id) == concept_id)
    if open_only:
        query = query.where(col(ConceptCommentRow.resolved_at).is_(None))
    moment = func.to_char(col(ConceptCommentRow.made_at), "YYYYMMDDHH24MISSUS")
    if page.after is not None:
        made_at, comment_id = page.after
        query = query.where(
            or_(moment > made_at, (moment == made_at) & (col(ConceptCommentRow.comment_id) > comment_id))
        )
    order = (col(ConceptCommentRow.made_at), col(ConceptCommentRow.comment_id))
    return session.exec(query.order_by(*order).limit(page.size + 1)).all()


def comment_order(row: ConceptCommentRow) -> tuple[str, str]:
    """Return where a comment stands among those on its concept."""
    return (f"{row.made_at:%Y%m%d%H%M%S%f}", row.comment_id)


def require_all_resolved(session: Session, stored: StoredConcept) -> None:
    """Refuse to approve a concept while a department waits for an answer.

    Raises:
        PreconditionError: comments on it are open; the message says how many and of whom.
    """
    query = select(ConceptCommentRow.department).where(
        col(ConceptCommentRow.concept_id) == stored.concept_id, col(ConceptCommentRow.resolved_at).is_(None)
    )
    departments = list(session.exec(query))
    if departments:
        message = "{count} comments on {name} are open, of {departments}; resolve them first"
        names = ", ".join(sorted(set(departments))[:10])
        raise PreconditionError(message, count=len(departments), name=stored.name, departments=names)
