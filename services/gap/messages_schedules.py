"""Translate between the messages about schedules and the store."""

from datetime import datetime
from uuid import uuid4

from services.gap.schedule_times import next_run
from services.gap.tables_schedules import ScheduleRow, ScheduleRunRow
from services.runtime.civil_dates import BEIJING, date_to, moment_to
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import plan_pb2, schedule_pb2, scope_pb2


def schedule_from(message: schedule_pb2.ReportSchedule, created_by: str, now: datetime) -> ScheduleRow:
    """Return a new schedule for the store."""
    return ScheduleRow(
        schedule_id=uuid4().hex,
        title=message.title,
        scope=message.scope.SerializeToString(deterministic=True),
        include_suggested=message.include_suggested,
        budget=message.budget.SerializeToString(deterministic=True) if message.HasField("budget") else None,
        recurrence=message.recurrence,
        next_run_at=next_run(message.recurrence, now),
        created_by=created_by,
    )


def schedule_to(row: ScheduleRow, last: ScheduleRunRow | None = None) -> schedule_pb2.ReportSchedule:
    """Return a schedule for the wire."""
    return schedule_pb2.ReportSchedule(
        name=f"schedules/{row.schedule_id}",
        title=row.title,
        scope=scope_pb2.GapScope.FromString(row.scope),
        include_suggested=row.include_suggested,
        budget=None if row.budget is None else plan_pb2.WorkBudget.FromString(row.budget),
        recurrence=row.recurrence,
        next_run_at=moment_to(row.next_run_at),
        last_run_at=None if last is None else moment_to(last.begun_at),
        last_report="" if last is None else f"reports/{last.report_id}",
        created_by=row.created_by,
        created_at=moment_to(row.created_at),
    )


def report_request(row: ScheduleRow) -> pb.CreateGapReportRequest:
    """Return the request for the report that a schedule begins, about the day it was due."""
    return pb.CreateGapReportRequest(
        scope=scope_pb2.GapScope.FromString(row.scope),
        as_of=date_to(datetime.now(BEIJING).date()),
        include_suggested=row.include_suggested,
        budget=None if row.budget is None else plan_pb2.WorkBudget.FromString(row.budget),
        title=row.title,
    )
