"""The services that linkage calls."""

from collections.abc import Generator, Iterable, Iterator

from services.linkage.store_links import Target
from services.runtime.upstream import Following, Upstream
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import code_pb2
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2

# Where words stand is shown with them: a clause without a number goes by so much of its title.
MAX_PART_CHARACTERS = 100
# What is read of a plain text: that of a long regulation.
MAX_TEXT_BYTES = 4 * 1024 * 1024


class LinkageUpstreams:
    """What linkage asks of its neighbours."""

    def __init__(self, documents: Upstream, catalog: Upstream, terminology: Upstream) -> None:
        self._documents = documents
        self._documents_stub = documents_grpc.DocumentsServiceStub(documents.channel)
        self._catalog = catalog
        self._catalog_stub = catalog_grpc.CatalogServiceStub(catalog.channel)
        self._terminology = terminology
        self._terminology_stub = terminology_grpc.TerminologyServiceStub(terminology.channel)

    def read_notifications(self, document: str) -> Generator[documents_pb.ReadNotificationsResponse, None, None]:
        """Yield what a workbook says, the figures last.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a workbook of notifications that can be read.
        """
        request = documents_pb.ReadNotificationsRequest(name=document)
        yield from self._documents.stream(self._documents_stub.ReadNotifications, request)

    def get_document(self, name: str) -> documents_pb.Document:
        """Return what is known of an uploaded document.

        Raises:
            NotFoundError: there is none of this name.
        """
        return self._documents.ask(self._documents_stub.GetDocument, documents_pb.GetDocumentRequest(name=name))

    def read_parts(self, name: str) -> list[tuple[str, str]]:
        """Return the texts of a document with the part each is: clauses of a standard document, pages of a PDF, a plain text.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is none of these, or it cannot be read.
        """
        document = self.get_document(name)
        if document.file_name.lower().endswith(".pdf"):
            return [(f"page {number}", text) for number, text in self._pages(name)]
        if document.file_name.lower().endswith(".txt"):
            return [("text", self._plain_text(document))]
        request = documents_pb.StreamStandardRequest(name=name)
        pieces = self._documents.stream(self._documents_stub.StreamStandard, request)
        return [
            (clause.number or clause.title[:MAX_PART_CHARACTERS] or "text", clause.text)
            for piece in pieces
            for clause in piece.clauses
            if clause.text
        ]

    def _pages(self, name: str) -> Iterator[tuple[int, str]]:
        request = documents_pb.ReadPagesRequest(name=name)
        for page in self._documents.stream(self._documents_stub.ReadPages, request):
            yield page.number, "\n".join(page.paragraphs)

    def _plain_text(self, document: documents_pb.Document) -> str:
        if document.size_bytes > MAX_TEXT_BYTES:
            message = "{name} has {size} bytes; a text of at most {limit} is read"
            raise InvalidArgumentError(message, name=document.name, size=document.size_bytes, limit=MAX_TEXT_BYTES)
        request = documents_pb.DownloadDocumentRequest(name=document.name)
        pieces = self._documents.stream(self._documents_stub.DownloadDocument, request)
        try:
            return b"".join(piece.chunk for piece in pieces).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = "{name} is not a text in UTF-8"
            raise InvalidArgumentError(message, name=document.name) from error

    def find_target(self, text: str) -> Target:
        """Return the standard or the draft that *text* names.

        Raises:
            NotFoundError: the catalogue has neither.
        """
        if text.startswith("drafts/"):
            draft = self._catalog.ask(self._catalog_stub.GetDraft, catalog_pb.GetDraftRequest(name=text))
            return Target(draft.name, "")
        standard = self._catalog.ask(self._catalog_stub.GetStandard, catalog_pb.GetStandardRequest(name=text))
        return Target(standard.name, standard.designation)

    def scope_of(self, name: str) -> tuple[str, str]:
        """Return what a standard is about, in Chinese and English."""
        scope = self._catalog.ask(self._catalog_stub.GetStandard, catalog_pb.GetStandardRequest(name=name)).scope
        return scope.zh, scope.en

    def code_versions(self) -> dict[str, str]:
        """Return the version of each code list that counts, by the name of the list."""
        request = code_pb2.ListCodeListsRequest(page_size=1000)
        found = self._catalog.ask(self._catalog_stub.ListCodeLists, request)
        return {one.name: one.current.name for one in found.code_lists}

    def codes(self, code_list: str) -> Iterator[str]:
        """Yield every code of the version of a code list that counts."""
        request = code_pb2.ListCodesRequest(parent=code_list, whole_branch=True, page_size=1000)
        while True:
            page = self._catalog.ask(self._catalog_stub.ListCodes, request)
            yield from (code.code for code in page.codes)
            request.page_token = page.next_page_token
            if not request.page_token:
                return

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue of one moment, its revision first: all of it, as columns, or what has changed after a revision."""
        request = catalog_pb.ExportCatalogRequest(after_revision=after, columns=True, scopes=True)
        return self._catalog.stream(self._catalog_stub.ExportCatalog, request)

    def watch_catalog(self, after: int) -> Following[type_pb2.WatchChangesResponse]:
        """Return the changes of the catalogue after a revision, as they are committed."""
        request = type_pb2.WatchChangesRequest(after_revision=after)
        return self._catalog.follow(self._catalog_stub.WatchChanges, request)

    def recognize(self, text: str, most: int) -> list[recognition_pb2.RecognizedTerm]:
        """Return the terms of the registry that a text uses."""
        request = recognition_pb2.RecognizeTermsRequest(text=text, most=most)
        return list(self._terminology.ask(self._terminology_stub.RecognizeTerms, request).terms)

    def look_up_terms(self, words: Iterable[str]) -> list[terminology_pb.TermMatches]:
        """Return the concepts that words of the registry designate, with all their designations."""
        request = terminology_pb.LookupTermsRequest(terms=words)
        return list(self._terminology.ask(self._terminology_stub.LookupTerms, request).matches)
