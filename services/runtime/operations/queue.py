"""Put operations on the queue, in the transaction that asks for them."""

import uuid

import procrastinate
from google.longrunning.operations_pb2 import Operation
from google.protobuf.any_pb2 import Any as PackedMessage
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from sqlalchemy import text
from sqlmodel import Session

from services.runtime.calls import current_call, current_principal
from services.runtime.operations.tables import OperationRow
from services.runtime.tracing import carried

TASK = "operation"
QUEUE = "operations"


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
    queue.configure_task(TASK, queue=QUEUE, lock=row.operation_id, connection=connection).defer(
        operation_id=row.operation_id
    )
    return operation_message(row)


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
