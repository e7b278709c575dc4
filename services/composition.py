"""Put the program together, by hand and in one place: which service gets which database, which neighbour, which key."""

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

import grpc

from services.catalog.service import CatalogService
from services.catalog.upstream import CatalogUpstreams
from services.compliance.service import ComplianceService
from services.compliance.upstream import ComplianceUpstreams
from services.documents.service import DocumentsService
from services.gap.service import GapService
from services.gap.upstream import GapUpstreams
from services.linkage.service import LinkageService
from services.linkage.upstream import LinkageUpstreams
from services.runtime.auth import (
    INTERNAL_ISSUER,
    LOCAL_ISSUER,
    TokenIssuer,
    TokenVerifier,
    TrustedIssuer,
    load_jwks,
    secret_key,
)
from services.runtime.blobs import BlobStore, S3Address
from services.runtime.database import Database
from services.runtime.operations.service import OperationsService
from services.runtime.operations.worker import Runner, Worker
from services.runtime.paging import Pager
from services.runtime.server import Server, Servicer
from services.runtime.settings import Settings
from services.runtime.upstream import Upstream, open_channel
from services.terminology.service import TerminologyService
from services.terminology.upstream import TerminologyUpstreams
from standards_tree.errors import PreconditionError

LOCAL_KEY_FILE = "local-issuer.key"
SERVICES = ("documents", "terminology", "catalog", "linkage", "compliance", "gap")

# Who calls whom. A test holds that this is what the code does, and that it has no cycle.
CALLS: dict[str, tuple[str, ...]] = {
    "documents": (),
    "terminology": ("documents",),
    "catalog": ("documents",),
    "linkage": ("documents", "catalog"),
    "compliance": ("documents", "terminology", "catalog"),
    "gap": ("catalog", "linkage"),
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
    closing: contextlib.ExitStack
    port: int = field(default=0)

    def start(self) -> None:
        """Open every port and begin to work.

        Raises:
            UnavailableError: the public port is taken; nothing is left running.
        """
        self.port = self.public.listen(f"{self.settings.host}:{self.settings.port}")
        for name, server in self.servers.items():
            server.listen(self.addresses[name])
            server.start()
        self.public.start()
        if self.worker is not None:
            self.worker.start()

    def stop(self) -> None:
        """Drain calls and jobs, callers before callees, and let go of everything."""
        self.public.stop(self.settings.drain_seconds)
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
        if self.settings.token_issuer is not None and self.settings.token_jwks_file is not None:
            issuers.append(load_jwks(self.settings.token_jwks_file, self.settings.token_issuer))
        else:
            issuers.append(self.local_issuer.trusted())
        return TokenVerifier(issuers, self.settings.token_audience)

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
    def documents(self) -> DocumentsService:
        """Return the documents service."""
        return DocumentsService(
            self.database("documents"), self.pager, self.blobs.of("documents"), self.settings.max_document_bytes
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
            documents=self.upstream("linkage", "documents"), catalog=self.upstream("linkage", "catalog")
        )
        return LinkageService(self.database("linkage"), self.pager, upstreams)

    @cached_property
    def compliance(self) -> ComplianceService:
        """Return the compliance service."""
        upstreams = ComplianceUpstreams(
            documents=self.upstream("compliance", "documents"),
            terminology=self.upstream("compliance", "terminology"),
            catalog=self.upstream("compliance", "catalog"),
        )
        return ComplianceService(self.database("compliance"), self.pager, upstreams)

    @cached_property
    def gap(self) -> GapService:
        """Return the gap service."""
        upstreams = GapUpstreams(catalog=self.upstream("gap", "catalog"), linkage=self.upstream("gap", "linkage"))
        return GapService(self.database("gap"), self.pager, upstreams, self.blobs.of("reports"))

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

    def worker(self) -> Worker:
        """Return a worker for every kind of operation."""
        conninfo = self._database_url.replace("postgresql+psycopg://", "postgresql://")
        options = "options=-csearch_path%3Dqueue"
        conninfo += ("&" if "?" in conninfo else "?") + options
        return Worker(self.database("operations"), conninfo, self.runners(), self.settings.worker_concurrency)

    def program(self, names: Sequence[str] = SERVICES, *, with_worker: bool = True) -> Program:
        """Return a program with the services *names*, not started."""
        # A socket's path may hold 107 bytes; a data folder may be longer.
        sockets = Path(self._closing.enter_context(tempfile.TemporaryDirectory(prefix="tbt-")))
        for name in names:
            self.addresses[name] = f"unix:{sockets / name}.sock"
        servicers = {name: self.servicer(name) for name in names}
        servers = {name: Server(self.settings, self.verifier, [servicer]) for name, servicer in servicers.items()}
        public = Server(self.settings, self.verifier, [*servicers.values(), self.operations.servicer()])
        worker = self.worker() if with_worker else None
        return Program(self.settings, servers, self.addresses, public, worker, self._closing)
