"""What `tbt serve`, `worker`, `migrate`, `doctor` and `token` do, from the first line they print to the last thing they stop."""

import contextlib
import json
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from services.backup import places
from services.backup.restoring import Verified, restore, verify
from services.backup.taking import Summary, take
from services.composition import SERVICES, Composition, Program, service_key_folder
from services.doctor.database import examine_database
from services.doctor.findings import Finding
from services.doctor.keys import examine_service_keys
from services.doctor.surroundings import examine_certificates, examine_machine, examine_store, examine_tokens
from services.embedded import EmbeddedStack, S3Access, envoy
from services.embedded.attached import running_in
from services.gateway import CONFIGURATION_FILE, DESCRIPTORS_FILE, Gateway, Tls, configuration, descriptors
from services.issuers import LOCAL_KEY_FILE, local_issuer
from services.migrations.run import migrate, pending
from services.runtime.auth import SERVICE_ROLE
from services.runtime.blobs import BlobStore, S3Address
from services.runtime.metrics import Metrics
from services.runtime.permissions import ROLE_PERMISSIONS
from services.runtime.probes import Probes
from services.runtime.probes import serving as well
from services.runtime.service_calls import WORKER
from services.runtime.settings import Mode, Settings
from services.runtime.tracing import Tracing, otlp_exporter
from services.runtime.whole_files import write_whole
from standards_tree.errors import InvalidArgumentError, PreconditionError

logger = structlog.stdlib.get_logger("program")

SECONDS_A_DAY = 24 * 3600
LOCAL_TOKEN_SECONDS = 30 * SECONDS_A_DAY
ADDRESS_FILE = "address"
TOKEN_FILE = "administrator.token"  # noqa: S105  (the name of a file)


@dataclass(frozen=True, slots=True)
class Backing:
    """Where the data is: a database and an object store, ours or the operator's."""

    database_url: str
    s3: S3Address


@contextlib.contextmanager
def backing(settings: Settings, *, beside_others: bool = False) -> Iterator[Backing]:
    """Give the database and the object store of the settings, starting the embedded ones where none is set.

    *beside_others*: where another process runs the embedded ones already, give those.

    Raises:
        PreconditionError: production without both: data in a folder of one machine is for development.
        UnavailableError: an embedded one does not start; the message says why.
    """
    if (settings.database_url is None) != (settings.s3_endpoint is None):
        message = "set both TBT_DATABASE_URL and TBT_S3_ENDPOINT, or neither to have embedded ones started"
        raise PreconditionError(message)
    if settings.database_url is not None:
        yield Backing(_database_url(settings.database_url.get_secret_value()), _s3_address(settings))
        return
    if settings.mode is Mode.PRODUCTION:
        message = "production needs TBT_DATABASE_URL and TBT_S3_ENDPOINT: embedded ones are for development"
        raise PreconditionError(message)
    running = running_in(settings.data_folder) if beside_others else None
    if running is not None:
        yield Backing(running.database_url, _embedded_s3(running.s3, settings))
        return
    with EmbeddedStack(settings.data_folder) as stack:
        yield Backing(stack.database_url, embedded_s3(stack, settings))


def embedded_s3(stack: EmbeddedStack, settings: Settings) -> S3Address:
    """Return where the embedded object store is."""
    return _embedded_s3(stack.s3, settings)


def _embedded_s3(s3: S3Access, settings: Settings) -> S3Address:
    return S3Address(s3.endpoint, s3.access_key, s3.secret_key, s3.secure, s3.region, settings.s3_bucket)


@contextlib.contextmanager
def tracing(settings: Settings) -> Iterator[None]:
    """Trace while the block lasts, where the settings name a collector."""
    if settings.traces_endpoint is None:
        yield
        return
    exporter = otlp_exporter(settings.traces_endpoint, secure=settings.traces_secure)
    with contextlib.closing(Tracing(exporter, settings.traces_share)):
        yield


def _database_url(url: str) -> str:
    """Return an operator's URL with the driver this program has."""
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


def _s3_address(settings: Settings) -> S3Address:
    access, secret = settings.s3_access_key, settings.s3_secret_key
    if settings.s3_endpoint is None or access is None or secret is None:
        message = "TBT_S3_ENDPOINT needs TBT_S3_ACCESS_KEY and TBT_S3_SECRET_KEY"
        raise PreconditionError(message)
    return S3Address(
        settings.s3_endpoint,
        access.get_secret_value(),
        secret.get_secret_value(),
        settings.s3_secure,
        settings.s3_region,
        settings.s3_bucket,
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A program that serves."""

    settings: Settings
    composition: Composition
    program: Program
    http_address: str | None = None

    @property
    def address(self) -> str:
        """Return where clients reach it."""
        return f"{self.settings.host}:{self.program.port}"

    def write_local_token(self) -> str | None:
        """Leave an administrator's token and the address where the command line looks; None when tokens are not ours."""
        if self.settings.token_issuer is not None:
            return None
        token = self.composition.local_issuer.issue("administrator", ["administrator"], LOCAL_TOKEN_SECONDS)
        _write_private(self.settings.data_folder / TOKEN_FILE, token)
        _write_private(self.settings.data_folder / ADDRESS_FILE, self.address)
        return token


@contextlib.contextmanager
def serving(settings: Settings, names: Sequence[str] = SERVICES, *, with_worker: bool = True) -> Iterator[Serving]:
    """Run the services until the block ends; then drain and stop everything that was started, last first.

    Raises:
        DomainError: something could not be started; nothing is left running.
    """
    with backing(settings) as where, tracing(settings):
        # With nothing to migrate it needs no rights beyond those of its services.
        if pending(where.database_url):
            migrate(where.database_url)
        composition = Composition(settings, where.database_url, where.s3)
        composition.blobs  # noqa: B018  (makes the bucket, and fails here rather than at the first upload)
        program = composition.program(names, with_worker=with_worker)
        try:
            program.start()
            with http(settings, program, names) as http_address:
                yield Serving(settings, composition, program, http_address)
        finally:
            program.stop()


@contextlib.contextmanager
def http(settings: Settings, program: Program, names: Sequence[str]) -> Iterator[str | None]:
    """Answer HTTP/JSON and gRPC-Web while the block lasts, where the settings name a port; give its address.

    Raises:
        PreconditionError: the program is reached from other machines, where Envoy is deployed beside it, or Envoy is not
            installed.
    """
    if settings.http_port is None:
        yield None
        return
    if settings.tls_certificate_file is not None or settings.mode is Mode.PRODUCTION:
        message = "TBT_HTTP_PORT starts Envoy for one machine only: with TLS, run it beside the program (`tbt gateway`)"
        raise PreconditionError(message)
    port = settings.http_port or envoy.free_port(settings.host)
    addresses = dict.fromkeys(names, f"{settings.host}:{program.port}")

    def configured(contracts: Path) -> dict[str, Any]:
        gateway = Gateway(
            settings.host,
            port,
            addresses,
            contracts,
            origins=settings.http_origins,
            local_pages=True,
            default_language=settings.language,
        )
        return configuration(gateway)

    with envoy.running(settings.host, port, descriptors().SerializeToString(), configured):
        yield f"http://{settings.host}:{port}"


def write_gateway(settings: Settings, folder: Path) -> list[Path]:
    """Write what an Envoy of its own reads: its configuration and the contracts; return both paths.

    Raises:
        PreconditionError: a setting it needs is unset.
    """
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    authority, port = settings.tls_authority_file, settings.http_port
    lacking = sorted(set(SERVICES) - settings.service_addresses.keys())
    if certificate is None or key is None or authority is None or port is None or lacking:
        message = (
            "a gateway needs TBT_HTTP_PORT, TBT_TLS_CERTIFICATE_FILE, TBT_TLS_KEY_FILE, TBT_TLS_AUTHORITY_FILE and "
            "TBT_SERVICE_ADDRESSES of all services"
        )
        raise PreconditionError(message)
    contracts, written = folder / DESCRIPTORS_FILE, folder / CONFIGURATION_FILE
    tls = Tls(certificate, key, authority)
    gateway = Gateway(
        settings.host,
        port,
        settings.service_addresses,
        contracts,
        tls,
        settings.http_origins,
        default_language=settings.language,
    )
    try:
        contracts.write_bytes(descriptors().SerializeToString())
        written.write_text(json.dumps(configuration(gateway), indent=1), encoding="utf-8")
    except OSError as error:
        message = "{path} cannot be written: {cause}"
        raise PreconditionError(message, path=folder, cause=error.strerror or error) from error
    return [written, contracts]


def issue_token(settings: Settings, subject: str, roles: Sequence[str], committee: str, days: int) -> str:
    """Return a token for somebody who tries the embedded mode in a role of their own.

    Raises:
        PreconditionError: tokens come from the operator's issuer, or no program has served from this data folder yet.
        InvalidArgumentError: there is no such role.
    """
    unknown = sorted(set(roles) - (ROLE_PERMISSIONS.keys() - {SERVICE_ROLE}))
    if unknown:
        message = "there is no role {name}; there are {known}"
        known = ", ".join(sorted(ROLE_PERMISSIONS.keys() - {SERVICE_ROLE}))
        raise InvalidArgumentError(message, name=", ".join(unknown), known=known)
    issuer = settings.token_issuer
    if issuer is None and not (settings.data_folder / LOCAL_KEY_FILE).exists():
        message = "no program has served from {folder} yet; start it, or set TBT_DATA_FOLDER"
        raise PreconditionError(message, folder=settings.data_folder)
    return local_issuer(settings).issue(subject, roles, days * SECONDS_A_DAY, committee)


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())


def until_told_to_stop(announce: Callable[[], None]) -> None:
    """Announce, then wait for Ctrl-C or SIGTERM; a second one does not interrupt the draining."""
    told = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        del frame
        logger.info("stopping", signal=signal.Signals(number).name)
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tell)
    announce()
    # A wait without a limit cannot be interrupted by a signal on every platform.
    while not told.wait(1.0):
        pass


def work(settings: Settings, announce: Callable[[], None]) -> None:
    """Run a worker alone until it is told to stop."""
    with backing(settings) as where, tracing(settings):
        late = pending(where.database_url)
        if late:
            message = "the database lacks the migrations {late}: run `tbt migrate` first"
            raise PreconditionError(message, late=", ".join(late))
        composition = Composition(settings, where.database_url, where.s3, alone_as=WORKER)
        composition.keys.require([WORKER])
        worker = composition.worker()
        with watched(settings, composition.metrics):
            worker.start()
            try:
                until_told_to_stop(announce)
            finally:
                worker.stop()


@contextlib.contextmanager
def watched(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Let a process without services be scraped and probed while the block lasts, where the settings say so."""
    with contextlib.ExitStack() as closing:
        if settings.metrics_port is not None:
            closing.callback(metrics.serve(settings.metrics_host, settings.metrics_port).close)
        if settings.health_port is not None:
            probes = Probes(well())
            probes.listen(f"{settings.metrics_host}:{settings.health_port}")
            closing.callback(probes.close)
        yield


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the deployment that *settings* describe; nothing that it holds is changed."""
    yield from examine_tokens(settings)
    yield from examine_certificates(settings)
    yield from examine_service_keys(settings, service_key_folder(settings))
    yield from examine_machine(settings)
    with backing(settings, beside_others=True) as where:
        yield from examine_database(where.database_url, settings.worker_lease_seconds)
        yield from examine_store(BlobStore(where.s3))


def take_backup(settings: Settings, place: str) -> Summary:
    """Write the whole system as it is now to *place*, while it serves.

    Raises:
        PreconditionError: there is such a file already, or the database lacks migrations.
        UnavailableError: the database or the object store does not answer.
    """
    with backing(settings, beside_others=True) as where, places.written(place, where.s3) as to:
        return take(where.database_url, BlobStore(where.s3), to)


def verify_backup(settings: Settings, place: str) -> Verified:
    """Return what the backup at *place* holds, and which parts of it are damaged."""
    if not places.in_bucket(place):
        with places.opened(place, None) as stream:
            return verify(stream)
    with backing(settings, beside_others=True) as where, places.opened(place, where.s3) as stream:
        return verify(stream)


def restore_backup(settings: Settings, place: str) -> Verified:
    """Put an empty system into the state of the backup at *place*.

    Raises:
        PreconditionError: the system is not empty, serves, or is of another release.
        DataLossError: the backup is damaged.
    """
    with backing(settings) as where, places.opened(place, where.s3) as stream:
        return restore(where.database_url, BlobStore(where.s3), stream)
