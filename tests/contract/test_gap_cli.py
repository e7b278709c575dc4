"""`tbt gap`: every form of a report, the catalogue, plans and schedules from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.composition import Composition, Program


@pytest.fixture
def tbt(program: Program, composition: Composition):
    """Return how to run a command as an analyst; it fails the test when the status is not the one expected."""
    token = composition.local_issuer.issue("li", ["analyst"], 3600)
    environment = {"TBT_ADDRESS": f"127.0.0.1:{program.port}", "TBT_TOKEN": token, "COLUMNS": "300"}

    def run(*arguments: str, status: int = 0, language: str = "en") -> str:
        outcome = CliRunner().invoke(app, ["--lang", language, *arguments], env=environment)
        assert outcome.exit_code == status, outcome.output
        return outcome.output

    return run


def test_a_report_is_made_looked_at_compared_kept_and_removed(tbt, tmp_path: Path, unique) -> None:
    """From the first command to the last, with every form on disk."""
    title = unique("report")
    files = [tmp_path / f"r.{ending}" for ending in ("html", "xlsx", "json", "graphml", "mapping.json")]
    to = [argument for file in files for argument in ("--to", str(file))]
    scope = ("--symbol", "G/TBT/N/XXX/1")
    made = json.loads(tbt("gap", "report", *scope, *to, "--title", title, "--per-year", "2", "--years", "2", "--json"))
    assert all(file.stat().st_size for file in files)
    document = json.loads(files[2].read_text(encoding="utf-8"))
    assert document["plan"]["budget"]["standards_per_year"] == 2
    assert "mapping-collection" in json.loads(files[4].read_text(encoding="utf-8"))

    assert title in tbt("gap", "reports", "list", "--title", title)
    assert "消除 0，新增 0" in tbt("gap", "reports", "compare", made["name"], made["name"], language="zh-Hans")
    plan = json.loads(tbt("gap", "plan", made["name"], "--per-year", "3", "--level", "national=1", "--json"))
    assert plan["report"] == made["name"]
    tbt("gap", "reports", "pin", made["name"])
    tbt("gap", "reports", "delete", made["name"], status=4)
    tbt("gap", "reports", "pin", made["name"], "--off")
    tbt("gap", "reports", "delete", made["name"])
    tbt("gap", "reports", "get", made["name"], status=3)


def test_a_schedule_is_made_shown_and_ended(tbt, unique) -> None:
    """With what it would make when."""
    title = unique("schedule")
    made = json.loads(tbt("gap", "schedule", "create", "30 6 * * 1-5", "--title", title, "--member", "EU", "--json"))
    assert made["scope"] == {"member_codes": ["EU"]}
    assert "06:30" in tbt("gap", "schedule", "get", made["name"])
    assert title in tbt("gap", "schedule", "list", "--most", "0")
    tbt("gap", "schedule", "delete", made["name"])
    tbt("gap", "schedule", "get", made["name"], status=3)


def test_the_schema_of_the_json_form_is_printed(tbt) -> None:
    """Who reads reports by program finds it without a repository."""
    assert json.loads(tbt("gap", "schema"))["properties"]["schema"] == {"const": "tbt.gap.report/1"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("gap", "report", "--to", "report.docx"),
        ("gap", "plan", "reports/x", "--per-year", "1", "--level", "national"),
        ("gap", "plan", "reports/x", "--per-year", "1", "--level", "nowhere=1"),
        ("gap", "schedule", "create", "hourly"),
    ],
)
def test_what_makes_no_sense_is_wrong_input(tbt, wrong: tuple[str, ...]) -> None:
    """Exit status 2, before anything is made."""
    said = tbt(*wrong, status=2)
    assert said.startswith("tbt: ") or "Error: " in said


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_wrong_field_is_told(tbt, language: str) -> None:
    """Who mistyped three codes corrects them at once."""
    wrong = ("--member", "ZZZ", "--member", "YYY", "--member", "XXY")
    first, *others = tbt("gap", "report", *wrong, status=2, language=language).splitlines()
    assert first.startswith("tbt: ")
    assert "ZZZ" in first
    assert [line.split(": ")[0].strip() for line in others] == ["scope.member_codes[1]", "scope.member_codes[2]"]
    assert "YYY" in others[0]
    assert "XXY" in others[1]
