"""Tell background operations from calls."""

from services.runtime.calls import Call, Principal

PREFIX = "operation/"


def job(kind: str, language: str, subject: str) -> Call:
    """Return as what a background operation of *kind* runs: for whom it was begun, whose roles nobody knows by then."""
    return Call(f"{PREFIX}{kind}", language=language, principal=Principal(subject, frozenset()))


def is_job(call: Call) -> bool:
    """Tell whether *call* is a background operation."""
    return call.method.startswith(PREFIX)
