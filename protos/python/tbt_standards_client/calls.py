"""What every call carries: who calls, in which language, and how long the caller waits."""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import grpc


class _Details(
    namedtuple("_Details", ("method", "timeout", "metadata", "credentials", "wait_for_ready", "compression")),
    grpc.ClientCallDetails,
):
    """A call as interceptors pass it on."""


class EveryCall(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds token and language to each call, and a deadline where the caller gave none."""

    def __init__(self, token: Callable[[], str], language: str, seconds: float) -> None:
        self._token = token
        self._language = language
        self._seconds = seconds

    def _sent(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        own = [("authorization", f"Bearer {self._token()}"), ("accept-language", self._language)]
        timeout = self._seconds if details.timeout is None else details.timeout
        metadata = [*(details.metadata or ()), *own]
        called = _Details(
            details.method, timeout, metadata, details.credentials, details.wait_for_ready, details.compression
        )
        return continuation(called, request)

    # One for all four kinds of calls; the stubs know only one each.
    intercept_unary_unary = intercept_unary_stream = intercept_stream_unary = intercept_stream_stream = _sent  # type: ignore[assignment]
