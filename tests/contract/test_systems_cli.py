"""`tbt systems` and `tbt tree` through the real program: what a planner types and reads."""

import json
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner, Result

from catalogues import create, create_node, new_number
from services.cli.__main__ import app
from services.composition import Composition, Program
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import standard_pb2

Run = Callable[..., Result]


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how a catalogue editor types a command."""

    def command(*words: str) -> Result:
        token = composition.local_issuer.issue("planner", ("catalogue_editor",), 600)
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", "en"]
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "260"})

    return command


@pytest.fixture
def system(run: Run, channel: grpc.Channel, unique: Callable[[str], str]) -> str:
    """Return the id of a system: 1 over 1.1 and 1.2, and 2; a standard stands at 1.1."""
    system_id = unique("s")
    made = run("systems", "create", system_id, "--title-zh", "示例体系", "--title-en", "Example")
    assert made.exit_code == 0, made.output
    stub = pb_grpc.CatalogServiceStub(channel)
    for code, parent in (("1", ""), ("1.1", "1"), ("1.2", "1"), ("2", "")):
        create_node(stub, f"systems/{system_id}", code, parent)
    place(stub, system_id, "1.1", create(stub, f"GB/T {new_number()}-2024").name)
    return system_id


def place(stub: pb_grpc.CatalogServiceStub, system: str, code: str, standard: str) -> None:
    """Put a standard at a node."""
    stub.PlaceStandard(pb.PlaceStandardRequest(node=f"systems/{system}/nodes/{code}", standard=standard))


def outline(run: Run, system: str) -> list[str]:
    """Return the codes that `tbt tree show` lists."""
    shown = run("tree", "show", system, "--json")
    return [json.loads(line)["code"] for line in shown.stdout.splitlines()]


def test_a_system_is_created_and_listed(run: Run, system: str) -> None:
    """Under the title in the language asked for."""
    assert f"systems/{system}" in run("systems", "list", "--most", "0").stdout


def test_branches_are_merged_split_renumbered_and_restored(run: Run, system: str) -> None:
    """One command each; a dry run changes nothing."""
    assert run("tree", "merge", system, "1.1", "2", "--dry-run").exit_code == 0
    assert outline(run, system) == ["1", "1.1", "1.2", "2"]
    assert run("tree", "merge", system, "1.1", "2").exit_code == 0
    assert outline(run, system) == ["1", "1.2", "2"]
    assert run("tree", "restore", system, "1.1").exit_code == 0
    assert run("tree", "split", system, "1", "3", "--title-zh", "新节点", "--child", "1.2").exit_code == 0
    assert outline(run, system) == ["1", "1.1", "2", "3", "1.2"]
    renumbered = json.loads(run("tree", "renumber", system, "3", "--json").stdout)
    assert (renumbered["old_code"], renumbered["new_code"]) == ("1.2", "3.1")
    assert run("tree", "move", system, "3.1", "2").exit_code == 0
    assert run("tree", "archive", system, "3").exit_code == 0
    assert outline(run, system) == ["1", "1.1", "2", "3.1"]


def test_a_refused_change_has_the_exit_status_of_a_refusal(run: Run, system: str) -> None:
    """4: refused by a rule or by the state, with the reason."""
    refused = run("tree", "merge", system, "1", "1.1")
    assert (refused.exit_code, "own branch" in refused.output) == (4, True)


def test_editions_are_published_listed_compared_and_superseded(run: Run, system: str) -> None:
    """Against each other, or against the present state."""
    published = run("systems", "publish", system, "2025", "--date", "2025-06-01", "--json")
    first = json.loads(published.stdout)["name"]
    assert run("systems", "compare", first, "--json").stdout == ""
    run("tree", "renumber", system, "2", "--code", "9")
    compared = run("systems", "compare", first)
    assert [cell.strip() for cell in compared.stdout.splitlines()[3].split("│")[1:5]] == [
        "node renumbered",
        "9",
        "2",
        "9",
    ]
    short = f"{system}/1"
    assert run("systems", "compare", short).stdout == compared.stdout
    assert run("systems", "publish", system, "2026").exit_code == 0
    between = [run("systems", "compare", short, other).stdout for other in ("2", f"{system}/2", system)]
    assert between == [compared.stdout] * 3
    second = first.removesuffix("1") + "2"
    assert run("systems", "supersede", first, second, "--reason", "示例").exit_code == 0
    listed = [json.loads(line) for line in run("systems", "editions", system, "--json").stdout.splitlines()]
    assert [(one["name"], one.get("superseded_by", "")) for one in listed] == [(second, ""), (first, second)]
    (entry,) = run("systems", "entries", first, "--branch", "1", "--as-of", "2026-01-01", "--json").stdout.splitlines()
    assert json.loads(entry)["node_code"] == "1.1"


def test_a_date_that_is_none_is_wrong_input(run: Run, system: str) -> None:
    """2: wrong input, with how to write it."""
    refused = run("systems", "publish", system, "2025", "--date", "June")
    assert (refused.exit_code, "2026-06-01" in refused.output) == (2, True)


def test_a_check_that_finds_something_has_exit_status_1(run: Run, system: str, channel: grpc.Channel) -> None:
    """So that a script notices; a check that finds nothing has 0."""
    assert run("systems", "check", system).exit_code == 0
    stub = pb_grpc.CatalogServiceStub(channel)
    number = new_number()
    place(stub, system, "1", create(stub, f"GB/T {number}-2024").name)
    user = create(stub, f"GB/T {new_number()}-2024").name
    place(stub, system, "1.2", user)
    kind = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
    relation = standard_pb2.Relation(source=user, target_designation=f"GB/T {number}-2024", kind=kind)
    stub.CreateRelation(pb.CreateRelationRequest(relation=relation))
    found = run("systems", "check", system)
    assert (found.exit_code, "it belongs there" in found.stdout) == (1, True)


def test_a_refused_import_says_why_in_the_language_of_the_caller(run: Run, tmp_path: Path) -> None:
    """The sentence and the problem in it."""
    table = tmp_path / "catalogue.csv"
    table.write_text("标准号,标准名称,状态\nGB/T 999003-2024,示例,不明\n", encoding="utf-8")
    refused = run("--lang", "zh-Hans", "standards", "import", str(table), "--all-or-nothing")
    assert refused.exit_code == 2
    assert "不是标准的状态" in refused.stderr
