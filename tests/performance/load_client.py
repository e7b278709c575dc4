"""A client in a process of its own that calls a server in a closed or an open loop, and tells how each call ended.

A closed loop (so many callers, each waiting for its answer) finds what a server can do. An open loop (so many calls a second,
whatever comes back) is what many independent callers are: it does not slow down when the server does. Messages are bytes made
before the clock starts, so that the client takes as little as it can from a machine it shares with the server.
"""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import grpc

CHANNELS = 4
TIMEOUT_SECONDS = 20.0
REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Kind:
    """A call that is made again and again: its full method, one message of several as base-16 bytes, how often."""

    method: str
    requests: list[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do: *callers* in a closed loop, or *rate* calls a second in an open one."""

    address: str
    token: str
    kinds: list[Kind]
    seconds: float
    callers: int = 0
    rate: float = 0.0
    seed: int = 1


@dataclass(slots=True)
class Outcome:
    """What came back: milliseconds of the calls that were answered, how many ended how, how late the client itself was."""

    seconds: float
    answered_milliseconds: list[float]
    refused_milliseconds: list[float]
    codes: dict[str, int]
    lateness_milliseconds: float
    processor_seconds: float
    without_retry_info: int = 0
    answered_begun: list[float] = field(default_factory=list)
    """When each of the answered calls began, in seconds since the first one."""

    @property
    def goodput(self) -> float:
        """Return answered calls a second."""
        return len(self.answered_milliseconds) / self.seconds

    @property
    def share_refused(self) -> float:
        """Return which part of the calls was refused for lack of room."""
        return self.codes.get("RESOURCE_EXHAUSTED", 0) / max(1, sum(self.codes.values()))

    def answered_within(self, share: float) -> float:
        """Return the milliseconds within which *share* of the answered calls were answered."""
        return quantile(self.answered_milliseconds, share)

    def answered_within_later(self, share: float, after: float) -> float:
        """Return the same of those that began more than *after* seconds after the first one."""
        later = zip(self.answered_milliseconds, self.answered_begun, strict=True)
        return quantile([milliseconds for milliseconds, begun in later if begun > after], share)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that *share* of *values* do not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def run_apart(plan: Plan) -> Outcome:
    """Carry out *plan* in a process of its own and return what came of it."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__))],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
        timeout=plan.seconds + 120,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return Outcome(**json.loads(done.stdout))


class Client:
    """Makes the calls of a plan and keeps how they ended."""

    def __init__(self, plan: Plan) -> None:
        self._chance = random.Random(plan.seed)
        self._metadata = (("authorization", f"Bearer {plan.token}"),)
        # Channels with the same arguments would share a connection.
        self._channels = [
            grpc.insecure_channel(plan.address, [("grpc.use_local_subchannel_pool", 1)]) for _ in range(CHANNELS)
        ]
        self._calls = [
            {kind.method: channel.unary_unary(kind.method) for kind in plan.kinds} for channel in self._channels
        ]
        self._kinds = plan.kinds
        self._weights = [kind.weight for kind in plan.kinds]
        self._bytes = {kind.method: [bytes.fromhex(request) for request in kind.requests] for kind in plan.kinds}
        self._lock = threading.Lock()
        self.answered: list[float] = []
        self.begun: list[float] = []
        self._started = time.perf_counter()
        self.refused: list[float] = []
        self.codes: Counter[str] = Counter()
        self.without_retry_info = 0

    def connect(self) -> None:
        """Return when every channel is connected."""
        for channel in self._channels:
            grpc.channel_ready_future(channel).result(30)
        self._started = time.perf_counter()

    def begin(self, number: int, then: Callable[[], None]) -> None:
        """Begin one call; *then* is called when it has ended."""
        kind = self._chance.choices(self._kinds, self._weights)[0]
        request = self._chance.choice(self._bytes[kind.method])
        call = self._calls[number % CHANNELS][kind.method]
        began = time.perf_counter()
        future = call.future(request, timeout=TIMEOUT_SECONDS, metadata=self._metadata)
        future.add_done_callback(lambda ended: self._end(ended, began, then))

    def _end(self, future: grpc.Future, began: float, then: Callable[[], None]) -> None:
        milliseconds = 1000 * (time.perf_counter() - began)
        code = future.code()
        with self._lock:
            self.codes[code.name] += 1
            if code is grpc.StatusCode.OK:
                self.answered.append(milliseconds)
                self.begun.append(began - self._started)
            elif code is grpc.StatusCode.RESOURCE_EXHAUSTED:
                self.refused.append(milliseconds)
                details = [value for name, value in future.trailing_metadata() or () if name.endswith("details-bin")]
                self.without_retry_info += not any(b"RetryInfo" in value for value in details)
        then()


def _closed(client: Client, plan: Plan) -> float:
    """Keep *callers* calls under way for the time of the plan."""
    until = time.perf_counter() + plan.seconds
    idle = threading.Semaphore(0)

    def again(number: int) -> None:
        if time.perf_counter() < until:
            client.begin(number, lambda: again(number))
        else:
            idle.release()

    for number in range(plan.callers):
        again(number)
    for _ in range(plan.callers):
        idle.acquire()
    return 0.0


def _open(client: Client, plan: Plan) -> float:
    """Begin *rate* calls a second at random moments (a Poisson process); return how late the client was at the worst."""
    chance = random.Random(plan.seed + 1)
    began = time.perf_counter()
    due, sent, latest = began, 0, 0.0
    ended = threading.Semaphore(0)
    while due < began + plan.seconds:
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        else:
            latest = max(latest, -wait)
        client.begin(sent, ended.release)
        sent += 1
        due += chance.expovariate(plan.rate)
    for _ in range(sent):
        ended.acquire()
    return latest


def main() -> None:
    """Read a plan, carry it out, and print what came of it, as JSON."""
    given = json.loads(sys.stdin.read())
    plan = Plan(**{**given, "kinds": [Kind(**kind) for kind in given["kinds"]]})
    client = Client(plan)
    client.connect()
    began, processor = time.perf_counter(), time.process_time()
    late = _closed(client, plan) if plan.callers else _open(client, plan)
    outcome = Outcome(
        time.perf_counter() - began,
        client.answered,
        client.refused,
        dict(client.codes),
        1000 * late,
        time.process_time() - processor,
        client.without_retry_info,
        client.begun,
    )
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
