"""Processes behind Envoy are restarted one after the other under load, and no caller notices."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from bearer_token import BearerToken
from services.embedded import EmbeddedStack
from several_processes import behind_envoy
from soaking import scaled
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import system_pb2

PROCESSES = scaled(2, 3)
RESTARTS = scaled(1, 6)
CALLERS = 3
# Calls that each caller makes after the last restart at least: they go to the new process too.
CALLS_AFTER = 20


def test_a_rolling_restart_fails_no_call(stack: EmbeddedStack, tmp_path: Path, unique) -> None:
    """Reads and writes without a retry of the client's own: every one of them is answered, and every write is there."""
    with behind_envoy(stack, tmp_path, PROCESSES) as processes:
        restarted, ended = threading.Event(), Counter[str]()
        written: list[str] = []

        def call(caller: int) -> None:
            channel = grpc.insecure_channel(
                processes.address, [("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)]
            )
            stub = pb_grpc.CatalogServiceStub(grpc.intercept_channel(channel, BearerToken(processes.token)))
            after = 0
            while after < CALLS_AFTER:
                after += restarted.is_set()
                try:
                    stub.ListStandards(pb.ListStandardsRequest(page_size=1), timeout=20)
                    made = pb.CreateSystemRequest(
                        system_id=unique(f"s{caller}"),
                        system=system_pb2.System(title={"zh": "示例"}),
                        request_id=str(uuid4()),
                    )
                    written.append(stub.CreateSystem(made, timeout=20).name)
                    ended["OK"] += 1
                except grpc.RpcError as failure:
                    ended[f"{failure.code().name}: {failure.details()}"] += 1

        with ThreadPoolExecutor(CALLERS) as callers:
            calling = [callers.submit(call, caller) for caller in range(CALLERS)]
            try:
                statuses = [processes.restart(number % PROCESSES) for number in range(RESTARTS)]
            finally:
                restarted.set()
            for caller in calling:
                caller.result()
        stub = pb_grpc.CatalogServiceStub(
            grpc.intercept_channel(grpc.insecure_channel(processes.address), BearerToken(processes.token))
        )
        assert set(ended) == {"OK"}, ended
        assert statuses == [0] * RESTARTS
        assert len(written) >= CALLERS * CALLS_AFTER
        for name in written:
            assert stub.GetSystem(pb.GetSystemRequest(name=name)).name == name


def test_a_process_that_is_killed_costs_reads_nothing(stack: EmbeddedStack, tmp_path: Path) -> None:
    """What only reads is sent to another process; a write that broke off is not, because nobody knows how far it came."""
    if scaled(0, 1) == 0:
        pytest.skip("in make soak: a restart is tested in every run")
    with behind_envoy(stack, tmp_path, 2) as processes:
        channel = grpc.insecure_channel(processes.address, [("grpc.enable_retries", 0)])
        stub = pb_grpc.CatalogServiceStub(grpc.intercept_channel(channel, BearerToken(processes.token)))
        answered = 0
        for number in range(200):
            if number == 50:
                processes.running[1].kill()
            stub.ListStandards(pb.ListStandardsRequest(page_size=1), timeout=20)
            answered += 1
        assert answered == 200
