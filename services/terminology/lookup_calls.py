"""Speak gRPC about words and the concepts they designate."""

from collections.abc import Iterator, Sequence

import grpc

from services.runtime.calls import current_call
from services.terminology import messages, messages_lookup, store, store_lookup
from services.terminology.calls import Calls
from services.terminology.store import StoredConcept
from standards_tree.recognition import Found
from standards_tree.terms import TermDesignation
from standards_tree.text import match_key
from tbt.terminology.v1 import lookup_pb2, recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb

DEFAULT_SUGGESTIONS = 10
MAX_SUGGESTIONS = 50
DEFAULT_MATCHES = 20
MAX_MATCHES = 200
MAX_RECOGNIZED = 5_000


class LookupCalls(Calls):
    """Answers the calls about words and the concepts they designate."""

    def LookupTerms(  # noqa: N802
        self, request: pb.LookupTermsRequest, context: grpc.ServicerContext
    ) -> pb.LookupTermsResponse:
        """Find the concepts that words designate."""
        del context
        if request.mode == lookup_pb2.LOOKUP_MODE_UNSPECIFIED:
            matches = self._spelled(request)
        elif request.mode == lookup_pb2.LOOKUP_MODE_NUMBER:
            matches = self._numbered(request.terms)
        else:
            matches = self._alike(request)
        return pb.LookupTermsResponse(
            matches=[
                pb.TermMatches(term=term, concepts=concepts)
                for term, concepts in zip(request.terms, matches, strict=True)
            ]
        )

    def SuggestTerms(  # noqa: N802
        self, request: lookup_pb2.SuggestTermsRequest, context: grpc.ServicerContext
    ) -> lookup_pb2.SuggestTermsResponse:
        """Suggest terms to somebody who types."""
        del context
        most = min(request.most or DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS)
        directory = self._keeper.terms().directory
        found = directory.suggest(request.prefix, messages.language_asked(request.language), most)
        return lookup_pb2.SuggestTermsResponse(terms=[messages_lookup.registered_to(one.term) for one in found])

    def RecognizeTerms(  # noqa: N802
        self, request: recognition_pb2.RecognizeTermsRequest, context: grpc.ServicerContext
    ) -> recognition_pb2.RecognizeTermsResponse:
        """Find the terms of the registry in a text or a document, and say which to use instead."""
        del context
        most = min(request.most or MAX_RECOGNIZED, MAX_RECOGNIZED)
        language, call = messages.language_asked(request.language), current_call()
        terms = self._keeper.terms()
        response = recognition_pb2.RecognizeTermsResponse(revision=terms.revision)
        for text, clause, xpath in self._texts(request):
            if call is not None:
                call.require_time()
            found = terms.recognizer.recognize(text, language, nested=request.nested)
            left = most - len(response.terms)
            response.terms.extend(messages_lookup.recognition_to(one, text, clause, xpath) for one in found[:left])
            if len(found) > left:
                response.truncated = True
                break
        return response

    def _texts(self, request: recognition_pb2.RecognizeTermsRequest) -> Iterator[tuple[str, str, str]]:
        """Yield the texts to look in, each with the number and the XPath of its clause."""
        if not request.document:
            yield request.text, "", ""
            return
        for clause in self._upstreams.read_standard(request.document).clauses:
            yield clause.text, clause.number, clause.place.xpath

    def _spelled(self, request: pb.LookupTermsRequest) -> list[list[pb.TermMatch]]:
        language = messages.language_asked(request.language)
        found = store_lookup.concepts_called(self._database.look_up_rows, request.terms, language)
        return [
            [_match(stored, designation) for stored, designation in found[match_key(term)]] for term in request.terms
        ]

    def _numbered(self, numbers: Sequence[str]) -> list[list[pb.TermMatch]]:
        found = store_lookup.concepts_numbered(self._database.look_up_rows, numbers)
        return [[_match(entry, entry.concept.designations[0]) for entry in found[number]] for number in numbers]

    def _alike(self, request: pb.LookupTermsRequest) -> list[list[pb.TermMatch]]:
        most = min(request.most or DEFAULT_MATCHES, MAX_MATCHES)
        likeness = messages_lookup.LIKENESS[request.mode]
        language = messages.language_asked(request.language)
        call = current_call()
        # A thousand words with spelling faults take seconds.
        before_each = call.require_time if call is not None else _whenever
        found = self._keeper.terms().directory.look_up(request.terms, language, likeness, most, before_each)
        if request.brief:
            return [list(map(messages_lookup.brief_match_to, several)) for several in found]
        ids = {one.term.concept.removeprefix(store.COLLECTION) for several in found for one in several}
        stored = store_lookup.whole_concepts(self._database.look_up_rows, ids)
        return [list(_matches(several, stored)) for several in found]


def _whenever() -> None:
    """Let a call of nobody take its time."""


def _matches(found: Sequence[Found], stored: dict[str, StoredConcept]) -> Iterator[pb.TermMatch]:
    """Yield what was found with its concept; one that has changed in the meantime no longer matches."""
    for one in found:
        concept = stored.get(one.term.concept)
        wanted = one.term.designation
        for entry in concept.concept.designations if concept is not None else ():
            if concept is not None and (entry.language, entry.text) == (wanted.language, wanted.text):
                match = _match(concept, entry)
                match.likeness = messages_lookup.LIKENESS_TO[one.likeness]
                match.changes = one.changes
                yield match


def _match(stored: StoredConcept, designation: TermDesignation) -> pb.TermMatch:
    return pb.TermMatch(concept=messages.concept_to(stored), designation=messages.designation_to(designation))
