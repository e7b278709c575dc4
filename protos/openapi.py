"""Describe HTTP/JSON as the gateway answers it (services/gateway.py) in OpenAPI 3.1, out of the contracts and their comments."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

Field = FieldDescriptorProto
Schema = dict[str, Any]

# Places of declarations in a file, for their comments: https://protobuf.com/docs/descriptors#source-code-info
MESSAGE, ENUM, SERVICE = 4, 5, 6
FIELD_OF, NESTED_OF, ENUM_OF, VALUE_OF, METHOD_OF = 2, 3, 4, 2, 2
OPERATIONS_FILE = "google/longrunning/operations.proto"

# How proto3 writes its own types in JSON.
WELL_KNOWN: dict[str, Schema] = {
    ".google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    ".google.protobuf.Duration": {"type": "string", "pattern": r"^-?\d+(\.\d+)?s$"},
    ".google.protobuf.FieldMask": {"type": "string", "description": "Paths of fields, with commas between them."},
    ".google.protobuf.Empty": {"type": "object"},
    ".google.protobuf.Any": {
        "type": "object",
        "properties": {"@type": {"type": "string"}},
        "description": "A message of any type: its fields, and the name of its type.",
    },
}
INTEGERS = (Field.TYPE_INT32, Field.TYPE_UINT32, Field.TYPE_SINT32, Field.TYPE_FIXED32, Field.TYPE_SFIXED32)
LONG_INTEGERS = (Field.TYPE_INT64, Field.TYPE_UINT64, Field.TYPE_SINT64, Field.TYPE_FIXED64, Field.TYPE_SFIXED64)
SCALARS: dict[int, Schema] = {
    **{kind: {"type": "integer", "format": "int32"} for kind in INTEGERS},
    # A number of JavaScript holds 53 bits.
    **{kind: {"type": "string", "format": "int64"} for kind in LONG_INTEGERS},
    Field.TYPE_BOOL: {"type": "boolean"},
    Field.TYPE_STRING: {"type": "string"},
    Field.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Field.TYPE_FLOAT: {"type": "number", "format": "float"},
}
REFUSAL: Schema = {
    "description": "A refusal: what was wrong, where, and what would help.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/google.rpc.Status"}}},
}


class Comments:
    """What stands above the declarations of one file."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._by_path = {
            tuple(place.path): place.leading_comments.strip().replace("\n ", "\n")
            for place in file.source_code_info.location
            if place.leading_comments
        }

    def described(self, schema: Schema, *path: int) -> Schema:
        """Return *schema* with the comment at *path*, where there is one."""
        text = self._by_path.get(path)
        return {**schema, "description": text} if text else schema


def document(image: FileDescriptorSet) -> str:
    """Return the description of every service in *image*, as JSON."""
    schemas = dict(sorted(entry for file in image.file for entry in _schemas(file)))
    paths = {path: item for file in image.file for path, item in _paths(file)}
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "Standards system for technical measures to trade",
            "version": "v1",
            "description": "Every method is a POST of its request; a stream, in either direction, is an array.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {"refusal": REFUSAL},
            "schemas": {name: schemas[name] for name in _reached(paths, schemas)},
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _paths(file: FileDescriptorProto) -> Iterator[tuple[str, Schema]]:
    if not (file.name.startswith("tbt/") or file.name == OPERATIONS_FILE):
        return
    comments = Comments(file)
    for at, service in enumerate(file.service):
        for index, method in enumerate(service.method):
            operation = comments.described(_operation(file, service, method), SERVICE, at, METHOD_OF, index)
            yield f"/{file.package}.{service.name}/{method.name}", {"post": operation}


def _operation(file: FileDescriptorProto, service: ServiceDescriptorProto, method: MethodDescriptorProto) -> Schema:
    request = _streamed(_reference(method.input_type), stream=method.client_streaming)
    answer = _streamed(_reference(method.output_type), stream=method.server_streaming)
    return {
        "operationId": f"{file.package}.{service.name}.{method.name}",
        "tags": [service.name],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": answer}}},
            "default": {"$ref": "#/components/responses/refusal"},
        },
    }


def _streamed(schema: Schema, *, stream: bool) -> Schema:
    return {"type": "array", "items": schema} if stream else schema


def _reference(type_name: str) -> Schema:
    return WELL_KNOWN.get(type_name) or {"$ref": f"#/components/schemas/{type_name.removeprefix('.')}"}


def _schemas(file: FileDescriptorProto) -> Iterator[tuple[str, Schema]]:
    comments = Comments(file)
    for at, message in enumerate(file.message_type):
        yield from _messages(f"{file.package}.{message.name}", message, comments, (MESSAGE, at))
    for at, enum in enumerate(file.enum_type):
        yield f"{file.package}.{enum.name}", _enum(enum, comments, (ENUM, at))


def _messages(
    name: str, message: DescriptorProto, comments: Comments, path: Sequence[int]
) -> Iterator[tuple[str, Schema]]:
    entries = {nested.name: nested for nested in message.nested_type if nested.options.map_entry}
    properties = {
        field.json_name: comments.described(_field(field, entries), *path, FIELD_OF, index)
        for index, field in enumerate(message.field)
    }
    schema: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    yield name, comments.described(schema, *path)
    for index, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from _messages(f"{name}.{nested.name}", nested, comments, (*path, NESTED_OF, index))
    for index, enum in enumerate(message.enum_type):
        yield f"{name}.{enum.name}", _enum(enum, comments, (*path, ENUM_OF, index))


def _field(field: FieldDescriptorProto, entries: dict[str, DescriptorProto]) -> Schema:
    entry = entries.get(field.type_name.rpartition(".")[2]) if field.type == Field.TYPE_MESSAGE else None
    if entry is not None:
        return {"type": "object", "additionalProperties": _value(entry.field[1])}
    schema = _value(field)
    return {"type": "array", "items": schema} if field.label == Field.LABEL_REPEATED else schema


def _value(field: FieldDescriptorProto) -> Schema:
    return _reference(field.type_name) if field.type_name else SCALARS[field.type]


def _enum(enum: EnumDescriptorProto, comments: Comments, path: Sequence[int]) -> Schema:
    meanings = [
        comments.described({}, *path, VALUE_OF, index).get("description", "") for index in range(len(enum.value))
    ]
    lines = [f"- `{value.name}`: {meaning}" for value, meaning in zip(enum.value, meanings, strict=True) if meaning]
    own = comments.described({}, *path).get("description", "")
    return {
        "type": "string",
        "enum": [value.name for value in enum.value],
        "description": "\n".join([own, "", *lines]).strip(),
    }


def _reached(paths: dict[str, Schema], schemas: dict[str, Schema]) -> list[str]:
    """Return the names of the schemas that calls need, directly or through others."""
    found: set[str] = set()
    waiting = [*_references(paths), *_references(REFUSAL)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references(schemas[name]))
    return sorted(found)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            kind, _, name = value["$ref"].removeprefix("#/components/").partition("/")
            yield from [name] if kind == "schemas" else []
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)
