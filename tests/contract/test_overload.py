"""A server without room refuses at once and says when to come again; who may not be refused is not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from bearer_token import BearerToken
from catalogues import reason_of
from services.composition import Composition, Program
from services.runtime.calls import Principal
from services.runtime.metrics import Metrics
from services.runtime.overload import Door, Limit
from services.runtime.server import Gatekeepers, Server
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc

PYTHON_CLIENT = Path(__file__).resolve().parent.parent.parent / "protos" / "python"
ASKED = pb.ListStandardsRequest(page_size=1)


class Opening(Limit):
    """No room for so many calls, then room for one."""

    def __init__(self, refusals: int) -> None:
        super().__init__(1, 1)
        self._left = refusals

    def now(self, now: float) -> int:
        """Return nought until it has refused enough."""
        del now
        return 0 if self._left > 0 else 1

    def refused(self, now: float) -> None:
        """Count."""
        del now
        self._left -= 1


@pytest.fixture
def server(composition: Composition, program: Program) -> Callable[[Door], "contextmanager[tuple[str, Metrics]]"]:
    """Return how to run the catalogue behind a door, with the production steps."""
    del program

    @contextmanager
    def running(door: Door) -> Iterator[tuple[str, Metrics]]:
        metrics = Metrics()
        gatekeepers = Gatekeepers(composition.verifier, None, composition.refusals, metrics)
        made = Server(composition.settings, gatekeepers, [composition.catalog.servicer()], door)
        port = made.listen("127.0.0.1:0")
        made.start()
        try:
            yield f"127.0.0.1:{port}", metrics
        finally:
            made.stop(1)

    return running


@pytest.fixture
def token(composition: Composition) -> str:
    """Return an administrator's token."""
    return composition.local_issuer.issue("administrator", ["administrator"], 600)


def stub(address: str, token: str = "") -> pb_grpc.CatalogServiceStub:
    """Return a stub that repeats nothing by itself."""
    channel = grpc.insecure_channel(address, [("grpc.enable_retries", 0)])
    return pb_grpc.CatalogServiceStub(grpc.intercept_channel(channel, BearerToken(token)) if token else channel)


def test_a_call_without_room_is_refused_with_the_time_to_wait(server, token):
    """RESOURCE_EXHAUSTED with RetryInfo, and the same for service configs; in the reader's language."""
    with server(Door(Limit(0, 0))) as (address, metrics), pytest.raises(grpc.RpcError) as refused:
        stub(address, token).ListStandards(ASKED, metadata=(("accept-language", "zh-Hans"),))
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(refused.value) == "BUSY"
    retry, localized = error_details_pb2.RetryInfo(), error_details_pb2.LocalizedMessage()
    for detail in rpc_status.from_call(refused.value).details:
        detail.Unpack(retry)
        detail.Unpack(localized)
    assert 500 <= retry.retry_delay.ToMilliseconds() <= 1500
    assert "秒" in localized.message
    pushback = dict(refused.value.trailing_metadata())["grpc-retry-pushback-ms"]
    assert int(pushback) == retry.retry_delay.ToMilliseconds()
    labels = ("tbt.catalog.v1.CatalogService", "ListStandards", "RESOURCE_EXHAUSTED")
    assert metrics.calls.labels(*labels)._value.get() == 1


def test_nothing_is_looked_at_before_room_is_found(server):
    """Who shows no token gets the same answer: to prove who calls is work."""
    with server(Door(Limit(0, 0))) as (address, _metrics), pytest.raises(grpc.RpcError) as refused:
        stub(address).ListStandards(ASKED)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_health_and_our_own_services_are_let_in_without_room(server, composition):
    """A probe that is refused would have the process killed; a service works for somebody who was let in."""
    ours = composition.signer("compliance").token("catalog", 300, Principal("li", frozenset({"reader"})))
    with server(Door(Limit(0, 0))) as (address, _metrics):
        health = health_pb2_grpc.HealthStub(grpc.insecure_channel(address))
        assert health.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
        asked = pb.ResolveDesignationsRequest(designations=["GB/T 99999-2026"])
        assert len(stub(address, ours).ResolveDesignations(asked).resolved) == 1


def test_who_only_says_to_be_a_service_is_not_let_in(server, composition):
    """The claim is proven, not believed."""
    forged = composition.local_issuer.issue("service:gap", ["service"], 300)
    with server(Door(Limit(0, 0))) as (address, _metrics):
        for said in (forged, composition.signer("gap").token("catalog", 300)[:-4] + "AAAA", "x"):
            with pytest.raises(grpc.RpcError) as refused:
                stub(address, said).ListStandards(ASKED)
            assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_the_python_client_comes_again_when_it_was_told(server, token, monkeypatch):
    """Two refusals and then room: the caller sees an answer."""
    monkeypatch.syspath_prepend(str(PYTHON_CLIENT))
    from tbt_standards_client import Client  # noqa: PLC0415  (a package of its own, not installed here)

    door = Door(Opening(refusals=2))
    with server(door) as (address, _metrics), Client(address, token) as client:
        assert client.catalog.ListStandards(ASKED) is not None


def test_no_place_is_lost_whatever_becomes_of_a_call(server, token):
    """Calls that end well, that are refused, that break a rule, and that are cancelled on their way: all places come back."""
    door = Door(Limit(64, 64))
    with server(door) as (address, _metrics):
        caller = stub(address, token)
        bare = grpc.insecure_channel(address).unary_unary("/tbt.catalog.v1.CatalogService/ListStandards")
        under_way = []
        for number in range(200):
            future = caller.ListStandards.future(ASKED) if number % 2 else bare.future(b"\xff\xff\xff")
            if number % 3 == 0:
                future.cancel()
            under_way.append(future)
        ended = threading.Event()
        for future in under_way:
            future.add_done_callback(lambda _future: ended.set() if all(one.done() for one in under_way) else None)
        assert ended.wait(60)
        # What was cancelled has ended for the client; a call after it ends after it for the server too.
        for _ in range(200):
            caller.ListStandards(ASKED)
            if door.under_way == 0:
                break
        assert caller.ListStandards(ASKED) is not None
    assert door.under_way == 0
