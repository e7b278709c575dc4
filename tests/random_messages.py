"""Make messages of any contract from its descriptor: likely ones, absurd ones, and bytes that somebody has damaged."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

import protovalidate
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


SOUND_TEXTS = (
    *(
        "示例",
        "a1",
        "1",
        "1.1",
        "GB/T 1.1-2020",
        "zh-Hans",
        "en",
        "national",
        "TBT",
        "85",
        "01.120",
        "A 00",
        "USA",
        "2026",
    ),
    *(
        "ics",
        "G/TBT/N/XXX/1",
        "text/plain",
        "示例.txt",
        "title",
        "+08:00",
        "0 6 * * 1",
        "a" * 64,
        "20.00",
        "SAC/TC 999",
    ),
)
MOST_REPAIRS = 12
LEFT_OUT = {"page_token", "etag", "validate_only", "document_etag"}


class Maker:
    """Makes messages by chance for a method; *names* are those of resources that are there."""

    def __init__(self, chance: random.Random, names: Sequence[str], method: str) -> None:
        self._chance = chance
        self._names = names
        self._own = [name for name in names if _kind_of(name) in method.lower()] or names

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

    def plain(self, kind: type[Message]) -> Message:
        """Return a message with names in its text fields and no more: what lists and readers ask for."""
        message = kind()
        for field in message.DESCRIPTOR.fields:
            if (
                field.cpp_type == FieldDescriptor.CPPTYPE_STRING
                and not field.is_repeated
                and field.name not in LEFT_OUT
            ):
                fitting = [name for name in self._names if _kind_of(name) == field.name.rstrip("s")]
                setattr(message, field.name, self._chance.choice(fitting or [*self._names, ""]))
        return message

    def sound(self, kind: type[Message]) -> Message:
        """Return a message that keeps the rules of its contract, if some repairs make one: so that handlers see it."""
        message = self.fill(kind())
        for _repair in range(MOST_REPAIRS):
            found = protovalidate.collect_violations(message)
            for name in LEFT_OUT & set(message.DESCRIPTOR.fields_by_name):
                message.ClearField(name)
            if not found:
                break
            for violation in found:
                path = violation.proto.field
                self._repair(message, list(path.elements) if path else [], violation.proto.rule_id)
        return message

    def _repair(self, message: Message, path: list[Any], rule: str) -> None:
        """Give the field at *path* another value, one that may keep its rule."""
        if not path:
            message.Clear()
            self.fill(message)
            return
        step, *rest = path
        field = message.DESCRIPTOR.fields_by_name.get(step.field_name)
        if field is None:  # a oneof that is required
            chosen = self._chance.choice(message.DESCRIPTOR.oneofs_by_name[step.field_name].fields)
            self._set_anew(message, chosen)
            return
        held = getattr(message, field.name)
        at = getattr(getattr(step, "subscript", None), "value", None)
        if field.is_repeated and isinstance(at, int) and not _is_map(field) and at < len(held):
            if field.message_type is not None:
                self._repair(held[at], rest, rule)
            else:
                held[at] = self._sound_value(field, rule)
        elif rest and field.message_type is not None and not field.is_repeated:
            self._repair(held, rest, rule)
        else:
            self._set_anew(message, field, rule)

    def _set_anew(self, message: Message, field: FieldDescriptor, rule: str = "") -> None:
        message.ClearField(field.name)
        if field.is_repeated:
            if field.message_type is None:
                getattr(message, field.name).append(self._sound_value(field, rule))
            elif not _is_map(field):
                self.fill(getattr(message, field.name).add())
        elif field.message_type is not None:
            part = getattr(message, field.name)
            part.SetInParent()
            self.fill(part)
        else:
            setattr(message, field.name, self._sound_value(field, rule))

    def _sound_value(self, field: FieldDescriptor, rule: str) -> object:
        if field.cpp_type == FieldDescriptor.CPPTYPE_STRING and field.type != FieldDescriptor.TYPE_BYTES:
            if "uuid" in rule:
                return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
            return self._chance.choice(SOUND_TEXTS) if self._chance.random() < LIKELY_SHARE else self._text(field.name)
        if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
            return self._chance.choice([value.number for value in field.enum_type.values[1:]] or [0])
        return self._chance.choice(VALUES[field.cpp_type])

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
            if _is_map(field):
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
            own = self._own if field_name in ("name", "names", "parent") else ()
            fitting = [name for name in self._names if _kind_of(name) == kind] or own
            if fitting:
                return self._chance.choice(fitting)
        return self._chance.choice(TEXTS)


def _kind_of(name: str) -> str:
    """Return what a name names, in small letters: `systems/x/nodes/y` a node."""
    return name.split("/")[-2].rstrip("s").lower()


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry
