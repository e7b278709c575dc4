"""Every refusal reaches the client as what it is, however much there is to say."""

from urllib.parse import quote

import pytest
from google.protobuf.any_pb2 import Any
from google.rpc import code_pb2, error_details_pb2
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.errors import CODES, ERROR_DOMAIN, MAX_VIOLATIONS, ending_of, internal_status, status_of
from standards_tree import errors
from standards_tree.errors import (
    Bilingual,
    BusyError,
    FieldViolation,
    InvalidArgumentError,
    LimitError,
    NotFoundError,
    UnavailableError,
)

# What grpc-java takes by default; grpc's core takes the same and refuses at random above it.
MAX_CLIENT_METADATA_BYTES = 8192
LONG = "标准" * 5000


def all_errors(kind: type[errors.DomainError] = errors.DomainError) -> list[type[errors.DomainError]]:
    """Return every class of refusal."""
    return [found for child in kind.__subclasses__() for found in (child, *all_errors(child))]


def detail(status: Status, kind: type) -> list[object]:
    """Return the details of one kind."""
    found = []
    for packed in status.details:
        message = kind()
        if Any.Is(packed, kind.DESCRIPTOR):
            packed.Unpack(message)
            found.append(message)
    return found


def metadata_bytes(status: Status) -> int:
    """Return what a client counts against its limit: the message percent-encoded and the details in base64."""
    return len(quote(status.message)) + len(status.SerializeToString()) * 4 // 3 + 200


@pytest.mark.parametrize("kind", all_errors(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_code_of_its_own_meaning(kind):
    """No domain error reaches a client as an internal one."""
    assert status_of(kind("示例"), "en").code not in (code_pb2.OK, code_pb2.UNKNOWN, code_pb2.INTERNAL)


def test_narrower_classes_stand_before_wider_ones():
    """The first class that fits decides, so a wide class first would swallow those after it."""
    hidden = [
        later.__name__
        for position, (later, _code) in enumerate(CODES)
        for earlier, _other in CODES[:position]
        if issubclass(later, earlier)
    ]
    assert hidden == []


def test_no_two_refusals_share_a_reason():
    """A program tells refusals apart by their reason alone."""
    reasons = [kind.reason for kind in all_errors()]
    assert len(reasons) == len(set(reasons))


def test_a_refusal_carries_its_reason_and_values():
    """Programs depend on the reason and its values, never on the words."""
    info = detail(status_of(NotFoundError("there is no {name}", name="systems/1"), "en"), error_details_pb2.ErrorInfo)
    assert [(each.reason, each.domain, dict(each.metadata)) for each in info] == [
        ("NOT_FOUND", ERROR_DOMAIN, {"name": "systems/1"})
    ]


def test_a_refused_field_is_named_with_what_is_wrong_there():
    """A form can show the message beside its field."""
    error = InvalidArgumentError.in_field("standard.ics", "{code} is no ICS code", code="99.999")
    violations = detail(status_of(error, "en"), error_details_pb2.BadRequest)[0].field_violations
    assert [(each.field, each.description) for each in violations] == [("standard.ics", "99.999 is no ICS code")]


@pytest.mark.parametrize("kind", [UnavailableError, BusyError])
def test_what_passes_says_when_to_try_again(kind):
    """A client that waits as told does not make the shortage worse."""
    assert detail(status_of(kind("示例"), "en"), error_details_pb2.RetryInfo)[0].retry_delay.seconds > 0


def test_a_limit_that_time_does_not_lift_says_nothing_of_trying_again():
    """What is too large stays too large; service configs are told not to send it again."""
    assert detail(status_of(LimitError("示例"), "en"), error_details_pb2.RetryInfo) == []
    for error, pushback in ((LimitError("示例"), "-1"), (BusyError("{seconds}", seconds=0.5), "500")):
        assert dict(ending_of(error, "en").trailing_metadata)["grpc-retry-pushback-ms"] == pushback


def test_a_chinese_reader_gets_chinese_beside_the_english():
    """The message stays English for logs; the reader's text is its own detail."""
    status = status_of(NotFoundError("there is no operation {name}", name="operations/1"), "zh-Hans")
    localized = detail(status, error_details_pb2.LocalizedMessage)[0]
    assert (status.message, localized.locale, "operations/1" in localized.message) == (
        "there is no operation operations/1",
        "zh-Hans",
        True,
    )
    assert localized.message != status.message


def test_a_chinese_reader_is_told_in_chinese_what_is_wrong_with_a_field():
    """In the sentence that tells of the field, and beside the field; a reader of English reads English in both places."""
    problem = FieldViolation("title", "{problem}", {"problem": Bilingual("is blank", "为空")})
    error = InvalidArgumentError("{field}: {problem}", violations=[problem], field="title", problem=problem)
    status = status_of(error, "zh-Hans")
    assert (status.message, detail(status, error_details_pb2.LocalizedMessage)[0].message) == (
        "title: is blank",
        "title：为空",
    )
    told = [detail(status_of(error, language), error_details_pb2.BadRequest)[0] for language in ("zh-Hans", "en")]
    assert [one.field_violations[0].description for one in told] == ["为空", "is blank"]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("count", [0, 1, 5, MAX_VIOLATIONS, 2000])
@pytest.mark.parametrize("value", ["a" * 5000, LONG, "🙂" * 3000, "\n" * 5000])
def test_a_status_fits_into_what_a_client_takes(language, count, value):
    """Beyond 8 KiB gRPC itself would turn the code into RESOURCE_EXHAUSTED."""
    violations = [FieldViolation(f"standards[{index}].title", "{value}", {"value": value}) for index in range(count)]
    values = {f"value_{index}": value for index in range(12)}
    error = InvalidArgumentError("{value_0}", violations=violations, **values)
    assert metadata_bytes(status_of(error, language)) <= MAX_CLIENT_METADATA_BYTES


def test_short_violations_are_all_told():
    """A form with many small mistakes shows all of them at once."""
    violations = [FieldViolation(f"standard.ics[{index}]", "is no ICS code") for index in range(MAX_VIOLATIONS)]
    status = status_of(InvalidArgumentError("several fields are wrong", violations=violations), "zh-Hans")
    assert len(detail(status, error_details_pb2.BadRequest)[0].field_violations) == MAX_VIOLATIONS


def test_at_least_one_violation_is_told_however_long_the_values_are():
    """What is cut is cut from the text of values, never the name of the field."""
    error = InvalidArgumentError("{value}", violations=[FieldViolation("standard.title", LONG)], value=LONG, other=LONG)
    assert (
        detail(status_of(error, "zh-Hans"), error_details_pb2.BadRequest)[0].field_violations[0].field
        == "standard.title"
    )


@given(st.text(), st.sampled_from(["en", "zh-Hans"]))
def test_any_value_can_be_told(value, language):
    """What a user typed never makes the refusal itself fail."""
    error = InvalidArgumentError.in_field("title", "{value} is no title", value=value)
    assert Status.FromString(status_of(error, language).SerializeToString()).code == code_pb2.INVALID_ARGUMENT


def test_a_text_with_half_a_character_can_be_told():
    """File names of other systems carry lone surrogates, which UTF-8 has no bytes for."""
    assert status_of(NotFoundError("there is no file {name}", name="\udce6.xml"), "en").code == code_pb2.NOT_FOUND


def test_an_internal_error_tells_an_incident_and_nothing_else():
    """What went wrong inside is for the log; the client gets a number to quote."""
    status = internal_status("abc123")
    info = detail(status, error_details_pb2.ErrorInfo)[0]
    assert (status.code, status.message, dict(info.metadata)) == (
        code_pb2.INTERNAL,
        "internal error; quote incident abc123",
        {"incident": "abc123"},
    )
