"""Put the terminology service together from the calls it answers; each module of calls speaks gRPC about one subject."""

from services.runtime.server import Servicer
from services.terminology.concept_calls import ConceptCalls
from services.terminology.exchange_calls import ExchangeCalls
from services.terminology.export_calls import ExportCalls
from services.terminology.lookup_calls import LookupCalls
from services.terminology.merge_calls import MergeCalls
from services.terminology.proposal_calls import ProposalCalls
from services.terminology.quality_calls import QualityCalls
from services.terminology.release_calls import ReleaseCalls
from services.terminology.work_calls import WorkCalls
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc


class TerminologyService(
    ConceptCalls,
    WorkCalls,
    MergeCalls,
    ReleaseCalls,
    ExchangeCalls,
    ExportCalls,
    LookupCalls,
    QualityCalls,
    ProposalCalls,
    pb_grpc.TerminologyServiceServicer,
):
    """Answers the calls of the terminology contract."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["TerminologyService"].full_name
        return Servicer(
            name, lambda server: pb_grpc.add_TerminologyServiceServicer_to_server(self, server), self._keeper.start
        )
