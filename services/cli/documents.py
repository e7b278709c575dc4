"""`tbt documents`: put, get, verify, sweep."""

import hashlib
import mimetypes
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer
from google.protobuf.message import Message

from services.cli.connection import BULK_SECONDS, Connection
from services.cli.context import AsJson, begin
from services.cli.output import FAILED, Output, answering
from tbt.documents.v1 import documents_service_pb2 as pb

CHUNK_BYTES = 256 * 1024
VERIFY_SECONDS = 24 * 3600.0

Move = Callable[[int, int | None], None]

app = typer.Typer(no_args_is_help=True)


@app.command()
def put(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file. 文件。")],
    as_json: AsJson = False,
) -> None:
    """Upload a file. 上传文件。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        document = upload(given.connection, given.output, file)
        given.output.show(document, document_rows(document))


@app.command()
def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="documents/<document>")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write it; standard output when not given. 保存路径。")
    ] = None,
) -> None:
    """Download a file, byte for byte. 下载文件。"""
    given = begin(context, as_json=False)
    with answering(given.output):
        chunks = given.connection.receive(
            given.connection.documents.DownloadDocument, pb.DownloadDocumentRequest(name=name)
        )
        write_whole((reply.chunk for reply in chunks), to)


@app.command()
def verify(
    context: typer.Context,
    after: Annotated[str, typer.Option(help="Go on after this hash. 从此哈希值之后继续。")] = "",
    as_json: AsJson = False,
) -> None:
    """Hold all stored bytes against their hash; exit status 1 when some are lost or damaged. 校验全部文档。"""
    given = begin(context, as_json=as_json)
    output, answer = given.output, pb.VerifyDocumentsResponse(last_sha256=after)
    faults: list[pb.DocumentFault] = []
    with answering(output), output.progress("verifying") as move:
        answers = given.connection.receive(
            given.connection.documents.VerifyDocuments, pb.VerifyDocumentsRequest(after_sha256=after), VERIFY_SECONDS
        )
        for answer in answers:
            faults.extend(answer.faults)
            move(answer.examined, None)
    with answering(output):
        if faults:
            output.list(faults, ("fault", "SHA-256", "documents"), _fault_row(output))
        figures = {"count": f"{answer.examined:,}", "bytes": f"{answer.examined_bytes:,}", "faults": len(faults)}
        output.say("{count} stored files with {bytes} bytes were read; {faults} are lost or damaged", **figures)
    if faults:
        raise typer.Exit(FAILED)


@app.command()
def sweep(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Only count. 仅统计，不删除。")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove stored bytes, older than a day, that belong to no document. 清理不属于任何文档的数据。"""
    given = begin(context, as_json=as_json)
    with answering(given.output):
        request = pb.SweepOrphansRequest(validate_only=check)
        answer = given.connection.ask(given.connection.documents.SweepOrphans, request, BULK_SECONDS)
        given.output.show(
            answer, [("stored files", f"{answer.examined:,}"), ("without a document", f"{answer.removed:,}")]
        )


def _fault_row(output: Output) -> Callable[[Message], list[str]]:
    def row(message: Message) -> list[str]:
        fault = cast("pb.DocumentFault", message)
        kind = pb.DocumentFaultKind.Name(fault.kind).removeprefix("DOCUMENT_FAULT_KIND_").lower()
        return [output.text(kind), fault.sha256, ", ".join(fault.documents)]

    return row


def upload(connection: Connection, output: Output, file: Path) -> pb.Document:
    """Upload *file* and return what was stored. Sent again after a broken connection, it takes effect once."""
    size = file.stat().st_size
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    header = pb.UploadDocumentHeader(
        document=pb.Document(file_name=file.name, media_type=_media_type(file)),
        sha256=digest,
        request_id=str(uuid.uuid4()),
    )
    with file.open("rb") as content, output.progress("uploading", size) as move:
        return connection.send(connection.documents.UploadDocument, _pieces(header, content, move))


def _pieces(header: pb.UploadDocumentHeader, content: BinaryIO, move: Move) -> Iterator[pb.UploadDocumentRequest]:
    yield pb.UploadDocumentRequest(header=header)
    sent = 0
    while chunk := content.read(CHUNK_BYTES):
        yield pb.UploadDocumentRequest(chunk=chunk)
        sent += len(chunk)
        move(sent, None)


def _media_type(file: Path) -> str:
    guessed = mimetypes.guess_type(file.name)[0] or ""
    return guessed.lower()


def document_rows(document: pb.Document) -> list[tuple[str, str]]:
    """Return what a person wants to know of a document."""
    return [
        ("document", document.name),
        ("file", document.file_name),
        ("bytes", f"{document.size_bytes:,}"),
        ("SHA-256", document.sha256),
    ]


def write_whole(chunks: Iterator[bytes], to: Path | None) -> None:
    """Write *chunks* to a file that appears when it is whole, or to standard output."""
    if to is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    fresh = to.with_name(to.name + ".part")
    try:
        with fresh.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        fresh.replace(to)
    finally:
        fresh.unlink(missing_ok=True)
