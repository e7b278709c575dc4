"""The doors to the database: one to look up, one to read a moment, one to write.

Writes are SERIALIZABLE and repeated as a whole when they lose a race: at a lower isolation two opposite moves in a tree both
succeed and close a cycle (60 of 60 rounds at READ COMMITTED, 0 of 60 at SERIALIZABLE).
"""

import math
import random
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from google.protobuf.message import Message
from psycopg.abc import RV, PQGen
from sqlalchemy import Engine, Select, create_engine, event
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from services.runtime.audit import record_write
from services.runtime.bulk_rows import renew_statistics
from services.runtime.calls import current_call
from services.runtime.changes import append_pending
from services.runtime.idempotency import RequestKey, forget_old, recall, remember, request_key
from services.runtime.lost_peers import DATABASE_ARGUMENTS
from services.runtime.settings import Settings
from services.runtime.spools import Room, spooled
from services.runtime.tracing import statement_span, trace_statements
from services.runtime.turns import TURNS
from standards_tree.errors import (
    AlreadyExistsError,
    BusyError,
    CancelledError,
    DeadlineError,
    InvalidArgumentError,
    PreconditionError,
    StaleError,
    UnavailableError,
)

__all__ = ["Database", "Session"]

Result = TypeVar("Result")
Answer = TypeVar("Answer", bound=Message)

# Some nine seconds, within the deadline of most calls. Twelve were too few: of 22,800 writes beside five others and reports, on
# two cores that had ten times as much to do, two lost their race twelve times. Probably because PostgreSQL reads a small table
# as a whole, so that every change of it races every other one.
MAX_ATTEMPTS = 40
BACKOFF_SECONDS = 0.004
LONGEST_BACKOFF_SECONDS = 0.5
POOL_WAIT_SECONDS = 5
FORGET_EVERY_SECONDS = 3600
# Class 40: serialization failure, deadlock. 23505: another transaction inserted the same key first; the repeated one finds it.
LOST_RACE = frozenset({"40001", "40P01"})
UNIQUE_VIOLATION = "23505"
QUERY_CANCELLED = "57014"
NO_ANSWER = "the database does not answer now; try again shortly"
RULE_VIOLATIONS = frozenset({"23503", "23514", "23502"})


class Connection(psycopg.Connection[Any]):
    """A connection that lets other calls have the turn while it waits for the database."""

    def wait(self, gen: PQGen[RV], *args: Any, **kwargs: Any) -> RV:
        """Return what *gen* returns when the answer is there."""
        with TURNS.given_up():
            return super().wait(gen, *args, **kwargs)


class Database:
    """One service's way into its own schema, under its own role."""

    def __init__(self, url: str, schema: str, settings: Settings) -> None:
        self.schema = schema
        engine = create_engine(
            url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_pool_overflow,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_recycle=3600,
            connect_args={
                "options": (
                    f"-c role=tbt_{schema} -c search_path={schema},queue"
                    f" -c statement_timeout={int(settings.statement_timeout_seconds * 1000)}"
                    " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
                ),
                **DATABASE_ARGUMENTS,
                "application_name": f"tbt-{schema}",
            },
        )
        event.listen(engine, "do_connect", _connect)
        self._traced = settings.traces_endpoint is not None
        if self._traced:
            trace_statements(engine)
        self._engine = engine
        self._forgot_at = -math.inf
        self._room = Room()
        self._texts: dict[Select[Any], str] = {}
        self._look_ups: Engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._moments: Engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writes: Engine = engine.execution_options(isolation_level="SERIALIZABLE")

    def look_up(self, work: Callable[[Session], Result]) -> Result:
        """Return what *work* finds with one statement; several may see different moments.

        One round trip instead of the three of a transaction.
        """
        return self._reading(self._look_ups, work)

    def read(self, work: Callable[[Session], Result]) -> Result:
        """Return what *work* reads, however many statements, all of one moment."""
        return self._reading(self._moments, work)

    def look_up_rows(self, query: Select[Any], values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return the rows of one query of which the program makes one object: for what is asked most.

        As `look_up`, at a third of its cost: a session and SQLAlchemy's results cost 500 µs of CPU, the query itself 140.
        The columns come as psycopg gives them, so they must be of types that need nothing done in Python.
        """
        _require_time()
        with self._translated():
            try:
                return self._rows(query, values)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._rows(query, values)

    def _rows(self, query: Select[Any], values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        text = self._texts.get(query)
        if text is None:
            text = self._texts.setdefault(query, str(query.compile(dialect=self._engine.dialect)))
        span = statement_span(text) if self._traced else None
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        try:
            connection.autocommit = True  # type: ignore[union-attr]  # psycopg's, and open
            rows: list[tuple[Any, ...]] = connection.execute(text, values).fetchall()  # type: ignore[union-attr]
            connection.autocommit = False  # type: ignore[union-attr]
        except psycopg.Error as error:
            lost = connection is None or connection.closed
            pooled.invalidate(error)
            if lost:
                # The others in the pool are as old, and the server that closed this one closed them.
                self._engine.dispose()
            wrapped = DBAPIError.instance(text, dict(values), error, psycopg.Error, connection_invalidated=bool(lost))
            raise wrapped from error
        finally:
            pooled.close()
            if span is not None:
                span.end()
        return rows

    def stream(self, work: Callable[[Session], Iterator[Answer]]) -> Iterator[Answer]:
        """Yield what *work* reads, all of one moment: for exports that stream.

        However slowly it is taken, the connection is given back when all is read: see `spools`.
        """

        def pieces() -> Generator[Answer]:
            _require_time()
            with self._translated(), Session(self._moments) as session:
                yield from work(session)

        return spooled(pieces, self._room)

    def _reading(self, engine: Engine, work: Callable[[Session], Result]) -> Result:
        _require_time()
        with self._translated():
            try:
                with Session(engine) as session:
                    return work(session)
            except DBAPIError as error:
                # The pool held a connection the server has closed since; SQLAlchemy has now dropped them all.
                if not error.connection_invalidated:
                    raise
                with Session(engine) as session:
                    return work(session)

    def write(
        self,
        work: Callable[[Session], Answer],
        request: Message | None = None,
        content_sha256: str = "",
        *,
        keep: bool | None = None,
    ) -> Answer:
        """Do *work* in one SERIALIZABLE transaction and return its answer; the commit is durable when this returns.

        *work* may run several times and must have no effect outside its session. With a *request* that has a `request_id`
        the answer is stored beside the work, and the same request later gets it without doing the work again; with
        `validate_only` everything is rolled back, unless *keep* says otherwise: to start an operation that only checks is
        itself kept.

        Raises:
            StaleError: the race was lost MAX_ATTEMPTS times.
            UnavailableError: the database does not answer; whether the work was done is then unknown.
        """
        key = request_key(request, content_sha256) if request is not None else None
        if keep is None:
            keep = not getattr(request, "validate_only", False)
        if key is not None:
            self._forget_old_requests()
        with self._translated():
            for attempt in range(MAX_ATTEMPTS):
                _require_time()
                try:
                    return self._attempt(work, request, key, content_sha256, keep=keep)
                except DBAPIError as error:
                    last_chance = attempt == MAX_ATTEMPTS - 1
                    if last_chance or not _may_repeat(error, attempt):
                        raise
                longest = min(LONGEST_BACKOFF_SECONDS, BACKOFF_SECONDS * 2**attempt)
                with TURNS.given_up():
                    time.sleep(random.uniform(0, longest))  # noqa: S311  (spreads repeats, no secret)
        raise AssertionError(MAX_ATTEMPTS)  # the last attempt either returned or raised

    def _forget_old_requests(self) -> None:
        """Remove remembered answers that have had their day, once an hour.

        On its own and before the write: inside a SERIALIZABLE transaction it would conflict with every other one.
        """
        now = time.monotonic()
        if now - self._forgot_at > FORGET_EVERY_SECONDS:
            self._forgot_at = now
            self.look_up(forget_old)

    def _attempt(
        self,
        work: Callable[[Session], Answer],
        request: Message | None,
        key: RequestKey | None,
        content_sha256: str,
        *,
        keep: bool,
    ) -> Answer:
        with Session(self._writes, expire_on_commit=False) as session:
            if key is not None and (earlier := recall(session, key)) is not None:
                return earlier  # type: ignore[return-value]  # the type was stored with the answer
            answer = work(session)
            if not keep:
                session.flush()
                session.rollback()
                return answer
            if key is not None:
                remember(session, key, answer)
            session.flush()
            renew_statistics(session)
            record_write(session, self.schema, request, answer, content_sha256)
            append_pending(session)
            _require_client()
            _commit(session)
            return answer

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say what a database error means."""
        try:
            yield
        except PoolTimeoutError as error:
            message = "every database connection of this service is in use; try again shortly"
            raise BusyError(message) from error
        except DataError as error:
            message = "a value cannot be stored: {cause}"
            raise InvalidArgumentError(message, cause=_first_line(error)) from error
        except DBAPIError as error:
            raise _meaning(error) from error

    def connections(self) -> dict[str, int]:
        """Return how many connections are in use, and how many wait in the pool."""
        pool = self._engine.pool
        if not isinstance(pool, QueuePool):
            return {}
        return {"in_use": pool.checkedout(), "idle": pool.checkedin()}

    def close(self) -> None:
        """Give every connection back to the server."""
        self._engine.dispose()


def _connect(_dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]) -> Connection:
    return Connection.connect(*arguments, **named)


def _require_time() -> None:
    call = current_call()
    if call is not None:
        call.require_time()


def _require_client() -> None:
    """Refuse to commit for a client that has gone: when a connection breaks, what it sent so far looks like all of it."""
    call = current_call()
    if call is not None and call.cancelled:
        message = "the call was cancelled"
        raise CancelledError(message)


def _commit(session: Session) -> None:
    """Commit.

    Raises:
        UnavailableError: the connection broke meanwhile: whether it was committed nobody knows, so nobody may repeat it here.
    """
    try:
        session.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise UnavailableError(NO_ANSWER) from error
        raise


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]


def _may_repeat(error: DBAPIError, attempt: int) -> bool:
    """Tell whether repeating a transaction that failed before its commit, or by its commit, can help.

    A pooled connection that the server closed since, all others in the pool with it, is found out by its first statement.
    """
    state = _sqlstate(error)
    lost = error.connection_invalidated and attempt == 0
    return lost or state in LOST_RACE or (state == UNIQUE_VIOLATION and attempt < 2)


def _meaning(error: DBAPIError) -> Exception:
    state = _sqlstate(error)
    if state in LOST_RACE:
        return StaleError("others changed the same records at the same time; try again")
    if state == UNIQUE_VIOLATION:
        return AlreadyExistsError("a record with this identity exists")
    if state == QUERY_CANCELLED:
        return DeadlineError("the database took too long; ask for less")
    if state in RULE_VIOLATIONS:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
        return PreconditionError("the change breaks the rule {constraint} of the database", constraint=constraint)
    if error.connection_invalidated or state[:2] in ("08", "57", "53") or not state:
        return UnavailableError(NO_ANSWER)
    return error
