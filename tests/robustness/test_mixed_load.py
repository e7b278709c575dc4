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
from catalogues import node_record, run_import, standard_record
from long_operations import finished
from running_program import RunningProgram
from services.embedded import EmbeddedStack
from services.runtime.settings import Settings
from several_processes import behind_envoy
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.gap.v1 import gap_service_pb2 as gap_pb
from tbt.gap.v1 import gap_service_pb2_grpc as gap_grpc

MINUTES = float(os.environ.get("TBT_LOAD_MINUTES", "0"))
WARM_UP_MINUTES = 10.0
CALLERS = 6
PROCESSES = 3
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

    def __init__(self, address: str, token: str) -> None:
        self._channel = grpc.intercept_channel(
            grpc.insecure_channel(address, [("grpc.enable_retries", 0)]), BearerToken(token)
        )
        self._catalog = pb_grpc.CatalogServiceStub(self._channel)
        self._gap = gap_grpc.GapServiceStub(self._channel)
        self._operations = operations_pb2_grpc.OperationsStub(self._channel)
        self.ended: Counter[tuple[str, str]] = Counter()
        self.seconds: dict[str, list[float]] = {kind: [] for kind, _weight in KINDS}

    def fill(self) -> None:
        """Import what is read and changed; nothing is added later, or growth would be no leak."""
        records = [node_record("1"), *(standard_record(name(number), "1") for number in range(STANDARDS))]
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
    least = str(Settings.model_fields["least_calls"].default)
    program = RunningProgram(tmp_path, settings={"TBT_LEAST_CALLS": least}).wait_until_serving()
    try:
        load = Load(program.address, program.token)
        (sizes,) = _loaded(load, [program.process.pid])
    finally:
        status = program.interrupt()
    grown = _growth(sizes)
    _tell(load, [grown])
    _require_no_failure(load)
    _require_no_growth(grown)
    assert status == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads the size of a process from /proc")
def test_processes_behind_envoy_under_mixed_load_fail_nothing_and_do_not_grow(
    stack: EmbeddedStack, tmp_path: Path
) -> None:
    """The same calls to three processes at one address, each with a worker; none of them grows."""
    least = str(Settings.model_fields["least_calls"].default)
    with behind_envoy(stack, tmp_path, PROCESSES, {"TBT_LEAST_CALLS": least}, with_workers=True) as processes:
        load = Load(processes.address, processes.token)
        all_sizes = _loaded(load, [program.process.pid for program in processes.running])
    grown = [_growth(sizes) for sizes in all_sizes]
    _tell(load, grown)
    _require_no_failure(load)
    for each in grown:
        _require_no_growth(each)


@dataclass(frozen=True)
class Growth:
    """A process after it has warmed up: its sizes, and how much of the memory it held at first and at last."""

    sizes: list[Size]
    first: float
    last: float


def _growth(sizes: list[Size]) -> Growth:
    warm = min(WARM_UP_MINUTES, MINUTES / 3)
    after = [size for size in sizes if size.minutes >= warm]
    tenth = max(1, len(after) // 10)
    first, last = (
        statistics.median(size.resident_megabytes for size in part) for part in (after[:tenth], after[-tenth:])
    )
    return Growth(after, first, last)


def _require_no_failure(load: Load) -> None:
    failed = {key: count for key, count in load.ended.items() if not key[1].startswith(("OK", "RESOURCE_EXHAUSTED"))}
    assert failed == {}
    assert all(load.ended[kind, "OK"] for kind, _weight in KINDS)


def _require_no_growth(grown: Growth) -> None:
    assert grown.last <= grown.first * MOST_GROWTH
    assert grown.sizes[-1].threads <= grown.sizes[0].threads + CALLERS
    assert grown.sizes[-1].files <= grown.sizes[0].files + 4 * CALLERS


def _loaded(load: Load, processes: list[int]) -> list[list[Size]]:
    """Fill the catalogue, make calls for the time asked for and return the sizes of each process meanwhile."""
    load.fill()
    load.learn_names()
    stopped, began = threading.Event(), time.monotonic()
    sizes: list[list[Size]] = [[] for _process in processes]
    with ThreadPoolExecutor(CALLERS) as callers:
        calling = [callers.submit(load.call_until, stopped, seed) for seed in range(CALLERS)]
        try:
            while time.monotonic() < began + 60 * MINUTES and not any(caller.done() for caller in calling):
                stopped.wait(2)
                for process, seen in zip(processes, sizes, strict=True):
                    seen.append(size_of(process, (time.monotonic() - began) / 60))
        finally:
            stopped.set()
        for caller in calling:
            caller.result()
    return sizes


def _tell(load: Load, grown: list[Growth]) -> None:
    """Print the figures of the run."""
    lines = [f"{kind:<8} {outcome:<40} {count:>8}" for (kind, outcome), count in sorted(load.ended.items())]
    for kind, seconds in load.seconds.items():
        ordered = sorted(seconds) or [0.0]
        middle, slowest = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        lines.append(f"{kind:<8} p50 {middle:,.0f} ms, p99 {slowest:,.0f} ms")
    for each in grown:
        share = 100 * (each.last / each.first - 1)
        lines.append(f"resident {each.first:,.0f} → {each.last:,.0f} MB ({share:+.1f} %)")
        for size in each.sizes[:: max(1, len(each.sizes) // 10)]:
            held = f"{size.resident_megabytes:,.0f} MB, {size.threads} threads, {size.files} files"
            lines.append(f"minute {size.minutes:4.1f}: {held}")
    sys.stdout.write("\n".join(["", *lines, ""]))
