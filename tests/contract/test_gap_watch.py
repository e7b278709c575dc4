"""The contract of following gaps: those there are, then those that close and open as the data changes."""

from collections.abc import Iterator

import grpc
import pytest

from linking import create_measure, require
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.gap.v1 import report_pb2, scope_pb2, watch_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from watching import WATCH_SECONDS, cancel

Stub = pb_grpc.GapServiceStub


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def changes(stream: Iterator[watch_pb2.WatchGapsResponse]) -> list[report_pb2.GapChange]:
    """Return the next changes of a stream; signs of life are none."""
    for response in stream:
        if response.changes:
            return list(response.changes)
    return []


def test_gaps_are_followed_as_they_open_and_change(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """A requirement recorded is a gap that opens, two at once come together, and one decided about changes."""
    linkage = linkage_grpc.LinkageServiceStub(channel)
    measure = create_measure(linkage)
    scope = scope_pb2.GapScope(symbols=[measure.symbols[0]])
    stream = grpc_stub.WatchGaps(watch_pb2.WatchGapsRequest(scope=scope), timeout=WATCH_SECONDS)
    try:
        first = next(stream)
        assert (first.gap_count, list(first.changes), set(first.revisions)) == (
            0,
            [],
            {"catalog", "linkage", "terminology"},
        )
        need = require(linkage, measure.name)
        (opened,) = changes(stream)
        assert (opened.kind, opened.before.verdict, opened.after.verdict) == (
            report_pb2.GAP_CHANGE_KIND_OPENED,
            "",
            "not_assessed",
        )
        need.assessed = True
        update = linkage_pb.UpdateRequirementRequest(requirement=need, update_mask={"paths": ["assessed"]})
        linkage.UpdateRequirement(update)
        (worse,) = changes(stream)
        assert (worse.kind, worse.after.verdict) == (report_pb2.GAP_CHANGE_KIND_WORSENED, "uncovered")
    finally:
        cancel(stream)


def test_what_does_not_touch_the_scope_is_no_change(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """Another measure's gap opens; who follows this one hears of the next of its own only."""
    linkage = linkage_grpc.LinkageServiceStub(channel)
    mine, other = create_measure(linkage), create_measure(linkage)
    scope = scope_pb2.GapScope(symbols=[mine.symbols[0]])
    stream = grpc_stub.WatchGaps(watch_pb2.WatchGapsRequest(scope=scope), timeout=WATCH_SECONDS)
    try:
        next(stream)
        require(linkage, other.name)
        require(linkage, mine.name)
        assert {change.measure for change in changes(stream)} == {mine.symbols[0]}
    finally:
        cancel(stream)


def test_a_scope_that_cannot_be_read_is_refused(grpc_stub: Stub) -> None:
    """At once, before anything is followed."""
    scope = scope_pb2.GapScope(symbols=["nothing"])
    with pytest.raises(grpc.RpcError) as refusal:
        next(grpc_stub.WatchGaps(watch_pb2.WatchGapsRequest(scope=scope), timeout=WATCH_SECONDS))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
