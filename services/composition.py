"""Put the program together, by hand and in one place: which service gets which database, which neighbour, which key."""

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
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
from services.issuers import local_issuer, operators
from services.linkage.service import LinkageService
from services.linkage.upstream import LinkageUpstreams
from services.runtime.agencies import CertificateVerifier, clients_in_file
from services.runtime.audit import Refusals
from services.runtime.auth import TokenIssuer, TokenVerifier, TrustedIssuer
from services.runtime.blobs import BlobStore, S3Address
from services.runtime.collector import look_less_often
from services.runtime.database import Database
from services.runtime.metrics import Metrics, Reading
from services.runtime.operations.queue import delete_finished_jobs, delete_finished_operations, queue_lengths
from services.runtime.operations.service import OperationsService
from services.runtime.operations.worker import Chore, Runner, Worker
from services.runtime.overload import Door, Limit
from services.runtime.paging import Pager
from services.runtime.server import Gatekeepers, Server, Servicer
from services.runtime.service_calls import WORKER, callees_of
from services.runtime.service_keys import ServiceKeys, ServiceSigner, make_keys
from services.runtime.settings import Mode, Settings
from services.runtime.upstream import Upstream, open_channel
from services.terminology.service import TerminologyService
from services.terminology.upstream import TerminologyUpstreams
from standards_tree.documents.schemas import SchemaFolder
from standards_tree.errors import PreconditionError

SERVICE_KEY_FOLDER = "service-keys"
SERVICES = ("audit", "documents", "terminology", "catalog", "linkage", "compliance", "gap")

# Who calls whom. A test holds that this is what the code does, and that it has no cycle.
CALLS: dict[str, tuple[str, ...]] = {name: callees_of(name) for name in SERVICES}


def service_key_folder(settings: Settings) -> Path:
    """Return where the keys are by which our services know each other."""
    return settings.service_key_folder or settings.data_folder / SERVICE_KEY_FOLDER


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


class Service(Protocol):
    """What every service offers a server."""

    def servicer(self) -> Servicer:
        """Return the service as a server takes it."""
        ...


class Composition:
    """Builds the parts of a program from its settings, each part once."""

    def __init__(self, settings: Settings, database_url: str, s3: S3Address, *, alone_as: str | None = None) -> None:
        """*alone_as*: as whom a process calls that is nothing but a worker, and has no other key."""
        self.settings = settings
        self._alone_as = alone_as
        self._operations_pages = "catalog"
        self._database_url = database_url
        self._s3 = s3
        self._closing = contextlib.ExitStack()
        self._quieting = contextlib.ExitStack()
        self._channels: dict[str, grpc.Channel] = {}
        self._databases: dict[str, Database] = {}
        self.addresses: dict[str, str] = dict(settings.service_addresses)

    @cached_property
    def keys(self) -> ServiceKeys:
        """Return the keys by which our services know each other; in development they are made where there are none."""
        folder = service_key_folder(self.settings)
        if self.settings.mode is Mode.DEVELOPMENT:
            make_keys(folder)
        return ServiceKeys(folder)

    def signer(self, caller: str) -> ServiceSigner:
        """Return what signs calls of *caller*; all calls of a process that is nothing but a worker are the worker's."""
        return self.keys.signer(self._alone_as or caller, self.settings.token_audience)

    @cached_property
    def local_issuer(self) -> TokenIssuer:
        """Return the issuer of the embedded mode, as `local_issuer`."""
        return local_issuer(self.settings)

    @cached_property
    def verifier(self) -> TokenVerifier:
        """Return what decides whose tokens count."""
        issuers: list[TrustedIssuer] = [self.keys.trusted(self.settings.token_jwks_seconds)]
        if self.settings.token_issuer is not None:
            issuers.append(operators(self.settings, self.settings.token_issuer))
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

    def pager(self, service: str) -> Pager:
        """Return the reader and writer of the page tokens of *service*."""
        return Pager(self.keys.page_secret(self._alone_as or service))

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
        return Upstream(callee, self._channels[callee], self.signer(caller), partial(self.signer, WORKER))

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
        service = AuditService(self.database("audit"), self.pager("audit"))
        self._closing.callback(service.close)
        return service

    @cached_property
    def documents(self) -> DocumentsService:
        """Return the documents service."""
        return DocumentsService(
            self.database("documents"),
            self.pager("documents"),
            self.blobs.of("documents"),
            SchemaFolder(self.settings.schema_folder),
            self.settings.max_document_bytes,
        )

    @cached_property
    def terminology(self) -> TerminologyService:
        """Return the terminology service."""
        upstreams = TerminologyUpstreams(documents=self.upstream("terminology", "documents"))
        service = TerminologyService(self.database("terminology"), self.pager("terminology"), upstreams)
        self._closing.callback(service.close)
        return service

    @cached_property
    def catalog(self) -> CatalogService:
        """Return the catalog service."""
        upstreams = CatalogUpstreams(documents=self.upstream("catalog", "documents"))
        return CatalogService(self.database("catalog"), self.pager("catalog"), upstreams, self.settings.font_folder)

    @cached_property
    def linkage(self) -> LinkageService:
        """Return the linkage service."""
        upstreams = LinkageUpstreams(
            documents=self.upstream("linkage", "documents"),
            catalog=self.upstream("linkage", "catalog"),
            terminology=self.upstream("linkage", "terminology"),
        )
        service = LinkageService(
            self.database("linkage"), self.pager("linkage"), upstreams, self.settings.link_reviewers
        )
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
        return ComplianceService(self.database("compliance"), self.pager("compliance"), upstreams)

    @cached_property
    def gap(self) -> GapService:
        """Return the gap service."""
        upstreams = GapUpstreams(
            catalog=self.upstream("gap", "catalog"),
            linkage=self.upstream("gap", "linkage"),
            terminology=self.upstream("gap", "terminology"),
        )
        service = GapService(
            self.database("gap"),
            self.pager("gap"),
            upstreams,
            self.blobs.of("reports"),
            retention_days=self.settings.report_retention_days,
            font_folder=self.settings.font_folder,
        )
        self._quieting.callback(service.close)
        return service

    @cached_property
    def operations(self) -> OperationsService:
        """Return the operations service."""
        pager = self.pager(self._operations_pages)
        return OperationsService(self.database("operations"), pager, self.settings.operation_retention_days)

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
        return [
            *self.gap.chores(),
            Chore("remove_finished_jobs", "41 * * * * 0", self._remove_finished_jobs),
            Chore("remove_finished_operations", "43 * * * * 0", self._remove_finished_operations),
        ]

    def _remove_finished_jobs(self) -> None:
        delete_finished_jobs(self.database("operations"), timedelta(days=self.settings.queue_retention_days))

    def _remove_finished_operations(self) -> None:
        if self.settings.operation_retention_days:
            kept = timedelta(days=self.settings.operation_retention_days)
            delete_finished_operations(self.database("operations"), kept)

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
        self.keys.require([*names, *([WORKER] if with_worker else [])])
        if "catalog" not in names:
            self._operations_pages = names[0]
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
