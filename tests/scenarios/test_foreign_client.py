"""A client that nobody here wrote, `buf curl`, knows only the address and a token, and does the main job."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from running_program import buf
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2


@pytest.fixture
def curl(composition: Composition, program: Program, tmp_path: Path) -> Callable[..., Any]:
    """Return how to ask the server something with buf curl, by reflection alone."""
    token = composition.local_issuer.issue("foreign", ["administrator"], 600)

    def ask(*arguments: str) -> Any:
        result = subprocess.run(
            [buf(), "curl", "--http2-prior-knowledge", "--protocol", "grpc", "--reflect-protocol", "grpc-v1alpha",
             "-H", f"authorization: Bearer {token}", "--reflect-header", f"authorization: Bearer {token}",
             *arguments],
            capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        return result.stdout

    return lambda *arguments: ask(
        *(argument.replace("SERVER", f"http://127.0.0.1:{program.port}") for argument in arguments)
    )


def test_a_foreign_client_lists_services_reads_a_standard_and_waits_for_a_report(
    curl: Callable[..., str], channel: grpc.Channel, unique: Callable[[str], str]
) -> None:
    """Reflection, a unary call, a long-running operation and its answer, all from the descriptors the server sends."""
    services = curl("--list-services", "SERVER").split()
    assert {f"tbt.{name}.v1.{name.capitalize()}Service" for name in ("catalog", "documents", "gap")} <= set(services)

    number = int(unique("")[:6], 16) % 90000 + 10000
    catalog_grpc.CatalogServiceStub(channel).CreateStandard(
        catalog_pb.CreateStandardRequest(
            standard=standard_pb2.Standard(
                designation=f"T/XXX {number}-2024",
                title=type_pb2.LocalizedText(zh="示例"),
                status=standard_pb2.STANDARD_STATUS_IN_FORCE,
            )
        )
    )
    standard = json.loads(
        curl("-d", json.dumps({"name": f"t/xxx {number}—2024"}), "SERVER/tbt.catalog.v1.CatalogService/GetStandard")
    )
    assert standard["designation"] == f"T/XXX {number}—2024"

    operation = json.loads(
        curl("-d", '{"scope": {"memberCodes": ["EU"]}}', "SERVER/tbt.gap.v1.GapService/CreateGapReport")
    )
    finished = operation
    while not finished.get("done"):
        request = json.dumps({"name": operation["name"], "timeout": "20s"})
        finished = json.loads(curl("-d", request, "SERVER/google.longrunning.Operations/WaitOperation"))
    assert finished["response"]["name"] == operation["metadata"]["report"]
    assert finished["response"]["scope"] == {"memberCodes": ["EU"]}
