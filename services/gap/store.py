"""Speak SQL for the gap service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, or_, select

from services.gap.tables import ReportFileRow, ReportRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError, PreconditionError


def add_report(session: Session, report: ReportRow, files: Sequence[ReportFileRow]) -> ReportRow:
    """Store a report with its files and return it; one that is there already, from a worker that died late, stays."""
    present = session.get(ReportRow, report.report_id)
    if present is not None:
        return present
    session.add(report)
    session.flush()
    session.add_all(files)
    session.flush()
    session.refresh(report)
    record_change(session, f"reports/{report.report_id}", "created")
    return report


def get_report(session: Session, name: str) -> ReportRow:
    """Return a report.

    Raises:
        NotFoundError: there is none of this name, or it is still being made.
    """
    collection, _, report_id = name.partition("/")
    row = session.get(ReportRow, report_id) if collection == "reports" else None
    if row is None:
        message = "there is no report {name}; if it is being made, wait for its operation"
        raise NotFoundError(message, name=name)
    return row


def get_file(session: Session, name: str, file_format: str, language: str) -> ReportFileRow:
    """Return one form of a report.

    Raises:
        NotFoundError: there is no such report.
    """
    report = get_report(session, name)
    row = session.get(ReportFileRow, (report.report_id, file_format, language)) or session.get(
        ReportFileRow, (report.report_id, file_format, "")
    )
    if row is None:
        message = "the report {name} was not written as {format} in {language}"
        raise NotFoundError(message, name=name, format=file_format, language=language)
    return row


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports to list; what is empty holds always."""

    created_by: str = ""
    schedule_id: str = ""
    as_of_from: date | None = None
    as_of_to: date | None = None
    pinned_only: bool = False
    title: str = ""
    member: str = ""
    symbol: str = ""


def list_reports(session: Session, page: Page, wanted: ReportFilter) -> Sequence[ReportRow]:
    """Return one more than a page of reports, newest first."""
    query = select(ReportRow).order_by(col(ReportRow.created_at).desc(), col(ReportRow.report_id).desc())
    query = query.where(*_conditions(wanted))
    if page.after is not None:
        moment, report_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(ReportRow.created_at) < moment,
                (col(ReportRow.created_at) == moment) & (col(ReportRow.report_id) < report_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def _conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.created_by:
        found.append(col(ReportRow.created_by) == wanted.created_by)
    if wanted.schedule_id:
        found.append(col(ReportRow.schedule_id) == wanted.schedule_id)
    if wanted.as_of_from is not None:
        found.append(col(ReportRow.as_of) >= wanted.as_of_from)
    if wanted.as_of_to is not None:
        found.append(col(ReportRow.as_of) <= wanted.as_of_to)
    if wanted.pinned_only:
        found.append(col(ReportRow.pinned).is_(True))
    if wanted.title:
        found.append(func.strpos(func.lower(col(ReportRow.title)), wanted.title.lower()) > 0)
    if wanted.member:
        found.append(col(ReportRow.members).contains([wanted.member]))
    if wanted.symbol:
        found.append(col(ReportRow.symbols).contains([wanted.symbol]))
    return found


def formats_of(session: Session, reports: Sequence[ReportRow]) -> dict[str, set[str]]:
    """Return what each of *reports* was written as."""
    found: dict[str, set[str]] = {report.report_id: set() for report in reports}
    query = select(ReportFileRow.report_id, ReportFileRow.format).where(col(ReportFileRow.report_id).in_(list(found)))
    for report_id, file_format in session.exec(query):
        found[report_id].add(file_format)
    return found


def pin_report(session: Session, name: str, *, pinned: bool) -> ReportRow:
    """Keep a report whatever its age, or let it go; errors as `get_report`."""
    row = get_report(session, name)
    if row.pinned != pinned:
        row.pinned = pinned
        record_change(session, name, "pinned" if pinned else "unpinned")
    return row


def delete_report(session: Session, name: str) -> None:
    """Remove a report; what it was written as is swept out of the object store later.

    Raises:
        NotFoundError: there is none of this name.
        PreconditionError: it is kept.
    """
    row = get_report(session, name)
    if row.pinned:
        message = "{name} is kept; let it go first"
        raise PreconditionError(message, name=name)
    _remove(session, row)


def delete_expired(session: Session, before: datetime, most: int) -> int:
    """Remove at most *most* reports made before a moment that nobody keeps, and return how many those were."""
    query = (
        select(ReportRow)
        .where(col(ReportRow.created_at) < before, ~col(ReportRow.pinned))
        .order_by(col(ReportRow.created_at))
        .limit(most)
    )
    rows = list(session.exec(query))
    for row in rows:
        _remove(session, row)
    return len(rows)


def _remove(session: Session, row: ReportRow) -> None:
    session.exec(delete(ReportFileRow).where(col(ReportFileRow.report_id) == row.report_id))
    session.delete(row)
    session.flush()
    record_change(session, f"reports/{row.report_id}", "deleted")


def stored_hashes(session: Session) -> set[str]:
    """Return the hashes of everything a report was written as."""
    return set(session.exec(select(ReportFileRow.sha256)))


def page_key(row: ReportRow) -> tuple[str, str]:
    """Return where *row* stands in the list of reports."""
    return (row.created_at.isoformat() if row.created_at else "", row.report_id)
