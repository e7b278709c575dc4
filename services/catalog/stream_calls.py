"""Speak gRPC to those who follow the catalogue: the export and the change log."""

from collections.abc import Iterable, Iterator

import grpc

from services.catalog import exports, store_export
from services.catalog.calls import Calls
from services.catalog.store_drafts import sees_every_draft
from services.runtime.changes import Change, latest_revision, watch
from services.runtime.database import Session
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.type.v1 import type_pb2

DRAFTS = "drafts/"


class StreamCalls(Calls):
    """Answers the calls of those who follow the catalogue."""

    def ExportCatalog(  # noqa: N802
        self, request: pb.ExportCatalogRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportCatalogResponse]:
        """Read the whole catalogue as of one revision, or what has changed since another."""
        del context
        return self._database.stream(lambda session: _exported(session, request))

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log from a revision on."""
        del context
        return watch(self._feed, request, _seen)


def _exported(session: Session, request: pb.ExportCatalogRequest) -> Iterator[pb.ExportCatalogResponse]:
    """Yield the revision *session* shows, then the catalogue, or what of it has changed."""
    yield pb.ExportCatalogResponse(revision=latest_revision(session))
    changed = store_export.changed_after(session, request.after_revision) if request.after_revision else None
    if request.after_revision and changed is None:
        yield pb.ExportCatalogResponse(everything=True)
    yield from exports.pieces(session, changed, columns=request.columns, scopes=request.scopes)


def _seen(changes: Iterable[Change]) -> list[Change]:
    """Return the changes without those of drafts for whom unpublished drafts do not exist."""
    return [change for change in changes if sees_every_draft() or not change.resource.startswith(DRAFTS)]
