"""Count and time what happens, for Prometheus: calls, connections, operations. One registry for each program."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from standards_tree.errors import DomainError, UnavailableError

# Seconds: from a look-up in memory to the longest export.
CALL_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
SHORTEST_BETWEEN_READINGS_SECONDS = 5.0
"""What costs a query is read at most this often, however many programs scrape."""

Reading = Iterable[tuple[tuple[str, ...], float]]
"""Values by their labels."""


class Metrics:
    """What a program counts, by the names under which docs/operations.md explains it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "tbt_calls", "Calls that ended, by how.", ("service", "method", "code"), registry=self.registry
        )
        self.call_seconds = Histogram(
            "tbt_call_seconds",
            "How long calls took, watching streams apart.",
            ("service", "method"),
            buckets=CALL_BUCKETS,
            registry=self.registry,
        )
        self.calls_in_progress = Gauge(
            "tbt_calls_in_progress", "Calls being answered.", ("service",), registry=self.registry
        )
        self.operations = Counter(
            "tbt_operations", "Operations worked off, by how they ended.", ("kind", "code"), registry=self.registry
        )
        self.operation_seconds = Histogram(
            "tbt_operation_seconds",
            "How long operations took, without their wait in the queue.",
            ("kind",),
            buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800),
            registry=self.registry,
        )

    def read_at_scrape(
        self, name: str, meaning: str, labels: tuple[str, ...], read: Callable[[], Reading], *, costly: bool = False
    ) -> None:
        """Have a value read when somebody asks, under *name*; a *costly* one at most every few seconds.

        Where it cannot be read, as when the database is away, it is left out: an old value would look like a good one.
        """
        self.registry.register(_AtScrape(name, meaning, labels, _Sparing(read) if costly else read))

    def serve(self, host: str, port: int) -> "MetricsServer":
        """Answer Prometheus at *host*:*port*, path `/metrics`, from a thread.

        Raises:
            UnavailableError: the port is taken, or *host* is no address of this machine.
        """
        try:
            server, thread = start_http_server(port, host, self.registry)
        except OSError as error:
            message = "cannot listen on {address}: another program holds it, or it is not an address of this machine"
            raise UnavailableError(message, address=f"{host}:{port}") from error
        return MetricsServer(server, thread)


class MetricsServer:
    """Answers scrapes until it is closed."""

    def __init__(self, server: WSGIServer, thread: threading.Thread) -> None:
        self._server = server
        self._thread = thread

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Let go of the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _AtScrape(Collector):
    def __init__(self, name: str, meaning: str, labels: tuple[str, ...], read: Callable[[], Reading]) -> None:
        self._name = name
        self._meaning = meaning
        self._labels = labels
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Say what there will be, without reading it."""
        return [GaugeMetricFamily(self._name, self._meaning, labels=self._labels)]

    def collect(self) -> Iterator[Metric]:
        """Yield the values there are now."""
        family = GaugeMetricFamily(self._name, self._meaning, labels=self._labels)
        try:
            for labels, value in self._read():
                family.add_metric(labels, value)
        except DomainError:
            return
        yield family


class _Sparing:
    """Reads again only after a while."""

    def __init__(self, read: Callable[[], Reading]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._read_at = -SHORTEST_BETWEEN_READINGS_SECONDS
        self._values: Mapping[tuple[str, ...], float] = {}

    def __call__(self) -> Reading:
        with self._lock:
            if time.monotonic() - self._read_at >= SHORTEST_BETWEEN_READINGS_SECONDS:
                self._values = dict(self._read())
                self._read_at = time.monotonic()
            return list(self._values.items())
