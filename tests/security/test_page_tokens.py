"""A page token continues the list it came from, and nothing made of it does anything else: in every list there is."""

import base64
import random
import zlib
from collections.abc import Iterator

import pytest
from calling import Method, call, code, methods
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from small_world import World

from random_messages import Maker
from soaking import in_full

TRIES = 200
MADE_UP = ("AAAA", "x", "示例", base64.urlsafe_b64encode(b'["x"]').decode())
LISTS = [method for method in methods() if "page_token" in method.descriptor.input_type.fields_by_name]


@pytest.mark.parametrize("to", LISTS, ids=str)
def test_a_token_with_a_bit_flipped_is_refused_by_every_list(world: World, to: Method) -> None:
    """The token is signed for just this list, and any one bit of any byte of it is changed; in full, also of its letters."""
    chance = random.Random(zlib.crc32(str(to).encode()))
    request = answered(world, to, chance)
    if request is None:
        request = GetMessageClass(to.descriptor.input_type)()
        request.page_token = MADE_UP[0]
        assert code(call(world.channel, to, request)) in ("INVALID_ARGUMENT", "NOT_FOUND")
        return
    token = world.composition.pager(to.service).next_token(request, ("示例",))
    for flipped in flips(base64.urlsafe_b64decode(token)):
        assert refused_fields(world, to, request, base64.urlsafe_b64encode(flipped).decode()) == ["page_token"]
    for flipped in flips(token.encode()) if in_full() else ():
        if max(flipped) < 0x80:  # beyond, it is no text, and no message either
            assert refused_fields(world, to, request, flipped.decode()) == ["page_token"]
    for made_up in MADE_UP:
        assert refused_fields(world, to, request, made_up) == ["page_token"]


def flips(content: bytes) -> Iterator[bytes]:
    """Yield *content* with each of its bits flipped in turn."""
    for bit in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bytes(flipped)


def answered(world: World, to: Method, chance: random.Random) -> Message | None:
    """Return a request that the list answers; None where what it is about is not in the world, such as an edition."""
    maker = Maker(chance, world.names, to.descriptor.name)
    kind = GetMessageClass(to.descriptor.input_type)
    for request in (kind(), *(maker.plain(kind) for _ in range(TRIES))):
        if code(call(world.channel, to, request)) == "OK":
            return request
    return None


def refused_fields(world: World, to: Method, request: Message, token: str) -> list[str]:
    """Return which fields a list finds wrong with *token*."""
    sent = type(request)()
    sent.CopyFrom(request)
    sent.page_token = token
    failure = call(world.channel, to, sent)
    assert code(failure) == "INVALID_ARGUMENT", (token, code(failure))
    found = error_details_pb2.BadRequest()
    for detail in rpc_status.from_call(failure).details:
        detail.Unpack(found)
    return [violation.field for violation in found.field_violations]
