"""Give every call a deadline and a place, and refuse it at once when there is no room."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Timer
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from services.runtime.calls import Call
from services.runtime.texts import choose_language
from standards_tree.errors import BusyError

Sent = TypeVar("Sent")

# A callee gets what is left less this, so that its answer can still be passed on.
REPLY_MARGIN_SECONDS = 0.02
# gRPC says "no deadline" with a time further away than this.
LONGEST_DEADLINE_SECONDS = 365 * 24 * 3600


class Deadline:
    """Note how long the client waits and which language it reads; admit as many calls as can be worked on.

    Watching streams wait most of their life and hold a thread all of it: they have places of their own, so that they can
    never take those of calls that work.
    """

    def __init__(self, default_seconds: float, working_calls: int, waiting_streams: int, default_language: str) -> None:
        self._default_seconds = default_seconds
        self._default_language = default_language
        self._working = BoundedSemaphore(working_calls)
        self._waiting = BoundedSemaphore(waiting_streams)

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:
        """Take a place or refuse; give it back when the call has ended."""
        watching = is_watching(call.method)
        left: float | None = context.time_remaining()
        if left is None or left > LONGEST_DEADLINE_SECONDS:
            left = None if watching else self._default_seconds
        call.deadline = None if left is None else time.monotonic() + left
        metadata = dict(context.invocation_metadata() or ())
        call.language = choose_language(str(metadata.get("accept-language", "")), self._default_language)
        context.add_callback(lambda: setattr(call, "cancelled", True))
        places = self._waiting if watching else self._working
        if not places.acquire(blocking=False):
            message = "the service answers as many calls as it can hold; try again shortly"
            raise BusyError(message)
        try:
            yield
        finally:
            places.release()

    def admit(self, request: Message) -> None:
        """Let every message pass."""


WAITING_STREAMS = frozenset({"WatchChanges", "WatchGaps", "ServerReflectionInfo"})


def sent_in_time(requests: Iterator[Sent], call: Call, context: grpc.ServicerContext) -> Iterator[Sent]:
    """Yield what a client sends until the deadline of *call*, and end the call there if it has not sent all.

    Without this, a client that gives no deadline and stops in the middle holds its place for ever: a handler that waits for
    the next message looks at no clock. Ending the call raises there what a broken connection does.
    """
    left = call.seconds_left()
    if left is None:
        yield from requests
        return
    clock = Timer(max(left, 0), context.cancel)
    clock.daemon = True
    clock.start()
    try:
        yield from requests
    finally:
        clock.cancel()


def is_watching(method: str) -> bool:
    """Tell whether a method is a stream that stays open and mostly waits; a check that is watched works all the time."""
    return method.rpartition("/")[2] in WAITING_STREAMS
