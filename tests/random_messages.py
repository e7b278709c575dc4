"""Make messages of any contract from its descriptor: likely ones, absurd ones, and bytes that somebody has damaged."""

import random
from collections.abc import Sequence

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

DEEPEST = 5
MOST_REPEATED = 3
ABSENT_SHARE = 0.35
LIKELY_SHARE = 0.7
TEXTS = (
    *(
        "",
        "a",
        "示例",
        "GB/T 1.1-2020",
        "ISO 9001:2015",
        "zh-Hans",
        "en",
        "national",
        "TBT",
        "85",
        "01.120",
        "USA",
        "1/2",
    ),
    *("2026-11-30", "-", "*", "%", "_", "'", '"', "\\", "\0", "\n", "\ud7ff", "\U0010ffff", "\u202e", "e\u0301", " "),
    *("' OR 1=1 --", "'; DROP TABLE node; --", "{}", "{0.__class__}", "%s", "${x}", "../../etc/passwd", "<!DOCTYPE x>"),
    *(
        "a" * 300,
        "标" * 5000,
        "=1+1",
        "00000000-0000-0000-0000-000000000000",
        "standards/-",
        "systems/x/nodes/y",
        "/",
        "1e999",
    ),
)
WHOLE_NUMBERS = (0, 1, 2, 3, 7, 50, 1000, -1, 2**31 - 1, -(2**31))
LONG_NUMBERS = (*WHOLE_NUMBERS, 2**63 - 1, -(2**63), 253402300800)
REAL_NUMBERS = (0.0, 0.5, 1.0, -1.0, 1e308, float("inf"), float("-inf"), float("nan"), 5e-324)
BYTES = (b"", b"a", b"PK\x03\x04", b"\xff" * 40, b"<standard/>", b"\0" * 300)
LIKELY_VALUES = 6
UNKNOWN_VALUES = (99, -1, 2**31 - 1)
VALUES: dict[int, tuple[object, ...]] = {
    FieldDescriptor.CPPTYPE_STRING: BYTES,
    FieldDescriptor.CPPTYPE_BOOL: (False, True),
    FieldDescriptor.CPPTYPE_INT32: WHOLE_NUMBERS,
    FieldDescriptor.CPPTYPE_INT64: LONG_NUMBERS,
    FieldDescriptor.CPPTYPE_UINT32: (0, 1, 2, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 1, 2, 2**64 - 1),
    FieldDescriptor.CPPTYPE_FLOAT: REAL_NUMBERS,
    FieldDescriptor.CPPTYPE_DOUBLE: REAL_NUMBERS,
}


class Maker:
    """Makes messages by chance; *names* are those of resources that are there."""

    def __init__(self, chance: random.Random, names: Sequence[str]) -> None:
        self._chance = chance
        self._names = names

    def fill(self, message: Message, depth: int = 0) -> Message:
        """Return *message* with values in some of its fields."""
        for field in message.DESCRIPTOR.fields:
            if self._chance.random() < ABSENT_SHARE or (depth >= DEEPEST and field.message_type is not None):
                continue
            if field.is_repeated:
                self._repeat(message, field, depth)
            elif field.message_type is not None:
                part = getattr(message, field.name)
                part.SetInParent()
                self.fill(part, depth + 1)
            else:
                setattr(message, field.name, self._value(field))
        return message

    def damaged(self, content: bytes) -> bytes:
        """Return *content* with a few bytes changed, taken out, doubled or put in."""
        damaged = bytearray(content or b"\x0a\x01a")
        for _ in range(self._chance.randrange(1, 5)):
            at = self._chance.randrange(len(damaged) + 1)
            match self._chance.randrange(4):
                case 0 if at < len(damaged):
                    damaged[at] ^= 1 << self._chance.randrange(8)
                case 1:
                    del damaged[at : at + self._chance.randrange(1, 6)]
                case 2:
                    damaged[at:at] = damaged[at : at + 8]
                case _:
                    damaged[at:at] = self._chance.randbytes(self._chance.randrange(1, 6))
        return bytes(damaged)

    def _repeat(self, message: Message, field: FieldDescriptor, depth: int) -> None:
        several = getattr(message, field.name)
        for _ in range(self._chance.randrange(MOST_REPEATED + 1)):
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
                if value.message_type is not None:
                    self.fill(several[self._value(key)], depth + 1)
                else:
                    several[self._value(key)] = self._value(value)
            elif field.message_type is not None:
                self.fill(several.add(), depth + 1)
            else:
                several.append(self._value(field))

    def _value(self, field: FieldDescriptor) -> object:
        if field.cpp_type == FieldDescriptor.CPPTYPE_STRING and field.type != FieldDescriptor.TYPE_BYTES:
            return self._text(field.name)
        likely = self._chance.random() < LIKELY_SHARE
        if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
            known = [value.number for value in field.enum_type.values]
            return self._chance.choice(known if likely else UNKNOWN_VALUES)
        values = VALUES[field.cpp_type]
        return self._chance.choice(values[:LIKELY_VALUES] if likely else values)

    def _text(self, field_name: str) -> str:
        """Return a text; mostly the name of a resource of the kind that the field is called by, where there is one."""
        if self._chance.random() < LIKELY_SHARE:
            kind = field_name.rstrip("s")
            fitting = [name for name in self._names if kind in name] or (self._names if field_name == "name" else ())
            if fitting:
                return self._chance.choice(fitting)
        return self._chance.choice(TEXTS)
