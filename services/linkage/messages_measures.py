"""Translate measures between the linkage contract, the documents contract, the domain and the rows."""

from collections.abc import Sequence
from typing import Any

from services.linkage.messages import in_field
from services.linkage.names import measure_name
from services.linkage.store_measures import MeasureFacts, MeasureFilter
from services.linkage.tables import MeasureRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import etag_of
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.symbols import Symbol, parse_symbol
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

AGREEMENTS = {"TBT": pb.AGREEMENT_TBT, "SPS": pb.AGREEMENT_SPS}


def measure_from(message: pb.Measure) -> MeasureFacts:
    """Return the facts of a measure.

    Raises:
        InvalidArgumentError: a symbol cannot be read, symbols of two agreements, another agreement than theirs, or a date
            that does not exist; names the field.
    """
    symbols = _symbols(message.symbols)
    stated = symbols[0].agreement.value
    if message.agreement not in (pb.AGREEMENT_UNSPECIFIED, AGREEMENTS[stated]):
        text = "{symbol} is under {agreement}; leave the agreement out, or state that one"
        raise InvalidArgumentError.in_field("measure.agreement", text, symbol=symbols[0].official, agreement=stated)
    return MeasureFacts(
        symbols=symbols,
        columns={
            "members": list(message.members),
            "notification_type": message.notification_type,
            "title_zh": message.title.zh,
            "title_en": message.title.en,
            "description": message.description,
            "products": message.products,
            "hs_codes": list(message.hs_codes),
            "ics_codes": list(message.ics_codes),
            "objectives": list(message.objectives),
            "keywords": list(message.keywords),
            "affected_regions": message.affected_regions,
            "distributed_on": date_from(message.distributed_on, "measure.distributed_on"),
            "comment_deadline": date_from(message.comment_deadline, "measure.comment_deadline"),
            "adoption_on": date_from(message.adoption_on, "measure.adoption_on"),
            "entry_into_force_on": date_from(message.entry_into_force_on, "measure.entry_into_force_on"),
            "notified_documents": list(message.notified_documents),
            "notification_links": dict(message.notification_links),
            "source": message.source,
            "example": message.example,
        },
    )


# What a workbook says nothing of; an import leaves it as it is.
NOT_IMPORTED: dict[str, Any] = {
    "title_zh": "",
    "adoption_on": None,
    "entry_into_force_on": None,
    "example": False,
}


def imported_from(record: documents_pb.NotificationRecord, source: str) -> MeasureFacts:
    """Return the facts of a notification that was read from a workbook. Only what a workbook can tell is among them.

    Raises:
        InvalidArgumentError: it breaks a rule that every measure keeps; names the field.
    """
    measure = pb.Measure(
        symbols=record.symbols,
        members=[member for member in record.members if member],
        notification_type=record.notification_type,
        title=type_pb2.LocalizedText(en=record.title),
        description=record.description,
        products=record.products,
        hs_codes=record.hs_codes,
        ics_codes=record.ics_codes,
        objectives=record.objectives,
        keywords=record.keywords,
        affected_regions=record.affected_regions,
        distributed_on=record.distributed_on,
        comment_deadline=record.comment_deadline,
        notified_documents=record.notified_documents,
        notification_links=record.notification_links,
        source=source,
    )
    require_valid(measure)
    facts = measure_from(measure)
    told = {column: value for column, value in facts.columns.items() if column not in NOT_IMPORTED}
    return MeasureFacts(facts.symbols, told)


def _symbols(texts: Sequence[str]) -> tuple[Symbol, ...]:
    symbols = []
    for position, text in enumerate(texts):
        with in_field(f"measure.symbols[{position}]"):
            symbols.append(parse_symbol(text))
    if len({symbol.agreement for symbol in symbols}) > 1:
        message = "a notification is under one agreement; these symbols are under both: {symbols}"
        raise InvalidArgumentError.in_field("measure.symbols", message, symbols=", ".join(texts))
    return tuple(dict.fromkeys(symbols))


def measure_to(row: MeasureRow) -> pb.Measure:
    """Return a measure for the wire."""
    return pb.Measure(
        name=measure_name(row.measure_id),
        symbols=row.symbols,
        agreement=AGREEMENTS[row.agreement],
        members=row.members,
        member_codes=row.member_codes,
        notification_type=row.notification_type,
        title=type_pb2.LocalizedText(zh=row.title_zh, en=row.title_en),
        description=row.description,
        products=row.products,
        hs_codes=row.hs_codes,
        ics_codes=row.ics_codes,
        objectives=row.objectives,
        keywords=row.keywords,
        affected_regions=row.affected_regions,
        distributed_on=date_to(row.distributed_on),
        comment_deadline=date_to(row.comment_deadline),
        adoption_on=date_to(row.adoption_on),
        entry_into_force_on=date_to(row.entry_into_force_on),
        notified_documents=row.notified_documents,
        notification_links=row.notification_links,
        source=row.source,
        example=row.example,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )


def filter_from(request: pb.ListMeasuresRequest) -> MeasureFilter:
    """Return which measures a list asks for."""
    return MeasureFilter(
        query=request.query,
        member_codes=tuple(code.upper() for code in request.member_codes),
        hs_prefix=request.hs_prefix,
        ics_prefix=request.ics_prefix,
        distributed_from=date_from(request.distributed_from, "distributed_from"),
        distributed_to=date_from(request.distributed_to, "distributed_to"),
    )
