"""Speak gRPC for the gap service: translate, call, translate."""

from collections.abc import Mapping

from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc

from services.runtime.blobs import BlobStore
from services.runtime.database import Database
from services.runtime.operations.worker import Runner
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from services.gap.upstream import GapUpstreams


class GapService(pb_grpc.GapServiceServicer):
    """Answers the calls of the gap contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: GapUpstreams, blobs: BlobStore) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._blobs = blobs

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["GapService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_GapServiceServicer_to_server(self, server))

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {}
