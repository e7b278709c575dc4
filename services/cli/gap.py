"""`tbt gap`: make a report and fetch it."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.connection import Connection
from services.cli.context import AsJson, Most, begin
from services.cli.documents import write_whole
from services.cli.operations import answer_of
from services.cli.output import Output, answering, day
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import scope_pb2

app = typer.Typer(no_args_is_help=True)
FORMATS = {
    "json": pb.REPORT_FORMAT_JSON,
    "xlsx": pb.REPORT_FORMAT_XLSX,
    "html": pb.REPORT_FORMAT_HTML,
}
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def report(
    context: typer.Context,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Write it here; the ending (.html .xlsx .json) says as what. 保存路径。"),
    ] = None,
    symbol: Annotated[list[str] | None, typer.Option(help="Only this measure. 仅此通报。")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Only of this member: USA, EU. 成员。")] = None,
    hs: Annotated[list[str] | None, typer.Option(help="Only at or below this HS code. HS 编码前缀。")] = None,
    ics: Annotated[list[str] | None, typer.Option(help="Only at or below this ICS code. ICS 前缀。")] = None,
    distributed_from: Day = None,
    distributed_to: Day = None,
    branch: Annotated[str, typer.Option(help="systems/<system>[/nodes/<node>]. 体系或分支。")] = "",
    as_of: Day = None,
    include_suggested: Annotated[
        bool, typer.Option("--include-suggested", help="Count links nobody reviewed, marked. 计入未审核的关联。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a gap report. 生成差距分析报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        file_format = _format_of(to)
        scope = scope_pb2.GapScope(
            symbols=symbol or [],
            member_codes=member or [],
            hs_prefixes=hs or [],
            ics_prefixes=ics or [],
            distributed_from=date_of(distributed_from),
            distributed_to=date_of(distributed_to),
            branch=branch,
        )
        request = pb.CreateGapReportRequest(
            scope=scope, as_of=date_of(as_of), include_suggested=include_suggested, request_id=str(uuid.uuid4())
        )
        made = make(given.connection, given.output, request)
        if to is not None:
            download(given.connection, made.name, file_format, given.output.language, to)
        show(given.output, made, to)


@app.command("list")
def list_(context: typer.Context, most: Most = 100, as_json: AsJson = False) -> None:
    """List reports, newest first. 列出报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        found = given.connection.every(given.connection.gap.ListGapReports, pb.ListGapReportsRequest(), "reports", most)

        def row(message: Message) -> list[str]:
            made = cast("pb.GapReport", message)
            return [made.name, day(made.as_of), str(made.requirement_count), verdicts(given.output, made)]

        given.output.list(found, ("report", "as of", "requirements", "verdicts"), row)


@app.command()
def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="reports/<report>")],
    to: Annotated[Path, typer.Option("--to", help="The ending (.html .xlsx .json) says as what. 保存路径。")],
) -> None:
    """Download a report that was made. 下载报告。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        download(given.connection, name, _format_of(to), given.output.language, to)


def make(connection: Connection, output: Output, request: pb.CreateGapReportRequest) -> pb.GapReport:
    """Have a report made and return it when it is there."""
    started = connection.ask(connection.gap.CreateGapReport, request)
    with output.progress("making the report", 100) as move:

        def tell(operation: Operation) -> None:
            metadata = pb.CreateGapReportMetadata()
            operation.metadata.Unpack(metadata)
            move(int(metadata.share_done * 100), 100)

        return answer_of(connection.wait(started, tell), pb.GapReport())


def download(
    connection: Connection, name: str, file_format: pb.ReportFormat.ValueType, language: str, to: Path
) -> None:
    """Write a report to a file."""
    request = pb.DownloadGapReportRequest(name=name, format=file_format, language=language)
    chunks = connection.receive(connection.gap.DownloadGapReport, request)
    write_whole((reply.chunk for reply in chunks), to)


def show(output: Output, made: pb.GapReport, to: Path | None) -> None:
    """Show what a report found, and where it was written."""
    revisions = ", ".join(f"{name} {revision}" for name, revision in sorted(made.revisions.items()))
    output.show(
        made,
        [
            ("report", made.name),
            ("as of", day(made.as_of)),
            ("measures", str(made.measure_count)),
            ("requirements", str(made.requirement_count)),
            ("verdicts", verdicts(output, made)),
            ("revisions", revisions),
            ("file", str(to.absolute()) if to is not None else ""),
        ],
    )


def verdicts(output: Output, made: pb.GapReport) -> str:
    """Return how many requirements have which verdict, in the reader's language."""
    return ", ".join(f"{output.text(verdict)} {count}" for verdict, count in sorted(made.verdict_counts.items()))


def _format_of(to: Path | None) -> pb.ReportFormat.ValueType:
    ending = to.suffix.removeprefix(".").lower() if to is not None else "html"
    if ending not in FORMATS:
        message = f".{ending} is no form of a report: .html, .xlsx, .json"
        raise typer.BadParameter(message)
    return FORMATS[ending]


def date_of(value: datetime | None) -> Date | None:
    """Return a date of the command line for the wire."""
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)
