"""Speak gRPC about the documents of drafts, and about how long their stages may last."""

import grpc

from services.catalog import drafts, names, store_deadlines, store_draft_documents, store_drafts
from services.catalog import messages_drafts as messages
from services.catalog.calls import Calls
from services.catalog.messages import text_from
from services.catalog.ownership import require_owner
from services.catalog.store_draft_history import Step
from services.runtime.calls import current_principal
from services.runtime.civil_dates import today
from services.runtime.database import Session
from standards_tree.stages import Stage
from tbt.catalog.v1 import draft_pb2


class DraftDocumentCalls(Calls):
    """Answers the calls about documents of drafts and limits of stages."""

    def AttachDocument(  # noqa: N802
        self, request: draft_pb2.AttachDocumentRequest, context: grpc.ServicerContext
    ) -> draft_pb2.DraftDocument:
        """Attach a document to a stage of a draft; earlier versions are kept."""
        del context
        principal = current_principal()
        draft_id = names.local_id(request.name, "drafts")
        attachment = drafts.with_citations(messages.attachment_from(request.attachment), self._upstreams)
        step = Step(principal.subject, today(), attachment.note)

        def work(session: Session) -> draft_pb2.DraftDocument:
            record = store_drafts.get_draft(session, draft_id)
            require_owner(principal, record.committee)
            store_drafts.require_open(record, request.etag)
            stage = messages.STAGE.get(request.stage, Stage(record.stage))
            return messages.document_to(store_draft_documents.attach_document(session, record, stage, attachment, step))

        return self._database.write(work, request)

    def ListDraftDocuments(  # noqa: N802
        self, request: draft_pb2.ListDraftDocumentsRequest, context: grpc.ServicerContext
    ) -> draft_pb2.ListDraftDocumentsResponse:
        """List the documents of a draft, by stage, role and version."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        page = self._pager.page(request)

        def work(session: Session) -> list[store_draft_documents.DocumentRecord]:
            store_drafts.get_draft(session, draft_id)
            return store_draft_documents.list_documents(session, draft_id, page)

        found = self._database.read(work)
        documents, token = self._pager.fill(request, page, found, lambda row: row.order, messages.document_to)
        return draft_pb2.ListDraftDocumentsResponse(documents=documents, next_page_token=token)

    def GetStageLimits(  # noqa: N802
        self, request: draft_pb2.GetStageLimitsRequest, context: grpc.ServicerContext
    ) -> draft_pb2.GetStageLimitsResponse:
        """Tell how long a draft may stay in each stage, and who says so."""
        del request, context
        limits = self._database.look_up(store_deadlines.stage_limits)
        return draft_pb2.GetStageLimitsResponse(limits=[messages.limit_to(limit) for limit in limits.values()])

    def SetStageLimit(  # noqa: N802
        self, request: draft_pb2.SetStageLimitRequest, context: grpc.ServicerContext
    ) -> draft_pb2.StageLimit:
        """Set how long a draft may stay in a stage."""
        del context
        source = text_from(request.source, "source")
        subject = current_principal().subject

        def work(session: Session) -> draft_pb2.StageLimit:
            stage = messages.STAGE[request.stage]
            return messages.limit_to(store_deadlines.set_stage_limit(session, stage, request.months, source, subject))

        return self._database.write(work, request)
