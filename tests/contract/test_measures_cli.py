"""`tbt measures` and `tbt requirements` through the real program: what a person types, and what they read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from invented import symbol
from services.cli import requirements
from services.cli.__main__ import app
from services.composition import Composition, Program

Run = Callable[..., Result]


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how to type a command as an administrator."""
    token = composition.local_issuer.issue("measures-cli", ("administrator",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token]

    def command(*words: str) -> Result:
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "400"})

    return command


def platform_file(folder: Path, name: str) -> Path:
    """Write a record as a Chinese platform gives it, with an addendum behind it."""
    records = [
        {
            "通报号": name,
            "通报日期": "2026年1月5日",
            "标题": "示例玩具法规",
            "评议截止日期": "通报后60天",
            "拟生效日期": "批准后6个月",
            "内容概述": "铅含量应不大于90 mg/kg，按ISO 8124-3:2020检验。",
        },
        {
            "通报号": f"{name}/Add.1",
            "通报日期": "2026年4月1日",
            "标题": "补遗",
            "内容概述": "该法规自2026年9月1日起施行。",
        },
    ]
    path = folder / "records.jsonl"
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


def test_records_of_a_platform_become_a_story_in_either_language(run: Run, tmp_path: Path) -> None:
    """Imported, told on a day, listed by state, again without a change."""
    name = symbol()
    file = str(platform_file(tmp_path, name))
    assert run("measures", "import", file).exit_code == 0
    again = json.loads(run("measures", "import", file, "--json").stdout)
    assert again["measures"] == {"read": 2, "unchanged": 2}
    assert "批准后6个月" in run("measures", "show", name).stdout
    chinese = run("--lang", "zh-Hans", "measures", "story", name, "--on", "2026-02-01").stdout
    assert ("评议中" in chinese, "2026-03-06" in chinese) == (True, True)
    assert "in force" in run("measures", "story", name, "--on", "2026-09-01").stdout
    assert "entry into force" in run("measures", "timeline", name, "--on", "2026-09-01").stdout
    listed = run("measures", "stories", "--query", name, "--state", "closed", "--on", "2026-05-01", "--json").stdout
    assert json.loads(listed)["symbols"] == [name, f"{name}/Add.1"]


def test_what_a_text_demands_is_proposed_accepted_and_listed(run: Run, tmp_path: Path) -> None:
    """`extract`, `proposals`, `accept`, `list`; a table of requirements beside it."""
    name = symbol()
    run("measures", "import", str(platform_file(tmp_path, name)))
    extracted = [json.loads(line) for line in run("requirements", "extract", name, "--json").stdout.splitlines()]
    assert [(each["kind"], each["limit"]["value"]) for each in extracted] == [("limit", "90")]
    accepted = run("requirements", "accept", extracted[0]["name"], "--json")
    assert json.loads(accepted.stdout)["state"] == "PROPOSAL_STATE_ACCEPTED"
    assert run("requirements", "proposals", name, "--json").stdout == ""
    table = tmp_path / "requirements.csv"
    table.write_text(f"measure,text_en,limit\n{name},example,≤ 5 mg/kg\n{name},example,five\n", encoding="utf-8")
    imported = run("requirements", "import", str(table))
    assert (imported.exit_code, "row 3, limit" in imported.stderr) == (1, True)
    listed = run("requirements", "list", name).stdout
    assert ("≤ 90 mg/kg" in listed, "≤ 5 mg/kg" in listed, "ISO 8124-3:2020" in listed) == (True, True, True)


def test_a_table_of_concerns_is_imported_row_by_row_and_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    """A later table adds what it knows and takes nothing away; a bad row is named with its column, in either language."""
    name = symbol()
    number = int(name.rpartition("/")[2])
    run("measures", "import", str(platform_file(tmp_path, name)))
    file = tmp_path / "concerns.csv"
    head = "imsId,domainId,title,raisingName,numberOfTimesRaised,lastTimeRaised,relatedDocuments\n"
    first = f"{number},1,Example concern,Exampleland,1,2025-03-11,{name}\n"
    file.write_text(head + first, encoding="utf-8")
    planned = json.loads(run("measures", "import-concerns", str(file), "--dry-run", "--json").stdout)
    assert planned["trade_concerns"] == {"read": 1, "created": 1}
    assert json.loads(run("measures", "import-concerns", str(file), "--json").stdout) == planned
    again = json.loads(run("measures", "import-concerns", str(file), "--json").stdout)
    assert again["trade_concerns"] == {"read": 1, "unchanged": 1}

    file.write_text(head + f"{number},1,Example concern,Otherland,2,2025-11-06,\n,1,No number,,,,\n", encoding="utf-8")
    assert run("measures", "import-concerns", str(file), "--all-or-nothing").exit_code == 1
    chinese = run("--lang", "zh-Hans", "measures", "import-concerns", str(file))
    assert chinese.exit_code == 1
    assert "第 3 行" in chinese.output
    assert "这不是特别贸易关注的编号" in chinese.output
    concern = json.loads(run("measures", "concerns", "--measure", name, "--json").stdout)
    assert (concern["raised_by"], concern["symbols"]) == (["Exampleland", "Otherland"], [name])
    assert (concern["times_raised"], concern["last_raised_on"]) == (2, {"year": 2025, "month": 11, "day": 6})
    assert "number,agreement" in run("measures", "import-concerns").stdout
    assert run("measures", "import-concerns", str(file), "--agreement", "WTO").exit_code == 2


def test_all_or_nothing_is_nothing_however_many_requests_a_table_takes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that is refused in the last of them keeps those before it out, too."""
    monkeypatch.setattr(requirements, "ROWS_A_REQUEST", 2)
    name = symbol()
    run("measures", "import", str(platform_file(tmp_path, name)))
    table = tmp_path / "requirements.csv"
    rows = [f"{name},example {number}" for number in range(3)]
    table.write_text("\n".join(["measure,text_en", *rows, f"{symbol()},example"]), encoding="utf-8")
    assert run("requirements", "import", str(table), "--all-or-nothing").exit_code != 0
    assert run("requirements", "list", name, "--json").stdout == ""
    assert run("requirements", "import", str(table)).exit_code == 1
    assert len(run("requirements", "list", name, "--json").stdout.splitlines()) == 3
    table.write_text("\n".join(["measure,text_en", *rows, f"{name},example 3"]), encoding="utf-8")
    assert run("requirements", "import", str(table), "--all-or-nothing").exit_code == 0
    assert len(run("requirements", "list", name, "--json").stdout.splitlines()) == 4


def test_files_and_concerns_are_attached(run: Run, tmp_path: Path) -> None:
    """What is attached is listed; an unknown role is told."""
    name = symbol()
    run("measures", "import", str(platform_file(tmp_path, name)))
    text = tmp_path / "draft.txt"
    text.write_text("示例", encoding="utf-8")
    assert run("measures", "attach", name, str(text), "--language", "zh-Hans").exit_code == 0
    assert run("measures", "attach", name, str(text), "--role", "poem").exit_code == 2
    assert "draft.txt" in run("measures", "documents", name).stdout
    number = name.rpartition("/")[2]
    assert run("measures", "concern", "TBT", number, "--title", "Example", "--symbol", name).exit_code == 0
    assert f"TBT {number}" in run("measures", "concerns", "--measure", f"{name}/Add.1").stdout
    assert run("measures", "story", symbol()).exit_code == 3


def test_the_template_of_a_table_is_read_as_a_table(run: Run) -> None:
    """Its headings are those that an import knows."""
    assert run("requirements", "template").stdout.startswith("measure,number,clause,kind")


@pytest.mark.parametrize("words", [("requirements", "import"), ("measures", "import-concerns")])
def test_that_more_rows_are_wrong_than_are_shown_is_said(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """The first twenty are shown, and how many more there are."""
    table = tmp_path / "table.csv"
    headings = "measure,text_en" if words[0] == "requirements" else "number,title"
    table.write_text("\n".join([headings, *["nothing,example"] * 25]), encoding="utf-8")
    outcome = run(*words, str(table))
    assert outcome.exit_code == 1
    assert outcome.output.count("row ") == 20
    assert "… and 5 more; --json shows them" in outcome.output
