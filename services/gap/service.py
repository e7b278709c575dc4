"""Put the gap service together from the calls it answers; each module of calls speaks gRPC about one subject."""

from collections.abc import Mapping, Sequence

from services.gap.analysis_calls import AnalysisCalls
from services.gap.calls import CREATE
from services.gap.graph_calls import GraphCalls
from services.gap.plan_calls import PlanCalls
from services.gap.report_calls import ReportCalls
from services.gap.schedule_calls import ScheduleCalls
from services.gap.watch_calls import WatchCalls
from services.runtime.operations.worker import Chore, Runner
from services.runtime.server import Servicer
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc


class GapService(
    ReportCalls, PlanCalls, ScheduleCalls, WatchCalls, GraphCalls, AnalysisCalls, pb_grpc.GapServiceServicer
):
    """Answers the calls of the gap contract."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["GapService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_GapServiceServicer_to_server(self, server), self.start)

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {CREATE: self._reporting.run}

    def chores(self) -> Sequence[Chore]:
        """Return what a worker looks after for this service."""
        return [
            Chore("begin_scheduled_reports", "* * * * * */15", self._scheduling.begin_due),
            Chore("remove_expired_reports", "17 3 * * * 0", self._reporting.remove_expired),
        ]
