"""End streams whose client takes nothing any more: each would keep its place, and a thread, as long as its connection lives."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import grpc
import structlog

logger = structlog.stdlib.get_logger("stalls")

Response = TypeVar("Response")

LOOKS = 4
"""How often it is looked within the time that a client may take, so that none takes more than a quarter longer."""


class Stalls:
    """Knows which streams wait for their client to take a message, and since when; for all threads.

    Where messages are taken, however slowly, a stream goes on. gRPC itself sends so much ahead that a client that works on one
    message for a while holds nothing up.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """*seconds*: how long a client may take for one message."""
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[float, grpc.ServicerContext, str]] = {}
        self._timer: threading.Timer | None = None

    def taken(self, responses: Iterator[Response], method: str, context: grpc.ServicerContext) -> Iterator[Response]:
        """Yield *responses* as long as the client takes them; where it does not, its call is cancelled."""
        me = id(context)
        try:
            for response in responses:
                self._begin(me, method, context)
                yield response
                self._end(me)
        finally:
            self._end(me)

    def look(self) -> None:
        """Cancel the calls that have waited too long."""
        latest = self._clock() - self._seconds
        with self._lock:
            stalled = [(context, method) for since, context, method in self._waiting.values() if since <= latest]
        for context, method in stalled:
            logger.warning("stream ended: its client takes nothing", method=method, seconds=self._seconds)
            context.cancel()

    def _begin(self, call: int, method: str, context: grpc.ServicerContext) -> None:
        with self._lock:
            self._waiting[call] = self._clock(), context, method
            if self._timer is None:
                self._look_later()

    def _end(self, call: int) -> None:
        with self._lock:
            self._waiting.pop(call, None)

    def _look_later(self) -> None:
        self._timer = threading.Timer(self._seconds / LOOKS, self._look_again)
        self._timer.daemon = True
        self._timer.start()

    def _look_again(self) -> None:
        self.look()
        with self._lock:
            self._timer = None
            if self._waiting:
                self._look_later()
