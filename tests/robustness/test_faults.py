"""A neighbour that goes away under load: who asks is told UNAVAILABLE in time, what was acknowledged stays, and it goes on."""

import os
import signal
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import grpc
import psycopg
import pytest

from bearer_token import BearerToken
from cuttable import CuttableWay
from databases import empty_database, own_bucket, running, settings_for
from long_operations import answer_of
from services.composition import SERVICES, Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2_grpc, redline_pb2
from tbt.documents.v1 import documents_service_pb2, documents_service_pb2_grpc
from tbt.gap.v1 import gap_service_pb2, gap_service_pb2_grpc
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from uploads import download, upload
from writing import CALL_SECONDS, RECOVERY_SECONDS, REPEATED, Writers, concept, recovered, told

RESTARTS = scaled(2, 20)
AWAY_SECONDS = scaled(1, 30)
WRITES_BETWEEN = 20


def test_what_was_acknowledged_survives_a_database_that_crashes_under_load(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """PostgreSQL is stopped at once and started anew, or a backend is killed and it ends all: each write is there, once."""
    s3 = own_bucket(stack, settings)
    seconds = []
    with ExitStack() as restarted:
        own_stack = restarted.enter_context(EmbeddedStack(tmp_path / "postgres", with_object_store=False))
        url = own_stack.database_url
        migrate(url)
        with running(Composition(settings_for(tmp_path, url, s3), url, s3), with_worker=True) as channel:
            with Writers(channel) as writers:
                for turn in range(RESTARTS):
                    writers.wait_for_more(WRITES_BETWEEN)
                    if turn % 2:
                        began = time.monotonic()
                        crash(own_stack)
                        writers.wait_for_refusals(1)
                    else:
                        own_stack = stopped_and_started(own_stack, restarted)
                        began = time.monotonic()
                    writers.wait_for_more(1)
                    seconds.append(time.monotonic() - began)
            assert set(writers.codes) <= REPEATED
            assert grpc.StatusCode.UNAVAILABLE in writers.codes, "no write met a crash"
            writers.require_all_stored_once(channel)
            operation = gap_service_pb2_grpc.GapServiceStub(channel).CreateGapReport(
                gap_service_pb2.CreateGapReportRequest()
            )
            answer_of(channel, operation, gap_service_pb2.GapReport())
    told("database", seconds)


def crash(own_stack: EmbeddedStack) -> None:
    """Make PostgreSQL end every session at once, without a checkpoint, and start anew by itself."""
    with psycopg.connect(own_stack.libpq_url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)


def stopped_and_started(own_stack: EmbeddedStack, restarted: ExitStack) -> EmbeddedStack:
    """Stop PostgreSQL as `pg_ctl stop --mode=immediate` does, and start it again on the same folder."""
    postmaster = (own_stack.folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    os.kill(int(postmaster), signal.SIGQUIT)
    restarted.close()
    return restarted.enter_context(EmbeddedStack(own_stack.folder, with_object_store=False))


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
            told("object store", [recovered(lambda: upload(stub, b"after"))])
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
                told("neighbour", [time.monotonic() - began])
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
