"""`tbt terms check` and `tbt terms rules` through the real program: what a person types, and what they read."""

import json
from collections.abc import Callable
from pathlib import Path

import grpc
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program
from services.terminology.messages import message_of
from standards_tree.terms import Concept
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from vocabularies import concept, renamed

Run = Callable[..., Result]
Record = Callable[[Concept], str]


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how to type a command as a reader."""
    token = composition.local_issuer.issue("terms-cli", ("reader",), 600)
    options = ["--address", f"127.0.0.1:{program.port}", "--token", token]

    def command(*words: str) -> Result:
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "240"})

    return command


@pytest.fixture
def record(channel: grpc.Channel, unique: Callable[[str], str]) -> Record:
    """Return how to record a concept in a vocabulary of its own, whose domain it gives."""
    stub = pb_grpc.TerminologyServiceStub(channel)

    def one(made: Concept) -> str:
        domain = unique("vocabulary")
        stub.CreateConcept(pb.CreateConceptRequest(concept=message_of(renamed(made, domain=domain))))
        return domain

    return one


def test_a_clean_vocabulary_has_the_exit_status_of_success(run: Run, record: Record) -> None:
    """A script that checks a vocabulary before it goes on reads the exit status."""
    answer = run("terms", "check", "--domain", record(concept()))
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert "1 concepts checked: 0 findings" in answer.stderr


def test_a_broken_rule_is_shown_in_the_readers_language_and_fails(run: Run, record: Record) -> None:
    """The findings are a table; one that must be mended makes the command fail."""
    domain = record(concept(zh_definition="是指复现长度的器具"))
    answer = run("--lang", "zh-Hans", "terms", "check", "--domain", domain)
    assert answer.exit_code == 1
    assert "语言 zh 的定义以“是指”开头" in answer.stdout
    assert "T007" in answer.stdout


def test_what_is_only_recommended_does_not_fail(run: Run, record: Record) -> None:
    """A finding of severity should is shown, and the exit status stays 0."""
    answer = run("terms", "check", "--domain", record(concept(zh_definition="宜保存的器具")))
    assert (answer.exit_code, "T013" in answer.stdout) == (0, True)


def test_the_report_is_written_as_a_workbook(run: Run, record: Record, tmp_path: Path) -> None:
    """The workbook has the findings, in the reader's language, and is there even though the command fails."""
    report = tmp_path / "report.xlsx"
    domain = record(concept(zh_definition="是指复现长度的器具"))
    answer = run("--lang", "zh-Hans", "terms", "check", "--domain", domain, "--to", str(report))
    assert answer.exit_code == 1
    rows = list(openpyxl.load_workbook(report)["问题"].iter_rows(values_only=True))
    assert rows[1][:2] == ("T007", "应")


def test_the_check_answers_in_json(run: Run, record: Record) -> None:
    """A program gets the figures and the findings as one document."""
    answer = json.loads(run("terms", "check", "--domain", record(concept(en="")), "--json").stdout)
    assert (answer["finding_count"], answer["must_count"]) == (1, 1)
    assert [finding["rule"] for finding in answer["findings"]] == ["T003"]


def test_a_vocabulary_that_is_not_there_has_its_exit_status(run: Run, unique: Callable[[str], str]) -> None:
    """What is not there is 3, told in one line."""
    refused = run("terms", "check", "--domain", unique("nowhere"))
    assert (refused.exit_code, refused.stderr.count("\n")) == (3, 1)


def test_the_rules_are_listed(run: Run) -> None:
    """A person looks up what T014 asks for and who says so."""
    listed = [json.loads(line) for line in run("terms", "rules", "--json").stdout.splitlines()]
    assert listed[13]["id"] == "T014"
    assert "ISO 704" in run("terms", "rules").stdout
