"""The rules that a contract has for a message, for tests of what knows them without asking the contract."""

from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor

from buf.validate import validate_pb2


def rules_below(descriptor: Descriptor, found: dict[str, str]) -> dict[str, str]:
    """Return the rules of a message and of all messages in it, by the names of what they are about."""
    whole = descriptor.GetOptions().Extensions[validate_pb2.message]
    if whole.ByteSize():
        found[descriptor.full_name] = text_format.MessageToString(whole, as_one_line=True)
    for oneof in descriptor.oneofs:
        if oneof.GetOptions().Extensions[validate_pb2.oneof].ByteSize():
            found[oneof.full_name] = "oneof"
    for field in descriptor.fields:
        rules = field.GetOptions().Extensions[validate_pb2.field]
        if rules.ByteSize():
            found[field.full_name] = text_format.MessageToString(rules, as_one_line=True)
        if field.message_type is not None:
            rules_below(field.message_type, found)
    return found
