"""Import catalogues of standards from files that this user chose, and tell what that changes and what is odd."""

import csv
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from services.cli.catalogue_files import file_facts, open_catalogue, record_of
from services.cli.connection import Connection
from services.cli.context import AsJson, begin, system_name
from services.cli.output import FAILED, Output, answering, message_dict, print_json
from standards_tree.catalogue_files.catalogues import Form, TableOptions
from standards_tree.catalogue_files.columns import Column
from standards_tree.catalogue_files.entries import Reading, Remark
from standards_tree.errors import InvalidArgumentError
from standards_tree.spreadsheets.plain_cells import as_text
from standards_tree.standards import StandardStatus
from tbt.catalog.v1 import anomaly_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.type.v1 import type_pb2

BATCH = 500
SHOWN_PROBLEMS = 20
SHOWN_ANOMALIES = 3
SHOWN_CHANGES = 20
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Import nothing when a record is refused. 有一条不合格则全部不导入。")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]
FilePath = typer.Option(exists=True, dir_okay=False)


def import_standards(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, help="CSV, XLSX, JSON, Relaton YAML or XML; or the folder of ISO's. 标准目录。"),
    ],
    system: Annotated[str, typer.Option("--system", help="The standards system of nodes and places. 标准体系。")] = "",
    form: Annotated[
        Form, typer.Option("--format", help="What the file is; found out by itself. 文件格式。")
    ] = Form.AUTO,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="HEADER=FIELD, such as 标准号=designation. 列对应关系。")
    ] = None,
    sheet: Annotated[str, typer.Option(help="The sheet of a workbook. 工作表。")] = "",
    status: Annotated[
        StandardStatus | None, typer.Option(help="The state of standards whose row gives none. 未注明时的标准状态。")
    ] = None,
    relations: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="ISO's relations. ISO 代替关系。")
    ] = None,
    adoptions: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Adoptions of ISO and IEC, JSON. 采标关系。")
    ] = None,
    title_zh: Annotated[str, typer.Option(help="Creates the system under this title. 体系中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Creates the system under this title. 体系英文名称。")] = "",
    problems: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write every problem and anomaly there, CSV. 问题清单。")
    ] = None,
    all_or_nothing: AllOrNothing = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import standards with what they supersede, adopt and cite; exit status 1 when a record was refused. 导入标准目录。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        reading = open_catalogue(file, form, TableOptions(_mapping(column or []), sheet, status), relations)
        if adoptions is not None:
            reading.add(*open_catalogue(adoptions, Form.MEDICAL).entries)
        if all_or_nothing:
            _require_nothing_refused(reading)
        options = pb.ImportStandardsOptions(
            system=system_name(system) if system else "",
            system_title=system_title(title_zh, title_en),
            all_or_nothing=all_or_nothing,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        response = send_records(
            given.connection, given.output, options, [record_of(entry) for entry in reading.entries]
        )
        if given.output.as_json:
            print_json({**message_dict(response), "file": file_facts(reading, given.output.text)})
        else:
            _show_file(given.output, reading)
            show_import(given.output, response)
        if problems is not None:
            _write_problems(problems, given.output, reading.remarks, response)
    leave_if_refused(response, reading.remarks)


def _mapping(pairs: Iterable[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        header, equals, field = pair.rpartition("=")
        if not equals or field not in [column.value for column in Column]:
            message = "--column {pair}: write HEADER=FIELD; the fields are {known}"
            raise InvalidArgumentError(message, pair=pair, known=", ".join(Column))
        chosen[header] = field
    return chosen


def _require_nothing_refused(reading: Reading) -> None:
    refused = [remark for remark in reading.remarks if remark.refused]
    if refused:
        message = "{count} records of the file are refused, so that nothing is imported; row {row}, {column}: {problem}"
        first = refused[0]
        raise InvalidArgumentError(
            message, count=len(refused), row=first.row, column=first.column, problem=first.message
        )


def system_title(zh: str, en: str) -> type_pb2.LocalizedText | None:
    """Return the title of a system, None where the user gave none."""
    return type_pb2.LocalizedText(zh=zh, en=en) if zh or en else None


def send_records(
    connection: Connection,
    output: Output,
    options: pb.ImportStandardsOptions,
    records: Sequence[pb.ImportStandardsRecord],
) -> pb.ImportStandardsResponse:
    """Import *records* and return what became of them."""
    with output.progress("importing", len(records)) as move:

        def pieces() -> Iterator[pb.ImportStandardsRequest]:
            yield pb.ImportStandardsRequest(options=options)
            for start in range(0, len(records), BATCH):
                batch = records[start : start + BATCH]
                yield pb.ImportStandardsRequest(records=pb.ImportStandardsRecords(records=batch))
                move(start + len(batch), None)

        return connection.send(connection.catalog.ImportStandards, pieces())


def show_import(output: Output, response: pb.ImportStandardsResponse) -> None:
    """Show what became of an import."""
    rows = []
    for name in ("nodes", "standards", "relations"):
        counts: type_pb2.ImportCounts = getattr(response, name)
        if counts.read:
            text = "{read} read: {created} created, {updated} updated, {unchanged} unchanged, {refused} refused"
            figures = {field.name: getattr(counts, field.name) for field in counts.DESCRIPTOR.fields}
            rows.append((name, output.text(text, **figures)))
    rows += [(_word(one.kind), str(one.count)) for one in response.anomaly_counts]
    output.show(response, rows)
    _show_anomalies(output, response)
    for change in response.changes[:SHOWN_CHANGES]:
        text = "row {row}, {subject}, {field}: {before} → {after}"
        values = {"before": change.before or "–", "after": change.after or "–"}
        output.say(text, row=change.row, subject=change.subject, field=change.field, **values)
    if response.change_count > SHOWN_CHANGES:
        output.say("… and {count} more changes; --json shows them", count=response.change_count - SHOWN_CHANGES)
    for problem in response.problems[:SHOWN_PROBLEMS]:
        text = "row {row}, {column}: {problem}" if problem.column else "row {row}: {problem}"
        output.say(text, row=problem.row, column=problem.column, problem=problem.message)
    if response.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=response.problem_count - SHOWN_PROBLEMS)


def _show_anomalies(output: Output, response: pb.ImportStandardsResponse) -> None:
    shown: dict[int, int] = {}
    for anomaly in response.anomalies:
        shown[anomaly.kind] = shown.get(anomaly.kind, 0) + 1
        if shown[anomaly.kind] <= SHOWN_ANOMALIES:
            name, members = output.text(_word(anomaly.kind)), ", ".join(anomaly.members)
            output.say("{kind}: {members}", kind=name, members=members)


def _word(kind: anomaly_pb2.AnomalyKind.ValueType) -> str:
    return anomaly_pb2.AnomalyKind.Name(kind).removeprefix("ANOMALY_KIND_").lower()


def _show_file(output: Output, reading: Reading) -> None:
    if "edges" in reading.figures:
        text = "the file has {documents} documents and {edges} edges, {repeated} of which say another one from its other end"
        figures = reading.figures
        repeated = figures.get("repeated_edges", 0)
        output.say(text, documents=figures.get("documents", 0), edges=figures["edges"], repeated=repeated)
    for header, filled in reading.unknown_columns.items():
        output.say("the column {column} is not known and left out; {count} rows fill it", column=header, count=filled)
    for remark in reading.remarks[:SHOWN_PROBLEMS]:
        problem = output.text(remark.template, **remark.parameters)
        text = "row {row}, {column}: {value}: {problem}"
        output.say(text, row=remark.row, column=remark.column, value=remark.value, problem=problem)
    if len(reading.remarks) > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=len(reading.remarks) - SHOWN_PROBLEMS)


def _write_problems(
    path: Path, output: Output, remarks: Iterable[Remark], response: pb.ImportStandardsResponse
) -> None:
    """Write what is wrong and what is odd as a table that a spreadsheet program opens, Chinese and all."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([output.text(heading) for heading in ("row", "result", "column", "value", "problem")])
        for remark in remarks:
            result = output.text("refused" if remark.refused else "kept")
            problem = output.text(remark.template, **remark.parameters)
            table.writerow([remark.row, result, as_text(remark.column), as_text(remark.value), problem])
        for one in response.problems:
            result = output.text("refused" if one.severity == type_pb2.ImportProblem.SEVERITY_REFUSED else "kept")
            table.writerow([one.row, result, as_text(one.column), as_text(one.value), one.message])
        for anomaly in response.anomalies:
            kind = output.text(_word(anomaly.kind))
            table.writerow([anomaly.row or "", output.text("odd"), "", as_text("; ".join(anomaly.members)), kind])


def leave_if_refused(response: pb.ImportStandardsResponse, remarks: Iterable[Remark] = ()) -> None:
    """Leave with the exit status of a command that did not do all, if a record was refused."""
    refused = response.nodes.refused or response.standards.refused or response.relations.refused
    if refused or any(remark.refused for remark in remarks):
        raise typer.Exit(FAILED)
