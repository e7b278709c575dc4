"""`tbt terms import`, `export` and `template` through the real program: what a person types, and what they read."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program

Run = Callable[..., Result]
TABLE = "number,language,term,status,definition\n1,zh-Hans,示例,preferred,用于展示\n1,en,example,preferred,\n"


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how to type a command as an administrator."""
    token = composition.local_issuer.issue("terms-cli", ("administrator",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token]

    def command(*words: str) -> Result:
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "240"})

    return command


def test_a_vocabulary_goes_in_and_out_in_every_form(run: Run, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """Each export says what the registry says: imported again it changes nothing."""
    table, domain = tmp_path / "terms.csv", unique("vocabulary")
    table.write_text(TABLE, encoding="utf-8")
    assert run("terms", "import", str(table), "--domain", domain).exit_code == 0
    for form, name in (("tbx", "a.tbx"), ("skos-turtle", "a.ttl"), ("skos-jsonld", "a.jsonld"), ("xlsx", "a.xlsx")):
        out = tmp_path / name
        assert run("terms", "export", "--format", form, "--domain", domain, "--out", str(out)).exit_code == 0
        again = run("terms", "import", str(out), "--on-known", "replace", "--json")
        assert json.loads(again.stdout)["counts"] == {"read": 1, "unchanged": 1}


def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path, unique: Callable[[str], str]) -> None:
    """It says what would be done."""
    table, domain = tmp_path / "terms.csv", unique("vocabulary")
    table.write_text(TABLE, encoding="utf-8")
    result = run("terms", "import", str(table), "--domain", domain, "--dry-run", "--json")
    assert json.loads(result.stdout)["counts"] == {"read": 1, "created": 1}
    out = tmp_path / "out.csv"
    run("terms", "export", "--format", "csv", "--domain", domain, "--out", str(out))
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1


def test_what_is_wrong_and_what_is_lost_is_told(
    run: Run, tmp_path: Path, unique: Callable[[str], str], shared_data: Path
) -> None:
    """Every fault with its line and rule; every loss in a table."""
    lost = tmp_path / "lost.csv"
    bad = shared_data / "terminology/tbx/basic_bad.tbx"
    result = run("terms", "import", str(bad), "--domain", unique("vocabulary"), "--lost", str(lost), "--dry-run")
    for line, rule in ((24, "source-nesting"), (69, "partOfSpeech-value"), (97, "definition-level")):
        assert f"line {line}," in result.stderr
        assert f"tbx.{rule}" in result.stderr
    rows = list(csv.reader(lost.read_text(encoding="utf-8-sig").splitlines()))
    assert [row[4] for row in rows if row[3] == "termSec termNote partOfSpeech"] == ["nominal"]


def test_the_template_is_in_the_readers_language(run: Run, tmp_path: Path) -> None:
    """Headers in Chinese; it is a table that imports."""
    out = tmp_path / "template.csv"
    assert run("--lang", "zh-Hans", "terms", "template", "--out", str(out)).exit_code == 0
    assert "术语状态" in out.read_text(encoding="utf-8-sig")


def test_a_file_that_is_none_has_its_exit_status(run: Run, tmp_path: Path) -> None:
    """One line, in the reader's language."""
    file = tmp_path / "terms.rdf"
    file.write_text("<x/>", encoding="utf-8")
    result = run("--lang", "zh-Hans", "terms", "import", str(file))
    assert result.exit_code == 2
    assert "不读取 RDF/XML" in result.stderr


@pytest.mark.parametrize(("language", "told"), [("en", "line 1: the file has no text/body"), ("zh-Hans", "第 1 行：")])
def test_a_file_without_concepts_is_no_import_of_nothing(run: Run, tmp_path: Path, language: str, told: str) -> None:
    """It is refused in one line that says why and where, in the reader's language; no counts of 0."""
    file = tmp_path / "empty.tbx"
    file.write_text('<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"/>')
    result = run("--lang", language, "terms", "import", str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "/:" not in result.stderr.replace("text/body", "")
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_table_without_rows_is_no_import_of_nothing(run: Run, tmp_path: Path) -> None:
    """The headers alone are no concepts."""
    file = tmp_path / "empty.csv"
    file.write_text(TABLE.partition("\n")[0] + "\n", encoding="utf-8")
    result = run("terms", "import", str(file))
    assert (result.exit_code, "holds no concepts" in result.stderr) == (2, True), result.output


def test_a_workbook_that_is_none_is_explained_in_chinese_alone(run: Run, tmp_path: Path) -> None:
    """What the library says in English is said in the reader's language."""
    file = tmp_path / "broken.xlsx"
    file.write_bytes(b"PK\x03\x04 example")
    result = run("--lang", "zh-Hans", "terms", "import", str(file))
    assert result.exit_code == 2
    assert "部件目录" in result.stderr
    assert "zip file" not in result.stderr
