"""Speak gRPC about following: the gaps of a scope, and the change log."""

from collections.abc import Iterator
from functools import cached_property

import grpc

from services.gap import messages
from services.gap.calls import Calls
from services.gap.watch_gaps import GapFeed
from services.runtime.calls import current_call
from services.runtime.changes import watch
from tbt.gap.v1 import watch_pb2
from tbt.type.v1 import type_pb2


class WatchCalls(Calls):
    """Answers the calls that follow."""

    @cached_property
    def _gaps(self) -> GapFeed:
        return GapFeed(self._live, self._upstreams)

    def WatchGaps(  # noqa: N802
        self, request: watch_pb2.WatchGapsRequest, context: grpc.ServicerContext
    ) -> Iterator[watch_pb2.WatchGapsResponse]:
        """Follow the gaps of a scope."""
        del context
        messages.require_readable(request.scope)
        self._codes.require_known(request.scope, "scope")
        call = current_call()
        return iter(()) if call is None else self._gaps.follow(request, call)

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
