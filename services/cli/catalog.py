"""`tbt standards` and `tbt tree`."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.catalogue_files import read_tree
from services.cli.context import AsJson, Most, begin, system_name
from services.cli.imports import (
    AllOrNothing,
    DryRun,
    import_standards,
    leave_if_refused,
    send_records,
    show_import,
    system_title,
)
from services.cli.output import Output, answering, day, either
from services.cli.wrong_options import WrongOption
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import life_pb2, standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

standards = typer.Typer(no_args_is_help=True)
tree = typer.Typer(no_args_is_help=True)

System = Annotated[str, typer.Option("--system", help="The standards system it goes into. 标准体系。")]


standards.command("import")(import_standards)


@standards.command("list")
def list_standards(
    context: typer.Context,
    query: Annotated[
        str, typer.Option(help="Words of the title, or a part of the designation. 名称中的词或编号的一部分。")
    ] = "",
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
            return [standard.designation, title, _status(given.output, standard.status), day(standard.effective_on)]

        given.output.list(found, ("designation", "title", "status", "in force from"), row)


@standards.command("show")
def show_standard(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A designation in any spelling. 标准编号。")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its state on that day. 截至该日的状态。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a standard, with its amendments. 显示标准及其修改单。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.GetStandardRequest(name=name)
        if as_of is not None:
            request.as_of.CopyFrom(Date(year=as_of.year, month=as_of.month, day=as_of.day))
        catalog = given.connection.catalog
        standard = given.connection.ask(catalog.GetStandard, request)
        rows = [] if given.output.as_json else _standard_rows(given.output, standard)
        if rows:
            amendments = life_pb2.ListAmendmentsRequest(name=standard.name)
            found = given.connection.ask(catalog.ListAmendments, amendments).amendments
            rows.append(("amendments", ", ".join(one.standard.designation for one in found)))
        given.output.show(standard, rows)


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
            system=system_name(system),
            system_title=system_title(title_zh, title_en),
            all_or_nothing=all_or_nothing,
            validate_only=dry_run,
            request_id=str(uuid.uuid4()),
        )
        response = send_records(given.connection, given.output, options, read_tree(file))
        show_import(given.output, response)
    leave_if_refused(response)


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
            system=system_name(system), branch=f"{system_name(system)}/nodes/{branch}" if branch else ""
        )
        depths: dict[str, int] = {}

        def row(message: Message) -> list[str]:
            node = cast("system_pb2.Node", message)
            depths[node.name] = depths.get(node.parent, -1) + 1
            title = either(node.title.zh, node.title.en, given.output.language)
            return ["  " * depths[node.name] + node.code, title]

        found = given.connection.every(given.connection.catalog.ListNodes, request, "nodes", 0)
        given.output.list(found, ("code", "title"), row)


def _standard_rows(output: Output, standard: standard_pb2.Standard) -> list[tuple[str, str]]:
    return [
        ("designation", standard.designation),
        ("title", either(standard.title.zh, standard.title.en, output.language)),
        ("level", output.text(type_pb2.Level.Name(standard.level).removeprefix("LEVEL_").lower())),
        ("status", _status(output, standard.status)),
        ("status on that day", _status(output, standard.status_as_of) if standard.status_as_of else ""),
        ("issued", day(standard.issued_on)),
        ("in force from", day(standard.effective_on)),
        ("ended", day(standard.ended_on)),
        ("next review", day(standard.review_due_on)),
        ("conclusion", output.text("to be revised") if standard.to_be_revised else ""),
        ("ICS", ", ".join(standard.ics)),
        ("CCS", ", ".join(standard.ccs)),
        ("committee", standard.committee),
        ("scope", either(standard.scope.zh, standard.scope.en, output.language)),
        ("source", standard.source),
        ("standard", standard.name),
    ]


def _status(output: Output, status: standard_pb2.StandardStatus.ValueType) -> str:
    return output.text(standard_pb2.StandardStatus.Name(status).removeprefix("STANDARD_STATUS_").lower())


_LEVELS = {"国家": "national", "行业": "industry", "地方": "local", "团体": "group", "企业": "enterprise"}
_LEVELS |= {"国际": "international", "国外": "foreign"}


def _level(word: str) -> type_pb2.Level.ValueType:
    try:
        return type_pb2.Level.Value(f"LEVEL_{_LEVELS.get(word.removesuffix('标准'), word).upper()}")
    except ValueError:
        known = ", ".join([*_LEVELS.values(), *_LEVELS])
        message = "{word} is not a level; the levels are {known}"
        raise WrongOption(message, word=word, known=known) from None
