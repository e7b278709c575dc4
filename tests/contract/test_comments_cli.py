"""`tbt comments`, `tbt ballots` and `tbt documents compare` through the real program: what a secretary types and reads."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import grpc
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.composition import Composition, Program
from services.runtime.civil_dates import today
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Run = Callable[..., Result]
COMMITTEE = "SAC/TC 997"
TABLE = (
    "意见表,,,\n"
    "序号,标准章条编号,意见内容,提出单位,意见类型,收到日期\n"
    "1,5.10,限值过严,示例检测中心,技术性,2026-03-02\n"
    "2,5.2,文字表述不清,示例公司,编辑性,2026年3月3日\n"
    "3,6,示例,示例公司,其他,2026-03-03\n"
    "4,7,示例,示例公司,,某日\n"
    "5,8,,示例公司,,2026-03-03\n"
)
TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<standard><front><iso-meta><title-wrap xml:lang="zh"><full>示例</full></title-wrap>
<doc-ident><sdo>ISO</sdo><proj-id>99997</proj-id><language>zh</language><release-version>DIS</release-version></doc-ident>
<std-ident><originator>ISO</originator><doc-type>IS</doc-type><doc-number>99997</doc-number></std-ident>
<std-ref type="dated">ISO 99997:{year}</std-ref></iso-meta></front>
<body><sec id="s1"><label>1</label><title>要求</title><p>铅的限值应不大于{limit} mg/kg。</p></sec></body></standard>
"""


@pytest.fixture
def run(composition: Composition, program: Program) -> Run:
    """Return how the committee's secretary types a command, or somebody else of the committee."""

    def command(*words: str, subject: str = "secretary@tc997", role: str = "committee_secretary") -> Result:
        token = composition.local_issuer.issue(subject, (role,), 600, COMMITTEE)
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token]
        # A wide terminal, so that no cell is wrapped.
        return CliRunner().invoke(app, [*options, *words], env={"COLUMNS": "260"})

    return command


def register(channel: grpc.Channel, stage: int) -> str:
    """Register a draft of the committee at a stage and return its name."""
    facts = {"title": {"zh": "示例"}, "level": type_pb2.LEVEL_NATIONAL, "committee": COMMITTEE, "stage": stage}
    stub = pb_grpc.CatalogServiceStub(channel)
    return stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(**facts))).name


def test_comments_go_from_a_table_to_the_summary(run: Run, channel: grpc.Channel, tmp_path: Path) -> None:
    """Rows that cannot be read are named; each comment is decided on; the table is written."""
    draft = register(channel, draft_pb2.STAGE_COMMENT)
    table = tmp_path / "意见.csv"
    table.write_bytes(TABLE.encode("gb18030"))
    imported = run("--lang", "zh-Hans", "comments", "import", draft, str(table))
    assert (imported.exit_code, "新增 2 条，已有 0 条，拒绝 3 条" in imported.stderr) == (1, True)
    assert [line.split("│")[1].strip() for line in imported.stdout.splitlines() if "│" in line] == ["5", "6", "7"]
    again = run("comments", "import", draft, str(table))
    assert "0 new, 2 there already, 3 refused" in again.stderr
    first, second = (json.loads(line) for line in run("comments", "list", draft, "--json").stdout.splitlines())
    assert (first["clause"], second["clause"]) == ("5.2", "5.10")
    assert run("comments", "handle", first["name"], "rejected").exit_code == 2
    assert run("comments", "handle", first["name"], "rejected", "--reason", "保留原文").exit_code == 0
    assert run("comments", "handle", second["name"], "accepted").exit_code == 0
    told = ("--sent-to", "40", "--replied", "31", "--with-comments", "12")
    assert run("comments", "consultation", draft, *told).exit_code == 0
    counted = run("--lang", "zh-Hans", "comments", "figures", draft).stdout.split()
    assert [counted[counted.index(word) + 1] for word in ("收到意见", "采纳", "不采纳", "没有回函的单位数")] == [
        *("2", "1", "1", "9"),
    ]
    to = tmp_path / "汇总.xlsx"
    assert run("--lang", "zh-Hans", "comments", "summary", draft, "--to", str(to)).exit_code == 0
    sheet = openpyxl.load_workbook(BytesIO(to.read_bytes())).active
    assert [sheet["E6"].value, sheet["F6"].value, sheet["E7"].value] == ["不采纳", "保留原文", "采纳"]


def test_a_comment_is_typed_in_and_corrected(run: Run, channel: grpc.Channel) -> None:
    """As a member; then it is found by its clause."""
    draft = register(channel, draft_pb2.STAGE_COMMENT)
    words = ("comments", "submit", draft, "--text", "示例", "--clause", "5.2", "--commenter", "李某", "--json")
    name = json.loads(run(*words, subject="li", role="committee_member").stdout)["name"]
    assert run("comments", "correct", name, "--clause", "5.3", subject="li", role="committee_member").exit_code == 0
    assert name in run("comments", "list", draft, "--clause", "5.3", "--unhandled").stdout
    assert run("comments", "submit", draft, "--text", "示例").exit_code == 2


def test_a_dry_run_of_an_import_records_nothing(run: Run, channel: grpc.Channel, tmp_path: Path) -> None:
    """It tells what would be done."""
    draft = register(channel, draft_pb2.STAGE_COMMENT)
    table = tmp_path / "comments.csv"
    table.write_text("clause,comment,organisation\n5.2,示例,示例公司\n", encoding="utf-8")
    assert "1 new" in run("comments", "import", draft, str(table), "--dry-run").stderr
    assert run("comments", "list", draft, "--json").stdout == ""


def test_a_committee_votes_from_the_command_line(run: Run, channel: grpc.Channel, tmp_path: Path) -> None:
    """The secretary opens the ballot, members vote, a letter is written down, the ballot is closed."""
    draft = register(channel, draft_pb2.STAGE_REVIEW)
    roll = tmp_path / "roll.csv"
    roll.write_text("member,full_name,organisation\nli,李某,示例公司\nwang,王某,示例公司\n", encoding="utf-8")
    words = ("--roll", str(roll), "--closes-on", today().isoformat(), "--json")
    name = json.loads(run("ballots", "open", draft, *words).stdout)["name"]
    assert run("ballots", "vote", name, "赞成", subject="li", role="committee_member").exit_code == 0
    assert run("ballots", "close", name).exit_code == 4
    assert run("ballots", "vote", name, "approve", "--member", "wang", "--note", "函审单").exit_code == 0
    closed = run("--lang", "zh-Hans", "ballots", "close", name)
    assert (closed.exit_code, "通过" in closed.stdout) == (0, True)
    assert "2/2" in run("ballots", "list", draft).stdout


def test_a_meeting_is_recorded_from_its_roll(run: Run, channel: grpc.Channel, tmp_path: Path) -> None:
    """Who gave no vote was absent; too few voted."""
    draft = register(channel, draft_pb2.STAGE_REVIEW)
    roll = tmp_path / "roll.csv"
    roll.write_text("member,choice,reason\nli,赞成,\nwang,反对,示例\nzhao,,\n", encoding="utf-8-sig")
    recorded = run("ballots", "meeting", draft, "--roll", str(roll), "--held-on", today().isoformat())
    assert (recorded.exit_code, "not passed" in recorded.stdout) == (0, True)
    roll.write_text("name,choice\nli,赞成\n", encoding="utf-8")
    refused = run("ballots", "meeting", draft, "--roll", str(roll), "--held-on", today().isoformat())
    assert (refused.exit_code, "expected are member" in refused.stderr) == (2, True)


def test_two_texts_are_compared_on_the_command_line(run: Run, channel: grpc.Channel, tmp_path: Path) -> None:
    """Insertions and deletions are marked in the table, and in a page."""
    documents = documents_grpc.DocumentsServiceStub(channel)
    old, new = (
        upload(documents, TEXT.format(year=year, limit=limit).encode()).name
        for year, limit in ((2098, "0.5"), (2099, "0.3"))
    )
    shown = run("documents", "compare", old, new)
    assert "不大于[-0.5-]{+0.3+} mg/kg" in shown.stdout
    assert "1 clauses changed, 0 added" in shown.stderr
    assert json.loads(run("documents", "compare", old, new, "--json").stdout)["clauses"][0]["old_number"] == "1"
    to = tmp_path / "比对.html"
    assert run("documents", "compare", old, new, "--to", str(to)).exit_code == 0
    assert "<del>0.5</del><ins>0.3</ins>" in to.read_text(encoding="utf-8")
