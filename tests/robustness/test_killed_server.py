"""`kill -9` of the server under load: what was acknowledged is there afterwards."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from bearer_token import BearerToken
from running_program import RunningProgram
from services.embedded import EmbeddedStack
from soaking import scaled
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

ROUNDS = scaled(20, 50)
WRITERS = 4
WRITES_BEFORE_KILL = 40


@pytest.fixture
def settings(stack: EmbeddedStack) -> dict[str, str]:
    """Return settings that let the server be killed alone, without its database."""
    return {
        "TBT_DATABASE_URL": stack.libpq_url,
        "TBT_S3_ENDPOINT": stack.s3.endpoint,
        "TBT_S3_ACCESS_KEY": stack.s3.access_key,
        "TBT_S3_SECRET_KEY": stack.s3.secret_key,
        "TBT_S3_SECURE": "false",
    }


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(settings: dict[str, str], tmp_path: Path) -> None:
    """Again and again four writers write until the server is killed under them: every acknowledged concept is found again."""
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        server = RunningProgram(tmp_path, "--without-worker", settings=settings).wait_until_serving()
        missing = [name for name in acknowledged[-WRITERS * WRITES_BEFORE_KILL :] if not _exists(server, name)]
        assert missing == []
        acknowledged += _write_until_killed(server)
    assert len(acknowledged) >= ROUNDS * WRITES_BEFORE_KILL
    server = RunningProgram(tmp_path, "--without-worker", settings=settings).wait_until_serving()
    try:
        assert [name for name in acknowledged if not _exists(server, name)] == []
    finally:
        server.interrupt()


def _write_until_killed(server: RunningProgram) -> Iterator[str]:
    """Write from several threads, kill the server in the middle, and return what it had acknowledged."""
    acknowledged: list[str] = []
    enough = threading.Event()

    def write() -> None:
        stub = _stub(server)
        while True:
            word = f"击杀{uuid4().hex}"
            designation = concept_pb2.TermDesignation(
                language="zh-Hans", text=word, status=concept_pb2.DESIGNATION_STATUS_PREFERRED
            )
            try:
                made = stub.CreateConcept(
                    pb.CreateConceptRequest(concept=concept_pb2.Concept(designations=[designation])), timeout=20
                )
            except grpc.RpcError:
                return
            acknowledged.append(made.name)
            if len(acknowledged) >= WRITES_BEFORE_KILL:
                enough.set()

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    server.kill()
    for writer in writers:
        writer.join(60)
    return iter(acknowledged)


def _exists(server: RunningProgram, name: str) -> bool:
    return bool(_stub(server).GetConcept(pb.GetConceptRequest(name=name), timeout=20).name == name)


def _stub(server: RunningProgram) -> pb_grpc.TerminologyServiceStub:
    channel = grpc.insecure_channel(server.address)
    return pb_grpc.TerminologyServiceStub(grpc.intercept_channel(channel, BearerToken(server.token)))
