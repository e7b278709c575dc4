"""Speak gRPC about finding standards."""

import grpc

from services.catalog import messages_search, store_search
from services.catalog.calls import Calls
from services.catalog.store_standards import StandardRecord
from services.runtime.civil_dates import date_to, today
from services.runtime.database import Session
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import search_pb2

DEFAULT_SUGGESTIONS = 10
MAX_SUGGESTIONS = 50


class SearchCalls(Calls):
    """Answers the calls that find standards."""

    def ListStandards(  # noqa: N802
        self, request: pb.ListStandardsRequest, context: grpc.ServicerContext
    ) -> pb.ListStandardsResponse:
        """List standards, by designation."""
        del context
        query = messages_search.query_from(request.query, "query")
        wanted = messages_search.list_filter_from(request)
        page = self._pager.page(request)

        def work(session: Session) -> list[StandardRecord]:
            return store_search.list_standards(session, query, wanted, page)

        standards, token = self._pager.fill(
            request,
            page,
            self._database.read(work),
            lambda row: (row.designation_order,),
            lambda row: messages_search.standard_on(row, wanted.as_of),
        )
        return pb.ListStandardsResponse(standards=standards, next_page_token=token)

    def SearchStandards(  # noqa: N802
        self, request: search_pb2.SearchStandardsRequest, context: grpc.ServicerContext
    ) -> search_pb2.SearchStandardsResponse:
        """Search standards by words and numbers, best first, and count the hits by facets."""
        del context
        as_of = today()
        search = messages_search.search_from(request, as_of)
        as_of = search.wanted.as_of or as_of
        page = self._pager.page(request)
        found, counted = self._database.read(lambda session: store_search.search_standards(session, search, page))
        hits, token = self._pager.fill(
            request, page, found, lambda hit: hit.key, lambda hit: messages_search.hit_to(hit.standard, as_of)
        )
        response = search_pb2.SearchStandardsResponse(hits=hits, next_page_token=token, as_of=date_to(as_of))
        if counted is not None:
            response.total_size, response.total_is_at_least = counted.total, counted.is_at_least
            response.facets.extend(messages_search.facet_to(facet, request.facet_size) for facet in counted.facets)
        return response

    def SuggestStandards(  # noqa: N802
        self, request: search_pb2.SuggestStandardsRequest, context: grpc.ServicerContext
    ) -> search_pb2.SuggestStandardsResponse:
        """Suggest designations and titles to somebody who types."""
        del context
        query = messages_search.query_from(request.prefix, "prefix")
        most = min(request.most or DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS)
        found = self._database.read(lambda session: store_search.suggest_standards(session, query, most))
        return search_pb2.SuggestStandardsResponse(suggestions=map(messages_search.suggestion_to, found))
