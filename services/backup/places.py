"""Where a backup is: a file, or an object in a bucket of the S3 store."""

import io
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from services.runtime.blobs import LargeFiles, S3Address
from standards_tree.errors import DataLossError, InvalidArgumentError, NotFoundError, PreconditionError

IN_BUCKET = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<name>[^/].{0,900})")


@contextmanager
def written(place: str, s3: S3Address) -> Iterator[IO[bytes]]:
    """Give a stream to write a backup to, which is there under its name only once it is whole and durable.

    Raises:
        InvalidArgumentError: *place* starts as an address in a bucket and is none.
        PreconditionError: there is such a file or object already, or no folder for it.
    """
    if (found := _in_bucket(place)) is not None:
        files = LargeFiles(s3)
        if files.holds(*found):
            message = "{path} is there already, or its folder is not: name a new file"
            raise PreconditionError(message, path=place)
        with _uploading(files, *found) as stream:
            yield stream
        return
    path = Path(place)
    if path.exists() or not path.parent.is_dir():
        message = "{path} is there already, or its folder is not: name a new file"
        raise PreconditionError(message, path=path)
    unfinished = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened(place: str, s3: S3Address | None) -> Iterator[IO[bytes]]:
    """Give a backup, to be read from its beginning to its end.

    Raises:
        NotFoundError: there is none.
    """
    found = _in_bucket(place)
    if found is not None and s3 is not None:
        with LargeFiles(s3).opened(*found) as stream:
            yield stream
        return
    try:
        file = Path(place).open("rb")  # noqa: SIM115  (closed below, where reading it may raise what opening it may)
    except FileNotFoundError as error:
        message = "there is no backup {path}"
        raise NotFoundError(message, path=place) from error
    with file:
        yield file


def in_bucket(place: str) -> bool:
    """Tell whether *place* is in the S3 store."""
    return place.startswith("s3://")


def _in_bucket(place: str) -> tuple[str, str] | None:
    if not in_bucket(place):
        return None
    found = IN_BUCKET.fullmatch(place)
    if found is None:
        message = "{place} is no place in a bucket: write s3://bucket/name.tar"
        raise InvalidArgumentError(message, place=place)
    return found["bucket"], found["name"]


class _Pipe(io.RawIOBase):
    """The end of a pipe that an upload reads; it fails where the writer did, so that nothing half is stored."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._file = os.fdopen(descriptor, "rb")
        self.broken = True

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return at most *size* bytes, nothing at the end."""
        content = self._file.read(size)
        if not content and self.broken:
            message = "the backup was given up"
            raise DataLossError(message)
        return content

    def close(self) -> None:
        """Let the writer know that nobody reads."""
        self._file.close()
        super().close()


@contextmanager
def _uploading(files: LargeFiles, bucket: str, name: str) -> Iterator[IO[bytes]]:
    reading, writing = os.pipe()
    pipe = _Pipe(reading)
    failures: list[BaseException] = []

    def upload() -> None:
        try:
            files.put(bucket, name, pipe)  # type: ignore[arg-type]  # only read
        except BaseException as error:  # noqa: BLE001  (raised below, in the thread that waits)
            failures.append(error)
        finally:
            pipe.close()

    thread = threading.Thread(target=upload, name="backup upload")
    thread.start()
    try:
        with os.fdopen(writing, "wb") as stream:
            yield stream
            stream.flush()
            pipe.broken = False
    except BrokenPipeError:
        if not failures:
            thread.join()
        raise (failures or [DataLossError("the backup was given up")])[0] from None
    finally:
        thread.join()
    if failures:
        raise failures[0]
