"""Half an hour of reads, writes and reports: nothing fails but for lack of room, and nothing grows. `make load` runs it."""

import os
import random
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from google.longrunning import operations_pb2_grpc

from bearer_token import BearerToken
from catalogues import run_import, standard_record
from long_operations import finished
from running_program import RunningProgram
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.gap.v1 import gap_service_pb2 as gap_pb
from tbt.gap.v1 import gap_service_pb2_grpc as gap_grpc

MINUTES = float(os.environ.get("TBT_LOAD_MINUTES", "0"))
WARM_UP_MINUTES = 10.0
CALLERS = 6
STANDARDS = 500
KINDS = (("read", 80), ("write", 15), ("report", 5))
MOST_GROWTH = 1.05
# A shed caller comes again later; the load would be nothing but refusals otherwise.
PAUSE_SECONDS = 0.5

pytestmark = pytest.mark.skipif(MINUTES <= 0, reason="takes half an hour: make load")


@dataclass(frozen=True)
class Size:
    """How much of the machine a process holds at a moment."""

    minutes: float
    resident_megabytes: float
    threads: int
    files: int


class Load:
    """Calls a program from several threads and counts how the calls end."""

    def __init__(self, program: RunningProgram) -> None:
        self._channel = grpc.intercept_channel(
            grpc.insecure_channel(program.address, [("grpc.enable_retries", 0)]), BearerToken(program.token)
        )
        self._catalog = pb_grpc.CatalogServiceStub(self._channel)
        self._gap = gap_grpc.GapServiceStub(self._channel)
        self._operations = operations_pb2_grpc.OperationsStub(self._channel)
        self.ended: Counter[tuple[str, str]] = Counter()
        self.seconds: dict[str, list[float]] = {kind: [] for kind, _weight in KINDS}

    def fill(self) -> None:
        """Import what is read and changed; nothing is added later, or growth would be no leak."""
        records = (standard_record(name(number)) for number in range(STANDARDS))
        run_import(self._catalog, "systems/load", records)

    def call_until(self, stopped: threading.Event, seed: int) -> None:
        """Make one call after the other."""
        chance = random.Random(seed)
        while not stopped.is_set():
            kind = chance.choices([one for one, _weight in KINDS], [weight for _one, weight in KINDS])[0]
            began = time.monotonic()
            try:
                getattr(self, f"_{kind}")(chance)
            except grpc.RpcError as failure:
                self.ended[kind, f"{failure.code().name} {(failure.details() or '')[:200]}"] += 1
                stopped.wait(PAUSE_SECONDS)
            else:
                self.ended[kind, "OK"] += 1
                self.seconds[kind].append(time.monotonic() - began)

    def _read(self, chance: random.Random) -> None:
        which = chance.randrange(3)
        if which == 0:
            self._catalog.GetStandard(pb.GetStandardRequest(name=name(chance.randrange(STANDARDS))), timeout=30)
        elif which == 1:
            self._catalog.ListStandards(pb.ListStandardsRequest(page_size=chance.randrange(1, 100)), timeout=30)
        else:
            query = search_pb2.SearchStandardsRequest(query=f"9{chance.randrange(10_000):04}", page_size=10)
            self._catalog.SearchStandards(query, timeout=30)

    def _write(self, chance: random.Random) -> None:
        standard = standard_pb2.Standard(
            name=self._names[chance.randrange(STANDARDS)], title={"zh": f"示例{chance.randrange(10**6)}"}
        )
        request = pb.UpdateStandardRequest(standard=standard, request_id=str(uuid4()))
        request.update_mask.paths.append("title")
        self._catalog.UpdateStandard(request, timeout=30)

    def _report(self, _chance: random.Random) -> None:
        operation = finished(self._channel, self._gap.CreateGapReport(gap_pb.CreateGapReportRequest(), timeout=30))
        assert not operation.HasField("error"), operation.error.message

    def learn_names(self) -> None:
        """Ask what the standards are called."""
        self._names = [
            self._catalog.GetStandard(pb.GetStandardRequest(name=name(number))).name for number in range(STANDARDS)
        ]


def name(number: int) -> str:
    """Return a designation that no real standard has."""
    return f"GB/T {90001 + number}-2024"


def size_of(process: int, minutes: float) -> Size:
    """Return what the system says of a process."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line
    )
    files = len(list(Path(f"/proc/{process}/fd").iterdir()))
    return Size(minutes, int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the size of a process from /proc")
def test_a_process_under_mixed_load_fails_nothing_and_does_not_grow(tmp_path: Path) -> None:
    """Of 100 calls 80 read, 15 write and 5 ask for reports; growth counts after the tenth minute, or a third of a shorter run."""
    program = RunningProgram(tmp_path).wait_until_serving()
    try:
        load = Load(program)
        load.fill()
        load.learn_names()
        sizes = _run(load, program.process.pid)
    finally:
        status = program.interrupt()
    warm = min(WARM_UP_MINUTES, MINUTES / 3)
    after = [size for size in sizes if size.minutes >= warm]
    tenth = max(1, len(after) // 10)
    first, last = (
        statistics.median(size.resident_megabytes for size in part) for part in (after[:tenth], after[-tenth:])
    )
    _tell(load, after, first, last)
    failed = {key: count for key, count in load.ended.items() if not key[1].startswith(("OK", "RESOURCE_EXHAUSTED"))}
    assert failed == {}
    assert all(load.ended[kind, "OK"] for kind, _weight in KINDS)
    assert last <= first * MOST_GROWTH
    assert after[-1].threads <= after[0].threads + CALLERS
    assert after[-1].files <= after[0].files + 4 * CALLERS
    assert status == 0


def _run(load: Load, process: int) -> list[Size]:
    """Make calls for the time asked for and return the sizes of *process* meanwhile."""
    stopped, began = threading.Event(), time.monotonic()
    sizes: list[Size] = []
    with ThreadPoolExecutor(CALLERS) as callers:
        calling = [callers.submit(load.call_until, stopped, seed) for seed in range(CALLERS)]
        try:
            while time.monotonic() < began + 60 * MINUTES and not any(caller.done() for caller in calling):
                stopped.wait(2)
                sizes.append(size_of(process, (time.monotonic() - began) / 60))
        finally:
            stopped.set()
        for caller in calling:
            caller.result()
    return sizes


def _tell(load: Load, sizes: list[Size], first: float, last: float) -> None:
    """Print the figures of the run."""
    lines = [f"{kind:<8} {outcome:<40} {count:>8}" for (kind, outcome), count in sorted(load.ended.items())]
    for kind, seconds in load.seconds.items():
        ordered = sorted(seconds) or [0.0]
        middle, slowest = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        lines.append(f"{kind:<8} p50 {middle:,.0f} ms, p99 {slowest:,.0f} ms")
    lines.append(f"resident {first:,.0f} → {last:,.0f} MB ({100 * (last / first - 1):+.1f} %)")
    for size in sizes[:: max(1, len(sizes) // 10)]:
        held = f"{size.resident_megabytes:,.0f} MB, {size.threads} threads, {size.files} files"
        lines.append(f"minute {size.minutes:4.1f}: {held}")
    sys.stdout.write("\n".join(["", *lines, ""]))
