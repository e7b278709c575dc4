"""`tbt standards create` and `scope`: record a standard, and what it is about."""

import uuid
from typing import Annotated

import typer

from services.cli.context import AsJson, begin
from services.cli.output import Output, answering, either
from standards_tree.errors import InvalidArgumentError
from standards_tree.standards import StandardStatus
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2

ScopeZh = Annotated[str, typer.Option(help="What it is about, in Chinese. 范围（中文）。")]
ScopeEn = Annotated[str, typer.Option(help="What it is about, in English. 范围（英文）。")]
Document = Annotated[
    str, typer.Option(help="documents/<document>, its own text, which gives what is left out. 标准文本。")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done. 仅预演。")]


def create(
    context: typer.Context,
    designation: Annotated[str, typer.Argument(help="A designation in any spelling. 标准编号。")],
    title_zh: Annotated[str, typer.Option(help="The Chinese title. 中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="The English title. 英文名称。")] = "",
    status: Annotated[StandardStatus, typer.Option(help="Its state. 标准状态。")] = StandardStatus.IN_FORCE,
    scope_zh: ScopeZh = "",
    scope_en: ScopeEn = "",
    document: Document = "",
    source: Annotated[str, typer.Option(help="Where these facts come from. 来源。")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Record a published standard, with facts of its own text where one is named. 登记标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        standard = standard_pb2.Standard(
            designation=designation,
            title=_text(title_zh, title_en),
            status=standard_pb2.StandardStatus.Value(f"STANDARD_STATUS_{status.name}"),
            scope=_text(scope_zh, scope_en),
            source=source,
        )
        request = pb.CreateStandardRequest(
            standard=standard, document=document, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        _show(given.output, given.connection.ask(given.connection.catalog.CreateStandard, request))


def scope(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A designation in any spelling. 标准编号。")],
    zh: ScopeZh = "",
    en: ScopeEn = "",
    document: Document = "",
    clear: Annotated[bool, typer.Option("--clear", help="Take it away. 清除。")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Show or record what a standard is about; suggestions of links read it. 显示或登记标准的范围。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if clear and (zh or en or document):
            raise InvalidArgumentError.in_field("clear", "a scope is taken away or given, not both")
        catalog = given.connection.catalog
        known = given.connection.ask(catalog.GetStandard, pb.GetStandardRequest(name=name))
        if not (zh or en or document or clear):
            _show(given.output, known)
            return
        wanted = standard_pb2.Standard(name=known.name, etag=known.etag)
        # One language that is given leaves the other as it is.
        if zh or en:
            wanted.scope.CopyFrom(type_pb2.LocalizedText(zh=zh or known.scope.zh, en=en or known.scope.en))
        request = pb.UpdateStandardRequest(
            standard=wanted, document=document, validate_only=dry_run, request_id=str(uuid.uuid4())
        )
        request.update_mask.paths.append("scope")
        _show(given.output, given.connection.ask(catalog.UpdateStandard, request))


def _text(zh: str, en: str) -> type_pb2.LocalizedText | None:
    return type_pb2.LocalizedText(zh=zh, en=en) if zh or en else None


def _show(output: Output, standard: standard_pb2.Standard) -> None:
    rows = [
        ("designation", standard.designation),
        ("title", either(standard.title.zh, standard.title.en, output.language)),
        ("scope (Chinese)", standard.scope.zh),
        ("scope (English)", standard.scope.en),
        ("standard", standard.name),
    ]
    output.show(standard, rows)


COMMANDS = (create, scope)
