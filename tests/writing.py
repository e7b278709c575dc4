"""Write from several threads while something breaks, and look afterwards: what was acknowledged is stored, nothing is twice."""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import grpc

from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

WRITERS = 4
CALL_SECONDS = 10.0
RECOVERY_SECONDS = 60.0
"""How long a test waits; what it took is printed (`pytest -s`), and is less than 5 s on an idle machine."""
PAUSE_SECONDS = 0.02
LOOKED_UP_AT_ONCE = 100
PASSING = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
# A lost race, or a service that slow calls have filled: nothing was done, and the request is sent again.
REPEATED = PASSING | {grpc.StatusCode.ABORTED, grpc.StatusCode.RESOURCE_EXHAUSTED}


def concept(word: str) -> concept_pb2.Concept:
    """Return a concept called *word*."""
    preferred = concept_pb2.DESIGNATION_STATUS_PREFERRED
    return concept_pb2.Concept(
        designations=[concept_pb2.TermDesignation(language="zh-Hans", text=word, status=preferred)]
    )


class Writers:
    """Several threads that record concepts, each again with its request_id until it is acknowledged."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = pb_grpc.TerminologyServiceStub(channel)
        self._told = threading.Condition()
        self._over = False
        self.acknowledged: dict[str, str] = {}
        self.codes: list[grpc.StatusCode] = []
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self) -> "Writers":
        """Begin to write."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop when what is under way is acknowledged."""
        self._over = True
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int) -> float:
        """Return when so many more were acknowledged, and after how many seconds."""
        began = time.monotonic()
        with self._told:
            wanted = len(self.acknowledged) + count
            assert self._told.wait_for(lambda: len(self.acknowledged) >= wanted, RECOVERY_SECONDS), self.codes[-5:]
        return time.monotonic() - began

    def wait_for_refusals(self, count: int) -> None:
        """Return when so many more calls were told to come again."""
        with self._told:
            wanted = len(self.codes) + count
            assert self._told.wait_for(lambda: len(self.codes) >= wanted, RECOVERY_SECONDS), "no write met the fault"

    def require_all_stored_once(self, channel: grpc.Channel) -> None:
        """Fail if a word that was acknowledged is lost, or stands for two concepts."""
        words = list(self.acknowledged)
        for start in range(0, len(words), LOOKED_UP_AT_ONCE):
            asked = words[start : start + LOOKED_UP_AT_ONCE]
            assert names_of(channel, asked) == {word: [self.acknowledged[word]] for word in asked}

    def _write(self) -> None:
        while not self._over:
            word = f"故障{uuid4().hex}"
            request = pb.CreateConceptRequest(concept=concept(word), request_id=str(uuid4()))
            name = self._acknowledged(request)
            with self._told:
                self.acknowledged[word] = name
                self._told.notify_all()

    def _acknowledged(self, request: pb.CreateConceptRequest) -> str:
        while True:
            try:
                return str(self._stub.CreateConcept(request, timeout=CALL_SECONDS).name)
            except grpc.RpcError as refusal:
                with self._told:
                    self.codes.append(refusal.code())
                    self._told.notify_all()
                time.sleep(PAUSE_SECONDS)


def names_of(channel: grpc.Channel, words: list[str]) -> dict[str, list[str]]:
    """Return the concepts each of *words* stands for."""
    answer = pb_grpc.TerminologyServiceStub(channel).LookupTerms(pb.LookupTermsRequest(terms=words))
    return {match.term: [one.concept.name for one in match.concepts] for match in answer.matches}


def recovered(ask: Callable[[], object]) -> float:
    """Return after how many seconds *ask* succeeds; until then it is told to come again and nothing else."""
    began = time.monotonic()
    while True:
        try:
            ask()
        except grpc.RpcError as refusal:
            assert refusal.code() in PASSING, refusal
            assert time.monotonic() - began < RECOVERY_SECONDS, refusal
        else:
            return time.monotonic() - began


def told(what: str, seconds: list[float]) -> None:
    """Print how long recoveries took, for the reader of `pytest -s`."""
    ordered = sorted(seconds)
    middle = ordered[len(ordered) // 2]
    print(f"\n{what}: {len(ordered)} recoveries, median {middle:.2f} s, longest {ordered[-1]:.2f} s")  # noqa: T201
