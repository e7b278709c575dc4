"""The command line as a whole: every command is there, says what it is for in both languages, and starts without the others."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.cli.commands import COMMANDS, loaded

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def below(command: object, path: str) -> list[tuple[str, str]]:
    """Return every command below *command* by its path, with its help."""
    inner = getattr(command, "commands", {})
    found = [(path, str(getattr(command, "help", "") or ""))]
    return found + [each for name, one in inner.items() for each in below(one, f"{path} {name}")]


EVERY = [each for name in COMMANDS for each in below(loaded(name), name)]


@pytest.mark.parametrize(("path", "text"), EVERY, ids=[path for path, _text in EVERY])
def test_a_command_says_what_it_is_for_in_both_languages(path, text):
    """Whoever types --help reads their language."""
    assert CHINESE.search(text), path
    assert re.search(r"[A-Za-z]{3}", text), path


def test_the_list_of_commands_is_that_of_the_table():
    """Nothing is listed that cannot be called, and each with what it is for."""
    listed = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    expected = {name for name, entry in COMMANDS.items() if not entry.hidden}
    assert {name for name in COMMANDS if re.search(rf"^  {name}  ", listed, re.MULTILINE)} == expected


def test_one_word_that_is_no_command_is_refused():
    """With exit status 2, as any wrong input."""
    refused = CliRunner().invoke(app, ["standard"])
    assert (refused.exit_code, "standard" in refused.output) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("systems", "check", "tmt", "--as-of", "2026-06-99999999999"),
        ("gap", "plan", "reports/x", "--per-year", "1", "--level", "national=²"),
        ("gap", "plan", "reports/x", "--per-year", "1", "--level", "national=99999999999"),
        ("ballots", "open", "drafts/x", "--roll", "ROLL", "--closes-on", "2026-06-01", "--quorum", "3/99999999999"),
    ],
    ids=["day", "level", "budget", "share"],
)
def test_a_number_that_no_message_can_hold_is_refused_as_wrong_input(words, tmp_path):
    """In a line with exit status 2, before anything is sent."""
    roll = tmp_path / "roll.csv"
    roll.write_text("member\nli\n", encoding="utf-8")
    typed = [str(roll) if word == "ROLL" else word for word in words]
    refused = CliRunner().invoke(app, ["--address", "127.0.0.1:1", "--token", "none", *typed])
    assert (refused.exit_code, type(refused.exception)) == (2, SystemExit)


def test_a_command_imports_nothing_of_the_others():
    """Who asks for their tasks does not wait for readers of vocabularies and workbooks."""
    code = (
        "import sys; from services.cli.commands import loaded; loaded('tasks');"
        "print([name for name in ('rdflib', 'numpy', 'lxml', 'pydantic', 'rich.progress') if name in sys.modules])"
    )
    answered = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert answered.stdout.strip() == "[]"
