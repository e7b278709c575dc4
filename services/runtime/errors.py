"""Turn what the domain refuses into what a client gets: the only place that makes a gRPC status."""

from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import quote

import grpc
from google.protobuf import any_pb2, duration_pb2, message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from services.runtime.texts import translate
from standards_tree import errors

ERROR_DOMAIN = "tbt-standards"
# Beyond 8 KiB of trailing metadata a client's gRPC turns the code into RESOURCE_EXHAUSTED. The message counts twice:
# percent-encoded (three bytes for each that is not ASCII) and in the details, which some clients count in base64.
# Violations get what is left.
MAX_STATUS_BYTES = 7680
MAX_MESSAGE_BYTES = 600
MAX_LOCALIZED_BYTES = 900
MAX_METADATA_BYTES = 900
MAX_METADATA_VALUE_BYTES = 300
MAX_VIOLATIONS = 20
MAX_VIOLATION_BYTES = 4096
MAX_FIELD_BYTES = 200
MAX_DESCRIPTION_BYTES = 400
ENVELOPE_BYTES = 400
RETRY_DELAY_SECONDS = 1
PUSHBACK = "grpc-retry-pushback-ms"
LONGEST_PUSHBACK_MILLISECONDS = 5000

# The first class that fits decides: narrower ones stand before wider ones.
CODES: tuple[tuple[type[errors.DomainError], int], ...] = (
    (errors.InvalidArgumentError, code_pb2.INVALID_ARGUMENT),
    (errors.NotFoundError, code_pb2.NOT_FOUND),
    (errors.AlreadyExistsError, code_pb2.ALREADY_EXISTS),
    (errors.PreconditionError, code_pb2.FAILED_PRECONDITION),
    (errors.StaleError, code_pb2.ABORTED),
    (errors.LimitError, code_pb2.RESOURCE_EXHAUSTED),
    (errors.UnavailableError, code_pb2.UNAVAILABLE),
    (errors.UnauthenticatedError, code_pb2.UNAUTHENTICATED),
    (errors.ForbiddenError, code_pb2.PERMISSION_DENIED),
    (errors.DeadlineError, code_pb2.DEADLINE_EXCEEDED),
    (errors.CancelledError, code_pb2.CANCELLED),
    (errors.DataLossError, code_pb2.DATA_LOSS),
)


def status_of(error: errors.DomainError, language: str) -> status_pb2.Status:
    """Return the status that tells a client, in English and in its language, what was refused and why."""
    code = code_of(error)
    details: list[message.Message] = [
        error_details_pb2.ErrorInfo(reason=error.reason, domain=ERROR_DOMAIN, metadata=_metadata(error.parameters))
    ]
    if isinstance(error, errors.UnavailableError | errors.BusyError):
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(_wait_milliseconds(error))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    if language != "en":
        localized = _cut(translate(error.template, error.parameters, language), MAX_LOCALIZED_BYTES)
        details.append(error_details_pb2.LocalizedMessage(locale=language, message=localized))
    text = _cut(str(error), MAX_MESSAGE_BYTES)
    if isinstance(error, errors.InvalidArgumentError) and error.violations:
        details.append(_bad_request(error.violations, language, _room_beside(text, details)))
    if isinstance(error, errors.PreconditionError) and error.violations:
        details.append(_precondition_failure(error, language, _room_beside(text, details)))
    return status_pb2.Status(code=code, message=text, details=_packed(details))


def ending_of(error: errors.DomainError, language: str) -> grpc.Status:
    """Return how a call ends that is refused with *error*: its status, and whether gRPC itself may send it again.

    Service configs repeat RESOURCE_EXHAUSTED by themselves: after the time that a refusal for lack of room names, where that
    is short; never where a limit stays reached however often one asks (gRFC A6, pushback).
    """
    ending: Any = rpc_status.to_status(status_of(error, language))  # a named tuple, which the stubs do not say
    if not isinstance(error, errors.LimitError):
        return cast("grpc.Status", ending)
    wait = _wait_milliseconds(error) if isinstance(error, errors.BusyError) else -1
    pushback = wait if wait <= LONGEST_PUSHBACK_MILLISECONDS else -1
    metadata = (*ending.trailing_metadata, (PUSHBACK, str(pushback)))
    return cast("grpc.Status", ending._replace(trailing_metadata=metadata))


def code_of(error: errors.DomainError) -> int:
    """Return the code of *error*, by the first class of CODES that fits."""
    return next((code for kind, code in CODES if isinstance(error, kind)), code_pb2.INTERNAL)


def _wait_milliseconds(error: errors.DomainError) -> int:
    """Return how long a client waits before it tries again: what the refusal says, or a second."""
    seconds = error.parameters.get("seconds")
    return int(1000 * seconds) if isinstance(seconds, int | float) else 1000 * RETRY_DELAY_SECONDS


def internal_status(incident: str) -> status_pb2.Status:
    """Return the status of a fault of our own: an incident to look up in the log, and nothing that would leak."""
    info = error_details_pb2.ErrorInfo(reason="INTERNAL", domain=ERROR_DOMAIN, metadata={"incident": incident})
    text = f"internal error; quote incident {incident}"
    return status_pb2.Status(code=code_pb2.INTERNAL, message=text, details=_packed([info]))


def error_of(failure: grpc.RpcError, service: str) -> errors.DomainError:
    """Return the domain error behind a failed call to another of our services.

    What the callee refused because of its input is refused to our caller alike; anything else means that we cannot work now.
    """
    code = failure.code() if isinstance(failure, grpc.Call) else grpc.StatusCode.UNKNOWN
    details = (failure.details() if isinstance(failure, grpc.Call) else "") or ""
    kinds: dict[grpc.StatusCode, type[errors.DomainError]] = {
        grpc.StatusCode.INVALID_ARGUMENT: errors.InvalidArgumentError,
        grpc.StatusCode.NOT_FOUND: errors.NotFoundError,
        grpc.StatusCode.FAILED_PRECONDITION: errors.PreconditionError,
        grpc.StatusCode.PERMISSION_DENIED: errors.ForbiddenError,
        grpc.StatusCode.RESOURCE_EXHAUSTED: errors.LimitError,
        grpc.StatusCode.DEADLINE_EXCEEDED: errors.DeadlineError,
        grpc.StatusCode.CANCELLED: errors.CancelledError,
        grpc.StatusCode.DATA_LOSS: errors.DataLossError,
    }
    kind = kinds.get(code)
    if kind is None:
        return errors.UnavailableError("the service {service} does not answer now; try again", service=service)
    info, localized = _told(failure)
    narrower = next((found for found in _narrower(kind) if found.reason == info.reason), kind)
    # The callee speaks our caller's language already: the catalogue turns one text into the other.
    template = "{details}"
    return narrower(template, details=details, localized=localized.message or details)


def _told(failure: grpc.RpcError) -> tuple[error_details_pb2.ErrorInfo, error_details_pb2.LocalizedMessage]:
    """Return the reason and the reader's text of a failed call; empty ones where it has none."""
    info, localized = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    status = rpc_status.from_call(failure)
    for detail in status.details if status is not None else ():
        detail.Unpack(info)
        detail.Unpack(localized)
    return info, localized


def _narrower(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _narrower(child)


def _cut(text: str, most_bytes: int) -> str:
    """Return *text*, or as much of its beginning as *most_bytes* hold, marked as cut; half a character becomes a `?`."""
    encoded = text.encode(errors="replace")
    if len(encoded) <= most_bytes:
        return encoded.decode()
    return encoded[: most_bytes - 3].decode(errors="ignore") + "…"


def _room_beside(text: str, details: Iterable[message.Message]) -> int:
    """Return how many bytes of violations a status with *text* and *details* still holds, its details counted in base64."""
    taken = len(text.encode()) + sum(detail.ByteSize() for detail in details) + ENVELOPE_BYTES
    return min(MAX_VIOLATION_BYTES, (MAX_STATUS_BYTES - len(quote(text))) * 3 // 4 - taken)


def _metadata(parameters: dict[str, object]) -> dict[str, str]:
    entries: dict[str, str] = {}
    room = MAX_METADATA_BYTES
    for name, value in parameters.items():
        text = _cut(str(value), MAX_METADATA_VALUE_BYTES)
        room -= len(name) + len(text.encode())
        if room < 0:
            break
        entries[name] = text
    return entries


def _bad_request(
    violations: Iterable[errors.FieldViolation], language: str, most_bytes: int
) -> error_details_pb2.BadRequest:
    """Return the wrong fields, and what is wrong with each in the reader's language."""
    reply = error_details_pb2.BadRequest()
    for violation in list(violations)[:MAX_VIOLATIONS]:
        problem = _cut(translate(violation.template, violation.parameters, language), MAX_DESCRIPTION_BYTES)
        entry = error_details_pb2.BadRequest.FieldViolation(
            field=_cut(violation.field, MAX_FIELD_BYTES), description=problem
        )
        if reply.ByteSize() + entry.ByteSize() > most_bytes:
            break
        reply.field_violations.append(entry)
    return reply


def _precondition_failure(
    error: errors.PreconditionError, language: str, most_bytes: int
) -> error_details_pb2.PreconditionFailure:
    """Return what is missing or wrong, each under the name a program knows it by, in the reader's language."""
    reply = error_details_pb2.PreconditionFailure()
    for violation in error.violations[:MAX_VIOLATIONS]:
        needed = _cut(translate(violation.template, violation.parameters, language), MAX_DESCRIPTION_BYTES)
        entry = error_details_pb2.PreconditionFailure.Violation(
            type=error.reason, subject=_cut(violation.field, MAX_FIELD_BYTES), description=needed
        )
        if reply.ByteSize() + entry.ByteSize() > most_bytes:
            break
        reply.violations.append(entry)
    return reply


def _packed(details: Iterable[message.Message]) -> list[any_pb2.Any]:
    packed = []
    for detail in details:
        container = any_pb2.Any()
        container.Pack(detail)
        packed.append(container)
    return packed
