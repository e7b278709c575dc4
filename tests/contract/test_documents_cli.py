"""`tbt documents read` and `validate` through the real program, for every format that is read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program
from word_drafts import styled_draft

Run = Callable[..., Result]
METANORMA = (
    '<gb-standard xmlns="urn:x"><bibdata><language>zh</language></bibdata><sections><clause><title>范围</title>'
    "<p>示例。</p></clause></sections></gb-standard>"
)
STS = "<standard xml:lang='zh'><body><sec><label>1</label><title>范围</title><p>示例。</p></sec></body></standard>"
FORMATS = {
    "稿.xml": (STS.encode(), "ISO STS"),
    "稿.gb.xml": (METANORMA.encode(), "Metanorma"),
    "稿.docx": (styled_draft(), "DOCX"),
    "稿.html": ("<!DOCTYPE html><h1>1 范围</h1><p>示例。</p>".encode(), "HTML"),
    "稿.txt": ("1 范围\n示例。\n".encode("gb18030"), "text"),
}


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how to type a command as an administrator."""
    token = composition.local_issuer.issue("documents-cli", ("administrator",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token]

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "240"})

    return command


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_of_every_format_is_shown(run: Run, tmp_path: Path, name: str) -> None:
    """Front matter, outline and remarks; with --blocks all of the text."""
    content, dialect = FORMATS[name]
    file = tmp_path / name
    file.write_bytes(content)
    shown = run("documents", "read", str(file), "--blocks")
    assert (shown.exit_code, dialect in shown.stdout, "范围" in shown.stdout) == (0, True, True), shown.output
    assert json.loads(run("documents", "read", str(file), "--json").stdout)["head"]["dialect"] == dialect


def test_a_draft_of_word_shows_its_cover(run: Run, tmp_path: Path) -> None:
    """What a secretary looks for first."""
    file = tmp_path / "稿.docx"
    file.write_bytes(styled_draft())
    shown = run("--lang", "zh-Hans", "documents", "read", str(file)).stdout
    for words in ("GB/T 99999.1—XXXX", "征求意见稿", "01.120", "ISO 99999-1:2020 MOD", "示例产品; example product"):
        assert words in shown


def test_a_document_is_validated(run: Run, tmp_path: Path, shared_data: Path) -> None:
    """A valid document leaves with 0, an invalid one with 1 and its problems with line and XPath."""
    valid = shared_data / "documents/sts/mn2sts__092c522__iso-rice-en.cd.sts.xml"
    assert run("documents", "validate", str(valid)).exit_code == 0
    file = tmp_path / "稿.xml"
    file.write_text(STS, encoding="utf-8")
    shown = run("documents", "validate", str(file), "--schema", "niso-sts-1.2")
    assert (shown.exit_code, "/standard" in shown.stdout, "invalid" in shown.stdout) == (1, True, True)


@pytest.mark.usefixtures("shared_data")
def test_a_document_is_held_against_rules(run: Run, tmp_path: Path) -> None:
    """A rule that is broken is shown with its id, its severity, XPath and line, beside what the grammar says."""
    file = tmp_path / "稿.xml"
    file.write_text("<standard><front>\n<iso-meta/></front></standard>", encoding="utf-8")
    options = ("documents", "validate", str(file), "--schema", "iso-sts-1.1", "--schema", "iso-sts-rules")
    shown = run(*options)
    assert shown.exit_code == 1
    assert all(words in shown.stdout for words in ("META_1", "error", "/standard/front/iso-meta")), shown.output
    _grammar, rules = json.loads(run(*options, "--json").stdout)["verdicts"]
    assert rules["problems"][0] == {
        "place": {"xpath": "/standard/front/iso-meta", "line": 2},
        "message": "[META_1] missing permissions in iso-meta",
        "rule": "META_1",
        "role": "error",
    }
