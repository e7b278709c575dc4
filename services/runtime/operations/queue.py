"""Put operations on the queue, in the transaction that asks for them."""

import uuid
from datetime import UTC, datetime, timedelta

import procrastinate
import psycopg
from google.longrunning.operations_pb2 import Operation
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from procrastinate.exceptions import ConnectorException
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.runtime.calls import current_call, current_principal
from services.runtime.database import Database
from services.runtime.operations.tables import OperationRow
from services.runtime.tracing import carried

TASK = "operation"
QUEUE = "operations"
DELETED_AT_ONCE = 5_000


def start_operation(
    session: Session, kind: str, request: Message, progress: Message, operation_id: str = ""
) -> Operation:
    """Record an operation and put it on the queue; both happen with the session's transaction, or neither.

    *kind* chooses the runner: `gap.create_report`. The queue's own row is written over the same connection.
    """
    call = current_call()
    row = OperationRow(
        operation_id=operation_id or uuid.uuid4().hex,
        kind=kind,
        principal=current_principal().subject,
        language=call.language if call is not None else "en",
        trace_parent=dict(carried()).get("traceparent", ""),
        request=packed(request),
        progress=packed(progress),
    )
    session.add(row)
    session.flush()
    connection = session.connection().connection.dbapi_connection
    # The queue's own library writes its own row; nothing is opened by making the connector.
    connector = procrastinate.SyncPsycopgConnector()
    queue = procrastinate.App(connector=connector)
    deferred = queue.configure_task(TASK, queue=QUEUE, lock=row.operation_id, connection=connection)
    try:
        deferred.defer(operation_id=row.operation_id)
    except ConnectorException as error:
        raise _as_ours(error) from error
    return operation_message(row)


def _as_ours(error: ConnectorException) -> Exception:
    """Return what the database said, as SQLAlchemy would say it: a lost race must be known for one to be run again."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return error
    lost = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
    wrapped = DBAPIError.instance(None, None, cause, psycopg.Error, connection_invalidated=lost)
    return wrapped if isinstance(wrapped, Exception) else error


def queue_lengths(session: Session) -> dict[str, int]:
    """Return how many operations are waiting (`todo`), being worked on (`doing`) and given up (`failed`)."""
    counted = session.connection().execute(
        text(
            "SELECT CAST(status AS text), count(*) FROM queue.procrastinate_jobs"
            " WHERE task_name = :task AND status IN ('todo', 'doing', 'failed') GROUP BY status"
        ),
        {"task": TASK},
    )
    return {"todo": 0, "doing": 0, "failed": 0, **{str(status): int(count) for status, count in counted}}


def delete_finished_jobs(database: Database, older_than: timedelta) -> int:
    """Delete the jobs that ended longer ago than *older_than*, chores among them, and return how many those were.

    Operations are kept apart from their jobs, and longer. A part at a time, so that nobody waits for the first run on a queue
    that nobody has ever tidied.
    """
    before = datetime.now(UTC) - older_than
    deleted = 0
    while True:
        done = database.look_up(lambda session: _delete_some(session, before))
        deleted += done
        if done < DELETED_AT_ONCE:
            return deleted


def _delete_some(session: Session, before: datetime) -> int:
    # A job's last event is its end; the index of events is by job.
    result = session.connection().execute(
        text(
            "DELETE FROM queue.procrastinate_jobs WHERE id IN (SELECT id FROM queue.procrastinate_jobs AS job"
            " WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND NOT EXISTS"
            " (SELECT FROM queue.procrastinate_events WHERE job_id = job.id AND at >= :before) ORDER BY id LIMIT :most)"
        ),
        {"before": before, "most": DELETED_AT_ONCE},
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def delete_finished_operations(database: Database, older_than: timedelta) -> int:
    """Delete the operations that ended longer ago than *older_than*, and return how many those were.

    What they made, such as a report, is kept and removed by the service that made it. A part at a time, as jobs are.
    """
    before = datetime.now(UTC) - older_than
    deleted = 0
    while True:
        done = database.look_up(lambda session: _delete_operations(session, before))
        deleted += done
        if done < DELETED_AT_ONCE:
            return deleted


def _delete_operations(session: Session, before: datetime) -> int:
    result = session.connection().execute(
        text(
            "DELETE FROM operations.operation WHERE operation_id IN (SELECT operation_id FROM operations.operation"
            " WHERE done AND finished_at < :before LIMIT :most)"
        ),
        {"before": before, "most": DELETED_AT_ONCE},
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def packed(message: Message) -> bytes:
    """Return *message* with its type, for storage."""
    container = PackedMessage()
    container.Pack(message)
    return container.SerializeToString()


def operation_message(row: OperationRow) -> Operation:
    """Return a stored operation as clients see it."""
    operation = Operation(
        name=f"operations/{row.operation_id}", done=row.done, metadata=PackedMessage.FromString(row.progress)
    )
    if row.failure is not None:
        operation.error.CopyFrom(Status.FromString(row.failure))
    elif row.response is not None:
        operation.response.CopyFrom(PackedMessage.FromString(row.response))
    return operation
