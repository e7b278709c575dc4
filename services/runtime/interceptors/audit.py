"""Have every refusal recorded that an auditor asks about."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.protobuf.message import Message

from services.runtime.audit import Refusals
from services.runtime.calls import Call
from services.runtime.permissions import changes_something
from standards_tree.errors import CancelledError, DomainError, ForbiddenError, UnauthenticatedError


class Audit:
    """Note calls refused for who makes them, and every refused change."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:  # noqa: ARG002  (the interface)
        """Note what is refused below, and let it pass on."""
        try:
            yield
        except Exception as error:
            if _is_audited(call, error):
                self._refusals.note(call, error)
            raise

    def admit(self, request: Message) -> None:
        """Let every message pass."""


def _is_audited(call: Call, error: Exception) -> bool:
    if isinstance(error, ForbiddenError | UnauthenticatedError):
        return True
    return isinstance(error, DomainError) and not isinstance(error, CancelledError) and changes_something(call.method)
