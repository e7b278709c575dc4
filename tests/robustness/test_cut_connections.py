"""A connection that breaks at any moment of a call: sent again with its request_id, the request takes effect once."""

import contextlib
import random
import socket
import threading
import uuid
from collections.abc import Callable, Iterator

import grpc
import pytest

from bearer_token import BearerToken
from services.composition import Composition, Program
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

ROUNDS = 200
SEED = 20261122


class CuttingProxy:
    """Forwards bytes between a client and the server, and cuts both ends after a number of bytes from either side."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.bytes_until_cut = 0
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self._forward, args=(source, target), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while chunk := source.recv(4096):
                with self._lock:
                    kept = chunk[: max(self.bytes_until_cut, 0)]
                    self.bytes_until_cut -= len(chunk)
                target.sendall(kept)
                if len(kept) < len(chunk):
                    break
        except OSError:
            pass  # the other direction has cut already
        finally:
            for end in (source, target):
                # Closing alone would leave the other thread's read waiting, and the connection with it.
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


@pytest.fixture
def proxy(program: Program) -> Iterator[CuttingProxy]:
    """Put a proxy before the public port."""
    running = CuttingProxy(program.port)
    yield running
    running.close()


def test_a_request_sent_again_after_a_cut_takes_effect_once(
    proxy: CuttingProxy,
    composition: Composition,
    channel: grpc.Channel,
    unique: Callable[[str], str],
) -> None:
    """200 requests are cut after a random number of bytes and sent again: each made exactly one concept."""
    token = composition.local_issuer.issue("cut", ["administrator"], 3600)
    chance = random.Random(SEED)
    direct = pb_grpc.TerminologyServiceStub(channel)
    cut = 0
    for _ in range(ROUNDS):
        word = unique("切断")
        request = pb.CreateConceptRequest(
            concept=concept_pb2.Concept(
                designations=[
                    concept_pb2.TermDesignation(
                        language="zh-Hans", text=word, status=concept_pb2.DESIGNATION_STATUS_PREFERRED
                    )
                ]
            ),
            request_id=str(uuid.uuid4()),
        )
        proxy.bytes_until_cut = chance.randrange(100, 1400)
        cut += _sent(proxy.port, token, request) is None
        proxy.bytes_until_cut = 10**9
        assert _sent(proxy.port, token, request) is not None
        found = direct.LookupTerms(pb.LookupTermsRequest(terms=[word])).matches[0].concepts
        assert len(found) == 1, word
    assert cut > ROUNDS // 10, "too few calls were cut for this to show anything"


def _sent(port: int, token: str, request: pb.CreateConceptRequest) -> concept_pb2.Concept | None:
    """Return the answer, or None where the connection broke."""
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options) as plain:
        stub = pb_grpc.TerminologyServiceStub(grpc.intercept_channel(plain, BearerToken(token)))
        try:
            return stub.CreateConcept(request, timeout=10)
        except grpc.RpcError as failure:
            assert failure.code() is grpc.StatusCode.UNAVAILABLE, failure
            return None
