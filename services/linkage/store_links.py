"""Speak SQL for links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from services.linkage.names import measure_name, requirement_name
from services.linkage.store_link_life import (
    Act,
    FactsOf,
    acting,
    change_link,
    keep_event,
    looked_at,
    standing_columns,
    standing_of,
)
from services.linkage.store_measures import get_measure
from services.linkage.store_requirements import get_requirement
from services.linkage.store_trade import trade_weight_of
from services.linkage.tables import RequirementRow
from services.linkage.tables_links import NO_DAY, LinkRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.linking.reviewing import LinkAction, Standing
from standards_tree.standards import LinkState


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points at: a standard or a draft, by resource name, the standard's designation, and what is known of it."""

    name: str
    designation: str
    facts: str = ""


def create_link(
    session: Session, requirement: str, target: Target, columns: Mapping[str, Any], batch: str = ""
) -> LinkRow:
    """Store a link as a suggestion and return it.

    Raises:
        NotFoundError: there is no such requirement.
        AlreadyExistsError: the requirement is linked to this target and clause already.
    """
    wanted = get_requirement(session, requirement)
    present = find_link(session, wanted, target.name, columns["clause"])
    if present is not None:
        message = "{requirement} is linked to {target} already: links/{link}"
        raise AlreadyExistsError(message, requirement=requirement, target=target.name, link=present.link_id)
    measure = get_measure(session, measure_name(wanted.measure_id))
    row = LinkRow(
        link_id=uuid4().hex,
        measure_id=wanted.measure_id,
        requirement_number=wanted.number,
        target=target.name,
        designation=target.designation,
        state=LinkState.SUGGESTED.value,
        reviewed_by="",
        created_by=acting(),
        target_facts=target.facts,
        due_on=measure.comment_deadline or measure.adoption_on or measure.entry_into_force_on or NO_DAY,
        trade_weight=trade_weight_of(session, measure),
        version=1,
        **columns,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    claimed = {"relation": row.relation, "confidence": row.confidence}
    keep_event(session, row, Act(LinkAction.CREATED, batch=batch), {}, claimed)
    record_change(session, f"links/{row.link_id}", "created")
    return row


def find_link(session: Session, requirement: RequirementRow, target: str, clause: str) -> LinkRow | None:
    """Return the link of a requirement to *target* and *clause*, None if there is none."""
    query = select(LinkRow).where(
        LinkRow.measure_id == requirement.measure_id,
        LinkRow.requirement_number == requirement.number,
        LinkRow.target == target,
        LinkRow.clause == clause,
    )
    return session.exec(query).one_or_none()


def update_link(session: Session, row: LinkRow, columns: Mapping[str, Any], reason: str, etag: str) -> LinkRow:
    """Store what a link claims now and return it; one that was reviewed waits for a reviewer again.

    Raises:
        StaleError: *etag* is not that of *row*.
        AlreadyExistsError: the requirement is linked to this target and clause already.
    """
    require_etag(etag, row.version)
    if all(getattr(row, column) == value for column, value in columns.items()):
        return row
    requirement = get_requirement(session, requirement_name(row.measure_id, row.requirement_number))
    twin = find_link(session, requirement, row.target, columns["clause"])
    if twin is not None and twin.link_id != row.link_id:
        message = "{requirement} is linked to {target} already: links/{link}"
        name = requirement_name(row.measure_id, row.requirement_number)
        raise AlreadyExistsError(message, requirement=name, target=row.target, link=twin.link_id)
    again = standing_columns(Standing(LinkState.SUGGESTED))
    return change_link(session, row, {**columns, **again}, Act(LinkAction.UPDATED, reason))


def get_link(session: Session, name: str, etag: str = "") -> LinkRow:
    """Return a link.

    Raises:
        NotFoundError: there is none of this name.
        StaleError: *etag* is given and not that of the link.
    """
    collection, _, link_id = name.partition("/")
    row = session.get(LinkRow, link_id) if collection == "links" else None
    if row is None:
        message = "there is no link {name}"
        raise NotFoundError(message, name=name)
    require_etag(etag, row.version)
    return row


def required_limits(session: Session, links: Sequence[LinkRow]) -> dict[str, dict[str, str]]:
    """Return the limits of the requirements of *links* that have one, by the link's id."""
    limited = [link for link in links if link.standard_limit is not None]
    if not limited:
        return {}
    key = (col(RequirementRow.measure_id), col(RequirementRow.number))
    query = select(*key, RequirementRow.limit).where(
        tuple_(*key).in_({(link.measure_id, link.requirement_number) for link in limited})
    )
    limits = {(measure_id, number): limit for measure_id, number, limit in session.execute(query)}
    found = {link.link_id: limits.get((link.measure_id, link.requirement_number)) for link in limited}
    return {link_id: limit for link_id, limit in found.items() if limit is not None}


@dataclass(frozen=True, slots=True)
class Review:
    """How links are decided on: how many persons must agree, what is known of their ends now, why, and in which batch."""

    persons: int
    facts_of: FactsOf
    reason: str = ""
    batch: str = ""


def accept_link(session: Session, row: LinkRow, review: Review, columns: Mapping[str, Any]) -> LinkRow:
    """Store that the caller agrees to a link, with *columns* as found on the way, and return it.

    Raises:
        PreconditionError: the caller has agreed already, and another person must.
    """
    standing = standing_of(row).accepted(current_principal().subject, review.persons)
    done = standing.state is LinkState.CONFIRMED
    act = Act(LinkAction.CONFIRMED if done else LinkAction.AGREED, review.reason, review.batch)
    seen = looked_at(row, review.facts_of) if done else {}
    return change_link(session, row, {**columns, **standing_columns(standing), **seen}, act)


def reject_link(session: Session, row: LinkRow, review: Review, columns: Mapping[str, Any]) -> LinkRow:
    """Store that the caller rejects a link, and return it."""
    standing = standing_of(row).rejected(current_principal().subject)
    replaced = bool(columns.get("replaced_by"))
    act = Act(LinkAction.REPLACED if replaced else LinkAction.REJECTED, review.reason, review.batch)
    seen = looked_at(row, review.facts_of)
    return change_link(session, row, {**columns, **standing_columns(standing), **seen}, act)


@dataclass(frozen=True, slots=True)
class LinkFilter:
    """Which links a list holds. Every condition given must hold."""

    of: str = ""
    """A measure, by name or symbol, or a requirement, by name."""
    target: str = ""
    states: Sequence[LinkState] = ()


def list_links(session: Session, wanted: LinkFilter, page: Page) -> list[LinkRow]:
    """Return one more than a page of links, by measure, requirement and target.

    Raises:
        NotFoundError: there is no such measure or requirement.
    """
    order = (LinkRow.measure_id, LinkRow.requirement_number, LinkRow.target, LinkRow.clause)
    query = select(LinkRow).order_by(*map(col, order))
    if "/requirements/" in wanted.of or "#" in wanted.of:
        requirement = get_requirement(session, wanted.of)
        query = query.where(LinkRow.measure_id == requirement.measure_id)
        query = query.where(LinkRow.requirement_number == requirement.number)
    elif wanted.of:
        query = query.where(LinkRow.measure_id == get_measure(session, wanted.of).measure_id)
    if wanted.target:
        query = query.where(LinkRow.target == wanted.target)
    if wanted.states:
        query = query.where(col(LinkRow.state).in_([state.value for state in wanted.states]))
    if page.after is not None:
        after = session.get(LinkRow, page.after[0])
        if after is not None:
            position = (after.measure_id, after.requirement_number, after.target, after.clause)
            query = query.where(tuple_(*map(col, order)) > tuple_(*position))
    return list(session.exec(query.limit(page.size + 1)))
