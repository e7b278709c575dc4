"""The contract of the documents service: what it reads out of standard documents and workbooks of notifications."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from google.type.date_pb2 import Date

from hostile_workbooks import eping_workbook_of
from services.composition import Composition
from services.documents.readings import FILES_AT_ONCE
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from tbt.documents.v1.standard_piece_pb2 import StandardPiece
from tbt.type.v1 import type_pb2
from uploads import upload
from word_drafts import PREFIX, styled_draft, typed_draft

Stub = pb_grpc.DocumentsServiceStub
Unique = Callable[[str], str]

STANDARD = """<?xml version="1.0" encoding="UTF-8"?>
<standard xml:lang="zh" xmlns:tbx="urn:iso:std:iso:30042:ed-1"><front><std-meta>
<title-wrap xml:lang="zh"><full>示例 标准</full></title-wrap>
<title-wrap xml:lang="en"><full>Example standard</full></title-wrap>
<title-wrap xml:lang="fr"><full>Norme exemple</full></title-wrap>
<std-ident><originator>示例</originator><doc-type>GB/T</doc-type><doc-number>99999</doc-number></std-ident>
<std-ref type="dated">GB/T 99999—2024</std-ref>
<comm-ref>SAC/TC 999</comm-ref>
<ics>01.120</ics>
<pub-date>2024-12-31</pub-date>
<custom-meta-group><custom-meta><meta-name>CCS</meta-name><meta-value>A 00</meta-value></custom-meta></custom-meta-group>
</std-meta></front><body>
<sec id="s1" sec-type="scope"><label>1</label><title>范围</title><p>本文件规定了示例。{more}</p></sec>
<sec id="s2" sec-type="norm-refs"><label>2</label><title>规范性引用文件</title><ref-list>
<ref><std><std-ref>GB/T 99998—2020</std-ref>，<title>示例 第1部分</title></std></ref>
<ref><std><std-ref>GB/T 99997</std-ref>，<title>示例 第2部分</title></std></ref>
</ref-list></sec>
<sec id="s3" sec-type="terms"><label>3</label><title>术语和定义</title>
<term-sec id="t1"><label>3.1</label><tbx:termEntry id="e1"><tbx:langSet xml:lang="zh">
<tbx:definition>用于示例的事物</tbx:definition>
<tbx:tig><tbx:term>示例物</tbx:term>
<tbx:normativeAuthorization value="preferredTerm"/></tbx:tig>
</tbx:langSet></tbx:termEntry></term-sec></sec>
</body></standard>"""


MARKDOWN = "GB/T 99999—2024\n\n1 范围\n示例。\n附录A\n（资料性）\n示例\nA.1 概述\n示例。\n参考文献\n".encode()
PAGE = (
    "<!DOCTYPE html><p>GB/T 99999—2024</p><h1>1 范围</h1><p>示例。</p><h1>附录A（资料性）</h1><p>示例</p>"
    "<h2>A.1 概述</h2><p>示例。</p><h1>参考文献</h1>"
).encode()


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def standard(more: str = "") -> bytes:
    """Return an invented standard, with *more* text in its scope."""
    return STANDARD.format(more=more).encode()


def read(stub: Stub, content: bytes) -> pb.ReadStandardResponse:
    """Upload *content* and return what it says."""
    return stub.ReadStandard(pb.ReadStandardRequest(name=upload(stub, content).name))


def test_a_standard_document_is_read(grpc_stub: Stub) -> None:
    """Metadata, references, terms and clauses come out as they are printed, each with its place."""
    reading = read(grpc_stub, standard())
    assert (reading.dialect, reading.language, reading.designation) == ("NISO STS", "zh", "GB/T 99999—2024")
    assert (reading.title.zh, reading.title.en, dict(reading.other_titles)) == (
        "示例 标准",
        "Example standard",
        {"fr": "Norme exemple"},
    )
    assert (list(reading.ics), list(reading.ccs), reading.committee) == (["01.120"], ["A00"], "SAC/TC 999")
    assert reading.published_on == Date(year=2024, month=12, day=31)
    assert [(entry.designation, entry.dated) for entry in reading.normative_references] == [
        ("GB/T 99998—2020", True),
        ("GB/T 99997", False),
    ]
    assert [(clause.number, clause.title, clause.kind, clause.depth) for clause in reading.clauses] == [
        ("1", "范围", "scope", 1),
        ("2", "规范性引用文件", "normative_references", 1),
        ("3", "术语和定义", "terms", 1),
    ]
    assert reading.clauses[0].text == "本文件规定了示例。"
    assert reading.clauses[0].place == type_pb2.Place(clause="1", xpath="/standard/body/sec[1]", line=13)
    (term,) = reading.terms
    assert (term.number, dict(term.definitions)) == ("3.1", {"zh": "用于示例的事物"})
    assert list(term.designations) == [pb.DocumentDesignation(language="zh", text="示例物", status="preferred")]


def test_each_sample_is_read_or_refused_with_a_reason(grpc_stub: Stub, shared_data: Path) -> None:
    """A standard document is read with its designation, or the refusal says what keeps it from being read."""
    reasons = ("DOCTYPE", "root element", "does not say which standard it is")
    outcomes = {}
    for path in sorted((shared_data / "documents" / "sts").iterdir()):
        try:
            outcomes[path.name] = bool(read(grpc_stub, path.read_bytes()).designation)
        except grpc.RpcError as refusal:
            named = any(reason in refusal.details() for reason in reasons)
            outcomes[path.name] = named and refusal.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert outcomes == dict.fromkeys(outcomes, True)
    assert len(outcomes) == 15


def test_a_standard_document_is_read_once(grpc_stub: Stub, composition: Composition, unique: Unique) -> None:
    """What was read is remembered: reading again does not need the bytes."""
    document = upload(grpc_stub, standard(unique("")))
    request = pb.ReadStandardRequest(name=document.name)
    first = grpc_stub.ReadStandard(request)
    composition.blobs.of("documents").remove(document.sha256)
    assert grpc_stub.ReadStandard(request) == first


def test_remarks_are_in_the_language_of_who_reads(grpc_stub: Stub, unique: Unique) -> None:
    """What is odd in a document is said in the reader's language, whoever read it first."""
    odd = standard(unique("")).replace(b"</ref-list>", b"<ref><label>[3]</label></ref></ref-list>")
    request = pb.ReadStandardRequest(name=upload(grpc_stub, odd).name)
    english = grpc_stub.ReadStandard(request)
    chinese = grpc_stub.ReadStandard(request, metadata=[("accept-language", "zh-CN")])
    assert len(english.remarks) == len(chinese.remarks) == 1
    assert english.remarks[0].isascii()
    assert "行" in chinese.remarks[0]
    assert grpc_stub.ReadStandard(request) == english


def test_a_standard_that_says_more_than_an_answer_carries_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """An answer is never cut short: a document whose reading is too large is refused with its size and the limit."""
    with pytest.raises(grpc.RpcError) as refusal:
        read(grpc_stub, standard(unique("字" * (1400 * 1024))))
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert str(4 * 1024 * 1024) in refusal.value.details()


def test_a_large_standard_is_read(grpc_stub: Stub, unique: Unique) -> None:
    """A document of a few megabytes is read whole."""
    text = unique("字" * (1200 * 1024))
    assert read(grpc_stub, standard(text)).clauses[0].text == f"本文件规定了示例。{text}"


def pieces(stub: Stub, content: bytes) -> list[StandardPiece]:
    """Upload *content* and return all pieces it is read in."""
    return list(stub.StreamStandard(pb.StreamStandardRequest(name=upload(stub, content).name)))


def test_a_standard_is_read_piece_by_piece(grpc_stub: Stub) -> None:
    """The head comes first and alone; the pieces merged give every reference, term and clause with its blocks."""
    whole = StandardPiece()
    first, *rest = pieces(grpc_stub, standard("<fn><label>1)</label><p>脚注。</p></fn>"))
    for piece in rest:
        assert not piece.HasField("head")
        whole.MergeFrom(piece)
    assert (first.head.designation, first.head.metadata.ics, first.head.metadata.titles[0].full) == (
        "GB/T 99999—2024",
        ["01.120"],
        "示例 标准",
    )
    assert [entry.dated for entry in whole.normative_references] == [True, False]
    assert [(entry.number, entry.definitions[0].text) for entry in whole.terms] == [("3.1", "用于示例的事物")]
    assert [(clause.number, clause.kind) for clause in whole.clauses] == [
        ("1", "scope"),
        ("2", "normative_references"),
        ("3", "terms"),
    ]
    paragraph, footnote = whole.clauses[0].blocks
    assert (paragraph.kind, paragraph.text, paragraph.inside) == ("paragraph", "本文件规定了示例。", 0)
    assert (footnote.kind, footnote.number, footnote.inside) == ("footnote", "1)", 1)
    assert paragraph.place == type_pb2.Place(xpath="/standard/body/sec[1]/p[1]", line=13)


def test_a_draft_without_a_number_is_read_piece_by_piece(grpc_stub: Stub) -> None:
    """A draft is read before it has a number; what is said of it then has no designation."""
    draft = standard().replace(b"99999", b"XXXXX").replace("—2024".encode(), "—XXXX".encode())
    assert pieces(grpc_stub, draft)[0].head.designation == ""


def test_a_standard_larger_than_one_message_is_read_piece_by_piece(grpc_stub: Stub) -> None:
    """What is too large for one answer comes in many pieces, none of them too large, and nothing is lost."""
    clause = f"<sec><label>1</label><p>{'字' * 20_000}</p></sec>"
    large = standard().replace(b"</body>", clause.encode() * 100 + b"</body>")
    found = pieces(grpc_stub, large)
    assert sum(piece.ByteSize() for piece in found) > 4 * 1024 * 1024
    assert max(piece.ByteSize() for piece in found) < 1024 * 1024
    assert sum(len(piece.clauses) for piece in found) == 103


def test_a_clause_that_no_message_carries_is_refused_by_its_name(grpc_stub: Stub) -> None:
    """A clause is never cut: one that is too large is refused with its title and the limit."""
    with pytest.raises(grpc.RpcError) as refusal:
        pieces(grpc_stub, standard("字" * (1400 * 1024)))
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "1 范围" in refusal.value.details()


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_a_draft_written_in_word_is_read_piece_by_piece(grpc_stub: Stub, prefix: str) -> None:
    """A draft with the styles of a template gives the same pieces as any other document; places are paragraphs."""
    head, *rest = pieces(grpc_stub, styled_draft(prefix))
    whole = StandardPiece()
    for piece in rest:
        whole.MergeFrom(piece)
    assert (head.head.dialect, head.head.metadata.stage, list(head.head.elements_present)) == (
        "DOCX",
        "征求意见稿",
        ["contents", "cover"],
    )
    assert [clause.number for clause in whole.clauses if clause.number] == [
        *("1", "2", "3", "4", "4.1", "4.1.1", "4.1.2", "4.2", "A", "A.1")
    ]
    assert whole.clauses[1].place == type_pb2.Place(clause="1", paragraph=17)


@pytest.mark.parametrize(("content", "dialect"), [(typed_draft(), "DOCX"), (MARKDOWN, "text"), (PAGE, "HTML")])
def test_a_document_without_markup_is_read_by_its_numbers(grpc_stub: Stub, content: bytes, dialect: str) -> None:
    """A draft without styles, a text and a web page are read as standards too."""
    reading = read(grpc_stub, content)
    assert (reading.dialect, reading.designation, reading.clauses[-2].number) == (dialect, "GB/T 99999—2024", "A.1")


def notifications(stub: Stub, content: bytes) -> tuple[pb.NotificationBatch, pb.NotificationFigures]:
    """Upload *content* and return what it says, all batches together, and the figures, which come last."""
    name = upload(stub, content, "示例.xlsx").name
    *batches, last = stub.ReadNotifications(pb.ReadNotificationsRequest(name=name))
    together = pb.NotificationBatch()
    for piece in batches:
        together.MergeFrom(piece.batch)
    return together, last.figures


def test_an_eping_export_is_read_from_its_first_row_to_its_last(grpc_stub: Stub, shared_data: Path) -> None:
    """None is left out; a joint notification comes when its last row was read, and the figures come last and fit."""
    read_all, figures = notifications(grpc_stub, (shared_data / "measures" / "eping_export.xlsx").read_bytes())
    rows = [row for record in read_all.notifications for row in record.rows]
    assert (figures.rows, read_all.rows) == (115, 115)
    assert figures.notifications == len(read_all.notifications)
    assert sorted(rows) == list(range(2, 117))


def hexed(number: int) -> str:
    """Return 8,000 characters that no packing makes much shorter."""
    return hashlib.shake_256(str(number).encode()).hexdigest(4000)


def test_clients_that_stop_in_the_middle_of_an_answer_keep_nobody_out(grpc_stub: Stub) -> None:
    """As many as files are read at once ask for notifications and then take no more of them; others are answered."""
    rows = [
        ("United States of America", 45800, f"G/TBT/N/USA/{99000 + number}", f"示例 {hexed(number)}")
        for number in range(3000)
    ]
    name = upload(grpc_stub, eping_workbook_of(*rows), "示例.xlsx").name
    stopped = [grpc_stub.ReadNotifications(pb.ReadNotificationsRequest(name=name)) for _ in range(FILES_AT_ONCE)]
    try:
        assert all(next(call).batch.notifications for call in stopped)
        reading = grpc_stub.ReadStandard(
            pb.ReadStandardRequest(name=upload(grpc_stub, MARKDOWN + b" ").name), timeout=20
        )
        assert reading.dialect == "text"
    finally:
        for call in stopped:
            call.cancel()


def test_a_damaged_row_is_a_problem_with_its_row_and_column(grpc_stub: Stub) -> None:
    """A row that cannot be used is reported where it stands, and keeps no other from being read."""
    read_all, figures = notifications(
        grpc_stub,
        eping_workbook_of(
            ("United States of America", 45800, "G/TBT/N/USA/99991", "示例一"),
            ("United States of America", 45800, "not a symbol", "示例二"),
            ("United States of America", 45800, "G/TBT/N/USA/99993", "示例三"),
        ),
    )
    assert figures == pb.NotificationFigures(rows=3, notifications=2)
    assert [list(record.symbols) for record in read_all.notifications] == [["G/TBT/N/USA/99991"], ["G/TBT/N/USA/99993"]]
    (problem,) = read_all.problems
    assert (problem.row, problem.column, problem.value) == (3, "C (Document symbol)", "not a symbol")
    assert problem.severity == type_pb2.ImportProblem.SEVERITY_REFUSED


def test_a_notification_is_given_with_its_dates(grpc_stub: Stub) -> None:
    """A date is the day of the cell; a date the workbook does not give is absent."""
    content = eping_workbook_of(("United States of America", 45800, "G/TBT/N/USA/99991", "示例一"))
    (notification,) = notifications(grpc_stub, content)[0].notifications
    assert notification.distributed_on == Date(year=2025, month=5, day=23)
    assert not notification.HasField("comment_deadline")
    assert (list(notification.members), notification.title) == (["United States of America"], "示例一")


def test_a_workbook_read_as_a_standard_is_refused_as_what_it_is(grpc_stub: Stub) -> None:
    """A file read as what it is not is refused, and the refusal says what it is."""
    with pytest.raises(grpc.RpcError) as refusal:
        read(grpc_stub, eping_workbook_of())
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "no Word document" in refusal.value.details()


def test_a_standard_read_as_a_workbook_is_refused(grpc_stub: Stub) -> None:
    """A file read as what it is not is refused, and the refusal says what was expected."""
    with pytest.raises(grpc.RpcError) as refusal:
        notifications(grpc_stub, standard())
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "not an XLSX workbook" in refusal.value.details()
