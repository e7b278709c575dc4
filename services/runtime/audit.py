"""Append to the audit record: every change in the transaction that makes it, every refusal soon after.

A service may append to the record and neither read nor change it. What makes a chain of it, and shows it, is the audit service.
"""

import hashlib
import queue
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc import code_pb2
from sqlalchemy import text
from sqlmodel import Session

from services.runtime.calls import Call, current_call
from services.runtime.changes import pending_changes
from services.runtime.errors import code_of
from services.runtime.permissions import service_of, short_name
from standards_tree.errors import DomainError

if TYPE_CHECKING:
    from services.runtime.database import Database

logger = structlog.stdlib.get_logger("audit")

WRITE, REFUSAL, UNRECORDED = "write", "refusal", "unrecorded"
MAX_TARGETS = 20
TARGETS = "audited_targets"
MAX_WAITING_REFUSALS = 2000
MAX_REFUSALS_A_SECOND = 500
"""More than that is only counted: who may not call at all must not be able to fill the disk."""
FLUSH_SECONDS = 0.5

APPEND = text(
    "INSERT INTO audit.record (kind, principal, roles, service, method, call_id, request_id, code, reason, target, targets,"
    " target_count, request_sha256, after_sha256)"
    " VALUES (:kind, :principal, :roles, :service, :method, :call_id, :request_id, :code, :reason, :target, :targets,"
    " :target_count, :request_sha256, :after_sha256)"
)


def name_target(session: Session, resource: str) -> None:
    """Note what a change is about that is in no change log."""
    session.info.setdefault(TARGETS, []).append(resource)


def record_write(
    session: Session, service: str, request: Message | None, answer: Message, content_sha256: str = ""
) -> None:
    """Record what the transaction of *session* changes; call it when all of that was noted, before the commit.

    Work that notes no change and answers no request, such as the progress of a job, leaves no record.
    """
    changes = pending_changes(session)
    if not changes and request is None:
        return
    call = current_call()
    named: list[str] = session.info.pop(TARGETS, [])
    targets = list(dict.fromkeys([*named, *(resource for resource, _action in changes)]))
    asked = request.SerializeToString(deterministic=True) if request is not None else b""
    values = {
        **_who(call),
        "kind": WRITE,
        "service": service,
        "request_id": getattr(request, "request_id", ""),
        "code": code_pb2.Code.Name(code_pb2.OK),
        "reason": "",
        **_about(targets[:MAX_TARGETS], len(targets)),
        "request_sha256": hashlib.sha256(asked + content_sha256.encode()).digest(),
        "after_sha256": hashlib.sha256(answer.SerializeToString(deterministic=True)).digest(),
    }
    session.connection().execute(APPEND, values)


class Refusals:
    """Records refusals from a thread of its own, so that to be refused costs the caller no wait and us no transaction.

    A program that is killed loses the refusals of the last half second; of changes it loses none.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._waiting: queue.Queue[dict[str, object]] = queue.Queue(MAX_WAITING_REFUSALS)
        self._uncounted = 0
        self._counting = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._append_until_closed, name="audit", daemon=True)

    def start(self) -> None:
        """Begin to append."""
        self._thread.start()

    def close(self) -> None:
        """Append what waits, and end."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def note(self, call: Call, error: Exception) -> None:
        """Have it recorded that *call* was refused with *error*; never waits."""
        code = code_of(error) if isinstance(error, DomainError) else code_pb2.INTERNAL
        values = {
            **_who(call),
            "kind": REFUSAL,
            "service": short_name(service_of(call.method)),
            "request_id": "",
            "code": code_pb2.Code.Name(code_pb2.Code.ValueType(code)),
            "reason": error.reason if isinstance(error, DomainError) else "INTERNAL",
            **_about((), 0),
            "request_sha256": b"",
            "after_sha256": b"",
        }
        try:
            self._waiting.put_nowait(values)
        except queue.Full:
            with self._counting:
                self._uncounted += 1

    def count(self, refused: int) -> None:
        """Have refusals recorded by their number alone."""
        with self._counting:
            self._uncounted += refused

    def _append_until_closed(self) -> None:
        closing = False
        while not closing:
            closing = self._closing.wait(FLUSH_SECONDS)
            self._append_waiting(MAX_WAITING_REFUSALS if closing else int(MAX_REFUSALS_A_SECOND * FLUSH_SECONDS))

    def _append_waiting(self, most: int) -> None:
        rows: list[dict[str, object]] = []
        while len(rows) < most and not self._waiting.empty():
            rows.append(self._waiting.get_nowait())
        with self._counting:
            uncounted, self._uncounted = self._uncounted, 0
        if uncounted:
            rows.append(_unrecorded(uncounted))
        if not rows:
            return

        def append(session: Session) -> Empty:
            session.connection().execute(APPEND, rows)
            return Empty()

        try:
            self._database.write(append)
        except DomainError as error:
            # The database is away, so nothing is being changed either; the refusals are counted when it is back.
            logger.warning("refusals could not be recorded", count=len(rows), cause=str(error))
            with self._counting:
                self._uncounted += len(rows)


def _who(call: Call | None) -> Mapping[str, object]:
    principal = call.principal if call is not None else None
    return {
        "principal": principal.subject if principal is not None else "",
        "roles": sorted(principal.roles) if principal is not None else [],
        "method": call.method if call is not None else "",
        "call_id": call.call_id if call is not None else "",
    }


def _about(targets: Sequence[str], count: int) -> Mapping[str, object]:
    return {"target": targets[0] if targets else "", "targets": list(targets), "target_count": count}


def _unrecorded(count: int) -> dict[str, object]:
    return {
        **_who(None),
        "kind": UNRECORDED,
        "service": "",
        "request_id": "",
        "code": "",
        "reason": "",
        "target": "",
        "targets": [],
        "target_count": count,
        "request_sha256": b"",
        "after_sha256": b"",
    }
