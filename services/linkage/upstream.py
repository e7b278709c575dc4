"""The services that linkage calls."""

from collections.abc import Iterable, Iterator

from services.linkage.store_links import Target
from services.runtime.upstream import Following, Upstream
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2


class LinkageUpstreams:
    """What linkage asks of its neighbours."""

    def __init__(self, documents: Upstream, catalog: Upstream, terminology: Upstream) -> None:
        self._documents = documents
        self._documents_stub = documents_grpc.DocumentsServiceStub(documents.channel)
        self._catalog = catalog
        self._catalog_stub = catalog_grpc.CatalogServiceStub(catalog.channel)
        self._terminology = terminology
        self._terminology_stub = terminology_grpc.TerminologyServiceStub(terminology.channel)

    def read_notifications(self, document: str) -> Iterator[documents_pb.ReadNotificationsResponse]:
        """Yield what a workbook says, the figures first.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a workbook of notifications that can be read.
        """
        request = documents_pb.ReadNotificationsRequest(name=document)
        return self._documents.stream(self._documents_stub.ReadNotifications, request)

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

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue of one moment, its revision first: all of it, or what has changed after a revision."""
        request = catalog_pb.ExportCatalogRequest(after_revision=after)
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
