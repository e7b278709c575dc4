"""Compute the chain of hashes over the audit record: pure, so that an auditor can do it again anywhere.

Each link's hash is the SHA-256 of the hash before it (32 bytes of zero before the first) followed by the UTF-8 text of the
record: JSON with its keys sorted and no spaces. Who changes, removes or inserts a record must change every hash after it.
"""

import hashlib
import json
from datetime import UTC

from services.audit.tables import RecordRow

BEFORE_THE_FIRST = bytes(32)


def sealed_text(row: RecordRow) -> str:
    """Return the text of *row* that is hashed."""
    if row.occurred_at is None:
        message = f"record {row.number} has no time"
        raise ValueError(message)
    facts = {
        "number": row.number,
        "kind": row.kind,
        "occurred_at": row.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "principal": row.principal,
        "roles": list(row.roles),
        "service": row.service,
        "method": row.method,
        "call_id": row.call_id,
        "request_id": row.request_id,
        "code": row.code,
        "reason": row.reason,
        "targets": list(row.targets),
        "target_count": row.target_count,
        "request_sha256": bytes(row.request_sha256).hex(),
        "after_sha256": bytes(row.after_sha256).hex(),
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link_hash(before: bytes, text: str) -> bytes:
    """Return the hash of a link whose record reads *text*, after the one whose hash is *before*."""
    return hashlib.sha256(before + text.encode("utf-8")).digest()
