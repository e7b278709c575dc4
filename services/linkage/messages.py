"""Translate between the linkage contract, the documents contract, the domain and the rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from services.linkage.names import measure_name, requirement_name
from services.linkage.store import MeasureFacts, MeasureFilter
from services.linkage.tables import LinkRow, MeasureRow, RequirementRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import etag_of
from standards_tree.errors import InvalidArgumentError
from standards_tree.limits import Limit, LimitOperator
from standards_tree.measures.requirements import RequirementKind
from standards_tree.measures.symbols import Symbol, parse_symbol
from standards_tree.standards import LinkState, SetRelation
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

AGREEMENTS = {"TBT": pb.AGREEMENT_TBT, "SPS": pb.AGREEMENT_SPS}
REQUIREMENT_KIND = {pb.RequirementKind.Value(f"REQUIREMENT_KIND_{kind.name}"): kind for kind in RequirementKind}
REQUIREMENT_KIND_TO = {kind: value for value, kind in REQUIREMENT_KIND.items()}
LINK_STATE = {pb.LinkState.Value(f"LINK_STATE_{state.name}"): state for state in LinkState}
LINK_STATE_TO = {state: value for value, state in LINK_STATE.items()}
SET_RELATION = {type_pb2.SetRelation.Value(f"SET_RELATION_{relation.name}"): relation for relation in SetRelation}
SET_RELATION_TO = {relation: value for value, relation in SET_RELATION.items()}
OPERATOR = {
    type_pb2.Limit.OPERATOR_LESS: LimitOperator.LT,
    type_pb2.Limit.OPERATOR_AT_MOST: LimitOperator.LE,
    type_pb2.Limit.OPERATOR_EQUAL: LimitOperator.EQ,
    type_pb2.Limit.OPERATOR_AT_LEAST: LimitOperator.GE,
    type_pb2.Limit.OPERATOR_GREATER: LimitOperator.GT,
    type_pb2.Limit.OPERATOR_BETWEEN: LimitOperator.BETWEEN,
}
OPERATOR_TO = {operator: value for value, operator in OPERATOR.items()}


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


def requirement_from(message: pb.Requirement) -> dict[str, Any]:
    """Return the columns of a requirement.

    Raises:
        InvalidArgumentError: its limit is none; names the field.
    """
    return {
        "text_zh": message.text.zh,
        "text_en": message.text.en,
        "kind": REQUIREMENT_KIND[message.kind].value,
        "subject": message.subject,
        "hs_codes": list(message.hs_codes),
        "parameter": message.parameter,
        "limit": _limit_from(message.limit, "requirement.limit") if message.HasField("limit") else None,
        "cited_standards": list(message.cited_standards),
        "assessed": message.assessed,
    }


def requirement_to(row: RequirementRow) -> pb.Requirement:
    """Return a requirement for the wire."""
    return pb.Requirement(
        name=requirement_name(row.measure_id, row.number),
        number=row.number,
        text=type_pb2.LocalizedText(zh=row.text_zh, en=row.text_en),
        kind=REQUIREMENT_KIND_TO[RequirementKind(row.kind)],
        subject=row.subject,
        hs_codes=row.hs_codes,
        parameter=row.parameter,
        limit=_limit_to(row.limit),
        cited_standards=row.cited_standards,
        assessed=row.assessed,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )


def link_from(message: pb.Link) -> dict[str, Any]:
    """Return the columns of a link that its author gives.

    Raises:
        InvalidArgumentError: the standard's limit is none; names the field.
    """
    limit = message.standard_limit if message.HasField("standard_limit") else None
    return {
        "clause": message.clause,
        "relation": SET_RELATION[message.relation].value,
        "confidence": message.confidence,
        "rationale_zh": message.rationale.zh,
        "rationale_en": message.rationale.en,
        "evidence": list(message.evidence),
        "standard_limit": _limit_from(limit, "link.standard_limit") if limit is not None else None,
    }


def link_to(row: LinkRow) -> pb.Link:
    """Return a link for the wire."""
    link = pb.Link(
        name=f"links/{row.link_id}",
        requirement=requirement_name(row.measure_id, row.requirement_number),
        target=row.target,
        designation=row.designation,
        clause=row.clause,
        relation=SET_RELATION_TO[SetRelation(row.relation)],
        confidence=row.confidence,
        evidence=row.evidence,
        standard_limit=_limit_to(row.standard_limit),
        state=LINK_STATE_TO[LinkState(row.state)],
        reviewed_by=row.reviewed_by,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )
    if row.rationale_zh or row.rationale_en:
        link.rationale.CopyFrom(type_pb2.LocalizedText(zh=row.rationale_zh, en=row.rationale_en))
    return link


def _limit_from(message: type_pb2.Limit, field: str) -> dict[str, str]:
    """Return a limit as it is stored: the texts as they came, once they have been read as a limit."""
    upper = Decimal(message.upper_value) if message.upper_value else None
    with in_field(field):
        limit = Limit(OPERATOR[message.operator], Decimal(message.value), upper, message.unit)
    stored = {"operator": limit.operator.value, "value": message.value, "unit": limit.unit}
    return {**stored, "upper_value": message.upper_value} if upper is not None else stored


def _limit_to(stored: dict[str, str] | None) -> type_pb2.Limit | None:
    if stored is None:
        return None
    return type_pb2.Limit(
        operator=OPERATOR_TO[LimitOperator(stored["operator"])],
        value=stored["value"],
        upper_value=stored.get("upper_value", ""),
        unit=stored["unit"],
    )


@contextmanager
def in_field(field: str) -> Iterator[None]:
    """Name *field* in the refusal of a value that is not sound in itself."""
    try:
        yield
    except InvalidArgumentError as error:
        raise InvalidArgumentError.in_field(field, error.template, **error.parameters) from error
