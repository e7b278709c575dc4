"""Examine the database: version, durability, migrations, roles, waiting sessions, the queue and its workers, the audit chain."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg

from services.audit.chain import BEFORE_THE_FIRST, link_hash, sealed_text
from services.audit.tables import RecordRow
from services.doctor.findings import Finding, State, fine, problem, remark
from services.migrations.run import OLDEST_POSTGRESQL, SCHEMAS, newest_revision, pending

CLOCK_SECONDS = 2.0
WAITING_SECONDS = 60
UNSEALED_SECONDS = 60
QUEUE_MINUTES = 15
CONNECTION_SHARE = 0.8


def examine_database(url: str, lease_seconds: float) -> Iterator[Finding]:
    """Yield what is found of the database at *url*, which changes nothing."""
    try:
        connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), connect_timeout=5)
    except psycopg.Error as error:
        cause = str(error).strip().partition("\n")[0]
        yield problem(
            "database",
            "the database cannot be reached: {cause}",
            "check TBT_DATABASE_URL, the network and the server's log",
            cause=cause,
        )
        return
    with contextlib.closing(connection):
        yield from _server(connection)
        late = pending(url)
        if late:
            yield problem(
                "migrations", "the database lacks the migrations {late}", "run `tbt migrate`", late=", ".join(late)
            )
            return
        yield fine("migrations", "the database is at {revision}", revision=newest_revision())
        yield from _roles(connection)
        yield from _sessions(connection)
        yield from _queue(connection, lease_seconds)
        yield from _audit(connection)


def _one(connection: psycopg.Connection, query: str, *values: object) -> tuple[object, ...]:
    return connection.execute(query.encode(), values or None).fetchone() or ()


def _server(connection: psycopg.Connection) -> Iterator[Finding]:
    version = connection.info.server_version
    if version < OLDEST_POSTGRESQL:
        yield problem(
            "database", "PostgreSQL is {version}", "upgrade it to 15 or newer", version=f"{version / 10000:.1f}"
        )
    else:
        yield fine("database", "PostgreSQL {version} answers", version=f"{version // 10000}.{version % 10000}")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        (value,) = _one(connection, "SELECT current_setting(%s)", name)
        if value == "off":
            yield problem(
                "durability",
                "{setting} is off: what was acknowledged can be lost",
                "switch it on in the server's configuration",
                setting=name,
            )
    (now,) = _one(connection, "SELECT clock_timestamp()")
    apart = abs((datetime.now(UTC) - now).total_seconds()) if isinstance(now, datetime) else 0.0
    if apart > CLOCK_SECONDS:
        yield remark(
            "clock",
            "the clocks of this machine and of the database are {seconds} s apart",
            "let both follow the same time server (NTP): tokens and dates depend on it",
            seconds=round(apart, 1),
        )
    else:
        yield fine("clock", "the clocks agree")


def _roles(connection: psycopg.Connection) -> Iterator[Finding]:
    missing = [
        f"tbt_{schema}"
        for schema in SCHEMAS
        if not _one(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", f"tbt_{schema}")
        or not _one(connection, "SELECT 1 WHERE pg_has_role(current_user, %s, 'MEMBER')", f"tbt_{schema}")
    ]
    if missing:
        yield problem(
            "roles",
            "this database user may not act as {roles}",
            "run `tbt migrate` as a user with CREATEROLE, or grant them to it",
            roles=", ".join(missing),
        )
    else:
        yield fine("roles", "there is a role for each service")


def _sessions(connection: psycopg.Connection) -> Iterator[Finding]:
    used, most = _one(connection, "SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity")
    if int(str(used)) > int(str(most)) * CONNECTION_SHARE:
        yield remark(
            "connections",
            "{used} of {most} connections are in use",
            "raise max_connections, or lower TBT_DATABASE_POOL_SIZE and TBT_DATABASE_POOL_OVERFLOW",
            used=used,
            most=most,
        )
    else:
        yield fine("connections", "{used} of {most} connections are in use", used=used, most=most)
    (waiting,) = _one(
        connection,
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND state_change < now() - make_interval(secs => %s)",
        WAITING_SECONDS,
    )
    if waiting:
        yield remark(
            "locks",
            "{count} sessions have waited for a lock for more than a minute",
            "look for the session that holds it: SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity",
            count=waiting,
        )


def _queue(connection: psycopg.Connection, lease_seconds: float) -> Iterator[Finding]:
    todo, oldest = _one(connection, "SELECT count(*), min(created_at) FROM operations.operation WHERE NOT done")
    (alive,) = _one(
        connection,
        "SELECT count(*) FROM queue.procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
        lease_seconds,
    )
    late = isinstance(oldest, datetime) and datetime.now(UTC) - oldest > timedelta(minutes=QUEUE_MINUTES)
    if not alive:
        found = remark(
            "worker",
            "no worker gives a sign of life, and {count} operations wait",
            "start `tbt worker`, or `tbt serve` without --without-worker",
            count=todo,
        )
        yield replace(found, state=State.FAULT) if todo else found
    elif late:
        yield remark(
            "queue",
            "{count} operations wait, the oldest for more than a quarter of an hour",
            "start more workers, or raise TBT_WORKER_CONCURRENCY",
            count=todo,
        )
    else:
        yield fine("worker", "live workers: {alive}; operations that wait: {count}", alive=alive, count=todo)


def _audit(connection: psycopg.Connection) -> Iterator[Finding]:
    """Look at the end of the chain; all of it is `tbt audit verify`."""
    (unsealed,) = _one(
        connection,
        "SELECT count(*) FROM audit.unsealed JOIN audit.record USING (number)"
        " WHERE occurred_at < now() - make_interval(secs => %s)",
        UNSEALED_SECONDS,
    )
    if unsealed:
        yield remark(
            "audit",
            "{count} records of changes have waited for their place in the chain for more than a minute",
            "let the audit service run; its log says what keeps it from sealing",
            count=unsealed,
        )
    last = connection.execute(
        "SELECT position, number, sha256 FROM audit.link ORDER BY position DESC LIMIT 2"
    ).fetchall()
    if not last:
        yield fine("audit", "the audit record is empty")
        return
    position, number, sha256 = last[0]
    before = bytes(last[1][2]) if len(last) > 1 else BEFORE_THE_FIRST
    columns = [column.name for column in RecordRow.__table__.columns]  # type: ignore[attr-defined]  # SQLModel's
    found = connection.execute(f"SELECT {', '.join(columns)} FROM audit.record WHERE number = %s".encode(), [number])  # noqa: S608  (our own columns)
    row = found.fetchone()
    record = RecordRow(**dict(zip(columns, row, strict=True))) if row is not None else None
    if record is None or link_hash(before, sealed_text(record)) != bytes(sha256):
        yield problem(
            "audit",
            "the last record of the audit chain is not what was sealed",
            "run `tbt audit verify`, and compare with the head that was kept elsewhere",
        )
    else:
        yield fine("audit", "the audit chain ends at {position} with {sha256}", position=position, sha256=sha256.hex())
