"""Translate between the contract of the search and the domain."""

from collections.abc import Iterable
from datetime import date

from services.catalog import names
from services.catalog.messages import (
    LEVEL,
    LEVEL_TO,
    OBLIGATION,
    OBLIGATION_TO,
    STATUS,
    STATUS_TO,
    standard_to,
    text_from,
)
from services.catalog.store_facets import FacetCounts, FacetKind
from services.catalog.store_filters import StandardFilter
from services.catalog.store_search import Search, SuggestionKind, SuggestionRecord
from services.catalog.store_standards import StandardRecord
from services.runtime.civil_dates import date_from
from standards_tree.classifications import Scheme, parse_code
from standards_tree.errors import InvalidArgumentError
from standards_tree.search import Query, read_query
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.type.v1 import type_pb2

DEFAULT_FACET_SIZE = 10
MAX_FACET_SIZE = 200

_FACET_KIND = {
    search_pb2.FACET_KIND_LEVEL: FacetKind.LEVEL,
    search_pb2.FACET_KIND_OBLIGATION: FacetKind.OBLIGATION,
    search_pb2.FACET_KIND_STATUS: FacetKind.STATUS,
    search_pb2.FACET_KIND_ICS: FacetKind.ICS,
    search_pb2.FACET_KIND_CCS: FacetKind.CCS,
    search_pb2.FACET_KIND_COMMITTEE: FacetKind.COMMITTEE,
    search_pb2.FACET_KIND_ISSUE_YEAR: FacetKind.ISSUE_YEAR,
}
_FACET_KIND_TO = {kind: number for number, kind in _FACET_KIND.items()}
_SUGGESTION_KIND_TO = {
    SuggestionKind.DESIGNATION: search_pb2.Suggestion.KIND_DESIGNATION,
    SuggestionKind.TITLE: search_pb2.Suggestion.KIND_TITLE,
    SuggestionKind.WORDS: search_pb2.Suggestion.KIND_WORDS,
}


def query_from(value: str, field: str) -> Query:
    """Return what a query asks for.

    Raises:
        InvalidArgumentError: it holds a NUL; names *field*.
    """
    return read_query(text_from(value, field))


def list_filter_from(request: pb.ListStandardsRequest) -> StandardFilter:
    """Return what a list of standards is narrowed to.

    Raises:
        InvalidArgumentError: a prefix is no code, a date none, a text holds a NUL; names the field.
    """
    return StandardFilter(
        tuple(LEVEL[level] for level in request.levels),
        tuple(OBLIGATION[obligation] for obligation in request.obligations),
        tuple(STATUS[status] for status in request.statuses),
        _codes_from(Scheme.ICS, filter(None, [request.ics_prefix]), "ics_prefix"),
        _codes_from(Scheme.CCS, filter(None, [request.ccs_prefix]), "ccs_prefix"),
        tuple(filter(None, [text_from(request.committee, "committee")])),
        *_dates_from(request),
        names.branch_name(request.branch) if request.branch else None,
        date_from(request.as_of, "as_of"),
    )


def search_from(request: search_pb2.SearchStandardsRequest, today: date) -> Search:
    """Return what is searched for.

    Raises:
        InvalidArgumentError: a prefix is no code, a date none, a text holds a NUL; names the field.
    """
    wanted = StandardFilter(
        tuple(LEVEL[level] for level in request.levels),
        tuple(OBLIGATION[obligation] for obligation in request.obligations),
        tuple(STATUS[status] for status in request.statuses),
        _codes_from(Scheme.ICS, request.ics_prefixes, "ics_prefixes"),
        _codes_from(Scheme.CCS, request.ccs_prefixes, "ccs_prefixes"),
        tuple(text_from(committee, "committees") for committee in request.committees),
        *_dates_from(request),
        names.branch_name(request.branch) if request.branch else None,
        date_from(request.as_of, "as_of") or today,
    )
    return Search(
        query_from(request.query, "query"),
        wanted,
        tuple(sorted((_FACET_KIND[kind] for kind in request.facets), key=lambda kind: _FACET_KIND_TO[kind])),
        by_designation=request.order == search_pb2.SEARCH_ORDER_DESIGNATION,
    )


def _dates_from(
    request: pb.ListStandardsRequest | search_pb2.SearchStandardsRequest,
) -> tuple[date | None, date | None, date | None, date | None]:
    return (
        date_from(request.issued_from, "issued_from"),
        date_from(request.issued_to, "issued_to"),
        date_from(request.effective_from, "effective_from"),
        date_from(request.effective_to, "effective_to"),
    )


def _codes_from(scheme: Scheme, prefixes: Iterable[str], field: str) -> tuple[str, ...]:
    try:
        return tuple(parse_code(scheme, prefix) for prefix in prefixes)
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error


def standard_on(record: StandardRecord, as_of: date | None) -> standard_pb2.Standard:
    """Return a standard for the wire in its state on *as_of*, or the recorded one."""
    message = standard_to(record)
    if as_of is not None:
        message.status = STATUS_TO[record.validity.status_on(as_of).value]
    return message


def hit_to(record: StandardRecord, as_of: date) -> search_pb2.SearchHit:
    """Return a hit for the wire."""
    status = STATUS_TO[record.validity.status_on(as_of).value]
    return search_pb2.SearchHit(standard=standard_to(record), status=status)


def facet_to(facet: FacetCounts, asked: int) -> search_pb2.Facet:
    """Return a facet for the wire, with as many values as were *asked* for."""
    size = min(asked, MAX_FACET_SIZE) if asked > 0 else DEFAULT_FACET_SIZE
    return search_pb2.Facet(
        kind=_FACET_KIND_TO[facet.kind],
        values=[
            search_pb2.FacetValue(value=_facet_value(facet.kind, value), count=count)
            for value, count in facet.values[:size]
        ],
        is_at_least=facet.is_at_least,
        more_values=max(0, len(facet.values) - size),
    )


def _facet_value(kind: FacetKind, value: str) -> str:
    if kind is FacetKind.LEVEL:
        return type_pb2.Level.Name(LEVEL_TO[value])
    if kind is FacetKind.OBLIGATION:
        return standard_pb2.Obligation.Name(OBLIGATION_TO[value])
    if kind is FacetKind.STATUS:
        return standard_pb2.StandardStatus.Name(STATUS_TO[value])
    return value


def suggestion_to(record: SuggestionRecord) -> search_pb2.Suggestion:
    """Return a suggestion for the wire."""
    return search_pb2.Suggestion(
        text=record.text, kind=_SUGGESTION_KIND_TO[record.kind], standard=f"standards/{record.standard_id}"
    )
