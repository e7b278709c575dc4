"""A neighbour that goes away under load: who asks is told UNAVAILABLE in time, what was acknowledged stays, and it goes on."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import grpc
import psycopg
import pytest

from bearer_token import BearerToken
from cuttable import CuttableWay
from databases import empty_database, own_bucket, running, settings_for
from services.composition import SERVICES, Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2_grpc, redline_pb2
from tbt.documents.v1 import documents_service_pb2, documents_service_pb2_grpc
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from uploads import download, upload

RESTARTS = scaled(2, 20)
AWAY_SECONDS = scaled(1, 30)
WRITERS = 4
WRITES_BETWEEN = 20
CALL_SECONDS = 10.0
RECOVERY_SECONDS = 60.0
"""How long a test waits; what it took is printed by `pytest -s`, and is less than 5 s on an idle machine."""


def concept(word: str) -> concept_pb2.Concept:
    """Return a concept called *word*."""
    preferred = concept_pb2.DESIGNATION_STATUS_PREFERRED
    return concept_pb2.Concept(
        designations=[concept_pb2.TermDesignation(language="zh-Hans", text=word, status=preferred)]
    )


class Writers:
    """Several threads that record concepts, each again with its request_id until it is acknowledged."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = pb_grpc.TerminologyServiceStub(channel)
        self._told = threading.Condition()
        self._over = False
        self.acknowledged: dict[str, str] = {}
        self.codes: list[grpc.StatusCode] = []
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "Writers":
        """Begin to write."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop when what is under way is acknowledged."""
        self._over = True
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int) -> None:
        """Return when so many more were acknowledged."""
        with self._told:
            wanted = len(self.acknowledged) + count
            assert self._told.wait_for(lambda: len(self.acknowledged) >= wanted, RECOVERY_SECONDS), self.codes[-5:]

    def _write(self) -> None:
        while not self._over:
            word = f"故障{uuid4().hex}"
            request = pb.CreateConceptRequest(concept=concept(word), request_id=str(uuid4()))
            name = self._acknowledged(request)
            with self._told:
                self.acknowledged[word] = name
                self._told.notify_all()

    def _acknowledged(self, request: pb.CreateConceptRequest) -> str:
        while True:
            try:
                return str(self._stub.CreateConcept(request, timeout=CALL_SECONDS).name)
            except grpc.RpcError as refusal:
                self.codes.append(refusal.code())


def recovered(ask: Callable[[], object]) -> float:
    """Return after how many seconds *ask* succeeds; until then it is told UNAVAILABLE and nothing else."""
    began = time.monotonic()
    while True:
        try:
            ask()
        except grpc.RpcError as refusal:
            assert refusal.code() is grpc.StatusCode.UNAVAILABLE, refusal
            assert time.monotonic() - began < RECOVERY_SECONDS
        else:
            return time.monotonic() - began


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[EmbeddedStack]:
    """Run a PostgreSQL of this test's own."""
    with EmbeddedStack(tmp_path / "postgres", with_object_store=False) as started:
        migrate(started.database_url)
        yield started


def test_what_was_acknowledged_survives_a_database_that_crashes_under_load(
    own_stack: EmbeddedStack, stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """A backend is killed: PostgreSQL ends all of them at once and recovers from its log. Each write is there, once."""
    s3 = own_bucket(stack, settings)
    own = settings_for(tmp_path, own_stack.database_url, s3)
    with running(Composition(own, own_stack.database_url, s3)) as channel:
        with Writers(channel) as writers:
            for _ in range(RESTARTS):
                writers.wait_for_more(WRITES_BETWEEN)
                crash(own_stack)
                writers.wait_for_more(1)
        # ABORTED is a lost race: nothing was done, as after UNAVAILABLE the request is sent again.
        assert set(writers.codes) <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED}
        assert grpc.StatusCode.UNAVAILABLE in writers.codes, "no write met a crash"
        stub = pb_grpc.TerminologyServiceStub(channel)
        words = list(writers.acknowledged)
        for start in range(0, len(words), 100):
            asked = words[start : start + 100]
            answer = stub.LookupTerms(pb.LookupTermsRequest(terms=asked))
            found = {match.term: [one.concept.name for one in match.concepts] for match in answer.matches}
            assert found == {word: [writers.acknowledged[word]] for word in asked}


def crash(own_stack: EmbeddedStack) -> None:
    """Make PostgreSQL end every session at once, without a checkpoint, and start anew."""
    with psycopg.connect(own_stack.libpq_url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)


def test_an_object_store_that_is_away_refuses_uploads_and_loses_none(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """Uploads and downloads are told UNAVAILABLE in time; afterwards they go on without a restart."""
    host, _, port = stack.s3.endpoint.partition(":")
    way = CuttableWay((host, int(port)))
    s3 = replace(own_bucket(stack, settings), endpoint=f"127.0.0.1:{way.port}")
    with empty_database(stack) as url:
        migrate(url)
        with running(Composition(settings_for(tmp_path, url, s3), url, s3)) as channel:
            stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)
            kept = {upload(stub, content).name: content for content in (b"before", b"x" * 6_000_000)}
            way.cut()
            until = time.monotonic() + AWAY_SECONDS
            refused = 0
            while time.monotonic() < until or not refused:
                for ask in (lambda: upload(stub, uuid4().bytes), lambda: download(stub, next(iter(kept)))):
                    with pytest.raises(grpc.RpcError) as refusal:
                        ask()
                    assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE, refusal.value
                    refused += 1
            way.mend()
            print(f"store recovered in {recovered(lambda: upload(stub, b'after')):.2f} s")  # noqa: T201
            assert {name: download(stub, name) for name in kept} == kept
            listed = stub.ListDocuments(documents_service_pb2.ListDocumentsRequest(page_size=100)).documents
            assert len(listed) == len(kept) + 1, "an upload that was refused left a document"
    way.close()


def test_a_service_that_cannot_be_reached_is_said_to_be_unavailable_until_it_can(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """The network between two processes is cut: calls that need the other end say so, the rest go on, and it recovers."""
    s3 = own_bucket(stack, settings)
    with empty_database(stack) as url:
        migrate(url)
        own = settings_for(tmp_path, url, s3)
        far = Composition(own, url, s3).program(["documents"], with_worker=False)
        far.start()
        way = CuttableWay(("127.0.0.1", far.port))
        others = [name for name in SERVICES if name != "documents"]
        here = own.model_copy(update={"service_addresses": {"documents": f"127.0.0.1:{way.port}"}})
        composition = Composition(here, url, s3)
        near = composition.program(others, with_worker=False)
        near.start()
        try:
            token = BearerToken(composition.local_issuer.issue("administrator", ["administrator"], 3600))
            with grpc.insecure_channel(f"127.0.0.1:{near.port}") as plain:
                channel = grpc.intercept_channel(plain, token)
                assert compared(channel) is grpc.StatusCode.NOT_FOUND
                way.cut()
                until = time.monotonic() + AWAY_SECONDS
                assert compared(channel) is grpc.StatusCode.UNAVAILABLE
                while time.monotonic() < until:
                    assert compared(channel) is grpc.StatusCode.UNAVAILABLE
                    made = pb_grpc.TerminologyServiceStub(channel).CreateConcept(
                        pb.CreateConceptRequest(concept=concept(f"断网{uuid4().hex}")), timeout=CALL_SECONDS
                    )
                    assert made.name
                way.mend()
                began = time.monotonic()
                while compared(channel) is not grpc.StatusCode.NOT_FOUND:
                    assert time.monotonic() - began < RECOVERY_SECONDS
                print(f"service recovered in {time.monotonic() - began:.2f} s")  # noqa: T201
        finally:
            near.stop()
            far.stop()
            way.close()


def compared(channel: grpc.Channel) -> grpc.StatusCode:
    """Return how a call ends that asks the documents service for documents that are not there."""
    request = redline_pb2.CompareDocumentsRequest(old_document="documents/none", new_document="documents/other")
    with pytest.raises(grpc.RpcError) as refusal:
        list(catalog_service_pb2_grpc.CatalogServiceStub(channel).CompareDocuments(request, timeout=CALL_SECONDS))
    return refusal.value.code()
