"""Translate links between the linkage contract, the domain and the rows."""

from typing import Any

from services.linkage.messages import limit_from, limit_to, stored_limit
from services.linkage.messages_desk import CAUSE_TO
from services.linkage.messages_limits import comparison_to
from services.linkage.messages_suggestions import reasons_to
from services.linkage.names import requirement_name
from services.linkage.store_batches import COLLECTION
from services.linkage.tables_links import LinkEventRow, LinkRow
from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from standards_tree.linking.reviewing import LinkAction, RationaleKind
from standards_tree.standards import LinkState, SetRelation
from tbt.linkage.v1 import link_life_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.type.v1 import type_pb2

LINK_STATE = {pb.LinkState.Value(f"LINK_STATE_{state.name}"): state for state in LinkState}
LINK_STATE_TO = {state: value for value, state in LINK_STATE.items()}
SET_RELATION = {type_pb2.SetRelation.Value(f"SET_RELATION_{relation.name}"): relation for relation in SetRelation}
SET_RELATION_TO = {relation: value for value, relation in SET_RELATION.items()}


RATIONALE_KIND: dict[int, str] = {
    link_life_pb2.RationaleKind.Value(f"RATIONALE_KIND_{kind.name}"): kind.value for kind in RationaleKind
}
RATIONALE_KIND_TO = {
    kind.value: link_life_pb2.RationaleKind.Value(f"RATIONALE_KIND_{kind.name}") for kind in RationaleKind
}
ACTION_TO = {action.value: link_life_pb2.LinkAction.Value(f"LINK_ACTION_{action.name}") for action in LinkAction}


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
        "rationale_kind": RATIONALE_KIND.get(message.rationale_kind, ""),
        "strength": message.strength,
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
        rationale_kind=RATIONALE_KIND_TO.get(row.rationale_kind, link_life_pb2.RATIONALE_KIND_UNSPECIFIED),
        strength=row.strength,
        suspect_causes=[CAUSE_TO[cause] for cause in row.suspect_causes],
        suspect_since=moment_to(row.suspect_since),
        created_by=row.created_by,
        created_at=moment_to(row.created_at),
        first_reviewer=row.first_reviewer,
        signals=reasons_to(row.signals or ()),
        replaced_by=row.replaced_by,
    )
    if row.rationale_zh or row.rationale_en:
        link.rationale.CopyFrom(type_pb2.LocalizedText(zh=row.rationale_zh, en=row.rationale_en))
    return link


def compared_to(row: LinkRow, required: dict[str, str] | None) -> pb.Link:
    """Return a link for the wire, with its limit held against the *required* one."""
    link = link_to(row)
    if required is not None and row.standard_limit is not None:
        link.limit_comparison.CopyFrom(comparison_to(stored_limit(required), stored_limit(row.standard_limit)))
    return link


def event_to(row: LinkEventRow) -> link_life_pb2.LinkEvent:
    """Return an entry of a link's history for the wire."""
    fields = sorted({*row.before, *row.after})
    return link_life_pb2.LinkEvent(
        action=ACTION_TO[row.action],
        principal=row.principal,
        occurred_at=moment_to(row.occurred_at),
        reason=row.reason,
        differences=[
            link_life_pb2.LinkDifference(
                field=field, before=_told(row.before.get(field)), after=_told(row.after.get(field))
            )
            for field in fields
        ],
        batch=f"{COLLECTION}{row.batch_id}" if row.batch_id else "",
        etag=etag_of(row.version),
    )


def _told(value: Any) -> str:
    """Return a stored value as people read it."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return str(stored_limit(value))
    return str(value)
