"""What stands in a text field never becomes part of a statement: PostgreSQL's own log of statements without values shows it."""

import random
import zlib
from collections.abc import Iterator
from itertools import cycle, islice

import psycopg
import pytest
from calling import Method, call, code, methods
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from small_world import World

from hostile_texts import TEXTS
from random_messages import Maker
from services.embedded import EmbeddedStack
from soaking import scaled

MARK = "qzxmark"
"""Stands in every text that is sent, and in nothing else."""
TEXTS_A_FIELD = scaled(1, len(TEXTS))
MOST_CALLS = scaled(12, 1_000_000)
"""Of a method: the largest messages have hundreds of fields."""
FAULTS = {"INTERNAL", "UNKNOWN", "DATA_LOSS"}
WATCH_SECONDS = 0.3
STATEMENT = "LOG:  execute "


@pytest.fixture(scope="module")
def logged(world: World) -> Iterator[World]:
    """Have PostgreSQL write down every statement on the world's database, with $1 where a value was bound."""
    name = psycopg.conninfo.conninfo_to_dict(world.url.replace("postgresql+psycopg", "postgresql"))["dbname"]
    with psycopg.connect(world.url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        for setting in (
            "log_statement = 'all'",
            "log_parameter_max_length = 0",
            "log_parameter_max_length_on_error = 0",
        ):
            connection.execute(f"ALTER DATABASE {name} SET {setting}")
        # Those that are open go on without; the next call of each service finds them closed.
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        connection.execute(others, [name])
        yield world
        for setting in ("log_statement", "log_parameter_max_length", "log_parameter_max_length_on_error"):
            connection.execute(f"ALTER DATABASE {name} RESET {setting}")


@pytest.mark.parametrize("to", methods(), ids=str)
def test_no_text_becomes_part_of_a_statement(logged: World, stack: EmbeddedStack, to: Method) -> None:
    """Every text field of a message that is otherwise sound, one after the other, with texts that try to be SQL and more."""
    log = stack.folder / "postgres.log"
    before = log.stat().st_size
    maker = Maker(random.Random(zlib.crc32(str(to).encode())), logged.names, to.descriptor.name)
    sound = maker.sound(GetMessageClass(to.descriptor.input_type))
    texts = cycle(TEXTS)
    seconds = {"seconds": WATCH_SECONDS} if to.descriptor.name.startswith("Watch") else {}
    codes = [code(call(logged.channel, to, sent, **seconds)) for sent in islice(injected(sound, texts), MOST_CALLS)]
    assert not FAULTS & set(codes)
    with log.open(encoding="utf-8", errors="replace") as written:
        written.seek(before)
        told = written.read()
    assert MARK not in told


def test_the_log_has_the_statements(logged: World, stack: EmbeddedStack) -> None:
    """Were nothing logged, the test above would show nothing; a value that is written into a statement is seen."""
    log = stack.folder / "postgres.log"
    before = log.stat().st_size
    to = next(method for method in methods() if str(method) == "CatalogService.GetStandard")
    call(logged.channel, to, GetMessageClass(to.descriptor.input_type)(name="GB/T 99999-2026"))
    with psycopg.connect(logged.url.replace("postgresql+psycopg", "postgresql")) as connection:
        connection.execute(f"SELECT '{MARK}'")
    told = log.read_bytes()[before:].decode(errors="replace")
    assert STATEMENT in told
    assert "$1" in told
    assert MARK in told


def injected(sound: Message, texts: Iterator[str]) -> Iterator[Message]:
    """Yield *sound* with a hostile text in one field after the other."""
    for path in list(places(sound)):
        for _ in range(TEXTS_A_FIELD):
            changed = type(sound)()
            changed.CopyFrom(sound)
            put(changed, path, MARK + next(texts))
            yield changed


def places(message: Message) -> Iterator[list[tuple[str, int | None]]]:
    """Yield the way to every text in *message*: names of fields, with the place where there are several."""
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        for place, single in enumerate(value) if field.is_repeated else [(None, value)]:
            if field.message_type is not None:
                yield from ([(field.name, place), *rest] for rest in places(single))
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield [(field.name, place)]


def put(message: Message, path: list[tuple[str, int | None]], text: str) -> None:
    """Write *text* at *path*."""
    *way, (last, at) = path
    for name, place in way:
        held = getattr(message, name)
        message = held if place is None else held[place]
    if at is None:
        setattr(message, last, text)
    else:
        getattr(message, last)[at] = text
