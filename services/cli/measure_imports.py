"""`tbt measures import` and `tbt measures fetch`."""

import os
import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from google.longrunning.operations_pb2 import Operation

from services.cli.context import AsJson, Given, begin
from services.cli.documents import upload
from services.cli.eping_fetch import KEYED_ADDRESS, PUBLIC_ADDRESS, Fetch, Query, joined
from services.cli.operations import answer_of
from services.cli.output import FAILED, Output, answering
from services.cli.wrong_options import WrongOption
from standards_tree.errors import PreconditionError
from tbt.linkage.v1 import linkage_service_pb2 as pb

SHOWN_PROBLEMS = 20
KEY_VARIABLE = "TBT_WTO_API_KEY"

AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Import nothing when a row is refused. 有一行不合格则全部不导入。")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="YYYY-MM-DD.")]


def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="An ePing workbook or JSON, JSON of the WTO, or records of a platform. ePing 工作簿或 JSON、平台记录。",
        ),
    ],
    all_or_nothing: AllOrNothing = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import notifications; exit status 1 when a row was refused. 导入通报。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        response = _import(given, file, all_or_nothing=all_or_nothing, dry_run=dry_run)
    if response.measures.refused:
        raise typer.Exit(FAILED)


def fetch(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(file_okay=False, help="Where pages are kept; a cut off fetch goes on. 存放目录。")
    ],
    distributed_from: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Distributed on this day or later. 起始日期。"),
    ] = None,
    distributed_to: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="Distributed on this day or earlier. 截止日期。"),
    ] = None,
    area: Annotated[str, typer.Option(help="TBT or SPS; empty for both. 协定。")] = "",
    country: Annotated[list[str] | None, typer.Option(help="C156 for China, U918 for the EU. 成员代码。")] = None,
    hs: Annotated[list[str] | None, typer.Option(help="Only with this HS code. HS 编码。")] = None,
    text: Annotated[str, typer.Option(help="Words that all must occur: +toy +lead. 检索词。")] = "",
    keyed: Annotated[
        bool, typer.Option("--keyed", help=f"Ask api.wto.org with the key in {KEY_VARIABLE}. 用密钥接口。")
    ] = False,
    address: Annotated[str, typer.Option(help="Another address of the same interface. 其他接口地址。")] = "",
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two pages. 每页间隔秒数。")] = 1.0,
    only_fetch: Annotated[
        bool, typer.Option("--only-fetch", help="Fetch the pages and import nothing. 仅下载。")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fetch notifications from ePing and import them; a fetch that was cut off goes on. 从 ePing 下载并导入通报。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if area not in ("", "TBT", "SPS"):
            raise WrongOption("{agreement} is neither TBT nor SPS", agreement=area)
        key = os.environ.get(KEY_VARIABLE, "") if keyed else ""
        if keyed and not key:
            message = "the keyed interface needs the key in {variable}"
            raise PreconditionError(message, variable=KEY_VARIABLE)
        query = Query(
            address or (KEYED_ADDRESS if keyed else PUBLIC_ADDRESS),
            area,
            f"{distributed_from:%Y-%m-%d}" if distributed_from else "",
            f"{distributed_to:%Y-%m-%d}" if distributed_to else "",
            tuple(country or ()),
            tuple(hs or ()),
            text,
        )
        with given.output.progress("fetching") as move:
            pages = Fetch(query, folder, key, pause).run(move)
        given.output.say("{count} pages in {folder}", count=len(pages), folder=folder)
        if only_fetch:
            return
        with tempfile.TemporaryDirectory() as place:
            file = joined(pages, Path(place) / "eping.json")
            response = _import(given, file, all_or_nothing=False, dry_run=dry_run)
    if response.measures.refused:
        raise typer.Exit(FAILED)


def _import(given: Given, file: Path, *, all_or_nothing: bool, dry_run: bool) -> pb.ImportMeasuresResponse:
    document = upload(given.connection, given.output, file)
    request = pb.ImportMeasuresRequest(
        document=document.name,
        all_or_nothing=all_or_nothing,
        validate_only=dry_run,
        request_id=str(uuid.uuid4()),
    )
    started = given.connection.ask(given.connection.linkage.ImportMeasures, request)
    with given.output.progress("importing") as move:

        def tell(operation: Operation) -> None:
            metadata = pb.ImportMeasuresMetadata()
            operation.metadata.Unpack(metadata)
            move(metadata.done, metadata.total)

        response = answer_of(given.connection.wait(started, tell), pb.ImportMeasuresResponse())
    _show_import(given.output, response)
    return response


def _show_import(output: Output, response: pb.ImportMeasuresResponse) -> None:
    counts = response.measures
    output.show(
        response,
        [
            ("rows", str(response.rows)),
            ("measures", str(counts.read)),
            ("created", str(counts.created)),
            ("updated", str(counts.updated)),
            ("unchanged", str(counts.unchanged)),
            ("refused", str(counts.refused)),
        ],
    )
    for problem in response.problems[:SHOWN_PROBLEMS]:
        output.say("row {row}, {column}: {problem}", row=problem.row, column=problem.column, problem=problem.message)
    if response.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=response.problem_count - SHOWN_PROBLEMS)


COMMANDS: dict[str, Callable[..., None]] = {"import": import_, "fetch": fetch}
