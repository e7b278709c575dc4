"""Whatever a transport, a converter or a stranger has done to a document, it is read or refused with a reason.

`make test` tries a sample, `make soak` all two thousand.
"""

from collections import Counter

import grpc
import pytest

from mutations import mutated
from soaking import scaled
from tbt.documents.v1 import annotation_pb2, validation_pb2
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import upload
from word_drafts import styled_draft, typed_draft

Stub = pb_grpc.DocumentsServiceStub
MUTATIONS = scaled(96, 2_000)
CALL_SECONDS = 30
REFUSED = (grpc.StatusCode.INVALID_ARGUMENT,)
STS = """<?xml version="1.0" encoding="UTF-8"?><standard xmlns:tbx="urn:iso:std:iso:30042:ed-1" xml:lang="zh"><front><nat-meta>
<title-wrap xml:lang="zh"><intro>示例</intro><main>要求</main></title-wrap><std-ident><originator>SAC</originator>
<doc-type>GB/T</doc-type><doc-number>99999</doc-number></std-ident><std-ref type="dated">GB/T 99999—2024</std-ref>
<pub-date>2024-12-31</pub-date><std-xref type="replaces"><std-ref>GB/T 99998—2001</std-ref></std-xref></nat-meta>
<sec sec-type="foreword"><title>前言</title><p>本文件等同采用ISO 99999-1:2020。</p></sec></front><body>
<sec><label>1</label><title>范围</title><p>示例<xref ref-type="fn" rid="f">1)</xref><fn id="f"><label>1)</label>
<p>注</p></fn></p></sec>
<sec sec-type="norm-refs"><label>2</label><title>规范性引用文件</title><ref-list><ref><std>
<std-ref>GB/T 99997—2020</std-ref>，
<title>示例</title></std></ref></ref-list></sec><sec sec-type="terms"><label>3</label><title>术语</title><term-sec>
<label>3.1</label>
<tbx:termEntry id="t"><tbx:langSet xml:lang="zh"><tbx:definition>示例</tbx:definition><tbx:tig><tbx:term>例</tbx:term>
<tbx:normativeAuthorization value="preferredTerm"/></tbx:tig></tbx:langSet></tbx:termEntry></term-sec></sec>
<sec><label>4</label><title>要求</title><list list-type="alpha-lower"><list-item><p>甲<list><list-item><p>乙</p>
</list-item></list></p>
</list-item></list><table-wrap><label>表1</label><caption><title>表</title></caption><table><tr><td>1<fn><p>注</p>
</fn></td></tr></table>
</table-wrap><p>见<std><std-ref>GB/T 99997—2020</std-ref></std><disp-formula><label>(1)</label>r</disp-formula></p>
</sec></body><back>
<app-group><app><label>附录A</label><annex-type>（资料性）</annex-type><title>附录</title><p>示例</p></app></app-group>
</back></standard>"""
METANORMA = """<gb-standard xmlns="urn:x"><bibdata><title><title-main language="zh">示例</title-main></title><docidentifier>
<project-number part="1">99999</project-number></docidentifier><date type="published"><from>2024-11-28</from></date>
<language>zh</language><status><stage>30</stage><substage>20</substage></status><copyright><from>2024</from>
</copyright>
<relation type="identical"><bibitem><title>[not supplied]</title><docidentifier>ISO 1:2020</docidentifier>
</bibitem></relation>
<gbtype><gbscope>national</gbscope><gbprefix>GB</gbprefix><gbmandate>recommended</gbmandate></gbtype></bibdata>
<sections>
<clause id="a"><title>范围</title><p>见<xref target="b"/><fn reference="1"><p>注</p></fn><eref citeas="GB/T 2—2020"/>
</p></clause>
<terms><title>术语和定义</title><term id="t"><preferred language="zh">例</preferred><definition><p>示例</p></definition>
<termsource><origin citeas="GB/T 2"/></termsource></term></terms><clause id="b"><title>要求</title><ol start="3">
<li><p>甲</p><ul><li>
<p>乙</p></li></ul></li></ol><table><name>表</name><tr><td>1</td></tr><note><p>注</p></note></table><formula>
<stem>r</stem><dl><dt>r</dt>
<dd><p>半径</p></dd></dl></formula></clause></sections><annex id="x"><title>附录</title><figure><name>图</name>
</figure></annex>
<bibliography><references><title>规范性引用文件</title><bibitem><title>示例</title><docidentifier>GB/T 2</docidentifier><date
type="published"><from>2020</from></date></bibitem></references></bibliography></gb-standard>"""
PAGE = (
    "<!DOCTYPE html><html><body><p>ICS 01.120</p><p>GB/T 99999—2024</p><h1>1 范围</h1><p>示例</p><ol type='a'><li>甲<ul><li>乙"
    "</ul></ol><table><caption>表1 表</caption><tr><td>1</table><h1>附录A（规范性）附录</h1><h2>A.1 概述</h2></body></html>"
)
TEXT = "ICS 01.120\nGB/T 99999—2024\n前 言\n1 范围\n示例\na) 甲\n1) 乙\n表1 表\n| 1 | 2 |\n附录A\n（规范性）\n附录\nA.1 概述\n"
ORIGINALS = {
    "STS": STS.encode(),
    "Metanorma": METANORMA.encode(),
    "DOCX": styled_draft(),
    "DOCX without styles": typed_draft(),
    "HTML": PAGE.encode(),
    "text": TEXT.encode(),
}
_EXPECTED = {"read", "refused"}
SEEDS_OF_EACH = -(-MUTATIONS // len(ORIGINALS))


@pytest.fixture(scope="module")
def stub(channel: grpc.Channel) -> Stub:
    """Return the documents service."""
    return Stub(channel)


def outcome(stub: Stub, name: str, content: bytes) -> str:
    """Return how a document is answered: read, or refused with a reason; XML is held against schemas, Word annotated."""
    document = upload(stub, content, "示例").name
    answers = []
    try:
        pieces = list(stub.StreamStandard(pb.StreamStandardRequest(name=document), timeout=CALL_SECONDS))
        answers.append("read" if pieces[0].HasField("head") else "without head")
    except grpc.RpcError as refusal:
        answers.append(refusal.code().name if refusal.code() not in REFUSED else "refused")
        assert len(refusal.details()) > 10
    if name.startswith("DOCX"):
        request = annotation_pb2.AnnotateDocumentRequest(
            name=document, author="示例", annotations=[annotation_pb2.Annotation(paragraph=1, text="示例")]
        )
        try:
            list(stub.AnnotateDocument(request, timeout=CALL_SECONDS))
        except grpc.RpcError as refusal:
            answers.append(refusal.code().name if refusal.code() not in REFUSED else "refused")
    if name in ("STS", "Metanorma"):
        try:
            stub.ValidateDocument(validation_pb2.ValidateDocumentRequest(name=document), timeout=CALL_SECONDS)
        except grpc.RpcError as refusal:
            # FAILED_PRECONDITION: there are no schemas on this machine.
            allowed = (*REFUSED, grpc.StatusCode.FAILED_PRECONDITION)
            answers.append(refusal.code().name if refusal.code() not in allowed else "refused")
    return "; ".join(dict.fromkeys(answers))


@pytest.mark.parametrize("name", ORIGINALS)
def test_a_damaged_document_is_read_or_refused_with_a_reason(stub: Stub, name: str) -> None:
    """Neither an internal error nor a call without end comes of any damage; and not every damage is refused."""
    outcomes: Counter[str] = Counter()
    wrong: dict[int, str] = {}
    for seed in range(SEEDS_OF_EACH):
        found = outcome(stub, name, mutated(ORIGINALS[name], seed))
        outcomes[found] += 1
        if not set(found.split("; ")) <= _EXPECTED:
            wrong[seed] = found
    assert wrong == {}
    assert outcomes["read"] + outcomes["read; refused"] > 0
