"""Speak gRPC for the documents service: translate, call, translate."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import grpc

from services.documents import messages, store
from services.documents.integrity import examine
from services.documents.orphans import sweep
from services.documents.readings import Readings
from services.documents.tables import DocumentRow
from services.documents.uploads import received
from services.runtime.blobs import BlobStore
from services.runtime.calls import current_call, current_principal
from services.runtime.changes import Change, ChangeFeed, watch
from services.runtime.civil_dates import date_from, moment_to
from services.runtime.database import Database, Session
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from standards_tree.committees import committee_key
from standards_tree.documents.docx_annotation import Annotation
from standards_tree.documents.schemas import SchemaFolder
from tbt.documents.v1 import annotation_pb2, validation_pb2
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from tbt.documents.v1.standard_piece_pb2 import StandardPiece
from tbt.type.v1 import type_pb2

OWNER = "documents"
URL_LIFETIME_SECONDS = 300
ORPHAN_AGE_SECONDS = 24 * 3600


class DocumentsService(pb_grpc.DocumentsServiceServicer):
    """Answers the calls of the documents contract."""

    def __init__(
        self, database: Database, pager: Pager, blobs: BlobStore, schemas: SchemaFolder, max_document_bytes: int
    ) -> None:
        self._database = database
        self._pager = pager
        self._blobs = blobs.of(OWNER)
        self._max_document_bytes = max_document_bytes
        self._readings = Readings(database, self._blobs, schemas)
        self._feed = ChangeFeed(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["DocumentsService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_DocumentsServiceServicer_to_server(self, server))

    def UploadDocument(  # noqa: N802
        self, request_iterator: Iterator[pb.UploadDocumentRequest], context: grpc.ServicerContext
    ) -> pb.Document:
        """Keep a document: its bytes first, its row second."""
        del context
        with received(request_iterator, self._max_document_bytes) as upload:
            upload.store_in(self._blobs)

            def work(session: Session) -> pb.Document:
                store.keep_from_sweeping(session, upload.sha256)
                # Bytes that lay there unused may have been swept since; from here on they cannot be.
                upload.store_in(self._blobs)
                row = DocumentRow(
                    document_id=uuid4().hex,
                    file_name=upload.header.document.file_name,
                    media_type=upload.header.document.media_type,
                    size_bytes=upload.size_bytes,
                    sha256=upload.sha256,
                    uploaded_by=current_principal().subject,
                    committee_key=committee_key(current_principal().committee),
                )
                return messages.document_to(store.add_document(session, row))

            return self._database.write(work, upload.header, upload.sha256)

    def GetDocument(self, request: pb.GetDocumentRequest, context: grpc.ServicerContext) -> pb.Document:  # noqa: N802
        """Read what is known of a document."""
        del context
        return messages.document_to(self._document(request.name))

    def ListDocuments(  # noqa: N802
        self, request: pb.ListDocumentsRequest, context: grpc.ServicerContext
    ) -> pb.ListDocumentsResponse:
        """List documents, newest first."""
        del context
        page = self._pager.page(request)
        found = self._database.look_up(lambda session: store.list_documents(session, page))
        documents, token = self._pager.fill(request, page, found, store.page_key, messages.document_to)
        return pb.ListDocumentsResponse(documents=documents, next_page_token=token)

    def DownloadDocument(  # noqa: N802
        self, request: pb.DownloadDocumentRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.DownloadDocumentResponse]:
        """Send the bytes of a document."""
        del context
        row = self._document(request.name)
        for chunk in self._blobs.chunks(row.sha256):
            yield pb.DownloadDocumentResponse(chunk=chunk)

    def CreateDownloadUrl(  # noqa: N802
        self, request: pb.CreateDownloadUrlRequest, context: grpc.ServicerContext
    ) -> pb.CreateDownloadUrlResponse:
        """Make an address that gives the bytes to anybody for a while."""
        del context
        row = self._document(request.name)
        lifetime_seconds = request.lifetime_seconds or URL_LIFETIME_SECONDS
        expires_at = datetime.now(UTC) + timedelta(seconds=lifetime_seconds)
        # Not with the media type its sender states: what a browser gets from us must not pass for a page of ours.
        url = self._blobs.download_url(row.sha256, lifetime_seconds, row.file_name, media_type="")
        return pb.CreateDownloadUrlResponse(url=url, expires_at=moment_to(expires_at))

    def ReadStandard(  # noqa: N802
        self, request: pb.ReadStandardRequest, context: grpc.ServicerContext
    ) -> pb.ReadStandardResponse:
        """Read a standard document."""
        del context
        return self._readings.standard(self._document(request.name), _language())

    def StreamStandard(  # noqa: N802
        self, request: pb.StreamStandardRequest, context: grpc.ServicerContext
    ) -> Iterator[StandardPiece]:
        """Read all of a standard document piece by piece."""
        del context
        return self._readings.pieces(self._document(request.name), _language())

    def ValidateDocument(  # noqa: N802
        self, request: validation_pb2.ValidateDocumentRequest, context: grpc.ServicerContext
    ) -> validation_pb2.ValidateDocumentResponse:
        """Hold a document against the schemas of STS."""
        del context
        return self._readings.verdicts(self._document(request.name), request.schemas)

    def AnnotateDocument(  # noqa: N802
        self, request: annotation_pb2.AnnotateDocumentRequest, context: grpc.ServicerContext
    ) -> Iterator[annotation_pb2.AnnotateDocumentResponse]:
        """Send a Word document with comments in it."""
        del context
        notes = [Annotation(note.paragraph, note.text) for note in request.annotations]
        made_on = date_from(request.made_on, "made_on")
        for chunk in self._readings.annotated(self._document(request.name), notes, request.author, made_on):
            yield annotation_pb2.AnnotateDocumentResponse(chunk=chunk)

    def ReadNotifications(  # noqa: N802
        self, request: pb.ReadNotificationsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ReadNotificationsResponse]:
        """Read a workbook of notifications."""
        del context
        return self._readings.notifications(self._document(request.name), _language())

    def ReadPages(  # noqa: N802
        self, request: pb.ReadPagesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ReadPagesResponse]:
        """Read the text of a PDF."""
        del context
        for page in self._readings.pages(self._document(request.name)):
            yield pb.ReadPagesResponse(number=page.number, paragraphs=page.paragraphs)

    def SweepOrphans(  # noqa: N802
        self, request: pb.SweepOrphansRequest, context: grpc.ServicerContext
    ) -> pb.SweepOrphansResponse:
        """Remove stored bytes that belong to no document."""
        del context
        age = timedelta(seconds=request.minimum_age_seconds or ORPHAN_AGE_SECONDS)
        swept = sweep(self._database, self._blobs, datetime.now(UTC) - age, only_count=request.validate_only)
        return pb.SweepOrphansResponse(examined=swept.examined, removed=swept.removed)

    def VerifyDocuments(  # noqa: N802
        self, request: pb.VerifyDocumentsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.VerifyDocumentsResponse]:
        """Hold the stored bytes of every document against their hash."""
        del context
        return map(messages.progress_to, examine(self._database, self._blobs, request.after_sha256))

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request, self._seen)

    def _seen(self, changes: Sequence[Change]) -> list[Change]:
        """Return the changes of documents that are there for who follows the log."""
        names = [change.resource for change in changes]
        seen = self._database.look_up(lambda session: store.seen_names(session, names)) if names else ()
        return [change for change in changes if change.resource in seen]

    def _document(self, name: str) -> DocumentRow:
        return self._database.look_up(lambda session: store.get_document(session, name))


def _language() -> str:
    call = current_call()
    return call.language if call is not None else "en"
