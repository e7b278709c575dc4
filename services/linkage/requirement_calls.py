"""Speak gRPC about requirements."""

import grpc

from services.linkage import store_requirements as store
from services.linkage.calls import Calls
from services.linkage.messages_requirements import requirement_from, requirement_to
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from tbt.linkage.v1 import linkage_service_pb2 as pb

CHANGEABLE = frozenset(
    {
        *("text", "kind", "subject", "hs_codes", "parameter", "limit", "cited_standards", "assessed"),
        *("conditions", "agency", "original_text", "original_language", "clause", "source"),
    }
)


class RequirementCalls(Calls):
    """Answers the calls about requirements."""

    def CreateRequirement(  # noqa: N802
        self, request: pb.CreateRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Record a requirement of a measure."""
        del context
        columns = self._code_lists.marked(requirement_from(request.requirement))

        def work(session: Session) -> pb.Requirement:
            number = request.requirement.number
            return requirement_to(store.create_requirement(session, request.measure, number, columns))

        return self._database.write(work, request)

    def GetRequirement(  # noqa: N802
        self, request: pb.GetRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Read a requirement."""
        del context
        row = self._database.look_up(lambda session: store.get_requirement(session, request.name))
        return requirement_to(row)

    def ListRequirements(  # noqa: N802
        self, request: pb.ListRequirementsRequest, context: grpc.ServicerContext
    ) -> pb.ListRequirementsResponse:
        """List the requirements of a measure, in their order."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(lambda session: store.list_requirements(session, request.measure, page))
        requirements, token = self._pager.fill(request, page, rows, lambda row: (row.number,), requirement_to)
        return pb.ListRequirementsResponse(requirements=requirements, next_page_token=token)

    def UpdateRequirement(  # noqa: N802
        self, request: pb.UpdateRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Change a requirement."""
        del context

        def work(session: Session) -> pb.Requirement:
            row = store.get_requirement(session, request.requirement.name)
            changed = requirement_to(row)
            apply_mask(changed, request.requirement, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateRequirementRequest(measure=changed.name, requirement=changed))
            columns = self._code_lists.marked(requirement_from(changed))
            return requirement_to(store.update_requirement(session, row, columns, request.requirement.etag))

        return self._database.write(work, request)
