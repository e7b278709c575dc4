"""Translate the documents of measures and trade concerns between the linkage contract and the rows."""

from typing import Any

from services.linkage.messages import in_field
from services.linkage.names import concern_name
from services.linkage.tables_stories import MeasureDocumentRow, TradeConcernRow
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.measures.plain_text import one_line
from standards_tree.measures.symbols import parse_symbol
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.linkage.v1 import concern_pb2, story_pb2
from tbt.type.v1 import type_pb2

_ROLE_PREFIX = "MEASURE_DOCUMENT_ROLE_"


def document_from(message: story_pb2.MeasureDocument, uploaded: documents_pb.Document) -> dict[str, Any]:
    """Return the columns of an attached document."""
    return {
        "document": uploaded.name,
        "role": story_pb2.MeasureDocumentRole.Name(message.role).removeprefix(_ROLE_PREFIX).lower(),
        "language": message.language,
        "title": one_line(message.title),
        "file_name": uploaded.file_name,
        "sha256": uploaded.sha256,
    }


def document_to(row: MeasureDocumentRow) -> story_pb2.MeasureDocument:
    """Return an attached document for the wire."""
    return story_pb2.MeasureDocument(
        document=row.document,
        role=story_pb2.MeasureDocumentRole.Value(f"{_ROLE_PREFIX}{row.role.upper()}"),
        language=row.language,
        title=row.title,
        file_name=row.file_name,
        sha256=row.sha256,
    )


def concern_from(message: concern_pb2.TradeConcern) -> dict[str, Any]:
    """Return the columns of a concern.

    Raises:
        InvalidArgumentError: a symbol cannot be read, or a date does not exist; names the field.
    """
    symbols = []
    for position, text in enumerate(message.symbols):
        with in_field(f"trade_concern.symbols[{position}]"):
            symbols.append(parse_symbol(text))
    return {
        "agreement": message.agreement,
        "number": message.number,
        "title_zh": one_line(message.title.zh),
        "title_en": one_line(message.title.en),
        "symbols": list(dict.fromkeys(symbol.official for symbol in symbols)),
        "base_keys": list(dict.fromkeys(symbol.base.key for symbol in symbols)),
        "raised_by": list(message.raised_by),
        "supported_by": list(message.supported_by),
        "subject_member": message.subject_member,
        "status": message.status,
        "first_raised_on": date_from(message.first_raised_on, "trade_concern.first_raised_on"),
        "last_raised_on": date_from(message.last_raised_on, "trade_concern.last_raised_on"),
        "times_raised": message.times_raised,
        "issues": list(message.issues),
        "sources": list(message.sources),
        "summary": {"zh": message.summary.zh, "en": message.summary.en},
    }


def concern_to(row: TradeConcernRow) -> concern_pb2.TradeConcern:
    """Return a concern for the wire."""
    concern = concern_pb2.TradeConcern(
        name=concern_name(row.agreement, row.number),
        number=row.number,
        agreement=row.agreement,
        title=type_pb2.LocalizedText(zh=row.title_zh, en=row.title_en),
        symbols=row.symbols,
        raised_by=row.raised_by,
        supported_by=row.supported_by,
        subject_member=row.subject_member,
        status=row.status,
        first_raised_on=date_to(row.first_raised_on),
        last_raised_on=date_to(row.last_raised_on),
        times_raised=row.times_raised,
        issues=row.issues,
        sources=row.sources,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )
    if any(row.summary.values()):
        concern.summary.CopyFrom(type_pb2.LocalizedText(**row.summary))
    return concern
