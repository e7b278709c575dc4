"""A disk that is full: writes are refused as UNAVAILABLE, what was acknowledged stays, and when there is room it goes on.

Database and object store lie on a small file system of their own, which a file fills to the last page.
"""

import contextlib
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from databases import running, settings_for
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.settings import Settings
from soaking import scaled
from tbt.documents.v1 import documents_service_pb2, documents_service_pb2_grpc
from uploads import download, upload
from writing import REPEATED, Writers, recovered, told

DISK = "size=420m,mode=0755"
REFUSALS = scaled(20, 400)
UPLOAD_BYTES = 300_000
FULL_SECONDS = scaled(1, 20)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a small file system; skip where it may not be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave no page of the disk free while the block lasts."""
    ballast = disk / "ballast"
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    try:
        size, step = 0, 1 << 22
        while step >= os.sysconf("SC_PAGE_SIZE"):
            try:
                os.posix_fallocate(descriptor, size, step)
                size += step
            except OSError:
                step //= 2
        yield
    finally:
        os.close(descriptor)
        ballast.unlink()


def test_a_full_disk_refuses_writes_and_loses_none(disk: Path, settings: Settings, tmp_path: Path) -> None:
    """Database and store say so and go on when there is room, without a restart; what they took before is whole."""
    with EmbeddedStack(disk / "data") as stack:
        migrate(stack.database_url)
        s3 = replace(embedded_s3(stack, settings), bucket="own")
        own = settings_for(tmp_path, stack.database_url, s3)
        with running(Composition(own, stack.database_url, s3)) as channel:
            stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)
            kept = {upload(stub, content).name: content for content in (b"before", os.urandom(UPLOAD_BYTES))}
            with Writers(channel) as writers:
                writers.wait_for_more(20)
                with filled(disk):
                    until = time.monotonic() + FULL_SECONDS
                    writers.wait_for_refusals(REFUSALS)
                    refused = Counter([_upload_refused(stub)])
                    while time.monotonic() < until:
                        refused[_upload_refused(stub)] += 1
                    assert set(refused) == {grpc.StatusCode.UNAVAILABLE}
                    assert {name: download(stub, name) for name in kept} == kept
                database = writers.wait_for_more(1)
                store = recovered(lambda: upload(stub, os.urandom(UPLOAD_BYTES)))
            assert set(writers.codes) <= REPEATED
            writers.require_all_stored_once(channel)
            assert {name: download(stub, name) for name in kept} == kept
            listed = stub.ListDocuments(documents_service_pb2.ListDocumentsRequest(page_size=100)).documents
            assert len(listed) == len(kept) + 1, "an upload that was refused left a document"
    told("full disk, database", [database])
    told("full disk, object store", [store])


def _upload_refused(stub: documents_service_pb2_grpc.DocumentsServiceStub) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as refusal:
        upload(stub, os.urandom(UPLOAD_BYTES))
    return refusal.value.code()
