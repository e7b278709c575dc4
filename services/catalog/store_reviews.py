"""Speak SQL about reviews of standards: what they concluded, and which are due."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, case, false, insert, select, tuple_
from sqlmodel import Session

from services.catalog.store_committees import within_committee
from services.catalog.store_drafts import DRAFT, seen, visible
from services.catalog.store_history import Act
from services.catalog.store_standards import (
    LISTED,
    STANDARD,
    StandardRecord,
    change_standard,
    standard_columns,
    standard_of,
)
from services.catalog.store_suspects import mark_suspects
from services.catalog.tables_life import ReviewRow
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.catalogue import Standard
from standards_tree.designations import parse_designation
from standards_tree.errors import NotFoundError, PreconditionError
from standards_tree.life import Review, ReviewConclusion, StandardAction, SuspectCause, check_end, check_review
from standards_tree.stages import Stage
from standards_tree.standards import StandardStatus

REVIEW: Table = ReviewRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class ReviewRecord(NamedTuple):
    """A review as it is stored; ``version`` is the one of the standard that it made."""

    standard_id: str
    version: int
    conclusion: str
    reviewed_on: date
    reason: str
    draft: str
    principal: str
    recorded_at: datetime


REVIEW_COLUMNS = [REVIEW.c[name] for name in ReviewRecord._fields]
_LATEST = (REVIEW.c.version.desc(),)


def review_standard(
    session: Session, record: StandardRecord, review: Review, principal: str, etag: str
) -> tuple[ReviewRecord, StandardRecord]:
    """Record *review* of *record* by *principal*; return it and the standard as it is then.

    Confirmed, it is due again in five years; to be revised, it stays in force and says so; abolished, it ends, and what
    cites it is in doubt.

    Raises:
        StaleError: *etag* is not that of *record*.
        NotFoundError: there is no such draft.
        PreconditionError: the standard is not in force, or the draft makes no standard any more.
        InvalidArgumentError: a date contradicts another; names the field.
    """
    require_etag(etag, record.version)
    designation = parse_designation(record.designation)
    check_review(designation, record.validity, _last_review(session, record), review)
    if review.draft:
        _require_open_draft(session, review.draft)
    values = _concluded(standard_of(record, designation), review)
    related = f"drafts/{review.draft}" if review.draft else ""
    changed = change_standard(session, record, values, Act(StandardAction.REVIEWED, related, review.reason))
    if review.conclusion is ReviewConclusion.ABOLISHED:
        mark_suspects(session, [record.standard_id], SuspectCause.ABOLISHED)
    row = {
        "standard_id": record.standard_id,
        "version": changed.version,
        "conclusion": review.conclusion.value,
        "reviewed_on": review.reviewed_on,
        "reason": review.reason,
        "draft": review.draft,
        "principal": principal,
    }
    stored = session.connection().execute(insert(REVIEW).values(row).returning(*REVIEW_COLUMNS)).one()
    return ReviewRecord._make(stored), changed


def _last_review(session: Session, record: StandardRecord) -> date | None:
    last = select(REVIEW.c.reviewed_on).where(REVIEW.c.standard_id == record.standard_id).order_by(*_LATEST).limit(1)
    known = [record.reviewed_on, session.connection().execute(last).scalar_one_or_none()]
    return max((day for day in known if day is not None), default=None)


def _require_open_draft(session: Session, draft_id: str) -> None:
    query = select(DRAFT.c.discarded, DRAFT.c.stage).where(DRAFT.c.draft_id == draft_id, visible())
    draft = session.connection().execute(query).one_or_none()
    if draft is None:
        raise NotFoundError("there is no draft {name}", name=f"drafts/{draft_id}")
    if draft.discarded or draft.stage >= Stage.PUBLICATION:
        message = "{draft} is discarded or published; it revises nothing any more"
        raise PreconditionError(message, draft=f"drafts/{draft_id}")


def _concluded(standard: Standard, review: Review) -> Mapping[str, Any]:
    """Return the columns that *review* gives *standard*."""
    to_be_revised = review.conclusion is ReviewConclusion.TO_BE_REVISED
    if review.conclusion is ReviewConclusion.CONFIRMED:
        standard = replace(standard, reviewed_on=review.reviewed_on)
    elif review.conclusion is ReviewConclusion.ABOLISHED:
        ended_on = review.ended_on or review.reviewed_on
        check_end(standard.designation.official, standard.validity, ended_on)
        standard = replace(standard, status=StandardStatus.ABOLISHED, ended_on=ended_on)
    return {**standard_columns(standard), "to_be_revised": to_be_revised}


def list_reviews(session: Session, standard_id: str, page: Page) -> list[ReviewRecord]:
    """Return one more than a page of the reviews of a standard, the latest first; without drafts the reader may not see."""
    draft = case((seen(REVIEW.c.draft), REVIEW.c.draft), else_="").label("draft")
    columns = [draft if column is REVIEW.c.draft else column for column in REVIEW_COLUMNS]
    query = select(*columns).where(REVIEW.c.standard_id == standard_id)
    if page.after is not None:
        query = query.where(REVIEW.c.version < page.after[0])
    rows = session.connection().execute(query.order_by(*_LATEST).limit(page.size + 1))
    return [ReviewRecord._make(row) for row in rows]


@dataclass(frozen=True, slots=True)
class DueFilter:
    """Which reviews are asked for: those due by *until*, of *committee* and its subcommittees, of all where it is empty.

    Those that are to be revised have been reviewed, and come only where they are wanted.
    """

    until: date
    committee: str = ""
    to_be_revised: bool = False


def list_due_reviews(session: Session, wanted: DueFilter, page: Page) -> list[StandardRecord]:
    """Return one more than a page of the standards whose reviews are due, the longest due first."""
    order = (STANDARD.c.review_due_on, STANDARD.c.standard_id)
    query = select(*LISTED).where(STANDARD.c.review_due_on <= wanted.until).order_by(*order).limit(page.size + 1)
    if wanted.committee:
        query = query.where(within_committee(STANDARD.c.committee_key, wanted.committee))
    if not wanted.to_be_revised:
        query = query.where(STANDARD.c.to_be_revised == false())
    if page.after is not None:
        due_on, standard_id = page.after
        query = query.where(tuple_(*order) > tuple_(date.fromisoformat(str(due_on)), standard_id))
    return [StandardRecord._make(row) for row in session.connection().execute(query)]


def due_order(record: StandardRecord) -> tuple[str, ...]:
    """Return what puts lists of due reviews in order."""
    return (record.review_due_on or date.max).isoformat(), record.standard_id


def due_reviews(session: Session, committee: str, on: date, limit: int) -> list[StandardRecord]:
    """Return the standards of *committee* whose reviews are due by *on*, the longest due first, at most *limit*."""
    return list_due_reviews(session, DueFilter(on, committee), Page(limit, None))[:limit]
