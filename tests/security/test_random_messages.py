"""Whatever message comes to whatever method, made up or damaged on the way, it is answered, or refused for what it is."""

import random
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from calling import INSIDE, Method, call, code, methods, shown_by
from google.protobuf.message_factory import GetMessageClass
from small_world import World

from random_messages import Maker
from soaking import scaled

MESSAGES = scaled(24, 2000)
SOUND_SHARE = 0.8
DAMAGED_SHARE = 0.25
THREADS = 4
FAULTS = {"INTERNAL", "UNKNOWN", "DATA_LOSS", "UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED"}
WATCH_SECONDS = 0.3


@pytest.mark.parametrize("to", methods(), ids=str)
def test_no_message_is_a_fault_of_ours(world: World, to: Method) -> None:
    """Made up from the contract with its edges, or with bytes damaged: never INTERNAL or UNKNOWN, and nothing of the inside."""
    chance = random.Random(zlib.crc32(str(to).encode()))
    maker = Maker(chance, world.names, to.descriptor.name)
    kind = GetMessageClass(to.descriptor.input_type)
    sent = []
    for _ in range(MESSAGES):
        made = maker.sound(kind) if chance.random() < SOUND_SHARE else maker.fill(kind())
        content = made.SerializeToString()
        sent.append(maker.damaged(content) if chance.random() < DAMAGED_SHARE else content)
    with ThreadPoolExecutor(THREADS) as threads:
        answers = list(threads.map(lambda content: told(world.channel, to, content), sent))
    wrong = [
        (status, shown, content)
        for content, (status, shown) in zip(sent, answers, strict=True)
        if is_wrong(status, shown)
    ]
    assert wrong[:3] == [], Counter(status for status, _shown in answers)


def told(channel: grpc.Channel, to: Method, content: bytes) -> tuple[str, str]:
    """Return how a call ended and what a refusal told."""
    seconds = {"seconds": WATCH_SECONDS} if to.descriptor.name.startswith("Watch") else {}
    failure = call(channel, to, content, **seconds)
    return code(failure), shown_by(failure) if failure is not None else ""


def is_wrong(status: str, shown: str) -> bool:
    """Tell whether that is a fault of ours, or shows the inside; texts of the sender come back and are taken out first."""
    return status in FAULTS or INSIDE.search(shown.replace("; DROP TABLE", "")) is not None
