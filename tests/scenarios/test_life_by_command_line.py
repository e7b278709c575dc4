"""What becomes of a standard after its publication, from the command line: its committee reviews, the authority amends."""

import json
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from bearer_token import BearerToken
from catalogues import create
from running_program import RunningProgram, tbt
from services.runtime.auth import LOCAL_ISSUER, TokenIssuer, secret_key
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import standard_pb2

COMMITTEE = "SAC/TC 999"
OLD, NEW, CITING = "GB/T 999001—2018", "GB/T 999001—2026", "GB/T 999002—2024"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of this module's program."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[RunningProgram]:
    """Run the program with three standards, of which one cites another."""
    running = RunningProgram(folder).wait_until_serving()
    plain = grpc.insecure_channel(running.address)
    stub = catalog_grpc.CatalogServiceStub(grpc.intercept_channel(plain, BearerToken(running.token)))
    create(stub, OLD, issued_on="2018-01-15", effective_on="2018-08-01", committee=COMMITTEE)
    create(stub, NEW, issued_on="2026-01-15", effective_on="2026-08-01", committee=COMMITTEE)
    create(stub, CITING, committee=COMMITTEE)
    reference = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
    relation = standard_pb2.Relation(source=CITING, target_designation=OLD, kind=reference)
    stub.CreateRelation(pb.CreateRelationRequest(relation=relation))
    stub.SupersedeStandard(pb.SupersedeStandardRequest(name=OLD, successor=NEW, partial=True))
    yield running
    running.interrupt()


@pytest.fixture(scope="module")
def secretary(served: RunningProgram, folder: Path) -> str:
    """Return the token of the committee's secretary."""
    issuer = TokenIssuer(LOCAL_ISSUER, secret_key(folder / "local-issuer.key"), Settings().token_audience)
    return issuer.issue("秘书", ["committee_secretary"], 3600, COMMITTEE)


def answers(served: RunningProgram, *arguments: str, token: str = "") -> list[dict[str, object]]:
    """Return what a command lists in JSON."""
    done = tbt(served, *arguments, "--json", token=token or served.token)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_committee_finds_what_is_due_and_reviews_it(served: RunningProgram, secretary: str) -> None:
    """The list of what is due is shorter by what was reviewed, and the review is in the list of reviews."""
    asked = ("standards", "due", "--committee", COMMITTEE, "--on", "2023-06-01")
    assert [one["standard"]["designation"] for one in answers(served, *asked, token=secretary)] == [OLD]
    done = tbt(
        served, "standards", "review", OLD, "confirmed", "--reason", "仍适用", "--on", "2023-05-30", token=secretary
    )
    assert done.returncode == 0, done.stderr
    assert "2028-05-30" in done.stdout
    assert answers(served, *asked, token=secretary) == []
    (review,) = answers(served, "standards", "reviews", OLD)
    assert (review["principal"], review["reason"]) == ("秘书", "仍适用")


def test_an_amendment_is_recorded_and_shown(served: RunningProgram) -> None:
    """With its standard, and in the history of it."""
    number = f"{OLD}/XG1-2020"
    done = tbt(
        served, "standards", "amend", OLD, number, "--issued", "2020-03-01", "--changes", "表3", token=served.token
    )
    assert done.returncode == 0, done.stderr
    (amendment,) = answers(served, "standards", "amendments", OLD)
    assert amendment["changes"] == "表3"
    shown = tbt(served, "standards", "show", OLD, "--as-of", "2018-07-31", token=served.token)
    assert f"{OLD}/XG1—2020" in shown.stdout
    assert "upcoming" in shown.stdout
    assert "STANDARD_ACTION_AMENDED" in {one["action"] for one in answers(served, "standards", "history", OLD)}


def test_a_chain_is_shown_with_its_parts(served: RunningProgram) -> None:
    """In the reader's language."""
    done = tbt(served, "--lang", "zh-Hans", "standards", "succession", OLD, token=served.token)
    assert done.returncode == 0, done.stderr
    assert f"{OLD}（部分代替）" in done.stdout.replace("\n", "")


def test_a_mark_is_found_and_cleared(served: RunningProgram, secretary: str) -> None:
    """By the committee of the standard that cites."""
    marks = answers(served, "suspects", "list", "--standard", CITING, "--cause", "revised", token=secretary)
    assert [one["cited_designation"] for one in marks] == [OLD]
    done = tbt(served, "suspects", "clear", marks[0]["name"], "--reason", "仅引用术语", token=secretary)
    assert done.returncode == 0, done.stderr
    assert answers(served, "suspects", "list", "--standard", CITING, "--cause", "revised") == []


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("standards", "review", OLD, "perhaps", "--reason", "x"), 2),
        (("standards", "review", "GB/T 999009-2020", "confirmed", "--reason", "x"), 3),
        (("standards", "review", f"{OLD}/XG1-2020", "confirmed", "--reason", "x"), 4),
        (("standards", "amend", OLD, "GB/T 999002-2024/XG1-2025", "--issued", "2025-01-01"), 2),
        (("suspects", "clear", "suspects/nothing", "--reason", "x"), 3),
    ],
)
def test_what_is_refused_has_its_exit_status(served: RunningProgram, arguments: tuple[str, ...], status: int) -> None:
    """2 wrong input, 3 not found, 4 refused by a rule."""
    assert tbt(served, *arguments, token=served.token).returncode == status
