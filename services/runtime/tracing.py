"""Trace a call through services, operations and SQL, with OpenTelemetry. Without an endpoint nothing is recorded or sent."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import grpc
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

INSTRUMENT = "tbt"
SERVICE_NAME = "tbt-standards"
_W3C = TraceContextTextMapPropagator()
# Faults of ours; what a caller did wrong is no error of this service.
FAULTS = frozenset({"UNKNOWN", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "DEADLINE_EXCEEDED"})


class Tracing:
    """Records spans and sends them, from the start of a program to its end."""

    def __init__(self, exporter: SpanExporter, share: float) -> None:
        """Begin to record *share* (0 to 1) of the traces that begin here; those that others began are theirs to choose."""
        resource = Resource.create({"service.name": SERVICE_NAME})
        self.provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(share)), resource=resource)
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        trace.set_tracer_provider(self.provider)

    def close(self) -> None:
        """Send what is left, and end."""
        self.provider.shutdown()


def otlp_exporter(endpoint: str, *, secure: bool) -> SpanExporter:
    """Return what sends spans to a collector by OTLP over gRPC: *endpoint* is `host:port`."""
    # Only who traces pays for its import.
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    credentials = grpc.ssl_channel_credentials() if secure else None
    return OTLPSpanExporter(endpoint=endpoint, insecure=not secure, credentials=credentials)


def trace_statements(engine: Engine) -> None:
    """Have every statement of *engine* become a span: its text, never its values.

    By hand, because OpenTelemetry's instrumentation imports SQLAlchemy's asyncio part, which needs greenlet.
    """
    event.listen(engine, "before_cursor_execute", _begin_statement)
    event.listen(engine, "after_cursor_execute", _end_statement)
    event.listen(engine, "handle_error", _fail_statement)


def _begin_statement(  # noqa: PLR0913, PLR0917  (SQLAlchemy's signature)
    connection: Connection, cursor: object, statement: str, parameters: object, context: Any, executemany: bool
) -> None:
    del connection, cursor, parameters, executemany
    context.tbt_span = statement_span(statement)


def _end_statement(  # noqa: PLR0913, PLR0917  (SQLAlchemy's signature)
    connection: Connection, cursor: object, statement: str, parameters: object, context: Any, executemany: bool
) -> None:
    del connection, cursor, statement, parameters, executemany
    context.tbt_span.end()


def _fail_statement(context: ExceptionContext) -> None:
    span: Span | None = getattr(context.execution_context, "tbt_span", None)
    if span is not None:
        span.set_status(Status(StatusCode.ERROR, type(context.original_exception).__name__))
        span.end()


def statement_span(statement: str) -> Span:
    """Return the span of a statement that begins now; its maker ends it."""
    attributes = {"db.system.name": "postgresql", "db.query.text": statement}
    return trace.get_tracer(INSTRUMENT).start_span(
        statement.lstrip().partition(" ")[0], kind=SpanKind.CLIENT, attributes=attributes
    )


@contextmanager
def traced(
    name: str, kind: SpanKind, carrier: Mapping[str, str], attributes: Mapping[str, str] | None = None
) -> Iterator[Span]:
    """Record what happens inside as a span, below the one that *carrier* (`traceparent`) names where it names one."""
    tracer = trace.get_tracer(INSTRUMENT)
    above = _W3C.extract(carrier)
    with tracer.start_as_current_span(name, above, kind, attributes=dict(attributes or {})) as span:
        yield span


def end_with(span: Span, code: str) -> None:
    """Note with which code the call of *span* ended."""
    span.set_attribute("rpc.grpc.status_code", code)
    if code in FAULTS:
        span.set_status(Status(StatusCode.ERROR, code))


def trace_id_of(span: Span) -> str:
    """Return the id of the trace *span* belongs to, by which logs are joined; nothing where none is recorded."""
    context = span.get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else ""


def carried() -> Sequence[tuple[str, str]]:
    """Return what a call to another service carries on, as metadata: the present span, or nothing."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return list(carrier.items())
