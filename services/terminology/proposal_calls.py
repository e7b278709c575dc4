"""Speak gRPC about candidates made of documents, and about the change log."""

from collections.abc import Iterator

import grpc

from services.runtime.calls import current_call
from services.runtime.changes import watch
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from services.terminology import messages, proposals, store
from services.terminology.calls import Calls
from services.terminology.store_changes import Act
from standards_tree.concept_life import ConceptAction
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.type.v1 import type_pb2


class ProposalCalls(Calls):
    """Answers the calls about candidates made of documents, and about the change log."""

    def ProposeConcepts(  # noqa: N802
        self, request: pb.ProposeConceptsRequest, context: grpc.ServicerContext
    ) -> pb.ProposeConceptsResponse:
        """Make candidates of the terms a document defines."""
        del context
        reading = self._upstreams.read_standard(request.document)
        call = current_call()
        language = call.language if call is not None else ENGLISH
        candidates, problems = proposals.candidates_of(reading, request.domain, language)

        def work(session: Session) -> pb.ProposeConceptsResponse:
            new, known = proposals.split_known(session, candidates)
            created = store.create_concepts(session, new, Act(ConceptAction.CREATED, request.document))
            return pb.ProposeConceptsResponse(
                proposed=[messages.concept_to(stored) for stored in created],
                known=[messages.concept_to(stored) for stored in known],
                problems=problems,
            )

        return self._database.write(work, request)

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
