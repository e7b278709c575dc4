"""Append every change to the service's log in the transaction that makes it, and follow the log without missing any.

Revisions are handed out under a lock that is held until the commit is visible, so their order is the order of commits,
and a reader that has seen revision n has seen everything up to n. Numbers taken from a sequence without that lock can
commit in another order, and a follower would skip the late ones. The lock is taken last, when nothing but the commit is
left to do; `docs/adr/0002` has the cost.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlmodel import Session

from services.runtime.calls import Call, current_call
from services.runtime.civil_dates import moment_to
from tbt.type.v1 import type_pb2

if TYPE_CHECKING:
    from services.runtime.database import Database

PENDING = "pending_changes"
PAGE = 1000
POLL_SECONDS = 0.25
SIGN_OF_LIFE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a change log."""

    revision: int
    resource: str
    action: str
    principal: str
    occurred_at: datetime


def record_change(session: Session, resource: str, action: str) -> None:
    """Note that *resource* changed; the write door appends it to the log just before the commit."""
    session.info.setdefault(PENDING, []).append((resource, action))


def record_changes(session: Session, resources: Iterable[str], action: str) -> None:
    """Note that each of *resources* changed, as `record_change` does for one."""
    session.info.setdefault(PENDING, []).extend((resource, action) for resource in resources)


def pending_changes(session: Session) -> list[tuple[str, str]]:
    """Return what was noted so far: resource and action, in order."""
    noted: list[tuple[str, str]] = session.info.get(PENDING, [])
    return noted


def append_pending(session: Session) -> None:
    """Write what `record_change` noted to the log of the session's schema."""
    pending: list[tuple[str, str]] = session.info.pop(PENDING, [])
    if not pending:
        return
    call = current_call()
    principal = call.principal.subject if call and call.principal else "system"
    session.connection().execute(text("SELECT pg_advisory_xact_lock('change'::regclass::oid::bigint)"))
    # A row at a time would cost a round trip each; the order inside one statement is the order of the arrays. They
    # travel as lines, which names and actions are: psycopg takes 0.3 s to write 60,000 names down as an array.
    session.connection().execute(
        text(
            "INSERT INTO change (revision, resource, action, principal)"
            " SELECT nextval('change_revision'), resource, action, :principal"
            " FROM unnest(string_to_array(:resources, chr(10)), string_to_array(:actions, chr(10)))"
            " WITH ORDINALITY AS pending (resource, action, position) ORDER BY position"
        ),
        {
            "principal": principal,
            "resources": "\n".join([resource for resource, _action in pending]),
            "actions": "\n".join([action for _resource, action in pending]),
        },
    )


def latest_revision(session: Session) -> int:
    """Return the revision that this session's snapshot shows exactly; 0 before the first change."""
    return int(session.connection().execute(text("SELECT coalesce(max(revision), 0) FROM change")).scalar_one())


def changes_after(session: Session, revision: int, limit: int = PAGE) -> list[Change]:
    """Return the changes after *revision*, oldest first, at most *limit*."""
    rows = session.connection().execute(
        text(
            "SELECT revision, resource, action, principal, occurred_at FROM change"
            " WHERE revision > :revision ORDER BY revision LIMIT :limit"
        ),
        {"revision": revision, "limit": limit},
    )
    return [Change(*row) for row in rows]


def changed_resources(session: Session, after: int, most: int) -> list[str] | None:
    """Return the names of what changed after revision *after*, in order; None where there are more than *most*."""
    query = text("SELECT DISTINCT resource FROM change WHERE revision > :after ORDER BY resource LIMIT :most")
    names = session.connection().execute(query, {"after": after, "most": most + 1}).scalars().all()
    return None if len(names) > most else list(names)


class ChangeFeed:
    """Let any number of watchers follow one change log with one query a poll.

    A watcher holds a thread and no connection while it waits.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._woken = threading.Condition()
        self._revision = -1
        self._polled = 0.0

    def follow(self, after: int, call: Call) -> Iterator[Sequence[Change]]:
        """Yield what comes after revision *after*, page by page, until the caller gives up.

        An empty page is a sign of life, so that a dead connection is noticed on both sides.
        """
        spoke = time.monotonic()
        while not call.cancelled:
            call.require_time()
            page: Sequence[Change] = ()
            if self._latest() > after:
                page = self._database.look_up(lambda session, start=after: changes_after(session, start))  # type: ignore[misc]
            if page:
                after = page[-1].revision
            elif time.monotonic() - spoke < SIGN_OF_LIFE_SECONDS:
                with self._woken:
                    self._woken.wait(POLL_SECONDS)
                continue
            spoke = time.monotonic()
            yield page

    def _latest(self) -> int:
        """Return the newest revision, as read by whichever watcher polled last."""
        with self._woken:
            if time.monotonic() - self._polled >= POLL_SECONDS:
                self._polled = time.monotonic()
                self._revision = self._database.look_up(latest_revision)
                self._woken.notify_all()
            return self._revision


def watch(
    feed: ChangeFeed, request: type_pb2.WatchChangesRequest, seen: Callable[[Sequence[Change]], Iterable[Change]] = iter
) -> Iterator[type_pb2.WatchChangesResponse]:
    """Answer a call that follows a change log, for as long as its caller listens, with those changes that it may see.

    *seen* leaves out of a page what is there for others only.
    """
    call = current_call()
    if call is None:
        return
    for page in feed.follow(request.after_revision, call):
        yield type_pb2.WatchChangesResponse(
            changes=[
                type_pb2.Change(
                    revision=change.revision,
                    resource=change.resource,
                    action=change.action,
                    principal=change.principal,
                    occurred_at=moment_to(change.occurred_at),
                )
                for change in seen(page)
            ]
        )
