"""The contract of the catalog service: two texts of a standard are compared clause by clause, down to the words."""

import re
from collections.abc import Callable, Sequence

import grpc
import pytest

from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, redline_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.type.v1 import type_pb2
from uploads import upload
from word_drafts import styled_draft

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
Clauses = Sequence[tuple[str, str, str]]
OLD: Clauses = (
    ("1", "范围", "本文件规定了示例产品的要求。"),
    ("2", "要求", "铅的限值应不大于0.5 mg/kg。"),
    ("3", "试验方法", "按示例方法测定。"),
    ("4", "标志", "应有标志 <b>。"),
)
NEW: Clauses = (
    ("1", "范围", "本文件规定了示例产品的要求。"),
    ("2", "总则", "企业应建立示例档案。"),
    ("3", "要求", "铅的限值应不大于0.3 mg/kg。"),
    ("4", "试验方法", "按示例方法测定。"),
)
WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<standard><front><iso-meta>
<title-wrap xml:lang="zh"><main>示例产品</main><full>示例产品</full></title-wrap>
<doc-ident><sdo>ISO</sdo><proj-id>99998</proj-id><language>zh</language><release-version>DIS</release-version></doc-ident>
<std-ident><originator>ISO</originator><doc-type>IS</doc-type><doc-number>99998</doc-number></std-ident>
<std-ref type="dated">{designation}</std-ref>
</iso-meta></front><body>{clauses}</body></standard>
"""
CLAUSE = '<sec id="s{number}"><label>{number}</label><title>{title}</title><p>{text}</p></sec>'
CHANGED, ADDED = redline_pb2.CLAUSE_CHANGE_CHANGED, redline_pb2.CLAUSE_CHANGE_ADDED
REMOVED, UNCHANGED = redline_pb2.CLAUSE_CHANGE_REMOVED, redline_pb2.CLAUSE_CHANGE_UNCHANGED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def stored(channel: grpc.Channel, designation: str, clauses: Clauses) -> str:
    """Upload a standard with these clauses and return its name."""
    body = "".join(
        CLAUSE.format(number=number, title=title, text=text.replace("<", "&lt;")) for number, title, text in clauses
    )
    content = WHOLE.format(designation=designation, clauses=body)
    return upload(documents_grpc.DocumentsServiceStub(channel), content.encode()).name


@pytest.fixture(scope="module")
def old(channel: grpc.Channel) -> str:
    """Return the name of the old text."""
    return stored(channel, "ISO 99998:2098", OLD)


@pytest.fixture(scope="module")
def new(channel: grpc.Channel) -> str:
    """Return the name of the new text."""
    return stored(channel, "ISO 99998:2099", NEW)


def compare(stub: Stub, old: str, new: str) -> tuple[redline_pb2.Comparison, list[redline_pb2.ComparedClause]]:
    """Return what is compared and the clauses."""
    request = redline_pb2.CompareDocumentsRequest(old_document=old, new_document=new)
    first, *others = stub.CompareDocuments(request)
    return first.comparison, [clause for piece in others for clause in piece.clauses.clauses]


def page_of(stub: Stub, old: str, new: str, language: str = "zh-Hans") -> str:
    """Return the comparison as a page."""
    request = redline_pb2.DownloadRedlineRequest(old_document=old, new_document=new, language=language)
    return b"".join(piece.chunk for piece in stub.DownloadRedline(request)).decode()


def test_clauses_are_followed_through_their_new_numbers(grpc_stub: Stub, old: str, new: str) -> None:
    """A clause put in shifts the others; what went away stands where it stood."""
    comparison, clauses = compare(grpc_stub, old, new)
    assert [(one.change, one.old_number, one.new_number, one.renumbered) for one in clauses] == [
        (UNCHANGED, "1", "1", False),
        (ADDED, "", "2", False),
        (CHANGED, "2", "3", True),
        (UNCHANGED, "3", "4", True),
        (REMOVED, "4", "", False),
    ]
    figures = comparison.figures
    assert (figures.unchanged, figures.changed, figures.added, figures.removed, figures.renumbered) == (2, 1, 1, 1, 2)
    assert (comparison.old_designation, comparison.new_designation) == ("ISO 99998:2098", "ISO 99998:2099")


def test_changes_are_shown_word_by_word(grpc_stub: Stub, old: str, new: str) -> None:
    """A number is one word."""
    _comparison, clauses = compare(grpc_stub, old, new)
    assert [(run.change, run.text) for run in clauses[2].text] == [
        (redline_pb2.RUN_CHANGE_KEPT, "铅的限值应不大于"),
        (redline_pb2.RUN_CHANGE_DELETED, "0.5"),
        (redline_pb2.RUN_CHANGE_INSERTED, "0.3"),
        (redline_pb2.RUN_CHANGE_KEPT, " mg/kg。"),
    ]


def test_a_page_marks_insertions_and_deletions(grpc_stub: Stub, old: str, new: str) -> None:
    """It needs nothing else, escapes what the texts hold, and folds what is unchanged."""
    page = page_of(grpc_stub, old, new)
    assert "<del>0.5</del><ins>0.3</ins>" in page
    assert "应有标志 &lt;b&gt;。" in page
    assert "<summary>1条未修改：1</summary>" in page
    assert re.findall(r"(?:src|href|url)\s*[=(]", page) == []
    assert "ISO 99998:2098" in page_of(grpc_stub, old, new, "en")


def test_a_text_is_the_same_as_itself(grpc_stub: Stub, old: str) -> None:
    """Nothing is marked."""
    comparison, clauses = compare(grpc_stub, old, old)
    assert (comparison.figures.unchanged, len(clauses)) == (4, 4)
    assert [list(clause.text) for clause in clauses] == [[], [], [], []]
    assert "两个文本内容相同" in page_of(grpc_stub, old, old)


def test_the_text_of_a_draft_is_compared_by_the_name_of_the_draft(grpc_stub: Stub, old: str, new: str) -> None:
    """With the edition it would supersede, for example."""
    facts = draft_pb2.Draft(title={"zh": "示例"}, level=type_pb2.LEVEL_NATIONAL, document=new)
    draft = grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=facts)).name
    comparison, _clauses = compare(grpc_stub, old, draft)
    assert comparison.new_document == new


def test_a_draft_without_a_text_is_not_compared(grpc_stub: Stub, old: str) -> None:
    """The refusal names it."""
    facts = draft_pb2.Draft(title={"zh": "示例"}, level=type_pb2.LEVEL_NATIONAL)
    draft = grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=facts)).name
    with pytest.raises(grpc.RpcError) as refusal:
        compare(grpc_stub, old, draft)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert draft in refusal.value.details()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("documents/00000000000000000000000000000000", grpc.StatusCode.NOT_FOUND),
        ("drafts/00000000000000000000000000000000", grpc.StatusCode.NOT_FOUND),
        ("drafts/..", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_what_is_not_there_is_not_compared(grpc_stub: Stub, old: str, name: str, code: grpc.StatusCode) -> None:
    """Rather than shown as all removed."""
    with pytest.raises(grpc.RpcError) as refusal:
        compare(grpc_stub, old, name)
    assert refusal.value.code() is code


def test_a_file_that_is_no_standard_is_not_compared(grpc_stub: Stub, channel: grpc.Channel, old: str) -> None:
    """The refusal says why."""
    paper = upload(documents_grpc.DocumentsServiceStub(channel), b"%PDF-1.7", "示例.pdf").name
    with pytest.raises(grpc.RpcError) as refusal:
        compare(grpc_stub, old, paper)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_members_compare_texts_too(as_role: AsRole, old: str, new: str) -> None:
    """Who reads drafts reads what changed in them."""
    comparison, _clauses = compare(Stub(as_role("committee_member", subject="li", committee="SAC/TC 1")), old, new)
    assert comparison.figures.changed == 1


def test_texts_in_different_formats_are_compared(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """A draft in Word without a number yet is compared with the text it grew from, whatever that is written in."""
    stub = documents_grpc.DocumentsServiceStub(channel)
    text = "1 要求\n1.1 总则\n应符合GB/T 88888.2—2018的规定：\n".encode()
    before, after = upload(stub, text, "示例.txt").name, upload(stub, styled_draft(), "示例.docx").name
    request = redline_pb2.CompareDocumentsRequest(old_document=before, new_document=after)
    answers = list(grpc_stub.CompareDocuments(request))
    clauses = [clause for answer in answers for clause in answer.clauses.clauses]
    paired = [(clause.old_number, clause.new_number) for clause in clauses if clause.old_number and clause.new_number]
    assert paired == [("1", "4"), ("1.1", "4.1")]
    assert answers[0].comparison.figures.added == len(clauses) - len(paired)
