"""Write and read the file of a backup: a tar archive in which every byte is accounted for.

Its parts come one after the other, so it is written and read in one pass and needs no memory but that of a part's piece. The last
part, `SHA256SUMS`, lists the others in their order, as `sha256sum --check` takes it, and ends with a hash over itself. The bytes
around the contents (headings, padding, the end) follow from names and sizes, so the reader knows what each must be.
"""

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Self

from standards_tree.errors import DataLossError, InvalidArgumentError

SUMS = "SHA256SUMS"
OWN_SUM = "# "
BLOCK_BYTES = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK_BYTES)
PIECE_BYTES = 256 * 1024
SPOOLED_BYTES = 1024 * 1024
MAX_NAME_CHARACTERS = 200
MAX_WHOLE_BYTES = 64 * 1024 * 1024
"""Of a part that is taken into memory as a whole."""


class ArchiveWriter:
    """Write an archive to *stream*, which needs neither seek nor tell; its sums are written when the block ends well."""

    def __init__(self, stream: IO[bytes], made_at: int) -> None:
        """*made_at*, in seconds since 1970, is the time every part carries."""
        self._stream = stream
        self._made_at = made_at
        self._sums = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (closed by __exit__)
        self._sum_of_sums = hashlib.sha256()
        self.fingerprint = ""
        """The hash that stands for the whole archive, known once it is complete."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Write the sums and the end, unless the block failed: an archive without them is never taken for whole."""
        with self._sums:
            if kind is None:
                self._write_sums()

    def add(self, name: str, size_bytes: int, pieces: Iterable[bytes]) -> None:
        """Write a part whose *pieces* have *size_bytes* together."""
        digest = hashlib.sha256()
        self._write(name, size_bytes, pieces, digest.update)
        line = _sum_line(name, digest.hexdigest())
        self._sum_of_sums.update(line)
        self._sums.write(line)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Write a part that is in memory."""
        self.add(name, len(content), [content])

    def _write(self, name: str, size_bytes: int, pieces: Iterable[bytes], see: Callable[[bytes], object]) -> None:
        self._stream.write(_heading(name, size_bytes, self._made_at))
        written = 0
        for piece in pieces:
            written += len(piece)
            see(piece)
            self._stream.write(piece)
        if written != size_bytes:
            message = "the part {name} was to have {announced} bytes and has {found}"
            raise DataLossError(message, name=name, announced=size_bytes, found=written)
        self._stream.write(_padding(size_bytes))

    def _write_sums(self) -> None:
        own = f"{OWN_SUM}{self._sum_of_sums.hexdigest()}\n".encode()
        size_bytes = self._sums.tell() + len(own)
        self._sums.seek(0)
        self._write(SUMS, size_bytes, _then(_pieces_of(self._sums), own), lambda _piece: None)
        self._stream.write(END)
        self.fingerprint = self._sum_of_sums.hexdigest()


@dataclass(slots=True)
class Part:
    """One part while it is read. *pieces* must be used up before the next part is asked for."""

    name: str
    size_bytes: int
    pieces: Iterator[bytes]

    def whole(self) -> bytes:
        """Return its content.

        Raises:
            InvalidArgumentError: it is larger than anything that is read as a whole.
        """
        if self.size_bytes > MAX_WHOLE_BYTES:
            message = "the part {name} has {size} bytes, more than such a part can have"
            raise InvalidArgumentError(message, name=self.name, size=self.size_bytes)
        return b"".join(self.pieces)


class ArchiveReader:
    """Read an archive from *stream*, part by part.

    A damaged content is known only once `SHA256SUMS` is read, at the end of `parts`: believe nothing before.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._made_at: int | None = None
        self._found = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (a file without a name goes with its last reference)
        self._sum_of_found = hashlib.sha256()
        self._before = "the beginning"
        self.damaged: list[str] = []
        """The parts whose content is not what was written, known at the end."""
        self.fingerprint = ""

    def parts(self) -> Iterator[Part]:
        """Yield the parts in their order, then compare all of them with the sums.

        Raises:
            InvalidArgumentError: it is no archive of this program.
            DataLossError: it is cut off or damaged outside a content; where a content is damaged, `damaged` names it.
        """
        while True:
            name, size_bytes = self._read_heading()
            if name == SUMS:
                break
            digest = hashlib.sha256()
            part = Part(name, size_bytes, self._content(size_bytes, digest.update))
            yield part
            for _piece in part.pieces:
                pass
            self._read_padding(name, size_bytes)
            line = _sum_line(name, digest.hexdigest())
            self._sum_of_found.update(line)
            self._found.write(line)
            self._before = name
        self._compare(self._content(size_bytes, lambda _piece: None))
        self._read_padding(SUMS, size_bytes)
        if self._stream.read(len(END) + 1) != END:
            message = "the archive is damaged after its last part {part}"
            raise DataLossError(message, part=SUMS)

    def _read_heading(self) -> tuple[str, int]:
        block = self._exactly(BLOCK_BYTES)
        try:
            entry = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
            made_at = int(entry.mtime) if self._made_at is None else self._made_at
            if block == _heading(entry.name, entry.size, made_at):
                self._made_at = made_at
                return entry.name, entry.size
        except (tarfile.TarError, ValueError):
            pass  # no heading at all is as wrong as another one
        if self._made_at is None:
            message = "this is no backup of this program, or its first bytes are damaged"
            raise InvalidArgumentError(message)
        message = "the archive is damaged in the heading of the part after {part}; what follows cannot be read"
        raise DataLossError(message, part=self._before)

    def _content(self, size_bytes: int, see: Callable[[bytes], object]) -> Iterator[bytes]:
        left = size_bytes
        while left:
            piece = self._exactly(min(left, PIECE_BYTES))
            left -= len(piece)
            see(piece)
            yield piece

    def _read_padding(self, name: str, size_bytes: int) -> None:
        padding = _padding(size_bytes)
        if self._exactly(len(padding)) != padding:
            self.damaged.append(name)

    def _exactly(self, count: int) -> bytes:
        content = b""
        while len(content) < count:
            piece = self._stream.read(count - len(content))
            if not piece:
                message = "the archive is cut off after the part {part}"
                raise DataLossError(message, part=self._before)
            content += piece
        return content

    def _compare(self, sums: Iterator[bytes]) -> None:
        """Hold what was found against the sums; each line that differs names a damaged part."""
        self._found.seek(0)
        written = hashlib.sha256()
        own = ""
        for line in _lines(sums):
            if line.startswith(OWN_SUM.encode()):
                own = line.decode("ascii", "replace").removeprefix(OWN_SUM).strip()
                break
            written.update(line)
            found = self._found.readline()
            if line != found:
                self.damaged.append(found[66:].decode("utf-8", "replace").strip() or SUMS)
        rest = b"".join(sums)
        if rest or self._found.readline() or own != written.hexdigest():
            self.damaged.append(SUMS)
        self.fingerprint = self._sum_of_found.hexdigest()


def _heading(name: str, size_bytes: int, made_at: int) -> bytes:
    if not name or len(name) > MAX_NAME_CHARACTERS:
        message = f"a part cannot be called {name!r}"
        raise ValueError(message)
    entry = tarfile.TarInfo(name)
    entry.size = size_bytes
    entry.mtime = made_at
    entry.mode = 0o600
    return entry.tobuf(tarfile.USTAR_FORMAT)


def _padding(size_bytes: int) -> bytes:
    return bytes(-size_bytes % BLOCK_BYTES)


def _sum_line(name: str, sha256: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece


def _then(pieces: Iterable[bytes], last: bytes) -> Iterator[bytes]:
    yield from pieces
    yield last


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines with their ends. A piece without any is a line: no line of ours is so long."""
    left = b""
    for piece in pieces:
        *whole, left = (left + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if left:
        yield left
