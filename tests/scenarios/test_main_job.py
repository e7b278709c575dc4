"""The main job as a user sees it: one command, a served address, a report; then the command line."""

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from running_program import RunningProgram, tbt


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of this module's program."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[RunningProgram]:
    """Run the program as `make run` does, from nothing."""
    running = RunningProgram(folder, "--starter").wait_until_serving()
    yield running
    if running.process.poll() is None:
        running.interrupt()


def test_the_first_start_prints_a_report_that_shows_every_verdict(served: RunningProgram) -> None:
    """`make run` ends with the path of a report in each language; it holds what officials look for."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in served.reports}
    assert sorted(pages) == ["first-gap-report.en.html", "first-gap-report.zh-Hans.html"]
    assert "GB 38031" in pages["first-gap-report.en.html"]
    for word in ("已覆盖", "未覆盖", "示例"):
        assert word in pages["first-gap-report.zh-Hans.html"]


def test_the_printed_token_and_address_are_where_the_command_line_finds_them(
    served: RunningProgram, folder: Path
) -> None:
    """The files in the data folder say the same as the screen, and nobody else can read them."""
    token = folder / "administrator.token"
    assert token.read_text(encoding="utf-8") == served.token
    assert (folder / "address").read_text(encoding="utf-8") == served.address
    assert token.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spelling", ["GB/T 44974-2024", "GB/T44974—2024", "ＧＢ／Ｔ　44974－2024", "GBT 44974-2024", "gb/t 44974–2024"]
)
def test_a_standard_is_found_by_any_spelling(served: RunningProgram, spelling: str) -> None:
    """The command line shows the one standard that all spellings name."""
    shown = tbt(served, "standards", "show", spelling, "--json")
    assert json.loads(shown.stdout)["designation"] == "GB/T 44974—2024"


def test_the_command_line_speaks_chinese(served: RunningProgram) -> None:
    """With --lang zh-Hans, labels, titles and refusals are Chinese."""
    shown = tbt(served, "--lang", "zh-Hans", "standards", "show", "GB/T 44974-2024")
    assert "技术性贸易措施 术语" in shown.stdout
    assert "现行" in shown.stdout


def test_what_does_not_exist_has_its_exit_status(served: RunningProgram) -> None:
    """A script can tell "not found" from every other end."""
    missing = tbt(served, "standards", "show", "GB/T 99999-2099")
    assert missing.returncode == 3
    assert "99999" in missing.stderr


def test_a_malformed_designation_is_explained(served: RunningProgram) -> None:
    """The message says what is wrong where, and the exit status that it was the input."""
    refused = tbt(served, "standards", "show", "GB/T 1234:2020")
    assert refused.returncode == 2
    assert "colon" in refused.stderr


def test_what_an_operation_refuses_has_the_exit_status_of_a_call(served: RunningProgram, tmp_path: Path) -> None:
    """Wrong input is wrong input, and what does not exist does not exist, in the background too; in Chinese if asked."""
    no_workbook = tmp_path / "no.xlsx"
    no_workbook.write_bytes(b"no workbook")
    refused = tbt(served, "--lang", "zh-Hans", "measures", "import", str(no_workbook))
    assert refused.returncode == 2
    assert "XLSX" in refused.stderr
    assert "工作簿" in refused.stderr
    assert tbt(served, "gap", "report", "--branch", "systems/none").returncode == 3


def test_the_tree_of_the_starter_set_shows_its_levels(served: RunningProgram) -> None:
    """The standards system has the national, industry and group levels, each with its branches."""
    shown = tbt(served, "--lang", "zh-Hans", "tree", "show", "tmt")
    for word in ("国家", "行业", "团体", "碳达峰碳中和", "消费品安全", "食品安全", "平台经济", "企业社会责任"):
        assert word in shown.stdout


def tour(readme: str) -> list[list[str]]:
    """Return the commands of a README's tour, each as its words after ``tbt``."""
    text = (Path(__file__).resolve().parents[2] / readme).read_text(encoding="utf-8")
    return [shlex.split(line, comments=True)[1:] for line in text.splitlines() if line.startswith("tbt ")]


def test_the_tour_is_the_same_in_both_languages() -> None:
    """A reader of either README is shown the same commands, in the same order."""
    assert tour("README.md") == tour("README.zh-CN.md")
    assert len(tour("README.md")) > 30


def test_every_command_of_the_tour_that_needs_no_file_works_as_printed(served: RunningProgram, tmp_path: Path) -> None:
    """What a newcomer copies from the README has an answer; status 1 says that what was asked about has faults."""
    # The doctor examines the deployment of its own settings, which are not this program's.
    needs = ("…", " import ", "backup", "draft.xml", "draft.txt", "doctor")
    complete = [words for words in tour("README.md") if not any(word in " ".join(words) for word in needs)]
    faulty = (["systems", "check"], ["designations", "parse"])
    wrong = {}
    for words in complete:
        placed = [
            str(tmp_path / word) if before in ("--out", "--to") else word
            for before, word in zip(["", *words], words, strict=False)
        ]
        answer = tbt(served, *placed)
        nothing = "nothing found" in answer.stderr and words != ["suspects", "list"]
        if nothing or answer.returncode != (words[:2] in faulty):
            wrong[" ".join(words)] = (answer.returncode, answer.stdout[-300:], answer.stderr[-300:])
    assert wrong == {}
    assert len(complete) > 15


def test_a_real_workbook_imports_and_a_second_time_changes_nothing(served: RunningProgram, shared_data: Path) -> None:
    """115 rows of a real ePing export come in; the second import finds everything as it was."""
    workbook = str(shared_data / "measures" / "eping_export.xlsx")
    first = json.loads(tbt(served, "measures", "import", workbook, "--json").stdout)
    second = json.loads(tbt(served, "measures", "import", workbook, "--json").stdout)
    assert first["rows"] == 115
    assert "refused" not in first["measures"]
    assert second["measures"]["unchanged"] == first["measures"]["read"]
    assert "created" not in second["measures"]
    assert "updated" not in second["measures"]


def test_the_medical_catalogue_imports_into_its_tree(served: RunningProgram, shared_data: Path) -> None:
    """2,100 records and 15 adoptions come in over a tree of three levels, and again without a change."""
    folder = shared_data / "catalogues" / "china_medical"
    command = (
        "standards", "import", str(folder / "standards_2026-05-10.json"), "--system", "medical", "--title-zh", "医疗器械",
        "--adoptions", str(folder / "adoptions.json"), "--json",
    )  # fmt: skip
    first, second = (json.loads(tbt(served, *command).stdout) for _ in range(2))
    assert first["standards"]["read"] == 2100
    assert first["relations"]["created"] == 15
    assert "created" not in second["standards"]
    assert "created" not in second["nodes"]
    tree = tbt(served, "tree", "show", "medical", "--json").stdout.splitlines()
    assert {json.loads(node)["code"].count(".") for node in tree} == {0, 1, 2}


def test_every_sts_document_is_registered_or_refused_with_a_reason(
    served: RunningProgram, shared_data: Path, tmp_path: Path
) -> None:
    """Each file is read back byte for byte, and becomes a draft or is refused by a message that names what is missing."""
    for path in sorted((shared_data / "documents" / "sts").glob("*.xml")):
        document = json.loads(tbt(served, "documents", "put", str(path), "--json").stdout)["name"]
        tbt(served, "documents", "get", document, "--to", str(tmp_path / path.name))
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
        registered = tbt(served, "drafts", "register", "--document", document, "--json")
        if registered.returncode == 0:
            assert json.loads(registered.stdout)["name"].startswith("drafts/"), path.name
        else:
            assert registered.returncode == 2, (path.name, registered.stderr)
            assert json.loads(registered.stderr)["error"]["message"], path.name


def test_a_report_is_written_in_the_form_its_name_asks_for(served: RunningProgram, tmp_path: Path) -> None:
    """`--to` decides between a page, a workbook and JSON; each is what it says."""
    starts = {".html": b"<!DOCTYPE html>", ".xlsx": b"PK", ".json": b"{"}
    for ending, start in starts.items():
        target = tmp_path / f"report{ending}"
        made = tbt(served, "gap", "report", "--member", "EU", "--to", str(target))
        assert made.returncode == 0, made.stderr
        assert target.read_bytes().lower().startswith(start.lower())


def test_a_second_start_keeps_everything_and_ctrl_c_leaves_nothing_running(
    served: RunningProgram, folder: Path
) -> None:
    """Ctrl-C drains and stops every child; started again, the program has what it had."""
    children = psutil.Process(served.process.pid).children(recursive=True)
    assert served.interrupt() == os.EX_OK
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    again = RunningProgram(folder, "--starter").wait_until_serving()
    try:
        shown = tbt(again, "measures", "show", "G/TBT/N/CHN/1320", "--json")
        assert json.loads(shown.stdout)["symbols"] == ["G/TBT/N/CHN/1320"]
    finally:
        again.interrupt()
