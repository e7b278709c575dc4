"""Speak gRPC about the life of a standard after its publication."""

import grpc

from services.catalog import (
    messages,
    messages_life,
    names,
    store_amendments,
    store_chains,
    store_history,
    store_reviews,
    store_standards,
    store_suspects,
)
from services.catalog.calls import Calls
from services.catalog.names import StandardName
from services.catalog.ownership import require_owner, require_responsible
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from standards_tree.life import months_after
from tbt.catalog.v1 import life_pb2 as pb


class LifeCalls(Calls):
    """Answers the calls about the life of a standard after its publication."""

    def ReviewStandard(  # noqa: N802
        self, request: pb.ReviewStandardRequest, context: grpc.ServicerContext
    ) -> pb.ReviewStandardResponse:
        """Record a review of a standard."""
        del context
        name, principal = names.standard_name(request.name), current_principal()
        review = messages_life.review_from(request, today())

        def work(session: Session) -> pb.ReviewStandardResponse:
            record = store_standards.get_standard(session, name, today())
            require_responsible(principal, record.designation, record.committee)
            stored, changed = store_reviews.review_standard(session, record, review, principal.subject, request.etag)
            return pb.ReviewStandardResponse(
                review=messages_life.review_to(stored), standard=messages.standard_to(changed)
            )

        return self._database.write(work, request)

    def ListReviews(self, request: pb.ListReviewsRequest, context: grpc.ServicerContext) -> pb.ListReviewsResponse:  # noqa: N802
        """List the reviews of a standard, the latest first."""
        del context
        name, page = names.standard_name(request.name), self._pager.page(request)
        found = self._database.read(
            lambda session: store_reviews.list_reviews(session, _standard_id(session, name), page)
        )
        reviews, token = self._pager.fill(request, page, found, lambda row: (row.version,), messages_life.review_to)
        return pb.ListReviewsResponse(reviews=reviews, next_page_token=token)

    def ListDueReviews(  # noqa: N802
        self, request: pb.ListDueReviewsRequest, context: grpc.ServicerContext
    ) -> pb.ListDueReviewsResponse:
        """List the standards whose review is due, the longest overdue first."""
        del context
        on = date_from(request.on, "on") or today()
        until = months_after(on, request.within_months)
        wanted = store_reviews.DueFilter(until, request.committee, request.include_to_be_revised)
        page = self._pager.page(request)
        found = self._database.look_up(lambda session: store_reviews.list_due_reviews(session, wanted, page))
        reviews, token = self._pager.fill(
            request, page, found, store_reviews.due_order, lambda row: messages_life.due_review_to(row, on)
        )
        return pb.ListDueReviewsResponse(reviews=reviews, next_page_token=token)

    def AmendStandard(self, request: pb.AmendStandardRequest, context: grpc.ServicerContext) -> pb.Amendment:  # noqa: N802
        """Record an amendment or corrigendum of a standard."""
        del context
        name = names.standard_name(request.name)
        amendment = messages_life.amendment_from(request)
        if request.document:
            self._upstreams.require_document(request.document)

        def work(session: Session) -> pb.Amendment:
            record = store_standards.get_standard(session, name, today())
            return messages_life.amendment_to(
                store_amendments.amend_standard(session, record, amendment, today(), request.etag)
            )

        return self._database.write(work, request)

    def ListAmendments(  # noqa: N802
        self, request: pb.ListAmendmentsRequest, context: grpc.ServicerContext
    ) -> pb.ListAmendmentsResponse:
        """List the amendments of a standard, by designation."""
        del context
        name, page = names.standard_name(request.name), self._pager.page(request)
        found = self._database.read(
            lambda session: store_amendments.list_amendments(session, _standard_id(session, name), page)
        )
        amendments, token = self._pager.fill(
            request, page, found, lambda row: (row.standard.designation_order,), messages_life.amendment_to
        )
        return pb.ListAmendmentsResponse(amendments=amendments, next_page_token=token)

    def GetSuccession(self, request: pb.GetSuccessionRequest, context: grpc.ServicerContext) -> pb.Succession:  # noqa: N802
        """Read everything a standard took the place of, and everything that took its place."""
        del context
        name = names.standard_name(request.name)

        def work(session: Session) -> store_chains.Chain:
            known = store_standards.find_standard(session, name, today())
            return store_chains.chain_of(session, known.standard_id if known is not None else name.standard_id)

        return messages_life.succession_to(self._database.read(work))

    def ListStandardHistory(  # noqa: N802
        self, request: pb.ListStandardHistoryRequest, context: grpc.ServicerContext
    ) -> pb.ListStandardHistoryResponse:
        """List what was done with a standard, the latest first."""
        del context
        name, page = names.standard_name(request.name), self._pager.page(request)
        found = self._database.read(
            lambda session: store_history.list_history(session, _standard_id(session, name), page)
        )
        changes, token = self._pager.fill(request, page, found, lambda row: (row.version,), messages_life.change_to)
        return pb.ListStandardHistoryResponse(changes=changes, next_page_token=token)

    def ListSuspects(self, request: pb.ListSuspectsRequest, context: grpc.ServicerContext) -> pb.ListSuspectsResponse:  # noqa: N802
        """List the marks on standards and drafts that cite what has changed since, the oldest first."""
        del context
        names_asked = [names.standard_name(name) if name else None for name in (request.standard, request.cited)]
        draft_id = names.local_id(request.draft, "drafts", "draft") if request.draft else ""
        page = self._pager.page(request)

        def work(session: Session) -> list[store_suspects.SuspectRecord]:
            source_id, cited_id = (_standard_id(session, name) if name else "" for name in names_asked)
            causes = tuple(messages_life.CAUSE[cause] for cause in request.causes)
            wanted = store_suspects.SuspectFilter(
                source_id, draft_id, cited_id, request.committee, causes, request.include_cleared
            )
            return store_suspects.list_suspects(session, wanted, page)

        suspects, token = self._pager.fill(
            request, page, self._database.read(work), lambda row: row.order, messages_life.suspect_to
        )
        return pb.ListSuspectsResponse(suspects=suspects, next_page_token=token)

    def ClearSuspects(  # noqa: N802
        self, request: pb.ClearSuspectsRequest, context: grpc.ServicerContext
    ) -> pb.ClearSuspectsResponse:
        """Clear suspect marks: what is cited may be cited as it is."""
        del context
        suspect_ids = [names.local_id(name, "suspects", "names") for name in request.names]
        principal, reason = current_principal(), messages_life.reason_from(request.reason)

        def work(session: Session) -> pb.ClearSuspectsResponse:
            records = store_suspects.get_suspects(session, suspect_ids)
            for record in records:
                if record.draft_id is not None:
                    require_owner(principal, record.committee)
                else:
                    require_responsible(principal, record.designation, record.committee)
            cleared = store_suspects.clear_suspects(session, records, reason, principal.subject)
            return pb.ClearSuspectsResponse(suspects=[messages_life.suspect_to(record) for record in cleared])

        return self._database.write(work, request)


def _standard_id(session: Session, name: StandardName) -> str:
    return store_standards.get_standard(session, name, today()).standard_id
