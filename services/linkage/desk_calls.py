"""Speak gRPC about the review desk."""

import grpc

from services.linkage import messages_desk as messages
from services.linkage import store_batches, store_desk, store_trade
from services.linkage.calls import Calls
from services.linkage.store_batches import Decision
from services.linkage.store_desk import Waiting
from services.runtime.calls import current_principal
from services.runtime.civil_dates import today
from services.runtime.database import Session
from services.runtime.paging import Key
from tbt.linkage.v1 import desk_pb2
from tbt.type.v1 import type_pb2


class DeskCalls(Calls):
    """Answers the calls about the review desk."""

    def ListDeskQueue(  # noqa: N802
        self, request: desk_pb2.ListDeskQueueRequest, context: grpc.ServicerContext
    ) -> desk_pb2.ListDeskQueueResponse:
        """List the links that wait for a reviewer, the most urgent first."""
        del context
        page = self._pager.page(request)
        wanted = messages.queue_filter_from(request, today(), current_principal().subject)
        rows = self._database.read(lambda session: store_desk.list_queue(session, wanted, page))
        entries, token = self._pager.fill(request, page, rows, _order, messages.entry_to)
        return desk_pb2.ListDeskQueueResponse(entries=entries, next_page_token=token)

    def ReviewLinks(  # noqa: N802
        self, request: desk_pb2.ReviewLinksRequest, context: grpc.ServicerContext
    ) -> desk_pb2.ReviewBatch:
        """Accept, reject or replace links, all or none."""
        del context
        messages.check_verdicts(request)
        self._standards.current()
        decisions = [self._decision(verdict) for verdict in request.verdicts]

        def work(session: Session) -> desk_pb2.ReviewBatch:
            return messages.batch_to(store_batches.review_links(session, decisions, self._review, request.note))

        batch = self._database.write(work, request)
        self._standards.check(one.replacement.name for one in decisions if one.replacement is not None)
        return batch

    def _decision(self, verdict: desk_pb2.LinkVerdict) -> Decision:
        relation = type_pb2.SetRelation.Name(verdict.relation).removeprefix("SET_RELATION_").lower()
        return Decision(
            link=verdict.link,
            accept=verdict.verdict == desk_pb2.VERDICT_ACCEPT,
            replacement=self._upstreams.find_target(verdict.replacement) if verdict.replacement else None,
            clause=verdict.replacement_clause,
            relation=relation if verdict.relation else "",
            etag=verdict.etag,
            reason=verdict.reason,
        )

    def UndoReview(  # noqa: N802
        self, request: desk_pb2.UndoReviewRequest, context: grpc.ServicerContext
    ) -> desk_pb2.ReviewBatch:
        """Take a batch of verdicts back."""
        del context

        def work(session: Session) -> desk_pb2.ReviewBatch:
            return messages.batch_to(store_batches.undo_batch(session, request.name, request.reason))

        return self._database.write(work, request)

    def ListReviewBatches(  # noqa: N802
        self, request: desk_pb2.ListReviewBatchesRequest, context: grpc.ServicerContext
    ) -> desk_pb2.ListReviewBatchesResponse:
        """List batches of verdicts, the latest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(lambda session: store_batches.list_batches(session, request.principal, page))
        batches, token = self._pager.fill(request, page, rows, store_batches.order_of, messages.batch_to)
        return desk_pb2.ListReviewBatchesResponse(batches=batches, next_page_token=token)

    def GetDeskCoverage(  # noqa: N802
        self, request: desk_pb2.GetDeskCoverageRequest, context: grpc.ServicerContext
    ) -> desk_pb2.DeskCoverage:
        """Count what was reviewed and what waits."""
        del context
        group = messages.GROUP[request.group]

        def work(session: Session) -> desk_pb2.DeskCoverage:
            total = [messages.coverage_to(row) for row in store_desk.coverage(session, "")]
            groups = store_desk.coverage(session, group) if group else []
            return desk_pb2.DeskCoverage(
                total=total[0] if total else desk_pb2.CoverageFigures(), groups=map(messages.coverage_to, groups)
            )

        return self._database.read(work)

    def SetTradeWeights(  # noqa: N802
        self, request: desk_pb2.SetTradeWeightsRequest, context: grpc.ServicerContext
    ) -> desk_pb2.SetTradeWeightsResponse:
        """Record what is traded, by which the queue is ordered at one deadline."""
        del context
        figures = messages.traded_from(request)

        def work(session: Session) -> desk_pb2.SetTradeWeightsResponse:
            count, moved = store_trade.set_trade_weights(session, figures)
            return desk_pb2.SetTradeWeightsResponse(weight_count=count, link_count=moved)

        return self._database.write(work, request)


def _order(waiting: Waiting) -> Key:
    return waiting.order
