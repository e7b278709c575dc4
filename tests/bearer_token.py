"""Send a token with every call of a channel."""

from collections.abc import Sequence

import grpc


class BearerToken(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds a token to every call of a channel: call credentials need TLS, which loopback does without."""

    def __init__(self, token: str, extra: Sequence[tuple[str, str]] = ()) -> None:
        self._metadata = [("authorization", f"Bearer {token}"), *extra]

    def _sent(self, continuation, details, request):
        metadata = [*(details.metadata or ()), *self._metadata]
        return continuation(details._replace(metadata=metadata), request)

    intercept_unary_unary = intercept_unary_stream = intercept_stream_unary = intercept_stream_stream = _sent
