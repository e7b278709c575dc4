"""A call that was refused leaves nothing behind: gRPC refuses a connection whose calls it cannot let go of."""

import gc
from collections.abc import Iterator
from uuid import uuid4

import grpc
import pytest
from calling import call, code, method
from google.protobuf.message_factory import GetMessageClass

from services.runtime.server import MAX_STREAMS_A_CONNECTION

CALLS = 4 * MAX_STREAMS_A_CONNECTION
"""gRPC counts the calls of a connection that somebody still refers to, and refuses more and more beyond that many."""
REFUSED = {
    "CatalogService.ListSystems": "OK",
    "CatalogService.GetSystem": "INVALID_ARGUMENT",  # by a step
    "CatalogService.GetStandard": "NOT_FOUND",  # by its handler
    "DocumentsService.DownloadDocument": "NOT_FOUND",  # in a stream of answers
    "DocumentsService.UploadDocument": "INVALID_ARGUMENT",  # in a stream of requests
}


@pytest.fixture
def without_collector() -> Iterator[None]:
    """Have no cycle collected: a process in which nothing else happens collects none either."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_a_connection_bears_any_number_of_wrong_tokens(stranger: grpc.Channel) -> None:
    """Everybody behind one proxy shares its connections: who is refused must not cost the others theirs."""
    wrong = [("authorization", "Bearer not.a.token")]
    codes = {code(call(stranger, method("CatalogService.ListSystems"), metadata=wrong)) for _ in range(CALLS)}
    assert codes == {"UNAUTHENTICATED"}


@pytest.mark.parametrize(("name", "expected"), REFUSED.items())
@pytest.mark.usefixtures("without_collector")
def test_a_connection_bears_any_number_of_calls(channel: grpc.Channel, name: str, expected: str) -> None:
    """However they end, and wherever: in a step, in the handler, in a stream either way."""
    to = method(name)
    request = GetMessageClass(to.descriptor.input_type)()
    if expected == "NOT_FOUND":
        request.name = f"documents/{uuid4()}" if "Document" in name else "GB/T 99998-2026"
    assert {code(call(channel, to, request)) for _ in range(CALLS)} == {expected}
