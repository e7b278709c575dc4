"""`tbt standards` and `tbt tree`."""

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.catalogue_files import read_adoptions, read_catalogue, read_tree
from services.cli.connection import Connection
from services.cli.context import AsJson, Most, begin
from services.cli.output import FAILED, Output, answering, day, either
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

standards = typer.Typer(no_args_is_help=True)
tree = typer.Typer(no_args_is_help=True)

BATCH = 500
SHOWN_PROBLEMS = 20
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Import nothing when a record is refused. 有一条不合格则全部不导入。")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]
System = Annotated[str, typer.Option("--system", help="The standards system it goes into. 标准体系。")]


@standards.command("import")
def import_standards(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A catalogue, JSON or CSV. 标准目录。")],
    system: System,
    title_zh: Annotated[str, typer.Option(help="Creates the system under this title. 体系中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Creates the system under this title. 体系英文名称。")] = "",
    adoptions: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Adoptions of ISO and IEC, JSON. 采标关系。")
    ] = None,
    all_or_nothing: AllOrNothing = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import a catalogue with its tree; exit status 1 when a record was refused. 导入标准目录。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        records = read_catalogue(file)
        if adoptions is not None:
            records += read_adoptions(adoptions)
        options = pb.ImportStandardsOptions(
            system=f"systems/{system}",
            system_title=_title(title_zh, title_en),
            all_or_nothing=all_or_nothing,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        response = send_records(given.connection, given.output, options, records)
        show_import(given.output, response)
    _leave_if_refused(response)


@standards.command("list")
def list_standards(
    context: typer.Context,
    query: Annotated[str, typer.Option(help="A part of the designation or title. 编号或名称的一部分。")] = "",
    level: Annotated[list[str] | None, typer.Option(help="national, industry, local, group … 级别。")] = None,
    ics: Annotated[str, typer.Option(help="Only at or below this ICS code. ICS 前缀。")] = "",
    ccs: Annotated[str, typer.Option(help="Only at or below this CCS code. CCS 前缀。")] = "",
    branch: Annotated[str, typer.Option(help="systems/<system>[/nodes/<node>]. 体系或分支。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List standards, by designation. 列出标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        levels = [_level(word) for word in level or []]
        request = pb.ListStandardsRequest(query=query, levels=levels, ics_prefix=ics, ccs_prefix=ccs, branch=branch)
        found = given.connection.every(given.connection.catalog.ListStandards, request, "standards", most)

        def row(message: Message) -> list[str]:
            standard = cast("standard_pb2.Standard", message)
            title = either(standard.title.zh, standard.title.en, given.output.language)
            return [standard.designation, title, _status(given.output, standard), day(standard.effective_on)]

        given.output.list(found, ("designation", "title", "status", "in force from"), row)


@standards.command("show")
def show_standard(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A designation in any spelling. 标准编号。")],
    as_json: AsJson = False,
) -> None:
    """Show a standard. 显示标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        standard = given.connection.ask(given.connection.catalog.GetStandard, pb.GetStandardRequest(name=name))
        given.output.show(standard, _standard_rows(given.output, standard))


@tree.command("import")
def import_tree(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: code, parent, title_zh, title_en, level, kind")
    ],
    system: System,
    title_zh: Annotated[str, typer.Option(help="Creates the system under this title. 体系中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Creates the system under this title. 体系英文名称。")] = "",
    all_or_nothing: AllOrNothing = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import the nodes of a standards system. 导入标准体系结构。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        options = pb.ImportStandardsOptions(
            system=f"systems/{system}",
            system_title=_title(title_zh, title_en),
            all_or_nothing=all_or_nothing,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        response = send_records(given.connection, given.output, options, read_tree(file))
        show_import(given.output, response)
    _leave_if_refused(response)


@tree.command("show")
def show_tree(
    context: typer.Context,
    system: Annotated[str, typer.Argument(help="The standards system. 标准体系。")],
    branch: Annotated[str, typer.Option(help="Only this node and below, by its code. 仅此节点以下。")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the nodes of a standards system. 显示标准体系结构。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListNodesRequest(
            system=f"systems/{system}", branch=f"systems/{system}/nodes/{branch}" if branch else ""
        )
        depths: dict[str, int] = {}

        def row(message: Message) -> list[str]:
            node = cast("system_pb2.Node", message)
            depths[node.name] = depths.get(node.parent, -1) + 1
            title = either(node.title.zh, node.title.en, given.output.language)
            return ["  " * depths[node.name] + node.code, title]

        found = given.connection.every(given.connection.catalog.ListNodes, request, "nodes", 0)
        given.output.list(found, ("code", "title"), row)


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
    output.show(response, rows)
    for problem in response.problems[:SHOWN_PROBLEMS]:
        output.say("row {row}, {column}: {problem}", row=problem.row, column=problem.column, problem=problem.message)
    if response.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=response.problem_count - SHOWN_PROBLEMS)


def _leave_if_refused(response: pb.ImportStandardsResponse) -> None:
    if response.nodes.refused or response.standards.refused or response.relations.refused:
        raise typer.Exit(FAILED)


def _standard_rows(output: Output, standard: standard_pb2.Standard) -> list[tuple[str, str]]:
    return [
        ("designation", standard.designation),
        ("title", either(standard.title.zh, standard.title.en, output.language)),
        ("level", output.text(type_pb2.Level.Name(standard.level).removeprefix("LEVEL_").lower())),
        ("status", _status(output, standard)),
        ("issued", day(standard.issued_on)),
        ("in force from", day(standard.effective_on)),
        ("ended", day(standard.ended_on)),
        ("ICS", ", ".join(standard.ics)),
        ("CCS", ", ".join(standard.ccs)),
        ("committee", standard.committee),
        ("source", standard.source),
        ("standard", standard.name),
    ]


def _status(output: Output, standard: standard_pb2.Standard) -> str:
    return output.text(standard_pb2.StandardStatus.Name(standard.status).removeprefix("STANDARD_STATUS_").lower())


def _level(word: str) -> type_pb2.Level.ValueType:
    try:
        return type_pb2.Level.Value(f"LEVEL_{word.upper()}")
    except ValueError:
        known = ", ".join(name.removeprefix("LEVEL_").lower() for name in type_pb2.Level.keys()[1:])
        message = f"{word} is not a level; the levels are {known}"
        raise typer.BadParameter(message) from None


def _title(zh: str, en: str) -> type_pb2.LocalizedText | None:
    return type_pb2.LocalizedText(zh=zh, en=en) if zh or en else None
