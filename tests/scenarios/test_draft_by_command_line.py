"""A draft becomes a standard from the command line: its committee's secretary moves it, the authority publishes it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import grpc
import pytest

from bearer_token import BearerToken
from drafting import COMMITTEE, hold_meeting, new_plan_number
from running_program import RunningProgram, tbt
from services.runtime.civil_dates import today
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of this module's program."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[RunningProgram]:
    """Run the program, empty."""
    running = RunningProgram(folder).wait_until_serving()
    yield running
    running.interrupt()


@pytest.fixture(scope="module")
def tokens(served: RunningProgram, folder: Path) -> dict[str, str]:
    """Return the tokens of the two users, as `tbt token` issues them."""
    secretary = issued(folder, "秘书", "--role", "committee_secretary", "--committee", COMMITTEE)
    authority = issued(folder, "标准化主管部门", "--role", "catalogue_editor")
    return {"secretary": secretary.stdout.strip(), "authority": authority.stdout.strip()}


def issued(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Ask the program in *folder* for a token."""
    environment = {**os.environ, "TBT_DATA_FOLDER": str(folder)}
    command = [sys.executable, "-m", "services", "token", *arguments]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)


def day(days: int) -> str:
    """Return a day before or after today as a person writes it."""
    return (today() + timedelta(days=days)).isoformat()


def test_a_draft_goes_through_every_stage_by_command_line(
    served: RunningProgram, tokens: dict[str, str], tmp_path: Path
) -> None:
    """Each command does its step or says what is missing; the history shows who did what."""
    text = tmp_path / "示例.pdf"
    text.write_bytes(b"%PDF-1.7 invented")

    def secretary(*arguments: str) -> dict[str, object]:
        done = tbt(served, "drafts", *arguments, "--json", token=tokens["secretary"])
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    name = str(secretary("register", "--title-zh", "示例", "--level", "national")["name"])
    secretary("advance", name, "proposal", "--reason", "建议已受理")
    updated = secretary(
        "update", name, "--plan-number", new_plan_number(), "--due-on", day(-1), "--title-en", "Example"
    )
    assert updated["title"] == {"zh": "示例", "en": "Example"}
    late = tbt(served, "drafts", "overdue", "--json", token=tokens["secretary"]).stdout.splitlines()
    assert [json.loads(line)["draft"]["name"] for line in late] == [name]
    secretary("advance", name, "20", "--file", str(text))
    for code in ("20.20", "20.60", "20.99"):
        assert secretary("advance", name, code)["harmonized_stage"] == code

    too_early = tbt(served, "--lang", "zh-Hans", "drafts", "advance", name, "comment", token=tokens["secretary"])
    assert too_early.returncode == 4
    assert all(needed in too_early.stderr for needed in ("征求意见稿", "编制说明", "征求意见期"))

    secretary("attach", name, "--role", "compilation_statement", "--file", str(text))
    dates = ("--comments-from", day(-70), "--comments-to", day(-5))
    secretary("advance", name, "comment", "--file", str(text), *dates, "--reason", "公开征求意见")
    secretary("advance", name, "review", "--file", str(text))
    plain = grpc.insecure_channel(served.address)
    stub = catalog_grpc.CatalogServiceStub(grpc.intercept_channel(plain, BearerToken(tokens["secretary"])))
    hold_meeting(stub, name)
    assert secretary("advance", name, "approval", "--file", str(text))["harmonized_stage"] == "50.00"

    order = ("drafts", "publish", name, "--designation", "GB/T 999999-2099", "--issued-on", day(-1))
    order += ("--effective-on", day(0), "--announcement", "示例公告")
    refused = tbt(served, *order, token=tokens["secretary"])
    assert (refused.returncode, "catalog_write" in refused.stderr) == (5, True)
    published = tbt(served, *order, "--json", token=tokens["authority"])
    assert json.loads(published.stdout)["standard"]["designation"] == "GB/T 999999—2099"

    shown = tbt(served, "drafts", "history", name, "--json").stdout.splitlines()
    events = [(json.loads(line)["event"].removeprefix("DRAFT_EVENT_"), json.loads(line)["principal"]) for line in shown]
    assert events[0] == ("REGISTERED", "秘书")
    assert events[-1] == ("PUBLISHED", "标准化主管部门")
    assert {principal for _event, principal in events[:-1]} == {"秘书"}
    assert "GB/T 999999—2099" in tbt(served, "standards", "show", "GB/T 999999").stdout


def test_what_a_draft_lacks_is_shown_with_it(served: RunningProgram, tokens: dict[str, str]) -> None:
    """In the reader's language, with where it can go."""
    registered = tbt(
        served, "drafts", "register", "--title-zh", "示例", "--level", "group", "--stage", "20", "--json",
        token=tokens["secretary"],
    )  # fmt: skip
    name = json.loads(registered.stdout)["name"]
    shown = tbt(served, "--lang", "zh-Hans", "drafts", "show", name, token=tokens["secretary"])
    assert "20.00 起草阶段" in shown.stdout
    assert "进入征求意见阶段：尚需 征求意见稿" in shown.stderr


def test_a_word_that_is_no_stage_is_refused_with_those_that_are(served: RunningProgram) -> None:
    """The command says what it takes."""
    done = tbt(served, "drafts", "advance", "drafts/1", "seventh")
    assert done.returncode == 2
    assert "proposal, preparatory, comment" in done.stderr


def test_a_draft_is_given_up_with_a_reason(served: RunningProgram, tokens: dict[str, str]) -> None:
    """It is listed no more, and readable still."""
    registered = tbt(
        served, "drafts", "register", "--title-zh", "示例", "--level", "group", "--json", token=tokens["secretary"]
    )
    name = json.loads(registered.stdout)["name"]
    assert tbt(served, "drafts", "discard", name, "--reason", "重复立项", token=tokens["secretary"]).returncode == 0
    assert name not in tbt(served, "drafts", "list", "--json").stdout
    assert "重复立项" in tbt(served, "drafts", "history", name).stdout


def test_limits_of_stages_are_shown_with_their_sources(served: RunningProgram, tokens: dict[str, str]) -> None:
    """What sources do not settle is used once somebody decides it."""
    told = [json.loads(line) for line in tbt(served, "drafts", "limits", "--json").stdout.splitlines()]
    assert [limit["months"] for limit in told if limit.get("months")] == [3, 10]
    done = tbt(served, "drafts", "set-limit", "50", "8", "--source", "示例依据", "--json", token=tokens["authority"])
    assert json.loads(done.stdout)["months"] == 8


def test_nobody_is_issued_a_role_that_is_not_there(served: RunningProgram, folder: Path) -> None:
    """The role of our own services is no person's; the message names those there are."""
    refused = issued(folder, "li", "--role", "service")
    assert refused.returncode == 2
    assert "committee_secretary" in refused.stderr


def test_no_key_is_made_where_no_program_has_run(tmp_path: Path) -> None:
    """A token signed with a new key would open nothing, and the key would be taken for the program's later."""
    refused = issued(tmp_path, "li", "--role", "reader")
    assert refused.returncode == 4
    assert list(tmp_path.iterdir()) == []
