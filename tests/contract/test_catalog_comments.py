"""The contract of the catalog service: comments on a draft, what is decided on them, and the table that sums them up."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import grpc
import openpyxl
import pytest

from catalogues import day, everything, new_number
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import comment_pb2, draft_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
COMMITTEE = "SAC/TC 999"
TEXT = "限值过严，多数企业达不到"


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def secretary(as_role: AsRole) -> Stub:
    """Return a stub of the committee's secretary."""
    return Stub(as_role("committee_secretary", subject="secretary@tc999", committee=COMMITTEE))


@pytest.fixture
def member(as_role: AsRole) -> Stub:
    """Return a stub of a member of the committee."""
    return Stub(as_role("committee_member", subject="member@tc999", committee=COMMITTEE))


@pytest.fixture
def draft(grpc_stub: Stub) -> str:
    """Return the name of a draft that is out for comment."""
    return register(grpc_stub, draft_pb2.STAGE_COMMENT)


def register(stub: Stub, stage: int, **fields: object) -> str:
    """Register a draft of the committee at a stage and return its name."""
    facts = {"title": {"zh": "示例产品安全要求"}, "level": type_pb2.LEVEL_NATIONAL, "committee": COMMITTEE, **fields}
    return stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(stage=stage, **facts))).name


def comment(**fields: object) -> comment_pb2.Comment:
    """Return a comment; *fields* are those of the message, the day as a text."""
    facts = {
        "clause": "5.2.1",
        "kind": comment_pb2.COMMENT_KIND_TECHNICAL,
        "organisation": "示例检测中心",
        "text": TEXT,
        "received_on": "2026-03-02",
        **fields,
    }
    facts["received_on"] = day(str(facts["received_on"]))
    return comment_pb2.Comment(**facts)


def submit(stub: Stub, draft: str, **fields: object) -> comment_pb2.Comment:
    """Record a comment and return it."""
    return stub.SubmitComment(comment_pb2.SubmitCommentRequest(draft=draft, comment=comment(**fields)))


def handle(stub: Stub, name: str, disposition: int, reason: str = "", **fields: object) -> comment_pb2.Comment:
    """Decide on a comment and return it."""
    request = comment_pb2.HandleCommentRequest(name=name, disposition=disposition, reason=reason, **fields)
    return stub.HandleComment(request)


def rows(*comments: comment_pb2.Comment) -> list[comment_pb2.ImportedComment]:
    """Return the rows of an import."""
    return [comment_pb2.ImportedComment(row=row, comment=each) for row, each in enumerate(comments, start=2)]


def listed(stub: Stub, draft: str, **fields: object) -> list[comment_pb2.Comment]:
    """Return the comments of a list."""
    request = comment_pb2.ListCommentsRequest(draft=draft, page_size=2, **fields)
    return everything(stub.ListComments, request, "comments")


def test_a_member_comments_on_a_draft(member: Stub, draft: str) -> None:
    """It is kept as given, with who recorded it; nothing is decided yet."""
    made = submit(member, draft, clause="５．２．１", commenter="李某", proposed_change="改为 0.5 mg/kg", line="12-14")
    assert member.GetComment(comment_pb2.GetCommentRequest(name=made.name)) == made
    assert (made.clause, made.line, made.organisation, made.commenter) == ("5.2.1", "12-14", "示例检测中心", "李某")
    assert (made.text, made.proposed_change, made.recorded_by) == (TEXT, "改为 0.5 mg/kg", "member@tc999")
    assert made.disposition == comment_pb2.DISPOSITION_UNSPECIFIED


def test_a_comment_sent_again_is_recorded_once(member: Stub, draft: str) -> None:
    """The refusal names the one that is there."""
    first = submit(member, draft)
    with pytest.raises(grpc.RpcError) as refusal:
        submit(member, draft, organisation="示例检测中心 ", clause="5.2.1 ", received_on="2026-03-05")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.value.details()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"text": "", "proposed_change": ""}, "text"),
        ({"organisation": "", "commenter": ""}, "organisation"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"kind": comment_pb2.COMMENT_KIND_UNSPECIFIED}, "comment.kind"),
    ],
)
def test_a_comment_nobody_could_answer_is_refused(
    member: Stub, draft: str, fields: dict[str, object], named: str
) -> None:
    """The refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        submit(member, draft, **fields)
    assert fields_of(refusal.value) == [named]


@pytest.mark.parametrize("stage", [draft_pb2.STAGE_PREPARATORY, draft_pb2.STAGE_APPROVAL])
def test_a_draft_is_open_to_comments_in_two_stages_only(grpc_stub: Stub, stage: int) -> None:
    """The refusal says which."""
    with pytest.raises(grpc.RpcError) as refusal:
        submit(grpc_stub, register(grpc_stub, stage))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "30 (comment) and 40 (review)" in refusal.value.details()


def test_another_committee_does_not_comment(as_role: AsRole, draft: str) -> None:
    """A draft is its own committee's."""
    with pytest.raises(grpc.RpcError) as refusal:
        submit(Stub(as_role("committee_member", subject="stranger", committee="SAC/TC 1")), draft)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_comments_are_listed_in_the_order_of_the_document(member: Stub, draft: str) -> None:
    """5.2 comes before 5.10, annexes after clauses, the whole draft first; then by the day they came."""
    for clause, received_on in (
        ("附录A", "2026-03-01"),
        ("5.10", "2026-03-01"),
        ("5.2", "2026-03-03"),
        ("5.2", "2026-03-02"),
        ("", "2026-03-01"),
        ("前言", "2026-03-01"),
        ("A.2", "2026-03-01"),
    ):
        submit(member, draft, clause=clause, received_on=received_on, text=f"{clause} {received_on}")
    found = [(each.clause, each.received_on.day) for each in listed(member, draft)]
    assert found == [("", 1), ("前言", 1), ("5.2", 2), ("5.2", 3), ("5.10", 1), ("附录A", 1), ("A.2", 1)]


def test_a_list_of_comments_is_narrowed(member: Stub, secretary: Stub, draft: str) -> None:
    """By what was decided, by clause with those below it, by organisation in any spelling."""
    first = submit(member, draft, clause="5.2", organisation="示例公司（北京）")
    second = submit(member, draft, clause="5.2.1")
    third = submit(member, draft, clause="5.20")
    handle(secretary, first.name, comment_pb2.DISPOSITION_ACCEPTED)
    handle(secretary, third.name, comment_pb2.DISPOSITION_REJECTED, "不在标准范围内")
    names = {
        "unhandled": [each.name for each in listed(member, draft, unhandled=True)],
        "rejected": [each.name for each in listed(member, draft, dispositions=[comment_pb2.DISPOSITION_REJECTED])],
        "clause": [each.name for each in listed(member, draft, clause="5.2")],
        "organisation": [each.name for each in listed(member, draft, organisation="示例公司(北京)")],
    }
    assert names == {
        "unhandled": [second.name],
        "rejected": [third.name],
        "clause": [first.name, second.name],
        "organisation": [first.name],
    }


def test_a_comment_is_corrected_until_something_is_decided(member: Stub, secretary: Stub, draft: str) -> None:
    """After that it stands."""
    made = submit(member, draft)
    change = comment_pb2.Comment(name=made.name, clause="5.3", etag=made.etag)
    request = comment_pb2.UpdateCommentRequest(comment=change, update_mask={"paths": ["clause"]})
    assert member.UpdateComment(request).clause == "5.3"
    handle(secretary, made.name, comment_pb2.DISPOSITION_ACCEPTED)
    change.etag = ""
    with pytest.raises(grpc.RpcError) as refusal:
        member.UpdateComment(comment_pb2.UpdateCommentRequest(comment=change, update_mask={"paths": ["clause"]}))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_member_corrects_only_what_they_recorded(member: Stub, secretary: Stub, draft: str) -> None:
    """The refusal says who may."""
    made = submit(secretary, draft)
    change = comment_pb2.Comment(name=made.name, clause="5.3")
    with pytest.raises(grpc.RpcError) as refusal:
        member.UpdateComment(comment_pb2.UpdateCommentRequest(comment=change, update_mask={"paths": ["clause"]}))
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert "secretary@tc999" in refusal.value.details()


def test_what_was_decided_before_stays_in_the_history(member: Stub, secretary: Stub, draft: str) -> None:
    """With who decided it and why; the last decision holds."""
    made = submit(member, draft)
    handle(secretary, made.name, comment_pb2.DISPOSITION_REJECTED, "缺少试验数据")
    decided = handle(secretary, made.name, comment_pb2.DISPOSITION_PARTLY_ACCEPTED, "补充数据后放宽至 0.5")
    assert decided.disposition == comment_pb2.DISPOSITION_PARTLY_ACCEPTED
    assert [(one.disposition, one.reason, one.principal) for one in decided.handlings] == [
        (comment_pb2.DISPOSITION_REJECTED, "缺少试验数据", "secretary@tc999"),
        (comment_pb2.DISPOSITION_PARTLY_ACCEPTED, "补充数据后放宽至 0.5", "secretary@tc999"),
    ]


def test_who_turns_a_comment_down_says_why(member: Stub, secretary: Stub, draft: str) -> None:
    """Its author is told."""
    made = submit(member, draft)
    with pytest.raises(grpc.RpcError) as refusal:
        handle(secretary, made.name, comment_pb2.DISPOSITION_REJECTED, "  ")
    assert fields_of(refusal.value) == ["reason"]


def test_a_member_decides_nothing(member: Stub, draft: str) -> None:
    """That is the secretary's."""
    made = submit(member, draft)
    with pytest.raises(grpc.RpcError) as refusal:
        handle(member, made.name, comment_pb2.DISPOSITION_ACCEPTED)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_decision_on_an_older_version_is_refused(member: Stub, secretary: Stub, draft: str) -> None:
    """Two people do not overrule each other unknowingly."""
    made = submit(member, draft)
    handle(secretary, made.name, comment_pb2.DISPOSITION_ACCEPTED)
    with pytest.raises(grpc.RpcError) as refusal:
        handle(secretary, made.name, comment_pb2.DISPOSITION_REJECTED, "示例", etag=made.etag)
    assert refusal.value.code() is grpc.StatusCode.ABORTED


def test_an_import_names_each_bad_row_and_keeps_the_good_ones(secretary: Stub, draft: str) -> None:
    """A row that stands there twice counts once."""
    request = comment_pb2.ImportCommentsRequest(
        draft=draft,
        comments=rows(
            comment(clause="5.2"),
            comment(text="", clause="5.3"),
            comment(clause="5.2", organisation="示例检测中心 "),
            comment(kind=99),
            comment(clause="x" * 51),
            comment(clause="6"),
        ),
    )
    answer = secretary.ImportComments(request)
    counts = answer.comments
    assert (counts.read, counts.created, counts.unchanged, counts.refused) == (6, 2, 1, 3)
    refused = type_pb2.ImportProblem.SEVERITY_REFUSED
    assert [(problem.row, problem.column) for problem in answer.problems if problem.severity == refused] == [
        (3, "text"),
        (5, "kind"),
        (6, "clause"),
    ]


def test_an_import_repeated_changes_nothing(secretary: Stub, draft: str) -> None:
    """However many times the file is sent."""
    comments = rows(*(comment(clause=f"5.{number}") for number in range(1, 200)))
    secretary.ImportComments(comment_pb2.ImportCommentsRequest(draft=draft, comments=comments))
    again = secretary.ImportComments(comment_pb2.ImportCommentsRequest(draft=draft, comments=comments))
    assert (again.comments.created, again.comments.unchanged) == (0, 199)
    assert len(listed(secretary, draft)) == 199


def test_an_import_can_be_tried_first(secretary: Stub, draft: str) -> None:
    """The answer is the same, and nothing is kept."""
    request = comment_pb2.ImportCommentsRequest(draft=draft, comments=rows(comment()), validate_only=True)
    assert secretary.ImportComments(request).comments.created == 1
    assert listed(secretary, draft) == []


def test_the_figures_of_a_draft_are_counted(member: Stub, secretary: Stub, draft: str) -> None:
    """How many came, from how many organisations, what was decided; who was asked and who answered."""
    made = [submit(member, draft, clause=f"5.{number}") for number in range(1, 5)]
    submit(member, draft, organisation="", commenter="王某")
    handle(secretary, made[0].name, comment_pb2.DISPOSITION_ACCEPTED)
    handle(secretary, made[1].name, comment_pb2.DISPOSITION_PARTLY_ACCEPTED, "示例")
    handle(secretary, made[2].name, comment_pb2.DISPOSITION_REJECTED, "示例")
    consult(secretary, draft, 40, 31, 12)
    found = member.GetCommentFigures(comment_pb2.GetCommentFiguresRequest(draft=draft))
    assert (found.received, found.organisations, found.unhandled) == (5, 2, 2)
    assert (found.accepted, found.partly_accepted, found.rejected) == (1, 1, 1)
    told = found.consultation
    assert (told.sent_to, told.replied, told.replied_with_comments, told.not_replied) == (40, 31, 12, 9)
    assert told.recorded_by == "secretary@tc999"


def consult(stub: Stub, draft: str, *figures: int) -> comment_pb2.Consultation:
    """Record how many units a draft was sent to, how many replied, and how many with comments."""
    told = comment_pb2.Consultation(sent_to=figures[0], replied=figures[1], replied_with_comments=figures[2])
    return stub.RecordConsultation(comment_pb2.RecordConsultationRequest(draft=draft, consultation=told))


def test_more_units_cannot_reply_than_were_asked(secretary: Stub, draft: str) -> None:
    """The refusal names the figure."""
    with pytest.raises(grpc.RpcError) as refusal:
        consult(secretary, draft, 10, 11, 3)
    assert fields_of(refusal.value) == ["consultation.replied"]


def test_a_figure_recorded_again_takes_the_place_of_the_old_one(secretary: Stub, draft: str) -> None:
    """Late replies come in."""
    consult(secretary, draft, 40, 30, 12)
    assert consult(secretary, draft, 40, 31, 13).replied == 31


def summary(stub: Stub, draft: str, **fields: object) -> bytes:
    """Download the summary table of a draft."""
    request = comment_pb2.DownloadCommentSummaryRequest(draft=draft, filled_on=day("2026-05-06"), **fields)
    return b"".join(piece.chunk for piece in stub.DownloadCommentSummary(request))


def test_the_summary_table_says_what_was_decided_on_each_comment(
    grpc_stub: Stub, member: Stub, secretary: Stub
) -> None:
    """As committees hand it in: head, columns, rows in the order of the document, foot with the figures."""
    plan_number = f"2099{new_number()[:4]}-T-999"
    draft = register(grpc_stub, draft_pb2.STAGE_COMMENT, plan_number=plan_number)
    second = submit(member, draft, clause="5.10", text="=1+1", line="3")
    first = submit(member, draft, clause="5.2", commenter="李某", proposed_change="改为 0.5")
    handle(secretary, first.name, comment_pb2.DISPOSITION_REJECTED, "缺少试验数据")
    handle(secretary, second.name, comment_pb2.DISPOSITION_ACCEPTED)
    consult(secretary, draft, 40, 31, 12)
    content = summary(member, draft, language="zh-Hans", undertaker="张某")
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    lines = [str(row[0].value) for row in sheet.iter_rows()]
    assert lines[:4] == [
        "意见汇总处理表",
        "标准项目名称：示例产品安全要求",
        f"计划号：{plan_number}　　　　归口单位：SAC/TC 999",
        "承办人：张某　　　　2026年5月6日填写",
    ]
    table = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=7)]
    assert table == [
        ["序号", "标准章条编号", "意见内容", "提出单位", "处理意见", "理由/备注"],
        [1, "5.2", f"{TEXT}\n建议改为：改为 0.5", "示例检测中心\n李某", "不采纳", "缺少试验数据"],
        [2, "5.10 第3行", "=1+1", "示例检测中心", "采纳", None],
    ]
    assert sheet["C7"].data_type == "s"
    assert [line.rsplit("：", 1)[-1] for line in lines[8:12]] == ["40个", "31个", "12个", "9个"]
    assert lines[12] == "共收到意见2条，其中采纳1条，部分采纳0条，不采纳1条，未处理0条"


def test_the_summary_table_is_the_same_bytes_for_the_same_comments(member: Stub, draft: str) -> None:
    """In the language asked for."""
    submit(member, draft)
    first = summary(member, draft, language="en")
    assert summary(member, draft, language="en") == first
    sheet = openpyxl.load_workbook(BytesIO(first)).active
    assert [cell.value for cell in sheet[5]] == ["No.", "Clause", "Comment", "Made by", "Decision", "Reason or remark"]


def test_a_comment_is_recorded_once_for_one_request(member: Stub, draft: str) -> None:
    """A client that lost the answer sends the request again."""
    request = comment_pb2.SubmitCommentRequest(draft=draft, comment=comment(), request_id=str(uuid4()))
    assert member.SubmitComment(request) == member.SubmitComment(request)


def test_nobody_comments_on_a_draft_that_was_given_up(grpc_stub: Stub, draft: str) -> None:
    """It stays as it was."""
    grpc_stub.DiscardDraft(pb.DiscardDraftRequest(name=draft, reason="示例"))
    with pytest.raises(grpc.RpcError) as refusal:
        submit(grpc_stub, draft)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_comments_on_a_draft_that_is_not_there_are_not_found(grpc_stub: Stub) -> None:
    """Rather than an empty list."""
    with pytest.raises(grpc.RpcError) as refusal:
        listed(grpc_stub, "drafts/00000000000000000000000000000000")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
