"""Upload and download documents as a client does."""

from collections.abc import Iterator

from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc

CHUNK_BYTES = 256 * 1024
CALL_SECONDS = 60


def header(file_name: str, media_type: str = "application/xml", **fields: object) -> pb.UploadDocumentRequest:
    """Return the first message of an upload; *fields* are those of the header, `size_bytes` that of its document."""
    document = pb.Document(file_name=file_name, media_type=media_type, size_bytes=fields.pop("size_bytes", 0))
    return pb.UploadDocumentRequest(header=pb.UploadDocumentHeader(document=document, **fields))


def chunks(content: bytes) -> Iterator[pb.UploadDocumentRequest]:
    """Yield the messages that carry *content*."""
    for start in range(0, len(content), CHUNK_BYTES):
        yield pb.UploadDocumentRequest(chunk=content[start : start + CHUNK_BYTES])


def upload(
    stub: pb_grpc.DocumentsServiceStub, content: bytes, file_name: str = "示例.xml", **fields: object
) -> pb.Document:
    """Upload *content* and return the document."""
    messages = iter([header(file_name, **fields), *chunks(content)])
    return stub.UploadDocument(messages, timeout=CALL_SECONDS)


def download(stub: pb_grpc.DocumentsServiceStub, name: str) -> bytes:
    """Return the bytes of the document *name*."""
    pieces = stub.DownloadDocument(pb.DownloadDocumentRequest(name=name), timeout=CALL_SECONDS)
    return b"".join(piece.chunk for piece in pieces)
