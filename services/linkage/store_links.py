"""Speak SQL for links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from services.linkage.store_measures import get_measure
from services.linkage.store_requirements import get_requirement
from services.linkage.store_rows import change_row
from services.linkage.tables_links import LinkRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.standards import LinkState


@dataclass(frozen=True, slots=True)
class Target:
    """What a link points at: a standard or a draft, by resource name, and the standard's designation."""

    name: str
    designation: str


def create_link(session: Session, requirement: str, target: Target, columns: Mapping[str, Any]) -> LinkRow:
    """Store a link as a suggestion and return it.

    Raises:
        NotFoundError: there is no such requirement.
        AlreadyExistsError: the requirement is linked to this target and clause already.
    """
    wanted = get_requirement(session, requirement)
    twin = select(LinkRow).where(
        LinkRow.measure_id == wanted.measure_id,
        LinkRow.requirement_number == wanted.number,
        LinkRow.target == target.name,
        LinkRow.clause == columns["clause"],
    )
    if (present := session.exec(twin).one_or_none()) is not None:
        message = "{requirement} is linked to {target} already: links/{link}"
        raise AlreadyExistsError(message, requirement=requirement, target=target.name, link=present.link_id)
    row = LinkRow(
        link_id=uuid4().hex,
        measure_id=wanted.measure_id,
        requirement_number=wanted.number,
        target=target.name,
        designation=target.designation,
        state=LinkState.SUGGESTED.value,
        reviewed_by="",
        version=1,
        **columns,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, f"links/{row.link_id}", "created")
    return row


def get_link(session: Session, name: str) -> LinkRow:
    """Return a link.

    Raises:
        NotFoundError: there is none of this name.
    """
    collection, _, link_id = name.partition("/")
    row = session.get(LinkRow, link_id) if collection == "links" else None
    if row is None:
        message = "there is no link {name}"
        raise NotFoundError(message, name=name)
    return row


def review_link(session: Session, name: str, state: LinkState, rationale: Mapping[str, str], etag: str) -> LinkRow:
    """Store a reviewer's verdict, with the rationale where one is given, and return the link.

    Raises:
        NotFoundError: there is no such link.
        StaleError: *etag* is not that of the link.
    """
    row = get_link(session, name)
    require_etag(etag, row.version)
    change_row(session, row, {"state": state.value, "reviewed_by": current_principal().subject, **rationale})
    record_change(session, f"links/{row.link_id}", state.value)
    return row


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
    if "/requirements/" in wanted.of:
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
