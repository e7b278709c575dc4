"""The services that linkage calls."""

from collections.abc import Iterator

from services.linkage.store_links import Target
from services.runtime.upstream import Upstream
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc


class LinkageUpstreams:
    """What linkage asks of its neighbours."""

    def __init__(self, documents: Upstream, catalog: Upstream) -> None:
        self._documents = documents
        self._documents_stub = documents_grpc.DocumentsServiceStub(documents.channel)
        self._catalog = catalog
        self._catalog_stub = catalog_grpc.CatalogServiceStub(catalog.channel)

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
