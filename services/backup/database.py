"""Copy every table out of one moment of the database, and into an empty one.

PostgreSQL's own COPY, a table at a time: it needs no program beside this one, works with any server that the services work with,
and takes rows as they are: identity columns, revisions, the audit chain. The order of the tables is one in which none refers to a
later one.
"""

import graphlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from services.migrations.run import LOCK, QUEUE_SCHEMA, SCHEMAS, newest_revision
from standards_tree.errors import DataLossError, PreconditionError

ROWS_BYTES = 8 * 1024 * 1024
"""Of the text of rows that make one part."""
REVISION = "SELECT version_num FROM public.alembic_version"
# Ordinary tables and their columns as COPY takes them: what the database computes by itself is left out.
TABLES = """
SELECT format('%%s.%%s', n.nspname, c.relname), array_agg(a.attname ORDER BY a.attname)::text[]
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND n.nspname = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY 1 ORDER BY 1
"""
REFERENCES = """
SELECT DISTINCT format('%s.%s', f.nspname, r.relname), format('%s.%s', t.nspname, p.relname)
FROM pg_constraint AS c
JOIN pg_class AS r ON r.oid = c.conrelid JOIN pg_namespace AS f ON f.oid = r.relnamespace
JOIN pg_class AS p ON p.oid = c.confrelid JOIN pg_namespace AS t ON t.oid = p.relnamespace
WHERE c.contype = 'f' AND c.conrelid <> c.confrelid
"""
SEQUENCES = """
SELECT format('%%s.%%s', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND n.nspname = ANY (%s) ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table and its columns, in the order in which they are copied."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SequenceState:
    """Where a sequence stands."""

    name: str
    last_value: int
    is_called: bool


def connect(url: str) -> psycopg.Connection:
    """Connect as the owner of the database, without a limit on how long a statement takes."""
    libpq = url.replace("postgresql+psycopg://", "postgresql://", 1)
    options = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c timezone=UTC -c datestyle=ISO"
    return psycopg.connect(libpq, connect_timeout=5, application_name="tbt-backup", options=options)


def revision_of(connection: psycopg.Connection) -> str:
    """Return the migration the database is at.

    Raises:
        PreconditionError: it is at none, or not at the newest one of this release.
    """
    known = connection.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone()
    found = connection.execute(REVISION).fetchone() if known and known[0] else None
    revision = str(found[0]) if found else "none"
    newest = newest_revision()
    if revision != newest:
        message = "the database is at migration {revision} and this release needs {newest}: run `tbt migrate`"
        raise PreconditionError(message, revision=revision, newest=newest)
    return revision


def tables(connection: psycopg.Connection) -> list[CopiedTable]:
    """Return every table, each after those it refers to."""
    columns: dict[str, list[str]] = dict(connection.execute(TABLES, [_schemas()]).fetchall())
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter(dict.fromkeys(columns, ()))
    for referring, referred in connection.execute(REFERENCES).fetchall():
        if referring in columns and referred in columns:
            sorter.add(referring, referred)
    return [CopiedTable(name, tuple(columns[name])) for name in sorter.static_order()]


def sequences(connection: psycopg.Connection) -> list[SequenceState]:
    """Return where every sequence stands. It may be further than the rows of a moment that was fixed before."""
    names = [str(name) for (name,) in connection.execute(SEQUENCES, [_schemas()]).fetchall()]
    found = []
    for name in names:
        state = connection.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(_identifier(name))).fetchone()
        if state is not None:
            found.append(SequenceState(name, int(state[0]), bool(state[1])))
    return found


def begin_moment(connection: psycopg.Connection) -> None:
    """Fix the moment that everything read from now on is of: one that some order of the writes has really had.

    It may wait for writes that are under way, which are short.
    """
    connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE")
    connection.execute("SELECT 1")


def rows_of(connection: psycopg.Connection, table: CopiedTable) -> Iterator[bytes]:
    """Yield the rows of *table* as text, as much of it as makes a part at a time."""
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_identifier(table.name), _columns(table))
    gathered, size = [], 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            gathered.append(bytes(row))
            size += len(row)
            if size >= ROWS_BYTES and row[-1:] == b"\n":
                yield b"".join(gathered)
                gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def lock_empty(connection: psycopg.Connection, wanted: Sequence[CopiedTable]) -> None:
    """Keep everybody else from writing until the transaction ends, and require that nothing was written before.

    Raises:
        PreconditionError: the database has other tables than *wanted*, or any of them has a row.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    present = tables(connection)
    if set(present) != set(wanted):
        names = sorted({table.name for table in set(present) ^ set(wanted)})
        message = (
            "the backup and the database differ in the tables {names}: restore with the release that made the backup"
        )
        raise PreconditionError(message, names=", ".join(names))
    for table in wanted:
        connection.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(_identifier(table.name)))
    require_empty(connection, wanted)


def require_empty(connection: psycopg.Connection, wanted: Iterable[CopiedTable]) -> None:
    """Refuse a system that holds anything.

    Raises:
        PreconditionError: one of the tables *wanted* has a row.
    """
    for table in wanted:
        rows = sql.SQL("SELECT 1 FROM {} LIMIT 1").format(_identifier(table.name))
        if connection.execute(rows).fetchone() is not None:
            message = "the system is not empty: {table} has rows; restore into a new database"
            raise PreconditionError(message, table=table.name)


def fill(connection: psycopg.Connection, table: CopiedTable, parts: Iterator[bytes]) -> int:
    """Put the rows of *parts* into *table* and return how many they were; no trigger of ours runs.

    Raises:
        DataLossError: they are no rows of it.
    """
    name = _identifier(table.name)
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    try:
        with connection.cursor() as cursor:
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, _columns(table))) as copy:
                for part in parts:
                    copy.write(_unpacked(part))
            count = cursor.rowcount
    except (psycopg.DataError, psycopg.IntegrityError, zlib.error, OSError, EOFError) as error:
        message = "the backup has no usable rows of {table}: {cause}"
        raise DataLossError(message, table=table.name, cause=str(error).partition("\n")[0]) from error
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
    return count


def advance(connection: psycopg.Connection, state: SequenceState) -> None:
    """Put a sequence where it stood."""
    connection.execute("SELECT setval(%s, %s, %s)", [state.name, state.last_value, state.is_called])


def analyze(connection: psycopg.Connection, filled: Sequence[CopiedTable]) -> None:
    """Let the planner know what came in; until it does, the first questions are answered slowly."""
    for table in filled:
        connection.execute(sql.SQL("ANALYZE {}").format(_identifier(table.name)))


def named_in(connection: psycopg.Connection, table: str) -> Iterator[str]:
    """Yield the hashes of the stored bytes that *table* names, each once."""
    query = sql.SQL("SELECT DISTINCT sha256 FROM {} ORDER BY 1").format(_identifier(table))
    with connection.cursor(name="stored_bytes") as cursor:
        cursor.execute(query)
        for (sha256,) in cursor:
            yield str(sha256)


def still_named(connection: psycopg.Connection, table: str, sha256: str) -> bool:
    """Tell whether *table* names the bytes now."""
    query = sql.SQL("SELECT 1 FROM {} WHERE sha256 = %s LIMIT 1").format(_identifier(table))
    return connection.execute(query, [sha256]).fetchone() is not None


def _unpacked(part: bytes) -> bytes:
    """Return the text of the rows: hostile input is refused before it fills the memory."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    text = unpacker.decompress(part, 16 * ROWS_BYTES)
    if unpacker.unconsumed_tail or not unpacker.eof or unpacker.unused_data:
        message = "a part is no compressed text of rows"
        raise zlib.error(message)
    return text


def _schemas() -> list[str]:
    return [*SCHEMAS, QUEUE_SCHEMA]


def _identifier(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split(".", 1))


def _columns(table: CopiedTable) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, table.columns))
