"""The services split over two processes work as in one: a call goes the same way."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from running_program import RunningProgram, tbt
from services.embedded import EmbeddedStack


@pytest.fixture
def split(stack: EmbeddedStack, tmp_path: Path) -> Iterator[RunningProgram]:
    """Run three services in one process and three in another, which knows where the first three are; return the second."""
    shared = {
        "TBT_DATABASE_URL": stack.libpq_url,
        "TBT_S3_ENDPOINT": stack.s3.endpoint,
        "TBT_S3_ACCESS_KEY": stack.s3.access_key,
        "TBT_S3_SECRET_KEY": stack.s3.secret_key,
        "TBT_S3_SECURE": "false",
        "TBT_SERVICE_KEY_FOLDER": str(tmp_path / "keys"),
    }
    callees = [argument for name in ("documents", "terminology", "catalog") for argument in ("--service", name)]
    callers = [argument for name in ("linkage", "compliance", "gap") for argument in ("--service", name)]
    first = RunningProgram(tmp_path / "first", *callees, "--without-worker", settings=shared).wait_until_serving()
    addresses = json.dumps(dict.fromkeys(("documents", "terminology", "catalog"), f"dns:///{first.address}"))
    second = RunningProgram(
        tmp_path / "second", *callers, settings={**shared, "TBT_SERVICE_ADDRESSES": addresses}
    ).wait_until_serving()
    yield second
    second.interrupt()
    first.interrupt()


def test_a_report_is_made_across_processes(split: RunningProgram) -> None:
    """The gap service and its worker read a catalogue that another process serves."""
    made = tbt(split, "gap", "report", "--json")
    assert made.returncode == 0, made.stderr
    assert set(json.loads(made.stdout)["revisions"]) == {"catalog", "linkage", "terminology"}


def test_a_service_without_the_address_of_its_neighbour_does_not_start(tmp_path: Path) -> None:
    """The refusal names the setting."""
    alone = RunningProgram(tmp_path, "--service", "gap")
    assert alone.process.wait(90) != 0
    alone._reader.join(10)
    assert "TBT_SERVICE_ADDRESSES" in alone.text
