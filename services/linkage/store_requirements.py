"""Speak SQL for requirements."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.linkage.names import requirement_name, requirement_of
from services.linkage.store_link_life import suspect_requirement
from services.linkage.store_measures import get_measure
from services.linkage.store_rows import change_row
from services.linkage.tables import RequirementRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError


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
    changed = {column for column, value in columns.items() if getattr(row, column) != value}
    if changed:
        change_row(session, row, columns)
        # That somebody has looked for links, and what a list of codes has, is no demand.
        if changed - {"assessed", "code_marks"}:
            suspect_requirement(session, row.measure_id, row.number)
            session.refresh(row)
        record_change(session, requirement_name(row.measure_id, row.number), "updated")
    return row


def list_requirements(session: Session, measure: str, page: Page) -> list[RequirementRow]:
    """Return one more than a page of the requirements of *measure*, in their order."""
    measure_id = get_measure(session, measure).measure_id
    query = select(RequirementRow).where(RequirementRow.measure_id == measure_id).order_by(col(RequirementRow.number))
    if page.after is not None:
        query = query.where(col(RequirementRow.number) > page.after[0])
    return list(session.exec(query.limit(page.size + 1)))
