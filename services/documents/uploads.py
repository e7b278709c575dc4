"""Receive an upload piece by piece, and see that its bytes are stored before anybody is told so."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from services.runtime.blobs import BlobStore
from standards_tree.errors import InvalidArgumentError, LimitError, UnavailableError
from tbt.documents.v1 import documents_service_pb2 as pb

SPOOLED_BYTES = 1024 * 1024
"""What one upload takes of memory before it goes to a file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A complete upload: what its sender says of it, its bytes, and what was found of them."""

    header: pb.UploadDocumentHeader
    content: IO[bytes]
    sha256: str
    size_bytes: int

    def store_in(self, blobs: BlobStore) -> None:
        """Put the bytes into *blobs* unless they are there."""
        if not blobs.holds(self.sha256, self.size_bytes):
            self.content.seek(0)
            # The media type is only what this sender says, and other documents may share the bytes.
            blobs.put(self.content, self.sha256, self.size_bytes, media_type="")


@contextmanager
def received(requests: Iterator[pb.UploadDocumentRequest], max_bytes: int) -> Iterator[Upload]:
    """Give the upload that arrives in *requests*, once all of it has, for as long as the block.

    Raises:
        InvalidArgumentError: the pieces are not a header and then bytes, or the bytes are not those it announces.
        LimitError: there are more than *max_bytes*; nothing more is read.
        UnavailableError: there is no room for it.
    """
    header = _header(requests)
    _require_room(header.document.size_bytes, max_bytes)
    with SpooledTemporaryFile(SPOOLED_BYTES) as content:
        sha256, size_bytes = _spool(requests, content, max_bytes)
        _require_whole(requests)
        _require_announced(header, sha256, size_bytes)
        yield Upload(header, content, sha256, size_bytes)


def _header(requests: Iterator[pb.UploadDocumentRequest]) -> pb.UploadDocumentHeader:
    first = next(requests, None)
    if first is None:
        message = "the upload is empty; send the header first, then the bytes"
        raise InvalidArgumentError.in_field("header", message)
    if first.WhichOneof("piece") != "header":
        message = "the first message of an upload must hold the header: the file name, before any bytes"
        raise InvalidArgumentError.in_field("header", message)
    return first.header


def _spool(requests: Iterator[pb.UploadDocumentRequest], content: IO[bytes], max_bytes: int) -> tuple[str, int]:
    """Write the chunks to *content* and return their hash and how many bytes they are."""
    digest = hashlib.sha256()
    size_bytes = 0
    for request in requests:
        if request.WhichOneof("piece") != "chunk":
            message = "after the first message every message of an upload must hold a chunk of its bytes"
            raise InvalidArgumentError.in_field("chunk", message)
        size_bytes += len(request.chunk)
        _require_room(size_bytes, max_bytes)
        digest.update(request.chunk)
        try:
            content.write(request.chunk)
        except OSError as error:
            message = "there is no room for the upload now ({cause}); try again later"
            raise UnavailableError(message, cause=error.strerror) from error
    return digest.hexdigest(), size_bytes


def _require_room(size_bytes: int, max_bytes: int) -> None:
    if size_bytes > max_bytes:
        message = "the document is larger than {limit} bytes, the most that is kept of one"
        raise LimitError(message, limit=max_bytes)


def _require_whole(requests: Iterator[pb.UploadDocumentRequest]) -> None:
    """Raise gRPC's own error if the stream did not end but broke.

    gRPC (1.85) gives half of all broken streams a proper end, because it learns of end and break by two events, and the
    second may come late; one more read waits for it. Of 27 broken streams that seemed complete it told all 27.
    """
    next(requests, None)


def _require_announced(header: pb.UploadDocumentHeader, sha256: str, size_bytes: int) -> None:
    if not size_bytes:
        message = "the document has no bytes; an empty file is not kept"
        raise InvalidArgumentError.in_field("chunk", message)
    announced = header.document.size_bytes
    if announced and announced != size_bytes:
        message = "the header announces {announced} bytes, and {found} arrived; send the document again"
        raise InvalidArgumentError.in_field(
            "header.document.size_bytes", message, announced=announced, found=size_bytes
        )
    if header.sha256 and header.sha256 != sha256:
        message = "the bytes that arrived have the SHA-256 {found}, not {announced} as the header says; send them again"
        raise InvalidArgumentError.in_field("header.sha256", message, found=sha256, announced=header.sha256)
