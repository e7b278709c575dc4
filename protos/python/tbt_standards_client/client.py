"""A channel to the standards system, a stub for each service, and what callers need around single calls."""

import hashlib
import json
import mimetypes
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import duration_pb2
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from tbt.audit.v1 import audit_service_pb2_grpc as audit_grpc
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.compliance.v1 import compliance_service_pb2_grpc as compliance_grpc
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.gap.v1 import gap_service_pb2_grpc as gap_grpc
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt_standards_client.calls import EveryCall

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)

CALL_SECONDS = 30.0
BULK_SECONDS = 600.0
WAIT_SECONDS = 20
CHUNK_BYTES = 256 * 1024
LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})
SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "2s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED"],
                },
            }
        ]
    }
)


class OperationError(Exception):
    """A background operation ended with a refusal; *status* says which."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status


class DamagedError(Exception):
    """Bytes that came are not those that were stored."""


class Client:
    """Calls the services at *address* for who *token* proves; a function as *token* is asked anew for every call.

    TLS, except on this machine; *authority* is the PEM of the certificates that vouch for the server, where the system's own do
    not. A client is for all threads; close it, or use it in a `with` block.
    """

    def __init__(
        self,
        address: str,
        token: str | Callable[[], str],
        *,
        language: str = "en",
        authority: bytes | None = None,
        seconds: float = CALL_SECONDS,
    ) -> None:
        options = [("grpc.service_config", SERVICE_CONFIG), ("grpc.lb_policy_name", "round_robin")]
        local = address.removeprefix("dns:///").rpartition(":")[0] in LOOPBACK
        if local and authority is None:
            self._channel = grpc.insecure_channel(address, options)
        else:
            self._channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(authority), options)
        given = (lambda: token) if isinstance(token, str) else token
        channel = grpc.intercept_channel(self._channel, EveryCall(given, language, seconds))
        self.audit = audit_grpc.AuditServiceStub(channel)
        self.catalog = catalog_grpc.CatalogServiceStub(channel)
        self.compliance = compliance_grpc.ComplianceServiceStub(channel)
        self.documents = documents_grpc.DocumentsServiceStub(channel)
        self.gap = gap_grpc.GapServiceStub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.terminology = terminology_grpc.TerminologyServiceStub(channel)
        self.operations = operations_pb2_grpc.OperationsStub(channel)

    def __enter__(self) -> Self:
        """Return this client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the channel."""
        self.close()

    def close(self) -> None:
        """Close the channel; calls under way are cancelled."""
        self._channel.close()

    def pages(self, method: Callable[[Request], Answer], request: Request) -> Iterator[Answer]:
        """Yield every page of a list, the first one as *request* asks for it; *request* stays as it is."""
        asked: Any = type(request)()
        asked.CopyFrom(request)
        while True:
            answer: Any = method(asked)
            yield answer
            asked.page_token = answer.next_page_token
            if not asked.page_token:
                return

    def wait(self, operation: operations_pb2.Operation, answer: type[Answer], seconds: float = BULK_SECONDS) -> Answer:
        """Return what *operation* came to.

        Raises:
            OperationError: it was refused, or cancelled.
            TimeoutError: it is still going on after about *seconds*; ask for it again by its name.
        """
        asked = 0.0
        while not operation.done:
            if asked >= seconds:
                message = f"{operation.name} is not done after {seconds:.0f} s"
                raise TimeoutError(message)
            step = min(WAIT_SECONDS, seconds - asked)
            timeout = duration_pb2.Duration(seconds=int(step), nanos=int(step % 1 * 1e9))
            request = operations_pb2.WaitOperationRequest(name=operation.name, timeout=timeout)
            operation = self.operations.WaitOperation(request, timeout=step + CALL_SECONDS)
            asked += step
        if operation.HasField("error"):
            raise OperationError(operation.error)
        found = answer()
        operation.response.Unpack(found)
        return found

    def upload(self, file: Path, media_type: str = "", seconds: float = BULK_SECONDS) -> documents_pb.Document:
        """Store *file* and return what is known of it. The server keeps it only when all of it came, by its hash."""
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            content.seek(0)
            guessed = (media_type or mimetypes.guess_type(file.name)[0] or "").lower()
            header = documents_pb.UploadDocumentHeader(
                document=documents_pb.Document(file_name=file.name, media_type=guessed),
                sha256=digest,
                request_id=str(uuid.uuid4()),
            )
            return self.documents.UploadDocument(_pieces(header, content), timeout=seconds)

    def download(self, name: str, to: Path, seconds: float = BULK_SECONDS) -> documents_pb.Document:
        """Write a document to *to*, which is there when it is whole, and return what is known of it.

        Raises:
            DamagedError: the bytes are not those of its hash; nothing is left.
        """
        document = self.documents.GetDocument(documents_pb.GetDocumentRequest(name=name))
        request = documents_pb.DownloadDocumentRequest(name=name)
        fresh, digest = to.with_name(to.name + ".part"), hashlib.sha256()
        try:
            with fresh.open("wb") as file:
                for piece in self.documents.DownloadDocument(request, timeout=seconds):
                    digest.update(piece.chunk)
                    file.write(piece.chunk)
            if digest.hexdigest() != document.sha256:
                message = f"{name} came with the hash {digest.hexdigest()} instead of {document.sha256}"
                raise DamagedError(message)
            fresh.replace(to)
        finally:
            fresh.unlink(missing_ok=True)
        return document


def _pieces(
    header: documents_pb.UploadDocumentHeader, content: BinaryIO
) -> Iterator[documents_pb.UploadDocumentRequest]:
    yield documents_pb.UploadDocumentRequest(header=header)
    while chunk := content.read(CHUNK_BYTES):
        yield documents_pb.UploadDocumentRequest(chunk=chunk)
