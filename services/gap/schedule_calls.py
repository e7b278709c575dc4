"""Speak gRPC about schedules of reports."""

from datetime import UTC, datetime

import grpc
from google.protobuf.empty_pb2 import Empty

from services.gap import messages, messages_schedules, store_schedules
from services.gap.calls import Calls
from services.gap.schedule_times import require_recurrence
from services.runtime.calls import current_principal
from services.runtime.civil_dates import today
from services.runtime.database import Session
from tbt.gap.v1 import schedule_pb2


class ScheduleCalls(Calls):
    """Answers the calls about schedules of reports."""

    def CreateReportSchedule(  # noqa: N802
        self, request: schedule_pb2.CreateReportScheduleRequest, context: grpc.ServicerContext
    ) -> schedule_pb2.ReportSchedule:
        """Have a report made again and again; what is wrong with it is refused at once."""
        del context
        require_recurrence(request.schedule.recurrence)
        messages.require_readable(request.schedule.scope)
        if request.schedule.HasField("budget"):
            messages.budget_from(request.schedule.budget, today())
        self._codes.require_known(request.schedule.scope, "schedule.scope")
        principal = current_principal().subject

        def work(session: Session) -> schedule_pb2.ReportSchedule:
            row = messages_schedules.schedule_from(request.schedule, principal, datetime.now(UTC))
            return messages_schedules.schedule_to(store_schedules.add_schedule(session, row))

        return self._database.write(work, request)

    def GetReportSchedule(  # noqa: N802
        self, request: schedule_pb2.GetReportScheduleRequest, context: grpc.ServicerContext
    ) -> schedule_pb2.ReportSchedule:
        """Read a schedule."""
        del context
        schedule_id = messages.schedule_id_of(request.name)

        def work(session: Session) -> schedule_pb2.ReportSchedule:
            row = store_schedules.get_schedule(session, schedule_id)
            return messages_schedules.schedule_to(row, store_schedules.last_runs(session, [row]).get(schedule_id))

        return self._database.read(work)

    def ListReportSchedules(  # noqa: N802
        self, request: schedule_pb2.ListReportSchedulesRequest, context: grpc.ServicerContext
    ) -> schedule_pb2.ListReportSchedulesResponse:
        """List schedules, by name."""
        del context
        page = self._pager.page(request)

        def work(session: Session) -> tuple[list[schedule_pb2.ReportSchedule], str]:
            rows = store_schedules.list_schedules(session, page)
            last = store_schedules.last_runs(session, rows)
            return self._pager.fill(
                request,
                page,
                rows,
                lambda row: (row.schedule_id,),
                lambda row: messages_schedules.schedule_to(row, last.get(row.schedule_id)),
            )

        schedules, token = self._database.read(work)
        return schedule_pb2.ListReportSchedulesResponse(schedules=schedules, next_page_token=token)

    def DeleteReportSchedule(  # noqa: N802
        self, request: schedule_pb2.DeleteReportScheduleRequest, context: grpc.ServicerContext
    ) -> Empty:
        """End a schedule; its reports stay."""
        del context
        schedule_id = messages.schedule_id_of(request.name)

        def work(session: Session) -> Empty:
            store_schedules.delete_schedule(session, schedule_id)
            return Empty()

        return self._database.write(work, request)
