"""A client that stops in the middle of an upload does not keep its place."""

import contextlib
import threading
from collections.abc import Iterator

import grpc
import pytest

from bearer_token import BearerToken
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.program import embedded_s3
from services.runtime.settings import Settings
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import header


@pytest.fixture
def stub(stack: EmbeddedStack, settings: Settings) -> Iterator[pb_grpc.DocumentsServiceStub]:
    """Return a stub of a program that works on one call at a time and gives it a second."""
    narrow = settings.model_copy(update={"default_deadline_seconds": 1.0, "working_calls": 1})
    composition = Composition(narrow, stack.database_url, embedded_s3(stack, narrow))
    program = composition.program()
    program.start()
    token = composition.local_issuer.issue("uploader", ["administrator"], 3600)
    with contextlib.closing(grpc.insecure_channel(f"127.0.0.1:{program.port}")) as channel:
        yield pb_grpc.DocumentsServiceStub(grpc.intercept_channel(channel, BearerToken(token)))
    program.stop()


def test_an_upload_without_a_deadline_that_stalls_gives_its_place_back(stub: pb_grpc.DocumentsServiceStub):
    """Sixty-four such clients would otherwise shut everybody out until the program is started again."""
    over = threading.Event()

    def begun() -> Iterator[pb.UploadDocumentRequest]:
        yield header("stalled.xml")
        yield pb.UploadDocumentRequest(chunk=b"x")
        over.wait()

    stalled = stub.UploadDocument.future(begun())
    try:
        assert stalled.exception().code() in {grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED}
    finally:
        over.set()
    # The handler lets go a moment after its client has heard of it.
    for _attempt in range(100):
        with contextlib.suppress(grpc.RpcError):
            files = {found.file_name for found in stub.ListDocuments(pb.ListDocumentsRequest(page_size=1000)).documents}
            break
    assert "stalled.xml" not in files
