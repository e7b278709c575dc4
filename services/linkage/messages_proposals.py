"""Translate proposed requirements between the linkage contract, the domain and the rows."""

import hashlib
from typing import Any

from services.linkage.messages import limit_to
from services.linkage.names import proposal_name, requirement_name
from services.linkage.tables_proposals import ProposalRow
from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from standards_tree.limits import Limit
from standards_tree.measures.extraction import ProposedRequirement
from tbt.linkage.v1 import requirement_pb2 as pb

STATE = {
    pb.PROPOSAL_STATE_PROPOSED: "proposed",
    pb.PROPOSAL_STATE_ACCEPTED: "accepted",
    pb.PROPOSAL_STATE_REJECTED: "rejected",
}
STATE_TO = {state: value for value, state in STATE.items()}


def proposal_from(proposed: ProposedRequirement, measure_id: str, document: str) -> dict[str, Any]:
    """Return the columns of a proposal; its id is made of the measure, the place and the words."""
    place = (measure_id, document, proposed.part, str(proposed.start), str(proposed.end), proposed.quote)
    return {
        "proposal_id": hashlib.blake2b("\0".join(place).encode(), digest_size=10).hexdigest(),
        "measure_id": measure_id,
        "kind": proposed.kind.value,
        "quote": proposed.quote,
        "language": proposed.language,
        "parameter": proposed.parameter,
        "limit": _stored(proposed.limit),
        "cited_standards": list(proposed.cited),
        "document": document,
        "part": proposed.part,
        "start_at": proposed.start,
        "end_at": proposed.end,
        "state": "proposed",
        "decided_by": "",
        "reason": "",
    }


def _stored(limit: Limit | None) -> dict[str, str] | None:
    if limit is None:
        return None
    stored = {"operator": limit.operator.value, "value": format(limit.value, "f"), "unit": limit.unit}
    return stored if limit.upper is None else {**stored, "upper_value": format(limit.upper, "f")}


def proposal_to(row: ProposalRow) -> pb.RequirementProposal:
    """Return a proposal for the wire."""
    return pb.RequirementProposal(
        name=proposal_name(row.measure_id, row.proposal_id),
        kind=row.kind,
        quote=row.quote,
        language=row.language,
        parameter=row.parameter,
        limit=limit_to(row.limit),
        cited_standards=row.cited_standards,
        place=pb.TextPlace(document=row.document, part=row.part, start=row.start_at, end=row.end_at),
        state=STATE_TO[row.state],
        requirement=requirement_name(row.measure_id, row.requirement_number) if row.requirement_number else "",
        decided_by=row.decided_by,
        reason=row.reason,
        updated_at=moment_to(row.updated_at),
        etag=etag_of(row.version),
    )


def requirement_of(row: ProposalRow, request: pb.DecideRequirementProposalRequest) -> dict[str, Any]:
    """Return the columns of the requirement that accepting *row* makes: its words, or those the person gave."""
    given = request.HasField("text")
    return {
        "text_zh": request.text.zh if given else row.quote if row.language == "zh" else "",
        "text_en": request.text.en if given else row.quote if row.language != "zh" else "",
        "kind": row.kind,
        "subject": "",
        "hs_codes": [],
        "parameter": request.parameter or row.parameter,
        "limit": row.limit,
        "cited_standards": row.cited_standards,
        "conditions": "",
        "agency": "",
        "original_text": row.quote,
        "original_language": row.language,
        "clause": row.part if row.document else "",
        "source": row.document or f"measures/{row.measure_id}",
        "assessed": False,
    }
