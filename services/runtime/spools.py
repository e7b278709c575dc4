"""Hand out what is read from the database at the pace of whoever takes it, and hold the database only while it is read.

A client that takes an export slowly, or stalls, would otherwise keep a connection and the snapshot it shows: as many such
clients as the pool has connections stop a service, and a snapshot that stays open keeps PostgreSQL from clearing away what is
dead. So a thread reads as fast as the database gives, and what the client has not taken yet waits in memory, beyond
MOST_IN_MEMORY_BYTES on disk, and beyond what the service has there, in the database as before.
"""

import contextlib
import contextvars
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import IO, Generic, TypeVar

from google.protobuf.message import Message

from services.runtime.calls import current_call
from standards_tree.errors import CancelledError

MOST_IN_MEMORY_BYTES = 8 * 1024 * 1024
"""Of one spool."""
MOST_ON_DISK_BYTES = 192 * 1024 * 1024
"""Of all spools of a service: a national catalogue, as columns, has 120 MiB."""
SEGMENT_BYTES = 16 * 1024 * 1024
LOOK_SECONDS = 0.2

Piece = TypeVar("Piece", bound=Message)


class Room:
    """So many bytes on disk, which the spools of a service share."""

    def __init__(self, most_bytes: int = MOST_ON_DISK_BYTES) -> None:
        self._left = most_bytes
        self._changing = threading.Lock()

    def take(self, size: int) -> bool:
        """Take *size* bytes, if there are so many."""
        with self._changing:
            if size > self._left:
                return False
            self._left -= size
            return True

    def give_back(self, size: int) -> None:
        """Have *size* bytes again."""
        with self._changing:
            self._left += size

    @property
    def left(self) -> int:
        """Return how many bytes are free."""
        return self._left


class _Segment(Generic[Piece]):
    """Pieces in a file without a name, which is gone when it is closed."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it is read)
        self._waiting: deque[tuple[type[Piece], int]] = deque()
        self._taken = 0
        self.size = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, piece: Piece) -> None:
        content = piece.SerializeToString()
        self._file.seek(self.size)
        self._file.write(content)
        self.size += len(content)
        self._waiting.append((type(piece), len(content)))

    def take(self) -> Piece:
        kind, size = self._waiting.popleft()
        self._file.seek(self._taken)
        self._taken += size
        return kind.FromString(self._file.read(size))

    def close(self) -> None:
        self._file.close()


class Spool(Generic[Piece]):
    """Pieces on their way from one thread that reads them to one that takes them, in order."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._turn = threading.Condition()
        self._held: deque[tuple[Piece, int]] = deque()
        self._held_bytes = 0
        self._segments: deque[_Segment[Piece]] = deque()
        self._ended = False
        self._given_up = False
        self._failure: BaseException | None = None

    def put(self, piece: Piece) -> None:
        """Add a piece; wait where there is room for it nowhere.

        Raises:
            CancelledError: nobody takes it any more.
            DeadlineError: the call has no time left.
        """
        size = piece.ByteSize()
        call = current_call()
        with self._turn:
            while not self._added(piece, size):
                if call is not None:
                    call.require_time()
                self._turn.wait(LOOK_SECONDS)
            self._turn.notify_all()

    def end(self, failure: BaseException | None) -> None:
        """Say that no piece comes any more, and why where that is a failure."""
        with self._turn:
            self._ended, self._failure = True, failure
            self._turn.notify_all()

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces until the last; then raise what the reading failed with, if it did."""
        while (piece := self._next()) is not None:
            yield piece

    def close(self) -> None:
        """Give up what was not taken; who adds to it is told."""
        with self._turn:
            self._given_up = True
            while self._segments:
                self._drop()
            self._held.clear()
            self._turn.notify_all()

    def _added(self, piece: Piece, size: int) -> bool:
        if self._given_up:
            message = "the call was cancelled"
            raise CancelledError(message)
        if not self._segments and (not self._held or self._held_bytes + size <= MOST_IN_MEMORY_BYTES):
            self._held.append((piece, size))
            self._held_bytes += size
            return True
        if not self._room.take(size):
            return False
        try:
            if not self._segments or self._segments[-1].size >= SEGMENT_BYTES:
                self._segments.append(_Segment())
            self._segments[-1].put(piece)
        except OSError:
            # The disk is full: as without room, the piece waits in the database.
            self._room.give_back(size)
            if self._segments and not self._segments[-1]:
                self._segments.pop().close()
            return False
        return True

    def _next(self) -> Piece | None:
        with self._turn:
            while not (self._held or self._segments or self._ended):
                self._turn.wait()
            if self._held:
                piece, size = self._held.popleft()
                self._held_bytes -= size
            elif self._segments:
                piece = self._segments[0].take()
                if not len(self._segments[0]):
                    self._drop()
            elif self._failure is not None:
                raise self._failure
            else:
                return None
            self._turn.notify_all()
            return piece

    def _drop(self) -> None:
        segment = self._segments.popleft()
        segment.close()
        self._room.give_back(segment.size)


def spooled(read: Callable[[], Generator[Piece]], room: Room) -> Iterator[Piece]:
    """Yield what *read* yields, which a thread of its own goes through as fast as it can, for the same call."""
    spool: Spool[Piece] = Spool(room)

    def fill() -> None:
        failure: BaseException | None = None
        try:
            with contextlib.closing(read()) as pieces:
                for piece in pieces:
                    spool.put(piece)
        except BaseException as error:  # noqa: BLE001  (raised again where the pieces are taken)
            failure = error
        spool.end(failure)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(fill,), name="spool", daemon=True).start()
    try:
        yield from spool.pieces()
    finally:
        spool.close()
