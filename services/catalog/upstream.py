"""The services that catalog calls."""

from services.runtime.upstream import Upstream
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.documents.v1.standard_piece_pb2 import StandardPiece


class CatalogUpstreams:
    """What catalog asks of its neighbours."""

    def __init__(self, documents: Upstream) -> None:
        self._documents = documents
        self._stub = documents_grpc.DocumentsServiceStub(documents.channel)

    def read_standard(self, name: str) -> StandardPiece:
        """Return all that the document *name* says; a draft need not have a number yet.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a standard document that can be read.
        """
        whole = StandardPiece()
        request = documents.StreamStandardRequest(name=name)
        for piece in self._documents.stream(self._stub.StreamStandard, request):
            whole.MergeFrom(piece)
        return whole

    def require_document(self, name: str) -> None:
        """Refuse a document that is not there.

        Raises:
            NotFoundError: there is no such document.
        """
        self._documents.ask(self._stub.GetDocument, documents.GetDocumentRequest(name=name))
