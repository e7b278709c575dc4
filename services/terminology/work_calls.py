"""Speak gRPC about the work on concepts: discuss, approve, retire, comment, and who did what."""

import grpc

from services.runtime.calls import current_principal
from services.runtime.database import Session
from services.runtime.masks import require_etag
from services.terminology import messages, messages_work, store, store_changes, store_comments, store_moves
from services.terminology.approval import require_another_person
from services.terminology.calls import Calls
from standards_tree.concept_life import ConceptMove, status_after
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import concept_work_pb2 as pb


class WorkCalls(Calls):
    """Answers the calls about the work on concepts."""

    def DiscussConcept(  # noqa: N802
        self, request: pb.DiscussConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Put a concept to discussion."""
        del context
        return self._move(request, ConceptMove.DISCUSS)

    def ApproveConcept(  # noqa: N802
        self, request: pb.ApproveConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Approve a concept that was discussed."""
        del context
        principal = current_principal()

        def work(session: Session) -> concept_pb2.Concept:
            stored = store.get_concept(session, request.name)
            require_etag(request.etag, stored.version)
            status_after(stored.name, stored.concept.status, ConceptMove.APPROVE)
            require_another_person(principal, stored.proposed_by)
            store_comments.require_all_resolved(session, stored)
            moved = store_moves.move_concepts(session, [stored], ConceptMove.APPROVE, request.reason)
            return messages.concept_to(moved[0])

        return self._database.write(work, request)

    def RetireConcept(  # noqa: N802
        self, request: pb.RetireConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Take a concept out of use, in favour of a successor or of none."""
        del context
        if not request.successor:
            return self._move(request, ConceptMove.RETIRE)

        def work(session: Session) -> concept_pb2.Concept:
            stored = store.get_concept(session, request.name)
            require_etag(request.etag, stored.version)
            successor = store.get_concept(session, request.successor)
            store_moves.require_successor(stored, successor)
            move = ConceptMove.SUPERSEDE
            moved = store_moves.move_concepts(session, [stored], move, request.reason, successor.name)
            return messages.concept_to(moved[0])

        return self._database.write(work, request)

    def ReopenConcept(  # noqa: N802
        self, request: pb.ReopenConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Make a concept that is out of use a candidate again."""
        del context
        return self._move(request, ConceptMove.REOPEN)

    def _move(
        self,
        request: pb.DiscussConceptRequest | pb.RetireConceptRequest | pb.ReopenConceptRequest,
        move: ConceptMove,
    ) -> concept_pb2.Concept:
        def work(session: Session) -> concept_pb2.Concept:
            stored = store.get_concept(session, request.name)
            require_etag(request.etag, stored.version)
            return messages.concept_to(store_moves.move_concepts(session, [stored], move, request.reason)[0])

        return self._database.write(work, request)

    def AddConceptComment(  # noqa: N802
        self, request: pb.AddConceptCommentRequest, context: grpc.ServicerContext
    ) -> pb.ConceptComment:
        """Comment on a concept for a department."""
        del context

        def work(session: Session) -> pb.ConceptComment:
            stored = store.get_concept(session, request.name)
            row = store_comments.add_comment(session, stored, request.department, request.text)
            return messages_work.comment_to(row)

        return self._database.write(work, request)

    def AnswerConceptComment(  # noqa: N802
        self, request: pb.AnswerConceptCommentRequest, context: grpc.ServicerContext
    ) -> pb.ConceptComment:
        """Say what became of a comment."""
        del context

        def work(session: Session) -> pb.ConceptComment:
            return messages_work.comment_to(store_comments.resolve_comment(session, request.name, request.resolution))

        return self._database.write(work, request)

    def ListConceptComments(  # noqa: N802
        self, request: pb.ListConceptCommentsRequest, context: grpc.ServicerContext
    ) -> pb.ListConceptCommentsResponse:
        """List the comments on a concept, the oldest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(
            lambda session: store_comments.list_comments(
                session, store.find_concept(session, request.name).concept_id, page, open_only=request.open_only
            )
        )
        comments, token = self._pager.fill(request, page, rows, store_comments.comment_order, messages_work.comment_to)
        return pb.ListConceptCommentsResponse(comments=comments, next_page_token=token)

    def ListConceptHistory(  # noqa: N802
        self, request: pb.ListConceptHistoryRequest, context: grpc.ServicerContext
    ) -> pb.ListConceptHistoryResponse:
        """List what was done with a concept, the latest first."""
        del context
        page = self._pager.page(request)

        def work(session: Session) -> list[store_changes.ChangeRecord]:
            store.find_concept(session, request.name)
            return store_changes.list_history(session, request.name.removeprefix(store.COLLECTION), page)

        changes, token = self._pager.fill(
            request, page, self._database.read(work), lambda row: (row.version,), messages_work.change_to
        )
        return pb.ListConceptHistoryResponse(changes=changes, next_page_token=token)
