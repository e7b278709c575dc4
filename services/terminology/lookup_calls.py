"""Speak gRPC about words and the concepts they designate."""

import grpc

from services.terminology import messages, store
from services.terminology.calls import Calls
from standards_tree.text import match_key
from tbt.terminology.v1 import terminology_service_pb2 as pb


class LookupCalls(Calls):
    """Answers the calls about words and the concepts they designate."""

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
