"""Speak SQL about schedules of reports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from services.gap.tables_schedules import ScheduleRow, ScheduleRunRow
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError


def add_schedule(session: Session, schedule: ScheduleRow) -> ScheduleRow:
    """Store a schedule and return it."""
    session.add(schedule)
    session.flush()
    session.refresh(schedule)
    record_change(session, f"schedules/{schedule.schedule_id}", "created")
    return schedule


def get_schedule(session: Session, schedule_id: str) -> ScheduleRow:
    """Return a schedule.

    Raises:
        NotFoundError: there is none of this name.
    """
    row = session.get(ScheduleRow, schedule_id)
    if row is None:
        message = "there is no schedule {name}"
        raise NotFoundError(message, name=f"schedules/{schedule_id}")
    return row


def list_schedules(session: Session, page: Page) -> Sequence[ScheduleRow]:
    """Return one more than a page of schedules, by name."""
    query = select(ScheduleRow).order_by(col(ScheduleRow.schedule_id))
    if page.after is not None:
        query = query.where(col(ScheduleRow.schedule_id) > page.after[0])
    return list(session.exec(query.limit(page.size + 1)))


def delete_schedule(session: Session, schedule_id: str) -> None:
    """End a schedule; errors as `get_schedule`."""
    session.delete(get_schedule(session, schedule_id))
    record_change(session, f"schedules/{schedule_id}", "deleted")


def last_runs(session: Session, schedules: Sequence[ScheduleRow]) -> dict[str, ScheduleRunRow]:
    """Return the last run of each of *schedules* that had one."""
    query = (
        select(ScheduleRunRow)
        .where(col(ScheduleRunRow.schedule_id).in_([row.schedule_id for row in schedules]))
        .ext(distinct_on(col(ScheduleRunRow.schedule_id)))
        .order_by(col(ScheduleRunRow.schedule_id), col(ScheduleRunRow.due_at).desc())
    )
    return {run.schedule_id: run for run in session.exec(query)}


def due_schedules(session: Session, now: datetime) -> Sequence[str]:
    """Return the ids of the schedules that are due, the longest overdue first."""
    query = select(ScheduleRow.schedule_id).where(col(ScheduleRow.next_run_at) <= now)
    return list(session.exec(query.order_by(col(ScheduleRow.next_run_at), col(ScheduleRow.schedule_id))))


def begin_run(session: Session, schedule: ScheduleRow, report_id: str, next_run_at: datetime) -> None:
    """Note that a schedule began a report, and when it is due again; what it missed before now is not made up for."""
    session.add(ScheduleRunRow(report_id=report_id, schedule_id=schedule.schedule_id, due_at=schedule.next_run_at))
    schedule.next_run_at = next_run_at
    session.flush()


def schedule_of(session: Session, report_id: str) -> str:
    """Return the id of the schedule that began a report, nothing where somebody asked for it."""
    run = session.get(ScheduleRunRow, report_id)
    return "" if run is None else run.schedule_id
