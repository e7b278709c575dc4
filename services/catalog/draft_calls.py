"""Speak gRPC about drafts: registering, correcting, moving and publishing them."""

from dataclasses import replace

import grpc

from services.catalog import (
    drafts,
    names,
    standard_texts,
    store_draft_moves,
    store_drafts,
    store_nodes,
    store_publication,
)
from services.catalog import messages_drafts as messages
from services.catalog.draft_document_calls import DraftDocumentCalls
from services.catalog.messages import standard_to, text_from
from services.catalog.ownership import require_owner
from services.catalog.store_draft_documents import Attachment
from services.catalog.store_draft_history import Step
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask, require_etag
from standards_tree.catalogue import NO_SCOPE
from standards_tree.drafting import DocumentRole, DraftEvent
from standards_tree.errors import StaleError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2

CHANGEABLE = frozenset(
    {
        *("title", "designation", "plan_number", "level", "obligation", "committee", "track", "node", "supersedes"),
        *("comment_period", "due_on"),
    }
)


class DraftCalls(DraftDocumentCalls):
    """Answers the calls about drafts and their stages."""

    def RegisterDraft(self, request: pb.RegisterDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Register a draft, with facts read out of its document where one is named."""
        del context
        principal = current_principal()
        request.draft.committee = request.draft.committee or principal.committee
        completed, citations = drafts.complete(request.draft, self._upstreams)
        require_owner(principal, completed.committee)
        draft = messages.draft_from(completed)
        node_name = names.node_name(completed.node, "draft.node") if completed.node else None
        document = completed.document
        attached = Attachment(DocumentRole.TEXT, document, citations=citations) if document else None
        step = Step(principal.subject, today())

        def work(session: Session) -> draft_pb2.Draft:
            node = store_nodes.get_node(session, node_name) if node_name is not None else None
            return messages.draft_to(store_draft_moves.register_draft(session, draft, attached, node, step))

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

    def UpdateDraft(self, request: draft_pb2.UpdateDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Change facts of a draft."""
        del context
        principal = current_principal()
        draft_id = names.local_id(request.draft.name, "drafts")
        step = Step(principal.subject, today(), text_from(request.reason, "reason"))

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            require_owner(principal, record.committee)
            require_etag(request.draft.etag, record.version)
            before, changed = messages.draft_to(record), messages.draft_to(record)
            apply_mask(changed, request.draft, request.update_mask, CHANGEABLE)
            require_valid(changed)
            require_owner(principal, changed.committee)
            node = store_nodes.get_node(session, names.node_name(changed.node, "node")) if changed.node else None
            fields = [name for name in sorted(CHANGEABLE) if getattr(before, name) != getattr(changed, name)]
            if not fields:
                return before
            event = step.of(DraftEvent.UPDATED, subjects=fields)
            facts = messages.draft_from(changed)
            return messages.draft_to(store_drafts.update_draft(session, record, facts, node, event))

        return self._database.write(work, request)

    def GetDraftMoves(  # noqa: N802
        self, request: draft_pb2.GetDraftMovesRequest, context: grpc.ServicerContext
    ) -> draft_pb2.GetDraftMovesResponse:
        """Tell where a draft can go, and what it still lacks for each move."""
        del context
        draft_id = names.local_id(request.name, "drafts")

        def work(session: Session) -> draft_pb2.GetDraftMovesResponse:
            record = store_drafts.get_draft(session, draft_id)
            return messages.moves_to(*store_draft_moves.open_moves(session, record, today()))

        return self._database.read(work)

    def AdvanceDraft(self, request: pb.AdvanceDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Move a draft to another stage or sub-stage."""
        del context
        principal = current_principal()
        draft_id = names.local_id(request.name, "drafts")
        attachments = [drafts.with_citations(one, self._upstreams) for one in messages.attachments_from(request)]
        step = Step(principal.subject, today(), text_from(request.reason, "reason"))

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            require_owner(principal, record.committee)
            move = messages.move_from(request, record, attachments)
            return messages.draft_to(store_draft_moves.advance_draft(session, record, move, step, request.etag))

        return self._database.write(work, request)

    def PublishDraft(  # noqa: N802
        self, request: draft_pb2.PublishDraftRequest, context: grpc.ServicerContext
    ) -> draft_pb2.PublishDraftResponse:
        """Publish an approved draft as a standard. Whoever numbers standards does it, whatever the committee."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        document = self._database.read(lambda session: store_drafts.get_draft(session, draft_id)).document
        scope = standard_texts.scope_of_document(document, self._upstreams) if document else NO_SCOPE
        publication = replace(messages.publication_from(request), scope=scope)
        step = Step(current_principal().subject, today(), publication.announcement)

        def work(session: Session) -> draft_pb2.PublishDraftResponse:
            record = store_drafts.get_draft(session, draft_id)
            if record.document != document:
                raise StaleError("the text of {draft} was changed meanwhile; ask again", draft=record.name)
            made = store_publication.publish_draft(session, record, publication, step, request.etag)
            return draft_pb2.PublishDraftResponse(
                draft=messages.draft_to(made.draft),
                standard=standard_to(made.standard),
                superseded=[standard_to(ended) for ended in made.superseded],
                unknown=made.unknown,
            )

        return self._database.write(work, request)

    def DiscardDraft(self, request: pb.DiscardDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Give up a draft. It stays readable."""
        del context
        principal = current_principal()
        draft_id = names.local_id(request.name, "drafts")
        step = Step(principal.subject, today(), text_from(request.reason, "reason"))

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            require_owner(principal, record.committee)
            return messages.draft_to(store_draft_moves.discard_draft(session, record, step, request.etag))

        return self._database.write(work, request)

    def ListOverdueDrafts(  # noqa: N802
        self, request: draft_pb2.ListOverdueDraftsRequest, context: grpc.ServicerContext
    ) -> draft_pb2.ListOverdueDraftsResponse:
        """List the drafts that should have left their stage, the latest first."""
        del context
        on = date_from(request.as_of, "as_of") or today()
        page = self._pager.page(request)
        found = self._database.read(
            lambda session: store_drafts.overdue_drafts(session, request.committee, on, page.size + 1, page.after)
        )
        late, token = self._pager.fill(request, page, found, lambda row: row.order, messages.overdue_to)
        return draft_pb2.ListOverdueDraftsResponse(overdue_drafts=late, next_page_token=token)
