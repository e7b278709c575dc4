"""Call another of our services: with our own token, within the time our caller left us, and with its refusals translated."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from services.runtime.auth import INTERNAL_TOKEN_SECONDS
from services.runtime.calls import Call, Principal, current_call
from services.runtime.errors import error_of
from services.runtime.interceptors.deadline import REPLY_MARGIN_SECONDS
from services.runtime.lost_peers import CHANNEL_OPTIONS
from services.runtime.operations.jobs import is_job
from services.runtime.service_keys import ServiceSigner
from services.runtime.tracing import carried
from services.runtime.turns import TURNS
from standards_tree.errors import DeadlineError, PreconditionError

Reply = TypeVar("Reply", bound=Message)

DEFAULT_SECONDS = 30.0
EXPORT_SECONDS = 600.0
TOKEN_MARGIN_SECONDS = 60
MAX_TOKENS = 1000
LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})
MAX_RECONNECT_MILLISECONDS = 2_000
MAX_REPLY_BYTES = 4 * 1024 * 1024

# Only reads go between our services, so repeating is safe.
SERVICE_CONFIG = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
)


def open_channel(address: str, authority_file: Path | None) -> grpc.Channel:
    """Return a channel to one of our services: `unix:path`, or `dns:///host:port` whose certificate *authority_file* vouches for.

    Raises:
        PreconditionError: calls would leave this machine unencrypted.
    """
    options = [
        ("grpc.service_config", SERVICE_CONFIG),
        ("grpc.max_receive_message_length", MAX_REPLY_BYTES),
        *CHANNEL_OPTIONS,
        ("grpc.lb_policy_name", "round_robin"),
        # A neighbour that was away for long is found again soon: gRPC would wait up to two minutes between attempts.
        ("grpc.max_reconnect_backoff_ms", MAX_RECONNECT_MILLISECONDS),
    ]
    if address.startswith("unix:"):
        return grpc.insecure_channel(address, options=options)
    if authority_file is not None:
        credentials = grpc.ssl_channel_credentials(authority_file.read_bytes())
        return grpc.secure_channel(address, credentials, options)
    host = address.removeprefix("dns:///").rpartition(":")[0]
    if host not in LOOPBACK:
        message = "calls to {address} would leave this machine unencrypted: set TBT_TLS_AUTHORITY_FILE"
        raise PreconditionError(message, address=address)
    return grpc.insecure_channel(address, options=options)


class Upstream:
    """A service of ours as another of ours calls it."""

    def __init__(
        self, name: str, channel: grpc.Channel, signer: ServiceSigner, for_jobs: Callable[[], ServiceSigner]
    ) -> None:
        """*for_jobs* returns who signs what background operations ask: they call as workers, in whichever process they run."""
        self.channel = channel
        self._name = name
        self._signer = signer
        self._for_jobs = for_jobs
        self._tokens: dict[tuple[str, Principal | None], tuple[str, float]] = {}

    def ask(self, method: Callable[..., Reply], request: Message) -> Reply:
        """Return the answer of *method*.

        Raises:
            DomainError: what the service refused, or UnavailableError when it does not answer.
        """
        try:
            with TURNS.given_up():
                return method(request, timeout=self._seconds(DEFAULT_SECONDS), metadata=self._metadata())
        except grpc.RpcError as failure:
            raise error_of(failure, self._name) from failure

    def stream(self, method: Callable[..., Iterator[Reply]], request: Message) -> Iterator[Reply]:
        """Return the answers of a streaming *method*, which is asked now and not when they are read; errors, then, as `ask`."""
        return self._answers(method(request, timeout=self._seconds(EXPORT_SECONDS), metadata=self._metadata()))

    def follow(self, method: Callable[..., Iterator[Reply]], request: Message) -> "Following[Reply]":
        """Open a stream that waits, to be followed by a thread of its own; errors as `ask` when it is read."""
        return Following(self._name, method(request, timeout=EXPORT_SECONDS, metadata=self._metadata()))

    def _answers(self, call: Iterator[Reply]) -> Iterator[Reply]:
        try:
            yield from call
        except grpc.RpcError as failure:
            raise error_of(failure, self._name) from failure

    def _seconds(self, longest: float) -> float:
        call = current_call()
        left = call.seconds_left() if call is not None else None
        if left is None:
            return longest
        if left <= REPLY_MARGIN_SECONDS:
            message = "the deadline of the call has passed; give it more time, or ask for less"
            raise DeadlineError(message)
        return min(longest, left - REPLY_MARGIN_SECONDS)

    def _metadata(self) -> list[tuple[str, str]]:
        call = current_call()
        language = call.language if call is not None else "en"
        signer = self._for_jobs() if call is not None and is_job(call) else self._signer
        token = self._token(signer, _behind(call))
        return [("authorization", f"Bearer {token}"), ("accept-language", language), *carried()]

    def _token(self, signer: ServiceSigner, behind: Principal | None) -> str:
        """Return a token of this service's own that says whom it works for; kept for as long as it is good."""
        now = time.monotonic()
        token, until = self._tokens.get((signer.caller, behind), ("", 0.0))
        if now < until:
            return token
        if len(self._tokens) >= MAX_TOKENS:
            self._tokens.clear()
        token = signer.token(self._name, INTERNAL_TOKEN_SECONDS, behind)
        self._tokens[signer.caller, behind] = (token, now + INTERNAL_TOKEN_SECONDS - TOKEN_MARGIN_SECONDS)
        return token


def _behind(call: Call | None) -> Principal | None:
    """Return for whom a call to another service is made; nobody in the background, where roles are not known."""
    if call is None or call.principal is None or not call.principal.reader.roles:
        return None
    reader = call.principal.reader
    return Principal(reader.subject, reader.roles, reader.committee)


class Following(Generic[Reply]):
    """A stream that somebody follows, and somebody else can end."""

    def __init__(self, name: str, call: Any) -> None:
        self._name = name
        self._call = call

    def __enter__(self) -> "Following[Reply]":
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the stream."""
        self.stop()

    def __iter__(self) -> Iterator[Reply]:
        """Yield the answers.

        Raises:
            DomainError: the service refused or does not answer, the stream has had its time or was stopped.
        """
        try:
            yield from self._call
        except grpc.RpcError as failure:
            raise error_of(failure, self._name) from failure

    def stop(self) -> None:
        """End the stream; who follows it gets an error."""
        self._call.cancel()
