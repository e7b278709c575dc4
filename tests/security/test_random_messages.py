"""Whatever message comes to whatever method, made up or damaged on the way, it is answered, or refused for what it is."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from calling import INSIDE, Method, call, code, methods, shown_by
from google.protobuf.message_factory import GetMessageClass

import catalogues
import drafting
from databases import empty_database, own_bucket, running, settings_for
from linking import create_measure
from random_messages import Maker
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2_grpc
from tbt.documents.v1 import documents_service_pb2_grpc
from tbt.linkage.v1 import linkage_service_pb2_grpc
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc
from uploads import upload
from writing import concept

MESSAGES = scaled(24, 2000)
SOUND_SHARE = 0.8
DAMAGED_SHARE = 0.25
THREADS = 4
FAULTS = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED"}
WATCH_SECONDS = 0.3


@pytest.fixture(scope="module")
def world(stack: EmbeddedStack, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator["World"]:
    """Run a program of its own, without a worker, that holds one of each resource."""
    with empty_database(stack) as url:
        migrate(url)
        s3 = own_bucket(stack, settings)
        own = settings_for(tmp_path_factory.mktemp("random"), url, s3, log_level="error")
        with running(Composition(own, url, s3)) as channel:
            yield World(channel)


class World:
    """A channel and the names of what is there."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        catalog = catalog_service_pb2_grpc.CatalogServiceStub(channel)
        linkage = linkage_service_pb2_grpc.LinkageServiceStub(channel)
        terminology = terminology_service_pb2_grpc.TerminologyServiceStub(channel)
        documents = documents_service_pb2_grpc.DocumentsServiceStub(channel)
        self.names = [
            catalogues.create_system(catalog, "random"),
            catalogues.create_node(catalog, "systems/random", "1").name,
            catalogues.create_node(catalog, "systems/random", "1.1", "1").name,
            catalogues.create(catalog, "T/XXSLFE 1-2026").name,
            catalogues.create(catalog, "T/XXSLFE 2-2026").name,
            drafting.register(catalog).name,
            create_measure(linkage).name,
            terminology.CreateConcept(terminology_pb.CreateConceptRequest(concept=concept("示例"))).name,
            upload(documents, b"GB/T 99999-2026\n1 \xe8\x8c\x83\xe5\x9b\xb4\n", "示例.txt").name,
        ]
        self.names.append(f"{self.names[6]}/requirements/1")


@pytest.mark.parametrize("to", methods(), ids=str)
def test_no_message_is_a_fault_of_ours(world: World, to: Method) -> None:
    """Made up from the contract with its edges, or with bytes damaged: never INTERNAL or UNKNOWN, and nothing of the inside."""
    chance = random.Random(zlib.crc32(str(to).encode()))
    maker = Maker(chance, world.names, to.descriptor.name)
    kind = GetMessageClass(to.descriptor.input_type)
    sent = []
    for _ in range(MESSAGES):
        made = maker.sound(kind) if chance.random() < SOUND_SHARE else maker.fill(kind())
        content = made.SerializeToString()
        sent.append(maker.damaged(content) if chance.random() < DAMAGED_SHARE else content)
    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda content: told(world.channel, to, content), sent))
    wrong = [
        (status, shown, content)
        for content, (status, shown) in zip(sent, answers, strict=True)
        if is_wrong(status, shown)
    ]
    assert wrong[:3] == [], Counter(status for status, _shown in answers)


def told(channel: grpc.Channel, to: Method, content: bytes) -> tuple[str, str]:
    """Return how a call ended and what a refusal told."""
    seconds = {"seconds": WATCH_SECONDS} if to.descriptor.name.startswith("Watch") else {}
    failure = call(channel, to, content, **seconds)
    return code(failure), shown_by(failure) if failure is not None else ""


def is_wrong(status: str, shown: str) -> bool:
    """Tell whether that is a fault of ours, or shows the inside; texts of the sender come back and are taken out first."""
    return status in FAULTS or INSIDE.search(shown.replace("; DROP TABLE", "")) is not None
