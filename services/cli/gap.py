"""`tbt gap`: make a report and fetch it, plan work, follow gaps."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.longrunning.operations_pb2 import Operation
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.connection import BULK_SECONDS, Connection
from services.cli.context import AsJson, begin
from services.cli.documents import write_whole
from services.cli.filters import hs_code, ics_code, member_codes
from services.cli.operations import answer_of
from services.cli.output import Output, answering, day, either, message_dict
from services.cli.wrong_options import WrongOption
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import plan_pb2, report_pb2, scope_pb2, watch_pb2
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)
_COUNT = re.compile("[0-9]{1,9}")
FORMATS = {
    "json": pb.REPORT_FORMAT_JSON,
    "xlsx": pb.REPORT_FORMAT_XLSX,
    "html": pb.REPORT_FORMAT_HTML,
    "pdf": pb.REPORT_FORMAT_PDF,
    "graphml": pb.REPORT_FORMAT_GRAPHML,
}
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Symbols = Annotated[list[str] | None, typer.Option("--symbol", help="Only this measure. 仅此通报。")]
Members = Annotated[list[str] | None, typer.Option("--member", help="Only of this member: USA, EU. 成员。")]
HsPrefixes = Annotated[list[str] | None, typer.Option("--hs", help="Only at or below this HS code. HS 编码前缀。")]
IcsPrefixes = Annotated[list[str] | None, typer.Option("--ics", help="Only at or below this ICS code. ICS 前缀。")]
Branch = Annotated[str, typer.Option(help="systems/<system>[/nodes/<node>]. 体系或分支。")]
IncludeSuggested = Annotated[
    bool, typer.Option("--include-suggested", help="Count links nobody reviewed, marked. 计入未审核的关联。")
]
PerYear = Annotated[int, typer.Option(min=1, help="How many standards a year. 每年标准数。")]
Years = Annotated[int, typer.Option(min=1, max=10, help="How many years the plan has. 计划年数。")]
LevelBudgets = Annotated[
    list[str] | None, typer.Option("--level", help="Of this level at most: national=3. 某级别每年上限。")
]
FirstYear = Annotated[int, typer.Option(help="The first year; 0 for the next. 首年，0 为下一年。")]


@app.command()
def report(
    context: typer.Context,
    to: Annotated[
        list[Path] | None,
        typer.Option(
            "--to",
            help="Write it here, several times for several forms; the ending says as what: .html .xlsx .pdf .json .graphml "
            ".mapping.json. 保存路径，可重复。",
        ),
    ] = None,
    symbol: Symbols = None,
    member: Members = None,
    hs: HsPrefixes = None,
    ics: IcsPrefixes = None,
    distributed_from: Day = None,
    distributed_to: Day = None,
    branch: Branch = "",
    as_of: Day = None,
    include_suggested: IncludeSuggested = False,
    title: Annotated[str, typer.Option(help="What to call it in the list of reports. 报告名称。")] = "",
    per_year: Annotated[
        int,
        typer.Option(min=0, help="Plan work: so many standards a year; 0 for no plan. 每年标准数，0 为不制定计划。"),
    ] = 0,
    years: Years = 1,
    level: LevelBudgets = None,
    first_year: FirstYear = 0,
    as_json: AsJson = False,
) -> None:
    """Make a gap report. Ctrl-C cancels it. 生成差距分析报告。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        formats = [format_of(path) for path in to or []]
        scope = scope_pb2.GapScope(
            symbols=symbol or [],
            member_codes=member_codes(member),
            hs_prefixes=map(hs_code, hs or []),
            ics_prefixes=map(ics_code, ics or []),
            distributed_from=date_of(distributed_from),
            distributed_to=date_of(distributed_to),
            branch=branch,
        )
        request = pb.CreateGapReportRequest(
            scope=scope,
            as_of=date_of(as_of),
            include_suggested=include_suggested,
            request_id=str(uuid.uuid4()),
            title=title,
            budget=budget_of(per_year, years, level, first_year) if per_year else None,
        )
        made = make(given.connection, given.output, request)
        for path, file_format in zip(to or [], formats, strict=True):
            download(given.connection, made.name, file_format, given.output.language, path)
        show(given.output, made, to or [])


@app.command()
def plan(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="reports/<report>")],
    per_year: PerYear,
    years: Years = 1,
    level: LevelBudgets = None,
    first_year: FirstYear = 0,
    as_json: AsJson = False,
) -> None:
    """Plan the work that closes the most of a report's gaps within a budget. 制定标准工作计划。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        budget = budget_of(per_year, years, level, first_year)
        made = given.connection.ask(
            given.connection.gap.PlanWork,
            plan_pb2.PlanWorkRequest(report=name, budget=budget),
            seconds=BULK_SECONDS,
        )
        show_plan(given.output, made)


@app.command()
def watch(
    context: typer.Context,
    symbol: Symbols = None,
    member: Members = None,
    hs: HsPrefixes = None,
    ics: IcsPrefixes = None,
    branch: Branch = "",
    include_suggested: IncludeSuggested = False,
    as_json: AsJson = False,
) -> None:
    """Follow the gaps that open, close and change, until Ctrl-C. 持续关注差距变化。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        scope = scope_pb2.GapScope(
            symbols=symbol or [],
            member_codes=member_codes(member),
            hs_prefixes=map(hs_code, hs or []),
            ics_prefixes=map(ics_code, ics or []),
            branch=branch,
        )
        request = watch_pb2.WatchGapsRequest(scope=scope, include_suggested=include_suggested)
        first = True
        for reply in given.connection.follow(given.connection.gap.WatchGaps, request):
            if as_json or given.output.as_json:
                typer.echo(json.dumps(message_dict(reply), ensure_ascii=False))
            elif first:
                given.output.say("{count} gaps; following, stop with Ctrl-C", count=reply.gap_count)
            for change in () if given.output.as_json else reply.changes:
                typer.echo("  ".join(change_row(given.output, change)))
            first = False


@app.command()
def schema() -> None:
    """Print the JSON Schema of a report's JSON form. 输出报告 JSON 格式的模式。"""
    from standards_tree.reports.json_schema import schema_text  # noqa: PLC0415 - imports the analysis, which takes a second

    typer.echo(schema_text(), nl=False)


def show_plan(output: Output, made: plan_pb2.WorkPlan) -> None:
    """Show a plan: its work by years, then how good it is."""
    if output.as_json:
        output.show(made, [])
        return

    def row(message: Message) -> list[str]:
        work = cast("plan_pb2.PlannedWork", message)
        level = type_pb2.Level.Name(work.level).removeprefix("LEVEL_").lower() if work.level else ""
        about = [part for part in (work.standard, either(work.text.zh, work.text.en, output.language)) if part]
        closes = ", ".join(work.closes) or ", ".join(work.helps)
        return [str(work.year), output.text(work.kind), "\n".join(about), output.text(level), str(work.weight), closes]

    output.list(made.work, ("year", "work", "what to do", "level", "weight", "closes"), row)
    output.say(
        "{closed} of {closable} gaps are closed, {closed_weight} of {closable_weight} points; value {value}, at most {bound} "
        "(gap {gap}); greedy choice reaches {greedy}",
        closed=made.closed_count,
        closable=made.closable_count,
        closed_weight=made.closed_weight,
        closable_weight=made.closable_weight,
        value=made.value,
        bound=f"{made.upper_bound:.0f}",
        gap=f"{made.optimality_gap:.2%}",
        greedy=made.greedy_value,
    )


def change_row(output: Output, change: report_pb2.GapChange) -> list[str]:
    """Return one changed gap: what became of it, which it is, the verdicts, why."""
    kind = report_pb2.GapChangeKind.Name(change.kind).removeprefix("GAP_CHANGE_KIND_").lower()
    verdicts = [output.text(state.verdict) if state.verdict else "–" for state in (change.before, change.after)]
    reasons = [either(reason.text.zh, reason.text.en, output.language) for reason in change.reasons]
    separator = "；" if output.language == "zh-Hans" else "; "
    return [output.text(kind), change.requirement, " → ".join(verdicts), separator.join(reasons)]


def budget_of(per_year: int, years: int, levels: list[str] | None, first_year: int) -> plan_pb2.WorkBudget:
    """Return a budget; *levels* are written national=3.

    Raises:
        WrongOption: one of them is not.
    """
    found = []
    for text in levels or []:
        name, _, count = text.partition("=")
        word = f"LEVEL_{name.strip().upper()}"
        if word not in type_pb2.Level.keys() or not _COUNT.fullmatch(count.strip()):  # noqa: SIM118  (no mapping)
            message = "{text} is not <level>=<standards a year>, such as national=3"
            raise WrongOption(message, option="--level", text=text)
        found.append(plan_pb2.LevelBudget(level=type_pb2.Level.Value(word), standards_per_year=int(count)))
    return plan_pb2.WorkBudget(first_year=first_year, years=years, standards_per_year=per_year, levels=found)


def make(connection: Connection, output: Output, request: pb.CreateGapReportRequest) -> pb.GapReport:
    """Have a report made and return it when it is there."""
    started = connection.ask(connection.gap.CreateGapReport, request)
    try:
        return _await(connection, output, started)
    except KeyboardInterrupt:
        connection.cancel(started)
        output.say("the report is cancelled")
        raise


def _await(connection: Connection, output: Output, started: Operation) -> pb.GapReport:
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


def show(output: Output, made: pb.GapReport, to: Sequence[Path]) -> None:
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
            ("gaps", str(made.gap_count)),
            ("file", "\n".join(str(path.absolute()) for path in to)),
        ],
    )


def verdicts(output: Output, made: pb.GapReport) -> str:
    """Return how many requirements have which verdict, in the reader's language."""
    return counts(output, made.verdict_counts)


def counts(output: Output, counted: Mapping[str, int]) -> str:
    """Return how many there are of each word, in the reader's language."""
    return ", ".join(f"{output.text(word)} {count}" for word, count in sorted(counted.items()))


def format_of(to: Path) -> pb.ReportFormat.ValueType:
    """Return the form that a file's ending names.

    Raises:
        WrongOption: it names none.
    """
    name = to.name.lower()
    if name.endswith(".mapping.json"):
        return pb.REPORT_FORMAT_MAPPING
    ending = name.rpartition(".")[2]
    if ending not in FORMATS:
        endings = " ".join(f".{each}" for each in FORMATS)
        message = "{file} has no ending of a report: {endings} .mapping.json"
        raise WrongOption(message, option="--to", file=to.name, endings=endings)
    return FORMATS[ending]


def date_of(value: datetime | None) -> Date | None:
    """Return a date of the command line for the wire."""
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)
