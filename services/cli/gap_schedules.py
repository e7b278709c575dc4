"""`tbt gap schedule`: reports that are made again and again."""

import uuid
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.cli.context import AsJson, Most, begin
from services.cli.filters import hs_code, ics_code, member_codes
from services.cli.gap import (
    Branch,
    FirstYear,
    HsPrefixes,
    IcsPrefixes,
    IncludeSuggested,
    LevelBudgets,
    Members,
    Symbols,
    Years,
    budget_of,
)
from services.cli.output import Output, answering
from services.runtime.civil_dates import BEIJING
from tbt.gap.v1 import schedule_pb2, scope_pb2

app = typer.Typer(no_args_is_help=True, help="Reports made again and again. 定期报告。")
Name = Annotated[str, typer.Argument(help="schedules/<schedule>")]


@app.command()
def create(
    context: typer.Context,
    recurrence: Annotated[
        str, typer.Argument(help='daily, weekly, monthly, or as cron has it: "30 6 * * 1-5", Beijing time. 周期。')
    ],
    title: Annotated[str, typer.Option(help="What its reports are called. 报告名称。")] = "",
    symbol: Symbols = None,
    member: Members = None,
    hs: HsPrefixes = None,
    ics: IcsPrefixes = None,
    branch: Branch = "",
    include_suggested: IncludeSuggested = False,
    per_year: Annotated[int, typer.Option(min=0, help="Plan so many standards a year. 每年标准数。")] = 0,
    years: Years = 1,
    level: LevelBudgets = None,
    first_year: FirstYear = 0,
    as_json: AsJson = False,
) -> None:
    """Have a report made again and again. 设立定期报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        schedule = schedule_pb2.ReportSchedule(
            title=title,
            recurrence=recurrence,
            scope=scope_pb2.GapScope(
                symbols=symbol or [],
                member_codes=member_codes(member),
                hs_prefixes=map(hs_code, hs or []),
                ics_prefixes=map(ics_code, ics or []),
                branch=branch,
            ),
            include_suggested=include_suggested,
            budget=budget_of(per_year, years, level, first_year) if per_year else None,
        )
        request = schedule_pb2.CreateReportScheduleRequest(schedule=schedule, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.gap.CreateReportSchedule, request))


@app.command("list")
def list_(context: typer.Context, most: Most = 100, as_json: AsJson = False) -> None:
    """List schedules. 列出定期报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = schedule_pb2.ListReportSchedulesRequest()
        found = given.connection.every(given.connection.gap.ListReportSchedules, request, "schedules", most)

        def row(message: Message) -> list[str]:
            entry = cast("schedule_pb2.ReportSchedule", message)
            return [entry.name, entry.title, entry.recurrence, _moment(entry.next_run_at), entry.last_report]

        given.output.list(found, ("schedule", "title", "recurrence", "next", "last report"), row)


@app.command()
def get(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show a schedule. 查看定期报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = schedule_pb2.GetReportScheduleRequest(name=name)
        show(given.output, given.connection.ask(given.connection.gap.GetReportSchedule, request))


@app.command()
def delete(context: typer.Context, name: Name) -> None:
    """End a schedule; its reports stay. 结束定期报告。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        request = schedule_pb2.DeleteReportScheduleRequest(name=name, request_id=str(uuid.uuid4()))
        given.connection.ask(given.connection.gap.DeleteReportSchedule, request)
        given.output.say("{name} has ended", name=name)


def show(output: Output, schedule: schedule_pb2.ReportSchedule) -> None:
    """Show a schedule: when it is due, what it began last."""
    output.show(
        schedule,
        [
            ("schedule", schedule.name),
            ("title", schedule.title),
            ("recurrence", schedule.recurrence),
            ("next", _moment(schedule.next_run_at)),
            ("last report", schedule.last_report),
        ],
    )


def _moment(moment: Timestamp) -> str:
    """Return a time in Beijing, nothing where it is not set."""
    return moment.ToDatetime(BEIJING).strftime("%Y-%m-%d %H:%M") if moment.seconds else ""
