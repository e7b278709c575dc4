"""Translate links between the linkage contract, the domain and the rows."""

from typing import Any

from services.linkage.messages import limit_from, limit_to
from services.linkage.names import requirement_name
from services.linkage.tables_links import LinkRow
from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from standards_tree.standards import LinkState, SetRelation
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

LINK_STATE = {pb.LinkState.Value(f"LINK_STATE_{state.name}"): state for state in LinkState}
LINK_STATE_TO = {state: value for value, state in LINK_STATE.items()}
SET_RELATION = {type_pb2.SetRelation.Value(f"SET_RELATION_{relation.name}"): relation for relation in SetRelation}
SET_RELATION_TO = {relation: value for value, relation in SET_RELATION.items()}


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
        "standard_limit": limit_from(limit, "link.standard_limit") if limit is not None else None,
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
        standard_limit=limit_to(row.standard_limit),
        state=LINK_STATE_TO[LinkState(row.state)],
        reviewed_by=row.reviewed_by,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )
    if row.rationale_zh or row.rationale_en:
        link.rationale.CopyFrom(type_pb2.LocalizedText(zh=row.rationale_zh, en=row.rationale_en))
    return link
