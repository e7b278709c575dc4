"""Speak gRPC about requirements read out of texts and out of tables."""

import grpc

from services.linkage import store_proposals as store
from services.linkage.calls import Calls
from services.linkage.extractions import extract
from services.linkage.messages_proposals import STATE, proposal_to, requirement_of
from services.linkage.requirement_imports import import_rows
from services.runtime.database import Session
from tbt.linkage.v1 import linkage_service_pb2, requirement_pb2
from tbt.linkage.v1 import requirement_pb2 as pb


class ProposalCalls(Calls):
    """Answers the calls about proposals and tables of requirements."""

    def ImportRequirements(  # noqa: N802
        self, request: linkage_service_pb2.ImportRequirementsRequest, context: grpc.ServicerContext
    ) -> pb.ImportRequirementsResponse:
        """Record the requirements of a table."""
        del context
        coded = any(row.requirement.hs_codes for row in request.requirements)
        known = self._code_lists.current() if coded else None
        return self._database.write(lambda session: import_rows(session, request, known), request)

    def ExtractRequirements(  # noqa: N802
        self, request: pb.ExtractRequirementsRequest, context: grpc.ServicerContext
    ) -> pb.ExtractRequirementsResponse:
        """Read requirements out of the text of a measure and of its documents."""
        del context
        found, unread = extract(self._database, self._upstreams, request)

        def work(session: Session) -> pb.ExtractRequirementsResponse:
            rows, known = store.add_proposals(session, found)
            return pb.ExtractRequirementsResponse(proposals=map(proposal_to, rows), known=known, unread=unread)

        return self._database.write(work, request)

    def ListRequirementProposals(  # noqa: N802
        self, request: pb.ListRequirementProposalsRequest, context: grpc.ServicerContext
    ) -> pb.ListRequirementProposalsResponse:
        """List the proposals of a measure, in the order of the text."""
        del context
        page, states = self._pager.page(request), [STATE[state] for state in request.states]
        rows = self._database.read(lambda session: store.list_proposals(session, request.measure, states, page))
        proposals, token = self._pager.fill(request, page, rows, store.page_key, proposal_to)
        return pb.ListRequirementProposalsResponse(proposals=proposals, next_page_token=token)

    def DecideRequirementProposal(  # noqa: N802
        self, request: pb.DecideRequirementProposalRequest, context: grpc.ServicerContext
    ) -> pb.RequirementProposal:
        """Accept a proposal as a requirement, or reject it."""
        del context

        def work(session: Session) -> pb.RequirementProposal:
            row = store.get_proposal(session, request.name)
            accepted = request.state == requirement_pb2.PROPOSAL_STATE_ACCEPTED
            made = requirement_of(row, request) if accepted else None
            return proposal_to(store.decide(session, row, request.etag, request.reason, made))

        return self._database.write(work, request)
