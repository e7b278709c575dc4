"""Take a backup: the rows of one moment, then the bytes they name, each checked against its hash."""

import gzip
import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from tempfile import SpooledTemporaryFile
from typing import IO

import psycopg

from services.backup import database
from services.backup.archive import PIECE_BYTES, ArchiveWriter
from services.runtime.blobs import BlobStore
from standards_tree.errors import DataLossError

FORMAT = 1
HEAD = "tbt-backup.json"
SUMMARY = "summary.json"
ROWS = "database/"
OBJECTS = "objects/"
# Whose bytes are in the object store, and the table that names them. What no row names is left of broken uploads and is left out.
NAMING = {"documents": "documents.document", "reports": "gap.report_file"}
SPOOLED_BYTES = 4 * 1024 * 1024
READERS = 4


@dataclass(slots=True)
class Summary:
    """What a backup holds, and what it could not hold because the system itself has lost it."""

    rows: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    object_bytes: int = 0
    lost: list[str] = field(default_factory=list)
    """`documents/<sha256>`: named by a row, and the object store has no such bytes or damaged ones."""
    fingerprint: str = ""

    @property
    def row_count(self) -> int:
        """Return the rows of all tables."""
        return sum(self.rows.values())


def take(url: str, blobs: BlobStore, to: IO[bytes]) -> Summary:
    """Write the whole system as it is at one moment to *to*, while others go on working.

    Bytes are stored before the rows that name them and never change, so those of the moment are all there afterwards.

    Raises:
        PreconditionError: the database is not at the newest migration of this release.
        UnavailableError: the object store does not answer.
    """
    summary = Summary()
    with database.connect(url) as connection, database.connect(url) as now:
        database.begin_moment(connection)
        taken_at = datetime.now(UTC)
        copied = database.tables(connection)
        with ArchiveWriter(to, int(taken_at.timestamp())) as archive:
            archive.add_bytes(HEAD, _head(connection, copied, taken_at))
            for table in copied:
                summary.rows[table.name] = _add_rows(archive, connection, table)
            for owner, table_name in NAMING.items():
                _add_objects(archive, summary, owner, blobs.of(owner), _Names(connection, now, table_name))
            archive.add_bytes(SUMMARY, _json(asdict(summary)))
        now.rollback()
        connection.rollback()
    summary.fingerprint = archive.fingerprint
    return summary


def _head(connection: psycopg.Connection, copied: Iterable[database.CopiedTable], taken_at: datetime) -> bytes:
    return _json(
        {
            "format": FORMAT,
            "release": metadata.version("tbt-standards"),
            "revision": database.revision_of(connection),
            "postgresql": connection.info.server_version,
            "taken_at": taken_at.isoformat(timespec="seconds"),
            "tables": [asdict(table) for table in copied],
            "sequences": [asdict(state) for state in database.sequences(connection)],
        }
    )


def _add_rows(archive: ArchiveWriter, connection: psycopg.Connection, table: database.CopiedTable) -> int:
    count = 0
    for number, text in enumerate(database.rows_of(connection, table), start=1):
        archive.add_bytes(f"{ROWS}{table.name}/{number:06}.copy.gz", gzip.compress(text, 6, mtime=0))
        count += text.count(b"\n")
    return count


@dataclass(frozen=True, slots=True)
class _Names:
    """The hashes that a table names: at the moment of the backup, and now."""

    moment: psycopg.Connection
    now: psycopg.Connection
    table: str

    def __iter__(self) -> Iterator[str]:
        return database.named_in(self.moment, self.table)

    def still(self, sha256: str) -> bool:
        """Tell whether the table names the bytes now: retention removes rows, then bytes."""
        found = database.still_named(self.now, self.table, sha256)
        self.now.rollback()
        return found


def _add_objects(archive: ArchiveWriter, summary: Summary, owner: str, blobs: BlobStore, names: _Names) -> None:
    for sha256, content in _fetched(blobs, names):
        if content is None:
            if names.still(sha256):
                summary.lost.append(f"{owner}/{sha256}")
            continue
        with content:
            size_bytes = content.tell()
            content.seek(0)
            archive.add(f"{OBJECTS}{owner}/{sha256}", size_bytes, iter(lambda: content.read(PIECE_BYTES), b""))  # noqa: B023
        summary.objects += 1
        summary.object_bytes += size_bytes


def _fetched(blobs: BlobStore, names: Iterable[str]) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Yield the bytes of each name in order, some fetched ahead; None where the store has lost them."""
    ahead: deque[tuple[str, Future[IO[bytes] | None]]] = deque()
    with ThreadPoolExecutor(READERS, thread_name_prefix="backup") as readers:
        for sha256 in names:
            ahead.append((sha256, readers.submit(_fetch, blobs, sha256)))
            if len(ahead) > 2 * READERS:
                earliest, fetched = ahead.popleft()
                yield earliest, fetched.result()
        for earliest, fetched in ahead:
            yield earliest, fetched.result()


def _fetch(blobs: BlobStore, sha256: str) -> IO[bytes] | None:
    content = SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (closed by who writes it)
    try:
        for chunk in blobs.chunks(sha256):
            content.write(chunk)
    except DataLossError:
        content.close()
        return None
    except BaseException:
        content.close()
        raise
    return content


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
