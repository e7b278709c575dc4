"""Speak gRPC about everything linkage knows and how it changes."""

from collections.abc import Iterator

import grpc

from services.linkage.calls import Calls
from services.linkage.exports import export_linkage
from services.runtime.changes import watch
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2


class StreamCalls(Calls):
    """Answers the calls for the dependency graph."""

    def ExportLinkage(  # noqa: N802
        self, request: pb.ExportLinkageRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportLinkageResponse]:
        """Read all measures, requirements and links as of one revision, or what has changed since another."""
        del context
        after, columns = request.after_revision, request.columns
        return self._database.stream(lambda session: export_linkage(session, after, columns=columns))

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
