"""Find out who calls."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import structlog
from google.protobuf.message import Message

from services.runtime.agencies import CertificateVerifier
from services.runtime.auth import TokenVerifier
from services.runtime.calls import Call, Principal
from services.runtime.permissions import OPEN_SERVICES, service_of
from standards_tree.errors import UnauthenticatedError


class Authentication:
    """Read the bearer token, or the client certificate, of every call but those to services that are open to anybody."""

    def __init__(self, verifier: TokenVerifier, certificates: CertificateVerifier | None = None) -> None:
        self._verifier = verifier
        self._certificates = certificates

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:
        """Put the principal on the call."""
        if service_of(call.method) not in OPEN_SERVICES:
            call.principal = self._proven(context)
        with structlog.contextvars.bound_contextvars(call_id=call.call_id):
            yield

    def admit(self, request: Message) -> None:
        """Let every message pass."""

    def _proven(self, context: grpc.ServicerContext) -> Principal:
        by_certificate = self._certificates.verify(context) if self._certificates is not None else None
        if by_certificate is None:
            return self._verifier.verify(_bearer_token(context))
        if any(name == "authorization" for name, _value in context.invocation_metadata() or ()):
            message = "the certificate proves who calls here; send no token beside it"
            raise UnauthenticatedError(message)
        return by_certificate


def _bearer_token(context: grpc.ServicerContext) -> str:
    values = [value for name, value in context.invocation_metadata() or () if name == "authorization"]
    if len(values) != 1 or not isinstance(values[0], str):
        message = "send one token: metadata authorization: Bearer <token>"
        raise UnauthenticatedError(message)
    scheme, _, token = values[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        message = "the authorization must read: Bearer <token>"
        raise UnauthenticatedError(message)
    return token.strip()
