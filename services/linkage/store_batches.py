"""Speak SQL for batches of verdicts: given all or none, and taken back exactly, once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from services.linkage.names import requirement_name
from services.linkage.store_link_life import Act, acting, change_link
from services.linkage.store_links import (
    Review,
    Target,
    accept_link,
    create_link,
    find_link,
    get_link,
    reject_link,
)
from services.linkage.store_requirements import get_requirement
from services.linkage.tables_links import LinkEventRow, LinkRow, ReviewBatchRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError, PreconditionError
from standards_tree.linking.reviewing import LinkAction
from standards_tree.standards import LinkState

COLLECTION = "reviewBatches/"
MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decides on one link; ``replacement`` is what answers instead, ``relation`` what the reviewer finds."""

    link: str
    accept: bool
    replacement: Target | None = None
    clause: str = ""
    relation: str = ""
    etag: str = ""
    reason: str = ""


def review_links(session: Session, decisions: Sequence[Decision], review: Review, note: str) -> ReviewBatchRow:
    """Store verdicts as one batch and return it.

    Raises:
        NotFoundError: there is no such link; then nothing is stored.
        StaleError: a link has changed since the reviewer read it.
        PreconditionError: another person must agree to one of them.
    """
    batch = uuid4().hex
    figures: dict[str, Any] = {"verdicts": len(decisions), "confirmed": 0, "agreed": 0, "rejected": 0, "made": []}
    for decision in decisions:
        row = get_link(session, decision.link, decision.etag)
        here = replace(review, reason=decision.reason, batch=batch)
        columns = {"relation": decision.relation} if decision.relation else {}
        if decision.accept:
            accept_link(session, row, here, columns)
            figures["confirmed" if row.state == LinkState.CONFIRMED else "agreed"] += 1
            continue
        if decision.replacement is not None:
            other = _replace(session, row, decision, here)
            columns = {"replaced_by": f"links/{other.link_id}"}
            figures["made"].append(f"links/{other.link_id}")
        else:
            columns = {}
        reject_link(session, row, here, columns)
        figures["rejected"] += 1
    stored = ReviewBatchRow(batch_id=batch, principal=acting(), note=note, figures=figures)
    session.add(stored)
    session.flush()
    session.refresh(stored)
    record_change(session, COLLECTION + batch, "created")
    return stored


def _replace(session: Session, row: LinkRow, decision: Decision, review: Review) -> LinkRow:
    """Return the link that takes the place of *row*: made, where there is none yet, and agreed to."""
    target = decision.replacement
    if target is None:
        raise AssertionError(decision)  # the caller has looked
    if (target.name, decision.clause) == (row.target, row.clause):
        message = "{link} points at {target} already; accept it, or name another standard or clause"
        raise PreconditionError(message, link=decision.link, target=target.name)
    name = requirement_name(row.measure_id, row.requirement_number)
    other = find_link(session, get_requirement(session, name), target.name, decision.clause)
    if other is None:
        columns = {
            "clause": decision.clause,
            "relation": decision.relation or row.relation,
            "confidence": 1.0,
            "rationale_zh": "",
            "rationale_en": "",
            "evidence": [],
            "standard_limit": None,
        }
        known = replace(target, facts=review.facts_of(target.name))
        other = create_link(session, name, known, columns, review.batch)
    found = {"relation": decision.relation} if decision.relation else {}
    return accept_link(session, other, review, found)


def get_batch(session: Session, name: str) -> ReviewBatchRow:
    """Return a batch.

    Raises:
        NotFoundError: there is none of this name.
    """
    row = session.get(ReviewBatchRow, name.removeprefix(COLLECTION)) if name.startswith(COLLECTION) else None
    if row is None:
        message = "there is no batch {name}"
        raise NotFoundError(message, name=name)
    return row


def undo_batch(session: Session, name: str, reason: str) -> ReviewBatchRow:
    """Give every link of a batch back what it was, remove those the batch made, and return the batch.

    Raises:
        NotFoundError: there is no such batch.
        PreconditionError: it was taken back already, or one of its links has changed since.
    """
    batch = get_batch(session, name)
    if batch.undone_at is not None:
        message = "{batch} was taken back already, by {principal}"
        raise PreconditionError(message, batch=name, principal=batch.undone_by)
    events = session.exec(
        select(LinkEventRow)
        .where(LinkEventRow.batch_id == batch.batch_id)
        .order_by(col(LinkEventRow.link_id), col(LinkEventRow.version).desc())
    ).all()
    by_link: dict[str, list[LinkEventRow]] = {}
    for event in events:
        by_link.setdefault(event.link_id, []).append(event)
    rows = {link_id: session.get(LinkRow, link_id) for link_id in by_link}
    _require_unchanged(name, by_link, rows)
    for link_id, row in rows.items():
        if row is not None:
            _take_back(session, row, by_link[link_id], reason)
    batch.undone_by = acting()
    batch.undone_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(batch)
    record_change(session, name, "undone")
    return batch


def _require_unchanged(name: str, by_link: dict[str, list[LinkEventRow]], rows: dict[str, LinkRow | None]) -> None:
    changed = [
        f"links/{link_id}"
        for link_id, events in by_link.items()
        if (row := rows[link_id]) is None or row.version != events[0].version
    ]
    if changed:
        message = "{batch} cannot be taken back: {count} of its links have changed since, such as {links}"
        raise PreconditionError(message, batch=name, count=len(changed), links=", ".join(changed[:MAX_NAMED]))


def _take_back(session: Session, row: LinkRow, events: Sequence[LinkEventRow], reason: str) -> None:
    """Undo *events*, the latest first."""
    if events[-1].action == LinkAction.CREATED:
        # Its history stays, and tells that it was there.
        change_link(session, row, {"state": LinkState.REJECTED.value}, Act(LinkAction.UNDONE, reason))
        session.delete(row)
        session.flush()
        record_change(session, f"links/{row.link_id}", "deleted")
        return
    columns: dict[str, Any] = {}
    for event in events:
        columns.update(event.before)
    if isinstance(since := columns.get("suspect_since"), str):
        columns["suspect_since"] = datetime.fromisoformat(since)
    change_link(session, row, columns, Act(LinkAction.UNDONE, reason))


def list_batches(session: Session, principal: str, page: Page) -> list[ReviewBatchRow]:
    """Return one more than a page of batches, the latest first."""
    made_at, batch_id = col(ReviewBatchRow.made_at), col(ReviewBatchRow.batch_id)
    query = select(ReviewBatchRow).order_by(made_at.desc(), batch_id.desc())
    if principal:
        query = query.where(ReviewBatchRow.principal == principal)
    if page.after is not None:
        moment, batch = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(or_(made_at < moment, and_(made_at == moment, batch_id < batch)))
    return list(session.exec(query.limit(page.size + 1)))


def order_of(row: ReviewBatchRow) -> tuple[str, str]:
    """Return where a batch stands in the list of batches."""
    return (row.made_at.isoformat() if row.made_at is not None else "", row.batch_id)
