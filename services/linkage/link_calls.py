"""Speak gRPC about links."""

from dataclasses import replace

import grpc

from services.linkage import messages_links, store_link_life, store_links
from services.linkage.calls import Calls
from services.linkage.messages_limits import compared
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from standards_tree.standards import LinkState
from tbt.linkage.v1 import limit_pb2, link_life_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb

CHANGEABLE = frozenset(
    {"clause", "relation", "confidence", "rationale", "rationale_kind", "strength", "evidence", "standard_limit"}
)


class LinkCalls(Calls):
    """Answers the calls about links."""

    def CreateLink(self, request: pb.CreateLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Link a requirement to a standard or a draft, as a suggestion."""
        del context
        columns = messages_links.link_from(request.link)
        self._standards.current()
        found = self._upstreams.find_target(request.link.target)
        target = replace(found, facts=self._standards.facts_of(found.name))

        def work(session: Session) -> pb.Link:
            row = store_links.create_link(session, request.link.requirement, target, columns)
            return messages_links.link_to(row)

        link = self._database.write(work, request)
        self._standards.check([target.name])
        return link

    def GetLink(self, request: pb.GetLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Read a link."""
        del context

        def work(session: Session) -> pb.Link:
            row = store_links.get_link(session, request.name)
            limits = store_links.required_limits(session, [row])
            return messages_links.compared_to(row, limits.get(row.link_id))

        return self._database.read(work)

    def ListLinks(self, request: pb.ListLinksRequest, context: grpc.ServicerContext) -> pb.ListLinksResponse:  # noqa: N802
        """List links, by measure, requirement and target."""
        del context
        page = self._pager.page(request)
        target = self._upstreams.find_target(request.target).name if request.target else ""
        states = tuple(messages_links.LINK_STATE[state] for state in request.states)
        wanted = store_links.LinkFilter(request.requirement_prefix, target, states)

        def work(session: Session) -> pb.ListLinksResponse:
            rows = store_links.list_links(session, wanted, page)
            limits = store_links.required_limits(session, rows)
            found, token = self._pager.fill(
                request,
                page,
                rows,
                lambda row: (row.link_id,),
                lambda row: messages_links.compared_to(row, limits.get(row.link_id)),
            )
            return pb.ListLinksResponse(links=found, next_page_token=token)

        return self._database.read(work)

    def UpdateLink(self, request: pb.UpdateLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Change what a link claims."""
        del context

        def work(session: Session) -> pb.Link:
            row = store_links.get_link(session, request.link.name)
            changed = messages_links.link_to(row)
            apply_mask(changed, request.link, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateLinkRequest(link=changed))
            columns = messages_links.link_from(changed)
            row = store_links.update_link(session, row, columns, request.reason, request.link.etag)
            return messages_links.link_to(row)

        return self._database.write(work, request)

    def ReviewLink(self, request: pb.ReviewLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Confirm or reject a link."""
        del context
        self._standards.current()
        rationale = (
            {"rationale_zh": request.rationale.zh, "rationale_en": request.rationale.en}
            if request.HasField("rationale")
            else {}
        )
        accepted = messages_links.LINK_STATE[request.state] is LinkState.CONFIRMED
        decide = store_links.accept_link if accepted else store_links.reject_link

        def work(session: Session) -> pb.Link:
            row = store_links.get_link(session, request.name, request.etag)
            return messages_links.link_to(decide(session, row, self._review, rationale))

        return self._database.write(work, request)

    def ListLinkHistory(  # noqa: N802
        self, request: link_life_pb2.ListLinkHistoryRequest, context: grpc.ServicerContext
    ) -> link_life_pb2.ListLinkHistoryResponse:
        """List what happened to a link, the latest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(lambda session: store_link_life.list_history(session, request.link, page))
        events, token = self._pager.fill(request, page, rows, lambda row: (row.version,), messages_links.event_to)
        return link_life_pb2.ListLinkHistoryResponse(events=events, next_page_token=token)

    def ClearLinkSuspects(  # noqa: N802
        self, request: link_life_pb2.ClearLinkSuspectsRequest, context: grpc.ServicerContext
    ) -> link_life_pb2.ClearLinkSuspectsResponse:
        """Clear links whose ends have changed."""
        del context
        self._standards.current()

        def work(session: Session) -> link_life_pb2.ClearLinkSuspectsResponse:
            rows = [store_links.get_link(session, name) for name in request.links]
            cleared = store_link_life.clear_links(session, rows, request.reason, self._standards.facts_of)
            return link_life_pb2.ClearLinkSuspectsResponse(cleared_count=cleared)

        return self._database.write(work, request)

    def CompareLimits(  # noqa: N802
        self, request: limit_pb2.CompareLimitsRequest, context: grpc.ServicerContext
    ) -> limit_pb2.CompareLimitsResponse:
        """Compare two limits as people write them."""
        del context
        return compared(request)
