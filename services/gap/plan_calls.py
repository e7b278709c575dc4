"""Speak gRPC about plans of work."""

from datetime import date

import grpc

from services.gap import messages, messages_plan
from services.gap.calls import Calls
from standards_tree.reports.works import plan_entry
from tbt.gap.v1 import plan_pb2


class PlanCalls(Calls):
    """Answers the calls about plans of work."""

    def PlanWork(self, request: plan_pb2.PlanWorkRequest, context: grpc.ServicerContext) -> plan_pb2.WorkPlan:  # noqa: N802
        """Plan the work that closes the most of a report's gaps within a budget."""
        del context
        report = self._reporting.document(request.report)
        budget = messages.budget_from(request.budget, date.fromisoformat(report["as_of"]))
        return messages_plan.plan_to(request.report, plan_entry(report, budget), report["works"])
