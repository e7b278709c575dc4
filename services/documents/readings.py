"""Read what files say: one file at a time for each of a few readers, and a standard document only once."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO

from sqlmodel import Session

import standards_tree
from services.documents import messages, store
from services.documents.messages_standard import pieces_to
from services.documents.notification_reading import read_notifications
from services.documents.tables import DocumentRow, ReadingRow
from services.documents.uploads import SPOOLED_BYTES
from services.runtime import texts
from services.runtime.blobs import CHUNK_BYTES, BlobStore
from services.runtime.calls import current_call
from services.runtime.database import Database
from standards_tree.documents.docx_annotation import Annotation, annotate_docx
from standards_tree.documents.pdf_pages import PdfPage, read_pdf
from standards_tree.documents.reading import read_document
from standards_tree.documents.schemas import SchemaFolder
from standards_tree.errors import DeadlineError, LimitError, UnavailableError
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1.standard_piece_pb2 import StandardPiece
from tbt.documents.v1.validation_pb2 import ValidateDocumentResponse

# A reader holds the file and all that it found in memory: several times the size of the file.
FILES_AT_ONCE = 4
# What one gRPC message carries here. A standard of 1 MB makes an answer of a third of that.
MAX_ANSWER_BYTES = 4 * 1024 * 1024


class Readings:
    """Reads documents, and remembers what was read of standard documents."""

    def __init__(self, database: Database, blobs: BlobStore, schemas: SchemaFolder) -> None:
        self._database = database
        self._blobs = blobs
        self._schemas = schemas
        self._places = threading.BoundedSemaphore(FILES_AT_ONCE)

    def standard(self, row: DocumentRow, language: str) -> pb.ReadStandardResponse:
        """Return what a standard document says, with remarks in *language*; read the file only the first time.

        Raises:
            MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `read_document`; or it does not say
                which standard it is.
            LimitError: it says more than one answer can carry.
        """
        reader = reader_version()
        known = self._database.look_up(lambda session: store.find_reading(session, row.sha256, language, reader))
        if known is not None:
            return pb.ReadStandardResponse.FromString(known)
        with self._place():
            answer = messages.standard_to(read_document(self._blobs.content(row.sha256)), language)
        serialized = answer.SerializeToString()
        if len(serialized) > MAX_ANSWER_BYTES:
            message = "{name} says too much for one answer: {size} bytes, and {limit} can be sent"
            raise LimitError(message, name=store.resource_name(row), size=len(serialized), limit=MAX_ANSWER_BYTES)

        def work(session: Session) -> pb.ReadStandardResponse:
            reading = ReadingRow(sha256=row.sha256, language=language, reader=reader, answer=serialized)
            store.keep_reading(session, reading)
            return answer

        return self._database.write(work)

    def pieces(self, row: DocumentRow, language: str) -> Iterator[StandardPiece]:
        """Yield all of a standard document, with remarks in *language*.

        Raises:
            MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `read_document`.
            LimitError: one clause says more than one message can carry.
        """
        with self._place():
            document = read_document(self._blobs.content(row.sha256))
        yield from pieces_to(document, language)

    def verdicts(self, row: DocumentRow, schemas: Sequence[str]) -> ValidateDocumentResponse:
        """Return what *schemas* say of a document.

        Raises:
            MalformedDocumentError, UnsafeDocumentError: it is no XML that can be read.
            InvalidArgumentError, PreconditionError: see `SchemaFolder.verdicts`.
        """
        with self._place():
            return messages.verdicts_to(self._schemas.verdicts(self._blobs.content(row.sha256), schemas))

    def notifications(self, row: DocumentRow, language: str) -> Iterator[pb.ReadNotificationsResponse]:
        """Yield what a file of notifications says, with problems in *language*.

        Raises:
            MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `read_notifications`.
        """
        # Unnamed, so that it goes when it is closed; with a descriptor that a process of its own reads from.
        with TemporaryFile() as file:
            for chunk in self._blobs.chunks(row.sha256):
                _append(file, chunk)
            file.seek(0)
            with closing(read_notifications(file, row.size_bytes, language)) as pieces:
                while True:
                    # A client that takes its time holds no place while it does: four such clients would keep everybody out.
                    with self._place():
                        piece = next(pieces, None)
                    if piece is None:
                        return
                    yield piece

    def pages(self, row: DocumentRow) -> list[PdfPage]:
        """Return what the pages of a PDF say.

        Raises:
            MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `read_pdf`.
        """
        with self._place():
            return read_pdf(self._blobs.content(row.sha256))

    def annotated(
        self, row: DocumentRow, notes: Sequence[Annotation], author: str, made_on: date | None
    ) -> Iterator[bytes]:
        """Yield a Word document with *notes* in it, at most CHUNK_BYTES at once.

        Raises:
            MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError, InvalidArgumentError: see `annotate_docx`.
            UnavailableError: there is no room for it.
        """
        # A client that reads slowly holds a file, and neither memory nor a place among the readers.
        with SpooledTemporaryFile(SPOOLED_BYTES) as written:
            with self._place():
                _fill(written, annotate_docx(self._blobs.content(row.sha256), notes, author, made_on))
            while chunk := written.read(CHUNK_BYTES):
                yield chunk

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Wait for a place among the files that are read at once, for as long as the caller does."""
        call = current_call()
        if not self._places.acquire(timeout=call.seconds_left() if call is not None else None):
            message = "other files were being read for all the time of the call; give it more, or try again later"
            raise DeadlineError(message)
        try:
            yield
        finally:
            self._places.release()


def _fill(file: IO[bytes], content: bytes) -> None:
    _append(file, content)
    file.seek(0)


def _append(file: IO[bytes], content: bytes) -> None:
    try:
        file.write(content)
    except OSError as error:
        message = "there is no room for the document now ({cause}); try again later"
        raise UnavailableError(message, cause=error.strerror) from error


@cache
def reader_version() -> str:
    """Return a digest of all code and translations that decide what a reading says.

    A number that somebody has to raise would one day not be raised, and a mended reader would answer with old readings.
    """
    folders = (Path(standards_tree.__file__).parent, Path(__file__).parent, Path(texts.__file__).parent / "locale")
    digest = hashlib.sha256(pb.DESCRIPTOR.serialized_pb)
    for folder in folders:
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.po")]):
            digest.update(path.read_bytes())
    return digest.hexdigest()
