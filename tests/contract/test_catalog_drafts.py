"""The contract of the catalog service: drafts take facts from their documents and go the way of their track."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from catalogues import create_node, create_system, everything, new_number, reason_of
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
AsRole = Callable[..., grpc.Channel]
SAMPLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<standard xmlns:xlink="http://www.w3.org/1999/xlink">
  <front>
    <iso-meta>
      <title-wrap xml:lang="en"><main>Example of a draft</main><full>Example of a draft</full></title-wrap>
      <doc-ident><sdo>ISO</sdo><proj-id>99999</proj-id><language>en</language><release-version>DIS</release-version></doc-ident>
      <std-ident><originator>ISO</originator><doc-type>IS</doc-type><doc-number>99999</doc-number></std-ident>
      <std-ref type="dated">ISO 99999:2099</std-ref>
      <comm-ref>ISO/TC 999</comm-ref>
    </iso-meta>
  </front>
  <body><sec id="s1" sec-type="scope"><label>1</label><title>Scope</title><p>Invented.</p></sec></body>
</standard>
"""


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def document(channel: grpc.Channel) -> str:
    """Return the name of an uploaded standard document."""
    return upload(documents_grpc.DocumentsServiceStub(channel), SAMPLE).name


def register(stub: Stub, **fields: object) -> draft_pb2.Draft:
    """Register a draft and return it."""
    facts = {"title": {"zh": "示例"}, "level": type_pb2.LEVEL_NATIONAL, **fields}
    return stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(**facts)))


def advance(stub: Stub, name: str, stage: int, **fields: object) -> draft_pb2.Draft:
    """Move a draft and return it."""
    return stub.AdvanceDraft(pb.AdvanceDraftRequest(name=name, stage=stage, **fields))


def discard(stub: Stub, name: str, **fields: object) -> draft_pb2.Draft:
    """Give up a draft and return it."""
    return stub.DiscardDraft(pb.DiscardDraftRequest(name=name, reason="示例", **fields))


def test_a_draft_begins_at_the_first_stage(as_role: AsRole) -> None:
    """Its history says who registered it, and when."""
    stub = Stub(as_role("committee_secretary", subject="秘书"))
    draft = register(stub, plan_number="20221858-T-469", supersedes=["gbt1.1—2009"])
    assert (draft.stage, draft.track) == (draft_pb2.STAGE_PRELIMINARY, draft_pb2.TRACK_NORMAL)
    assert list(draft.supersedes) == ["GB/T 1.1—2009"]
    assert [(step.stage, step.principal) for step in draft.history] == [(draft_pb2.STAGE_PRELIMINARY, "秘书")]
    assert draft.history[0].entered_at == draft.registered_at
    assert stub.GetDraft(pb.GetDraftRequest(name=draft.name)) == draft


def test_a_draft_may_be_registered_at_the_stage_it_is_in(grpc_stub: Stub) -> None:
    """A committee that joins later does not begin again."""
    draft = register(grpc_stub, stage=draft_pb2.STAGE_REVIEW, track=draft_pb2.TRACK_FAST_REVISION)
    assert [step.stage for step in draft.history] == [draft_pb2.STAGE_REVIEW]


def test_a_draft_without_facts_is_refused_with_what_is_missing(grpc_stub: Stub) -> None:
    """Each missing fact is named."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(committee="SAC/TC 260")))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "title and level" in refusal.value.details()
    assert fields_of(refusal.value) == ["draft.title", "draft.level"]


def test_a_draft_keeps_the_rules_of_the_contract(grpc_stub: Stub) -> None:
    """A plan number has a form."""
    with pytest.raises(grpc.RpcError) as refusal:
        register(grpc_stub, plan_number="1858")
    assert fields_of(refusal.value) == ["plan_number"]


def test_a_document_gives_the_facts_the_caller_does_not(grpc_stub: Stub, document: str) -> None:
    """Title, designation, level and committee are read out of it."""
    draft = grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(document=document)))
    assert draft.title.en == "Example of a draft"
    assert (draft.designation, draft.committee) == ("ISO 99999:2099", "ISO/TC 999")
    assert (draft.level, draft.document) == (type_pb2.LEVEL_INTERNATIONAL, document)


def test_what_the_caller_gives_stands(grpc_stub: Stub, document: str) -> None:
    """A document may be older than what its committee knows."""
    draft = register(grpc_stub, document=document, committee="SAC/TC 260")
    assert (draft.title.zh, draft.title.en, draft.committee) == ("示例", "", "SAC/TC 260")
    assert (draft.level, draft.designation) == (type_pb2.LEVEL_NATIONAL, "ISO 99999:2099")


def test_a_document_that_cannot_be_read_is_no_obstacle_to_who_gives_the_facts(
    grpc_stub: Stub, channel: grpc.Channel
) -> None:
    """Not every committee writes XML."""
    paper = upload(documents_grpc.DocumentsServiceStub(channel), b"%PDF-1.7", "示例.pdf").name
    assert register(grpc_stub, document=paper).document == paper


def test_a_document_that_cannot_be_read_gives_nothing(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """The refusal names what is missing and why the document does not give it."""
    paper = upload(documents_grpc.DocumentsServiceStub(channel), b"%PDF-1.7", "示例.pdf").name
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(document=paper)))
    assert fields_of(refusal.value) == ["draft.title", "draft.level"]
    assert "cannot be read" in refusal.value.details()


def test_a_document_that_is_not_there_is_not_found(grpc_stub: Stub) -> None:
    """A draft points to no text that nobody has."""
    with pytest.raises(grpc.RpcError) as refusal:
        register(grpc_stub, document="documents/00000000000000000000000000000000")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_every_sample_is_registered_or_refused_with_a_reason(
    grpc_stub: Stub, channel: grpc.Channel, shared_data: Path
) -> None:
    """No document is an error of ours; a refusal names the missing fact or the fault of the file."""
    documents = documents_grpc.DocumentsServiceStub(channel)
    outcomes = {}
    for path in sorted((shared_data / "documents" / "sts").glob("*.xml")):
        name = upload(documents, path.read_bytes(), path.name).name
        try:
            draft = grpc_stub.RegisterDraft(pb.RegisterDraftRequest(draft=draft_pb2.Draft(document=name)))
            outcomes[path.name] = bool(draft.designation and (draft.title.zh or draft.title.en))
        except grpc.RpcError as refusal:
            missing = {"draft.title", "draft.level"} & set(fields_of(refusal))
            outcomes[path.name] = refusal.code() is grpc.StatusCode.INVALID_ARGUMENT and bool(missing)
    assert outcomes
    assert {name: sound for name, sound in outcomes.items() if not sound} == {}


def test_a_draft_has_a_place_waiting(grpc_stub: Stub, unique: Unique) -> None:
    """Named by code or id, answered by id."""
    system = create_system(grpc_stub, unique("s"))
    node = create_node(grpc_stub, system, "1.1")
    assert register(grpc_stub, node=f"{system}/nodes/1.1").node == node.name


def test_a_place_that_is_not_there_is_not_found(grpc_stub: Stub, unique: Unique) -> None:
    """The refusal names it."""
    system = create_system(grpc_stub, unique("s"))
    with pytest.raises(grpc.RpcError) as refusal:
        register(grpc_stub, node=f"{system}/nodes/9")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_draft_goes_through_every_stage(grpc_stub: Stub) -> None:
    """Each step is kept with who took it and why."""
    name = register(grpc_stub).name
    for stage in range(draft_pb2.STAGE_PROPOSAL, draft_pb2.STAGE_PUBLICATION):
        advance(grpc_stub, name, stage, reason=f"第{stage}步")
    published = advance(grpc_stub, name, draft_pb2.STAGE_PUBLICATION, designation=f"GB/T {new_number()}-2099")
    assert [step.stage for step in published.history] == list(range(1, 8))
    assert [step.reason for step in published.history[1:6]] == [f"第{stage}步" for stage in range(2, 7)]
    assert published.history[-1].principal == "administrator"


def test_a_stage_is_not_skipped(grpc_stub: Stub) -> None:
    """The refusal says which moves are allowed."""
    name = register(grpc_stub).name
    with pytest.raises(grpc.RpcError) as refusal:
        advance(grpc_stub, name, draft_pb2.STAGE_COMMENT)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "allowed are: 10" in refusal.value.details()


def test_a_fast_track_leaves_stages_out(grpc_stub: Stub) -> None:
    """A revision goes from its proposal straight to review, an adoption to comment."""
    revision = register(grpc_stub, stage=draft_pb2.STAGE_PROPOSAL, track=draft_pb2.TRACK_FAST_REVISION).name
    adoption = register(grpc_stub, stage=draft_pb2.STAGE_PROPOSAL, track=draft_pb2.TRACK_FAST_ADOPTION).name
    assert advance(grpc_stub, revision, draft_pb2.STAGE_REVIEW).stage == draft_pb2.STAGE_REVIEW
    assert advance(grpc_stub, adoption, draft_pb2.STAGE_COMMENT).stage == draft_pb2.STAGE_COMMENT


def test_a_draft_may_be_sent_back(grpc_stub: Stub) -> None:
    """Review may return it to where its text is worked on."""
    name = register(grpc_stub, stage=draft_pb2.STAGE_REVIEW).name
    assert advance(grpc_stub, name, draft_pb2.STAGE_COMMENT, reason="意见分歧").stage == draft_pb2.STAGE_COMMENT


def test_nothing_is_published_without_a_number(grpc_stub: Stub) -> None:
    """The refusal names the field that lacks."""
    name = register(grpc_stub, stage=draft_pb2.STAGE_APPROVAL).name
    with pytest.raises(grpc.RpcError) as refusal:
        advance(grpc_stub, name, draft_pb2.STAGE_PUBLICATION)
    assert fields_of(refusal.value) == ["designation"]


def test_a_stage_may_bring_a_new_text(grpc_stub: Stub, document: str) -> None:
    """With the number it prints."""
    name = register(grpc_stub, stage=draft_pb2.STAGE_APPROVAL).name
    published = advance(grpc_stub, name, draft_pb2.STAGE_PUBLICATION, document=document)
    assert (published.document, published.designation) == (document, "ISO 99999:2099")


def test_a_move_of_what_somebody_moved_is_refused(grpc_stub: Stub) -> None:
    """The etag is that of the version the caller read."""
    draft = register(grpc_stub)
    advance(grpc_stub, draft.name, draft_pb2.STAGE_PROPOSAL, etag=draft.etag)
    with pytest.raises(grpc.RpcError) as refusal:
        advance(grpc_stub, draft.name, draft_pb2.STAGE_PREPARATORY, etag=draft.etag)
    assert reason_of(refusal.value) == "STALE"


def test_a_move_sent_again_is_made_once(grpc_stub: Stub) -> None:
    """The second answer is the first one."""
    name = register(grpc_stub).name
    request_id = str(uuid4())
    first = advance(grpc_stub, name, draft_pb2.STAGE_PROPOSAL, request_id=request_id)
    assert advance(grpc_stub, name, draft_pb2.STAGE_PROPOSAL, request_id=request_id) == first
    assert len(grpc_stub.GetDraft(pb.GetDraftRequest(name=name)).history) == 2


def test_a_move_that_only_checks_moves_nothing(grpc_stub: Stub) -> None:
    """It is answered as if it were done."""
    draft = register(grpc_stub)
    answer = advance(grpc_stub, draft.name, draft_pb2.STAGE_PROPOSAL, validate_only=True)
    assert answer.stage == draft_pb2.STAGE_PROPOSAL
    assert grpc_stub.GetDraft(pb.GetDraftRequest(name=draft.name)) == draft


def test_a_discarded_draft_stays_readable_and_does_not_move(grpc_stub: Stub) -> None:
    """Why it was given up is the last entry of its history."""
    name = register(grpc_stub, stage=draft_pb2.STAGE_COMMENT).name
    discarded = discard(grpc_stub, name)
    assert (discarded.discarded, discarded.history[-1].reason) == (True, "示例")
    with pytest.raises(grpc.RpcError) as refusal:
        advance(grpc_stub, name, draft_pb2.STAGE_REVIEW)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_published_standard_is_not_discarded(grpc_stub: Stub) -> None:
    """It is no draft any more."""
    number = f"GB/T {new_number()}-2099"
    name = register(grpc_stub, stage=draft_pb2.STAGE_PUBLICATION, designation=number).name
    with pytest.raises(grpc.RpcError) as refusal:
        discard(grpc_stub, name)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_drafts_are_listed_newest_first(grpc_stub: Stub, unique: Unique) -> None:
    """Of one committee, however its name is spelled, page by page; discarded ones only for who asks."""
    committee = unique("SAC/TC ")
    names = [register(grpc_stub, committee=committee).name for _ in range(5)]
    discard(grpc_stub, names[2])
    advance(grpc_stub, names[4], draft_pb2.STAGE_PROPOSAL)

    def listed(**fields: object) -> list[str]:
        request = pb.ListDraftsRequest(committee=committee.replace("/", "／").lower(), page_size=2, **fields)
        return [draft.name for draft in everything(grpc_stub.ListDrafts, request, "drafts")]

    assert listed() == [names[4], names[3], names[1], names[0]]
    assert listed(include_discarded=True) == names[::-1]
    assert listed(stages=[draft_pb2.STAGE_PROPOSAL]) == [names[4]]


def test_a_reader_sees_no_drafts(as_role: AsRole) -> None:
    """Drafts are the committees' and the analysts'."""
    with pytest.raises(grpc.RpcError) as refusal:
        Stub(as_role("reader")).ListDrafts(pb.ListDraftsRequest())
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
