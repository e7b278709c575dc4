"""Put the linkage service together from the calls it answers; each module of calls speaks gRPC about one subject."""

from services.linkage.concern_calls import ConcernCalls
from services.linkage.desk_calls import DeskCalls
from services.linkage.import_calls import ImportCalls
from services.linkage.link_calls import LinkCalls
from services.linkage.measure_calls import MeasureCalls
from services.linkage.proposal_calls import ProposalCalls
from services.linkage.requirement_calls import RequirementCalls
from services.linkage.story_calls import StoryCalls
from services.linkage.stream_calls import StreamCalls
from services.linkage.suggestion_calls import SuggestionCalls
from services.runtime.server import Servicer
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc


class LinkageService(
    MeasureCalls,
    ImportCalls,
    StoryCalls,
    ConcernCalls,
    RequirementCalls,
    ProposalCalls,
    LinkCalls,
    SuggestionCalls,
    DeskCalls,
    StreamCalls,
    pb_grpc.LinkageServiceServicer,
):
    """Answers the calls of the linkage contract."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["LinkageService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_LinkageServiceServicer_to_server(self, server), self.start)
