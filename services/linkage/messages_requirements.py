"""Translate requirements between the linkage contract and the rows."""

from typing import Any

from services.linkage.messages import limit_from, limit_to
from services.linkage.messages_measures import marks_to
from services.linkage.names import requirement_name
from services.linkage.tables import RequirementRow
from services.runtime.calls import current_call
from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from services.runtime.texts import ENGLISH
from standards_tree.measures.requirements import RequirementKind
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

REQUIREMENT_KIND = {pb.RequirementKind.Value(f"REQUIREMENT_KIND_{kind.name}"): kind for kind in RequirementKind}
REQUIREMENT_KIND_TO = {kind: value for value, kind in REQUIREMENT_KIND.items()}


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
        "limit": limit_from(message.limit, "requirement.limit") if message.HasField("limit") else None,
        "cited_standards": list(message.cited_standards),
        "conditions": message.conditions,
        "agency": message.agency,
        "original_text": message.original_text,
        "original_language": message.original_language,
        "clause": message.clause,
        "source": message.source,
        "assessed": message.assessed,
        "code_marks": {},
    }


def requirement_to(row: RequirementRow) -> pb.Requirement:
    """Return a requirement for the wire, with reasons in the language of the call."""
    call = current_call()
    return pb.Requirement(
        name=requirement_name(row.measure_id, row.number),
        number=row.number,
        text=type_pb2.LocalizedText(zh=row.text_zh, en=row.text_en),
        kind=REQUIREMENT_KIND_TO[RequirementKind(row.kind)],
        subject=row.subject,
        hs_codes=row.hs_codes,
        parameter=row.parameter,
        limit=limit_to(row.limit),
        cited_standards=row.cited_standards,
        conditions=row.conditions,
        agency=row.agency,
        original_text=row.original_text,
        original_language=row.original_language,
        clause=row.clause,
        source=row.source,
        assessed=row.assessed,
        code_marks=marks_to(row.code_marks, call.language if call is not None else ENGLISH),
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )
