"""Let a request that is sent again take effect once: its answer is stored in the transaction that did the work."""

import hashlib
from dataclasses import dataclass

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message
from sqlalchemy import text
from sqlmodel import Session

from services.runtime.calls import current_call
from standards_tree.errors import ReusedRequestIdError

REMEMBERED_HOURS = 24


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a request the same request: who, what, its id; and a digest that tells a reused id."""

    principal: str
    method: str
    request_id: str
    sha256: bytes


def request_key(request: Message, content_sha256: str = "") -> RequestKey | None:
    """Return the key of *request*, or None where the caller gave no id.

    *content_sha256* stands for content that came beside the request, such as the bytes of an upload.
    """
    request_id = getattr(request, "request_id", "")
    call = current_call()
    if not request_id or call is None or call.principal is None:
        return None
    digest = hashlib.sha256(request.SerializeToString(deterministic=True) + content_sha256.encode()).digest()
    return RequestKey(call.principal.subject, call.method, request_id.lower(), digest)


def recall(session: Session, key: RequestKey) -> Message | None:
    """Return the answer the same request got before, or None when it is new.

    Raises:
        ReusedRequestIdError: the id came with another request.
    """
    row = (
        session.connection()
        .execute(
            text(
                "SELECT request_sha256, answer_type, answer FROM answered_request"
                " WHERE principal = :principal AND method = :method AND request_id = :request_id"
            ),
            {"principal": key.principal, "method": key.method, "request_id": key.request_id},
        )
        .one_or_none()
    )
    if row is None:
        return None
    if bytes(row.request_sha256) != key.sha256:
        message = "the request_id {request_id} was used for a different request; a new request needs a new id"
        raise ReusedRequestIdError(message, request_id=key.request_id)
    kind = descriptor_pool.Default().FindMessageTypeByName(row.answer_type)
    answer: Message = message_factory.GetMessageClass(kind).FromString(bytes(row.answer))
    return answer


def remember(session: Session, key: RequestKey, answer: Message) -> None:
    """Store the answer to a request."""
    session.connection().execute(
        text(
            "INSERT INTO answered_request (principal, method, request_id, request_sha256, answer_type, answer)"
            " VALUES (:principal, :method, :request_id, :sha256, :answer_type, :answer)"
        ),
        {
            "principal": key.principal,
            "method": key.method,
            "request_id": key.request_id,
            "sha256": key.sha256,
            "answer_type": answer.DESCRIPTOR.full_name,
            "answer": answer.SerializeToString(),
        },
    )


def forget_old(session: Session) -> int:
    """Remove answers older than a day and return how many."""
    result = session.connection().execute(
        text("DELETE FROM answered_request WHERE answered_at < now() - make_interval(hours => :hours)"),
        {"hours": REMEMBERED_HOURS},
    )
    return int(result.rowcount)
