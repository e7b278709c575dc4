"""Reads a second of three processes behind Envoy, against one process alone: they help as far as there are cores for them."""

import os
import tempfile
from pathlib import Path

import grpc

from bearer_token import BearerToken
from bench_overload import ROOM, STANDARDS, kinds
from catalogues import run_import, standard_record
from load_client import Plan, run_apart
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from several_processes import Processes, behind_envoy
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc

SECONDS = float(os.environ.get("TBT_BENCH_SECONDS", "10"))
CALLERS = 24
PROCESSES = 3
ROUNDS = 3


def measure() -> dict[str, float]:
    """Return reads a second of both, the best of ROUNDS taken in turns, and their ratio."""
    with (
        tempfile.TemporaryDirectory(prefix="tbt-bench-") as data,
        tempfile.TemporaryDirectory(prefix="tbt-bench-") as keys,
        EmbeddedStack(Path(data)) as stack,
    ):
        migrate(stack.database_url)
        # The most calls at once are let in: what is measured is what is answered, not what is shed.
        with behind_envoy(stack, Path(keys), PROCESSES, {**ROOM, "TBT_LEAST_CALLS": "64"}) as processes:
            _fill(processes)
            alone = f"127.0.0.1:{processes.ports[0]}"
            rounds = [(_reads(processes, alone), _reads(processes, processes.address)) for _ in range(ROUNDS)]
    one, three = max(first for first, _ in rounds), max(second for _, second in rounds)
    return {
        "one process, reads/s": one,
        "three processes behind Envoy, reads/s": three,
        "ratio (aim ≥ 2 where there are cores for it)": three / one,
        "cores of this machine": float(os.cpu_count() or 1),
    }


def _reads(processes: Processes, address: str) -> float:
    return run_apart(Plan(address, processes.token, kinds(), SECONDS / 2, callers=CALLERS)).goodput


def _fill(processes: Processes) -> None:
    channel = grpc.intercept_channel(grpc.insecure_channel(processes.address), BearerToken(processes.token))
    records = (standard_record(f"GB/T {90001 + number}-2024") for number in range(STANDARDS))
    run_import(pb_grpc.CatalogServiceStub(channel), "systems/load", records)


if __name__ == "__main__":
    import sys

    for name, figure in measure().items():
        sys.stdout.write(f"{name:<62} {figure:>12,.2f}\n")
