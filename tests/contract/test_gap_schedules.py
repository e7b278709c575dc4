"""The contract of schedules: a report is made when it is due, once, and once after a downtime."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc
import psycopg
import pytest

from refusals import fields_of
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.gap.schedule_times import next_run
from services.runtime.civil_dates import BEIJING, moment_to
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.gap.v1 import schedule_pb2, scope_pb2

Stub = pb_grpc.GapServiceStub
LOOKING = 4


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def schedule(grpc_stub: Stub) -> Iterator[schedule_pb2.ReportSchedule]:
    """Make a schedule of a day; it ends with the test."""
    asked = schedule_pb2.ReportSchedule(
        title=f"示例 {uuid4().hex}", recurrence="daily", scope=scope_pb2.GapScope(symbols=["G/TBT/N/XXX/1"])
    )
    made = grpc_stub.CreateReportSchedule(schedule_pb2.CreateReportScheduleRequest(schedule=asked))
    yield made
    grpc_stub.DeleteReportSchedule(schedule_pb2.DeleteReportScheduleRequest(name=made.name))


def get(stub: Stub, name: str) -> schedule_pb2.ReportSchedule:
    """Read a schedule."""
    return stub.GetReportSchedule(schedule_pb2.GetReportScheduleRequest(name=name))


def runs_of(stack: EmbeddedStack, name: str) -> list[tuple[str, datetime]]:
    """Return what a schedule began."""
    with psycopg.connect(stack.libpq_url) as connection:
        query = "SELECT report_id, due_at FROM gap.schedule_run WHERE schedule_id = %s ORDER BY due_at"
        return connection.execute(query, [name.removeprefix("schedules/")]).fetchall()


def make_due(stack: EmbeddedStack, name: str, days_ago: int) -> datetime:
    """Put back when a schedule is due, as it is for a program that was down so long."""
    due = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days_ago)
    with psycopg.connect(stack.libpq_url, autocommit=True) as connection:
        update = "UPDATE gap.schedule SET next_run_at = %s WHERE schedule_id = %s"
        connection.execute(update, [due, name.removeprefix("schedules/")])
    return due


def test_a_schedule_is_due_once_after_a_downtime_however_many_look(
    grpc_stub: Stub, composition: Composition, stack: EmbeddedStack, schedule: schedule_pb2.ReportSchedule
) -> None:
    """Three missed days are one report, whoever begins it; the next one is due in the future."""
    due = make_due(stack, schedule.name, 3)
    together = threading.Barrier(LOOKING)

    def look() -> None:
        together.wait(30)
        composition.gap._scheduling.begin_due()

    workers = [threading.Thread(target=look) for _ in range(LOOKING)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ((report_id, begun_for),) = runs_of(stack, schedule.name)
    found = get(grpc_stub, schedule.name)
    assert (begun_for, found.last_report) == (due, f"reports/{report_id}")
    assert found.next_run_at.ToDatetime(UTC) > datetime.now(UTC)
    assert found.HasField("last_run_at")


def test_a_schedule_that_is_not_due_begins_nothing(
    composition: Composition, stack: EmbeddedStack, schedule: schedule_pb2.ReportSchedule
) -> None:
    """Looking is free."""
    composition.gap._scheduling.begin_due()
    assert runs_of(stack, schedule.name) == []


def test_a_scheduled_report_is_listed_as_its_own(
    grpc_stub: Stub, composition: Composition, stack: EmbeddedStack, schedule: schedule_pb2.ReportSchedule
) -> None:
    """It has the title and the owner of the schedule, and is found by it."""
    make_due(stack, schedule.name, 1)
    composition.gap._scheduling.begin_due()
    ((report_id, _),) = runs_of(stack, schedule.name)
    made = await_report(grpc_stub, report_id)
    assert (made.title, made.schedule, made.created_by) == (schedule.title, schedule.name, schedule.created_by)
    listed = grpc_stub.ListGapReports(pb.ListGapReportsRequest(schedule=schedule.name)).reports
    assert [report.name for report in listed] == [made.name]


def await_report(stub: Stub, report_id: str) -> pb.GapReport:
    """Return a report when the change log has it."""
    from tbt.type.v1 import type_pb2  # noqa: PLC0415

    stream = stub.WatchChanges(type_pb2.WatchChangesRequest(), timeout=60)
    for page in stream:
        if any(change.resource == f"reports/{report_id}" for change in page.changes):
            stream.cancel()
            break
    return stub.GetGapReport(pb.GetGapReportRequest(name=f"reports/{report_id}"))


def test_schedules_are_listed_page_by_page(grpc_stub: Stub, schedule: schedule_pb2.ReportSchedule) -> None:
    """All of them, with what they began."""
    other = grpc_stub.CreateReportSchedule(schedule_pb2.CreateReportScheduleRequest(schedule={"recurrence": "weekly"}))
    found: list[str] = []
    token = ""
    while True:
        page = grpc_stub.ListReportSchedules(schedule_pb2.ListReportSchedulesRequest(page_size=1, page_token=token))
        found += [entry.name for entry in page.schedules]
        token = page.next_page_token
        if not token:
            break
    grpc_stub.DeleteReportSchedule(schedule_pb2.DeleteReportScheduleRequest(name=other.name))
    assert found == sorted(found)
    assert {schedule.name, other.name} <= set(found)


@pytest.mark.parametrize(
    ("recurrence", "after", "expected"),
    [
        ("daily", datetime(2026, 3, 1, 1, 59), datetime(2026, 3, 1, 2)),
        ("daily", datetime(2026, 3, 1, 2), datetime(2026, 3, 2, 2)),
        ("weekly", datetime(2026, 3, 4, 9), datetime(2026, 3, 9, 2)),
        ("monthly", datetime(2026, 12, 31, 23), datetime(2027, 1, 1, 2)),
        ("30 6 * * 1-5", datetime(2026, 3, 6, 7), datetime(2026, 3, 9, 6, 30)),
    ],
)
def test_a_recurrence_is_in_beijing_time(recurrence: str, after: datetime, expected: datetime) -> None:
    """Whatever the time of the machine."""
    assert next_run(recurrence, after.replace(tzinfo=BEIJING)) == expected.replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    "recurrence", ["hourly", "* * * * *", "*/30 * * * *", "0 2 30 2 *", "0 25 * * *", "0 2 * * * *"]
)
def test_a_recurrence_that_makes_no_sense_is_refused(grpc_stub: Stub, recurrence: str) -> None:
    """Unreadable, never, or more often than once an hour; the refusal names the field."""
    asked = schedule_pb2.CreateReportScheduleRequest(schedule={"recurrence": recurrence})
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CreateReportSchedule(asked)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["schedule.recurrence"]


def test_a_schedule_that_has_ended_is_gone(grpc_stub: Stub) -> None:
    """It is not found any more; ending it twice is told."""
    made = grpc_stub.CreateReportSchedule(schedule_pb2.CreateReportScheduleRequest(schedule={"recurrence": "daily"}))
    grpc_stub.DeleteReportSchedule(schedule_pb2.DeleteReportScheduleRequest(name=made.name))
    for call in (
        lambda: get(grpc_stub, made.name),
        lambda: grpc_stub.DeleteReportSchedule(schedule_pb2.DeleteReportScheduleRequest(name=made.name)),
    ):
        with pytest.raises(grpc.RpcError) as refusal:
            call()
        assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_checking_a_schedule_makes_none(grpc_stub: Stub) -> None:
    """It answers when it would be due first."""
    asked = schedule_pb2.CreateReportScheduleRequest(schedule={"recurrence": "monthly"}, validate_only=True)
    checked = grpc_stub.CreateReportSchedule(asked)
    assert checked.next_run_at.ToDatetime(UTC) > moment_to(datetime.now(UTC)).ToDatetime(UTC)
    with pytest.raises(grpc.RpcError):
        get(grpc_stub, checked.name)
