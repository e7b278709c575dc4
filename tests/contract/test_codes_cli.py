"""`tbt codes` and `tbt designations` through the real program: what a person types, and what they read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program

Run = Callable[..., Result]


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how to type a command as an administrator."""
    token = composition.local_issuer.issue("codes-cli", ("administrator",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token]

    def command(*words: str, typed: str | None = None) -> Result:
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], input=typed, env={"COLUMNS": "240"})

    return command


def test_codes_are_listed_shown_and_searched(run: Run) -> None:
    """The lists, what stands below a code, one code with its titles, words of a title."""
    assert "shipped-hs-2022" in run("codes", "list").stdout
    assert "宁波市" in run("--lang", "zh-Hans", "codes", "list", "regions", "--under", "33").stdout
    assert "化工技术" in run("codes", "show", "ics", "71").stdout
    found = [json.loads(line) for line in run("codes", "search", "玩具", "--json").stdout.splitlines()]
    assert [code["code"] for code in found][:2] == ["Y57", "95"]


def test_an_unknown_code_has_its_exit_status(run: Run) -> None:
    """What is not there is 3, told in one line."""
    refused = run("--lang", "zh-Hans", "codes", "show", "ics", "99")
    assert (refused.exit_code, refused.stderr.count("\n")) == (3, 1)
    assert "没有代码 99" in refused.stderr


def test_a_list_is_imported_from_files_of_a_spreadsheet(run: Run, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """GB18030 with a heading nobody knows; a dry run first; then the versions and what changed."""
    table = tmp_path / "示例.csv"
    table.write_bytes("税则号,品名\n87,示例车辆\n8703,示例汽车\n".encode("gb18030"))
    version = unique("v")
    words = ("codes", "import", "hs", str(table), "--version", version, "--column", "code=税则号")
    dry = run(*words, "--dry-run")
    assert (dry.exit_code, "6934 removed" in dry.stdout) == (0, True)
    assert version not in run("codes", "versions", "hs").stdout
    assert run(*words).exit_code == 0
    assert version in run("codes", "versions", "hs").stdout
    compared = run("codes", "compare", "hs", "shipped-hs-2022", version).stdout
    assert "示例汽车" in compared


def test_a_dry_run_names_the_file_and_the_row_of_what_is_wrong(
    run: Run, tmp_path: Path, unique: Callable[[str], str]
) -> None:
    """Rows are numbered as a spreadsheet shows them, file by file."""
    good, bad = tmp_path / "a.csv", tmp_path / "b.csv"
    good.write_text("code,title\n87,示例\n", encoding="utf-8-sig")
    bad.write_text("code,title\n8703,示例\n77,示例\n", encoding="utf-8")
    result = run("codes", "import", "hs", str(good), str(bad), "--version", unique("v"), "--dry-run")
    assert result.exit_code == 1
    assert "b.csv:3, code: 77 is no code of this list" in result.stderr


def test_the_real_lists_are_imported_by_command(run: Run, shared_data: Path, unique: Callable[[str], str]) -> None:
    """Three files of CCS, their own headings, groups such as J90/99."""
    files = [str(shared_data / f"codes/china/ccs/cn-ccs-codes/cat-level{level}.csv") for level in (1, 2, 3)]
    result = run("codes", "import", "ccs", *files, "--version", unique("v"), "--json")
    assert json.loads(result.stdout)["version"]["level_counts"] == [24, 225, 1608]


def test_designations_are_parsed_from_arguments_and_from_standard_input(run: Run) -> None:
    """One with its parts; many in a table; exit status 1 when one is none, with what would be right."""
    one = run("designations", "parse", "gb/t20485.16－2018").stdout
    assert "GB/T 20485.16—2018" in one
    assert "standards/gb~t_20485.16-2018" in one
    many = run("designations", "parse", "-", typed="ISO9001-2015\nGB/T 1234:2020\n")
    assert many.exit_code == 1
    assert "ISO 9001:2015" in many.stdout
    assert "GB/T 1234—2020" in many.stdout
    assert "a colon stands where the year dash belongs" in many.stdout


def test_designations_are_sorted_by_number(run: Run) -> None:
    """GB/T 2 comes before GB/T 10, and what is none comes last."""
    lines = run("designations", "sort", "--json", "none", "ISO 1", "GB/T 10", "GB/T 2").stdout.splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["GB/T 2", "GB/T 10", "ISO 1", "none"]
