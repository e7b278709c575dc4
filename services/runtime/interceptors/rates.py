"""Hold each caller to a fair part: of calls a second, of calls of costly methods, of the places a service has."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from google.protobuf.message import Message

from services.runtime.auth import SERVICE_ROLE
from services.runtime.calls import Call
from services.runtime.interceptors.deadline import is_watching
from services.runtime.settings import Rate
from standards_tree.errors import Bilingual, BusyError

REMEMBERED_CALLERS = 10_000
"""The least recently seen are forgotten first: they have long had a full allowance again."""


@dataclass(slots=True)
class Allowance:
    """What is left of a rate: it fills up steadily to its burst, and each call takes one (a token bucket)."""

    rate: Rate
    left: float
    filled_at: float

    def take(self, now: float) -> float:
        """Take one call, or return how many seconds it takes until there is one again."""
        per_second = self.rate.calls / self.rate.seconds
        self.left = min(self.rate.burst, self.left + (now - self.filled_at) * per_second)
        self.filled_at = now
        if self.left < 1:
            return (1 - self.left) / per_second
        self.left -= 1
        return 0.0


@dataclass(slots=True)
class Caller:
    """What one principal has used of what they may."""

    allowances: dict[str, Allowance] = field(default_factory=dict)
    working: int = 0
    watching: int = 0


class Rates:
    """Refuse a caller more than their part, at once and with the time to wait. Our own services are not held to it."""

    def __init__(
        self,
        per_caller: Rate,
        per_method: Mapping[str, Rate],
        places: tuple[int, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """*per_method* is by the name of the method alone; *places* are how many working calls and streams one may hold."""
        self._per_caller = per_caller
        self._per_method = dict(per_method)
        self._most_working, self._most_watching = places
        self._clock = clock
        self._lock = threading.Lock()
        self._callers: OrderedDict[str, Caller] = OrderedDict()

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:  # noqa: ARG002  (the interface)
        """Take a call from the caller's allowance and a place of theirs; give the place back at the end."""
        if call.principal is None or SERVICE_ROLE in call.principal.roles:
            yield
            return
        watching = is_watching(call.method)
        caller = self._admitted(call.principal.subject, call.method.rpartition("/")[2], watching=watching)
        try:
            yield
        finally:
            with self._lock:
                if watching:
                    caller.watching -= 1
                else:
                    caller.working -= 1

    def admit(self, request: Message) -> None:
        """Let every message pass."""

    def _admitted(self, subject: str, method: str, *, watching: bool) -> Caller:
        with self._lock:
            caller = self._callers.setdefault(subject, Caller())
            self._callers.move_to_end(subject)
            self._forget_idle()
            self._require_place(caller, watching=watching)
            self._take(caller, "", self._per_caller)
            if method in self._per_method:
                self._take(caller, method, self._per_method[method])
            if watching:
                caller.watching += 1
            else:
                caller.working += 1
            return caller

    def _require_place(self, caller: Caller, *, watching: bool) -> None:
        held, most = (caller.watching, self._most_watching) if watching else (caller.working, self._most_working)
        if held >= most:
            message = "you have {count} calls under way here, which is as many as one caller may; wait for one to end"
            raise BusyError(message, count=held)

    def _take(self, caller: Caller, method: str, rate: Rate) -> None:
        now = self._clock()
        allowance = caller.allowances.setdefault(method, Allowance(rate, float(rate.burst), now))
        wait_seconds = allowance.take(now)
        if wait_seconds:
            message = "more than {rate} of {method}; try again in {seconds} s"
            raise BusyError(
                message,
                rate=rate,
                method=method or Bilingual("all methods together", "所有方法合计"),
                seconds=round(wait_seconds + 0.05, 1),
            )

    def _forget_idle(self) -> None:
        while len(self._callers) > REMEMBERED_CALLERS:
            subject, oldest = next(iter(self._callers.items()))
            if oldest.working or oldest.watching:
                self._callers.move_to_end(subject)
                return
            del self._callers[subject]
