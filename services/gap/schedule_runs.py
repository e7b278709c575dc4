"""Begin the reports that schedules are due for."""

from datetime import UTC, datetime
from uuid import uuid4

import structlog
from google.longrunning.operations_pb2 import Operation

from services.gap import messages_schedules, store_schedules
from services.gap.schedule_times import next_run
from services.runtime.calls import Call, Principal, working_for
from services.runtime.database import Database, Session
from services.runtime.operations.queue import start_operation
from tbt.gap.v1 import gap_service_pb2 as pb

CREATE = "gap.create_report"
logger = structlog.stdlib.get_logger("schedules")


class Scheduling:
    """Begins each report once, however many workers look, and once after a downtime, however many runs were missed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_due(self) -> None:
        """Begin a report for every schedule that is due."""
        for schedule_id in self._database.look_up(lambda session: store_schedules.due_schedules(session, _now())):
            self._begin(schedule_id)

    def _begin(self, schedule_id: str) -> None:
        """Begin the report of one schedule, unless another worker was first."""
        row = self._database.look_up(lambda session: store_schedules.get_schedule(session, schedule_id))

        def work(session: Session) -> Operation:
            schedule = store_schedules.get_schedule(session, schedule_id)
            if schedule.next_run_at > _now():
                return Operation()
            report_id = uuid4().hex
            store_schedules.begin_run(session, schedule, report_id, next_run(schedule.recurrence, _now()))
            progress = pb.CreateGapReportMetadata(activity="waiting", report=f"reports/{report_id}")
            return start_operation(session, CREATE, messages_schedules.report_request(schedule), progress, report_id)

        principal = Principal(row.created_by, frozenset())
        with working_for(Call(f"schedule/{schedule_id}", principal=principal)):
            begun = self._database.write(work)
        if begun.name:
            logger.info("scheduled report", schedule=schedule_id, operation=begun.name)


def _now() -> datetime:
    return datetime.now(UTC)
