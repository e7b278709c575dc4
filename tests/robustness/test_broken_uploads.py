"""An upload that breaks leaves no document, and a sweep never takes the bytes from one that does not."""

import hashlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from services.composition import Composition, Program
from services.runtime.blobs import BlobStore
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import CHUNK_BYTES, download, header, upload

Stub = pb_grpc.DocumentsServiceStub
Unique = Callable[[str], str]
TESTS = Path(__file__).resolve().parents[1]
ROUNDS = 40
SENDER = """
import sys
import threading

import grpc
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import header

address, token, file_name, count = sys.argv[1:]
stub = pb_grpc.DocumentsServiceStub(grpc.insecure_channel(address))
taken = threading.Semaphore(0)


def messages(number):
    yield header(f"{file_name}-{number}")
    yield pb.UploadDocumentRequest(chunk=b"x")
    taken.release()
    sys.stdin.read()


metadata = [("authorization", f"Bearer {token}")]
calls = [stub.UploadDocument.future(messages(number), metadata=metadata) for number in range(int(count))]
for _ in calls:
    taken.acquire()
print("sent", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def stub(channel: grpc.Channel) -> Stub:
    """Return an administrator's stub."""
    return Stub(channel)


@pytest.fixture
def blobs(composition: Composition) -> BlobStore:
    """Return the part of the object store where documents are."""
    return composition.blobs.of("documents")


def names_of_files(stub: Stub) -> set[str]:
    """Return the file names of the newest documents."""
    return {found.file_name for found in stub.ListDocuments(pb.ListDocumentsRequest(page_size=1000)).documents}


def unfinished(file_name: str, taken: threading.Event, over: threading.Event) -> Iterator[pb.UploadDocumentRequest]:
    """Yield an upload that lacks nothing but its end."""
    yield header(file_name)
    yield pb.UploadDocumentRequest(chunk=b"x")
    taken.set()
    over.wait()


def test_an_upload_cancelled_before_its_end_leaves_no_document(stub: Stub, unique: Unique) -> None:
    """What a sender cancels is not kept, although all that arrived of it looks like a document."""
    file_name = unique("cancelled-")
    over = threading.Event()
    for number in range(ROUNDS):
        taken = threading.Event()
        call = stub.UploadDocument.future(unfinished(f"{file_name}-{number}", taken, over))
        taken.wait()
        call.cancel()
    over.set()
    upload(stub, b"x", f"{file_name}-whole")
    assert {name for name in names_of_files(stub) if name.startswith(file_name)} == {f"{file_name}-whole"}


def test_uploads_whose_sender_is_killed_leave_no_document(
    stub: Stub, composition: Composition, program: Program, unique: Unique
) -> None:
    """A connection that is cut is no end of an upload."""
    file_name = unique("killed-")
    token = composition.local_issuer.issue("sender", ["analyst"], 3600)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *filter(None, sys.path)])}
    command = [sys.executable, "-c", SENDER, f"127.0.0.1:{program.port}", token, file_name, str(ROUNDS)]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sender:
        sent = sender.stdout.readline()
        sender.kill()
    upload(stub, b"x", f"{file_name}-whole")
    assert sent == "sent\n"
    assert {name for name in names_of_files(stub) if name.startswith(file_name)} == {f"{file_name}-whole"}


def test_an_upload_repeated_after_a_cut_connection_takes_effect_once(stub: Stub, unique: Unique) -> None:
    """Who never saw the answer sends the upload again with its request_id, and there is one document."""
    prefix = unique("repeated-")
    content = prefix.encode()
    answers = []
    for number in range(ROUNDS):
        file_name, request_id = f"{prefix}-{number}", str(uuid4())
        messages = iter([header(file_name, request_id=request_id), pb.UploadDocumentRequest(chunk=content)])
        call = stub.UploadDocument.future(messages)
        # Each a little later, so that the connection is cut in every step of an upload.
        threading.Timer(0.0005 * number, call.cancel).start()
        answers.append((answer_of(call), upload(stub, content, file_name, request_id=request_id).name))
    page = stub.ListDocuments(pb.ListDocumentsRequest(page_size=1000))
    found = [document.name for document in page.documents if document.file_name.startswith(prefix)]
    assert sorted(found) == sorted(again for _first, again in answers)
    assert all(first in (None, again) for first, again in answers)


def answer_of(call: grpc.Future) -> str | None:
    """Return the document that *call* made, or None if it was cancelled before it said so."""
    try:
        return call.result().name
    except (grpc.FutureCancelledError, grpc.RpcError):
        return None


def test_sweeps_never_take_the_bytes_of_a_document(stub: Stub, blobs: BlobStore, unique: Unique) -> None:
    """Sweeps that run against uploads of bytes that lay there unused leave every document whole.

    Every upload finds its bytes there already, old enough to be swept: the moment in which a sweep could take them.
    """
    contents = [f"{unique('示例')}-{number}".encode() for number in range(ROUNDS * 5)]
    for content in contents:
        blobs.put(io.BytesIO(content), hashlib.sha256(content).hexdigest(), len(content), "")
    old_enough = datetime.now(UTC) + timedelta(seconds=2)
    while datetime.now(UTC) < old_enough:
        pass
    finished = threading.Event()

    def sweep() -> None:
        while not finished.is_set():
            stub.SweepOrphans(pb.SweepOrphansRequest(minimum_age_seconds=1))

    with ThreadPoolExecutor(8) as pool:
        sweeps = [pool.submit(sweep) for _ in range(2)]
        documents = list(pool.map(lambda content: upload(stub, content), contents))
        finished.set()
        for sweeping in sweeps:
            sweeping.result()
    assert [download(stub, document.name) for document in documents] == contents


def test_a_sender_that_goes_on_after_a_refusal_is_not_listened_to(stub: Stub) -> None:
    """A refusal ends an upload at once: the rest of a file that is too large is not read."""
    sent = 0

    def messages() -> Iterator[pb.UploadDocumentRequest]:
        nonlocal sent
        yield header("endless.bin")
        while True:
            sent += CHUNK_BYTES
            yield pb.UploadDocumentRequest(chunk=bytes(CHUNK_BYTES))

    with pytest.raises(grpc.RpcError) as refusal:
        stub.UploadDocument(messages(), timeout=60)
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert sent < 2 * 64 * 1024 * 1024
