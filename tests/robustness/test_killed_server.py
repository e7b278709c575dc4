"""`kill -9` of the server under load: what was acknowledged is there afterwards, and nothing is there twice."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from bearer_token import BearerToken
from running_program import RunningProgram
from services.embedded import EmbeddedStack
from soaking import scaled
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from writing import WRITERS, concept, names_of, told

ROUNDS = scaled(12, 50)
WRITES_BEFORE_KILL = 40
SECONDS = 60
LOOKED_UP_AT_ONCE = 100


@dataclass
class Sent:
    """What was sent: the names of the concepts that were acknowledged, and the requests that were under way, by word."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    pending: dict[str, pb.CreateConceptRequest] = field(default_factory=dict)


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


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(settings: Mapping[str, str], tmp_path: Path) -> None:
    """Again and again four writers write until the server is killed under them: every acknowledged concept is found again.

    What was under way is sent again with its request_id, and was done once whether the kill came before its commit or after.
    """
    sent = Sent()
    seconds = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        server = RunningProgram(tmp_path, "--without-worker", settings=settings).wait_until_serving()
        with _channel(server) as channel:
            _send_pending_again(channel, sent)
            seconds.append(time.monotonic() - began)
            last = list(sent.acknowledged)[-WRITERS * WRITES_BEFORE_KILL :]
            _require_stored_once(channel, last, sent)
        _write_until_killed(server, sent)
    assert len(sent.acknowledged) >= ROUNDS * WRITES_BEFORE_KILL
    server = RunningProgram(tmp_path, "--without-worker", settings=settings).wait_until_serving()
    try:
        with _channel(server) as channel:
            _send_pending_again(channel, sent)
            _require_stored_once(channel, list(sent.acknowledged), sent)
    finally:
        server.interrupt()
    told("killed server, its start included", seconds)


def _write_until_killed(server: RunningProgram, sent: Sent) -> None:
    """Write from several threads and kill the server in the middle."""
    enough = threading.Event()
    before = len(sent.acknowledged)

    def write() -> None:
        with _channel(server) as channel:
            stub = pb_grpc.TerminologyServiceStub(channel)
            while True:
                word = f"击杀{uuid4().hex}"
                sent.pending[word] = pb.CreateConceptRequest(concept=concept(word), request_id=str(uuid4()))
                try:
                    sent.acknowledged[word] = stub.CreateConcept(sent.pending[word], timeout=SECONDS).name
                except grpc.RpcError:
                    return
                del sent.pending[word]
                if len(sent.acknowledged) - before >= WRITES_BEFORE_KILL:
                    enough.set()

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert enough.wait(SECONDS)
    server.kill()
    for writer in writers:
        writer.join(SECONDS)


def _send_pending_again(channel: grpc.Channel, sent: Sent) -> None:
    stub = pb_grpc.TerminologyServiceStub(channel)
    for word, request in sent.pending.items():
        sent.acknowledged[word] = stub.CreateConcept(request, timeout=SECONDS).name
    sent.pending.clear()


def _require_stored_once(channel: grpc.Channel, words: list[str], sent: Sent) -> None:
    for start in range(0, len(words), LOOKED_UP_AT_ONCE):
        asked = words[start : start + LOOKED_UP_AT_ONCE]
        assert names_of(channel, asked) == {word: [sent.acknowledged[word]] for word in asked}


def _channel(server: RunningProgram) -> grpc.Channel:
    channel = grpc.insecure_channel(server.address)
    return grpc.intercept_channel(channel, BearerToken(server.token))
