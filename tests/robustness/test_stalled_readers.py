"""A client that stops in the middle of an export keeps no connection to the database."""

import time
from collections.abc import Callable, Iterator
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
# Sixteen times what gRPC takes from a server for a client that reads nothing.
ROWS, CHARACTERS = 4000, 1000
# A table, the column that is to be long, and those that are to be others in every copy of its first row.
COPIED = (
    ("catalog.standard", "title_en", ("standard_id", "designation_order")),
    ("linkage.measure", "description", ("measure_id",)),
    ("terminology.concept", "source", ("concept_id",)),
)

Call = Callable[[grpc.Channel], Iterator[Message] | Message]


@pytest.fixture(scope="module")
def narrow(
    stack: EmbeddedStack, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[grpc.Channel]:
    """Give a channel to a program whose services have one connection each, and much to export."""
    folder: Path = tmp_path_factory.mktemp("narrow")
    with empty_database(stack) as url:
        migrate(url)
        s3 = own_bucket(stack, settings)
        one = settings_for(folder, url, s3, database_pool_size=1, database_pool_overflow=0)
        with running(Composition(one, url, s3)) as channel:
            create_standard(catalog_grpc.CatalogServiceStub(channel), f"GB/T {new_number()}-2020")
            create_measure(linkage_grpc.LinkageServiceStub(channel))
            create_concept(terminology_grpc.TerminologyServiceStub(channel), concept(word("en", "makebelieve")))
            _copy_rows(url)
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
