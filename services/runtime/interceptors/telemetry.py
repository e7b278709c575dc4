"""Write one line a call: who, what, how long, how it ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import structlog
from google.protobuf.message import Message

from services.runtime.calls import Call
from services.runtime.permissions import OPEN_SERVICES, service_of

logger = structlog.stdlib.get_logger("calls")


class Telemetry:
    """Measure every call and log it when it has ended, whatever its end."""

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:
        """Log the call after everything below it is done, with the code the client gets."""
        try:
            yield
        finally:
            code = context.code()  # type: ignore[attr-defined]  # the stubs lack it
            fields = {
                "method": call.method,
                "code": getattr(code, "name", "OK"),
                "milliseconds": round((time.monotonic() - call.started) * 1000, 2),
                "principal": call.principal.subject if call.principal else "",
                "call_id": call.call_id,
            }
            # Probes ask every few seconds.
            if service_of(call.method) in OPEN_SERVICES:
                logger.debug("call", **fields)
            else:
                logger.info("call", **fields)

    def admit(self, request: Message) -> None:
        """Let every message pass."""
