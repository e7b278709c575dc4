"""Overload: three times as many calls as can be answered, against an idle server; p99 of the answered ones, and the share shed.

The server is `tbt serve` in a process of its own, the client another, first alone, then behind an Envoy of our configuration,
which refuses most of what the server would refuse. A closed loop finds how many calls a second can be answered; then an open loop
at a fifth of that gives the unloaded times, and one at three times that the times under overload.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

from bearer_token import BearerToken
from catalogues import run_import, standard_record
from gateways import gateway_before
from load_client import Kind, Outcome, Plan, run_apart
from running_program import RunningProgram
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import search_pb2

STANDARDS = 2000
# No more than are let in however slow they are: refused callers would come again at once.
CALLERS = 4
SECONDS = float(os.environ.get("TBT_BENCH_SECONDS", "10"))
UNLOADED_SHARE = 0.2
SETTLED_SECONDS = 1.0
OVERLOAD = 3.0
CATALOG = "/tbt.catalog.v1.CatalogService"
# One caller stands here for many: what is measured is not how one of them is held to their part.
ROOM = {"TBT_CALLER_RATE": "1000000/second", "TBT_CALLER_SHARE": "1"}
# As shipped, and not as tests of other things set it.
LEAST_CALLS = str(Settings.model_fields["least_calls"].default)


def kinds() -> list[Kind]:
    """Return a mix of reads: one standard by its designation, a page of a list, a search."""
    names = [f"GB/T {90001 + number}-2024" for number in range(0, STANDARDS, 7)]
    gets = [pb.GetStandardRequest(name=name).SerializeToString().hex() for name in names]
    lists = [pb.ListStandardsRequest(page_size=size).SerializeToString().hex() for size in (10, 20, 30)]
    searches = [
        search_pb2.SearchStandardsRequest(query=query, page_size=10).SerializeToString().hex()
        for query in ("示例", "90010")
    ]
    return [
        Kind(f"{CATALOG}/GetStandard", gets, 0.6),
        Kind(f"{CATALOG}/ListStandards", lists, 0.25),
        Kind(f"{CATALOG}/SearchStandards", searches, 0.15),
    ]


@contextmanager
def filled_server(settings: dict[str, str] | None = None) -> Iterator[RunningProgram]:
    """Run a server whose catalogue has STANDARDS standards."""
    with tempfile.TemporaryDirectory(prefix="tbt-bench-") as folder:
        program = RunningProgram(
            Path(folder), "--without-worker", settings={**ROOM, "TBT_LEAST_CALLS": LEAST_CALLS, **(settings or {})}
        )
        try:
            program.wait_until_serving()
            fill(program)
            yield program
        finally:
            program.interrupt()


def fill(program: RunningProgram) -> None:
    """Import what is asked for."""
    channel = grpc.intercept_channel(grpc.insecure_channel(program.address), BearerToken(program.token))
    records = (standard_record(f"GB/T {90001 + number}-2024") for number in range(STANDARDS))
    run_import(pb_grpc.CatalogServiceStub(channel), "systems/load", records)


def measure() -> dict[str, float]:
    """Return the figures of one process, asked by itself and through the gateway; see the module."""
    with filled_server() as program:
        alone = _figures(program, program.address)
        with gateway_before(program.address) as gate:
            gated = _figures(program, gate)
    return alone | {f"through the gateway: {name}": figure for name, figure in gated.items()}


def _figures(program: RunningProgram, address: str) -> dict[str, float]:
    def run(**how: float) -> Outcome:
        return run_apart(Plan(address, program.token, kinds(), **how))  # type: ignore[arg-type]  # by name

    run(callers=4, seconds=3)
    capacity = run(callers=CALLERS, seconds=SECONDS).goodput
    time.sleep(1)
    idle = run(rate=UNLOADED_SHARE * capacity, seconds=2 * SECONDS)
    loaded = run(rate=OVERLOAD * capacity, seconds=2 * SECONDS)
    after = run(rate=UNLOADED_SHARE * capacity, seconds=SECONDS)
    later = loaded.answered_within_later(0.99, SETTLED_SECONDS)
    waits = sorted(loaded.refused_milliseconds or [0.0])
    return {
        "capacity, 4 callers in a closed loop, calls/s": capacity,
        "unloaded p50, ms": idle.answered_within(0.5),
        "unloaded p99, ms": idle.answered_within(0.99),
        "at 3 times capacity: p50 of answered, ms": loaded.answered_within(0.5),
        "… p99 of answered, ms": loaded.answered_within(0.99),
        "… p99 against unloaded (aim ≤ 3)": loaded.answered_within(0.99) / idle.answered_within(0.99),
        "… p99 after the first second, ms": later,
        "… the same against unloaded": later / idle.answered_within(0.99),
        "… share shed, %": 100 * loaded.share_refused,
        "… of these without RetryInfo, %": 100 * loaded.without_retry_info / max(1, len(loaded.refused_milliseconds)),
        "… p50 until a refusal, ms": waits[len(waits) // 2],
        "… answered against capacity, %": 100 * loaded.goodput / capacity,
        "… ended otherwise, calls": sum(
            count for code, count in loaded.codes.items() if code not in ("OK", "RESOURCE_EXHAUSTED")
        ),
        "… the client was late by, ms": loaded.lateness_milliseconds,
        "… the client's processors": loaded.processor_seconds / loaded.seconds,
        "after it: share shed, %": 100 * after.share_refused,
        "after it: p99, ms": after.answered_within(0.99),
    }


if __name__ == "__main__":
    import sys

    for name, figure in measure().items():
        sys.stdout.write(f"{name:<72} {figure:>12,.2f}\n")
