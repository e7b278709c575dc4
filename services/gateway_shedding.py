"""Have the gateway refuse most of what a service refuses for lack of room: see gateway_shedding.lua for how, ADR 0007 for why."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from google.protobuf import descriptor_pool

from services.runtime.errors import ending_of
from services.runtime.interceptors.admission import RETRY_SECONDS, SHED_MARK, is_never_shed, no_room
from services.runtime.texts import CHINESE, ENGLISH

PROGRAM = Path(__file__).with_suffix(".lua")


def shedding_filter(services: Mapping[str, str], default_language: str) -> dict[str, Any]:
    """Return the filter of Envoy; *services* are full names of services and where the calls of each go.

    What is answered by the same process is refused by the same measure.
    """
    program = "\n".join(
        [
            f"local METHODS = {_table(_sheddable(services))}",
            f"local REFUSALS = {_table({one: _refusals(one) for one in (ENGLISH, CHINESE)})}",
            f"local MARK = {_text(SHED_MARK)}",
            f"local DEFAULT_LANGUAGE = {_text(default_language)}",
            PROGRAM.read_text(encoding="utf-8"),
        ]
    )
    return {
        "name": "envoy.filters.http.lua",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
            "default_source_code": {"inline_string": program},
        },
    }


def _sheddable(services: Mapping[str, str]) -> dict[str, str]:
    """Return the paths of the methods that a service refuses for lack of room, and who answers each."""
    pool = descriptor_pool.Default()
    return {
        path: address
        for name, address in sorted(services.items())
        for method in pool.FindServiceByName(name).methods
        if not (method.client_streaming or method.server_streaming)
        and not is_never_shed(path := f"/{name}/{method.name}")
    }


def _refusals(language: str) -> list[dict[str, str]]:
    """Return the headers of refusals that a service itself would send, each with another time to wait."""
    return [dict(_headers(seconds, language)) for seconds in RETRY_SECONDS]


def _headers(seconds: float, language: str) -> Iterable[tuple[str, str]]:
    ending: Any = ending_of(no_room(seconds), language)
    yield from ((":status", "200"), ("content-type", "application/grpc"))
    yield "grpc-status", str(ending.code.value[0])
    yield "grpc-message", quote(ending.details, safe=" !#$&'()*+,/:;=?@[]")
    for name, value in ending.trailing_metadata:
        yield name, base64.b64encode(value).decode().rstrip("=") if isinstance(value, bytes) else value


def _table(content: Mapping[str, Any] | list[Any]) -> str:
    """Return a table of Lua."""
    if isinstance(content, list):
        return "{" + ", ".join(map(_value, content)) + "}"
    return "{" + ", ".join(f"[{_text(key)}] = {_value(value)}" for key, value in content.items()) + "}"


def _value(content: Any) -> str:
    return _text(content) if isinstance(content, str) else _table(content)


def _text(content: str) -> str:
    """Return a text of Lua: every byte that is not plain by its number."""
    plain = (chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in content.encode())
    return '"' + "".join(plain) + '"'
