"""What happens can be seen from outside: counted for Prometheus, and traced from the first call to the last statement."""

import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent import futures
from types import SimpleNamespace
from uuid import uuid4

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1 import trace_pb2
from prometheus_client.parser import text_string_to_metric_families

from bearer_token import BearerToken
from long_operations import finished
from services.composition import Composition, Program
from services.embedded.envoy import free_port
from services.program import embedded_s3, tracing, watched
from services.runtime.metrics import SHORTEST_BETWEEN_READINGS_SECONDS, Metrics
from standards_tree.errors import UnavailableError
from tbt.catalog.v1 import catalog_service_pb2, catalog_service_pb2_grpc
from tbt.gap.v1 import gap_service_pb2, gap_service_pb2_grpc, scope_pb2

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
WAIT_SECONDS = 60


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """A collector as OpenTelemetry specifies it; keeps the spans it is sent."""

    def __init__(self) -> None:
        self.spans: list[trace_pb2.Span] = []
        self._came = threading.Condition()

    def Export(self, request, context):  # noqa: N802
        """Take spans."""
        del context
        with self._came:
            for resource in request.resource_spans:
                self.spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self._came.notify_all()
        return trace_service_pb2.ExportTraceServiceResponse()

    def wait_for(self, *names: str) -> list[trace_pb2.Span]:
        """Return the spans of TRACE when all of these are among them, or what there is when the wait is over."""

        def found() -> list[trace_pb2.Span]:
            return [span for span in self.spans if span.trace_id.hex() == TRACE]

        with self._came:
            self._came.wait_for(lambda: set(names) <= {span.name for span in found()}, WAIT_SECONDS)
            return found()


@pytest.fixture(scope="module")
def observed(stack, settings) -> Iterator[SimpleNamespace]:
    """Run the whole program with metrics and a collector of traces."""
    collector = Collector()
    server = grpc.server(futures.ThreadPoolExecutor(4))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    chosen = settings.model_copy(
        update={"metrics_port": 0, "health_port": 0, "traces_endpoint": f"127.0.0.1:{port}", "traces_secure": False}
    )
    composition = Composition(chosen, stack.database_url, embedded_s3(stack, chosen))
    with tracing(chosen):
        program = composition.program()
        program.start()
        token = composition.local_issuer.issue("li", ["analyst"], 3600)
        channel = grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{program.port}"), BearerToken(token))
        yield SimpleNamespace(program=program, channel=channel, collector=collector)
        program.stop()
    server.stop(None)


def scraped(program: Program) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return every sample Prometheus would get, by name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{program.metrics_port}/metrics") as answer:
        text = answer.read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def test_calls_are_counted_by_how_they_ended(observed):
    """Rate, errors and duration of every method."""
    stub = catalog_service_pb2_grpc.CatalogServiceStub(observed.channel)
    labels = {"service": "tbt.catalog.v1.CatalogService", "method": "GetStandard"}
    ended = ("tbt_calls_total", frozenset({**labels, "code": "NOT_FOUND"}.items()))
    timed = ("tbt_call_seconds_count", frozenset(labels.items()))
    before = scraped(observed.program)
    for _ in range(3):
        with pytest.raises(grpc.RpcError):
            stub.GetStandard(catalog_service_pb2.GetStandardRequest(name="standards/none"))
    after = scraped(observed.program)
    assert after[ended] - before.get(ended, 0) == 3
    assert after[timed] - before.get(timed, 0) == 3


def test_connections_and_queue_are_shown(observed):
    """An operator sees a pool run dry and a queue grow."""
    shown = scraped(observed.program)
    assert ("tbt_database_connections", frozenset({("schema", "operations"), ("state", "idle")})) in shown
    queue = {dict(labels)["state"] for name, labels in shown if name == "tbt_queue"}
    assert queue == {"todo", "doing", "failed"}


def test_a_call_is_traced_through_services_and_operations(observed):
    """Who asked for a report finds in one trace the call, the work in the background, the calls it made, their statements."""
    stub = gap_service_pb2_grpc.GapServiceStub(observed.channel)
    # The request_id has the call look for an earlier answer: a statement of the observed program itself, whoever's worker
    # takes up the operation.
    request = gap_service_pb2.CreateGapReportRequest(
        scope=scope_pb2.GapScope(symbols=["G/TBT/N/XXX/1"]), request_id=str(uuid4())
    )
    operation = stub.CreateGapReport(request, metadata=[("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01")])
    finished(observed.channel, operation)
    called = ("tbt.gap.v1.GapService/CreateGapReport", "tbt.catalog.v1.CatalogService/ExportCatalog")
    spans = observed.collector.wait_for("operation/gap.create_report", "SELECT", *called)
    by_name = {span.name: span for span in spans}
    job = by_name["operation/gap.create_report"]
    assert job.parent_span_id == by_name[called[0]].span_id
    assert by_name[called[1]].parent_span_id == job.span_id
    statements = [
        attribute.value.string_value for span in spans for attribute in span.attributes if "db." in attribute.key
    ]
    assert any(statement.lstrip().startswith("SELECT") for statement in statements)
    assert not any("G/TBT/N/XXX/1" in statement for statement in statements)


def test_what_cannot_be_read_is_left_out_of_a_scrape():
    """A database that is away must not look like an empty queue, and the rest is still shown."""
    metrics = Metrics()

    def away() -> list[tuple[tuple[str, ...], float]]:
        message = "away"
        raise UnavailableError(message)

    metrics.read_at_scrape("tbt_away", "示例", ("state",), away)
    metrics.read_at_scrape("tbt_there", "示例", ("state",), lambda: [(("idle",), 2.0)])
    assert metrics.registry.get_sample_value("tbt_there", {"state": "idle"}) == 2
    assert "tbt_away" not in {sample.name for family in metrics.registry.collect() for sample in family.samples}


def test_a_costly_reading_is_made_once_however_often_it_is_asked_for():
    """Several Prometheuses cost the database no more than one."""
    readings: list[Callable[[], None]] = []
    metrics = Metrics()
    metrics.read_at_scrape("tbt_costly", "示例", (), lambda: [((), readings.append(len) or 1.0)], costly=True)
    for _ in range(5):
        assert metrics.registry.get_sample_value("tbt_costly") == 1
    assert (len(readings), SHORTEST_BETWEEN_READINGS_SECONDS > 1) == (1, True)


def test_probes_are_answered_without_tls_and_without_a_token(observed):
    """A kubelet asks on a port that knows nothing but health."""
    with grpc.insecure_channel(f"127.0.0.1:{observed.program.health_port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", "tbt.catalog.v1.CatalogService"):
            answer = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as refused:
            catalog_service_pb2_grpc.CatalogServiceStub(channel).ListStandards(
                catalog_service_pb2.ListStandardsRequest(), timeout=10
            )
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_process_without_services_is_probed_and_scraped_too(settings):
    """A worker is watched like the others, and lets go of its ports."""
    metrics = Metrics()
    health_port, metrics_port = free_port("127.0.0.1"), free_port("127.0.0.1")
    chosen = settings.model_copy(update={"health_port": health_port, "metrics_port": metrics_port})
    with watched(chosen, metrics), grpc.insecure_channel(f"127.0.0.1:{health_port}") as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=10)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics") as scraped_page:
            assert b"tbt_operations" in scraped_page.read()
    with watched(chosen, metrics):
        pass
