"""Read a backup: only to see whether it is whole, or to put an empty system into its state."""

import contextlib
import json
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256 as hash_of
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import psycopg

from services.backup import database
from services.backup.archive import ArchiveReader, Part
from services.backup.taking import FORMAT, HEAD, NAMING, OBJECTS, ROWS, SPOOLED_BYTES, SUMMARY, Summary
from services.migrations.run import migrate, newest_revision
from services.runtime.blobs import BlobStore
from standards_tree.errors import DataLossError, InvalidArgumentError, PreconditionError

WRITERS = 4
ROWS_PART = re.compile(rf"{ROWS}(?P<table>[a-z_]+\.[a-z_]+)/\d{{6}}\.copy\.gz")
OBJECT_PART = re.compile(rf"{OBJECTS}(?P<owner>{'|'.join(NAMING)})/(?P<sha256>[0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself first."""

    release: str
    revision: str
    taken_at: str
    tables: tuple[database.CopiedTable, ...]
    sequences: tuple[database.SequenceState, ...]


@dataclass(slots=True)
class Verified:
    """What was found of a backup."""

    head: Head
    summary: Summary
    damaged: list[str] = field(default_factory=list)


def verify(stream: IO[bytes]) -> Verified:
    """Read all of a backup and return what it holds and which of its parts are damaged.

    Raises:
        InvalidArgumentError: it is no backup.
        DataLossError: it is cut off, or so damaged that what follows cannot be read.
    """
    archive = ArchiveReader(stream)
    parts = archive.parts()
    head = _head(next(parts))
    summary = Summary()
    for part in parts:
        if part.name == SUMMARY:
            # Where it cannot be read it is damaged, which its hash says too.
            with contextlib.suppress(DataLossError):
                summary = _summary(part)
    summary.fingerprint = archive.fingerprint
    return Verified(head, summary, archive.damaged)


def restore(url: str, blobs: BlobStore, stream: IO[bytes]) -> Verified:
    """Put an empty system into the state of a backup, all of it or, of the database, nothing.

    The rows are committed when the last part has been compared with its hash. Bytes that were stored before a failure belong to
    no document: the next attempt finds them under their hash, and a sweep removes them.

    Raises:
        InvalidArgumentError: it is no backup.
        PreconditionError: it is of another release, or the system is not empty.
        DataLossError: it is damaged; the message names the part.
    """
    archive = ArchiveReader(stream)
    parts = archive.parts()
    head = _head(next(parts))
    if head.revision != newest_revision():
        message = (
            "the backup is of release {release}, migration {revision}; this release has {newest}: restore with that one"
        )
        raise PreconditionError(message, release=head.release, revision=head.revision, newest=newest_revision())
    with database.connect(url) as connection:
        # Before it is migrated: who names the wrong database must have it back as it was.
        database.require_empty(connection, database.tables(connection))
    migrate(url)
    blobs.ensure_bucket()
    with database.connect(url) as connection:
        database.lock_empty(connection, head.tables)
        summary, rows = _put_parts(connection, blobs, head, parts)
        if archive.damaged:
            message = "the backup is damaged in {parts}; nothing was restored"
            raise DataLossError(message, parts=", ".join(archive.damaged[:20]))
        _require_complete(summary, rows)
        for state in head.sequences:
            database.advance(connection, state)
        connection.commit()
        database.analyze(connection, head.tables)
        connection.commit()
    summary.fingerprint = archive.fingerprint
    return Verified(head, summary)


def _put_parts(
    connection: psycopg.Connection, blobs: BlobStore, head: Head, parts: Iterator[Part]
) -> tuple[Summary, dict[str, int]]:
    """Put each part where it belongs; return what the backup says it holds, and the rows that came."""
    rows = dict.fromkeys((table.name for table in head.tables), 0)
    stores = {owner: blobs.of(owner) for owner in NAMING}
    known = {table.name: table for table in head.tables}
    summary = Summary()
    remaining = _Ahead(parts)
    with _Storing() as storing:
        for part in remaining:
            if (found := ROWS_PART.fullmatch(part.name)) and found["table"] in known:
                remaining.put_back(part)
                rows[found["table"]] += database.fill(
                    connection, known[found["table"]], _of_table(remaining, found["table"])
                )
            elif found := OBJECT_PART.fullmatch(part.name):
                storing.store(stores[found["owner"]], found["sha256"], part)
            elif part.name == SUMMARY:
                summary = _summary(part)
            else:
                message = "the backup has a part {name}, which this release does not know"
                raise InvalidArgumentError(message, name=part.name)
    return summary, rows


class _Ahead:
    """Parts one after the other, of which the last one taken may be put back."""

    def __init__(self, parts: Iterator[Part]) -> None:
        self._parts = parts
        self._back: list[Part] = []

    def __iter__(self) -> "_Ahead":
        return self

    def __next__(self) -> Part:
        return self._back.pop() if self._back else next(self._parts)

    def put_back(self, part: Part) -> None:
        self._back.append(part)


def _of_table(parts: _Ahead, table: str) -> Iterator[bytes]:
    """Yield the rows of one table, up to the first part that is another's."""
    for part in parts:
        found = ROWS_PART.fullmatch(part.name)
        if found is None or found["table"] != table:
            parts.put_back(part)
            return
        yield part.whole()


class _Storing:
    """Store bytes, some at once; the first failure is raised by the next call, or at the end."""

    def __init__(self) -> None:
        self._writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="restore")
        self._under_way: deque[Future[None]] = deque()

    def __enter__(self) -> "_Storing":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._writers.shutdown(cancel_futures=kind is not None)
        if kind is None:
            for stored in self._under_way:
                stored.result()

    def store(self, blobs: BlobStore, sha256: str, part: Part) -> None:
        """Store a part under its hash, which it must have."""
        content = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (closed by who stores it)
        digest = hash_of()
        for piece in part.pieces:
            digest.update(piece)
            content.write(piece)
        if digest.hexdigest() != sha256:
            content.close()
            message = "the backup is damaged in {parts}; nothing was restored"
            raise DataLossError(message, parts=part.name)
        self._under_way.append(self._writers.submit(_store, blobs, sha256, part.size_bytes, content))
        if len(self._under_way) > 2 * WRITERS:
            self._under_way.popleft().result()


def _store(blobs: BlobStore, sha256: str, size_bytes: int, content: IO[bytes]) -> None:
    with content:
        if not blobs.holds(sha256, size_bytes):
            content.seek(0)
            blobs.put(content, sha256, size_bytes, media_type="")


def _head(part: Part) -> Head:
    message = "this is no backup of this program, or its first bytes are damaged"
    if part.name != HEAD:
        raise InvalidArgumentError(message)
    try:
        told: dict[str, Any] = json.loads(part.whole())
        if told["format"] != FORMAT:
            newer = "the backup has format {format}, and this release reads format {ours}: use the release that made it"
            raise PreconditionError(newer, format=told["format"], ours=FORMAT)
        return Head(
            str(told["release"]),
            str(told["revision"]),
            str(told["taken_at"]),
            tuple(database.CopiedTable(table["name"], tuple(table["columns"])) for table in told["tables"]),
            tuple(database.SequenceState(**state) for state in told["sequences"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidArgumentError(message) from error


def _summary(part: Part) -> Summary:
    try:
        return Summary(**json.loads(part.whole()))
    except (ValueError, TypeError) as error:
        message = "the part {name} of the backup cannot be read"
        raise DataLossError(message, name=part.name) from error


def _require_complete(summary: Summary, rows: dict[str, int]) -> None:
    """Refuse a backup whose parts are whole but not all there, as when somebody took one out and wrote the sums anew."""
    different = [name for name in chain(rows, summary.rows) if rows.get(name) != summary.rows.get(name)]
    if different:
        message = "the backup is damaged in {parts}; nothing was restored"
        raise DataLossError(message, parts=", ".join(sorted(set(different))))
