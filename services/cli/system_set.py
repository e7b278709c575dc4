"""`tbt set`: the documents of a standards system that GB/T 13016 prescribes."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from google.type.date_pb2 import Date

from services.cli.context import AsJson, begin, system_name
from services.cli.documents import write_whole
from services.cli.output import Output, answering, day
from services.cli.wrong_options import WrongOption
from tbt.catalog.v1 import system_set_pb2 as set_pb
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

FORMATS = {
    "svg": set_pb.SYSTEM_DOCUMENT_FORMAT_SVG,
    "pdf": set_pb.SYSTEM_DOCUMENT_FORMAT_PDF,
    "xlsx": set_pb.SYSTEM_DOCUMENT_FORMAT_XLSX,
    "docx": set_pb.SYSTEM_DOCUMENT_FORMAT_DOCX,
}
System = Annotated[str, typer.Argument(help="The standards system. 标准体系。")]
Out = Annotated[Path, typer.Option("--out", "--to", help="Write it here; the ending says as what. 保存路径。")]
Branch = Annotated[str, typer.Option(help="Only this node and below, by its code. 仅此节点以下。")]
Edition = Annotated[int, typer.Option(min=1, help="This edition instead of the present state. 指定版次。")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="State on this day. 基准日期。")]


@app.command()
def diagram(
    context: typer.Context,
    system: System,
    out: Out,
    branch: Branch = "",
    edition: Edition | None = None,
    as_of: AsOf = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Colour boxes by what there is of what should be. 按覆盖率着色。")
    ] = False,
) -> None:
    """Draw the structure diagram, .svg or .pdf. 标准体系结构图。"""
    request = _request(system, branch, edition, as_of)
    request.document = set_pb.SYSTEM_DOCUMENT_STRUCTURE_DIAGRAM
    request.colour_by_coverage = coverage
    _write(context, request, out, "svg", "pdf")


@app.command()
def details(
    context: typer.Context,
    system: System,
    out: Out,
    branch: Branch = "",
    edition: Edition | None = None,
    as_of: AsOf = None,
) -> None:
    """Write the detail table, .xlsx. 标准明细表。"""
    request = _request(system, branch, edition, as_of)
    request.document = set_pb.SYSTEM_DOCUMENT_DETAIL_TABLE
    _write(context, request, out, "xlsx")


@app.command()
def explanation(
    context: typer.Context,
    system: System,
    out: Out,
    branch: Branch = "",
    edition: Edition | None = None,
    as_of: AsOf = None,
) -> None:
    """Write the compilation explanation to be completed, .docx. 编制说明。"""
    request = _request(system, branch, edition, as_of)
    request.document = set_pb.SYSTEM_DOCUMENT_COMPILATION_EXPLANATION
    _write(context, request, out, "docx")


@app.command()
def statistics(
    context: typer.Context,
    system: System,
    out: Annotated[
        Path | None, typer.Option("--out", "--to", help="Write the table, .xlsx; shown when not given. 保存路径。")
    ] = None,
    branch: Branch = "",
    edition: Edition | None = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show the statistics by level, or write the statistics table. 标准统计表。"""
    request = _request(system, branch, edition, as_of)
    if out is not None:
        request.document = set_pb.SYSTEM_DOCUMENT_STATISTICS_TABLE
        _write(context, request, out, "xlsx")
        return
    given = begin(context, as_json=as_json)
    with answering(given.output):
        asked = set_pb.GetSystemStatisticsRequest(branch=request.branch, as_of=request.as_of)
        show(given.output, given.connection.ask(given.connection.catalog.GetSystemStatistics, asked))


def show(output: Output, figures: set_pb.SystemStatistics) -> None:
    """Show the figures by level: how many there are, and of how many where that is known."""
    levels = [
        (type_pb2.Level.Name(row.level).removeprefix("LEVEL_").lower(), _stock(output, row.figures))
        for row in figures.levels
        if row.level
    ]
    output.show(figures, [("as of", day(figures.as_of)), *levels, ("total", _stock(output, figures.total))])


def _stock(output: Output, figures: set_pb.StockFigures) -> str:
    if not figures.HasField("expected"):
        return output.text("{existing} in force", existing=figures.in_force)
    return output.text("{existing} in force of {expected}", existing=figures.in_force, expected=figures.expected)


def _request(
    system: str, branch: str, edition: int | None, as_of: datetime | None
) -> set_pb.DownloadSystemDocumentRequest:
    if branch and edition is not None:
        raise WrongOption("--branch and --edition do not go together")
    name = system_name(system)
    if branch:
        name += f"/nodes/{branch}"
    if edition is not None:
        name += f"/editions/{edition}"
    date = None if as_of is None else Date(year=as_of.year, month=as_of.month, day=as_of.day)
    return set_pb.DownloadSystemDocumentRequest(branch=name, as_of=date)


def _write(context: typer.Context, request: set_pb.DownloadSystemDocumentRequest, out: Path, *endings: str) -> None:
    """Download what *request* asks for as the ending of *out* says, and write it."""
    given = begin(context, as_json=False)
    ending = out.suffix.removeprefix(".").lower()
    if ending not in endings:
        known = ", ".join("." + each for each in endings)
        raise WrongOption("{file} ends with none of {known}", option="--out", file=out.name, known=known)
    with answering(given.output):
        request.format = FORMATS[ending]
        request.language = given.output.language
        chunks = given.connection.receive(given.connection.catalog.DownloadSystemDocument, request)
        write_whole((reply.chunk for reply in chunks), out)
        given.output.say("{file} is written", file=str(out.absolute()))
