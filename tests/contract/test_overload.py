"""A server without room refuses at once and says when to come again; who may not be refused is not."""

import http.client
import json
import math
import sys
import threading
import time
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
from gateways import gateway_before
from services.composition import Composition, Program
from services.runtime.calls import Principal
from services.runtime.metrics import Metrics
from services.runtime.overload import Door, Limit
from services.runtime.server import Gatekeepers, Server
from services.runtime.turns import CALM_SECONDS, SLICES
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


def test_servers_of_one_process_leave_the_slices_of_python_as_they_were(server, token):
    """Both refuse, then both have room: the second does not take the short slices of the first for the usual ones."""
    SLICES.let_in(math.inf)
    before, usual = sys.getswitchinterval(), 0.004
    sys.setswitchinterval(usual)
    try:
        with server(Door(Opening(1))) as (first, _), server(Door(Opening(1))) as (second, _):
            callers = [stub(first, token), stub(second, token)]
            for caller in callers:
                with pytest.raises(grpc.RpcError):
                    caller.ListStandards(ASKED)
            assert sys.getswitchinterval() < usual / 2
            time.sleep(CALM_SECONDS + 0.1)
            for caller in callers:
                caller.ListStandards(ASKED)
            assert sys.getswitchinterval() == pytest.approx(usual)
    finally:
        sys.setswitchinterval(before)


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


class Opened(Limit):
    """No room until somebody makes some."""

    def __init__(self) -> None:
        super().__init__(64, 64)
        self.room = 0
        self.refusals = 0

    def now(self, now: float) -> int:
        """Return how much room was made."""
        del now
        return self.room

    def refused(self, now: float) -> None:
        """Count."""
        del now
        self.refusals += 1


def refused(call: Callable[[], object]) -> grpc.RpcError:
    """Return how a call is refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        call()
    return refusal.value


def refusal_of(error: grpc.RpcError) -> tuple[object, ...]:
    """Return all that a client reads of a refusal, but how long to wait; that it is said twice, and within bounds."""
    status, metadata = rpc_status.from_call(error), dict(error.trailing_metadata())
    retry, localized = error_details_pb2.RetryInfo(), error_details_pb2.LocalizedMessage()
    for detail in status.details:
        detail.Unpack(retry)
        detail.Unpack(localized)
    wait = retry.retry_delay.ToMilliseconds()
    assert 500 <= wait <= 1500
    assert int(metadata["grpc-retry-pushback-ms"]) == wait
    said = [text.replace(str(wait / 1000), "…") for text in (error.details(), localized.message)]
    return (
        error.code(),
        reason_of(error),
        *said,
        len(status.details),
        tuple(sorted(key for key in metadata if key.startswith("grpc-"))),
    )


def test_a_gateway_refuses_by_itself_what_a_service_without_room_would_refuse(server, token):
    """Few of many calls still reach the service; the refusals are the service's own, and once it has room all get through."""
    limit = Opened()
    chinese = (("accept-language", "zh-Hans"),)
    with server(Door(limit)) as (address, _metrics), gateway_before(address) as gate:
        own = refusal_of(refused(lambda: stub(address, token).ListStandards(ASKED, metadata=chinese)))
        caller = stub(gate, token)
        told = [refused(lambda: caller.ListStandards(ASKED, metadata=chinese)) for _ in range(300)]
        assert 10 <= limit.refusals <= 100
        assert {refusal_of(one) for one in told} == {own}
        assert all("tbt-shed" not in dict(one.trailing_metadata()) for one in told)
        assert len({dict(one.trailing_metadata())["grpc-retry-pushback-ms"] for one in told}) > 5
        limit.room = 64
        assert answers_in_a_row(caller, 50)


def answers_in_a_row(caller: pb_grpc.CatalogServiceStub, wanted: int) -> bool:
    """Wait until so many calls are answered without a refusal between them."""
    until, answered = time.monotonic() + 30, 0
    while answered < wanted and time.monotonic() < until:
        try:
            caller.ListStandards(ASKED)
            answered += 1
        except grpc.RpcError:
            answered = 0
            time.sleep(0.05)
    return answered == wanted


def test_what_a_service_never_refuses_its_gateway_does_not_either(server, token):
    """Streams and waiting for an operation go on while everything else is refused."""
    limit = Opened()
    with server(Door(limit)) as (address, _metrics), gateway_before(address) as gate:
        caller = stub(gate, token)
        for _ in range(60):
            refused(lambda: caller.ListStandards(ASKED))
        for _ in range(60):
            assert next(iter(caller.ExportCatalog(pb.ExportCatalogRequest(), timeout=30))) is not None


def test_a_gateway_that_refuses_says_so_in_json_too(server, token):
    """429 and the status as the body, as from the service."""
    with server(Door(Opened())) as (address, _metrics), gateway_before(address) as gate:
        connection = http.client.HTTPConnection(gate, timeout=30)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "accept-language": "zh-CN"}
        bodies = []
        for _ in range(100):
            connection.request("POST", "/tbt.catalog.v1.CatalogService/ListStandards", b"{}", headers)
            answer = connection.getresponse()
            assert answer.status == 429
            bodies.append(json.loads(answer.read()))
    assert {one["code"] for one in bodies} == {8}
    assert all(one["details"][0]["reason"] == "BUSY" and "秒" in one["details"][2]["message"] for one in bodies)
