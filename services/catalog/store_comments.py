"""Speak SQL about comments on drafts and what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, false, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from services.catalog.store_committees import within_committee
from services.catalog.store_drafts import DRAFT, visible
from services.catalog.tables_comments import CommentHandlingRow, CommentRow, ConsultationRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.drafting.comments import (
    OPEN_STAGES,
    Comment,
    CommentKind,
    Disposition,
    clause_order,
    organisation_key,
)
from standards_tree.errors import AlreadyExistsError, LimitError, NotFoundError, PreconditionError

COMMENT: Table = CommentRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
HANDLING: Table = CommentHandlingRow.__table__  # type: ignore[attr-defined]  # as above
CONSULTATION: Table = ConsultationRow.__table__  # type: ignore[attr-defined]  # as above

MAX_COMMENTS = 20_000
"""How many comments a draft has at the most: what a summary table of a thousand pages holds."""


@dataclass(frozen=True, slots=True)
class HandlingRecord:
    """One decision on a comment."""

    disposition: str
    reason: str
    principal: str
    handled_at: datetime


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """A comment as it is stored, with its handlings, oldest first; the fields but for the last are columns."""

    comment_id: str
    draft_id: str
    clause: str
    clause_order: str
    paragraph: str
    line: str
    kind: str
    commenter: str
    organisation: str
    text: str
    proposed_change: str
    received_on: date
    recorded_by: str
    recorded_at: datetime
    disposition: str | None
    version: int
    handlings: tuple[HandlingRecord, ...] = ()

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"drafts/{self.draft_id}/comments/{self.comment_id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of comments in order."""
        return self.clause_order, self.received_on.isoformat(), self.comment_id

    @property
    def comment(self) -> Comment:
        """Return what was said."""
        return Comment(
            self.text,
            CommentKind(self.kind),
            self.received_on,
            self.commenter,
            self.organisation,
            self.clause,
            self.paragraph,
            self.line,
            self.proposed_change,
        )


_COLUMNS = [COMMENT.c[name] for name in CommentRecord.__match_args__[:-1]]


@dataclass(frozen=True, slots=True)
class CommentFilter:
    """What a list of comments is narrowed to; every condition given must hold."""

    draft_id: str
    unhandled: bool = False
    dispositions: tuple[Disposition, ...] = ()
    clause: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on a comment, and by whom."""

    disposition: Disposition
    reason: str
    principal: str


@dataclass(frozen=True, slots=True)
class CommentFigures:
    """How many comments a draft has, from how many organisations, and what became of them."""

    received: int
    unhandled: int
    organisations: int
    accepted: int
    partly_accepted: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ConsultationRecord:
    """How many units a draft was sent to, and how many answered."""

    draft_id: str
    sent_to: int
    replied: int
    replied_with_comments: int
    recorded_by: str
    recorded_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class UnhandledDraft:
    """A draft with comments that wait for an answer."""

    draft_id: str
    title_zh: str
    title_en: str
    unhandled: int
    oldest_received_on: date


def comment_figures(session: Session, draft_id: str) -> CommentFigures:
    """Return how many comments a draft has and what became of them; all 0 where there are none."""

    def of(disposition: Disposition | None) -> Any:
        return func.count().filter(COMMENT.c.disposition.is_not_distinct_from(disposition and disposition.value))

    organisation = func.coalesce(func.nullif(COMMENT.c.organisation_key, ""), COMMENT.c.commenter)
    query = select(
        func.count(),
        of(None),
        func.count(organisation.distinct()),
        of(Disposition.ACCEPTED),
        of(Disposition.PARTLY_ACCEPTED),
        of(Disposition.REJECTED),
    ).where(COMMENT.c.draft_id == draft_id)
    return CommentFigures(*session.connection().execute(query).one())


def unhandled_drafts(session: Session, committee: str, limit: int = 1000) -> list[UnhandledDraft]:
    """Return the drafts of *committee* (of all for an empty one) whose comments wait, the longest waiting first.

    Only those whose comments can be answered now: they are in a stage that is open to them, and not given up.
    """
    oldest = func.min(COMMENT.c.received_on)
    query = (
        select(DRAFT.c.draft_id, DRAFT.c.title_zh, DRAFT.c.title_en, func.count(), oldest)
        .select_from(COMMENT.join(DRAFT, DRAFT.c.draft_id == COMMENT.c.draft_id))
        .where(COMMENT.c.disposition.is_(None), DRAFT.c.discarded == false())
        .where(DRAFT.c.stage.in_([stage.value for stage in OPEN_STAGES]))
        .group_by(DRAFT.c.draft_id)
        .order_by(oldest, DRAFT.c.draft_id)
        .limit(limit)
    )
    if committee:
        query = query.where(within_committee(DRAFT.c.committee_key, committee))
    return [UnhandledDraft(*row) for row in session.connection().execute(query)]


def get_comment(session: Session, draft_id: str, comment_id: str) -> CommentRecord:
    """Return a comment with what was decided on it.

    Raises:
        NotFoundError: there is none, or its draft is none that who asks may see.
    """
    seen = select(DRAFT.c.draft_id).where(visible())
    query = select(*_COLUMNS).where(
        COMMENT.c.draft_id == draft_id, COMMENT.c.comment_id == comment_id, COMMENT.c.draft_id.in_(seen)
    )
    found = _with_handlings(session, session.connection().execute(query).all())
    if not found:
        message = "there is no comment {name}"
        raise NotFoundError(message, name=f"drafts/{draft_id}/comments/{comment_id}")
    return found[0]


def list_comments(session: Session, wanted: CommentFilter, page: Page) -> list[CommentRecord]:
    """Return one more than a page of the comments *wanted*, by clause, then by the day they came."""
    order = (COMMENT.c.clause_order, COMMENT.c.received_on, COMMENT.c.comment_id)
    query = select(*_COLUMNS).where(COMMENT.c.draft_id == wanted.draft_id).order_by(*order).limit(page.size + 1)
    if wanted.unhandled:
        query = query.where(COMMENT.c.disposition.is_(None))
    if wanted.dispositions:
        query = query.where(COMMENT.c.disposition.in_([disposition.value for disposition in wanted.dispositions]))
    if wanted.clause:
        # Numbers carry the count of their digits, so that 5.1 does not open 5.10.
        query = query.where(COMMENT.c.clause_order.startswith(clause_order(wanted.clause), autoescape=True))
    if wanted.organisation:
        query = query.where(COMMENT.c.organisation_key == organisation_key(wanted.organisation))
    if page.after is not None:
        clause, received_on, comment_id = page.after
        query = query.where(tuple_(*order) > tuple_(clause, date.fromisoformat(str(received_on)), comment_id))
    return _with_handlings(session, session.connection().execute(query).all())


def _with_handlings(session: Session, rows: Iterable[Any]) -> list[CommentRecord]:
    """Return comments with their handlings, which one statement brings for all."""
    records = [CommentRecord(*row) for row in rows]
    handled = [record.comment_id for record in records if record.disposition is not None]
    if not handled:
        return records
    query = select(HANDLING).where(HANDLING.c.comment_id.in_(handled))
    found: dict[str, list[HandlingRecord]] = {}
    for row in session.connection().execute(query.order_by(HANDLING.c.comment_id, HANDLING.c.position)):
        record = HandlingRecord(row.disposition, row.reason, row.principal, row.handled_at)
        found.setdefault(row.comment_id, []).append(record)
    return [replace(record, handlings=tuple(found.get(record.comment_id, ()))) for record in records]


def create_comment(session: Session, draft_id: str, comment: Comment, principal: str) -> CommentRecord:
    """Record a comment and return it.

    Raises:
        AlreadyExistsError: the draft has this very comment; names it.
        LimitError: the draft has as many comments as one can have.
    """
    known = known_comments(session, draft_id, [comment.fingerprint])
    if known:
        message = "the draft has this comment already: {name}"
        raise AlreadyExistsError(message, name=f"drafts/{draft_id}/comments/{known[comment.fingerprint]}")
    (comment_id,) = add_comments(session, draft_id, [comment], principal)
    return get_comment(session, draft_id, comment_id)


def known_comments(session: Session, draft_id: str, fingerprints: Sequence[str]) -> dict[str, str]:
    """Return the ids of the comments a draft has, by their fingerprints."""
    query = select(COMMENT.c.fingerprint, COMMENT.c.comment_id).where(
        COMMENT.c.draft_id == draft_id, COMMENT.c.fingerprint.in_(fingerprints)
    )
    return {row.fingerprint: row.comment_id for row in session.connection().execute(query)}


def add_comments(session: Session, draft_id: str, comments: Sequence[Comment], principal: str) -> list[str]:
    """Record comments that the draft does not have, in one statement, and return their ids.

    Raises:
        LimitError: the draft would have more than MAX_COMMENTS.
    """
    if not comments:
        return []
    present = comment_figures(session, draft_id).received
    if present + len(comments) > MAX_COMMENTS:
        message = "a draft has at most {most} comments; this one has {present}, and {more} would come"
        raise LimitError(message, most=MAX_COMMENTS, present=present, more=len(comments))
    rows = [
        {
            "comment_id": uuid4().hex,
            "draft_id": draft_id,
            **_values(comment),
            "recorded_by": principal,
            "version": 1,
        }
        for comment in comments
    ]
    session.connection().execute(insert(COMMENT), rows)
    for row in rows:
        record_change(session, f"drafts/{draft_id}/comments/{row['comment_id']}", "created")
    return [str(row["comment_id"]) for row in rows]


def _values(comment: Comment) -> dict[str, object]:
    return {
        "fingerprint": comment.fingerprint,
        "clause": comment.clause,
        "clause_order": clause_order(comment.clause),
        "paragraph": comment.paragraph,
        "line": comment.line,
        "kind": comment.kind.value,
        "commenter": comment.commenter,
        "organisation": comment.organisation,
        "organisation_key": organisation_key(comment.organisation),
        "text": comment.text,
        "proposed_change": comment.proposed_change,
        "received_on": comment.received_on,
    }


def update_comment(session: Session, record: CommentRecord, comment: Comment, etag: str) -> CommentRecord:
    """Correct a comment nobody has decided on, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it was decided on.
        AlreadyExistsError: the draft has another comment that says this.
    """
    require_etag(etag, record.version)
    if record.disposition is not None:
        raise PreconditionError("{name} was decided on; what was decided on is not rewritten", name=record.name)
    known = known_comments(session, record.draft_id, [comment.fingerprint])
    if known.get(comment.fingerprint, record.comment_id) != record.comment_id:
        message = "the draft has this comment already: {name}"
        name = f"drafts/{record.draft_id}/comments/{known[comment.fingerprint]}"
        raise AlreadyExistsError(message, name=name)
    _change(session, record, _values(comment))
    record_change(session, record.name, "updated")
    return get_comment(session, record.draft_id, record.comment_id)


def handle_comment(session: Session, record: CommentRecord, decision: Decision, etag: str) -> CommentRecord:
    """Note what was decided on a comment, keep what was decided before, and return it.

    The same decision again changes nothing.

    Raises:
        StaleError: *etag* is not that of *record*.
    """
    require_etag(etag, record.version)
    last = record.handlings[-1] if record.handlings else None
    if last is not None and (last.disposition, last.reason) == (decision.disposition.value, decision.reason):
        return record
    values = {
        "comment_id": record.comment_id,
        "position": len(record.handlings) + 1,
        "disposition": decision.disposition.value,
        "reason": decision.reason,
        "principal": decision.principal,
    }
    session.connection().execute(insert(HANDLING).values(values))
    _change(session, record, {"disposition": decision.disposition.value})
    record_change(session, record.name, "handled")
    return get_comment(session, record.draft_id, record.comment_id)


def _change(session: Session, record: CommentRecord, values: dict[str, object]) -> None:
    change = update(COMMENT).where(COMMENT.c.comment_id == record.comment_id)
    session.connection().execute(change.values(**values, version=COMMENT.c.version + 1))


def all_comments(session: Session, draft_id: str) -> list[CommentRecord]:
    """Return every comment on a draft, in the order of lists; there are at most MAX_COMMENTS."""
    return list_comments(session, CommentFilter(draft_id), Page(MAX_COMMENTS, None))


def get_consultation(session: Session, draft_id: str) -> ConsultationRecord | None:
    """Return how many units a draft was sent to, or None where nobody recorded it."""
    query = select(*(CONSULTATION.c[name] for name in ConsultationRecord.__match_args__))
    row = session.connection().execute(query.where(CONSULTATION.c.draft_id == draft_id)).one_or_none()
    return None if row is None else ConsultationRecord(*row)


def record_consultation(
    session: Session, draft_id: str, figures: tuple[int, int, int], principal: str
) -> ConsultationRecord:
    """Keep how many units a draft was sent to, how many replied, and how many with comments."""
    sent_to, replied, replied_with_comments = figures
    values = {
        "sent_to": sent_to,
        "replied": replied,
        "replied_with_comments": replied_with_comments,
        "recorded_by": principal,
    }
    statement = upsert(CONSULTATION).values(draft_id=draft_id, version=1, **values)
    again = {**values, "recorded_at": func.now(), "version": CONSULTATION.c.version + 1}
    session.connection().execute(statement.on_conflict_do_update(index_elements=["draft_id"], set_=again))
    record_change(session, f"drafts/{draft_id}/consultation", "recorded")
    recorded = get_consultation(session, draft_id)
    if recorded is None:
        raise AssertionError(draft_id)  # it was written above
    return recorded
