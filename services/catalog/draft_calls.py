"""Speak gRPC about drafts and their stages."""

import grpc

from services.catalog import drafts, messages, names, store_drafts, store_nodes
from services.catalog.calls import Calls
from services.catalog.store_drafts import Step
from services.runtime.calls import current_principal
from services.runtime.database import Session
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2


class DraftCalls(Calls):
    """Answers the calls about drafts and their stages."""

    def RegisterDraft(self, request: pb.RegisterDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Register a draft, with facts read out of its document where one is named."""
        del context
        completed = drafts.complete(request.draft, self._upstreams)
        draft = messages.draft_from(completed)
        node_name = names.node_name(completed.node, "draft.node") if completed.node else None
        step = Step(current_principal().subject)

        def work(session: Session) -> draft_pb2.Draft:
            node = store_nodes.get_node(session, node_name) if node_name is not None else None
            return messages.draft_to(store_drafts.create_draft(session, draft, node, step))

        return self._database.write(work, request)

    def GetDraft(self, request: pb.GetDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Read a draft."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        return messages.draft_to(self._database.read(lambda session: store_drafts.get_draft(session, draft_id)))

    def ListDrafts(self, request: pb.ListDraftsRequest, context: grpc.ServicerContext) -> pb.ListDraftsResponse:  # noqa: N802
        """List drafts, newest first."""
        del context
        wanted = messages.draft_filter_from(request)
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_drafts.list_drafts(session, wanted, page))
        drafts_found, token = self._pager.fill(request, page, found, lambda row: row.order, messages.draft_to)
        return pb.ListDraftsResponse(drafts=drafts_found, next_page_token=token)

    def AdvanceDraft(self, request: pb.AdvanceDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Move a draft to another stage."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        printed = drafts.printed_designation(request.document, self._upstreams) if request.document else ""
        step = Step(
            current_principal().subject,
            messages.text_from(request.reason, "reason"),
            request.document,
            messages.text_from(request.designation, "designation") or printed,
        )

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            stage = messages.STAGE[request.stage]
            return messages.draft_to(store_drafts.advance_draft(session, record, stage, step, request.etag))

        return self._database.write(work, request)

    def DiscardDraft(self, request: pb.DiscardDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Give up a draft. It stays readable."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        step = Step(current_principal().subject, messages.text_from(request.reason, "reason"))

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            return messages.draft_to(store_drafts.discard_draft(session, record, step, request.etag))

        return self._database.write(work, request)
