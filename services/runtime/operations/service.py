"""Show operations to their owners: `google.longrunning.Operations`."""

import time
from datetime import datetime

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from services.runtime.audit import name_target
from services.runtime.calls import Principal, current_call, current_principal
from services.runtime.database import Database
from services.runtime.operations.queue import operation_message
from services.runtime.operations.tables import OperationRow
from services.runtime.paging import Key, Pager
from services.runtime.server import Servicer
from standards_tree.errors import InvalidArgumentError, NotFoundError, PreconditionError

FULL_NAME = "google.longrunning.Operations"
WAIT_POLL_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 25.0
_ORDER = (col(OperationRow.created_at), col(OperationRow.operation_id))


class OperationsService(operations_pb2_grpc.OperationsServicer):  # type: ignore[misc]  # its wheel has no types
    """Lets who started an operation follow, await and cancel it; an administrator all of them."""

    def __init__(self, database: Database, pager: Pager, retention_days: int) -> None:
        """*retention_days*: after how long an operation that ended is forgotten; 0 for never."""
        self._database = database
        self._pager = pager
        self._retention_days = retention_days

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        return Servicer(FULL_NAME, lambda server: operations_pb2_grpc.add_OperationsServicer_to_server(self, server))

    def GetOperation(  # noqa: N802  (the contract's name)
        self, request: operations_pb2.GetOperationRequest, context: grpc.ServicerContext
    ) -> operations_pb2.Operation:
        """Return an operation."""
        del context
        principal = current_principal()
        return operation_message(self._database.look_up(lambda session: self._own(session, request.name, principal)))

    def WaitOperation(  # noqa: N802
        self, request: operations_pb2.WaitOperationRequest, context: grpc.ServicerContext
    ) -> operations_pb2.Operation:
        """Return an operation when it is done, or as it is when the time to wait is over.

        Holds no connection while it waits.
        """
        del context
        principal = current_principal()
        call = current_call()
        left = call.seconds_left() if call is not None else None
        # Not as a timedelta, which cannot hold every duration there is.
        asked = request.timeout.seconds if request.HasField("timeout") else LONGEST_WAIT_SECONDS
        asked += request.timeout.nanos / 1e9
        until = time.monotonic() + min(asked, LONGEST_WAIT_SECONDS, (left or LONGEST_WAIT_SECONDS) * 0.9)
        while True:
            row = self._database.look_up(lambda session: self._own(session, request.name, principal))
            if row.done or time.monotonic() >= until or (call is not None and call.cancelled):
                return operation_message(row)
            time.sleep(WAIT_POLL_SECONDS)

    def ListOperations(  # noqa: N802
        self, request: operations_pb2.ListOperationsRequest, context: grpc.ServicerContext
    ) -> operations_pb2.ListOperationsResponse:
        """Return the caller's operations, newest first."""
        del context
        principal = current_principal()
        if request.filter:
            message = "operations are listed without a filter; leave it empty"
            raise InvalidArgumentError.in_field("filter", message)
        page = self._pager.page(request)

        def work(session: Session) -> list[OperationRow]:
            query = select(OperationRow).order_by(*(column.desc() for column in _ORDER))
            if "administrator" not in principal.roles:
                query = query.where(OperationRow.principal == principal.subject)
            if page.after is not None:
                created_at, operation_id = page.after
                query = query.where(tuple_(*_ORDER) < (datetime.fromisoformat(str(created_at)), operation_id))
            return list(session.exec(query.limit(page.size + 1)))

        operations, token = self._pager.fill(request, page, self._database.look_up(work), _place, operation_message)
        return operations_pb2.ListOperationsResponse(operations=operations, next_page_token=token)

    def CancelOperation(  # noqa: N802
        self, request: operations_pb2.CancelOperationRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Ask an operation to stop; it stops at its next report of progress."""
        del context
        principal = current_principal()

        def work(session: Session) -> Message:
            self._own(session, request.name, principal).cancel_requested = True
            name_target(session, request.name)
            return Empty()

        self._database.write(work, request)
        return Empty()

    def DeleteOperation(  # noqa: N802
        self, request: operations_pb2.DeleteOperationRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Forget an operation that is done."""
        del context
        principal = current_principal()

        def work(session: Session) -> Message:
            row = self._own(session, request.name, principal)
            if not row.done:
                message = "{name} is still running; cancel it first"
                raise PreconditionError(message, name=request.name)
            session.delete(row)
            name_target(session, request.name)
            return Empty()

        self._database.write(work, request)
        return Empty()

    def _own(self, session: Session, name: str, principal: Principal) -> OperationRow:
        """Return the operation *name* if *principal* may see it; who may not is told that there is none."""
        row = session.get(OperationRow, name.removeprefix("operations/"))
        if row is not None and (row.principal == principal.subject or "administrator" in principal.roles):
            return row
        if self._retention_days:
            message = "there is no operation {name}; those that ended more than {days} days ago are forgotten"
            raise NotFoundError(message, name=name, days=self._retention_days)
        message = "there is no operation {name}"
        raise NotFoundError(message, name=name)


def _place(row: OperationRow) -> Key:
    """Return where an operation stands in the list."""
    return (row.created_at.isoformat() if row.created_at else "", row.operation_id)
