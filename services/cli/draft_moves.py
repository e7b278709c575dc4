"""`tbt drafts`: attach, documents, advance, publish, discard, limits, set-limit."""

import uuid
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.context import AsJson, Most, begin
from services.cli.documents import upload
from services.cli.draft_words import DAYS, Day, date_of, period, role, show, stage, word
from services.cli.drafts import DraftName, app
from services.cli.output import answering, day, either
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2

__all__ = ["app"]

File = Annotated[
    Path | None, typer.Option("--file", exists=True, dir_okay=False, help="The file, to be uploaded. 文件。")
]
Reason = Annotated[str, typer.Option(help="Kept in its history. 理由。")]


@app.command()
def attach(
    context: typer.Context,
    name: DraftName,
    role_word: Annotated[
        str,
        typer.Option(
            "--role",
            help="text, compilation_statement, comment_summary, ballot_record, project_proposal, other. 类别。",
        ),
    ],
    file: File = None,
    document: Annotated[str, typer.Option(help="One uploaded already. 已上传的文档。")] = "",
    stage_text: Annotated[str, typer.Option("--stage", help="The present one when not given. 所属阶段。")] = "",
    note: Annotated[str, typer.Option(help="What is to be said of it. 说明。")] = "",
    as_json: AsJson = False,
) -> None:
    """Attach a document to a stage of a draft; earlier versions are kept. 附加文档。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = draft_pb2.AttachDocumentRequest(
            name=name,
            attachment=draft_pb2.Attachment(role=role(role_word), document=document, note=note),
            stage=stage(stage_text) if stage_text else draft_pb2.STAGE_UNSPECIFIED,
            request_id=str(uuid.uuid4()),
        )
        if file is not None:
            request.attachment.document = upload(given.connection, given.output, file).name
        made = given.connection.ask(given.connection.catalog.AttachDocument, request)
        rows = [("document", made.document), ("version", str(made.version)), ("note", made.note)]
        given.output.show(made, rows)


@app.command()
def documents(context: typer.Context, name: DraftName, most: Most = 100, as_json: AsJson = False) -> None:
    """List the documents of a draft, all versions. 列出草案的文档。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = draft_pb2.ListDraftDocumentsRequest(name=name)
        found = given.connection.every(given.connection.catalog.ListDraftDocuments, request, "documents", most)

        def row(message: Message) -> list[str]:
            entry = cast("draft_pb2.DraftDocument", message)
            stood = word(given.output, draft_pb2.Stage.Name(entry.stage), "STAGE_")
            kind = word(given.output, draft_pb2.DocumentRole.Name(entry.role), "DOCUMENT_ROLE_")
            return [stood, kind, str(entry.version), entry.document, entry.principal, entry.note]

        given.output.list(found, ("stage", "role", "version", "document", "by", "note"), row)


@app.command()
def advance(
    context: typer.Context,
    name: DraftName,
    target: Annotated[str, typer.Argument(help="proposal … approval, 10 … 50, or a code such as 30.20. 阶段。")],
    reason: Reason = "",
    file: File = None,
    document: Annotated[str, typer.Option(help="The text of the stage, uploaded already. 已上传的文本。")] = "",
    statement: Annotated[str, typer.Option(help="The compilation statement, uploaded already. 编制说明。")] = "",
    comments_from: Annotated[
        Day, typer.Option(formats=DAYS, help="First day of the comment period. 征求意见开始日期。")
    ] = None,
    comments_to: Annotated[
        Day, typer.Option(formats=DAYS, help="Last day of the comment period. 征求意见截止日期。")
    ] = None,
    urgent_because: Annotated[str, typer.Option(help="Why the period is short. 缩短的理由。")] = "",
    check_only: Annotated[bool, typer.Option("--check", help="Only say whether it could. 仅检查。")] = False,
    as_json: AsJson = False,
) -> None:
    """Move a draft to another stage, with what the stage asks for. 推进草案阶段。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.AdvanceDraftRequest(
            name=name, reason=reason, document=document, validate_only=check_only, request_id=str(uuid.uuid4())
        )
        if "." in target:
            request.harmonized_stage = target
        else:
            request.stage = stage(target)
        if file is not None:
            request.document = upload(given.connection, given.output, file).name
        if statement:
            request.attachments.add(role=draft_pb2.DOCUMENT_ROLE_COMPILATION_STATEMENT, document=statement)
        if comments_from is not None or comments_to is not None:
            request.comment_period.CopyFrom(period(comments_from, comments_to, urgent_because))
        show(given.output, given.connection.ask(given.connection.catalog.AdvanceDraft, request))


@app.command()
def publish(
    context: typer.Context,
    name: DraftName,
    designation: Annotated[str, typer.Option(help="With its year; the draft's when not given. 标准编号。")] = "",
    issued_on: Annotated[Day, typer.Option(formats=DAYS, help="发布日期。")] = None,
    effective_on: Annotated[Day, typer.Option(formats=DAYS, help="实施日期。")] = None,
    ics: Annotated[list[str] | None, typer.Option(help="71.100.40")] = None,
    ccs: Annotated[list[str] | None, typer.Option(help="A22")] = None,
    announcement: Annotated[str, typer.Option(help="The announcement that issues it. 发布公告。")] = "",
    as_json: AsJson = False,
) -> None:
    """Publish an approved draft as a standard: for who numbers standards. 发布标准。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = draft_pb2.PublishDraftRequest(
            name=name,
            designation=designation,
            issued_on=date_of(issued_on) if issued_on is not None else None,
            effective_on=date_of(effective_on) if effective_on is not None else None,
            ics=ics or [],
            ccs=ccs or [],
            announcement=announcement,
            request_id=str(uuid.uuid4()),
        )
        made = given.connection.ask(given.connection.catalog.PublishDraft, request)
        rows = [
            ("draft", made.draft.name),
            ("standard", made.standard.name),
            ("designation", made.standard.designation),
            ("issued on", day(made.standard.issued_on)),
            ("effective on", day(made.standard.effective_on)),
            ("superseded", ", ".join(ended.designation for ended in made.superseded)),
            ("not in the catalogue", ", ".join(made.unknown)),
        ]
        given.output.show(made, rows)


@app.command()
def discard(
    context: typer.Context,
    name: DraftName,
    reason: Annotated[str, typer.Option(help="Kept in its history. 理由。")],
    as_json: AsJson = False,
) -> None:
    """Give up a draft; it stays readable. 终止草案。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.DiscardDraftRequest(name=name, reason=reason, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.DiscardDraft, request))


@app.command()
def limits(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how long a draft may stay in each stage, and who says so. 显示各阶段时限。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        found = given.connection.ask(given.connection.catalog.GetStageLimits, draft_pb2.GetStageLimitsRequest())

        def row(message: Message) -> list[str]:
            limit = cast("draft_pb2.StageLimit", message)
            stood = word(given.output, draft_pb2.Stage.Name(limit.stage), "STAGE_")
            reported = ", ".join(map(str, limit.reported_months))
            source = either(limit.source.zh, limit.source.en, given.output.language)
            return [stood, str(limit.months or "–"), reported, source]

        given.output.list(found.limits, ("stage", "months in use", "months reported", "source"), row)


@app.command("set-limit")
def set_limit(
    context: typer.Context,
    stage_text: Annotated[str, typer.Argument(metavar="STAGE", help="proposal … approval, or 10 … 50. 阶段。")],
    months: Annotated[int, typer.Argument(min=0, max=120, help="0 for no limit. 月数，0 为不设。")],
    source: Annotated[str, typer.Option(help="Who or what says so. 依据。")],
    as_json: AsJson = False,
) -> None:
    """Set how long a draft may stay in a stage. 设定阶段时限。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = draft_pb2.SetStageLimitRequest(
            stage=stage(stage_text), months=months, source=source, request_id=str(uuid.uuid4())
        )
        limit = given.connection.ask(given.connection.catalog.SetStageLimit, request)
        source_said = either(limit.source.zh, limit.source.en, given.output.language)
        given.output.show(limit, [("months in use", str(limit.months)), ("source", source_said)])
