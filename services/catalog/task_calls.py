"""Speak gRPC about what waits for somebody."""

import grpc

from services.catalog import messages_tasks, store_tasks
from services.catalog.calls import Calls
from services.catalog.tasks import desk_of
from services.runtime.calls import current_call, current_principal
from services.runtime.civil_dates import date_from, today
from services.runtime.texts import ENGLISH
from tbt.catalog.v1 import task_pb2 as pb


class TaskCalls(Calls):
    """Answers the calls about what waits for somebody."""

    def ListMyTasks(self, request: pb.ListMyTasksRequest, context: grpc.ServicerContext) -> pb.ListMyTasksResponse:  # noqa: N802
        """List what waits for the caller, the most urgent first."""
        del context
        desk = desk_of(current_principal(), request.committee, map(messages_tasks.kind_from, request.kinds))
        on = date_from(request.as_of, "as_of") or today()
        page = self._pager.page(request)
        call = current_call()
        language = call.language if call is not None else ENGLISH
        found = self._database.read(lambda session: store_tasks.list_tasks(session, desk, on, page))
        tasks, token = self._pager.fill(
            request, page, found, lambda task: task.order, lambda task: messages_tasks.task_to(task, on, language)
        )
        return pb.ListMyTasksResponse(tasks=tasks, next_page_token=token)
