"""The services that catalog calls."""

from services.runtime.upstream import Upstream
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc


class CatalogUpstreams:
    """What catalog asks of its neighbours."""

    def __init__(self, documents: Upstream) -> None:
        self._documents = documents
        self._stub = documents_grpc.DocumentsServiceStub(documents.channel)

    def read_standard(self, name: str) -> documents.ReadStandardResponse:
        """Return what the document *name* says.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a standard document that can be read.
        """
        return self._documents.ask(self._stub.ReadStandard, documents.ReadStandardRequest(name=name))

    def require_document(self, name: str) -> None:
        """Refuse a document that is not there.

        Raises:
            NotFoundError: there is no such document.
        """
        self._documents.ask(self._stub.GetDocument, documents.GetDocumentRequest(name=name))
