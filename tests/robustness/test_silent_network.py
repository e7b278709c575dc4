"""A network that goes silent, slow, or breaks in the middle of an answer: calls end in time, and it goes on when it is mended.

Silent is worse than cut: nobody closes a connection behind which the machine is gone, so who waits on it must notice by itself.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from sqlalchemy import make_url

import catalogues
from bearer_token import BearerToken
from cuttable import CuttableWay
from databases import empty_database, own_bucket, running, settings_for
from long_operations import answer_of
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2_grpc, redline_pb2
from tbt.documents.v1 import documents_service_pb2, documents_service_pb2_grpc
from tbt.gap.v1 import gap_service_pb2, gap_service_pb2_grpc, scope_pb2
from uploads import download, upload
from writing import CALL_SECONDS, PASSING, REPEATED, Writers, recovered, told

SILENT_SECONDS = scaled(7, 30)
"""Longer than a connection may be silent (services/runtime/lost_peers.py), so that some are given up while it lasts."""
SHORT_SECONDS = 2.0
SLOW_BYTES_A_SECOND = 20_000
STANDARDS = 300
CUTS = scaled(6, 60)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="drops packets with a socket filter of Linux")


def test_a_database_that_falls_silent_is_noticed_and_found_again(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """Every packet between service and PostgreSQL is lost: writers are told to come again, and each write is done once."""
    s3 = own_bucket(stack, settings)
    with empty_database(stack) as url, way_to_database(url) as (way, by_way):
        migrate(url)
        composition = Composition(settings_for(tmp_path, by_way, s3), by_way, s3)
        with running(composition, with_worker=True) as channel:
            with Writers(channel) as writers:
                writers.wait_for_more(20)
                way.go_silent()
                time.sleep(SILENT_SECONDS)
                way.mend()
                seconds = writers.wait_for_more(1)
                writers.wait_for_more(20)
            assert set(writers.codes) <= REPEATED
            assert PASSING & set(writers.codes), "no write met the silence"
            writers.require_all_stored_once(channel)
            operation = gap_service_pb2_grpc.GapServiceStub(channel).CreateGapReport(
                gap_service_pb2.CreateGapReportRequest()
            )
            answer_of(channel, operation, gap_service_pb2.GapReport())
    told("silent database", [seconds])


@contextlib.contextmanager
def way_to_database(url: str) -> Iterator[tuple[CuttableWay, str]]:
    """Give a way to the database of *url*, which listens on a Unix socket, and the URL that goes by it."""
    parts = make_url(url)
    way = CuttableWay(f"{parts.query['host']}/.s.PGSQL.5432")
    with contextlib.closing(way):
        yield way, parts.set(host="127.0.0.1", port=way.port, query={}).render_as_string(hide_password=False)


def test_an_object_store_that_falls_silent_keeps_nobody_longer_than_they_wait(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """Uploads and downloads end with their deadline, leave no document and no place taken, and go on when it is mended."""
    host, _, port = stack.s3.endpoint.partition(":")
    way = CuttableWay((host, int(port)))
    s3 = replace(own_bucket(stack, settings), endpoint=f"127.0.0.1:{way.port}")
    with empty_database(stack) as url, contextlib.closing(way):
        migrate(url)
        few = settings_for(tmp_path, url, s3, working_calls=4, caller_share=1)
        with running(Composition(few, url, s3)) as channel:
            stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)
            kept = upload(stub, b"before").name
            way.go_silent()
            until = time.monotonic() + SILENT_SECONDS
            told_to_wait = set()
            while time.monotonic() < until:
                for ask in (_upload_in_short, lambda stub: _download_in_short(stub, kept)):
                    with pytest.raises(grpc.RpcError) as refusal:
                        ask(stub)
                    told_to_wait.add(refusal.value.code())
            assert told_to_wait <= PASSING | {grpc.StatusCode.RESOURCE_EXHAUSTED}
            way.mend()
            told("silent object store", [recovered(lambda: _upload_in_short(stub))])
            assert download(stub, kept) == b"before"
            listed = stub.ListDocuments(documents_service_pb2.ListDocumentsRequest(page_size=100)).documents
            assert len(listed) == 2, "an upload that was refused left a document"


def _upload_in_short(stub: documents_service_pb2_grpc.DocumentsServiceStub) -> None:
    request = documents_service_pb2.UploadDocumentRequest
    document = documents_service_pb2.Document(file_name="示例.xml", media_type="application/xml")
    header = request(header=documents_service_pb2.UploadDocumentHeader(document=document))
    stub.UploadDocument(iter([header, request(chunk=os.urandom(1000))]), timeout=SHORT_SECONDS)


def _download_in_short(stub: documents_service_pb2_grpc.DocumentsServiceStub, name: str) -> None:
    list(stub.DownloadDocument(documents_service_pb2.DownloadDocumentRequest(name=name), timeout=SHORT_SECONDS))


@contextlib.contextmanager
def two_processes(
    stack: EmbeddedStack, settings: Settings, folder: Path, near: tuple[str, ...], far: tuple[str, ...]
) -> Iterator[tuple[grpc.Channel, grpc.Channel, CuttableWay]]:
    """Give a channel to the services *near*, one to those *far*, and the way by which the near ones call the far ones."""
    s3 = own_bucket(stack, settings)
    with empty_database(stack) as url, contextlib.ExitStack() as stopping:
        migrate(url)
        own = settings_for(folder, url, s3)
        there = Composition(own, url, s3).program(far, with_worker=False)
        there.start()
        stopping.callback(there.stop)
        way = CuttableWay(("127.0.0.1", there.port))
        stopping.callback(way.close)
        here = own.model_copy(update={"service_addresses": dict.fromkeys(far, f"127.0.0.1:{way.port}")})
        composition = Composition(here, url, s3)
        program = composition.program(near, with_worker="gap" in near)
        program.start()
        stopping.callback(program.stop)
        token = BearerToken(composition.local_issuer.issue("administrator", ["administrator"], 3600))
        channels = [
            grpc.intercept_channel(stopping.enter_context(grpc.insecure_channel(f"127.0.0.1:{port}")), token)
            for port in (program.port, there.port)
        ]
        yield channels[0], channels[1], way


NEAR = ("audit", "terminology", "catalog", "linkage", "compliance", "gap")


def test_a_neighbour_that_falls_silent_is_noticed_and_found_again(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """The connection is dead and nobody said so: calls end with their deadline or before, and a new one is made."""
    with two_processes(stack, settings, tmp_path, NEAR, ("documents",)) as (near, _far, way):
        assert _compared(near, CALL_SECONDS) is grpc.StatusCode.NOT_FOUND
        way.go_silent()
        until = time.monotonic() + SILENT_SECONDS
        codes = {_compared(near, SHORT_SECONDS)}
        while time.monotonic() < until:
            codes.add(_compared(near, SHORT_SECONDS))
        assert codes <= PASSING
        way.mend()

        def ask() -> None:
            _compare(near, SHORT_SECONDS)

        told("silent neighbour", [_until_not_found(ask)])


def _until_not_found(ask: Callable[[], None]) -> float:
    began = time.monotonic()

    def asked() -> None:
        try:
            ask()
        except grpc.RpcError as refusal:
            if refusal.code() is not grpc.StatusCode.NOT_FOUND:
                raise

    recovered(asked)
    return time.monotonic() - began


def _compare(channel: grpc.Channel, seconds: float) -> None:
    request = redline_pb2.CompareDocumentsRequest(old_document="documents/none", new_document="documents/other")
    list(catalog_service_pb2_grpc.CatalogServiceStub(channel).CompareDocuments(request, timeout=seconds))


def _compared(channel: grpc.Channel, seconds: float) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as refusal:
        _compare(channel, seconds)
    return refusal.value.code()


def test_a_report_is_whole_however_often_the_network_breaks_in_the_middle(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """Exports break after any byte while the graph is read: the report is the one of an unbroken network, or there is none."""
    far = ("documents", "terminology", "catalog", "linkage")
    with two_processes(stack, settings, tmp_path, ("audit", "compliance", "gap"), far) as (near, far_channel, way):
        records = [catalogues.node_record("1")]
        records += [catalogues.standard_record(f"T/XXSLFC {number}-2026", "1") for number in range(1, STANDARDS + 1)]
        catalog = catalog_service_pb2_grpc.CatalogServiceStub(far_channel)
        catalogues.run_import(catalog, "systems/broken", records)
        # The whole catalogue first, afterwards what is new.
        way.cut_after(20_000)
        assert _existing(near) == STANDARDS
        assert way.cuts == 1
        for turn in range(1, CUTS + 1):
            way.cut_after(turn * 600 // CUTS)
            catalogues.run_import(catalog, "systems/broken", [catalogues.standard_record(f"T/XXSLFD {turn}-2026", "1")])
            assert _existing(near) == STANDARDS + turn
        assert way.cuts > CUTS // 2, "too few exports were cut"


def _existing(channel: grpc.Channel) -> int:
    """Return how many standards a new report finds."""
    stub = gap_service_pb2_grpc.GapServiceStub(channel)
    scope = scope_pb2.GapScope(branch="systems/broken")
    operation = stub.CreateGapReport(gap_service_pb2.CreateGapReportRequest(scope=scope))
    report = answer_of(channel, operation, gap_service_pb2.GapReport())
    request = gap_service_pb2.DownloadGapReportRequest(name=report.name, format=gap_service_pb2.REPORT_FORMAT_JSON)
    content = json.loads(b"".join(piece.chunk for piece in stub.DownloadGapReport(request)))
    return next(level["existing"] for level in content["levels"] if level["level"] == "total")


def test_a_slow_network_delays_answers_and_breaks_none(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """Who waits long enough gets the right answer, who does not is told so, and nothing is left of it."""
    with two_processes(stack, settings, tmp_path, NEAR, ("documents",)) as (near, _far, way):
        assert _compared(near, CALL_SECONDS) is grpc.StatusCode.NOT_FOUND
        way.slow_down(SLOW_BYTES_A_SECOND)
        codes = {_compared(near, seconds) for seconds in (0.05, SHORT_SECONDS, CALL_SECONDS, 0.05, CALL_SECONDS)}
        way.slow_down(None)
        assert grpc.StatusCode.NOT_FOUND in codes
        assert codes <= PASSING | {grpc.StatusCode.NOT_FOUND}
        assert _compared(near, CALL_SECONDS) is grpc.StatusCode.NOT_FOUND
