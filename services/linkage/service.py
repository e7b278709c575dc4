"""Speak gRPC for the linkage service: translate, call, translate."""

from collections.abc import Mapping

from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

from services.runtime.database import Database
from services.runtime.operations.worker import Runner
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from services.linkage.upstream import LinkageUpstreams


class LinkageService(pb_grpc.LinkageServiceServicer):
    """Answers the calls of the linkage contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: LinkageUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["LinkageService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_LinkageServiceServicer_to_server(self, server))

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {}
