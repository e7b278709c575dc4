"""Speak SQL for the gap service."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from services.gap.tables import ReportFileRow, ReportRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError


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


def list_reports(session: Session, page: Page) -> Sequence[ReportRow]:
    """Return one more than a page of reports, newest first."""
    query = select(ReportRow).order_by(col(ReportRow.created_at).desc(), col(ReportRow.report_id).desc())
    if page.after is not None:
        moment, report_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(ReportRow.created_at) < moment,
                (col(ReportRow.created_at) == moment) & (col(ReportRow.report_id) < report_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def page_key(row: ReportRow) -> tuple[str, str]:
    """Return where *row* stands in the list of reports."""
    return (row.created_at.isoformat() if row.created_at else "", row.report_id)
