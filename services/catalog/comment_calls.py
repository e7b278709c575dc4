"""Speak gRPC about comments on drafts."""

from collections.abc import Iterator

import grpc

from services.catalog import comment_imports, messages_comments, names, store_comments
from services.catalog.calls import Calls
from services.catalog.drafting import is_secretary, language_asked, own_draft
from services.catalog.messages import text_from
from services.catalog.store_comments import Decision
from services.catalog.store_drafts import get_draft
from services.catalog.summaries import summary_of
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from standards_tree.drafting.comments import require_open, require_reason
from standards_tree.errors import ForbiddenError
from standards_tree.reports.comment_summary import render_summary
from standards_tree.stages import Stage
from tbt.catalog.v1 import comment_pb2

CHANGEABLE = frozenset(
    {"clause", "paragraph", "line", "kind", "commenter", "organisation", "text", "proposed_change", "received_on"}
)
CHUNK_BYTES = 256 * 1024


class CommentCalls(Calls):
    """Answers the calls about comments on drafts."""

    def SubmitComment(  # noqa: N802
        self, request: comment_pb2.SubmitCommentRequest, context: grpc.ServicerContext
    ) -> comment_pb2.Comment:
        """Record a comment."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        comment = messages_comments.comment_from(request.comment, today())
        principal = current_principal()

        def work(session: Session) -> comment_pb2.Comment:
            draft = own_draft(session, draft_id, principal)
            require_open(Stage(draft.stage), draft.name)
            record = store_comments.create_comment(session, draft_id, comment, principal.subject)
            return messages_comments.comment_to(record)

        return self._database.write(work, request)

    def GetComment(  # noqa: N802
        self, request: comment_pb2.GetCommentRequest, context: grpc.ServicerContext
    ) -> comment_pb2.Comment:
        """Read a comment."""
        del context
        name = messages_comments.part_name(request.name, "comments")
        record = self._database.read(lambda session: store_comments.get_comment(session, *name))
        return messages_comments.comment_to(record)

    def ListComments(  # noqa: N802
        self, request: comment_pb2.ListCommentsRequest, context: grpc.ServicerContext
    ) -> comment_pb2.ListCommentsResponse:
        """List the comments on a draft, by clause."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        wanted = messages_comments.comment_filter_from(request, draft_id)
        page = self._pager.page(request)

        def work(session: Session) -> list[store_comments.CommentRecord]:
            get_draft(session, draft_id)
            return store_comments.list_comments(session, wanted, page)

        found = self._database.read(work)
        comments, token = self._pager.fill(
            request, page, found, lambda record: record.order, messages_comments.comment_to
        )
        return comment_pb2.ListCommentsResponse(comments=comments, next_page_token=token)

    def UpdateComment(  # noqa: N802
        self, request: comment_pb2.UpdateCommentRequest, context: grpc.ServicerContext
    ) -> comment_pb2.Comment:
        """Correct a comment nobody has decided on."""
        del context
        name = messages_comments.part_name(request.comment.name, "comments", "comment.name")

        def work(session: Session) -> comment_pb2.Comment:
            record = _own_comment(session, name)
            changed = messages_comments.comment_to(record)
            apply_mask(changed, request.comment, request.update_mask, CHANGEABLE)
            require_valid(changed)
            comment = messages_comments.comment_from(changed, today())
            updated = store_comments.update_comment(session, record, comment, request.comment.etag)
            return messages_comments.comment_to(updated)

        return self._database.write(work, request)

    def HandleComment(  # noqa: N802
        self, request: comment_pb2.HandleCommentRequest, context: grpc.ServicerContext
    ) -> comment_pb2.Comment:
        """Decide on a comment."""
        del context
        name = messages_comments.part_name(request.name, "comments")
        disposition, reason = messages_comments.DISPOSITION[request.disposition], text_from(request.reason, "reason")
        require_reason(disposition, reason)
        decision = Decision(disposition, reason, current_principal().subject)

        def work(session: Session) -> comment_pb2.Comment:
            draft = own_draft(session, name.draft_id, current_principal())
            record = store_comments.get_comment(session, *name)
            require_open(Stage(draft.stage), draft.name)
            handled = store_comments.handle_comment(session, record, decision, request.etag)
            return messages_comments.comment_to(handled)

        return self._database.write(work, request)

    def ImportComments(  # noqa: N802
        self, request: comment_pb2.ImportCommentsRequest, context: grpc.ServicerContext
    ) -> comment_pb2.ImportCommentsResponse:
        """Record many comments at once."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        batch = comment_imports.collect(request.comments, today())
        principal, language = current_principal(), language_asked("")

        def work(session: Session) -> comment_pb2.ImportCommentsResponse:
            draft = own_draft(session, draft_id, principal)
            require_open(Stage(draft.stage), draft.name)
            known = store_comments.known_comments(session, draft_id, list(batch.comments))
            fresh = [comment for fingerprint, comment in batch.comments.items() if fingerprint not in known]
            store_comments.add_comments(session, draft_id, fresh, principal.subject)
            return comment_imports.response_to(batch, len(fresh), language)

        return self._database.write(work, request)

    def GetCommentFigures(  # noqa: N802
        self, request: comment_pb2.GetCommentFiguresRequest, context: grpc.ServicerContext
    ) -> comment_pb2.CommentFigures:
        """Count the comments on a draft and what became of them."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")

        def work(session: Session) -> comment_pb2.CommentFigures:
            get_draft(session, draft_id)
            figures = store_comments.comment_figures(session, draft_id)
            return messages_comments.figures_to(figures, store_comments.get_consultation(session, draft_id))

        return self._database.read(work)

    def RecordConsultation(  # noqa: N802
        self, request: comment_pb2.RecordConsultationRequest, context: grpc.ServicerContext
    ) -> comment_pb2.Consultation:
        """Record how many units a draft was sent to, and how many answered."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        figures = messages_comments.consultation_from(request.consultation)
        principal = current_principal()

        def work(session: Session) -> comment_pb2.Consultation:
            draft = own_draft(session, draft_id, principal)
            require_open(Stage(draft.stage), draft.name)
            recorded = store_comments.record_consultation(session, draft_id, figures, principal.subject)
            return messages_comments.consultation_to(recorded)

        return self._database.write(work, request)

    def DownloadCommentSummary(  # noqa: N802
        self, request: comment_pb2.DownloadCommentSummaryRequest, context: grpc.ServicerContext
    ) -> Iterator[comment_pb2.DownloadCommentSummaryResponse]:
        """Download the summary table of comments."""
        del context
        draft_id = names.local_id(request.draft, "drafts", "draft")
        filled_on = date_from(request.filled_on, "filled_on") or today()
        undertaker = text_from(request.undertaker, "undertaker")
        summary = self._database.read(lambda session: summary_of(session, draft_id, undertaker, filled_on))
        content = render_summary(summary, language_asked(request.language))
        for start in range(0, len(content), CHUNK_BYTES):
            yield comment_pb2.DownloadCommentSummaryResponse(chunk=content[start : start + CHUNK_BYTES])


def _own_comment(session: Session, name: messages_comments.PartName) -> store_comments.CommentRecord:
    """Return a comment that the caller may correct: their own, or as the secretary any of their committee's.

    Raises:
        ForbiddenError: somebody else recorded it.
    """
    principal = current_principal()
    draft = own_draft(session, name.draft_id, principal)
    record = store_comments.get_comment(session, *name)
    require_open(Stage(draft.stage), draft.name)
    if record.recorded_by != principal.subject and not is_secretary(principal):
        message = "{name} was recorded by {recorder}; they correct it, or the secretary of the committee"
        raise ForbiddenError(message, name=record.name, recorder=record.recorded_by)
    return record
