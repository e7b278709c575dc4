"""Workers that kill themselves, without a chance to say goodbye, each when a report reaches another of POINTS.

The program is as shipped; only the runners are wrapped, so that they see what a report tells of its progress. Settings come
from the environment, as those of `tbt worker` do. Each worker is a process, forked before anything is opened, so that what
they share is imported once; the parent prints what ended them.
"""

import os
import signal
import sys
import time

from google.protobuf.message import Message

from services.composition import Composition
from services.program import backing
from services.runtime.database import Database
from services.runtime.operations.worker import Runner, RunningOperation
from services.runtime.settings import Settings
from tbt.gap.v1 import gap_service_pb2 as pb

AFTER = "after the report is kept"
POINTS = (
    "reading measures and links",
    "judging the requirements",
    "writing the report: xlsx en",
    "keeping the report",
    AFTER,
)


def die() -> None:
    """End at once."""
    os.kill(os.getpid(), signal.SIGKILL)


class Dying(RunningOperation):
    """An operation whose worker dies at a point."""

    def __init__(self, database: Database, operation: RunningOperation, point: str) -> None:
        super().__init__(database, operation.operation_id, operation.request)
        self._point = point

    def report(self, progress: Message) -> None:
        """Tell, as shipped, then die where it is time to."""
        super().report(progress)
        if isinstance(progress, pb.CreateGapReportMetadata) and progress.activity == self._point:
            die()


class DyingProgram(Composition):
    """The program with runners that die at a point."""

    point = ""

    def runners(self) -> dict[str, Runner]:
        """Wrap every runner."""
        return {kind: self._dying(runner) for kind, runner in super().runners().items()}

    def _dying(self, runner: Runner) -> Runner:
        def run(operation: RunningOperation) -> Message:
            answer = runner(Dying(self.database("operations"), operation, self.point))
            if self.point == AFTER:
                die()
            return answer

        return run


def work(point: str) -> None:
    """Work until the point is reached."""
    settings = Settings()
    with backing(settings) as where:
        program = DyingProgram(settings, where.database_url, where.s3)
        program.point = point
        worker = program.worker()
        worker.start()
        worker.wait()


def main() -> None:
    """Let a worker die at each point, and print for each the signal that ended it and when, in seconds of the epoch."""
    children = []
    for point in POINTS:
        child = os.fork()
        if child == 0:
            work(point)
            os._exit(0)
        children.append(child)
    ended = {}
    for _ in children:
        child, status = os.wait()
        ended[child] = f"{os.WTERMSIG(status)} {time.time():.3f}\n"
    sys.stdout.writelines(ended[child] for child in children)


if __name__ == "__main__":
    main()
