"""Translate measures between the linkage contract, the domain and the rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.linkage.messages import in_field
from services.linkage.names import measure_name
from services.linkage.store_measures import MeasureFacts, MeasureFilter
from services.linkage.tables import MeasureRow
from services.runtime.calls import current_call
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.model import Origin, notification_kind_of, read_notification_kind, under_agreement
from standards_tree.measures.plain_text import one_line
from standards_tree.measures.symbols import Symbol, parse_symbol
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

AGREEMENTS = {"TBT": pb.AGREEMENT_TBT, "SPS": pb.AGREEMENT_SPS}
STATED_DAYS = ("comment_deadline", "adoption", "entry_into_force")
DAY_COLUMNS = {
    "comment_deadline": "comment_deadline",
    "adoption": "adoption_on",
    "entry_into_force": "entry_into_force_on",
}


def measure_from(message: pb.Measure, origin: Origin = Origin.ENTERED) -> MeasureFacts:
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
    kind = (
        read_notification_kind(message.notification_type)
        if message.notification_type
        else notification_kind_of(symbols[0])
    )
    return MeasureFacts(
        symbols=symbols,
        columns={
            "members": [one_line(name) for name in message.members],
            "notification_type": message.notification_type,
            "kind": under_agreement(kind, symbols[0].agreement).value,
            "title_zh": one_line(message.title.zh),
            "title_en": one_line(message.title.en),
            "description": message.description,
            "products": message.products,
            "hs_codes": list(message.hs_codes),
            "ics_codes": list(message.ics_codes),
            "objectives": list(message.objectives),
            "keywords": list(message.keywords),
            "affected_regions": message.affected_regions,
            "affected_countries": list(message.affected_countries),
            "distributed_on": date_from(message.distributed_on, "measure.distributed_on"),
            "comment_deadline": date_from(message.comment_deadline, "measure.comment_deadline"),
            "adoption_on": date_from(message.adoption_on, "measure.adoption_on"),
            "entry_into_force_on": date_from(message.entry_into_force_on, "measure.entry_into_force_on"),
            "stated": _stated_from(message),
            "agencies": list(message.agencies),
            "articles": list(message.articles),
            "cited_standards": list(message.cited_standards),
            "code_marks": _marks_from(message),
            "text_languages": list(message.text_languages),
            "pages": message.pages,
            "notified_documents": list(message.notified_documents),
            "notification_links": dict(message.notification_links),
            "source": message.source,
            "example": message.example,
            "origin": origin.value,
        },
    )


def _symbols(texts: Sequence[str]) -> tuple[Symbol, ...]:
    symbols = []
    for position, text in enumerate(texts):
        with in_field(f"measure.symbols[{position}]"):
            symbols.append(parse_symbol(text))
    if len({symbol.agreement for symbol in symbols}) > 1:
        message = "a notification is under one agreement; these symbols are under both: {symbols}"
        raise InvalidArgumentError.in_field("measure.symbols", message, symbols=", ".join(texts))
    return tuple(dict.fromkeys(symbols))


def _stated_from(message: pb.Measure) -> dict[str, dict[str, str | int]]:
    """Return what is said about days, by the name of the day."""
    stated = {}
    for name in STATED_DAYS:
        if message.HasField(f"{name}_stated"):  # type: ignore[arg-type]  # one of STATED_DAYS
            said = getattr(message, f"{name}_stated")
            stated[name] = {
                "stated": said.stated,
                "kind": type_pb2.StatedDay.Kind.Name(said.kind),
                "counted_from": type_pb2.StatedDay.Event.Name(said.counted_from),
                "days": said.days,
                "months": said.months,
                "reason": said.reason,
            }
    return stated


def _stated_to(said: Mapping[str, Any] | None, day: Any, language: str) -> type_pb2.StatedDay | None:
    if said is None:
        return None
    return type_pb2.StatedDay(
        stated=said["stated"],
        kind=type_pb2.StatedDay.Kind.Value(said["kind"]),
        counted_from=type_pb2.StatedDay.Event.Value(said["counted_from"]),
        days=said["days"],
        months=said["months"],
        reason=translate(said["reason"], {}, language) if said["reason"] else "",
        day=date_to(day),
    )


def _marks_from(message: pb.Measure) -> dict[str, list[dict[str, str]]]:
    marks: dict[str, list[dict[str, str]]] = {}
    for mark in message.code_marks:
        marks.setdefault(mark.scheme, []).append({"found": mark.found, "code": mark.code, "reason": mark.reason})
    return marks


def measure_to(row: MeasureRow) -> pb.Measure:
    """Return a measure for the wire, with reasons in the language of the call."""
    call = current_call()
    language = call.language if call is not None else ENGLISH
    stated = {name: _stated_to(row.stated.get(name), getattr(row, DAY_COLUMNS[name]), language) for name in STATED_DAYS}
    return pb.Measure(
        name=measure_name(row.measure_id),
        symbols=row.symbols,
        agreement=AGREEMENTS[row.agreement],
        members=row.members,
        member_codes=row.member_codes,
        notification_type=row.notification_type,
        kind=row.kind,
        title=type_pb2.LocalizedText(zh=row.title_zh, en=row.title_en),
        description=row.description,
        products=row.products,
        hs_codes=row.hs_codes,
        ics_codes=row.ics_codes,
        objectives=row.objectives,
        keywords=row.keywords,
        affected_regions=row.affected_regions,
        affected_countries=row.affected_countries,
        distributed_on=date_to(row.distributed_on),
        comment_deadline=date_to(row.comment_deadline),
        adoption_on=date_to(row.adoption_on),
        entry_into_force_on=date_to(row.entry_into_force_on),
        comment_deadline_stated=stated["comment_deadline"],
        adoption_stated=stated["adoption"],
        entry_into_force_stated=stated["entry_into_force"],
        agencies=row.agencies,
        articles=row.articles,
        cited_standards=row.cited_standards,
        code_marks=marks_to(row.code_marks, language),
        text_languages=row.text_languages,
        pages=row.pages,
        notified_documents=row.notified_documents,
        notification_links=row.notification_links,
        source=row.source,
        example=row.example,
        origin=row.origin,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )


def marks_to(marks: Mapping[str, Sequence[Mapping[str, str]]], language: str) -> list[type_pb2.CodeMark]:
    """Return for the wire why codes were not simply read, with reasons in *language*."""
    return [
        type_pb2.CodeMark(
            scheme=scheme, found=mark["found"], code=mark["code"], reason=translate(mark["reason"], {}, language)
        )
        for scheme, of_scheme in sorted(marks.items())
        for mark in of_scheme
    ]


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
