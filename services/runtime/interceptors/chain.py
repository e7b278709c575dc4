"""Run a call of any of the four kinds through every step, in order, around its handler."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, TypeAlias

import grpc
from google.protobuf.message import DecodeError, Message

from services.runtime.calls import Call, working_for
from services.runtime.interceptors.deadline import sent_in_time
from services.runtime.interceptors.stalls import Stalls
from standards_tree.errors import InvalidArgumentError

Behaviour = Callable[..., Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


UNREADABLE = object()
"""Stands for bytes that are no message: left to itself, gRPC calls them a fault of the server, before any step of ours."""


class Step(Protocol):
    """One concern of every call."""

    def around(self, call: Call, context: grpc.ServicerContext) -> AbstractContextManager[None]:
        """Do what comes before the next step, hand over, and do what comes after. Refuse by raising a domain error."""
        ...

    def admit(self, request: Message) -> None:
        """Look at one request message before the handler does. Refuse by raising a domain error."""
        ...


class Chain(grpc.ServerInterceptor):
    """Wrap every handler in all steps: the first one given is the outermost.

    One interceptor instead of one a step: gRPC would build a handler for each on every call, and streams would pass through
    as many generators.
    """

    def __init__(self, steps: Sequence[Step], stalls: Stalls) -> None:
        self._steps = tuple(steps)
        self._stalls = stalls

    def intercept_service(
        self,
        continuation: "Callable[[grpc.HandlerCallDetails], Handler | None]",
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """Return the handler with the steps around it; an unknown method stays UNIMPLEMENTED."""
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        behaviour, kind = _behaviour(handler)
        wrap = self._streaming if handler.response_streaming else self._single
        return kind(
            wrap(method, behaviour, request_streaming=handler.request_streaming),
            request_deserializer=_reader(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )

    def _enter(self, stack: ExitStack, call: Call, context: grpc.ServicerContext) -> None:
        stack.enter_context(working_for(call))
        for step in self._steps:
            stack.enter_context(step.around(call, context))

    def _admitted(self, request: Message) -> Message:
        if request is UNREADABLE:
            message = "the bytes that were sent are no message of this method"
            raise InvalidArgumentError(message)
        for step in self._steps:
            step.admit(request)
        return request

    def _requests(
        self, request: object, call: Call, context: grpc.ServicerContext, *, request_streaming: bool
    ) -> object:
        if request_streaming:
            sent: Iterator[Message] = request  # type: ignore[assignment]  # an iterator of messages, says gRPC
            return map(self._admitted, sent_in_time(sent, call, context))
        return self._admitted(request)  # type: ignore[arg-type]  # one message, says gRPC

    def _single(self, method: str, behaviour: Behaviour, *, request_streaming: bool) -> Behaviour:
        def respond(request: object, context: grpc.ServicerContext) -> object:
            with _LettingGo(), ExitStack() as stack:
                call = Call(method)
                self._enter(stack, call, context)
                requests = self._requests(request, call, context, request_streaming=request_streaming)
                return behaviour(requests, context)
            raise AssertionError(method)  # a step swallowed an error instead of answering it

        return respond

    def _streaming(self, method: str, behaviour: Behaviour, *, request_streaming: bool) -> Behaviour:
        def respond(request: object, context: grpc.ServicerContext) -> Iterator[object]:
            with _LettingGo(), ExitStack() as stack:
                call = Call(method)
                self._enter(stack, call, context)
                requests = self._requests(request, call, context, request_streaming=request_streaming)
                yield from self._stalls.taken(behaviour(requests, context), method, context)

        return respond


class _LettingGo(AbstractContextManager[None]):
    """Have an error that ends a call hold on to nothing of it.

    The frames an error went through refer to it, and it to them: cycles, with gRPC's call in them. A connection more than
    MAX_STREAMS_A_CONNECTION of whose calls somebody still holds refuses new ones by itself, whoever makes them, and where
    calls are refused nothing makes the collector look. No generator, whose frame would be one more of them.
    """

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Clear the frames of *error* and of what it came of."""
        while error is not None:
            traceback.clear_frames(error.__traceback__)
            error = error.__context__


def _reader(read: Callable[[bytes], object] | None) -> Callable[[bytes], object] | None:
    """Return *read* such that it does not fail."""
    if read is None:
        return None

    def read_or_not(content: bytes) -> object:
        try:
            return read(content)
        except DecodeError:
            return UNREADABLE

    return read_or_not


def _behaviour(handler: Handler) -> tuple[Behaviour, Callable[..., Handler]]:
    """Return what a handler does, and the constructor of its kind."""
    kinds: dict[tuple[bool, bool], tuple[Behaviour | None, Callable[..., Handler]]] = {
        (True, True): (handler.stream_stream, grpc.stream_stream_rpc_method_handler),
        (True, False): (handler.stream_unary, grpc.stream_unary_rpc_method_handler),
        (False, True): (handler.unary_stream, grpc.unary_stream_rpc_method_handler),
        (False, False): (handler.unary_unary, grpc.unary_unary_rpc_method_handler),
    }
    behaviour, constructor = kinds[bool(handler.request_streaming), bool(handler.response_streaming)]
    if behaviour is None:
        message = "gRPC gave a handler without a function"
        raise TypeError(message)
    return behaviour, constructor
