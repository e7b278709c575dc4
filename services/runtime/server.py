"""Build a gRPC server: its limits, the steps every call goes through, its ports and its end."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from services.runtime.agencies import CertificateVerifier
from services.runtime.audit import Refusals
from services.runtime.auth import TokenVerifier
from services.runtime.interceptors.admission import Admission, Workers
from services.runtime.interceptors.audit import Audit
from services.runtime.interceptors.authentication import Authentication
from services.runtime.interceptors.authorization import Authorization
from services.runtime.interceptors.chain import Chain, Step
from services.runtime.interceptors.deadline import Deadline
from services.runtime.interceptors.errors import Errors
from services.runtime.interceptors.rates import Rates
from services.runtime.interceptors.stalls import Stalls
from services.runtime.interceptors.telemetry import Telemetry
from services.runtime.interceptors.validation import Validation
from services.runtime.metrics import Metrics
from services.runtime.overload import Door
from services.runtime.permissions import changes_something
from services.runtime.probes import Probes
from services.runtime.settings import Mode, Settings
from standards_tree.errors import UnavailableError

MAX_METADATA_BYTES = 8 * 1024
MAX_STREAMS_A_CONNECTION = 128
KEEPALIVE_SECONDS = 60
MIN_CLIENT_PING_SECONDS = 20
# Behind the full name of a service that reads much before it answers its first question: health of that reading.
PREPARED = "/prepared"

# The outermost first, each with the reason for its place.
STEP_ORDER: tuple[tuple[type, str], ...] = (
    (Telemetry, "outermost, so that it sees how every call ended, refused ones too"),
    (Errors, "answers whatever any step below raises"),
    (Audit, "sees who is refused, and by which step, before the refusal becomes a status"),
    (Deadline, "before any work is done for a call that has no time or no room"),
    (Authentication, "before anything is said about what exists"),
    (Authorization, "before the message is looked at: who may not call learns nothing of its rules"),
    (Rates, "for callers who may, and before any work on what they ask"),
    (Validation, "last, so that a handler sees only messages that keep their contract"),
)


@dataclass(frozen=True, slots=True)
class Gatekeepers:
    """What the steps of every call work with: who decides whose proof counts, who records refusals, who counts."""

    tokens: TokenVerifier
    certificates: CertificateVerifier | None
    refusals: Refusals
    metrics: Metrics


def call_steps(settings: Settings, gatekeepers: Gatekeepers) -> list[Step]:
    """Return the steps of every call, in the order of STEP_ORDER."""
    built: dict[type, Step] = {
        Telemetry: Telemetry(gatekeepers.metrics),
        Errors: Errors(),
        Audit: Audit(gatekeepers.refusals),
        Deadline: Deadline(
            settings.default_deadline_seconds, settings.working_calls, settings.waiting_streams, settings.language
        ),
        Authentication: Authentication(gatekeepers.tokens, gatekeepers.certificates),
        Authorization: Authorization(),
        Rates: Rates(settings.caller_rate, settings.method_rates, _places(settings)),
        Validation: Validation(),
    }
    return [built[kind] for kind, _reason in STEP_ORDER]


def _places(settings: Settings) -> tuple[int, int]:
    """Return how many working calls and waiting streams one caller may hold; one at least."""
    share = settings.caller_share
    return max(1, int(settings.working_calls * share)), max(1, int(settings.waiting_streams * share))


@dataclass(frozen=True, slots=True)
class Servicer:
    """A service's implementation and how it is added to a server.

    *prepare* begins what it needs before it is asked, without waiting for it, and calls back when that is there. Until then
    who needs it waits or is told to come again; everybody else is served. Health tells it under the name PREPARED.
    """

    full_name: str
    add: Callable[[grpc.Server], None]
    prepare: Callable[[Callable[[], None]], None] | None = None


class Server:
    """A gRPC server with the production chain, health, and reflection in development."""

    def __init__(
        self, settings: Settings, gatekeepers: Gatekeepers, servicers: Sequence[Servicer], door: Door | None = None
    ) -> None:
        """*door*: where it has no room, calls are refused early; without it the places of `Deadline` are the only limit."""
        self._settings = settings
        # A thread for every place the deadline step gives, and a few more so that it is that step which refuses.
        threads = settings.working_calls + settings.waiting_streams + 8
        workers = Workers(threads, door)
        chain = Chain(call_steps(settings, gatekeepers), Stalls(settings.stalled_seconds))
        interceptors: list[grpc.ServerInterceptor] = [chain]
        if door is not None:
            interceptors.insert(0, _admission(settings, gatekeepers, door, workers))
        self._server = grpc.server(
            workers,
            interceptors=interceptors,
            options=_options(settings),
        )
        self._health = health.HealthServicer()
        self._probes: Probes | None = None
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        for servicer in servicers:
            servicer.add(self._server)
        self._names = [servicer.full_name for servicer in servicers]
        self._preparing = [(one.full_name, one.prepare) for one in servicers if one.prepare is not None]
        if settings.mode is Mode.DEVELOPMENT:
            health_name = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
            reflection.enable_server_reflection([*self._names, health_name, reflection.SERVICE_NAME], self._server)

    def listen(self, address: str) -> int:
        """Open *address* (`host:port` or `unix:path`) and return its port.

        Raises:
            UnavailableError: the address is taken or cannot be opened.
        """
        try:
            if self._settings.tls_certificate_file and not address.startswith("unix:"):
                return self._server.add_secure_port(address, _tls_credentials(self._settings))
            return self._server.add_insecure_port(address)
        except RuntimeError as error:
            message = "cannot listen on {address}: another program holds it, or it is not an address of this machine"
            raise UnavailableError(message, address=address) from error

    def listen_to_agencies(self, address: str) -> int:
        """Open a second port, on which every connection must bring a certificate of the agencies' authority.

        A port of its own because gRPC's Python asks either every client of a port for a certificate or none.

        Raises:
            UnavailableError: the address is taken, or a key or certificate cannot be read.
        """
        authority = self._settings.agency_authority_file
        try:
            vouched_by = authority.read_bytes() if authority is not None else b""
        except OSError as error:
            message = "TBT_AGENCY_AUTHORITY_FILE={path} cannot be read: {cause}"
            raise UnavailableError(message, path=authority, cause=error.strerror or error) from error
        try:
            return self._server.add_secure_port(address, _tls_credentials(self._settings, vouched_by))
        except RuntimeError as error:
            message = "cannot listen on {address}: another program holds it, or it is not an address of this machine"
            raise UnavailableError(message, address=address) from error

    def listen_to_probes(self, address: str) -> int:
        """Open a port that answers for this server's health and nothing else; see `Probes`."""
        self._probes = Probes(self._health)
        return self._probes.listen(address)

    def start(self) -> None:
        """Begin to answer; health says SERVING."""
        for full_name, prepare in self._preparing:
            name = full_name + PREPARED
            self._health.set(name, health_pb2.HealthCheckResponse.NOT_SERVING)
            prepare(partial(self._health.set, name, health_pb2.HealthCheckResponse.SERVING))
        self._server.start()
        for name in ["", *self._names]:
            self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    def stop(self, drain_seconds: float, leave_seconds: float = 0.0) -> None:
        """Say NOT_SERVING, go on for *leave_seconds*, then take no more calls, let those under way finish, and end.

        gRPC breaks off calls that come after it was told to stop: who balances load must have heard of it before.
        """
        self._health.enter_graceful_shutdown()
        time.sleep(leave_seconds)
        self._server.stop(drain_seconds).wait()
        if self._probes is not None:
            self._probes.close()


def _admission(settings: Settings, gatekeepers: Gatekeepers, door: Door, workers: Workers) -> Admission:
    def count(method: str) -> None:
        service, _, name = method.removeprefix("/").partition("/")
        gatekeepers.metrics.calls.labels(service, name, grpc.StatusCode.RESOURCE_EXHAUSTED.name).inc()
        if changes_something(method):
            gatekeepers.refusals.count(1)

    return Admission(door, workers, gatekeepers.tokens, count, settings.language)


def _options(settings: Settings) -> list[tuple[str, int]]:
    age = settings.connection_age_seconds
    places = settings.working_calls + settings.waiting_streams
    return [
        # Calls under way on a connection that has grown old go on; the next one comes on a new connection.
        *([("grpc.max_connection_age_ms", int(age * 1000))] if age is not None else []),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_metadata_size", MAX_METADATA_BYTES),
        ("grpc.max_concurrent_streams", MAX_STREAMS_A_CONNECTION),
        # What came and no thread of ours has seen yet waits here, by method. Beyond, gRPC itself breaks calls off, without a
        # word of when to come again: the last resort, and at a thousand by default, which took two seconds.
        ("grpc.server.max_pending_requests", 2 * places),
        ("grpc.server.max_pending_requests_hard_limit", 4 * places),
        ("grpc.keepalive_time_ms", KEEPALIVE_SECONDS * 1000),
        ("grpc.http2.min_ping_interval_without_data_ms", MIN_CLIENT_PING_SECONDS * 1000),
        # Two programs on one port would each get half of the calls.
        ("grpc.so_reuseport", 0),
    ]


def _tls_credentials(settings: Settings, clients_vouched_by: bytes = b"") -> grpc.ServerCredentials:
    """Return the certificate and key of the settings; where an authority is given, clients must show a certificate of it."""
    if settings.tls_certificate_file is None or settings.tls_key_file is None:
        message = "TLS needs both TBT_TLS_CERTIFICATE_FILE and TBT_TLS_KEY_FILE"
        raise UnavailableError(message)
    try:
        key, certificate = settings.tls_key_file.read_bytes(), settings.tls_certificate_file.read_bytes()
    except OSError as error:
        message = "the TLS key or certificate cannot be read: {cause}"
        raise UnavailableError(message, cause=error) from error
    return grpc.ssl_server_credentials(
        [(key, certificate)],
        root_certificates=clients_vouched_by or None,
        require_client_auth=bool(clients_vouched_by),
    )
