"""Put the program together, by hand and in one place: which service gets which database, which neighbour, which key."""

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

import grpc

from services.audit.service import AuditService
from services.catalog.service import CatalogService
from services.catalog.upstream import CatalogUpstreams
from services.compliance.service import ComplianceService
from services.compliance.upstream import ComplianceUpstreams
from services.documents.service import DocumentsService
from services.gap.service import GapService
from services.gap.upstream import GapUpstreams
from services.linkage.service import LinkageService
from services.linkage.upstream import LinkageUpstreams
from services.runtime.agencies import CertificateVerifier, clients_in_file
from services.runtime.audit import Refusals
from services.runtime.auth import (
    INTERNAL_ISSUER,
    LOCAL_ISSUER,
    TokenIssuer,
    TokenVerifier,
    TrustedIssuer,
    operator_issuer,
    secret_key,
)
from services.runtime.blobs import BlobStore, S3Address
from services.runtime.collector import look_less_often
from services.runtime.database import Database
from services.runtime.issuer_keys import keys_at, keys_in_file
from services.runtime.metrics import Metrics, Reading
from services.runtime.operations.queue import delete_finished_jobs, queue_lengths
from services.runtime.operations.service import OperationsService
from services.runtime.operations.worker import Chore, Runner, Worker
from services.runtime.overload import Door, Limit
from services.runtime.paging import Pager
from services.runtime.server import Gatekeepers, Server, Servicer
from services.runtime.settings import Settings
from services.runtime.upstream import Upstream, open_channel
from services.terminology.service import TerminologyService
from services.terminology.upstream import TerminologyUpstreams
from standards_tree.documents.schemas import SchemaFolder
from standards_tree.errors import PreconditionError

LOCAL_KEY_FILE = "local-issuer.key"
SERVICES = ("audit", "documents", "terminology", "catalog", "linkage", "compliance", "gap")

# Who calls whom. A test holds that this is what the code does, and that it has no cycle.
CALLS: dict[str, tuple[str, ...]] = {
    "audit": (),
    "documents": (),
    "terminology": ("documents",),
    "catalog": ("documents",),
    "linkage": ("documents", "catalog", "terminology"),
    "compliance": ("documents", "terminology", "catalog", "linkage"),
    "gap": ("terminology", "catalog", "linkage"),
}


@dataclass(slots=True)
class Program:
    """What runs in this process: a server for each service on a local socket, the public one, and the worker.

    Each service has a thread pool of its own, so that one that calls another never waits for a thread of its own pool.
    """

    settings: Settings
    servers: Mapping[str, Server]
    addresses: Mapping[str, str]
    public: Server
    worker: Worker | None
    metrics: Metrics
    closing: contextlib.ExitStack
    quieting: contextlib.ExitStack
    """What follows another service lets go of it here, or that one would wait for it to the end of the drain."""
    port: int = field(default=0)
    agency_port: int | None = None
    metrics_port: int | None = None
    health_port: int | None = None

    def start(self) -> None:
        """Open every port and begin to work.

        Raises:
            UnavailableError: the public port is taken; nothing is left running.
        """
        look_less_often()
        self.port = self.public.listen(f"{self.settings.host}:{self.settings.port}")
        if self.settings.agency_port is not None:
            self.agency_port = self.public.listen_to_agencies(f"{self.settings.host}:{self.settings.agency_port}")
        if self.settings.metrics_port is not None:
            scraped = self.metrics.serve(self.settings.metrics_host, self.settings.metrics_port)
            self.metrics_port = scraped.port
            self.closing.callback(scraped.close)
        if self.settings.health_port is not None:
            address = f"{self.settings.metrics_host}:{self.settings.health_port}"
            self.health_port = self.public.listen_to_probes(address)
        for name, server in self.servers.items():
            server.listen(self.addresses[name])
            server.start()
        self.public.start()
        if self.worker is not None:
            self.worker.start()

    def stop(self) -> None:
        """Drain calls and jobs, callers before callees, and let go of everything."""
        self.quieting.close()
        self.public.stop(self.settings.drain_seconds, self.settings.leave_seconds)
        if self.worker is not None:
            self.worker.stop()
        for name in reversed(SERVICES):
            if name in self.servers:
                self.servers[name].stop(self.settings.drain_seconds)
        self.closing.close()


def local_issuer(settings: Settings) -> TokenIssuer:
    """Return the issuer of the embedded mode, which only exists where no other is set.

    Raises:
        PreconditionError: tokens come from the operator's issuer.
    """
    if settings.token_issuer is not None:
        message = "tokens come from {issuer}; this program issues none"
        raise PreconditionError(message, issuer=settings.token_issuer)
    return TokenIssuer(LOCAL_ISSUER, secret_key(settings.data_folder / LOCAL_KEY_FILE), settings.token_audience)


def _operators(settings: Settings, name: str) -> TrustedIssuer:
    """Return the issuer the settings name, with its keys from where they say.

    Raises:
        PreconditionError: no keys are named, or they cannot be read.
    """
    if settings.token_jwks_url is not None:
        read = keys_at(settings.token_jwks_url)
    elif settings.token_jwks_file is not None:
        read = keys_in_file(settings.token_jwks_file)
    else:
        message = "TBT_TOKEN_ISSUER and its keys (TBT_TOKEN_JWKS_FILE or TBT_TOKEN_JWKS_URL) go together"
        raise PreconditionError(message)
    return operator_issuer(name, read, settings.token_jwks_seconds)


class Service(Protocol):
    """What every service offers a server."""

    def servicer(self) -> Servicer:
        """Return the service as a server takes it."""
        ...


class Composition:
    """Builds the parts of a program from its settings, each part once."""

    def __init__(self, settings: Settings, database_url: str, s3: S3Address) -> None:
        self.settings = settings
        self._database_url = database_url
        self._s3 = s3
        self._closing = contextlib.ExitStack()
        self._quieting = contextlib.ExitStack()
        self._channels: dict[str, grpc.Channel] = {}
        self._databases: dict[str, Database] = {}
        self.addresses: dict[str, str] = dict(settings.service_addresses)

    @cached_property
    def _internal_key(self) -> TokenIssuer:
        path = self.settings.internal_key_file or self.settings.data_folder / "internal.key"
        return TokenIssuer(INTERNAL_ISSUER, secret_key(path), self.settings.token_audience)

    @cached_property
    def local_issuer(self) -> TokenIssuer:
        """Return the issuer of the embedded mode, as `local_issuer`."""
        return local_issuer(self.settings)

    @cached_property
    def verifier(self) -> TokenVerifier:
        """Return what decides whose tokens count."""
        issuers: list[TrustedIssuer] = [self._internal_key.trusted(frozenset({"service"}))]
        if self.settings.token_issuer is not None:
            issuers.append(_operators(self.settings, self.settings.token_issuer))
        else:
            issuers.append(self.local_issuer.trusted())
        return TokenVerifier(issuers, self.settings.token_audience)

    @cached_property
    def certificates(self) -> CertificateVerifier | None:
        """Return what decides whose certificates count; None where no port asks for one."""
        path = self.settings.agency_clients_file
        if self.settings.agency_port is None or path is None:
            return None
        return CertificateVerifier(clients_in_file(path, SERVICES))

    @cached_property
    def pager(self) -> Pager:
        """Return the reader and writer of page tokens."""
        path = self.settings.internal_key_file or self.settings.data_folder / "internal.key"
        return Pager(secret_key(path).raw_value + b"page tokens")

    @cached_property
    def blobs(self) -> BlobStore:
        """Return the object store, with its bucket made."""
        store = BlobStore(self._s3)
        store.ensure_bucket()
        return store

    def database(self, schema: str) -> Database:
        """Return the door to *schema*."""
        if schema not in self._databases:
            self._databases[schema] = Database(self._database_url, schema, self.settings)
            self._closing.callback(self._databases[schema].close)
        return self._databases[schema]

    def upstream(self, caller: str, callee: str) -> Upstream:
        """Return *callee* as *caller* reaches it.

        Raises:
            PreconditionError: *callee* does not run here and no address is set.
        """
        if callee not in CALLS[caller]:
            message = "{caller} may not call {callee}"
            raise PreconditionError(message, caller=caller, callee=callee)
        if callee not in self.addresses:
            message = "{caller} calls {callee}, which does not run here: set its address in TBT_SERVICE_ADDRESSES"
            raise PreconditionError(message, caller=caller, callee=callee)
        if callee not in self._channels:
            self._channels[callee] = open_channel(self.addresses[callee], self.settings.tls_authority_file)
            self._closing.callback(self._channels[callee].close)
        return Upstream(callee, self._channels[callee], caller, self._internal_key)

    @cached_property
    def metrics(self) -> Metrics:
        """Return what this program counts, with what is read when somebody asks."""
        metrics = Metrics()
        connections = "Connections to the database."
        metrics.read_at_scrape("tbt_database_connections", connections, ("schema", "state"), self._connections)
        metrics.read_at_scrape(
            "tbt_call_limit", "Calls the public port works on at once at most.", (), lambda: [((), self.door.limit())]
        )
        metrics.read_at_scrape("tbt_queue", "Operations in the queue.", ("state",), self._queue, costly=True)
        return metrics

    @cached_property
    def door(self) -> Door:
        """Return what lets calls in at the public port."""
        return Door(Limit(self.settings.least_calls, self.settings.working_calls))

    def _connections(self) -> Reading:
        for schema, database in list(self._databases.items()):
            for state, count in database.connections().items():
                yield (schema, state), count

    def _queue(self) -> Reading:
        return [((state,), count) for state, count in self.database("operations").look_up(queue_lengths).items()]

    @cached_property
    def refusals(self) -> Refusals:
        """Return who records refusals; every process records its own."""
        return Refusals(self.database("operations"))

    @cached_property
    def audit(self) -> AuditService:
        """Return the audit service."""
        service = AuditService(self.database("audit"), self.pager)
        self._closing.callback(service.close)
        return service

    @cached_property
    def documents(self) -> DocumentsService:
        """Return the documents service."""
        return DocumentsService(
            self.database("documents"),
            self.pager,
            self.blobs.of("documents"),
            SchemaFolder(self.settings.schema_folder),
            self.settings.max_document_bytes,
        )

    @cached_property
    def terminology(self) -> TerminologyService:
        """Return the terminology service."""
        upstreams = TerminologyUpstreams(documents=self.upstream("terminology", "documents"))
        service = TerminologyService(self.database("terminology"), self.pager, upstreams)
        self._closing.callback(service.close)
        return service

    @cached_property
    def catalog(self) -> CatalogService:
        """Return the catalog service."""
        upstreams = CatalogUpstreams(documents=self.upstream("catalog", "documents"))
        return CatalogService(self.database("catalog"), self.pager, upstreams, self.settings.font_folder)

    @cached_property
    def linkage(self) -> LinkageService:
        """Return the linkage service."""
        upstreams = LinkageUpstreams(
            documents=self.upstream("linkage", "documents"),
            catalog=self.upstream("linkage", "catalog"),
            terminology=self.upstream("linkage", "terminology"),
        )
        service = LinkageService(self.database("linkage"), self.pager, upstreams, self.settings.link_reviewers)
        self._quieting.callback(service.close)
        return service

    @cached_property
    def compliance(self) -> ComplianceService:
        """Return the compliance service."""
        upstreams = ComplianceUpstreams(
            documents=self.upstream("compliance", "documents"),
            terminology=self.upstream("compliance", "terminology"),
            catalog=self.upstream("compliance", "catalog"),
            linkage=self.upstream("compliance", "linkage"),
        )
        return ComplianceService(self.database("compliance"), self.pager, upstreams)

    @cached_property
    def gap(self) -> GapService:
        """Return the gap service."""
        upstreams = GapUpstreams(
            catalog=self.upstream("gap", "catalog"),
            linkage=self.upstream("gap", "linkage"),
            terminology=self.upstream("gap", "terminology"),
        )
        return GapService(
            self.database("gap"),
            self.pager,
            upstreams,
            self.blobs.of("reports"),
            retention_days=self.settings.report_retention_days,
            font_folder=self.settings.font_folder,
        )

    @cached_property
    def operations(self) -> OperationsService:
        """Return the operations service."""
        return OperationsService(self.database("operations"), self.pager)

    def servicer(self, name: str) -> Servicer:
        """Return one of SERVICES as a server takes it."""
        if name not in SERVICES:
            message = "there is no service {name}; there are {known}"
            raise PreconditionError(message, name=name, known=", ".join(SERVICES))
        service: Service = getattr(self, name)
        return service.servicer()

    def runners(self) -> dict[str, Runner]:
        """Return who works off which kind of operation."""
        return {**self.linkage.runners(), **self.compliance.runners(), **self.gap.runners()}

    def chores(self) -> list[Chore]:
        """Return what a worker looks after beside operations."""
        return [*self.gap.chores(), Chore("remove_finished_jobs", "41 * * * * 0", self._remove_finished_jobs)]

    def _remove_finished_jobs(self) -> None:
        delete_finished_jobs(self.database("operations"), timedelta(days=self.settings.queue_retention_days))

    def worker(self) -> Worker:
        """Return a worker for every kind of operation."""
        conninfo = self._database_url.replace("postgresql+psycopg://", "postgresql://")
        options = "options=-csearch_path%3Dqueue"
        conninfo += ("&" if "?" in conninfo else "?") + options
        return Worker(
            self.database("operations"),
            conninfo,
            self.runners(),
            self.chores(),
            metrics=self.metrics,
            concurrency=self.settings.worker_concurrency,
            lease_seconds=self.settings.worker_lease_seconds,
        )

    def program(self, names: Sequence[str] = SERVICES, *, with_worker: bool = True) -> Program:
        """Return a program with the services *names*, not started."""
        # A socket's path may hold 107 bytes; a data folder may be longer.
        sockets = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="tbt-")))
        for name in names:
            self.addresses[name] = f"unix:{sockets / name}.sock"
        servicers = {name: self.servicer(name) for name in names}
        gatekeepers = Gatekeepers(self.verifier, None, self.refusals, self.metrics)
        servers = {name: Server(self.settings, gatekeepers, [servicer]) for name, servicer in servicers.items()}
        at_the_door = replace(gatekeepers, certificates=self.certificates)
        public = Server(self.settings, at_the_door, [*servicers.values(), self.operations.servicer()], self.door)
        self.refusals.start()
        self._closing.callback(self.refusals.close)
        worker = self.worker() if with_worker else None
        return Program(
            self.settings, servers, self.addresses, public, worker, self.metrics, self._closing, self._quieting
        )
