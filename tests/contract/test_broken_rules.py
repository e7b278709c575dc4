"""What is said of a broken rule of a contract is said in both languages, whatever the rule."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from services.composition import SERVICES
from services.gateway import descriptors, full_name
from services.runtime.interceptors.broken_rules import SENTENCES
from services.runtime.interceptors.validation import violations
from services.runtime.texts import CHINESE, translate
from standards_tree.text import contains_han

DEPTH = 2
ITEMS = 300
TOO_LONG = "é" * 110_000
WRONG: dict[int, Any] = {
    FieldDescriptor.TYPE_STRING: TOO_LONG,
    FieldDescriptor.TYPE_BYTES: b"x" * 2_000_000,
    FieldDescriptor.TYPE_ENUM: 99,
    FieldDescriptor.TYPE_BOOL: True,
    FieldDescriptor.TYPE_DOUBLE: float("nan"),
    FieldDescriptor.TYPE_INT32: -1,
    FieldDescriptor.TYPE_INT64: -1,
    FieldDescriptor.TYPE_UINT32: 2**31,
    FieldDescriptor.TYPE_UINT64: 2**31,
}
HARMLESS = {FieldDescriptor.TYPE_STRING: "", FieldDescriptor.TYPE_DOUBLE: -5.0, FieldDescriptor.TYPE_BYTES: b""}


def filled(message: Message, values: dict[int, Any], depth: int = 0) -> Message:
    """Fill every field of a message with the value for its type, lists with many of it."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            if depth < DEPTH and field.message_type.full_name.startswith("tbt.") and not is_map(field):
                held = getattr(message, field.name)
                filled(held.add() if field.is_repeated else held, values, depth + 1)
        elif field.type in values and field.is_repeated:
            getattr(message, field.name).extend([values[field.type]] * (ITEMS if depth == 0 else 3))
        elif field.type in values:
            setattr(message, field.name, values[field.type])
    return message


def is_map(field: FieldDescriptor) -> bool:
    """Tell whether a field is a map."""
    return bool(field.message_type.GetOptions().map_entry)


def requests(service: str) -> Iterator[Message]:
    """Yield requests of every method of a service that break rules: empty ones, and two kinds of full ones."""
    descriptors()
    for method in descriptor_pool.Default().FindServiceByName(full_name(service)).methods:
        kind = GetMessageClass(method.input_type)
        yield from (kind(), filled(kind(), WRONG), filled(kind(), WRONG | HARMLESS))


@pytest.mark.parametrize("service", SERVICES)
def test_every_broken_rule_is_told_in_chinese(service: str) -> None:
    """None of the sentences is left in English."""
    found = {
        (one.template, tuple(sorted(one.parameters.items()))) for made in requests(service) for one in violations(made)
    }
    told = {translate(template, dict(parameters), CHINESE) for template, parameters in found}
    assert told
    assert [sentence for sentence in told if not contains_han(sentence)] == []


def test_a_sentence_in_english_stays_as_it_is() -> None:
    """What is known again is said in the same words."""
    for sentence in SENTENCES:
        parameters = dict.fromkeys(("count", "pattern", "prefix", "values", "least", "most"), "7")
        assert translate(sentence, parameters, "en") == sentence.format(**parameters)
