"""Follow every call from its beginning to its end: one line in the log, one span, its count and its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import structlog
from google.protobuf.message import Message
from opentelemetry.trace import Span, SpanKind

from services.runtime.calls import Call
from services.runtime.interceptors.deadline import is_watching
from services.runtime.metrics import Metrics
from services.runtime.permissions import OPEN_SERVICES, service_of
from services.runtime.tracing import end_with, trace_id_of, traced

logger = structlog.stdlib.get_logger("calls")

TRACE_HEADERS = ("traceparent", "tracestate")


class Telemetry:
    """Measure every call and tell how it ended, whatever its end."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:
        """Tell of the call after everything below it is done, with the code the client gets."""
        service, _, method = call.method.removeprefix("/").partition("/")
        if service_of(call.method) in OPEN_SERVICES:
            # Probes ask every few seconds.
            yield
            return
        facts = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method, "tbt.call_id": call.call_id}
        with (
            traced(call.method.removeprefix("/"), SpanKind.SERVER, _carrier(context), facts) as span,
            structlog.contextvars.bound_contextvars(**_trace(span)),
            self._metrics.calls_in_progress.labels(service).track_inprogress(),
        ):
            try:
                yield
            finally:
                self._tell(call, service, method, span, context)

    def _tell(self, call: Call, service: str, method: str, span: Span, context: grpc.ServicerContext) -> None:
        code = getattr(context.code(), "name", "OK")  # type: ignore[attr-defined]  # the stubs lack it
        seconds = time.monotonic() - call.started
        end_with(span, code)
        self._metrics.calls.labels(service, method, code).inc()
        if not is_watching(call.method):
            self._metrics.call_seconds.labels(service, method).observe(seconds)
        logger.info(
            "call",
            method=call.method,
            code=code,
            milliseconds=round(seconds * 1000, 2),
            principal=call.principal.subject if call.principal else "",
            call_id=call.call_id,
        )

    def admit(self, request: Message) -> None:
        """Let every message pass."""


def _carrier(context: grpc.ServicerContext) -> dict[str, str]:
    return {
        name: value
        for name, value in context.invocation_metadata() or ()
        if name in TRACE_HEADERS and isinstance(value, str)
    }


def _trace(span: Span) -> dict[str, str]:
    trace_id = trace_id_of(span)
    return {"trace_id": trace_id} if trace_id else {}
