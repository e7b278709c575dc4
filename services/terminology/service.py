"""Speak gRPC for the terminology service: translate, call, translate."""

from collections.abc import Iterator

import grpc

from services.runtime.changes import ChangeFeed, watch
from services.runtime.database import Database, Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from services.terminology import messages, proposals, store
from services.terminology.upstream import TerminologyUpstreams
from standards_tree.text import match_key
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

CHANGEABLE = frozenset({"number", "domain", "designations", "definitions", "status", "source"})


class TerminologyService(pb_grpc.TerminologyServiceServicer):
    """Answers the calls of the terminology contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: TerminologyUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["TerminologyService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_TerminologyServiceServicer_to_server(self, server))

    def CreateConcept(self, request: pb.CreateConceptRequest, context: grpc.ServicerContext) -> pb.Concept:  # noqa: N802
        """Record a concept."""
        del context
        concept = messages.concept_from(request.concept)
        concept.require_sound()

        def work(session: Session) -> pb.Concept:
            return messages.concept_to(store.create_concepts(session, [concept])[0])

        return self._database.write(work, request)

    def GetConcept(self, request: pb.GetConceptRequest, context: grpc.ServicerContext) -> pb.Concept:  # noqa: N802
        """Read a concept."""
        del context
        return messages.concept_to(self._database.read(lambda session: store.get_concept(session, request.name)))

    def ListConcepts(  # noqa: N802
        self, request: pb.ListConceptsRequest, context: grpc.ServicerContext
    ) -> pb.ListConceptsResponse:
        """List concepts, by number and name."""
        del context
        page = self._pager.page(request)
        statuses = [messages.CONCEPT_STATUS[status] for status in request.statuses]
        rows = self._database.read(lambda session: store.list_concepts(session, request.query, statuses, page))
        concepts, token = self._pager.fill(
            request, page, rows, lambda row: (row.sort_key, row.concept_id), messages.concept_to
        )
        return pb.ListConceptsResponse(concepts=concepts, next_page_token=token)

    def UpdateConcept(self, request: pb.UpdateConceptRequest, context: grpc.ServicerContext) -> pb.Concept:  # noqa: N802
        """Change a concept."""
        del context

        def work(session: Session) -> pb.Concept:
            stored = store.get_concept(session, request.concept.name)
            changed = messages.concept_to(stored)
            apply_mask(changed, request.concept, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateConceptRequest(concept=changed))
            concept = messages.concept_from(changed)
            concept.require_sound()
            return messages.concept_to(store.replace_concept(session, stored, concept, request.concept.etag))

        return self._database.write(work, request)

    def LookupTerms(  # noqa: N802
        self, request: pb.LookupTermsRequest, context: grpc.ServicerContext
    ) -> pb.LookupTermsResponse:
        """Find the concepts that words designate."""
        del context
        language = messages.language_asked(request.language)
        found = self._database.read(lambda session: store.look_up(session, request.terms, language))
        return pb.LookupTermsResponse(
            matches=[
                pb.TermMatches(
                    term=term,
                    concepts=[
                        pb.TermMatch(
                            concept=messages.concept_to(stored), designation=messages.designation_to(designation)
                        )
                        for stored, designation in found[match_key(term)]
                    ],
                )
                for term in request.terms
            ]
        )

    def ProposeConcepts(  # noqa: N802
        self, request: pb.ProposeConceptsRequest, context: grpc.ServicerContext
    ) -> pb.ProposeConceptsResponse:
        """Make candidates of the terms a document defines."""
        del context
        reading = self._upstreams.read_standard(request.document)
        candidates, problems = proposals.candidates_of(reading, request.domain)

        def work(session: Session) -> pb.ProposeConceptsResponse:
            new, known = proposals.split_known(session, candidates)
            created = store.create_concepts(session, new)
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
