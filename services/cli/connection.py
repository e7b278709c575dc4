"""Reach the services: address, token and language from options, environment or the local installation."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import duration_pb2
from google.protobuf.message import Message

from standards_tree.errors import PreconditionError

if TYPE_CHECKING:
    from tbt.audit.v1 import audit_service_pb2_grpc as audit_grpc
    from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
    from tbt.compliance.v1 import compliance_service_pb2_grpc as compliance_grpc
    from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
    from tbt.gap.v1 import gap_service_pb2_grpc as gap_grpc
    from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
    from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc

Reply = TypeVar("Reply", bound=Message)

CALL_SECONDS = 30.0
BULK_SECONDS = 600.0
WAIT_SECONDS = 1

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


@dataclass(frozen=True)
class Connection:
    """A channel to a running program, with the caller's token and language on every call."""

    address: str
    token: str
    language: str
    certificate: Path | None = None

    @cached_property
    def _channel(self) -> grpc.Channel:
        options = [("grpc.service_config", SERVICE_CONFIG)]
        if self.certificate is not None:
            credentials = grpc.ssl_channel_credentials(self.certificate.read_bytes())
            return grpc.secure_channel(self.address, credentials, options)
        return grpc.insecure_channel(self.address, options)

    @property
    def _metadata(self) -> list[tuple[str, str]]:
        return [("authorization", f"Bearer {self.token}"), ("accept-language", self.language)]

    @cached_property
    def audit(self) -> "audit_grpc.AuditServiceStub":
        """Return the audit service."""
        from tbt.audit.v1 import audit_service_pb2_grpc as audit_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return audit_grpc.AuditServiceStub(self._channel)

    @cached_property
    def catalog(self) -> "catalog_grpc.CatalogServiceStub":
        """Return the catalog service."""
        from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return catalog_grpc.CatalogServiceStub(self._channel)

    @cached_property
    def documents(self) -> "documents_grpc.DocumentsServiceStub":
        """Return the documents service."""
        from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return documents_grpc.DocumentsServiceStub(self._channel)

    @cached_property
    def terminology(self) -> "terminology_grpc.TerminologyServiceStub":
        """Return the terminology service."""
        from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return terminology_grpc.TerminologyServiceStub(self._channel)

    @cached_property
    def compliance(self) -> "compliance_grpc.ComplianceServiceStub":
        """Return the compliance service."""
        from tbt.compliance.v1 import compliance_service_pb2_grpc as compliance_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return compliance_grpc.ComplianceServiceStub(self._channel)

    @cached_property
    def linkage(self) -> "linkage_grpc.LinkageServiceStub":
        """Return the linkage service."""
        from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return linkage_grpc.LinkageServiceStub(self._channel)

    @cached_property
    def gap(self) -> "gap_grpc.GapServiceStub":
        """Return the gap service."""
        from tbt.gap.v1 import gap_service_pb2_grpc as gap_grpc  # noqa: PLC0415  (each contract takes 20 ms)

        return gap_grpc.GapServiceStub(self._channel)

    @cached_property
    def operations(self) -> operations_pb2_grpc.OperationsStub:
        """Return the operations service."""
        return operations_pb2_grpc.OperationsStub(self._channel)

    def ask(self, method: Callable[..., Reply], request: Message, seconds: float = CALL_SECONDS) -> Reply:
        """Return the answer to one request."""
        return method(request, timeout=seconds, metadata=self._metadata)

    def send(self, method: Callable[..., Reply], pieces: Iterator[Message]) -> Reply:
        """Stream *pieces* and return the answer."""
        return method(pieces, timeout=BULK_SECONDS, metadata=self._metadata)

    def receive(
        self, method: Callable[..., Iterator[Reply]], request: Message, seconds: float = BULK_SECONDS
    ) -> Iterator[Reply]:
        """Yield the answers to one request."""
        yield from method(request, timeout=seconds, metadata=self._metadata)

    def follow(self, method: Callable[..., Iterator[Reply]], request: Message) -> Iterator[Reply]:
        """Yield the answers to one request for as long as somebody listens."""
        yield from method(request, metadata=self._metadata)

    def every(self, method: Callable[..., Reply], request: Message, field: str, most: int) -> Iterator[Message]:
        """Yield the entries of a list, page by page, at most *most* (0 for all)."""
        asked = type(request)()
        asked.CopyFrom(request)
        shown = 0
        while True:
            asked.page_size = min(most - shown, 1000) if most else 1000  # type: ignore[attr-defined]  # every list has it
            reply = self.ask(method, asked)
            for entry in getattr(reply, field):
                yield entry
                shown += 1
            asked.page_token = reply.next_page_token  # type: ignore[attr-defined]
            if not asked.page_token or (most and shown >= most):  # type: ignore[attr-defined]
                return

    def cancel(self, operation: operations_pb2.Operation) -> None:
        """Ask an operation to stop."""
        self.ask(self.operations.CancelOperation, operations_pb2.CancelOperationRequest(name=operation.name))

    def wait(
        self, operation: operations_pb2.Operation, progress: Callable[[operations_pb2.Operation], None]
    ) -> operations_pb2.Operation:
        """Return an operation when it is done, telling *progress* on the way."""
        while not operation.done:
            progress(operation)
            request = operations_pb2.WaitOperationRequest(
                name=operation.name, timeout=duration_pb2.Duration(seconds=WAIT_SECONDS)
            )
            operation = self.ask(self.operations.WaitOperation, request)
        return operation


def local_connection(folder: Path, address: str, token: str, language: str, certificate: Path | None) -> Connection:
    """Return a connection from what was given, and for what was not from the installation in *folder*.

    Raises:
        PreconditionError: nothing was given and no installation runs here.
    """
    return Connection(
        address or _remembered(folder / "address", "TBT_ADDRESS"),
        token or _remembered(folder / "administrator.token", "TBT_TOKEN"),
        language,
        certificate,
    )


def _remembered(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        message = "no program of this user has run here: start one with `make run`, or set {variable}"
        raise PreconditionError(message, variable=variable) from None
