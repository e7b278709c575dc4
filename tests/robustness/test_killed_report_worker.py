"""`kill -9` of the worker that makes a report, at five points: another finishes it, and there is one report."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import psycopg
import pytest
from google.longrunning import operations_pb2, operations_pb2_grpc
from sqlalchemy import create_engine, make_url, text

import dying_worker
from bearer_token import BearerToken
from long_operations import answer_of
from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.program import embedded_s3
from services.runtime.settings import Settings
from soaking import scaled
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc

# In a soak the lease is the one that programs are shipped with, and the time is held against what is promised.
FULL_LEASE_SECONDS = Settings.model_fields["worker_lease_seconds"].default
LEASE_SECONDS = float(scaled(2, int(FULL_LEASE_SECONDS)))
LOOK_SECONDS = 0.5
TAKEN_OVER_SECONDS = 90.0
DEATH_SECONDS = 120


@pytest.fixture
def database_url(stack: EmbeddedStack) -> str:
    """Return an empty, migrated database of this test, so that no other worker takes up its reports."""
    engine = create_engine(stack.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE killed_reports"))
    engine.dispose()
    url = make_url(stack.database_url).set(database="killed_reports").render_as_string(hide_password=False)
    migrate(url)
    return url


@pytest.fixture
def apart(database_url: str, stack: EmbeddedStack, tmp_path: Path) -> Composition:
    """Return the parts of a program of its own, whose workers are soon taken for dead."""
    settings = Settings(
        data_folder=tmp_path,
        port=0,
        drain_seconds=1.0,
        log_level="error",
        worker_lease_seconds=LEASE_SECONDS,
        least_calls=64,
    )
    return Composition(settings, database_url, embedded_s3(stack, settings))


@pytest.fixture
def running(apart: Composition) -> Iterator[Program]:
    """Run the services without a worker."""
    program = apart.program(with_worker=False)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def environment(apart: Composition, database_url: str, stack: EmbeddedStack, running: Program) -> dict[str, str]:
    """Return the environment of a worker of that program."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TBT_")},
        "PYTHONPATH": ".:protos:tests",
        "TBT_DATA_FOLDER": str(apart.settings.data_folder),
        "TBT_DATABASE_URL": database_url.replace("postgresql+psycopg://", "postgresql://"),
        "TBT_S3_ENDPOINT": stack.s3.endpoint,
        "TBT_S3_ACCESS_KEY": stack.s3.access_key,
        "TBT_S3_SECRET_KEY": stack.s3.secret_key,
        "TBT_S3_SECURE": "false",
        "TBT_SERVICE_ADDRESSES": json.dumps(dict(running.addresses)),
        "TBT_WORKER_CONCURRENCY": "1",
        "TBT_WORKER_LEASE_SECONDS": str(LEASE_SECONDS),
        "TBT_LOG_LEVEL": "error",
    }


def test_a_report_is_finished_once_wherever_its_worker_dies(
    apart: Composition, running: Program, environment: dict[str, str]
) -> None:
    """Five reports, five workers that each take one and die at another point; one that lives finishes all five."""
    token = apart.local_issuer.issue("li", ["analyst"], 3600)
    channel = grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{running.port}"), BearerToken(token))
    stub = pb_grpc.GapServiceStub(channel)
    begun = [stub.CreateGapReport(pb.CreateGapReportRequest()) for _ in dying_worker.POINTS]
    workers = subprocess.run(
        [sys.executable, dying_worker.__file__],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=DEATH_SECONDS,
    )
    ends = [line.split() for line in workers.stdout.splitlines()]
    assert [end for end, _ in ends] == [str(int(signal.SIGKILL))] * len(dying_worker.POINTS), workers.stderr
    assert sorted(_activities(running, token, begun)) == sorted(
        ["keeping the report" if point == dying_worker.AFTER else point for point in dying_worker.POINTS]
    )

    survivor = apart.worker()
    survivor.start()
    try:
        done = {operation.name: when for operation, when in _done(channel, begun)}
        made = [answer_of(channel, operation, pb.GapReport()) for operation in begun]
    finally:
        survivor.stop()
    # Which worker took which report is not known: all are counted from the first death.
    waited = max(done.values()) - min(float(when) for _, when in ends)
    sys.stdout.write(f"lease {LEASE_SECONDS:.0f} s: all finished {waited:.1f} s after the first worker died\n")
    assert waited <= TAKEN_OVER_SECONDS or LEASE_SECONDS != FULL_LEASE_SECONDS

    names = [report.name for report in made]
    assert len({report.json_sha256 for report in made}) == 1
    assert {report.name for report in stub.ListGapReports(pb.ListGapReportsRequest()).reports} == set(names)
    with psycopg.connect(environment["TBT_DATABASE_URL"]) as connection:
        created = connection.execute("SELECT resource FROM gap.change WHERE action = 'created'").fetchall()
    assert sorted(name for (name,) in created) == sorted(names)


def _done(
    channel: grpc.Channel, begun: list[operations_pb2.Operation]
) -> Iterator[tuple[operations_pb2.Operation, float]]:
    """Yield each operation when it is done, and when that was, in seconds of the epoch."""
    stub = operations_pb2_grpc.OperationsStub(channel)
    left = list(begun)
    for _ in range(int(DEATH_SECONDS / LOOK_SECONDS)):
        for operation in list(left):
            if stub.GetOperation(operations_pb2.GetOperationRequest(name=operation.name)).done:
                left.remove(operation)
                yield operation, time.time()
        if not left:
            return
        time.sleep(LOOK_SECONDS)
    raise AssertionError(left)


def _activities(running: Program, token: str, begun: list[operations_pb2.Operation]) -> Iterator[str]:
    """Yield how far each report has come."""
    channel = grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{running.port}"), BearerToken(token))
    stub = operations_pb2_grpc.OperationsStub(channel)
    for operation in begun:
        progress = pb.CreateGapReportMetadata()
        found = stub.GetOperation(operations_pb2.GetOperationRequest(name=operation.name))
        assert not found.done
        assert found.metadata.Unpack(progress)
        yield progress.activity
