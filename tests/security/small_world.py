"""A program of a test's own, without a worker, that holds one of each resource: for tests that call everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

import catalogues
import drafting
from databases import empty_database, own_bucket, running, settings_for
from linking import create_measure, require
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2_grpc
from tbt.documents.v1 import documents_service_pb2_grpc
from tbt.linkage.v1 import linkage_service_pb2_grpc
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc
from uploads import upload
from writing import concept


class World:
    """A channel of an administrator, the parts of the program, the names of what is there, where its database is."""

    def __init__(self, channel: grpc.Channel, composition: Composition, url: str) -> None:
        self.channel = channel
        self.composition = composition
        self.url = url
        self.names = _recorded(channel)


@contextmanager
def small_world(stack: EmbeddedStack, settings: Settings, folder: Path) -> Iterator[World]:
    """Give a program on a database of its own."""
    with empty_database(stack) as url:
        migrate(url)
        s3 = own_bucket(stack, settings)
        composition = Composition(settings_for(folder, url, s3), url, s3)
        with running(composition) as channel:
            yield World(channel, composition, url)


def _recorded(channel: grpc.Channel) -> list[str]:
    catalog = catalog_service_pb2_grpc.CatalogServiceStub(channel)
    linkage = linkage_service_pb2_grpc.LinkageServiceStub(channel)
    terminology = terminology_service_pb2_grpc.TerminologyServiceStub(channel)
    documents = documents_service_pb2_grpc.DocumentsServiceStub(channel)
    measure = create_measure(linkage).name
    return [
        catalogues.create_system(catalog, "random"),
        catalogues.create_node(catalog, "systems/random", "1").name,
        catalogues.create_node(catalog, "systems/random", "1.1", "1").name,
        catalogues.create(catalog, "T/XXSLFE 1-2026").name,
        catalogues.create(catalog, "T/XXSLFE 2-2026").name,
        drafting.register(catalog).name,
        measure,
        require(linkage, measure).name,
        terminology.CreateConcept(terminology_pb.CreateConceptRequest(concept=concept("示例"))).name,
        upload(documents, "GB/T 99999-2026\n1 范围\n".encode(), "示例.txt").name,
        "codeLists/ics",
    ]
