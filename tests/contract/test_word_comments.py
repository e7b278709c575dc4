"""A secretary who sent a Word file gets it back with comments at the places, and nothing else in it is changed."""

import io
import random
import zipfile
from collections.abc import Callable

import docx
import grpc
import protovalidate
import pytest
from docx.oxml.ns import qn
from google.type.date_pb2 import Date

from specimen_files import as_docx, as_sts
from standards_tree.reports.checked import ReportedFinding
from standards_tree.reports.checked_docx import annotations_of
from standards_tree.rules.drafting.rule import Example
from standards_tree.rules.drafting.specimens import broken, read_specimen
from standards_tree.rules.findings import Severity
from tbt.compliance.v1 import check_pb2, finding_pb2, report_pb2
from tbt.compliance.v1 import compliance_service_pb2 as compliance_pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as compliance_grpc
from tbt.documents.v1 import annotation_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import CHUNK_BYTES, download, upload
from word_drafts import paragraph, styled_draft, table, word_document

Stub = pb_grpc.DocumentsServiceStub
AsRole = Callable[..., grpc.Channel]
AS_OF = Date(year=2026, month=6, day=1)
FAULTY = Example("表面不应有裂纹", "表面不得有裂纹", also=(("阀杆应能手动操作", "阀杆应足够坚固"),))


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def annotate(stub: Stub, name: str, *notes: tuple[int, str], author: str = "示例人") -> list[bytes]:
    """Return the pieces of a document with *notes*."""
    annotations = [pb.Annotation(paragraph=number, text=text) for number, text in notes]
    request = pb.AnnotateDocumentRequest(name=name, annotations=annotations, author=author, made_on=AS_OF)
    return [piece.chunk for piece in stub.AnnotateDocument(request, timeout=60)]


def code_of(stub: Stub, name: str, *notes: tuple[int, str], author: str = "示例人") -> tuple[grpc.StatusCode, str]:
    """Return how annotating is refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        annotate(stub, name, *notes, author=author)
    return refusal.value.code(), refusal.value.details()


def shown(content: bytes) -> list[tuple[str, str]]:
    """Return each comment with the text of the paragraph it stands at."""
    document = docx.Document(io.BytesIO(content))
    texts = {str(comment.comment_id): comment.text for comment in document.comments}
    return [
        (texts[mark.get(qn("w:id"))], "".join(mark.getparent().getparent().itertext(qn("w:t"))))
        for mark in document.element.body.iter(qn("w:commentReference"))
    ]


def test_a_reader_gets_a_word_file_with_comments(grpc_stub: Stub, as_role: AsRole) -> None:
    """In the text and in a table; what is stored stays what it was."""
    content = word_document(paragraph("一"), table([["甲", "乙"]]), paragraph("二"))
    document = upload(grpc_stub, content, "稿.docx")
    pieces = annotate(Stub(as_role("reader")), document.name, (4, "此处"), (3, "格内"), (0, "整体"))
    assert shown(b"".join(pieces)) == [("整体", "一"), ("格内", "乙"), ("此处", "二")]
    assert download(grpc_stub, document.name) == content
    assert b"".join(annotate(grpc_stub, document.name)) == content


def test_a_large_file_comes_in_pieces(grpc_stub: Stub) -> None:
    """Its pictures are passed on as they are."""
    written = io.BytesIO(styled_draft())
    picture = random.Random(1).randbytes(3 * CHUNK_BYTES)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/image1.png", picture)
    pieces = annotate(grpc_stub, upload(grpc_stub, written.getvalue()).name, (1, "此"))
    assert [len(piece) for piece in pieces[:3]] == [CHUNK_BYTES] * 3
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.read("word/media/image1.png") == picture


def test_what_cannot_be_annotated_is_refused_with_the_reason(grpc_stub: Stub) -> None:
    """Another format, a paragraph that is not there, a document that is not there."""
    sts = upload(grpc_stub, as_sts(read_specimen(broken(FAULTY)))).name
    code, details = code_of(grpc_stub, sts, (1, "此"))
    assert (code, ".docx" in details) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    word = upload(grpc_stub, word_document(paragraph("一"))).name
    code, details = code_of(grpc_stub, word, (2, "此"))
    assert (code, "paragraph 2" in details) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    assert code_of(grpc_stub, "documents/none", (1, "此"))[0] is grpc.StatusCode.NOT_FOUND


LIMITS = {
    "annotations": [(1, "此")] * 5001,
    "paragraph": [(-1, "此")],
    "text": [(1, "此" * 4001)],
}


@pytest.mark.parametrize("field", LIMITS)
def test_a_request_beyond_its_limits_is_refused_by_field(grpc_stub: Stub, field: str) -> None:
    """Before any file is opened."""
    code, details = code_of(grpc_stub, "documents/none", *LIMITS[field])
    assert (code, field in details) == (grpc.StatusCode.INVALID_ARGUMENT, True)
    assert code_of(grpc_stub, "documents/none", author="")[0] is grpc.StatusCode.INVALID_ARGUMENT


@pytest.fixture(scope="module")
def draft() -> bytes:
    """Return a draft written in Word with two faults."""
    return as_docx(read_specimen(broken(FAULTY)))


@pytest.fixture(scope="module")
def checked(channel: grpc.Channel, draft: bytes) -> compliance_pb.Check:
    """Return a check of that draft, whose first finding is waived."""
    stub = compliance_grpc.ComplianceServiceStub(channel)
    check = check_of(stub, upload(Stub(channel), draft, "稿.docx").name)
    assert [finding.rule for finding in check.findings] == ["VERB-MUST-NOT", "VERB-VAGUE"]
    stub.WaiveFinding(finding_pb2.WaiveFindingRequest(finding=check.findings[0].name, reason="示例理由"))
    return check


def check_of(stub: compliance_grpc.ComplianceServiceStub, document: str) -> compliance_pb.Check:
    """Return a check of a document."""
    return stub.CheckDocument(check_pb2.CheckDocumentRequest(document=document, as_of=AS_OF, areas=["VERB"]))


def report(channel: grpc.Channel, check: str, language: str = "zh-Hans") -> bytes:
    """Return the report of a check for Word."""
    stub = compliance_grpc.ComplianceServiceStub(channel)
    request = report_pb2.DownloadFindingsRequest(check=check, format=report_pb2.FINDINGS_FORMAT_DOCX, language=language)
    return b"".join(piece.chunk for piece in stub.DownloadFindings(request, timeout=60))


def test_the_report_for_word_is_the_authors_own_file(
    channel: grpc.Channel, as_role: AsRole, checked: compliance_pb.Check, draft: bytes
) -> None:
    """Each finding is a comment at its paragraph: rule, message, what to write, source, and why it is waived."""
    content = report(as_role("reader"), checked.name)
    (first, at_first), (second, at_second) = shown(content)
    assert [first.split()[0], second.split()[0]] == ["VERB-MUST-NOT", "VERB-VAGUE"]
    assert ("表面不得有裂纹" in at_first, "阀杆应足够坚固" in at_second) == (True, True)
    assert first.split("\n")[1:] == ["改为：表面不应有裂纹", "已豁免：示例理由", "GB/T 1.1—2020, 附录C表C.1"]
    assert "豁免" not in second
    assert report(channel, checked.name) == content
    with zipfile.ZipFile(io.BytesIO(draft)) as sent, zipfile.ZipFile(io.BytesIO(content)) as got:
        changed = [name for name in sent.namelist() if sent.read(name) != got.read(name)]
    assert changed == ["[Content_Types].xml", "word/document.xml"]
    paragraphs = [[one.text for one in docx.Document(io.BytesIO(each)).paragraphs] for each in (draft, content)]
    assert paragraphs[0] == paragraphs[1]
    in_english = shown(report(channel, checked.name, "en"))[0][0]
    assert ("Write: 表面不应有裂纹" in in_english, "Waived: 示例理由" in in_english) == (True, True)


def test_a_report_of_a_file_that_cannot_carry_comments_is_made_of_its_text(channel: grpc.Channel, draft: bytes) -> None:
    """An STS file, and a Word file with macros, which nobody passes on."""
    macros = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(draft)) as source, zipfile.ZipFile(macros, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(name, part.replace(b"wordprocessingml.document.main", b"macroEnabled.main"))
        target.writestr("word/vbaProject.bin", b"macros")
    stub = compliance_grpc.ComplianceServiceStub(channel)
    for content in (as_sts(read_specimen(broken(FAULTY))), macros.getvalue()):
        made = report(channel, check_of(stub, upload(Stub(channel), content).name).name)
        assert [comment.split()[0] for comment, _ in shown(made)] == ["VERB-MUST-NOT", "VERB-VAGUE"]
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert "word/vbaProject.bin" not in archive.namelist()


def test_a_report_of_a_clean_word_file_is_the_file(channel: grpc.Channel) -> None:
    """Where nothing is found there is nothing to say."""
    content = word_document(paragraph("1 范围"), paragraph("本文件规定了示例。"))
    check = check_of(compliance_grpc.ComplianceServiceStub(channel), upload(Stub(channel), content).name)
    assert (len(check.findings), report(channel, check.name) == content) == (0, True)


LONG = {"many short ones": (6_000, 20), "many long ones": (6_000, 900), "one without end": (1, 20_000)}


@pytest.mark.parametrize("name", LONG)
def test_any_number_of_findings_fits_into_one_question(name: str) -> None:
    """What does not fit is counted in a comment at the beginning; the request keeps its contract and fits into a message."""
    count, length = LONG[name]
    finding = ReportedFinding(
        "VERB-MUST-NOT", Severity.ERROR, "示例", "长" * length, "long " * length, "示例", "", "", "", 0, paragraph=1
    )
    notes = annotations_of([finding] * count, "zh-Hans")
    told = [pb.Annotation(paragraph=note.paragraph, text=note.text) for note in notes]
    request = pb.AnnotateDocumentRequest(name="documents/x", author="tbt", annotations=told)
    protovalidate.validate(request)
    assert request.ByteSize() < 4 * 1024 * 1024 - 64 * 1024
    rest = count - (len(notes) - 1)
    assert (str(rest) in notes[0].text, notes[0].paragraph) == (True, 0) if count > 1 else len(notes[0].text) == 4000
