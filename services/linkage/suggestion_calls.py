"""Speak gRPC about suggestions: which standards may answer a requirement, and what people's verdicts teach."""

import grpc

from services.linkage import messages_suggestions as messages
from services.linkage import seeking, store_links
from services.linkage import store_suggestions as store
from services.linkage.calls import Calls
from services.linkage.measures_keeper import text_of as measure_text
from services.linkage.store_link_life import acting
from services.linkage.store_links import Target
from services.linkage.store_measures import get_measure, measures_by_id
from services.runtime.database import Session
from standards_tree.linking.suggesting import Suggestion, suggest
from standards_tree.linking.weights import refit
from tbt.linkage.v1 import suggestion_pb2

DEFAULT_MOST, MAX_MOST = 10, 50
DEFAULT_SIMILAR, MAX_SIMILAR = 20, 100
DEFAULT_SIMILARITY = 0.3


class SuggestionCalls(Calls):
    """Answers the calls about suggestions."""

    def SuggestLinks(  # noqa: N802
        self, request: suggestion_pb2.SuggestLinksRequest, context: grpc.ServicerContext
    ) -> suggestion_pb2.SuggestLinksResponse:
        """Suggest which standards answer a requirement, and say why."""
        del context
        return self._suggested(request)[1]

    def RecordSuggestions(  # noqa: N802
        self, request: suggestion_pb2.RecordSuggestionsRequest, context: grpc.ServicerContext
    ) -> suggestion_pb2.SuggestLinksResponse:
        """Record what is suggested for a requirement as links to be reviewed."""
        del context
        found, response = self._suggested(request)
        facts_of = self._standards.facts_of

        def work(session: Session) -> suggestion_pb2.SuggestLinksResponse:
            known = store.read_asked(session, request.requirement).links
            answer = suggestion_pb2.SuggestLinksResponse()
            answer.CopyFrom(response)
            for one, told in zip(found, answer.suggestions, strict=True):
                name = one.standard.name
                target = Target(name, one.standard.designation.official, facts_of(name))
                if name not in known:
                    row = store_links.create_link(session, request.requirement, target, _columns(one))
                    told.link = f"links/{row.link_id}"
                    answer.recorded_count += 1
            return answer

        answer = self._database.write(work, request)
        self._standards.check(one.target for one in answer.suggestions)
        return answer

    def _suggested(
        self, request: suggestion_pb2.SuggestLinksRequest | suggestion_pb2.RecordSuggestionsRequest
    ) -> tuple[list[Suggestion], suggestion_pb2.SuggestLinksResponse]:
        asked = self._database.read(lambda session: store.read_asked(session, request.requirement))
        version, weights = self._database.look_up(store.present_weights)
        current = self._standards.current()
        sought = seeking.sought_of(asked, self._upstreams)
        found = suggest(current.index, sought, weights, seeking.VERIFIED)
        found = seeking.verified(found, sought, weights, self._upstreams)
        most = min(request.most or DEFAULT_MOST, MAX_MOST)
        kept = [one for one in found if one.probability >= request.min_probability][:most]
        return kept, suggestion_pb2.SuggestLinksResponse(
            suggestions=[messages.suggestion_to(one, asked.links.get(one.standard.name)) for one in kept],
            weights_version=version,
            catalog_revision=current.revision,
        )

    def RefitSuggestions(  # noqa: N802
        self, request: suggestion_pb2.RefitSuggestionsRequest, context: grpc.ServicerContext
    ) -> suggestion_pb2.SuggestionWeights:
        """Learn weights from verdicts; they are used where they do better than those in use."""
        del context
        verdicts, left_out = self._database.read(store.read_verdicts)
        _version, present = self._database.look_up(store.present_weights)
        fitted = refit(verdicts, present)
        if not fitted.better:
            return messages.refit_to(fitted, left_out)

        def work(session: Session) -> suggestion_pb2.SuggestionWeights:
            return messages.weights_to(store.store_weights(session, fitted, left_out, acting()), in_use=True)

        return self._database.write(work, request)

    def ListSuggestionWeights(  # noqa: N802
        self, request: suggestion_pb2.ListSuggestionWeightsRequest, context: grpc.ServicerContext
    ) -> suggestion_pb2.ListSuggestionWeightsResponse:
        """List weights, the newest first, and after the last those shipped."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(lambda session: store.list_weights(session, page))
        newest = rows[0].version if rows and page.after is None else 0
        found, token = self._pager.fill(
            request,
            page,
            rows,
            lambda row: (row.version,),
            lambda row: messages.weights_to(row, in_use=row.version == newest),
        )
        if not token:
            found.append(messages.shipped_weights(in_use=not rows and page.after is None))
        return suggestion_pb2.ListSuggestionWeightsResponse(weights=found, next_page_token=token)

    def SearchSimilarMeasures(  # noqa: N802
        self, request: suggestion_pb2.SearchSimilarMeasuresRequest, context: grpc.ServicerContext
    ) -> suggestion_pb2.SearchSimilarMeasuresResponse:
        """List measures that are nearly the same as one, the most similar first."""
        del context
        row = self._database.look_up(lambda session: get_measure(session, request.measure))
        found = self._measures.index().similar(
            measure_text(row),
            request.min_similarity or DEFAULT_SIMILARITY,
            min(request.most or DEFAULT_SIMILAR, MAX_SIMILAR),
            other_members=request.other_members,
        )
        rows = self._database.look_up(lambda session: measures_by_id(session, (one.measure_id for one in found)))
        return suggestion_pb2.SearchSimilarMeasuresResponse(
            measures=[messages.similar_to(one, rows[one.measure_id]) for one in found if one.measure_id in rows]
        )


def _columns(suggestion: Suggestion) -> dict[str, object]:
    return {
        "clause": "",
        "relation": suggestion.relation.value,
        "confidence": suggestion.probability,
        "rationale_zh": "",
        "rationale_en": "",
        "evidence": [],
        "standard_limit": None,
        "signals": messages.signals_of(suggestion),
    }
