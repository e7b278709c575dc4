"""The services that terminology calls."""

from services.runtime.upstream import Upstream
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc


class TerminologyUpstreams:
    """What terminology asks of its neighbours."""

    def __init__(self, documents: Upstream) -> None:
        self._documents = documents
        self._documents_stub = documents_grpc.DocumentsServiceStub(documents.channel)

    def read_standard(self, name: str) -> documents.ReadStandardResponse:
        """Return what the document *name* says.

        Raises:
            NotFoundError: there is no such document.
            InvalidArgumentError: it is not a standard document that can be read.
        """
        return self._documents.ask(self._documents_stub.ReadStandard, documents.ReadStandardRequest(name=name))
