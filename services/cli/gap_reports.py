"""`tbt gap reports`: the catalogue of reports that were made."""

import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.gap import Day, change_row, date_of, download, format_of, show, verdicts
from services.cli.output import answering, day
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import report_pb2

app = typer.Typer(no_args_is_help=True, help="The catalogue of reports. 报告目录。")
Name = Annotated[str, typer.Argument(help="reports/<report>")]


@app.command("list")
def list_(
    context: typer.Context,
    title: Annotated[str, typer.Option(help="Whose title has this in it. 名称包含。")] = "",
    symbol: Annotated[str, typer.Option(help="About this measure. 涉及此通报。")] = "",
    member: Annotated[str, typer.Option(help="About this member. 涉及此成员。")] = "",
    schedule: Annotated[str, typer.Option(help="Of this schedule: schedules/<schedule>. 属于此定期报告。")] = "",
    created_by: Annotated[str, typer.Option(help="Whom it was made for. 申请人。")] = "",
    as_of_from: Day = None,
    as_of_to: Day = None,
    pinned: Annotated[bool, typer.Option("--pinned", help="Only those that are kept. 仅列出保留的报告。")] = False,
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List reports, newest first. 列出报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListGapReportsRequest(
            title=title,
            symbol=symbol,
            member_code=member,
            schedule=schedule,
            created_by=created_by,
            as_of_from=date_of(as_of_from),
            as_of_to=date_of(as_of_to),
            pinned_only=pinned,
        )
        found = given.connection.every(given.connection.gap.ListGapReports, request, "reports", most)

        def row(message: Message) -> list[str]:
            made = cast("pb.GapReport", message)
            kept = given.output.text("kept") if made.pinned else ""
            figures = [str(made.requirement_count), str(made.gap_count)]
            return [made.name, made.title, day(made.as_of), *figures, verdicts(given.output, made), kept]

        given.output.list(found, ("report", "title", "as of", "requirements", "gaps", "verdicts", "kept"), row)


@app.command()
def get(
    context: typer.Context,
    name: Name,
    to: Annotated[
        list[Path] | None,
        typer.Option("--to", help=".html .xlsx .pdf .json .graphml .mapping.json; shown when not given. 保存路径。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a report's main figures, or download it. 查看或下载报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        formats = [format_of(path) for path in to or []]
        for path, file_format in zip(to or [], formats, strict=True):
            download(given.connection, name, file_format, given.output.language, path)
        made = given.connection.ask(given.connection.gap.GetGapReport, pb.GetGapReportRequest(name=name))
        show(given.output, made, to or [])


@app.command()
def compare(
    context: typer.Context,
    base: Annotated[str, typer.Argument(help="The earlier report. 较早的报告。")],
    other: Annotated[str, typer.Argument(help="The later report. 较晚的报告。")],
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """Compare two reports: gaps closed, opened, worsened, improved, and why. 比较两份报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        call = given.connection.gap.CompareGapReports
        request = report_pb2.CompareGapReportsRequest(base=base, other=other, page_size=1)
        whole = given.connection.ask(call, request)
        for parameter in whole.differing_parameters:
            given.output.say("the two were asked for with another {parameter}", parameter=parameter)
        request.page_size = 0
        found = given.connection.every(call, request, "changes", most)
        given.output.list(
            found,
            ("change", "requirement", "verdicts", "why"),
            lambda message: change_row(given.output, cast("report_pb2.GapChange", message)),
        )
        given.output.say(
            "closed {closed}, opened {opened}, worsened {worsened}, improved {improved}, as before {unchanged}",
            closed=whole.closed_count,
            opened=whole.opened_count,
            worsened=whole.worsened_count,
            improved=whole.improved_count,
            unchanged=whole.unchanged_count,
        )


@app.command()
def pin(
    context: typer.Context,
    name: Name,
    off: Annotated[bool, typer.Option("--off", help="Let it go with its time again. 取消保留。")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep a report whatever its age. 保留报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = report_pb2.PinGapReportRequest(name=name, pinned=not off, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.gap.PinGapReport, request), [])


@app.command()
def delete(context: typer.Context, name: Name) -> None:
    """Remove a report. 删除报告。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        request = report_pb2.DeleteGapReportRequest(name=name, request_id=str(uuid.uuid4()))
        given.connection.ask(given.connection.gap.DeleteGapReport, request)
        given.output.say("{name} is removed", name=name)
