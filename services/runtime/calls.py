"""Know, anywhere below a handler, whose call this is and how much time it has left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4

from standards_tree.errors import CancelledError, DeadlineError, UnauthenticatedError


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a person, an agency's system or one of our services, and the roles that were proven."""

    subject: str
    roles: frozenset[str]
    committee: str = ""
    services: frozenset[str] | None = None
    """The only services it may call, by name; None for any. An agency's certificate is let in to those listed for it."""
    caller: str | None = None
    """The name of the service of ours that this is; None for anybody else."""
    on_behalf_of: "Principal | None" = None
    """Whom one of our services works for; nobody where it works in the background."""

    @property
    def reader(self) -> "Principal":
        """Return who reads the answer in the end: what they may not see must not come to them by way of a service."""
        return self.on_behalf_of or self


@dataclass(slots=True)
class Call:
    """One call on its way through the interceptors to its handler and below."""

    method: str
    """The full method, `/tbt.catalog.v1.CatalogService/GetStandard`."""
    started: float = field(default_factory=time.monotonic)
    call_id: str = field(default_factory=lambda: uuid4().hex)
    deadline: float | None = None
    """When the caller stops waiting, on the monotonic clock, in seconds."""
    language: str = "en"
    principal: Principal | None = None
    cancelled: bool = False

    def seconds_left(self) -> float | None:
        """Return how long the caller still waits; None for a background job, which has no deadline."""
        return None if self.deadline is None else self.deadline - time.monotonic()

    def require_time(self) -> None:
        """Refuse to begin a long step nobody waits for any more.

        Raises:
            DeadlineError: the time is used up.
            CancelledError: the caller gave up.
        """
        if self.cancelled:
            message = "the call was cancelled"
            raise CancelledError(message)
        left = self.seconds_left()
        if left is not None and left <= 0:
            message = "the deadline of the call has passed; give it more time, or ask for less"
            raise DeadlineError(message)


_current: ContextVar[Call | None] = ContextVar("current_call", default=None)


def current_call() -> Call | None:
    """Return the call this thread works for, or None outside one."""
    return _current.get()


def current_principal() -> Principal:
    """Return who this thread works for.

    Raises:
        UnauthenticatedError: nobody was authenticated; the handler must not have been reached.
    """
    call = _current.get()
    if call is None or call.principal is None:
        message = "nobody is signed in"
        raise UnauthenticatedError(message)
    return call.principal


@contextmanager
def working_for(call: Call) -> Iterator[Call]:
    """Make *call* the one this thread works for."""
    token = _current.set(call)
    try:
        yield call
    finally:
        _current.reset(token)
