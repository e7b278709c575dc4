"""Speak gRPC about concepts: record, read, list and change them."""

import grpc

from services.runtime.calls import current_principal
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask, require_etag
from services.terminology import messages, store
from services.terminology.approval import require_may_record
from services.terminology.calls import Calls
from services.terminology.store_changes import Act
from standards_tree.concept_life import ConceptAction, require_open
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb

CHANGEABLE = frozenset(
    {
        *("number", "domain", "subject_field", "designations", "definitions", "notes", "examples", "relations"),
        "source",
    }
)


class ConceptCalls(Calls):
    """Answers the calls about concepts."""

    def CreateConcept(  # noqa: N802
        self, request: pb.CreateConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Record a concept."""
        del context
        concept = messages.concept_from(request.concept)
        concept.require_sound()
        require_may_record(current_principal(), concept.status)
        act = Act(ConceptAction.CREATED, reason=request.reason)

        def work(session: Session) -> concept_pb2.Concept:
            return messages.concept_to(store.create_concepts(session, [concept], act)[0])

        return self._database.write(work, request)

    def GetConcept(self, request: pb.GetConceptRequest, context: grpc.ServicerContext) -> concept_pb2.Concept:  # noqa: N802
        """Read a concept; the name of one that was merged leads to the one that it was merged into."""
        del context
        stored = self._database.read(lambda session: store.find_concept(session, request.name))
        message = messages.concept_to(stored)
        if stored.name != request.name:
            message.redirected_from = request.name
        return message

    def ListConcepts(  # noqa: N802
        self, request: pb.ListConceptsRequest, context: grpc.ServicerContext
    ) -> pb.ListConceptsResponse:
        """List concepts, by number and name."""
        del context
        page = self._pager.page(request)
        statuses = [messages.CONCEPT_STATUS[status] for status in request.statuses]
        rows = self._database.read(
            lambda session: store.list_concepts(session, request.query, statuses, page, request.domain)
        )
        concepts, token = self._pager.fill(
            request, page, rows, lambda row: (row.sort_key, row.concept_id), messages.concept_to
        )
        return pb.ListConceptsResponse(concepts=concepts, next_page_token=token)

    def UpdateConcept(  # noqa: N802
        self, request: pb.UpdateConceptRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Change what a concept says."""
        del context
        act = Act(ConceptAction.UPDATED, reason=request.reason)

        def work(session: Session) -> concept_pb2.Concept:
            stored = store.get_concept(session, request.concept.name)
            require_etag(request.concept.etag, stored.version)
            changed = messages.concept_to(stored)
            apply_mask(changed, request.concept, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateConceptRequest(concept=changed))
            concept = messages.concept_from(changed)
            concept.require_sound()
            require_open(stored.name, stored.concept.status)
            return messages.concept_to(store.replace_concepts(session, [(stored, concept)], act)[0])

        return self._database.write(work, request)
