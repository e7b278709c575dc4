"""Speak gRPC about concepts that become one, and one that becomes two."""

import grpc

from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import require_etag
from services.terminology import messages, store, store_merges
from services.terminology.calls import Calls
from standards_tree.concept_life import require_open
from standards_tree.concept_merging import merge_concepts, split_concept
from standards_tree.errors import InvalidArgumentError
from standards_tree.terms import ConceptRelationKind
from tbt.terminology.v1 import concept_merge_pb2 as pb
from tbt.terminology.v1 import concept_pb2, terminology_service_pb2


class MergeCalls(Calls):
    """Answers the calls about concepts that become one, and one that becomes two."""

    def MergeConcepts(  # noqa: N802
        self, request: pb.MergeConceptsRequest, context: grpc.ServicerContext
    ) -> concept_pb2.Concept:
        """Make one concept of two."""
        del context
        preferred = {messages.language_from(tag): text for tag, text in request.preferred.items()}
        keeps_merged = messages.definition_choices(request)

        def work(session: Session) -> concept_pb2.Concept:
            merged, survivor = store.get_concept(session, request.name), store.get_concept(session, request.into)
            if merged.concept_id == survivor.concept_id:
                message = "{name} is not merged into itself"
                raise InvalidArgumentError.in_field("into", message, name=merged.name)
            for stored, etag in ((merged, request.etag), (survivor, request.into_etag)):
                require_etag(etag, stored.version)
                require_open(stored.name, stored.concept.status)
            concept = merge_concepts(survivor.concept, merged.concept, preferred, keeps_merged)
            require_valid(terminology_service_pb2.CreateConceptRequest(concept=messages.message_of(concept)))
            concept.require_sound()
            return messages.concept_to(store_merges.merge_concepts(session, survivor, merged, concept, request.reason))

        return self._database.write(work, request)

    def SplitConcept(  # noqa: N802
        self, request: pb.SplitConceptRequest, context: grpc.ServicerContext
    ) -> pb.SplitConceptResponse:
        """Split a candidate off a concept."""
        del context
        words = [(messages.language_from(entry.language), entry.text) for entry in request.designations]
        languages = [messages.language_from(tag) for tag in request.definitions]

        def work(session: Session) -> pb.SplitConceptResponse:
            stored = store.get_concept(session, request.name)
            require_etag(request.etag, stored.version)
            require_open(stored.name, stored.concept.status)
            parts = split_concept(stored.concept, words, languages, request.number, request.domain)
            apart = parts[0].domain != parts[1].domain
            default = ConceptRelationKind.CLOSE_MATCH if apart else ConceptRelationKind.ASSOCIATIVE
            kind = messages.RELATION_KIND.get(request.relation, default)
            left, new = store_merges.split_concept(session, stored, parts, kind, request.reason)
            return pb.SplitConceptResponse(concept=messages.concept_to(left), split_off=messages.concept_to(new))

        return self._database.write(work, request)
