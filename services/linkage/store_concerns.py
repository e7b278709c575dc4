"""Speak SQL for the documents of measures and for trade concerns."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from services.linkage.names import concern_name, measure_name
from services.linkage.store_measures import get_measure
from services.linkage.store_stories import get_family
from services.linkage.tables_stories import MeasureDocumentRow, TradeConcernRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError


def attach_document(session: Session, measure: str, columns: Mapping[str, Any]) -> MeasureDocumentRow:
    """Attach a document to a measure and return what was stored; attached already, it gets the new role and language.

    Raises:
        NotFoundError: there is no such measure.
    """
    measure_id = get_measure(session, measure).measure_id
    row = session.get(MeasureDocumentRow, (measure_id, columns["document"]))
    if row is None:
        row = MeasureDocumentRow(measure_id=measure_id, **columns)
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    record_change(session, measure_name(measure_id), "document attached")
    return row


def list_documents(session: Session, measure: str, page: Page | None = None) -> list[MeasureDocumentRow]:
    """Return one more than a page of the documents of a measure by name, all of them without a page.

    Raises:
        NotFoundError: there is no such measure.
    """
    measure_id = get_measure(session, measure).measure_id
    query = select(MeasureDocumentRow).where(MeasureDocumentRow.measure_id == measure_id)
    if page is not None:
        query = query.limit(page.size + 1)
        if page.after is not None:
            query = query.where(MeasureDocumentRow.document > str(page.after[0]))
    return list(session.exec(query.order_by(col(MeasureDocumentRow.document))))


def create_concern(session: Session, columns: Mapping[str, Any]) -> TradeConcernRow:
    """Store a trade concern and return it.

    Raises:
        AlreadyExistsError: one of this agreement and number is recorded.
    """
    key = (columns["agreement"], columns["number"])
    if session.get(TradeConcernRow, key) is not None:
        message = "the {agreement} concern {number} is recorded already"
        raise AlreadyExistsError(message, agreement=key[0], number=key[1])
    row = TradeConcernRow(version=1, **columns)
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, concern_name(*key), "created")
    return row


def import_concern(session: Session, columns: Mapping[str, Any]) -> str:
    """Store a concern of a table and return what became of it: ``created``, ``updated`` or ``unchanged``.

    What *columns* do not say stays as it is. Lists only grow: a table of one year tells of its own meetings.
    """
    row = session.get(TradeConcernRow, (columns["agreement"], columns["number"]))
    if row is None:
        create_concern(session, columns)
        return "created"
    changed = {name: value for name, value in _joined(row, columns).items() if getattr(row, name) != value}
    if not changed:
        return "unchanged"
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    record_change(session, concern_name(row.agreement, row.number), "updated")
    return "updated"


def _joined(row: TradeConcernRow, columns: Mapping[str, Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for name, value in columns.items():
        present = getattr(row, name)
        if isinstance(value, list):
            joined[name] = list(dict.fromkeys([*present, *value]))
        elif isinstance(value, dict):
            joined[name] = {**present, **{language: text for language, text in value.items() if text}}
        else:
            joined[name] = value or present
    return joined


def list_concerns(session: Session, measure: str, page: Page) -> list[TradeConcernRow]:
    """Return one more than a page of concerns, the newest numbers first; of the story of *measure* where that is given.

    Raises:
        NotFoundError: there is no such measure.
    """
    query = select(TradeConcernRow).order_by(col(TradeConcernRow.number).desc(), col(TradeConcernRow.agreement).desc())
    if measure:
        family = get_family(session, measure)
        keys = {symbol.base.key for entry in family.story.notifications for symbol in entry.symbols}
        query = query.where(col(TradeConcernRow.base_keys).overlap(sorted(keys)))  # type: ignore[attr-defined]  # an array
    if page.after is not None:
        number, agreement = page.after
        same = and_(col(TradeConcernRow.number) == number, col(TradeConcernRow.agreement) < agreement)
        query = query.where(or_(col(TradeConcernRow.number) < number, same))
    return list(session.exec(query.limit(page.size + 1)))
