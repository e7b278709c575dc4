"""Speak gRPC about links."""

import grpc

from services.linkage import messages_links, store_links
from services.linkage.calls import Calls
from services.runtime.database import Session
from tbt.linkage.v1 import linkage_service_pb2 as pb


class LinkCalls(Calls):
    """Answers the calls about links."""

    def CreateLink(self, request: pb.CreateLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Link a requirement to a standard or a draft, as a suggestion."""
        del context
        columns = messages_links.link_from(request.link)
        target = self._upstreams.find_target(request.link.target)

        def work(session: Session) -> pb.Link:
            return messages_links.link_to(store_links.create_link(session, request.link.requirement, target, columns))

        return self._database.write(work, request)

    def GetLink(self, request: pb.GetLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Read a link."""
        del context
        return messages_links.link_to(
            self._database.look_up(lambda session: store_links.get_link(session, request.name))
        )

    def ListLinks(self, request: pb.ListLinksRequest, context: grpc.ServicerContext) -> pb.ListLinksResponse:  # noqa: N802
        """List links, by measure, requirement and target."""
        del context
        page = self._pager.page(request)
        target = self._upstreams.find_target(request.target).name if request.target else ""
        states = tuple(messages_links.LINK_STATE[state] for state in request.states)
        wanted = store_links.LinkFilter(request.requirement_prefix, target, states)
        rows = self._database.read(lambda session: store_links.list_links(session, wanted, page))
        found, token = self._pager.fill(request, page, rows, lambda row: (row.link_id,), messages_links.link_to)
        return pb.ListLinksResponse(links=found, next_page_token=token)

    def ReviewLink(self, request: pb.ReviewLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Confirm or reject a link."""
        del context
        rationale = (
            {"rationale_zh": request.rationale.zh, "rationale_en": request.rationale.en}
            if request.HasField("rationale")
            else {}
        )
        state = messages_links.LINK_STATE[request.state]

        def work(session: Session) -> pb.Link:
            return messages_links.link_to(
                store_links.review_link(session, request.name, state, rationale, request.etag)
            )

        return self._database.write(work, request)
