"""The examples in docs/clients.md name methods, messages and fields that there are."""

import re
from collections.abc import Iterator

import pytest
from source import REPOSITORY

from services.gateway import descriptors, full_name

TEXT = (REPOSITORY / "docs" / "clients.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- calls: (?P<calls>[^>]+) -->\n```(?P<language>\w+)\n(?P<code>.*?)```", TEXT, re.DOTALL)
MESSAGES = {message.name: message for file in descriptors().file for message in file.message_type}
METHODS = {
    f"{file.package}.{service.name}/{method.name}": method
    for file in descriptors().file
    for service in file.service
    for method in service.method
}
FIELDS = {field.name.replace("_", "") for message in MESSAGES.values() for field in message.field}


def fields(code: str) -> Iterator[str]:
    """Yield what is read or set in a piece of Go, Java or TypeScript that belongs to a message."""
    yield from re.findall(r"\.(?:get|Get|set)([A-Z]\w*)\(", code)
    for literal in re.findall(r"\w+Request\{([^}]*)", code):
        yield from re.findall(r"([A-Z]\w+):", literal)
    for literal in re.findall(r"catalog\.\w+\(\{([^}]*)\}", code):
        yield from re.findall(r"(\w+):", literal)
    yield from re.findall(r"\b(?:found|hit|standard\?)\.(\w+)", code)


@pytest.mark.parametrize(("calls", "language", "code"), EXAMPLES, ids=[example[1] for example in EXAMPLES])
def test_an_example_calls_what_there_is(calls, language, code):
    """Whoever copies it is not sent after a name that is gone."""
    for call in calls.split():
        assert call in METHODS
        name = call.rpartition("/")[2]
        assert re.search(rf"\.(?:{name}|{name[0].lower()}{name[1:]})\(", code), call
    assert set(re.findall(r"\b(\w+Request)\b", code)) <= MESSAGES.keys()
    named = {found.lower() for found in fields(code)} - {call.rpartition("/")[2].lower() for call in calls.split()}
    assert named
    assert named <= FIELDS


def test_there_are_examples_in_three_languages():
    """A test without examples would pass."""
    assert {language for _calls, language, _code in EXAMPLES} >= {"go", "java", "typescript"}
    assert full_name("catalog") in TEXT
