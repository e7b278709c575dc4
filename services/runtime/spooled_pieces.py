"""Keep the pieces of an upload until all of it has come: beyond a small size on the disk, in a file without a name."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Generic, TypeVar

from google.protobuf.message import Message

from standards_tree.errors import UnavailableError

SPOOLED_BYTES = 1024 * 1024
"""What one upload takes of memory before it goes to a file."""

Piece = TypeVar("Piece", bound=Message)


class SpooledPieces(Generic[Piece]):
    """The pieces of an upload, in their order; whatever ends the block, they are gone behind it."""

    def __init__(self, kind: type[Piece]) -> None:
        self._kind = kind
        self._lengths: list[int] = []
        self._file = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (the block closes it)

    def __enter__(self) -> "SpooledPieces[Piece]":
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the space back."""
        self._file.close()

    def add(self, piece: Piece) -> bytes:
        """Keep *piece*, and return it as it is kept.

        Raises:
            UnavailableError: there is no room for it.
        """
        written = piece.SerializeToString(deterministic=True)
        try:
            self._lengths.append(self._file.write(written))
        except OSError as error:
            message = "there is no room for the upload now ({cause}); try again later"
            raise UnavailableError(message, cause=error.strerror) from error
        return written

    def __iter__(self) -> Iterator[Piece]:
        """Yield the pieces."""
        self._file.seek(0)
        for length in self._lengths:
            yield self._kind.FromString(self._file.read(length))
