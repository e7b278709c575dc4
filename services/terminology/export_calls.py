"""Speak gRPC about where concepts bind: all of them for an analysis, and which of them texts use."""

from collections.abc import Iterator

import grpc

from services.runtime.calls import current_call
from services.terminology.calls import Calls
from services.terminology.export_columns import export_terms
from standards_tree.recognition.uses import uses_of
from tbt.terminology.v1 import term_export_pb2 as pb

TEXTS_AT_A_TIME = 500


class ExportCalls(Calls):
    """Answers the calls for the dependency graph."""

    def ExportTerms(  # noqa: N802
        self, request: pb.ExportTermsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportTermsResponse]:
        """Read all concepts as of one revision, or what has changed since another."""
        del context
        return self._database.stream(lambda session: export_terms(session, request.after_revision))

    def LookupTermUses(  # noqa: N802
        self, request: pb.LookupTermUsesRequest, context: grpc.ServicerContext
    ) -> pb.LookupTermUsesResponse:
        """Find which concepts each of many texts uses."""
        del context
        call, terms = current_call(), self._keeper.terms()
        response = pb.LookupTermUsesResponse(revision=terms.revision)
        numbered: dict[str, int] = {}
        for start in range(0, len(request.texts), TEXTS_AT_A_TIME):
            if call is not None:
                call.require_time()
            for names in uses_of(terms.recognizer, request.texts[start : start + TEXTS_AT_A_TIME]):
                response.counts.append(len(names))
                response.uses.extend(numbered.setdefault(name, len(numbered)) for name in names)
        response.concepts.extend(numbered)
        return response
