"""Refuse calls that there is no room for, before a thread, a message or a token is looked at.

gRPC takes calls from the network in one thread, which asks interceptors and then hands each call to a pool of threads. What waits
for that thread, or for one of the pool, is seen by no step of ours, and grows without end where more comes than can be done: with
three times too much, calls waited for two seconds. So calls are refused where that thread asks, and by that thread itself.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import grpc
import structlog

from services.runtime.auth import TokenVerifier
from services.runtime.errors import ending_of
from services.runtime.interceptors.chain import Handler
from services.runtime.interceptors.deadline import is_watching
from services.runtime.overload import Door, Place
from services.runtime.permissions import OPEN_SERVICES, service_of
from services.runtime.texts import CHINESE, ENGLISH, choose_language
from services.runtime.turns import SLICES, TURNS
from standards_tree.errors import BusyError

logger = structlog.stdlib.get_logger("admission")

# All who are refused at once would come back at once.
RETRY_SECONDS = (0.5, 1.3, 0.8, 1.5, 0.6, 1.1, 0.9, 1.4, 0.7, 1.0, 1.2)
TOLD_EVERY_SECONDS = 5.0
SHED_MARK = "tbt-shed"
"""Stands in the trailing metadata of a refusal for lack of room, for a gateway that refuses further calls by itself."""
WAITING_METHOD = "/google.longrunning.Operations/WaitOperation"
"""It takes as long as its caller wants it to, and a thread, and nothing else."""


class Workers(ThreadPoolExecutor):
    """The threads of a server; one call goes from gRPC's own thread to `Admission`, then at once from there to `submit`.

    A call that gRPC drops on its way, because its client went or its message cannot be read, ends here like any other: to count
    calls in the handler would lose its place for ever.
    """

    def __init__(self, threads: int, door: Door | None) -> None:
        super().__init__(threads, thread_name_prefix="grpc")
        self._door = door
        self._place: Place | None = None
        self._at_once = False

    def next_has(self, place: Place) -> None:
        """Give *place* back when the call that is submitted next has ended."""
        self._place = place

    def next_at_once(self) -> None:
        """Run what is submitted next in this very thread."""
        self._at_once = True

    def next_as_usual(self) -> None:
        """Forget what was said of a call that never came."""
        if self._place is not None and self._door is not None:
            self._door.leave(self._place)
        self._place, self._at_once = None, False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run *fn* as was said of it."""
        place, at_once = self._place, self._at_once
        self._place, self._at_once = None, False
        if at_once:
            done: Future[Any] = Future()
            done.set_result(fn(*args, **kwargs))
            return done
        if place is None or self._door is None:
            return super().submit(fn, *args, **kwargs)
        door = self._door
        running = super().submit(_in_turn, fn, *args, **kwargs)
        running.add_done_callback(lambda _done: door.leave(place))
        return running


def _in_turn(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    with TURNS.taken():
        return fn(*args, **kwargs)


class Admission(grpc.ServerInterceptor):
    """Let calls in while the door has room, and refuse the others with the time to wait.

    Health and reflection are always let in, calls of our own services too: they work for somebody who was. Streams have places
    of their own (`Deadline`).
    """

    def __init__(
        self,
        door: Door,
        workers: Workers,
        tokens: TokenVerifier,
        count: Callable[[str], None],
        default_language: str,
    ) -> None:
        """*count* is told the method of every call that is refused."""
        self._door = door
        self._workers = workers
        self._tokens = tokens
        self._count = count
        self._default_language = default_language
        self._refusing = {language: _refusing(language) for language in (ENGLISH, CHINESE)}
        self._slices = SLICES
        self._untold = 0
        self._told = 0.0

    def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Handler | None]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """Return the handler of a call that is let in, or one that refuses."""
        self._workers.next_as_usual()
        handler = continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or handler.request_streaming or handler.response_streaming or is_never_shed(method):
            return handler
        place = self._door.enter(method, lambda: self._is_ours(handler_call_details))
        if place is None:
            self._tell(method)
            self._workers.next_at_once()
            return next(self._refusing[self._language(handler_call_details)])
        self._slices.let_in(place.came)
        self._workers.next_has(place)
        return handler

    def _is_ours(self, details: grpc.HandlerCallDetails) -> bool:
        """Tell whether one of our own services calls, by proof and not by what it says."""
        return self._tokens.proves_service(_text(details, "authorization").removeprefix("Bearer "))

    def _language(self, details: grpc.HandlerCallDetails) -> str:
        return choose_language(_text(details, "accept-language"), self._default_language)

    def _tell(self, method: str) -> None:
        """Count a refusal; a line in the log for each would be work that there is no room for."""
        now = time.monotonic()
        self._slices.refused(now)
        self._count(method)
        self._untold += 1
        if now - self._told >= TOLD_EVERY_SECONDS:
            logger.warning("calls shed", count=self._untold, limit=self._door.limit(), method=method)
            self._told, self._untold = now, 0


def is_never_shed(method: str) -> bool:
    """Tell whether a call of *method* is let in however much there is to do. Streams, too, which have places of their own."""
    return is_watching(method) or method == WAITING_METHOD or service_of(method) in OPEN_SERVICES


def _text(details: grpc.HandlerCallDetails, wanted: str) -> str:
    metadata: Sequence[tuple[str, str | bytes]] = details.invocation_metadata or ()
    return next((value for name, value in metadata if name == wanted and isinstance(value, str)), "")


def _refusing(language: str) -> "Iterator[Handler]":
    """Return handlers that refuse, made beforehand, each with another time to wait.

    They take a stream of requests and never ask for the first, so that no message is read.
    """
    return itertools.cycle([_refusal(seconds, language) for seconds in RETRY_SECONDS])


def no_room(seconds: float) -> BusyError:
    """Return what is said to a call that there is no room for."""
    message = "the service has more to do than it can; try again in {seconds} s"
    return BusyError(message, seconds=seconds)


def _refusal(seconds: float, language: str) -> Handler:
    ending: Any = ending_of(no_room(seconds), language)
    ending = ending._replace(trailing_metadata=(*ending.trailing_metadata, (SHED_MARK, "1")))

    def refuse(requests: object, context: grpc.ServicerContext) -> None:
        del requests
        context.abort_with_status(ending)

    return grpc.stream_unary_rpc_method_handler(refuse)
