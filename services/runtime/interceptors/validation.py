"""Hold every request message against the rules in its contract."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import protovalidate
from google.protobuf.message import Message

from services.runtime.calls import Call
from services.runtime.interceptors.broken_rules import known_sentence
from standards_tree.errors import FieldViolation, InvalidArgumentError


class Validation:
    """Refuse a message that breaks a rule, naming every field that does."""

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:  # noqa: ARG002  (the interface)
        """Do nothing around the call: each message is looked at as it comes."""
        yield

    def admit(self, request: Message) -> None:
        """Refuse a message with a broken rule.

        Raises:
            InvalidArgumentError: with a violation for every broken rule.
        """
        require_valid(request)


def require_valid(message: Message) -> None:
    """Refuse *message* when it breaks a rule of its contract.

    Raises:
        InvalidArgumentError: with a violation for every broken rule; the first one is the message.
    """
    if not message.DESCRIPTOR.file.package.startswith("tbt."):
        return
    found = violations(message)
    if found:
        text = "{field}: {problem}"
        raise InvalidArgumentError(text, violations=found, field=found[0].field, problem=found[0])


def violations(message: Message) -> list[FieldViolation]:
    """Return every broken rule of *message*, with the path of its field."""
    found = []
    for violation in protovalidate.collect_violations(message):
        proto = violation.proto
        path = ".".join(_element(element) for element in proto.field.elements) if proto.field else ""
        text = proto.message or f"breaks the rule {proto.rule_id}"
        template, parameters = known_sentence(text) or ("{rule}", {"rule": text})
        found.append(FieldViolation(path, template, parameters))
    return found


def _element(element: object) -> str:
    name = getattr(element, "field_name", "")
    subscript = getattr(element, "subscript", None)
    return f"{name}[{subscript.value}]" if subscript is not None else str(name)
