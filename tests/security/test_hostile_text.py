"""Whatever stands in a text field is stored, found, or refused; it is never taken for code, and never a fault of ours."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from calling import INSIDE, Method, call, code, method, shown_by
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from hostile_texts import TEXTS

FAULTS = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED"}
DEEPEST = 4
METHODS = pytest.mark.parametrize(
    "to",
    [
        method(name)
        for name in (
            *("CatalogService.GetStandard", "CatalogService.ListStandards", "CatalogService.ResolveDesignations"),
            *("CatalogService.CreateSystem", "TerminologyService.ListConcepts", "TerminologyService.LookupTerms"),
            *("TerminologyService.CreateConcept", "LinkageService.ListMeasures", "DocumentsService.GetDocument"),
            "CatalogService.ParseDesignations",
        )
    ],
    ids=str,
)


def filled(message: Message, text: str, depth: int = 0) -> Message:
    """Return *message* with *text* in every text field of it and its parts, but for ids and dates, which no text fits."""
    for field in message.DESCRIPTOR.fields:
        if field.name in ("request_id", "page_token", "validate_only"):
            continue
        if field.type == FieldDescriptor.TYPE_STRING:
            value = "zh-Hans" if field.name == "language" else text
            if field.is_repeated:
                getattr(message, field.name).append(value)
            else:
                setattr(message, field.name, value)
        elif field.type == FieldDescriptor.TYPE_ENUM and not field.is_repeated:
            setattr(message, field.name, 1)
        elif (
            field.type == FieldDescriptor.TYPE_MESSAGE
            and depth < DEEPEST
            and field.message_type.full_name.startswith("tbt.")
        ):
            part = getattr(message, field.name).add() if field.is_repeated else getattr(message, field.name)
            part.SetInParent()
            filled(part, text, depth + 1)
    return message


def faults(channel: grpc.Channel, to: Method, texts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts that make *to* fail, with the status, calling from a few threads at once."""
    kind = GetMessageClass(to.descriptor.input_type)
    with ThreadPoolExecutor(4) as threads:
        codes = threads.map(lambda text: answer(channel, to, filled(kind(), text)), texts)
        yield from ((text, answered) for text, answered in zip(texts, codes, strict=True) if answered in FAULTS)


def answer(channel: grpc.Channel, to: Method, message: Message) -> str:
    """Call *to* as a client does: again, where the call lost a race against the other threads."""
    answered = code(call(channel, to, message))
    for _attempt in range(5):
        if answered != "ABORTED":
            break
        answered = code(call(channel, to, message))
    return answered


@METHODS
def test_five_hundred_hostile_texts_are_no_fault_of_ours(channel, to):
    """Quotes, templates, paths, control characters and every script are text and nothing more."""
    assert list(faults(channel, to, TEXTS)) == []


@METHODS
def test_a_nul_character_is_no_fault_of_ours(channel, to):
    """PostgreSQL has no NUL in its texts: it is refused, and nothing breaks."""
    assert list(faults(channel, to, ["\0", "GB/T 1\0-2024", "\0" * 200, "标\0准"])) == []


def test_there_are_five_hundred_texts():
    """The promise above has its number."""
    assert len(set(TEXTS)) == 500


def test_bytes_that_are_no_message_are_the_callers_fault(channel, stranger):
    """They are refused like any wrong message, and to who may not call nothing is said of them."""
    to = method("CatalogService.GetStandard")
    failure = call(channel, to, b"\xff" * 64)
    assert (code(failure), INSIDE.search(shown_by(failure))) == ("INVALID_ARGUMENT", None)
    assert code(call(stranger, to, b"\xff" * 64)) == "UNAUTHENTICATED"
