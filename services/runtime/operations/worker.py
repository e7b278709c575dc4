"""Work off the queue. A job whose worker died is taken up by another; a runner must therefore bear to be run again."""

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import procrastinate
import structlog
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc import code_pb2
from google.rpc.status_pb2 import Status
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from sqlmodel import Session

from services.runtime.calls import Call, working_for
from services.runtime.database import Database
from services.runtime.errors import internal_status, status_of
from services.runtime.lost_peers import DATABASE_ARGUMENTS
from services.runtime.metrics import Metrics
from services.runtime.operations.jobs import job
from services.runtime.operations.queue import QUEUE, TASK, packed
from services.runtime.operations.tables import OperationRow
from services.runtime.tracing import end_with, traced
from standards_tree.errors import CancelledError, DomainError, StaleError, UnavailableError

logger = structlog.stdlib.get_logger("worker")

RETRIES = 5
GIVEN_UP = 2 * RETRIES
"""So often a job is begun at the most: what takes its worker with it each time would otherwise do so for ever."""
POLL_SECONDS = 2.0
WANTED_POLL_SECONDS = 0.25
RESTART_SECONDS = 1.0
# So many signs of life fit into a lease, so that one that comes late ends nothing.
SIGNS_A_LEASE = 6
PASSING_FAULTS = (UnavailableError, StaleError)


class RunningOperation:
    """What a runner knows of the operation it works on, and how it reports."""

    def __init__(self, database: Database, operation_id: str, request: Message) -> None:
        self.operation_id = operation_id
        self.request = request
        self._database = database
        self._asked = -math.inf

    def require_wanted(self) -> None:
        """Look whether the work is still wanted; cheap enough for every step of a loop.

        Raises:
            CancelledError: the operation was cancelled meanwhile; the runner lets it pass.
        """
        now = time.monotonic()
        if now - self._asked >= WANTED_POLL_SECONDS:
            self._asked = now
            _require_wanted(self._database.look_up(lambda session: session.get_one(OperationRow, self.operation_id)))

    def report(self, progress: Message) -> None:
        """Store how far the work is, for who waits.

        Raises:
            CancelledError: the operation was cancelled meanwhile; the runner lets it pass.
        """

        def work(session: Session) -> Message:
            row = session.get_one(OperationRow, self.operation_id)
            _require_wanted(row)
            row.progress = packed(progress)
            return progress

        self._database.write(work)


Runner = Callable[[RunningOperation], Message]


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be looked after again and again, by whichever worker comes first; *cron* has the seconds last.

    Two workers may do it at the same time, and one that was down may have missed it: the work must bear both.
    """

    name: str
    cron: str
    work: Callable[[], None]


class Worker:
    """Runs the queue in threads of this process until it is stopped.

    A worker that gives no sign of life for *lease_seconds* is taken for dead.
    """

    def __init__(  # noqa: PLR0913  (what is put together in one place)
        self,
        database: Database,
        conninfo: str,
        runners: Mapping[str, Runner],
        chores: Iterable[Chore] = (),
        *,
        metrics: Metrics,
        concurrency: int,
        lease_seconds: float,
    ) -> None:
        self._metrics = metrics
        self._database = database
        self._runners = dict(runners)
        self._concurrency = concurrency
        self._lease_seconds = lease_seconds
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=conninfo, kwargs=dict(DATABASE_ARGUMENTS))
        )
        self._app.task(
            name=TASK,
            queue=QUEUE,
            pass_context=True,
            retry=procrastinate.RetryStrategy(
                max_attempts=RETRIES, exponential_wait=2, retry_exceptions=PASSING_FAULTS
            ),
        )(self._run)
        every = max(1, min(15, int(lease_seconds / 2)))
        self._app.periodic(cron=f"* * * * * */{every}")(
            self._app.task(name="take_up_stalled", queue=QUEUE)(self._take_up_stalled)
        )
        for chore in chores:
            task = self._app.task(name=chore.name, queue=QUEUE, queueing_lock=chore.name)(_timed(chore))
            self._app.periodic(cron=chore.cron)(task)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._working: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker")
        self._ready = threading.Event()

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Let the jobs under way finish, take no more, and end. One that was never started has nothing to end."""
        if self._thread.ident is None:
            return
        self._stopping.set()
        if self._loop is not None and self._working is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended by itself
                self._loop.call_soon_threadsafe(self._working.cancel)
        self._thread.join()

    def wait(self) -> None:
        """Wait until the worker is stopped."""
        self._thread.join()

    def _work(self) -> None:
        """Work until told to stop: procrastinate's worker ends when the database does, and nobody else would start it anew."""
        while not self._stopping.is_set():
            cause = "the queue's connection was lost"
            try:
                asyncio.run(self._listen())
            except asyncio.CancelledError:
                break
            except Exception as error:  # noqa: BLE001  (whatever ended it, somebody must work)
                cause = f"{type(error).__name__}: {error}".partition("\n")[0]
            finally:
                self._ready.set()
            if not self._stopping.wait(RESTART_SECONDS):
                logger.warning("worker starts anew", cause=cause)
        logger.debug("worker stopped")

    async def _listen(self) -> None:
        async with self._app.open_async():
            # Only now may it be stopped: a pool that is cancelled while it opens its first connections never closes.
            self._loop = asyncio.get_running_loop()
            self._working = asyncio.current_task()
            self._ready.set()
            if self._stopping.is_set():
                return
            await self._app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=self._lease_seconds / SIGNS_A_LEASE,
                stalled_worker_timeout=self._lease_seconds,
            )

    async def _take_up_stalled(self, timestamp: int) -> None:  # noqa: ARG002  (procrastinate's signature)
        stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._lease_seconds)
        for one in stalled:
            await self._app.job_manager.retry_job(one)

    def _run(self, context: procrastinate.JobContext, operation_id: str) -> None:
        """Run one operation and store what came of it. A passing fault is raised, so that the queue tries again."""
        last_attempt = context.job.attempts >= RETRIES - 1
        row = self._database.look_up(lambda session: session.get(OperationRow, operation_id))
        if row is None or row.done:
            return
        call = job(row.kind, row.language, row.principal)
        carrier = {"traceparent": row.trace_parent} if row.trace_parent else {}
        with working_for(call), traced(call.method, SpanKind.CONSUMER, carrier):
            try:
                if context.job.attempts >= GIVEN_UP:
                    message = "the work was begun {count} times, and its worker died each time or could not do it; it is given up"
                    raise UnavailableError(message, count=context.job.attempts)
                _require_wanted(row)
                request = _unpacked(row.request)
                answer = self._runners[row.kind](RunningOperation(self._database, operation_id, request))
            except DomainError as error:
                if isinstance(error, PASSING_FAULTS) and not last_attempt:
                    raise
                self._finish(row, call, failure=status_of(error, row.language))
            except Exception:
                incident = uuid4().hex[:12]
                logger.exception("operation failed", incident=incident, operation=operation_id, kind=row.kind)
                self._finish(row, call, failure=internal_status(incident))
            else:
                self._finish(row, call, response=answer)
        logger.info("operation", kind=row.kind, operation=operation_id, principal=row.principal)

    def _finish(
        self, begun: OperationRow, call: Call, response: Message | None = None, failure: Status | None = None
    ) -> None:
        code = code_pb2.Code.Name(code_pb2.Code.ValueType(failure.code if failure is not None else code_pb2.OK))
        self._metrics.operations.labels(begun.kind, code).inc()
        self._metrics.operation_seconds.labels(begun.kind).observe(time.monotonic() - call.started)
        end_with(trace.get_current_span(), code)

        def work(session: Session) -> Message:
            row = session.get_one(OperationRow, begun.operation_id)
            if not row.done:
                row.done = True
                row.finished_at = datetime.now(UTC)
                row.response = packed(response) if response is not None else None
                row.failure = failure.SerializeToString() if failure is not None else None
            return Empty()

        self._database.write(work)


def _timed(chore: Chore) -> Callable[[int], None]:
    """Return *chore* as the queue calls it: with the second it was due."""

    def work(timestamp: int) -> None:  # noqa: ARG001  (procrastinate's signature)
        chore.work()

    return work


def _require_wanted(row: OperationRow) -> None:
    """Refuse to go on with an operation that was cancelled."""
    if row.cancel_requested:
        message = "the operation was cancelled"
        raise CancelledError(message)


def _unpacked(content: bytes) -> Message:
    container = PackedMessage.FromString(content)
    kind = descriptor_pool.Default().FindMessageTypeByName(container.TypeName())
    message = message_factory.GetMessageClass(kind)()
    container.Unpack(message)
    return message
