"""Speak gRPC about finding standards."""

import grpc

from services.catalog import messages, names, store_standards
from services.catalog.calls import Calls
from services.runtime.database import Session
from tbt.catalog.v1 import catalog_service_pb2 as pb


class SearchCalls(Calls):
    """Answers the calls that find standards."""

    def ListStandards(  # noqa: N802
        self, request: pb.ListStandardsRequest, context: grpc.ServicerContext
    ) -> pb.ListStandardsResponse:
        """List standards, by designation."""
        del context
        wanted = messages.standard_filter_from(request)
        branch = names.branch_name(request.branch) if request.branch else None
        page = self._pager.page(request)

        def work(session: Session) -> list[store_standards.StandardRecord]:
            return store_standards.list_standards(session, wanted, branch, page)

        found = self._database.read(work)
        standards, token = self._pager.fill(
            request, page, found, lambda row: (row.designation_order,), messages.standard_to
        )
        return pb.ListStandardsResponse(standards=standards, next_page_token=token)
