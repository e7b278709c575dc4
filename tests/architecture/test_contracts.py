"""What every contract has in common, read from the descriptors: permissions, repeatable requests, pages, enums."""

import importlib
from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FileDescriptor, MethodDescriptor
from source import REPOSITORY

from services.composition import SERVICES
from tbt.options.v1 import options_pb2

# These read, or make nothing that lasts.
READING = (
    *("Compare", "Get", "List", "Read", "Stream", "Validate", "Download", "Watch", "Export", "Lookup", "Resolve"),
    *("Infer", "Parse", "Recognize", "Search", "Suggest", "Try", "Verify"),
    *("CreateDownloadUrl", "Sweep", "ListRules", "CheckPlacements", "CheckVocabulary", "PlanWork"),
    *("CheckDossier", "CheckNotification", "AnnotateDocument"),
)
# They read everything there is: an administrator's.
COSTLY = ("Sweep", "VerifyDocuments")
# There are as many rules as the code has, whatever is stored.
RULE_LISTS = {"ListRules", "ListVocabularyRules"}
# A stream says in its first message what the whole is.
STREAMED = {"UploadDocument", "ImportStandards", "ImportCodeList", "ImportConcepts"}


def files() -> list[FileDescriptor]:
    """Return every contract of ours."""
    protos = REPOSITORY / "protos"
    paths = sorted(path.relative_to(protos) for path in (protos / "tbt").rglob("*_pb2.py"))
    return [importlib.import_module(".".join(path.with_suffix("").parts)).DESCRIPTOR for path in paths]


def methods() -> list[MethodDescriptor]:
    """Return every method of every service of ours."""
    return [method for file in files() for service in file.services_by_name.values() for method in service.methods]


def messages(parent: FileDescriptor | Descriptor) -> Iterator[Descriptor]:
    """Yield every message type in a file, nested ones too."""
    children = parent.message_types_by_name if isinstance(parent, FileDescriptor) else parent.nested_types_by_name
    for message in children.values():
        yield message
        yield from messages(message)


def enums() -> list[EnumDescriptor]:
    """Return every enum of ours, nested ones too."""
    found = [enum for file in files() for enum in file.enum_types_by_name.values()]
    return found + [enum for file in files() for message in messages(file) for enum in message.enum_types]


METHODS = pytest.mark.parametrize("method", methods(), ids=lambda method: method.full_name)
LISTS = pytest.mark.parametrize(
    "method",
    [method for method in methods() if method.name.startswith("List") and method.name not in RULE_LISTS],
    ids=lambda method: method.full_name,
)
ENUMS = pytest.mark.parametrize("enum", enums(), ids=lambda enum: enum.full_name)


def test_every_service_has_a_contract():
    """What is put together is what is promised, service by service."""
    names = {service.full_name for file in files() for service in file.services_by_name.values()}
    assert names == {f"tbt.{name}.v1.{name.capitalize()}Service" for name in SERVICES}


@METHODS
def test_every_method_says_what_its_caller_must_be_allowed(method):
    """Unset never means open; a method without a permission would be refused to everybody."""
    permission = method.GetOptions().Extensions[options_pb2.permission]
    assert permission != options_pb2.PERMISSION_UNSPECIFIED


@METHODS
def test_reading_needs_a_right_to_read_and_changing_a_right_to_change(method):
    """Nobody changes anything with the rights of a reader."""
    name = options_pb2.Permission.Name(method.GetOptions().Extensions[options_pb2.permission])
    reads = method.name.startswith(READING) and not method.name.startswith(COSTLY)
    assert name.endswith("_READ") == reads, name


@ENUMS
def test_zero_means_nothing(enum):
    """A field nobody set is told from one that was set."""
    zero = enum.values_by_number[0].name
    assert zero.endswith("_UNSPECIFIED")


@METHODS
def test_a_request_that_changes_something_can_be_repeated_safely(method):
    """A client that lost the answer sends the request again, with the same request_id."""
    if method.name.startswith(READING):
        return
    fields = _all_fields(method.input_type) if method.name in STREAMED else set(method.input_type.fields_by_name)
    assert "request_id" in fields


@METHODS
def test_a_request_that_changes_nothing_has_no_request_id(method):
    """A field that does nothing is a promise that is not kept."""
    if method.name.startswith(READING):
        assert "request_id" not in method.input_type.fields_by_name


@LISTS
def test_every_list_comes_in_pages(method):
    """No list grows until it no longer fits into a message."""
    missing = {"page_size", "page_token"} - set(method.input_type.fields_by_name)
    missing |= {"next_page_token"} - set(method.output_type.fields_by_name)
    assert missing == set()


@METHODS
def test_an_update_names_the_fields_it_changes(method):
    """A client that knows half of the fields does not wipe the other half."""
    if method.name.startswith("Update"):
        assert "update_mask" in method.input_type.fields_by_name


def _all_fields(message: Descriptor) -> set[str]:
    """Return the names of the fields of *message* and of its parts."""
    found = set(message.fields_by_name)
    for field in message.fields:
        if field.message_type is not None and field.containing_oneof is not None:
            found |= set(field.message_type.fields_by_name)
    return found
