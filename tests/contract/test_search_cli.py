"""`tbt standards search` and `suggest` show what the service finds, in the reader's language."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from catalogues import create, new_number
from services.cli.__main__ import app
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc

Stub = pb_grpc.CatalogServiceStub
Tbt = Callable[..., Result]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def tbt(composition: Composition, program: Program) -> Tbt:
    """Return how to give a command to a running program."""
    token = composition.local_issuer.issue("test-reader", ["analyst"], 3600)

    def run(*arguments: str, language: str = "en") -> Result:
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", language]
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*options, *arguments])

    return run


def test_hits_are_shown_best_first(grpc_stub: Stub, tbt: Tbt) -> None:
    """One line of JSON each, from as many pages as it takes."""
    number = new_number()
    for part in (2, 1):
        create(grpc_stub, f"GB/T {number}.{part}-2024", title={"zh": "示例 术语"})
    done = tbt("standards", "search", f"GBT{number} 术语", "--level", "national", "--status", "in_force", "--json")
    assert done.exit_code == 0, done.output
    found = [json.loads(line)["standard"]["designation"] for line in done.stdout.splitlines()]
    assert found == [f"GB/T {number}.1—2024", f"GB/T {number}.2—2024"]


def test_states_are_shown_as_of_a_day(grpc_stub: Stub, tbt: Tbt) -> None:
    """In Chinese for who reads Chinese."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2024", effective_on="2024-06-01")
    done = tbt("standards", "search", number, "--as-of", "2024-01-01", language="zh-Hans")
    assert "即将实施" in done.stdout


def test_facets_are_shown_below_the_hits(grpc_stub: Stub, tbt: Tbt) -> None:
    """Each with its values and counts, or with everything in one document of JSON."""
    number = new_number()
    for body in ("GB", "GB/T"):
        create(grpc_stub, f"{body} {number}-2024", issued_on="2024-01-01", ics=["71.100"])
    done = tbt("standards", "search", number, "--facets")
    rows = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert {
        "found 2",
        "level national 2",
        "obligation mandatory 1 · recommended 1",
        "ICS 71 2",
        "year of issue 2024 2",
    } <= set(rows)
    answer = json.loads(tbt("standards", "search", number, "--facets", "--json").stdout)
    assert (answer["total_size"], len(answer["hits"])) == (2, 2)


def test_a_word_that_is_no_level_is_refused(tbt: Tbt) -> None:
    """The refusal names those there are."""
    done = tbt("standards", "search", "--level", "galactic")
    assert done.exit_code == 2
    assert "national" in done.output


def test_suggestions_are_shown_with_their_standards(grpc_stub: Stub, tbt: Tbt) -> None:
    """As one types."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2024")
    done = tbt("standards", "suggest", f"gbt{number}")
    assert f"GB/T {number}—2024" in done.stdout
    assert f"standards/gb~t_{number}-2024" in done.stdout
