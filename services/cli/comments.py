"""`tbt comments`: submit, import, list, correct, handle, count, summarise."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message
from google.type.date_pb2 import Date

from services.cli.connection import BULK_SECONDS
from services.cli.context import AsJson, Most, begin
from services.cli.documents import write_whole
from services.cli.output import Output, answering, day
from services.cli.wrong_options import WrongOption
from standards_tree.drafting.comment_files import CommentTable, TabledComment, read_comments
from tbt.catalog.v1 import comment_pb2 as pb
from tbt.type.v1 import type_pb2

app = typer.Typer(no_args_is_help=True)

ROWS_A_REQUEST = 2000
BYTES_A_REQUEST = 2 * 1024 * 1024

Draft = Annotated[str, typer.Argument(help="drafts/<draft>")]
Name = Annotated[str, typer.Argument(help="drafts/<draft>/comments/<comment>")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command()
def submit(
    context: typer.Context,
    draft: Draft,
    text: Annotated[str, typer.Option(help="What is wrong, and why. 意见内容。")] = "",
    proposed_change: Annotated[str, typer.Option(help="What to write instead. 修改建议。")] = "",
    clause: Annotated[str, typer.Option(help="5.2.1; empty for the whole draft. 标准章条编号。")] = "",
    paragraph: Annotated[str, typer.Option(help="第2段, 表1. 段落、图表。")] = "",
    line: Annotated[str, typer.Option(help="12-14. 行号。")] = "",
    kind: Annotated[str, typer.Option(help="general, technical or editorial. 意见类型。")] = "general",
    organisation: Annotated[str, typer.Option(help="Where it comes from. 提出单位。")] = "",
    commenter: Annotated[str, typer.Option(help="Who made it. 提出人。")] = "",
    received_on: Day = None,
    as_json: AsJson = False,
) -> None:
    """Record a comment on a draft. 登记意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        comment = pb.Comment(
            clause=clause,
            paragraph=paragraph,
            line=line,
            kind=_kind(kind),
            organisation=organisation,
            commenter=commenter,
            text=text,
            proposed_change=proposed_change,
            received_on=_date(received_on),
        )
        request = pb.SubmitCommentRequest(draft=draft, comment=comment, request_id=str(uuid.uuid4()))
        show(given.output, given.connection.ask(given.connection.catalog.SubmitComment, request))


@app.command("import")
def import_(
    context: typer.Context,
    draft: Draft,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX. 意见表。")],
    kind: Annotated[str, typer.Option(help="The kind of rows that give none. 未注明类型的意见。")] = "general",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done. 仅预览。")] = False,
    as_json: AsJson = False,
) -> None:
    """Record the comments of a table; repeated, it changes nothing. 批量导入意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        table = read_comments(file.read_bytes(), file.name)
        total = pb.ImportCommentsResponse(problems=list(_faults(given.output, table)))
        total.comments.read = total.comments.refused = len(total.problems)
        for rows in _requests(table, _kind(kind)):
            request = pb.ImportCommentsRequest(
                draft=draft, comments=rows, request_id=str(uuid.uuid4()), validate_only=dry_run
            )
            _add(total, given.connection.ask(given.connection.catalog.ImportComments, request, BULK_SECONDS))
        _show_import(given.output, total, dry_run=dry_run)
    if total.comments.refused:
        raise typer.Exit(1)


@app.command("list")
def list_(
    context: typer.Context,
    draft: Draft,
    unhandled: Annotated[bool, typer.Option("--unhandled", help="Only those not decided on. 仅未处理的。")] = False,
    disposition: Annotated[str, typer.Option(help="accepted, partly_accepted or rejected. 处理意见。")] = "",
    clause: Annotated[str, typer.Option(help="Only on this clause and below. 仅此章条。")] = "",
    organisation: Annotated[str, typer.Option(help="Only from here. 仅此单位。")] = "",
    most: Most = 100,
    as_json: AsJson = False,
) -> None:
    """List the comments on a draft, by clause. 列出意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.ListCommentsRequest(
            draft=draft,
            unhandled=unhandled,
            dispositions=[_disposition(disposition)] if disposition else [],
            clause=clause,
            organisation=organisation,
        )
        found = given.connection.every(given.connection.catalog.ListComments, request, "comments", most)

        def row(message: Message) -> list[str]:
            comment = cast("pb.Comment", message)
            said = comment.text or comment.proposed_change
            decided = disposition_word(given.output, comment.disposition)
            return [comment.name, comment.clause, said, comment.organisation or comment.commenter, decided]

        given.output.list(found, ("name", "clause", "comment text", "made by", "decision"), row)


@app.command()
def correct(
    context: typer.Context,
    name: Name,
    clause: Annotated[str | None, typer.Option(help="标准章条编号。")] = None,
    text: Annotated[str | None, typer.Option(help="意见内容。")] = None,
    proposed_change: Annotated[str | None, typer.Option(help="修改建议。")] = None,
    organisation: Annotated[str | None, typer.Option(help="提出单位。")] = None,
    commenter: Annotated[str | None, typer.Option(help="提出人。")] = None,
    as_json: AsJson = False,
) -> None:
    """Correct a comment nobody has decided on. 更正意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        wanted = {
            "clause": clause,
            "text": text,
            "proposed_change": proposed_change,
            "organisation": organisation,
            "commenter": commenter,
        }
        values = {field: value for field, value in wanted.items() if value is not None}
        request = pb.UpdateCommentRequest(
            comment=pb.Comment(name=name, **values),  # type: ignore[arg-type]  # each is a text of that name
            request_id=str(uuid.uuid4()),
        )
        request.update_mask.paths.extend(values)
        show(given.output, given.connection.ask(given.connection.catalog.UpdateComment, request))


@app.command()
def handle(
    context: typer.Context,
    name: Name,
    disposition: Annotated[str, typer.Argument(help="accepted, partly_accepted or rejected. 处理意见。")],
    reason: Annotated[str, typer.Option(help="Required unless accepted. 理由。")] = "",
    as_json: AsJson = False,
) -> None:
    """Decide on a comment. 处理意见。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.HandleCommentRequest(
            name=name, disposition=_disposition(disposition), reason=reason, request_id=str(uuid.uuid4())
        )
        show(given.output, given.connection.ask(given.connection.catalog.HandleComment, request))


@app.command()
def figures(context: typer.Context, draft: Draft, as_json: AsJson = False) -> None:
    """Count the comments on a draft and what became of them. 意见统计。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.GetCommentFiguresRequest(draft=draft)
        found = given.connection.ask(given.connection.catalog.GetCommentFigures, request)
        rows = [
            ("received", str(found.received)),
            ("organisations", str(found.organisations)),
            ("accepted", str(found.accepted)),
            ("partly accepted", str(found.partly_accepted)),
            ("not accepted", str(found.rejected)),
            ("not yet decided", str(found.unhandled)),
        ]
        told = found.consultation
        consulted = [
            ("sent to", str(told.sent_to)),
            ("replied", str(told.replied)),
            ("replied with comments", str(told.replied_with_comments)),
            ("did not reply", str(told.not_replied)),
        ]
        given.output.show(found, rows + consulted if found.HasField("consultation") else rows)


@app.command()
def consultation(
    context: typer.Context,
    draft: Draft,
    sent_to: Annotated[int, typer.Option(help="发送征求意见稿的单位数。")],
    replied: Annotated[int, typer.Option(help="回函的单位数。")],
    with_comments: Annotated[int, typer.Option(help="回函并有建议或意见的单位数。")],
    as_json: AsJson = False,
) -> None:
    """Record how many units a draft was sent to, and how many answered. 登记征求意见情况。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        told = pb.Consultation(sent_to=sent_to, replied=replied, replied_with_comments=with_comments)
        request = pb.RecordConsultationRequest(draft=draft, consultation=told, request_id=str(uuid.uuid4()))
        recorded = given.connection.ask(given.connection.catalog.RecordConsultation, request)
        given.output.show(recorded, [("sent to", str(recorded.sent_to)), ("did not reply", str(recorded.not_replied))])


@app.command()
def summary(
    context: typer.Context,
    draft: Draft,
    to: Annotated[Path, typer.Option("--to", help="Write the workbook (.xlsx) here. 保存路径。")],
    undertaker: Annotated[str, typer.Option(help="Who is in charge of the project. 承办人。")] = "",
    filled_on: Day = None,
) -> None:
    """Download the summary table of comments. 下载意见汇总处理表。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        request = pb.DownloadCommentSummaryRequest(
            draft=draft, language=given.output.language, undertaker=undertaker, filled_on=_date(filled_on)
        )
        pieces = given.connection.receive(given.connection.catalog.DownloadCommentSummary, request)
        write_whole((piece.chunk for piece in pieces), to)


def show(output: Output, comment: pb.Comment) -> None:
    """Show one comment."""
    last = comment.handlings[-1] if comment.handlings else pb.CommentHandling()
    output.show(
        comment,
        [
            ("name", comment.name),
            ("clause", " ".join(part for part in (comment.clause, comment.paragraph, comment.line) if part)),
            ("comment text", comment.text),
            ("proposed change", comment.proposed_change),
            ("made by", " ".join(part for part in (comment.organisation, comment.commenter) if part)),
            ("received on", day(comment.received_on)),
            ("decision", disposition_word(output, comment.disposition)),
            ("reason", last.reason),
        ],
    )


def disposition_word(output: Output, disposition: pb.Disposition.ValueType) -> str:
    """Return what was decided in the reader's language; nothing where nothing was."""
    if disposition == pb.DISPOSITION_ACCEPTED:
        return output.text("accepted")
    if disposition == pb.DISPOSITION_PARTLY_ACCEPTED:
        return output.text("partly accepted")
    return output.text("not accepted") if disposition == pb.DISPOSITION_REJECTED else ""


def _requests(table: CommentTable, kind: pb.CommentKind.ValueType) -> Iterator[list[pb.ImportedComment]]:
    """Yield the comments of a table, as many together as a request takes."""
    together: list[pb.ImportedComment] = []
    size = 0
    for tabled in table.comments:
        message = _imported(tabled, kind)
        size += message.ByteSize()
        if together and (len(together) == ROWS_A_REQUEST or size > BYTES_A_REQUEST):
            yield together
            together, size = [], message.ByteSize()
        together.append(message)
    if together:
        yield together


def _imported(tabled: TabledComment, kind: pb.CommentKind.ValueType) -> pb.ImportedComment:
    comment = pb.Comment(
        **tabled.texts,  # type: ignore[arg-type]  # each is a text of that name
        kind=kind if tabled.kind is None else _kind(tabled.kind.value),
        received_on=_date(tabled.received_on),
    )
    return pb.ImportedComment(row=tabled.row, comment=comment)


def _faults(output: Output, table: CommentTable) -> Iterator[type_pb2.ImportProblem]:
    for fault in table.faults:
        yield type_pb2.ImportProblem(
            row=fault.row,
            column=fault.column,
            value=fault.value[:200],
            message=output.text(fault.template),
            severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
        )


def _add(total: pb.ImportCommentsResponse, part: pb.ImportCommentsResponse) -> None:
    for name in ("read", "created", "unchanged", "refused"):
        setattr(total.comments, name, getattr(total.comments, name) + getattr(part.comments, name))
    total.problems.extend(part.problems)


def _show_import(output: Output, total: pb.ImportCommentsResponse, *, dry_run: bool) -> None:
    if output.as_json:
        output.show(total, [])
        return

    def row(message: Message) -> list[str]:
        problem = cast("type_pb2.ImportProblem", message)
        return [str(problem.row), problem.column, problem.value, problem.message]

    if total.problems:
        problems = sorted(total.problems, key=_row_of)
        output.list(problems, ("row", "column", "value", "problem"), row)
    counts = total.comments
    template = "{read} comments read, {created} new, {unchanged} there already, {refused} refused"
    output.say(template, read=counts.read, created=counts.created, unchanged=counts.unchanged, refused=counts.refused)
    if dry_run:
        output.say("nothing was changed")


def _row_of(problem: type_pb2.ImportProblem) -> int:
    return problem.row


def _kind(word: str) -> pb.CommentKind.ValueType:
    try:
        return pb.CommentKind.Value(f"COMMENT_KIND_{word.upper()}")
    except ValueError:
        message = "{word} is no kind of comment: general, technical, editorial"
        raise WrongOption(message, word=word) from None


def _disposition(word: str) -> pb.Disposition.ValueType:
    try:
        return pb.Disposition.Value(f"DISPOSITION_{word.upper()}")
    except ValueError:
        message = "{word} is no decision: accepted, partly_accepted, rejected"
        raise WrongOption(message, word=word) from None


def _date(value: date | None) -> Date | None:
    return None if value is None else Date(year=value.year, month=value.month, day=value.day)
