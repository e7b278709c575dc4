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


@pytest.mark.parametrize("name", [name for name in COMMANDS if getattr(loaded(name), "commands", {})])
def test_a_group_lists_its_commands_in_both_languages(name):
    """Not only each command by itself."""
    listed = "".join(CliRunner().invoke(app, [name, "--help"]).output.split())
    for one in loaded(name).commands.values():
        assert "".join(str(one.help).partition("\n\n")[0].split()) in listed


def test_the_list_of_commands_is_that_of_the_table():
    """Nothing is listed that cannot be called, and each with what it is for."""
    listed = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    expected = {name for name, entry in COMMANDS.items() if not entry.hidden}
    assert {name for name in COMMANDS if re.search(rf"^  {name}  ", listed, re.MULTILINE)} == expected


def test_one_word_that_is_no_command_is_refused():
    """With exit status 2, as any wrong input."""
    refused = CliRunner().invoke(app, ["standard"])
    assert (refused.exit_code, "standard" in refused.output) == (2, True)


WRONG = [
    (("nope",), "没有命令 'nope'。"),
    (("standards", "lst"), "没有命令 'lst'。是否指 'list'？"),
    ((), "缺少命令。"),
    (("gap", "report", "--nope"), "没有选项 --nope（可用选项：--to）"),
    (("token", "--zz"), "没有选项 --zz"),
    (("gap", "report", "--hs"), "选项 '--hs' 需要取值。"),
    (("gap", "report", "--json=3"), "选项 '--json' 不带取值。"),
    (("gap", "plan"), "缺少参数 'name'。"),
    (("gap", "plan", "reports/1"), "缺少选项 '--per-year'。"),
    (("gap", "plan", "reports/1", "a", "--per-year", "1"), "多余的参数：a"),
    (("gap", "plan", "reports/1", "--per-year", "x"), "'--per-year' 的取值无效：应为整数"),
    (("gap", "plan", "reports/1", "--per-year", "0"), "'--per-year' 的取值无效：不应小于 1"),
    (("gap", "infer", "--least", "2"), "'--least' 的取值无效：不应大于 1"),
    (("gap", "report", "--as-of", "2026-13-01"), "'--as-of' 的取值无效：'2026-13-01' 不符合格式 '%Y-%m-%d'。"),
    (("keys", "make", __file__), f"'folder' 的取值无效：'{__file__}' 是文件。"),
    (("desk", "coverage", "--by", "nobody"), "--by 的取值无效：nobody 既不是 member 也不是 hs"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[said for _words, said in WRONG])
@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_wrong_command_line_is_refused_in_the_readers_language(words, said, by):
    """By whatever way the language is chosen; with exit status 2, and with where to find help."""
    chosen = ["--lang", "zh-Hans"] if by == "option" else ["--address", "x"]
    environment = {"TBT_LANGUAGE": "zh-CN" if by == "environment" else ""}
    refused = CliRunner().invoke(app, [*chosen, *words], env={**environment, "TBT_DATA_FOLDER": "/nowhere"})
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.splitlines()[-1] == f"错误：{said}"
    assert "Error" not in refused.stderr


def test_a_wrong_command_line_is_refused_in_english_otherwise():
    """As typer says it."""
    refused = CliRunner().invoke(app, ["gap", "report", "--nope"], env={"TBT_LANGUAGE": ""})
    assert refused.stderr.splitlines()[-1] == "Error: No such option: --nope (Possible options: --to)"
    assert CliRunner().invoke(app, ["--lang", "zh-Hans", "gap"]).exit_code == CliRunner().invoke(app, ["gap"]).exit_code
    assert CliRunner().invoke(app, ["--help"]).exit_code == 0


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
