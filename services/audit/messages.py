"""Translate between the audit contract and its rows."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from services.audit.chain import sealed_text
from services.audit.store import RecordFilter, SealedRecord
from services.audit.tables import RecordRow
from services.audit.verification import FaultKind, Verified
from services.runtime.civil_dates import moment_to
from standards_tree.errors import InvalidArgumentError
from tbt.audit.v1 import audit_service_pb2 as pb

KINDS = {
    "write": pb.AUDIT_KIND_WRITE,
    "refusal": pb.AUDIT_KIND_REFUSAL,
    "unrecorded": pb.AUDIT_KIND_UNRECORDED,
}
FAULTS = {
    FaultKind.RECORD_CHANGED: pb.AUDIT_FAULT_KIND_RECORD_CHANGED,
    FaultKind.RECORD_MISSING: pb.AUDIT_FAULT_KIND_RECORD_MISSING,
    FaultKind.PLACE_MISSING: pb.AUDIT_FAULT_KIND_PLACE_MISSING,
    FaultKind.NEVER_SEALED: pb.AUDIT_FAULT_KIND_NEVER_SEALED,
    FaultKind.DIFFERS_FROM_KNOWN: pb.AUDIT_FAULT_KIND_DIFFERS_FROM_KNOWN,
}
WORDS = {number: word for word, number in KINDS.items()}


def filter_from(request: pb.ListAuditRecordsRequest) -> RecordFilter:
    """Return which records are asked for."""
    return RecordFilter(
        principal=request.principal,
        method=request.method,
        target=request.target,
        kind=WORDS.get(request.kind, ""),
        occurred_from=_moment(request.occurred_from, "occurred_from") if request.HasField("occurred_from") else None,
        occurred_before=(
            _moment(request.occurred_before, "occurred_before") if request.HasField("occurred_before") else None
        ),
    )


def _moment(message: Timestamp, field: str) -> datetime:
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError):
        text = "it is no moment between the years 1 and 9999"
        raise InvalidArgumentError.in_field(field, text) from None


def record_to(entry: tuple[RecordRow, bytes]) -> pb.AuditRecord:
    """Return a record for the wire, with the hash its target had before."""
    row, before = entry
    return pb.AuditRecord(
        number=row.number or 0,
        kind=KINDS[row.kind],
        occurred_at=moment_to(row.occurred_at),
        principal=row.principal,
        roles=row.roles,
        service=row.service,
        method=row.method,
        call_id=row.call_id,
        request_id=row.request_id,
        code=row.code,
        reason=row.reason,
        targets=row.targets,
        target_count=row.target_count,
        request_sha256=bytes(row.request_sha256).hex(),
        after_sha256=bytes(row.after_sha256).hex(),
        before_sha256=before.hex(),
    )


def link_to(sealed: SealedRecord) -> pb.AuditLink:
    """Return a link for the wire; without a text where its record is gone."""
    text = sealed_text(sealed.record) if sealed.record is not None else ""
    return pb.AuditLink(position=sealed.link.position, sha256=bytes(sealed.link.sha256).hex(), sealed_text=text)


def verified_to(verified: Verified) -> pb.VerifyAuditResponse:
    """Return what a verification found, for the wire."""
    return pb.VerifyAuditResponse(
        intact=not verified.faults,
        sealed_count=verified.sealed_count,
        unsealed_count=verified.unsealed_count,
        head_position=verified.head_position,
        head_sha256=verified.head_sha256.hex(),
        faults=[
            pb.AuditFault(position=fault.position, number=fault.number, kind=FAULTS[fault.kind])
            for fault in verified.faults
        ],
    )
