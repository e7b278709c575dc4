"""`tbt audit`: who changed what, who was refused what, and whether anybody meddled with the record of it."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.message import Message

from services.cli.connection import BULK_SECONDS
from services.cli.context import AsJson, Most, begin
from services.cli.documents import write_whole
from services.cli.output import FAILED, Output, answering, message_dict
from standards_tree.errors import PreconditionError
from tbt.audit.v1 import audit_service_pb2 as pb

app = typer.Typer(no_args_is_help=True, help="Who changed what, and who was refused what. 审计记录。")


@app.command("list")
def list_records(
    context: typer.Context,
    principal: Annotated[str, typer.Option(help="Only by this principal. 主体。")] = "",
    method: Annotated[str, typer.Option(help="Only of this method: CreateNode. 方法。")] = "",
    target: Annotated[str, typer.Option(help="Only about this resource. 对象。")] = "",
    refusals: Annotated[bool, typer.Option("--refusals", help="Only what was refused. 仅被拒绝的。")] = False,
    most: Most = 50,
    as_json: AsJson = False,
) -> None:
    """Records, newest first. 审计记录，最新的在前。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        kind = pb.AUDIT_KIND_REFUSAL if refusals else pb.AUDIT_KIND_UNSPECIFIED
        request = pb.ListAuditRecordsRequest(principal=principal, method=method, target=target, kind=kind)
        found = given.connection.every(given.connection.audit.ListAuditRecords, request, "records", most)

        def row(message: Message) -> list[str]:
            record = cast("pb.AuditRecord", message)
            at = record.occurred_at.ToDatetime().isoformat(sep=" ", timespec="seconds")
            about = record.targets[0] if record.targets else record.reason
            more = f" +{record.target_count - 1}" if record.target_count > 1 else ""
            return [at, record.principal, record.method.rpartition("/")[2], record.code, about + more]

        given.output.list(found, ("at (UTC)", "by", "method", "code", "about"), row)


@app.command("verify")
def verify(
    context: typer.Context,
    position: Annotated[int, typer.Option(min=0, help="A place whose hash you kept. 已留存的位置。")] = 0,
    sha256: Annotated[str, typer.Option(help="The hash you kept. 已留存的哈希值。")] = "",
    as_json: AsJson = False,
) -> None:
    """Compute the chain of hashes anew; exit status 1 when it is broken. 校验审计链。"""
    given = begin(context, as_json=as_json)
    output = given.output
    with answering(output):
        request = pb.VerifyAuditRequest(known_position=position, known_sha256=sha256)
        answer = given.connection.ask(given.connection.audit.VerifyAudit, request, BULK_SECONDS)
        output.show(
            answer,
            (
                ("sealed", str(answer.sealed_count)),
                ("waiting to be sealed", str(answer.unsealed_count)),
                ("head", f"{answer.head_position} {answer.head_sha256}"),
            ),
        )
        if answer.intact:
            output.say("the record is whole; keep the head elsewhere, and give it the next time")
        elif not output.as_json:
            output.list(answer.faults, ("position", "record", "fault"), _fault_row(output))
    if not answer.intact:
        raise typer.Exit(FAILED)


@app.command("export")
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(help="A file that is not there yet: audit.jsonl. 输出文件。")],
    from_position: Annotated[int, typer.Option(min=0, help="The first place wanted. 起始位置。")] = 0,
) -> None:
    """Write the chain to a file, a JSON document a line: position, sha256, sealed_text. 导出审计链。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        if to.exists() or not to.parent.is_dir():
            message = "{path} is there already, or its folder is not: name a new file"
            raise PreconditionError(message, path=to)
        request, counted = pb.ExportAuditRequest(from_position=from_position), count(1)
        pieces = given.connection.receive(given.connection.audit.ExportAudit, request)
        # A chain that ends too early looks like a whole one: what has not come whole gets no name.
        write_whole((_line(link, counted) for piece in pieces for link in piece.links), to)
        given.output.say("{count} records written to {path}", count=next(counted) - 1, path=to)


def _line(link: pb.AuditLink, counted: Iterator[int]) -> bytes:
    next(counted)
    return f"{json.dumps(message_dict(link), ensure_ascii=False, sort_keys=True)}\n".encode()


def _fault_row(output: Output) -> Callable[[Message], list[str]]:
    def row(message: Message) -> list[str]:
        fault = cast("pb.AuditFault", message)
        kind = pb.AuditFaultKind.Name(fault.kind).removeprefix("AUDIT_FAULT_KIND_").lower()
        return [str(fault.position or "-"), str(fault.number or "-"), output.text(kind)]

    return row
