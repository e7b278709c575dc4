"""Put the compliance service together from the calls it answers; each module of calls speaks gRPC about one subject."""

from collections.abc import Iterator

import grpc

from services.compliance.check_calls import CheckCalls
from services.compliance.dossier_calls import DossierCalls
from services.compliance.finding_calls import FindingCalls
from services.compliance.report_calls import ReportCalls
from services.compliance.rule_calls import RuleCalls
from services.compliance.visibility import seen_changes
from services.runtime.changes import watch
from services.runtime.server import Servicer
from tbt.compliance.v1 import compliance_service_pb2 as pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2


class ComplianceService(
    CheckCalls, FindingCalls, RuleCalls, ReportCalls, DossierCalls, pb_grpc.ComplianceServiceServicer
):
    """Answers the calls of the compliance contract."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["ComplianceService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_ComplianceServiceServicer_to_server(self, server))

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request, seen_changes)
