"""What is read for a client that takes it slowly waits in memory and on disk, in order, and is given up with the call."""

import tempfile
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import BytesValue

from services.runtime import spools
from services.runtime.spools import Room, spooled
from standards_tree.errors import NotFoundError

PIECE = 1024 * 1024
WAIT_SECONDS = 60


class Source:
    """So many pieces, each with its number first; tells when the last was asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.read = threading.Event()
        self.closed = threading.Event()
        self.failure: BaseException | None = None
        self.given_up = False

    def __call__(self) -> Generator[BytesValue]:
        """Yield the pieces."""
        try:
            for number in range(self.count):
                yield BytesValue(value=number.to_bytes(4) + bytes(PIECE))
            self.read.set()
            if self.failure is not None:
                raise self.failure
        except GeneratorExit:
            self.given_up = True
            raise
        finally:
            self.closed.set()


def numbers(pieces: list[BytesValue]) -> list[int]:
    """Return the numbers of pieces."""
    return [int.from_bytes(piece.value[:4]) for piece in pieces]


def test_all_is_read_while_nobody_takes_it_and_comes_in_order():
    """More than memory and one file on disk hold."""
    count = (spools.MOST_IN_MEMORY_BYTES + 2 * spools.SEGMENT_BYTES) // PIECE
    source, room = Source(count), Room()
    taken = spooled(source, room)
    first = next(taken)
    assert source.read.wait(WAIT_SECONDS)
    assert room.left < spools.MOST_ON_DISK_BYTES - spools.SEGMENT_BYTES
    assert numbers([first, *taken]) == list(range(count))
    assert room.left == spools.MOST_ON_DISK_BYTES


def test_without_room_on_disk_reading_waits_for_whoever_takes():
    """Nothing is lost, and no more than there is room for is held."""
    count = 2 * spools.MOST_IN_MEMORY_BYTES // PIECE
    source = Source(count)
    taken = spooled(source, Room(2 * PIECE))
    first = next(taken)
    assert not source.read.wait(0.5)
    assert numbers([first, *taken]) == list(range(count))


def test_a_failure_of_the_reading_comes_after_what_was_read():
    """As it was raised: the interceptors make a status of it."""
    source = Source(3)
    source.failure = NotFoundError("gone")
    taken = spooled(source, Room())
    assert numbers([next(taken), next(taken), next(taken)]) == [0, 1, 2]
    with pytest.raises(NotFoundError, match="gone"):
        next(taken)


def test_a_call_that_is_given_up_ends_the_reading():
    """And what it held on disk is free again."""
    source, room = Source(10_000), Room(4 * spools.SEGMENT_BYTES)
    taken = spooled(source, room)
    next(taken)
    taken.close()
    assert source.closed.wait(WAIT_SECONDS)
    assert source.given_up
    assert room.left == 4 * spools.SEGMENT_BYTES


def test_where_nothing_can_be_written_reading_waits_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """A folder for what is temporary that is not there stands for a disk that is full; no room stays taken for it."""
    count = 3 * spools.MOST_IN_MEMORY_BYTES // PIECE
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    source, room = Source(count), Room()
    taken = spooled(source, room)
    first = next(taken)
    assert not source.read.wait(1)
    assert room.left == spools.MOST_ON_DISK_BYTES
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert source.read.wait(WAIT_SECONDS)
    assert numbers([first, *taken]) == list(range(count))
    assert room.left == spools.MOST_ON_DISK_BYTES
