"""Put the catalog service together from the calls it answers; each module of calls speaks gRPC about one subject."""

from services.catalog.ballot_calls import BallotCalls
from services.catalog.code_calls import CodeCalls
from services.catalog.comment_calls import CommentCalls
from services.catalog.draft_calls import DraftCalls
from services.catalog.edition_calls import EditionCalls
from services.catalog.import_calls import ImportCalls
from services.catalog.life_calls import LifeCalls
from services.catalog.placement_calls import PlacementCalls
from services.catalog.redline_calls import RedlineCalls
from services.catalog.search_calls import SearchCalls
from services.catalog.standard_calls import StandardCalls
from services.catalog.stream_calls import StreamCalls
from services.catalog.system_set_calls import SystemSetCalls
from services.catalog.task_calls import TaskCalls
from services.catalog.tree_calls import TreeCalls
from services.runtime.server import Servicer
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc


class CatalogService(
    TreeCalls,
    PlacementCalls,
    EditionCalls,
    SystemSetCalls,
    StandardCalls,
    SearchCalls,
    LifeCalls,
    ImportCalls,
    DraftCalls,
    CommentCalls,
    BallotCalls,
    RedlineCalls,
    TaskCalls,
    CodeCalls,
    StreamCalls,
    pb_grpc.CatalogServiceServicer,
):
    """Answers the calls of the catalog contract."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["CatalogService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_CatalogServiceServicer_to_server(self, server))
