"""`tbt measures import-concerns`."""

import csv
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from google.type.date_pb2 import Date

from services.cli.context import AsJson, begin
from services.cli.output import FAILED, answering
from services.cli.tabled_rows import add_counts, add_problems, problem_of, show_import
from services.cli.wrong_options import WrongOption
from standards_tree.measures.concern_files import TEMPLATE, ConcernTable, TabledConcern, read_concerns
from tbt.linkage.v1 import concern_pb2 as pb
from tbt.type.v1 import type_pb2

ROWS_A_REQUEST = 1000
AGREEMENTS = ("TBT", "SPS")


def import_concerns(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX; the headings when not given. 表格文件。"),
    ] = None,
    agreement: Annotated[str, typer.Option(help="TBT or SPS, where no column says it. 所属协定。")] = "",
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Import nothing when a row is refused. 有一行不合格则全部不导入。")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")] = False,
    as_json: AsJson = False,
) -> None:
    """Record the specific trade concerns of a table; repeated, it changes nothing. 批量导入特别贸易关注。"""
    if file is None:
        csv.writer(sys.stdout).writerow(TEMPLATE)
        return
    if agreement and agreement.upper() not in AGREEMENTS:
        raise WrongOption("{agreement} is neither TBT nor SPS", option="--agreement", agreement=agreement)
    given = begin(context, as_json=as_json)
    with answering(given.output):
        table = read_concerns(file.read_bytes(), agreement.upper())
        total = pb.ImportTradeConcernsResponse(problems=[problem_of(given.output, fault) for fault in table.faults])
        total.trade_concerns.read = total.trade_concerns.refused = sum(fault.refused for fault in table.faults)
        total.problem_count = len(total.problems)
        if not (all_or_nothing and total.trade_concerns.refused):
            for request in _requests(table):
                request.all_or_nothing, request.validate_only = all_or_nothing, dry_run
                answer = given.connection.ask(given.connection.linkage.ImportTradeConcerns, request)
                add_counts(total.trade_concerns, answer.trade_concerns)
                add_problems(total, answer)
        counts = total.trade_concerns
        show_import(given.output, total, counts, [("concerns", str(counts.read))])
    if total.trade_concerns.refused:
        raise typer.Exit(FAILED)


def _requests(table: ConcernTable) -> Iterator[pb.ImportTradeConcernsRequest]:
    for start in range(0, len(table.concerns), ROWS_A_REQUEST):
        rows = [
            pb.ImportedTradeConcern(row=concern.row, trade_concern=_concern(concern))
            for concern in table.concerns[start : start + ROWS_A_REQUEST]
        ]
        yield pb.ImportTradeConcernsRequest(trade_concerns=rows, request_id=str(uuid.uuid4()))


def _concern(row: TabledConcern) -> pb.TradeConcern:
    texts = dict(row.texts)
    return pb.TradeConcern(
        number=row.number,
        agreement=row.agreement,
        title=type_pb2.LocalizedText(zh=texts.pop("title_zh"), en=texts.pop("title_en")),
        first_raised_on=_date(row.days.get("first_raised_on")),
        last_raised_on=_date(row.days.get("last_raised_on")),
        times_raised=row.times_raised,
        **texts,  # type: ignore[arg-type]  # each is a text of that name
        **row.lists,  # type: ignore[arg-type]  # each is a list of that name
    )


def _date(day: date | None) -> Date | None:
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


COMMANDS: dict[str, Callable[..., None]] = {"import-concerns": import_concerns}
