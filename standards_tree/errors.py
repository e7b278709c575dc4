"""Say what was wrong, once, in the words of the domain.

Every refusal in this system is one of these classes. A class means one thing, has a stable ``reason`` (never translated,
safe for programs) and a message made from a template and its parameters, so that the same refusal can be shown in another
language. ``services.runtime.errors`` is the only place that turns them into a gRPC status.
"""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar


class DomainError(Exception):
    """Carry a reason, a message template and its parameters.

    ``str(error)`` is the English message. *template* is a ``str.format`` template and at the same time the key of its
    translation; *parameters* are its values and become the metadata of the error on the wire.
    """

    reason: ClassVar[str] = "DOMAIN_ERROR"

    def __init__(self, template: str, **parameters: object) -> None:
        self.template = template
        self.parameters = parameters
        super().__init__(template.format(**parameters))


@dataclasses.dataclass(frozen=True, slots=True)
class Bilingual:
    """Carry a parameter that is itself words, such as the name of a stage; a reader gets it in the language of the rest."""

    en: str
    zh: str

    def __str__(self) -> str:
        """Return the English words."""
        return self.en


@dataclasses.dataclass(frozen=True, slots=True)
class FieldViolation:
    """Name one field of a request, or one place of a file, and what is wrong there.

    As a parameter of a message it is what is wrong, which a reader gets in the language of the rest.
    """

    field: str
    template: str
    parameters: dict[str, object] = dataclasses.field(default_factory=dict)

    @property
    def description(self) -> str:
        """Return the English message."""
        return self.template.format(**self.parameters)

    def __str__(self) -> str:
        """Return the English message."""
        return self.description


class InvalidArgumentError(DomainError):
    """The input is wrong whatever the state of the system: a field rule is broken, a file does not parse."""

    reason = "INVALID_ARGUMENT"

    def __init__(self, template: str, *, violations: Sequence[FieldViolation] = (), **parameters: object) -> None:
        super().__init__(template, **parameters)
        self.violations = tuple(violations)

    @classmethod
    def in_field(cls, field_name: str, template: str, **parameters: object) -> "InvalidArgumentError":
        """Refuse one field; its name opens the message."""
        violation = FieldViolation(field_name, template, dict(parameters))
        return cls(template, violations=[violation], **parameters)


class NotFoundError(DomainError):
    """What the request names does not exist, or may not be seen by who asks."""

    reason = "NOT_FOUND"


class AlreadyExistsError(DomainError):
    """Something with this identity exists and differs."""

    reason = "ALREADY_EXISTS"


class PreconditionError(DomainError):
    """The request is well formed, but the state of the system or a rule of the domain forbids it."""

    reason = "FAILED_PRECONDITION"

    def __init__(self, template: str, *, violations: Sequence[FieldViolation] = (), **parameters: object) -> None:
        super().__init__(template, **parameters)
        self.violations = tuple(violations)


class MissingInputsError(PreconditionError):
    """A step needs what is not there yet; names every input that is missing, all at once."""

    reason = "MISSING_INPUTS"


class BrokenRulesError(PreconditionError):
    """What a step would make final breaks rules; names each place, all at once."""

    reason = "BROKEN_RULES"


class StaleError(DomainError):
    """The caller read an older version, or lost a race; reading again and repeating may succeed."""

    reason = "STALE"


class LimitError(DomainError):
    """A size, rate or concurrency limit is reached."""

    reason = "LIMIT_EXCEEDED"


class BusyError(LimitError):
    """There is no room at this moment, or somebody called too often; the same call may succeed after a while."""

    reason = "BUSY"


class UnavailableError(DomainError):
    """Something this system needs (database, object store, another service) does not answer now."""

    reason = "UNAVAILABLE"


class UnauthenticatedError(DomainError):
    """No credentials, or credentials that prove nothing."""

    reason = "UNAUTHENTICATED"


class ForbiddenError(DomainError):
    """The caller is known and may not do this."""

    reason = "PERMISSION_DENIED"


class DataLossError(DomainError):
    """Stored data does not match its own record, such as bytes whose hash differs."""

    reason = "DATA_LOSS"


class CycleError(PreconditionError):
    """A move, a supersession or a reference would close a cycle."""

    reason = "CYCLE"


class MalformedDocumentError(InvalidArgumentError):
    """A file cannot be read as what it claims to be."""

    reason = "MALFORMED_DOCUMENT"


class UnsafeDocumentError(InvalidArgumentError):
    """A file is refused unread because of what it could do: a DOCTYPE, too deep, too large, a bomb."""

    reason = "UNSAFE_DOCUMENT"


class UnsupportedDocumentError(InvalidArgumentError):
    """A file is sound but of a kind, dialect or content this system cannot use."""

    reason = "UNSUPPORTED_DOCUMENT"


class MalformedDesignationError(InvalidArgumentError):
    """A text is not the designation of a standard; the message says what is wrong where."""

    reason = "MALFORMED_DESIGNATION"


class DeadlineError(DomainError):
    """The time the caller gave is used up."""

    reason = "DEADLINE_EXCEEDED"


class CancelledError(DomainError):
    """The caller gave up, or asked for the work to stop."""

    reason = "CANCELLED"


class ReusedRequestIdError(InvalidArgumentError):
    """A request_id came back with a different request."""

    reason = "REQUEST_ID_REUSED"
