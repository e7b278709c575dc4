"""A client that stops in the middle of an export keeps no connection to the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from google.protobuf.message import Message
from sqlalchemy import create_engine, text

from catalogues import create as create_standard
from catalogues import new_number
from concepts import concept, word
from concepts import create as create_concept
from databases import empty_database, own_bucket, running, settings_for
from linking import create_measure
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.blobs import S3Address
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2 as catalog
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.linkage.v1 import linkage_service_pb2 as linkage
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import exchange_pb2 as exchange
from tbt.terminology.v1 import terminology_service_pb2 as terminology
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc

# Earlier than PostgreSQL itself ends a transaction in which nothing happens, which is after a minute.
FREE_WITHIN_SECONDS = 45
EXPORT_SECONDS = 600
SLOW_PIECES = 10
# Sixteen times what gRPC takes from a server for a client that reads nothing.
ROWS, CHARACTERS = 4000, 1000
# A table, the column that is to be long, and those that are to be others in every copy of its first row.
COPIED = (
    ("catalog.standard", "title_en", ("standard_id", "designation_order")),
    ("linkage.measure", "description", ("measure_id",)),
    ("terminology.concept", "source", ("concept_id",)),
)

Call = Callable[[grpc.Channel], Iterator[Message] | Message]


@dataclass(frozen=True)
class Filled:
    """A database and a bucket with much to export, and a folder for the keys of a program."""

    folder: Path
    url: str
    s3: S3Address

    @contextmanager
    def served(self, **settings: object) -> Iterator[grpc.Channel]:
        """Give a channel to a program with these settings."""
        with running(
            Composition(settings_for(self.folder, self.url, self.s3, **settings), self.url, self.s3)
        ) as channel:
            yield channel


@pytest.fixture(scope="module")
def filled(stack: EmbeddedStack, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Fill a database with far more than gRPC takes from a server for a client that reads nothing."""
    with empty_database(stack) as url:
        migrate(url)
        made = Filled(tmp_path_factory.mktemp("narrow"), url, own_bucket(stack, settings))
        with made.served() as channel:
            create_standard(catalog_grpc.CatalogServiceStub(channel), f"GB/T {new_number()}-2020")
            create_measure(linkage_grpc.LinkageServiceStub(channel))
            create_concept(terminology_grpc.TerminologyServiceStub(channel), concept(word("en", "makebelieve")))
        _copy_rows(url)
        yield made


@pytest.fixture(scope="module")
def narrow(filled: Filled) -> Iterator[grpc.Channel]:
    """Give a channel to a program whose services have one connection each."""
    with filled.served(database_pool_size=1, database_pool_overflow=0) as channel:
        yield channel


def _copy_rows(url: str) -> None:
    """Make very many rows of the one that is there, faster than the services would."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for table, long, different in COPIED:
            keys = ", ".join(f"'{name}', made.{name} || '-' || copy" for name in different)
            other = f"jsonb_build_object('{long}', repeat('x', {CHARACTERS}), {keys})"
            # Nothing of it comes from outside.
            rows = f"SELECT (jsonb_populate_record(made, {other})).* FROM {table} made, generate_series(1, {ROWS}) copy"  # noqa: S608
            connection.execute(text(f"INSERT INTO {table} {rows}"))
    engine.dispose()


@pytest.mark.parametrize(
    ("export", "ask"),
    [
        (
            lambda channel: catalog_grpc.CatalogServiceStub(channel).ExportCatalog(
                catalog.ExportCatalogRequest(), timeout=EXPORT_SECONDS
            ),
            lambda channel: catalog_grpc.CatalogServiceStub(channel).ListSystems(catalog.ListSystemsRequest()),
        ),
        (
            lambda channel: catalog_grpc.CatalogServiceStub(channel).ExportCatalog(
                catalog.ExportCatalogRequest(columns=True), timeout=EXPORT_SECONDS
            ),
            lambda channel: catalog_grpc.CatalogServiceStub(channel).ListSystems(catalog.ListSystemsRequest()),
        ),
        (
            lambda channel: linkage_grpc.LinkageServiceStub(channel).ExportLinkage(
                linkage.ExportLinkageRequest(), timeout=EXPORT_SECONDS
            ),
            lambda channel: linkage_grpc.LinkageServiceStub(channel).ListMeasures(
                linkage.ListMeasuresRequest(page_size=1)
            ),
        ),
        (
            lambda channel: terminology_grpc.TerminologyServiceStub(channel).ExportConcepts(
                exchange.ExportConceptsRequest(), timeout=EXPORT_SECONDS
            ),
            lambda channel: terminology_grpc.TerminologyServiceStub(channel).ListConcepts(
                terminology.ListConceptsRequest(page_size=1)
            ),
        ),
    ],
    ids=["catalog", "catalog in columns", "linkage", "terminology"],
)
def test_an_export_that_nobody_takes_keeps_no_connection(narrow: grpc.Channel, export: Call, ask: Call):
    """As many such clients as the pool has connections would otherwise shut everybody out."""
    pieces = export(narrow)
    next(pieces)
    try:
        until = time.monotonic() + FREE_WITHIN_SECONDS
        while True:
            try:
                ask(narrow)
                break
            except grpc.RpcError as busy:
                assert busy.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
                assert time.monotonic() < until, "the connection was never given back"
        # What was read is all there, for a client that goes on.
        assert sum(piece.ByteSize() for piece in pieces) > ROWS
    finally:
        pieces.cancel()


def test_a_stream_that_nobody_takes_is_ended_and_gives_its_place_back(filled: Filled):
    """One place, one client that stops: the next one gets the place, and the first hears that its call is over."""
    with filled.served(working_calls=1, caller_share=1.0, stalled_seconds=1.0) as channel:
        stub = linkage_grpc.LinkageServiceStub(channel)
        pieces = stub.ExportLinkage(linkage.ExportLinkageRequest(), timeout=EXPORT_SECONDS)
        next(pieces)
        until = time.monotonic() + FREE_WITHIN_SECONDS
        while True:
            try:
                stub.ListMeasures(linkage.ListMeasuresRequest(page_size=1))
                break
            except grpc.RpcError as busy:
                assert busy.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
                assert time.monotonic() < until, "the place was never given back"
        with pytest.raises(grpc.RpcError) as ended:
            list(pieces)
        assert ended.value.code() is grpc.StatusCode.CANCELLED


def test_a_stream_that_is_taken_slowly_goes_on(filled: Filled):
    """It takes three times as long as a message may, and all of it comes."""
    with filled.served(stalled_seconds=3.0) as channel:
        pieces = linkage_grpc.LinkageServiceStub(channel).ExportLinkage(
            linkage.ExportLinkageRequest(), timeout=EXPORT_SECONDS
        )
        size = 0
        for number, piece in enumerate(pieces):
            size += piece.ByteSize()
            if number < SLOW_PIECES:
                time.sleep(9.0 / SLOW_PIECES)
        assert size > ROWS * CHARACTERS
