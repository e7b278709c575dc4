"""Speak gRPC about what probably answers, how bodies compare, and what changes would do."""

import grpc

from services.gap import bodies, inferences, trials
from services.gap import messages_graph as messages
from services.gap.calls import Calls
from standards_tree.gap.comparison import compare
from tbt.gap.v1 import comparison_pb2, impact_pb2, inference_pb2


class AnalysisCalls(Calls):
    """Answers the calls about inferences, comparisons and changes tried out."""

    def InferCoverage(  # noqa: N802
        self, request: inference_pb2.InferCoverageRequest, context: grpc.ServicerContext
    ) -> inference_pb2.InferCoverageResponse:
        """Infer what probably answers requirements that no confirmed link answers."""
        del context
        page = self._pager.page(request)
        moment = self._live.now()
        self._codes.require_known(request.scope, "scope", moment)
        view = messages.view_on(moment, request.as_of)
        asked = inferences.unanswered(request, moment, view)
        found = inferences.inferred(request, view, asked, page)
        coverages, token = self._pager.fill(request, page, found, lambda one: (one[0],), lambda one: one[1])
        return inference_pb2.InferCoverageResponse(
            coverages=coverages,
            unanswered_count=len(asked),
            calibration=messages.bins_to(view.inferring.calibration),
            revisions=moment.revisions,
            next_page_token=token,
        )

    def CompareBodies(  # noqa: N802
        self, request: comparison_pb2.CompareBodiesRequest, context: grpc.ServicerContext
    ) -> comparison_pb2.CompareBodiesResponse:
        """Compare two bodies, in both directions."""
        del context
        moment = self._live.now()
        for side in ("first", "second"):
            self._codes.require_known(getattr(request, side).measures, f"{side}.measures", moment)
        view = messages.view_on(moment, request.as_of)
        first = bodies.body_from(request.first, moment, view, "first")
        second = bodies.body_from(request.second, moment, view, "second")
        return comparison_pb2.CompareBodiesResponse(
            first_by_second=bodies.matrix_to(view, compare(view.network, first, second), request.most_units),
            second_by_first=bodies.matrix_to(view, compare(view.network, second, first), request.most_units),
            revisions=moment.revisions,
        )

    def TryChanges(  # noqa: N802
        self, request: impact_pb2.TryChangesRequest, context: grpc.ServicerContext
    ) -> impact_pb2.TryChangesResponse:
        """Try changes out; nothing is changed."""
        del context
        moment = self._live.now()
        self._codes.require_known(request.scope, "scope", moment)
        as_of = messages.day_of(request.as_of)
        scope = messages.scope_of(request.scope, as_of, moment, include_suggested=request.include_suggested)
        return trials.tried(request, moment, moment.on(as_of), scope)
