"""Speak SQL for requirements and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from services.linkage.names import requirement_name, requirement_of
from services.linkage.store import get_measure
from services.linkage.tables import LinkRow, RequirementRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError
from standards_tree.standards import LinkState


def create_requirement(session: Session, measure: str, number: int, columns: Mapping[str, Any]) -> RequirementRow:
    """Store a requirement of *measure* under *number*, or the next one where that is 0, and return it.

    Raises:
        NotFoundError: there is no such measure.
        AlreadyExistsError: the measure has a requirement of this number.
    """
    measure_id = get_measure(session, measure).measure_id
    if number == 0:
        highest = select(func.max(RequirementRow.number)).where(RequirementRow.measure_id == measure_id)
        number = (session.exec(highest).one() or 0) + 1
    elif session.get(RequirementRow, (measure_id, number)) is not None:
        message = "{measure} has a requirement {number} already"
        raise AlreadyExistsError(message, measure=measure, number=number)
    row = RequirementRow(measure_id=measure_id, number=number, version=1, **columns)
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, requirement_name(measure_id, number), "created")
    return row


def get_requirement(session: Session, name: str) -> RequirementRow:
    """Return a requirement.

    Raises:
        NotFoundError: there is none of this name.
    """
    row = session.get(RequirementRow, requirement_of(name))
    if row is None:
        message = "there is no requirement {name}"
        raise NotFoundError(message, name=name)
    return row


def update_requirement(session: Session, row: RequirementRow, columns: Mapping[str, Any], etag: str) -> RequirementRow:
    """Store new facts of a requirement and return it.

    Raises:
        StaleError: *etag* is not that of *row*.
    """
    require_etag(etag, row.version)
    if any(getattr(row, column) != value for column, value in columns.items()):
        _change(session, row, columns)
        record_change(session, requirement_name(row.measure_id, row.number), "updated")
    return row


def list_requirements(session: Session, measure: str, page: Page) -> list[RequirementRow]:
    """Return one more than a page of the requirements of *measure*, in their order."""
    measure_id = get_measure(session, measure).measure_id
    query = select(RequirementRow).where(RequirementRow.measure_id == measure_id).order_by(col(RequirementRow.number))
    if page.after is not None:
        query = query.where(col(RequirementRow.number) > page.after[0])
    return list(session.exec(query.limit(page.size + 1)))


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
    _change(session, row, {"state": state.value, "reviewed_by": current_principal().subject, **rationale})
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


def _change(session: Session, row: RequirementRow | LinkRow, columns: Mapping[str, Any]) -> None:
    for column, value in columns.items():
        setattr(row, column, value)
    row.version += 1
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(row)
