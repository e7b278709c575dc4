"""What stands in a text field never becomes part of a statement: PostgreSQL's own log of statements without values shows it."""

import random
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import psycopg
import pytest
from calling import Method, call, code, methods
from google.protobuf.descriptor import Descriptor, FieldDescriptor
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
THREADS = 4
TRIES = 20
Path = list[tuple[str, int | None]]
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
    maker = maker_for(to, logged.names)
    texts = cycle(TEXTS)
    seconds = {"seconds": WATCH_SECONDS} if to.descriptor.name.startswith("Watch") else {}
    sent = islice(injected(covering(maker, to), texts), MOST_CALLS)
    with ThreadPoolExecutor(THREADS) as threads:
        codes = set(threads.map(lambda message: code(call(logged.channel, to, message, **seconds)), sent))
    assert not FAULTS & codes
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


def test_every_text_field_of_every_method_is_reached() -> None:
    """Those of the contracts, not those that chance has filled."""
    reached = {
        str(to): {named(path) for _sound, path in covering(maker_for(to, ["systems/x"]), to)} for to in methods()
    }
    assert reached == {str(to): set(text_fields(to.descriptor.input_type)) for to in methods()}
    assert sum(map(len, reached.values())) > 1000


def maker_for(to: Method, names: Sequence[str]) -> Maker:
    """Return a maker of messages of *to*, the same every time."""
    return Maker(random.Random(zlib.crc32(str(to).encode())), names, to.descriptor.name)


def injected(sound: Iterator[tuple[Message, Path]], texts: Iterator[str]) -> Iterator[Message]:
    """Yield messages with a hostile text in one field after the other."""
    for message, path in sound:
        for _ in range(TEXTS_A_FIELD):
            changed = type(message)()
            changed.CopyFrom(message)
            put(changed, path, MARK + next(texts))
            yield changed


def covering(maker: Maker, to: Method) -> Iterator[tuple[Message, Path]]:
    """Yield each text field of a method once, in a message that is otherwise sound where chance makes one that has it."""
    kind = GetMessageClass(to.descriptor.input_type)
    lacking = dict.fromkeys(text_fields(to.descriptor.input_type))
    for _ in range(TRIES):
        sound = maker.sound(kind)
        for path in places(sound):
            if named(path) in lacking:
                del lacking[named(path)]
                yield sound, path
        if not lacking:
            return
    for field in lacking:
        message = maker.sound(kind)
        yield message, opened(message, field)


def text_fields(kind: Descriptor, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names that lead to each text field of a message; one within a message of its own kind counts once."""
    for field in kind.fields:
        if field.message_type is None:
            if field.type == FieldDescriptor.TYPE_STRING:
                yield (field.name,)
        elif not field.message_type.GetOptions().map_entry and field.message_type.full_name not in above:
            inner = text_fields(field.message_type, (*above, field.message_type.full_name))
            yield from ((field.name, *rest) for rest in inner)


def opened(message: Message, names: tuple[str, ...]) -> Path:
    """Give *message* the text field that *names* lead to, and return the way to it."""
    way: Path = []
    for name in names:
        held = getattr(message, name)
        repeated = message.DESCRIPTOR.fields_by_name[name].is_repeated
        if name == names[-1] and len(way) == len(names) - 1:
            if repeated and not held:
                held.append("")
        elif repeated:
            message = held[0] if held else held.add()
        else:
            held.SetInParent()
            message = held
        way.append((name, 0 if repeated else None))
    return way


def named(path: Path) -> tuple[str, ...]:
    """Return the names on the way."""
    return tuple(name for name, _place in path)


def places(message: Message) -> Iterator[Path]:
    """Yield the way to every text in *message*: names of fields, with the place where there are several."""
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            continue
        for place, single in enumerate(value) if field.is_repeated else [(None, value)]:
            if field.message_type is not None:
                yield from ([(field.name, place), *rest] for rest in places(single))
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield [(field.name, place)]


def put(message: Message, path: Path, text: str) -> None:
    """Write *text* at *path*."""
    *way, (last, at) = path
    for name, place in way:
        held = getattr(message, name)
        message = held if place is None else held[place]
    if at is None:
        setattr(message, last, text)
    else:
        getattr(message, last)[at] = text
