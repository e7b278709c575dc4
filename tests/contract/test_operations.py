"""The contract of operations: their owner follows, awaits, cancels and forgets them; a worker ends each of them once."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import grpc
import procrastinate
import psycopg
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from sqlalchemy import create_engine, make_url, text

from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.operations.queue import QUEUE, TASK
from services.runtime.operations.worker import GIVEN_UP, Runner, RunningOperation
from services.runtime.settings import Settings
from standards_tree.errors import PreconditionError, StaleError, UnavailableError
from tbt.audit.v1 import audit_service_pb2, audit_service_pb2_grpc
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc

KIND = "gap.create_report"
THREADS = 8
BEGUN_EACH = 12
Work = Callable[[RunningOperation], Message]


@dataclass
class Desk:
    """Says what the one kind of work does in a test; the rest of the program is as shipped."""

    work: Work = field(default=lambda _operation: pb.GapReport())
    done: list[str] = field(default_factory=list)
    """The operations that were worked on, in order."""

    def run(self, operation: RunningOperation) -> Message:
        """Do the test's work."""
        self.done.append(operation.operation_id)
        return self.work(operation)


class Rehearsal(Composition):
    """The program with the work of reports replaced by the desk's."""

    desk: Desk

    def runners(self) -> dict[str, Runner]:
        """Return the desk for the one kind of operation."""
        return {KIND: self.desk.run}


@pytest.fixture(scope="module")
def database_url(stack: EmbeddedStack) -> str:
    """Return an empty, migrated database of this module, so that no other worker takes up its operations."""
    engine = create_engine(stack.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE operations_apart"))
    engine.dispose()
    url = make_url(stack.database_url).set(database="operations_apart").render_as_string(hide_password=False)
    migrate(url)
    return url


@pytest.fixture(scope="module")
def apart(database_url: str, stack: EmbeddedStack, tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Return the parts of a program of its own."""
    folder: Path = tmp_path_factory.mktemp("operations")
    settings = Settings(
        data_folder=folder, port=0, drain_seconds=1.0, log_level="error", worker_concurrency=1, least_calls=64
    )
    return Rehearsal(settings, database_url, embedded_s3(stack, settings))


@pytest.fixture(scope="module")
def running(apart: Rehearsal) -> Iterator[Program]:
    """Run the program without a worker."""
    program = apart.program(with_worker=False)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def desk(apart: Rehearsal) -> Desk:
    """Return a fresh desk."""
    apart.desk = Desk()
    return apart.desk


@pytest.fixture
def worker(apart: Rehearsal, desk: Desk) -> Iterator[Callable[[], None]]:
    """Return how to start a worker; it is stopped after the test."""
    started = []

    def start() -> None:
        started.append(apart.worker())
        started[-1].start()

    yield start
    for entry in started:
        entry.stop()


class Person:
    """Somebody who starts operations and looks after them."""

    def __init__(self, apart: Rehearsal, program: Program, subject: str, *roles: str) -> None:
        token = apart.local_issuer.issue(subject, roles, 3600)
        self._metadata = [("authorization", f"Bearer {token}")]
        channel = grpc.insecure_channel(f"127.0.0.1:{program.port}")
        self._operations = operations_pb2_grpc.OperationsStub(channel)
        self._gap = pb_grpc.GapServiceStub(channel)

    def begin(self, request_id: str = "") -> operations_pb2.Operation:
        """Start an operation."""
        request = pb.CreateGapReportRequest(request_id=request_id)
        return self._gap.CreateGapReport(request, metadata=self._metadata)

    def get(self, name: str) -> operations_pb2.Operation:
        """Read an operation."""
        return self._operations.GetOperation(operations_pb2.GetOperationRequest(name=name), metadata=self._metadata)

    def wait(self, name: str, seconds: float = 25) -> operations_pb2.Operation:
        """Wait for an operation."""
        whole = int(seconds)
        timeout = Duration(seconds=whole, nanos=int((seconds - whole) * 1e9))
        request = operations_pb2.WaitOperationRequest(name=name, timeout=timeout)
        return self._operations.WaitOperation(request, metadata=self._metadata)

    def cancel(self, name: str) -> None:
        """Ask an operation to stop."""
        self._operations.CancelOperation(operations_pb2.CancelOperationRequest(name=name), metadata=self._metadata)

    def delete(self, name: str) -> None:
        """Forget an operation."""
        self._operations.DeleteOperation(operations_pb2.DeleteOperationRequest(name=name), metadata=self._metadata)

    def page(self, **fields: object) -> operations_pb2.ListOperationsResponse:
        """Return one page of operations."""
        request = operations_pb2.ListOperationsRequest(**fields)
        return self._operations.ListOperations(request, metadata=self._metadata)

    def list(self, page_size: int = 0) -> list[str]:
        """Return the names of all operations it may see, page by page."""
        found: list[str] = []
        token = ""
        while True:
            page = self.page(page_size=page_size, page_token=token)
            found.extend(operation.name for operation in page.operations)
            token = page.next_page_token
            if not token:
                return found


@pytest.fixture
def li(apart: Rehearsal, running: Program, desk: Desk) -> Person:
    """Return an analyst nobody else is."""
    return Person(apart, running, f"li-{uuid4().hex}", "analyst")


@pytest.fixture
def wang(apart: Rehearsal, running: Program) -> Person:
    """Return another analyst."""
    return Person(apart, running, f"wang-{uuid4().hex}", "analyst")


def test_an_operation_that_nobody_works_on_waits(li: Person) -> None:
    """It can be read, is not done, and waiting for it ends with the time."""
    begun = li.begin()
    assert not begun.done
    assert li.get(begun.name) == begun
    assert li.wait(begun.name, 0.3) == begun


def test_a_finished_operation_has_its_answer(li: Person, desk: Desk, worker: Callable[[], None]) -> None:
    """Who waits gets what the work answered, and reading it later gives the same."""
    desk.work = lambda operation: pb.GapReport(name=f"reports/{operation.operation_id}")
    begun = li.begin()
    worker()
    done = li.wait(begun.name)
    made = pb.GapReport()
    assert done.done
    assert done.response.Unpack(made)
    assert made.name == begun.name.replace("operations/", "reports/")
    assert li.get(begun.name) == done


def test_progress_is_shown_while_the_work_goes_on(li: Person, desk: Desk, worker: Callable[[], None]) -> None:
    """What the work reports is in the metadata at once."""
    reported, go_on = threading.Event(), threading.Event()

    def work(operation: RunningOperation) -> Message:
        operation.report(pb.CreateGapReportMetadata(activity="half way", share_done=0.5))
        reported.set()
        go_on.wait(30)
        return pb.GapReport()

    desk.work = work
    begun = li.begin()
    worker()
    assert reported.wait(30)
    shown = li.get(begun.name)
    go_on.set()
    progress = pb.CreateGapReportMetadata()
    assert shown.metadata.Unpack(progress)
    assert (progress.activity, progress.share_done, shown.done) == ("half way", 0.5, False)
    assert li.wait(begun.name).done


def test_a_refusal_of_the_work_is_the_error_of_the_operation(
    li: Person, desk: Desk, worker: Callable[[], None]
) -> None:
    """With the code, the words and the details a call would have had."""

    def work(_operation: RunningOperation) -> Message:
        message = "the rule {rule} forbids it"
        raise PreconditionError(message, rule="示例")

    desk.work = work
    begun = li.begin()
    worker()
    done = li.wait(begun.name)
    assert done.error.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    assert done.error.message == "the rule 示例 forbids it"
    assert done.error.details


def test_a_fault_of_our_own_tells_nothing_but_an_incident(li: Person, desk: Desk, worker: Callable[[], None]) -> None:
    """What a program says of itself is for the log."""

    def work(_operation: RunningOperation) -> Message:
        raise ZeroDivisionError("secret")

    desk.work = work
    begun = li.begin()
    worker()
    done = li.wait(begun.name)
    assert done.error.code == grpc.StatusCode.INTERNAL.value[0]
    assert "incident" in done.error.message
    assert b"secret" not in done.SerializeToString()


@pytest.mark.parametrize("fault", [UnavailableError, StaleError])
def test_a_passing_fault_is_tried_again(
    li: Person, desk: Desk, worker: Callable[[], None], fault: type[UnavailableError | StaleError]
) -> None:
    """The work that fails once because something does not answer is done when it does."""

    def work(operation: RunningOperation) -> Message:
        if desk.done.count(operation.operation_id) == 1:
            raise fault("not now")
        return pb.GapReport(name="reports/second")

    desk.work = work
    begun = li.begin()
    worker()
    done = li.wait(begun.name)
    made = pb.GapReport()
    assert done.response.Unpack(made)
    assert (made.name, len(desk.done)) == ("reports/second", 2)


def test_work_that_takes_its_worker_with_it_every_time_is_given_up(
    li: Person, desk: Desk, worker: Callable[[], None], database_url: str
) -> None:
    """After so many workers the operation says so, and no worker is lost to it any more; one time less, it is tried."""
    lost, tried = li.begin(), li.begin()
    with psycopg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute("SET search_path = queue")
        for begun, attempts in ((lost, GIVEN_UP), (tried, GIVEN_UP - 1)):
            job = job_of(connection, begun.name)
            connection.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = %s", [attempts, job])
    worker()
    done = li.wait(lost.name)
    assert done.error.code == grpc.StatusCode.UNAVAILABLE.value[0]
    assert f"begun {GIVEN_UP} times" in done.error.message
    assert li.wait(tried.name).WhichOneof("result") == "response"
    assert [f"operations/{name}" for name in desk.done] == [tried.name]


def test_a_cancelled_operation_stops_at_its_next_report(li: Person, desk: Desk, worker: Callable[[], None]) -> None:
    """What runs is told when it reports, and the operation ends as cancelled."""
    begun_work, cancelled = threading.Event(), threading.Event()

    def work(operation: RunningOperation) -> Message:
        begun_work.set()
        cancelled.wait(30)
        operation.report(pb.CreateGapReportMetadata(activity="going on"))
        return pb.GapReport()

    desk.work = work
    begun = li.begin()
    worker()
    assert begun_work.wait(30)
    li.cancel(begun.name)
    cancelled.set()
    done = li.wait(begun.name)
    assert done.done
    assert done.error.code == grpc.StatusCode.CANCELLED.value[0]


def test_a_cancelled_operation_stops_in_the_middle_of_a_loop(
    li: Person, desk: Desk, worker: Callable[[], None]
) -> None:
    """Work that asks at every step whether it is still wanted need not come to its next report."""
    begun_work, pause = threading.Event(), threading.Event()

    def work(operation: RunningOperation) -> Message:
        begun_work.set()
        while not pause.wait(0.01):
            operation.require_wanted()
        return pb.GapReport()

    desk.work = work
    begun = li.begin()
    worker()
    assert begun_work.wait(30)
    li.cancel(begun.name)
    done = li.wait(begun.name)
    pause.set()
    assert done.error.code == grpc.StatusCode.CANCELLED.value[0]


def test_an_operation_cancelled_before_it_began_is_never_worked_on(
    li: Person, desk: Desk, worker: Callable[[], None]
) -> None:
    """It ends as cancelled when its turn comes."""
    begun = li.begin()
    li.cancel(begun.name)
    worker()
    done = li.wait(begun.name)
    assert done.error.code == grpc.StatusCode.CANCELLED.value[0]
    assert begun.name.removeprefix("operations/") not in desk.done


def test_an_operation_whose_job_is_taken_up_twice_ends_once(
    li: Person, desk: Desk, worker: Callable[[], None], database_url: str
) -> None:
    """The second worker finds it done: the answer stays, the work is not repeated."""
    desk.work = lambda operation: pb.GapReport(
        name=f"reports/{desk.done.index(operation.operation_id)}-{len(desk.done)}"
    )
    first = li.begin()
    put_on_the_queue(database_url, {"operation_id": first.name.removeprefix("operations/")})
    last = li.begin()
    worker()
    # One job at a time and in order: when the last is done, the one between is, too.
    assert li.wait(last.name).done
    answers = [li.get(first.name), li.wait(first.name)]
    assert answers[0] == answers[1]
    assert answers[0].done
    assert desk.done.count(first.name.removeprefix("operations/")) == 1


def put_on_the_queue(database_url: str, arguments: Mapping[str, str]) -> None:
    """Add a job for an operation, as happens when a worker is taken for dead and is not."""
    conninfo = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.SyncPsycopgConnector(conninfo=conninfo, kwargs={"options": "-c search_path=queue"})
    with procrastinate.App(connector=connector).open() as queue:
        queue.configure_task(TASK, queue=QUEUE).defer(**arguments)


def test_many_operations_begun_at_once_are_all_begun(li: Person) -> None:
    """Their rows race for the same pages of an index: who loses is tried again, and nobody is told of a fault."""
    with ThreadPoolExecutor(THREADS) as threads:
        names = list(threads.map(lambda _turn: begun_in_the_end(li), range(THREADS * BEGUN_EACH)))
    assert len(set(names)) == THREADS * BEGUN_EACH
    for name in names:
        li.cancel(name)


def begun_in_the_end(person: Person) -> str:
    """Begin an operation, again where the race was lost too often."""
    while True:
        try:
            return person.begin(str(uuid4())).name
        except grpc.RpcError as refusal:
            assert refusal.code() is grpc.StatusCode.ABORTED, refusal


def test_jobs_that_ended_long_ago_leave_the_queue_and_their_operations_stay(
    li: Person, apart: Rehearsal, database_url: str, worker: Callable[[], None]
) -> None:
    """Chores alone leave thousands of rows a day. What waits is not touched, however long it has waited."""
    old, fresh = li.begin(), li.begin()
    worker()
    assert [li.wait(begun.name).done for begun in (old, fresh)] == [True, True]
    with psycopg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute("SET search_path = queue")
        # The worker writes the end of a job a moment after that of its operation.
        wait_until(lambda: ended(connection, fresh.name) == {"succeeded"})
        days = apart.settings.queue_retention_days + 1
        age = "UPDATE procrastinate_events SET at = at - make_interval(days => %s) WHERE job_id = %s"
        waiting = connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('nobody', 'nothing') RETURNING id"
        ).fetchone()[0]
        for job in (job_of(connection, old.name), waiting):
            connection.execute(age, [days, job])
        connection.commit()
        chore = next(chore for chore in apart.chores() if chore.name == "remove_finished_jobs")
        chore.work()
        assert [ended(connection, begun.name) for begun in (old, fresh)] == [set(), {"succeeded"}]
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", [waiting]).fetchone()[0] == 1
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [waiting])
    assert li.get(old.name).done


JOB = "SELECT {} FROM procrastinate_jobs WHERE args->>'operation_id' = %s"


def job_of(connection: psycopg.Connection, name: str) -> int:
    """Return the id of the job of an operation."""
    return connection.execute(JOB.format("id"), [name.removeprefix("operations/")]).fetchone()[0]


def ended(connection: psycopg.Connection, name: str) -> set[str]:
    """Return how the jobs of an operation stand."""
    found = connection.execute(JOB.format("status"), [name.removeprefix("operations/")]).fetchall()
    connection.commit()
    return {status for (status,) in found}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return when *is_so*; fail when that takes a minute."""
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_operations_that_ended_long_ago_are_forgotten_and_say_so(
    li: Person, apart: Rehearsal, database_url: str, worker: Callable[[], None]
) -> None:
    """One that still runs is kept, however old it is; who asks for one that is gone is told after how long they go."""
    old, fresh = li.begin(), li.begin()
    worker()
    assert [li.wait(begun.name).done for begun in (old, fresh)] == [True, True]
    running = f"running{uuid4().hex}"
    days = apart.settings.operation_retention_days + 1
    with psycopg.connect(make_url(database_url).set(drivername="postgresql").render_as_string(False)) as connection:
        age = "UPDATE operations.operation SET finished_at = finished_at - make_interval(days => %s) WHERE operation_id = %s"
        connection.execute(age, [days, old.name.removeprefix("operations/")])
        connection.execute(
            "INSERT INTO operations.operation"
            " (operation_id, done, created_at, kind, principal, language, request, progress, cancel_requested)"
            " SELECT %s, false, created_at - make_interval(days => %s),"
            " kind, principal, language, request, progress, cancel_requested FROM operations.operation"
            " WHERE operation_id = %s",
            [running, days, fresh.name.removeprefix("operations/")],
        )
        connection.commit()
        chore = next(chore for chore in apart.chores() if chore.name == "remove_finished_operations")
        chore.work()
        assert li.get(fresh.name).done
        assert not li.get(f"operations/{running}").done
        with pytest.raises(grpc.RpcError) as caught:
            li.get(old.name)
        connection.execute("DELETE FROM operations.operation WHERE operation_id = %s", [running])
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert f"more than {days - 1} days ago are forgotten" in caught.value.details()


def test_who_stops_or_forgets_an_operation_is_on_record(
    li: Person, wang: Person, apart: Rehearsal, running: Program, worker: Callable[[], None]
) -> None:
    """With its name; and who tried it with somebody else's."""
    begun = li.begin()
    li.cancel(begun.name)
    with pytest.raises(grpc.RpcError):
        wang.cancel(begun.name)
    worker()
    li.wait(begun.name)
    li.delete(begun.name)
    token = apart.local_issuer.issue("auditor", ["auditor"], 3600)
    channel = grpc.insecure_channel(f"127.0.0.1:{running.port}")
    stub = audit_service_pb2_grpc.AuditServiceStub(channel)

    def told() -> list[tuple[str, str, str, str]]:
        """Return who did what, how it ended, and with which operation."""
        found = []
        for method in ("CancelOperation", "DeleteOperation"):
            request = audit_service_pb2.ListAuditRecordsRequest(method=method, page_size=1000)
            answer = stub.ListAuditRecords(request, metadata=[("authorization", f"Bearer {token}")])
            assert not answer.next_page_token
            found += [
                (one.principal.partition("-")[0], method, one.code, one.targets[0] if one.targets else "")
                for one in answer.records
            ]
        return found

    done = [("li", "CancelOperation", "OK", begun.name), ("li", "DeleteOperation", "OK", begun.name)]
    wait_until(lambda: {*done, ("wang", "CancelOperation", "NOT_FOUND", "")} <= set(told()))
    assert [told().count(each) for each in done] == [1, 1]
    channel.close()


def test_nobody_else_sees_an_operation(li: Person, wang: Person) -> None:
    """To another person it does not exist: not to read, to await, to cancel, to delete or to list."""
    begun = li.begin()
    codes = []
    for look in (wang.get, wang.wait, wang.cancel, wang.delete):
        with pytest.raises(grpc.RpcError) as refusal:
            look(begun.name)
        codes.append(refusal.value.code())
    assert codes == [grpc.StatusCode.NOT_FOUND] * 4
    assert wang.list() == []


def test_an_administrator_sees_every_operation(li: Person, apart: Rehearsal, running: Program) -> None:
    """To help who asks."""
    begun = li.begin()
    administrator = Person(apart, running, "root", "administrator")
    assert administrator.get(begun.name) == begun
    assert begun.name in administrator.list(page_size=2)


def test_operations_are_listed_newest_first(li: Person) -> None:
    """Page by page to the end, one's own only."""
    begun = [li.begin().name for _ in range(5)]
    assert li.list(page_size=2) == begun[::-1]


def test_a_list_goes_on_where_it_was_though_what_ended_its_page_is_forgotten(
    li: Person, worker: Callable[[], None]
) -> None:
    """Nothing is listed twice, and the list ends."""
    begun = [li.begin().name for _ in range(4)]
    worker()
    li.wait(begun[-1])
    first = li.page(page_size=2)
    li.delete(first.operations[-1].name)
    rest = li.page(page_size=2, page_token=first.next_page_token)
    assert [each.name for each in rest.operations] == begun[1::-1]


def test_a_page_of_large_operations_ends_where_a_reply_would_be_too_large(
    li: Person, desk: Desk, worker: Callable[[], None]
) -> None:
    """All of them are listed, on as many pages as that takes."""
    desk.work = lambda _operation: pb.GapReport(name="示" * 600_000)
    begun = [li.begin().name for _ in range(3)]
    worker()
    for name in begun:
        assert li.wait(name).done
    assert li.list(page_size=10) == begun[::-1]


def test_a_filter_is_refused_and_not_ignored(li: Person) -> None:
    """A list that looks filtered and is not would mislead."""
    with pytest.raises(grpc.RpcError) as refusal:
        li.page(filter="done=true")
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "filter" in refusal.value.details()


@pytest.mark.parametrize("seconds", [-1, 10**15])
def test_any_time_to_wait_is_a_time(li: Person, worker: Callable[[], None], seconds: int) -> None:
    """Too much is as much as one may wait, and less than none is none."""
    begun = li.begin()
    worker()
    assert li.wait(begun.name).done
    assert li.wait(begun.name, seconds).done


def test_a_finished_operation_can_be_forgotten(li: Person, worker: Callable[[], None]) -> None:
    """Deleted it is not there any more."""
    begun = li.begin()
    worker()
    li.wait(begun.name)
    li.delete(begun.name)
    with pytest.raises(grpc.RpcError) as refusal:
        li.get(begun.name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert li.list() == []


def test_a_running_operation_cannot_be_forgotten(li: Person) -> None:
    """It must be cancelled first."""
    begun = li.begin()
    with pytest.raises(grpc.RpcError) as refusal:
        li.delete(begun.name)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert li.get(begun.name) == begun


@pytest.mark.parametrize("name", ["operations/0", "0", "reports/0", "operations/"])
def test_an_operation_that_is_not_there_is_not_found(li: Person, name: str) -> None:
    """Whatever its name looks like."""
    with pytest.raises(grpc.RpcError) as refusal:
        li.get(name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
