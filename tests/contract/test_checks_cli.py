"""`tbt documents check`, `findings`, `rules`, `drafts health` and `dossiers` through the real program: what a secretary reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program
from specimen_files import as_docx
from standards_tree.rules.drafting.rule import Example
from standards_tree.rules.drafting.specimens import broken, read_specimen

Run = Callable[..., Result]
FAULTY = Example("表面不应有裂纹", "表面不得有裂纹")


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how an administrator types a command."""

    def command(*words: str, language: str = "en") -> Result:
        token = composition.local_issuer.issue("administrator", ("administrator",), 600)
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token, "--lang", language]
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "300"})

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a draft written in Word with one fault."""
    path = tmp_path / "草案.docx"
    path.write_bytes(as_docx(read_specimen(broken(FAULTY))))
    return path


def test_a_draft_in_word_is_checked_waived_and_reported(run: Run, file: Path) -> None:
    """Place, rule, message and what to write; accepted with a reason; written to a page."""
    checked = run("documents", "check", str(file), "--area", "VERB", "--as-of", "2026-06-01", language="zh-Hans")
    assert checked.exit_code == 1, checked.output
    for words in ("5.2", "VERB-MUST-NOT", "以“不应”代替“不得”", "表面不应有裂纹", "应"):
        assert words in checked.stdout
    assert "GB/T 1.1—2020" in checked.stderr
    (check,) = set(re.findall(r"checks/[0-9a-f]{32}", checked.stderr))

    listed = json.loads(run("findings", "list", check, "--json").stdout)
    assert listed["rule"] == "VERB-MUST-NOT"
    waived = run("findings", "waive", listed["name"], "--reason", "示例理由")
    assert (waived.exit_code, "waivers/" in waived.stdout) == (0, True)
    assert run("findings", "list", check, "--open").stdout.count("VERB-MUST-NOT") == 0

    page = file.with_name("check.html")
    assert run("findings", "report", check, "--to", str(page), language="zh-Hans").exit_code == 0
    assert "示例理由" in page.read_text(encoding="utf-8")
    refused = run("findings", "report", check, "--to", str(file.with_name("check.pdf")))
    assert (refused.exit_code, ".html" in refused.stderr) == (2, True)

    waiver = re.search(r"waivers/[0-9a-f]{32}", waived.stdout)
    assert waiver is not None
    assert run("findings", "withdraw", waiver[0], "--reason", "示例").exit_code == 0
    assert "示例理由" in run("findings", "waivers", "--withdrawn").stdout


def test_the_health_of_a_draft_is_told_in_one_answer(run: Run, file: Path) -> None:
    """Counts by kind of rule, in the reader's language; findings of its check have no history yet."""
    made = run("drafts", "register", "--file", str(file), "--level", "group", "--committee", "SAC/TC 93", "--json")
    assert made.exit_code == 0, made.output
    name = json.loads(made.stdout)["name"]
    told = run("drafts", "health", name, language="zh-Hans")
    assert told.exit_code == 0, told.output
    assert "起草" in told.stdout
    assert run("drafts", "check", name, "--area", "VERB").exit_code == 1
    assert run("findings", "trend", name).exit_code == 0


def test_rules_are_listed_and_switched(run: Run) -> None:
    """Each with its clause; off for one committee, with a reason; an unknown one is not found."""
    listed = run("rules", "list", "--area", "LIST")
    assert "GB/T 1.1—2020, 7.5.1" in listed.stdout
    off = run("rules", "off", "LIST-SINGLE", "--committee", "SAC/TC 94", "--reason", "示例决定")
    assert (off.exit_code, "off" in off.stdout) == (0, True)
    rules = [json.loads(line) for line in run("rules", "list", "--committee", "SAC/TC94", "--json").stdout.splitlines()]
    assert [rule["id"] for rule in rules if not rule.get("enabled")] == ["LIST-SINGLE"]
    assert run("rules", "on", "LIST-SINGLE", "--committee", "SAC/TC 94", "--reason", "示例").exit_code == 0
    assert run("rules", "off", "NO-SUCH", "--reason", "x").exit_code == 3
    assert run("findings", "statistics").exit_code == 0


def test_a_dossier_is_recorded_and_checked(run: Run, tmp_path: Path) -> None:
    """What is open makes the command fail; advice is told beside it; a blank box of a form is named."""
    path = tmp_path / "dossier.json"
    notification = {
        "agreement": "AGREEMENT_TBT",
        "type": "NOTIFICATION_TYPE_REGULAR",
        "symbol": "G/TBT/N/XXX/8",
        "boxes": {"1": "示例成员"},
        "comments_until": {"year": 2026, "month": 3, "day": 6},
    }
    path.write_text(json.dumps({"notification": notification}), encoding="utf-8")
    made = run("dossiers", "create", str(path), "--json")
    assert made.exit_code == 0, made.output
    name = json.loads(made.stdout)["name"]
    checked = run("dossiers", "check", name, language="zh-Hans")
    assert checked.exit_code == 1
    assert "R07" in checked.stdout
    assert "未作答" in checked.stdout
    assert "A12" in checked.stderr
    assert "2026-03-03" in checked.stderr
    path.write_text(json.dumps({"evidence": ["示例研究"]}), encoding="utf-8")
    assert run("dossiers", "update", name, str(path)).exit_code == 0
    assert name in run("dossiers", "list", "--symbol", "G/TBT/N/XXX/8").stdout
    form = tmp_path / "form.json"
    form.write_text(json.dumps(notification), encoding="utf-8")
    faults = run("dossiers", "form", str(form), language="zh-Hans")
    assert (faults.exit_code, faults.stdout.count("为空")) == (1, 10)
    form.write_text("{", encoding="utf-8")
    assert run("dossiers", "form", str(form)).exit_code == 2
