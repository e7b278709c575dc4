"""`tbt drafts`: register, advance, list, check."""

import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.documents import upload
from services.cli.output import Output, answering, either
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2
from tbt.compliance.v1 import compliance_service_pb2 as compliance_pb
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)


@app.command()
def register(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("--file", exists=True, dir_okay=False, help="Its text (ISO STS or NISO STS XML). 草案文本。"),
    ] = None,
    document: Annotated[str, typer.Option(help="Its text, uploaded already. 已上传的文档。")] = "",
    title_zh: Annotated[str, typer.Option(help="Read from the text when not given. 中文名称。")] = "",
    title_en: Annotated[str, typer.Option(help="Read from the text when not given. 英文名称。")] = "",
    designation: Annotated[str, typer.Option(help="Read from the text when not given. 标准编号。")] = "",
    plan_number: Annotated[str, typer.Option(help="20221858-T-469. 计划号。")] = "",
    committee: Annotated[str, typer.Option(help="SAC/TC 260. 归口单位。")] = "",
    node: Annotated[str, typer.Option(help="systems/<system>/nodes/<node>. 体系节点。")] = "",
    as_json: AsJson = False,
) -> None:
    """Register a draft. 登记草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        if file is not None:
            document = upload(given.connection, given.output, file).name
        draft = draft_pb2.Draft(
            designation=designation, plan_number=plan_number, committee=committee, node=node, document=document
        )
        if title_zh or title_en:
            draft.title.CopyFrom(type_pb2.LocalizedText(zh=title_zh, en=title_en))
        request = pb.RegisterDraftRequest(draft=draft, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.RegisterDraft, request))


@app.command()
def advance(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="drafts/<draft>")],
    stage: Annotated[str, typer.Argument(help="proposal, preparatory, comment, review, approval, publication. 阶段。")],
    reason: Annotated[str, typer.Option(help="Kept in its history. 理由。")] = "",
    as_json: AsJson = False,
) -> None:
    """Move a draft to another stage. 推进草案阶段。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.AdvanceDraftRequest(name=name, stage=_stage(stage), reason=reason, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.AdvanceDraft, request))


@app.command("list")
def list_(
    context: typer.Context,
    stage: Annotated[str, typer.Option(help="Only in this stage. 仅此阶段。")] = "",
    committee: Annotated[str, typer.Option(help="Only of this committee. 仅此归口单位。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List drafts, newest first. 列出草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListDraftsRequest(committee=committee, stages=[_stage(stage)] if stage else [])
        drafts = given.connection.every(given.connection.catalog.ListDrafts, request, "drafts", most)

        def row(message: Message) -> list[str]:
            draft = cast("draft_pb2.Draft", message)
            title = either(draft.title.zh, draft.title.en, given.output.language)
            return [draft.name, draft.designation or draft.plan_number, title, _stage_word(given.output, draft.stage)]

        given.output.list(drafts, ("draft", "designation", "title", "stage"), row)


@app.command()
def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="drafts/<draft> or documents/<document>")],
    as_json: AsJson = False,
) -> None:
    """Hold a draft against the rules; exit status 1 when a requirement is not met. 检查草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = compliance_pb.CheckDraftRequest(request_id=str(uuid.uuid4()))
        if name.startswith("documents/"):
            request.document = name
        else:
            request.draft = name
        found = given.connection.ask(given.connection.compliance.CheckDraft, request)
        _show_check(given.output, found)
    if found.error_count:
        raise typer.Exit(1)


def _show_check(output: Output, check: compliance_pb.Check) -> None:
    if output.as_json:
        output.show(check, [])
        return

    def row(message: Message) -> list[str]:
        finding = cast("compliance_pb.Finding", message)
        severity = compliance_pb.Severity.Name(finding.severity).removeprefix("SEVERITY_").lower()
        place = finding.place.clause or (f"line {finding.place.line}" if finding.place.line else "")
        text = either(finding.message.zh, finding.message.en, output.language)
        return [output.text(severity), finding.rule, place, text]

    output.list(check.findings, ("severity", "rule", "place", "finding"), row)
    output.say(
        "{errors} errors, {warnings} warnings, {notes} notes; {examined} references and terms examined",
        errors=check.error_count,
        warnings=check.warning_count,
        notes=check.note_count,
        examined=check.examined_count,
    )


def show(output: Output, draft: draft_pb2.Draft) -> None:
    """Show one draft."""
    output.show(
        draft,
        [
            ("draft", draft.name),
            ("designation", draft.designation),
            ("plan number", draft.plan_number),
            ("title", either(draft.title.zh, draft.title.en, output.language)),
            ("stage", _stage_word(output, draft.stage)),
            ("committee", draft.committee),
            ("document", draft.document),
        ],
    )


def _stage(word: str) -> draft_pb2.Stage.ValueType:
    try:
        return draft_pb2.Stage.Value(f"STAGE_{word.upper()}")
    except ValueError:
        known = ", ".join(name.removeprefix("STAGE_").lower() for name in draft_pb2.Stage.keys()[1:])
        message = f"{word} is not a stage; the stages are {known}"
        raise typer.BadParameter(message) from None


def _stage_word(output: Output, stage: draft_pb2.Stage.ValueType) -> str:
    return output.text(draft_pb2.Stage.Name(stage).removeprefix("STAGE_").lower())
