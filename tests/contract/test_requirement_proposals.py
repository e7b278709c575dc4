"""The contract of the linkage service: requirements read out of texts and out of tables."""

import json
from pathlib import Path

import grpc
import pytest

from invented import symbol
from linking import create_measure
from portable_documents import pdf, text_pdf
from standards_tree.designations import parse_designation_or_none
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.linkage.v1 import requirement_pb2, story_pb2
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.LinkageServiceStub
TEXT = (
    "The lead content of toys shall not exceed 90 mg/kg when tested according to ISO 8124-3:2020. "
    "Products must be labelled in Arabic. Comments are welcome within 60 days."
)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def extracted(stub: Stub, measure: str, **fields: object) -> requirement_pb2.ExtractRequirementsResponse:
    """Return what is read out of the texts of a measure."""
    return stub.ExtractRequirements(requirement_pb2.ExtractRequirementsRequest(measure=measure, **fields))


def proposals(stub: Stub, measure: str) -> list[requirement_pb2.RequirementProposal]:
    """Return the proposals of a measure."""
    request = requirement_pb2.ListRequirementProposalsRequest(measure=measure)
    return list(stub.ListRequirementProposals(request).proposals)


def requirements(stub: Stub, measure: str) -> list[pb.Requirement]:
    """Return the requirements of a measure."""
    return list(stub.ListRequirements(pb.ListRequirementsRequest(measure=measure)).requirements)


def decide(stub: Stub, name: str, state: int, **fields: object) -> requirement_pb2.RequirementProposal:
    """Decide on a proposal."""
    request = requirement_pb2.DecideRequirementProposalRequest(name=name, state=state, **fields)  # type: ignore[arg-type]
    return stub.DecideRequirementProposal(request)


def test_what_a_notification_demands_is_proposed_with_its_place(grpc_stub: Stub) -> None:
    """Limits with their units, cited standards, sentences that oblige; nothing becomes a requirement by itself."""
    measure = create_measure(grpc_stub, description=TEXT)
    limit, label = extracted(grpc_stub, measure.name).proposals
    assert (limit.kind, limit.parameter, list(limit.cited_standards)) == (
        "limit",
        "The lead content of toys",
        ["ISO 8124-3:2020"],
    )
    assert (limit.limit.operator, limit.limit.value, limit.limit.unit) == (
        type_pb2.Limit.OPERATOR_AT_MOST,
        "90",
        "mg/kg",
    )
    assert TEXT[limit.place.start : limit.place.end] == "shall not exceed 90 mg/kg"
    assert (label.kind, label.place.part) == ("labelling", "description")
    assert requirements(grpc_stub, measure.name) == []


def test_reading_the_same_text_again_proposes_nothing_new(grpc_stub: Stub) -> None:
    """Not even what was rejected."""
    measure = create_measure(grpc_stub, description=TEXT)
    first = extracted(grpc_stub, measure.name).proposals
    decide(grpc_stub, first[1].name, requirement_pb2.PROPOSAL_STATE_REJECTED, reason="示例")
    again = extracted(grpc_stub, measure.name)
    assert (list(again.proposals), again.known) == ([], 2)
    assert [entry.state for entry in proposals(grpc_stub, measure.name)] == [
        requirement_pb2.PROPOSAL_STATE_PROPOSED,
        requirement_pb2.PROPOSAL_STATE_REJECTED,
    ]


def test_an_accepted_proposal_is_a_requirement_with_its_origin(grpc_stub: Stub) -> None:
    """It keeps the words it was read from; accepted once, it is not accepted again."""
    measure = create_measure(grpc_stub, description=TEXT)
    name = extracted(grpc_stub, measure.name).proposals[0].name
    text = type_pb2.LocalizedText(zh="玩具中铅含量不得超过90 mg/kg", en="Lead in toys: at most 90 mg/kg")
    accepted = decide(grpc_stub, name, requirement_pb2.PROPOSAL_STATE_ACCEPTED, text=text)
    (made,) = requirements(grpc_stub, measure.name)
    assert (accepted.requirement, accepted.decided_by != "") == (made.name, True)
    assert (made.text, made.kind, made.limit.value) == (text, pb.REQUIREMENT_KIND_LIMIT, "90")
    assert (made.original_text[:16], made.original_language) == (TEXT[:16], "en")
    with pytest.raises(grpc.RpcError) as refusal:
        decide(grpc_stub, name, requirement_pb2.PROPOSAL_STATE_ACCEPTED)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_attached_documents_are_read_and_those_that_cannot_be_are_named(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """A text is read clause by clause; a picture is named with the reason."""
    measure = create_measure(grpc_stub)
    documents = documents_grpc.DocumentsServiceStub(channel)
    text = "1 范围\n本文件适用于示例产品。\n2 要求\n铅含量应不大于0.1%。\n".encode()
    names = [upload(documents, text, "draft.txt").name, upload(documents, b"\x89PNG\r\n\x1a\n\x00", "page.png").name]
    for name in names:
        document = story_pb2.MeasureDocument(document=name, role=story_pb2.MEASURE_DOCUMENT_ROLE_NOTIFIED_TEXT)
        grpc_stub.AttachMeasureDocument(story_pb2.AttachMeasureDocumentRequest(measure=measure.name, document=document))
    answer = extracted(grpc_stub, measure.name)
    (found,) = [entry for entry in answer.proposals if entry.kind == "limit"]
    assert (found.parameter, found.limit.value, found.limit.unit) == ("铅含量", "0.1", "%")
    assert found.place.document == names[0]
    assert [(entry.document, bool(entry.reason)) for entry in answer.unread] == [(names[1], True)]
    assert extracted(grpc_stub, measure.name, only_notification=True).unread == []


def test_a_pdf_is_read_page_by_page_and_a_hostile_one_is_named_with_the_reason(
    grpc_stub: Stub, channel: grpc.Channel
) -> None:
    """Limits in both languages with the page they stand on; what the others say is read all the same."""
    measure = create_measure(grpc_stub)
    documents = documents_grpc.DocumentsServiceStub(channel)
    said = text_pdf(["1 Scope", TEXT.partition(" Products")[0]], [], ["4.2 示例产品中铅含量不得大于0.01%。"])
    circular = pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R]/Count 1>>"})
    names = [upload(documents, said, "Regulation.PDF").name, upload(documents, circular, "circular.pdf").name]
    for name in names:
        document = story_pb2.MeasureDocument(document=name, role=story_pb2.MEASURE_DOCUMENT_ROLE_NOTIFIED_TEXT)
        grpc_stub.AttachMeasureDocument(story_pb2.AttachMeasureDocumentRequest(measure=measure.name, document=document))
    answer = extracted(grpc_stub, measure.name)

    assert [(entry.place.part, entry.limit.value, entry.limit.unit) for entry in answer.proposals] == [
        ("page 1", "90", "mg/kg"),
        ("page 3", "0.01", "%"),
    ]
    assert list(answer.proposals[0].cited_standards) == ["ISO 8124-3:2020"]
    assert [(entry.document, "cyclic" in entry.reason) for entry in answer.unread] == [(names[1], True)]


def test_the_iec_and_iso_standards_that_real_notifications_cite_are_recognised(
    grpc_stub: Stub, shared_data: Path
) -> None:
    """As platforms print them: IEC 60400 ed 7.0:2008-07, IEC 60335-2-77 ed. 2.0, CODEX STAN 234-1999."""
    lines = (shared_data / "measures" / "notifications_zh.jsonl").read_text(encoding="utf-8").splitlines()
    cited = [text for line in lines for text in json.loads(line)["refers_to_standards"]]
    international = [text for text in cited if text.startswith(("IEC", "ISO", "CODEX"))]
    assert len(international) >= 4
    measure = create_measure(grpc_stub, cited_standards=international)
    found = [entry for proposal in extracted(grpc_stub, measure.name).proposals for entry in proposal.cited_standards]
    keys = [parse_designation_or_none(entry) for entry in found]
    assert [key.number for key in keys if key] == ["60335", "60400", "60335", "234"]


def row(place: int, measure: str, **fields: object) -> pb.ImportedRequirement:
    """Return a row of a table."""
    given = {"text": type_pb2.LocalizedText(zh=f"示例要求{place}"), "kind": pb.REQUIREMENT_KIND_OTHER, **fields}
    return pb.ImportedRequirement(row=place, measure=measure, requirement=pb.Requirement(**given))  # type: ignore[arg-type]


def test_a_table_is_imported_row_by_row_and_again_changes_nothing(grpc_stub: Stub) -> None:
    """A bad row is one problem with its row and field."""
    measure = create_measure(grpc_stub).name
    limit = type_pb2.Limit(operator=type_pb2.Limit.OPERATOR_AT_MOST, value="90", unit="mg/kg")
    rows = [row(2, measure, limit=limit), row(3, measure), row(4, symbol()), row(5, measure, kind=0), row(6, "")]
    counts = []
    for _ in range(2):
        answer = grpc_stub.ImportRequirements(pb.ImportRequirementsRequest(requirements=rows))
        counts.append((answer.requirements.created, answer.requirements.unchanged, answer.requirements.refused))
    assert counts == [(2, 0, 3), (0, 2, 3)]
    assert [(problem.row, problem.column) for problem in answer.problems] == [
        (4, "measure"),
        (5, "kind"),
        (6, "measure"),
    ]
    changed = row(7, measure, number=1, text=type_pb2.LocalizedText(zh="示例要求，已改"))
    answer = grpc_stub.ImportRequirements(pb.ImportRequirementsRequest(requirements=[changed]))
    assert answer.requirements.updated == 1
    assert [entry.text.zh for entry in requirements(grpc_stub, measure)] == ["示例要求，已改", "示例要求3"]
    assert requirements(grpc_stub, measure)[0].limit == limit


def test_all_or_nothing_imports_no_requirement(grpc_stub: Stub) -> None:
    """One refused row refuses all."""
    measure = create_measure(grpc_stub).name
    request = pb.ImportRequirementsRequest(requirements=[row(2, measure), row(3, "")], all_or_nothing=True)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ImportRequirements(request)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert requirements(grpc_stub, measure) == []
