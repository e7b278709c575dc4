"""An unpublished draft, and what its committee uploads, does not exist for others: no call says otherwise."""

from collections.abc import Callable

import grpc
import pytest

from catalogues import everything
from drafting import new_plan_number, register
from tbt.catalog.v1 import ballot_pb2, comment_pb2, draft_pb2, redline_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.compliance.v1 import compliance_service_pb2, compliance_service_pb2_grpc
from tbt.documents.v1 import annotation_pb2, documents_service_pb2, documents_service_pb2_grpc
from uploads import upload

AsRole = Callable[..., grpc.Channel]
OWNER, ANOTHER = "SAC/TC 998/SC 1", "SAC/TC 99"
TEXT = b"""<standard><front><nat-meta originator="SAC"><title-wrap xml:lang="zh"><full>\xe7\xa4\xba\xe4\xbe\x8b</full>\
</title-wrap><std-ref type="dated">GB/T 99999-2099</std-ref></nat-meta></front><body><sec id="s1"><label>1</label>\
<title>\xe8\x8c\x83\xe5\x9b\xb4</title><p>\xe7\xa4\xba\xe4\xbe\x8b</p></sec></body></standard>"""


@pytest.fixture(scope="module")
def owner(as_role: AsRole) -> grpc.Channel:
    """Return the channel of the owning committee's secretary."""
    return as_role("committee_secretary", subject="owner", committee=OWNER)


@pytest.fixture(scope="module")
def draft(owner: grpc.Channel) -> draft_pb2.Draft:
    """Return an unpublished draft with its text."""
    document = upload(documents_service_pb2_grpc.DocumentsServiceStub(owner), TEXT).name
    catalog = pb_grpc.CatalogServiceStub(owner)
    return register(catalog, committee=OWNER, document=document, plan_number=new_plan_number())


OTHERS = {
    "another committee's secretary": ("committee_secretary", ANOTHER),
    "another committee's member": ("committee_member", ANOTHER),
    "a secretary without a committee": ("committee_secretary", ""),
    "another subcommittee": ("committee_secretary", "SAC/TC 998/SC 2"),
    "one whose number only begins so": ("committee_secretary", "SAC/TC 9"),
}


@pytest.fixture(params=OTHERS)
def other(request: pytest.FixtureRequest, as_role: AsRole) -> grpc.Channel:
    """Return the channel of somebody the draft is none of."""
    role, committee = OTHERS[request.param]
    return as_role(role, subject="other", committee=committee)


def found(ask: Callable[[], object]) -> str:
    """Return what *ask* comes to: OK, or the code it is refused with. Of a stream the first message is asked for."""
    try:
        answer = ask()
        if hasattr(answer, "__next__"):
            next(answer, None)
    except grpc.RpcError as refusal:
        return refusal.code().name
    return "OK"


def readings(channel: grpc.Channel, draft: draft_pb2.Draft) -> dict[str, str]:
    """Return what becomes of every way to read something of *draft*."""
    catalog = pb_grpc.CatalogServiceStub(channel)
    documents = documents_service_pb2_grpc.DocumentsServiceStub(channel)
    compliance = compliance_service_pb2_grpc.ComplianceServiceStub(channel)
    name, document = draft.name, draft.document
    asked = {
        "GetDraft": lambda: catalog.GetDraft(pb.GetDraftRequest(name=name)),
        "GetDraftMoves": lambda: catalog.GetDraftMoves(draft_pb2.GetDraftMovesRequest(name=name)),
        "ListDraftDocuments": lambda: catalog.ListDraftDocuments(draft_pb2.ListDraftDocumentsRequest(name=name)),
        "ListComments": lambda: catalog.ListComments(comment_pb2.ListCommentsRequest(draft=name)),
        "GetCommentFigures": lambda: catalog.GetCommentFigures(comment_pb2.GetCommentFiguresRequest(draft=name)),
        "DownloadCommentSummary": lambda: catalog.DownloadCommentSummary(
            comment_pb2.DownloadCommentSummaryRequest(draft=name)
        ),
        "ListBallots": lambda: catalog.ListBallots(ballot_pb2.ListBallotsRequest(draft=name)),
        "CompareDocuments": lambda: catalog.CompareDocuments(
            redline_pb2.CompareDocumentsRequest(old_document=name, new_document=name)
        ),
        "compare by document": lambda: catalog.CompareDocuments(
            redline_pb2.CompareDocumentsRequest(old_document=document, new_document=document)
        ),
        "GetDocument": lambda: documents.GetDocument(documents_service_pb2.GetDocumentRequest(name=document)),
        "DownloadDocument": lambda: documents.DownloadDocument(
            documents_service_pb2.DownloadDocumentRequest(name=document)
        ),
        "CreateDownloadUrl": lambda: documents.CreateDownloadUrl(
            documents_service_pb2.CreateDownloadUrlRequest(name=document)
        ),
        "ReadStandard": lambda: documents.ReadStandard(documents_service_pb2.ReadStandardRequest(name=document)),
        "StreamStandard": lambda: documents.StreamStandard(documents_service_pb2.StreamStandardRequest(name=document)),
        "AnnotateDocument": lambda: documents.AnnotateDocument(
            annotation_pb2.AnnotateDocumentRequest(name=document, author="other")
        ),
        "CheckDraft": lambda: compliance.CheckDraft(
            compliance_service_pb2.CheckDraftRequest(draft=name, validate_only=True)
        ),
        "check by document": lambda: compliance.CheckDraft(
            compliance_service_pb2.CheckDraftRequest(document=document, validate_only=True)
        ),
    }
    return {way: found(ask) for way, ask in asked.items()}


def test_to_others_it_does_not_exist_whatever_they_ask(other, draft):
    """By the draft, by its text, or by way of another service: the same answer as for a name nobody ever gave."""
    found_ways = readings(other, draft)
    may_not_check = {way for way, code in found_ways.items() if code == "PERMISSION_DENIED"}
    assert may_not_check <= {"CheckDraft", "check by document"}
    assert {code for way, code in found_ways.items() if way not in may_not_check} == {"NOT_FOUND"}


def test_its_committee_and_the_one_above_see_it(as_role, owner, draft):
    """So do those who work across committees."""
    above = as_role("committee_secretary", subject="above", committee="SAC/TC 998")
    for channel in (owner, above):
        found_ways = readings(channel, draft)
        assert found_ways.pop("AnnotateDocument") == "INVALID_ARGUMENT"  # seen, and no Word file
        assert set(found_ways.values()) <= {"OK", "FAILED_PRECONDITION"}
    for role in ("administrator", "catalogue_editor", "analyst"):
        assert readings(as_role(role), draft)["GetDraft"] == "OK"


def test_no_list_shows_it(other, draft):
    """Neither of drafts, nor of those that are late, nor of documents."""
    catalog = pb_grpc.CatalogServiceStub(other)
    documents = documents_service_pb2_grpc.DocumentsServiceStub(other)
    listed = everything(catalog.ListDrafts, pb.ListDraftsRequest(page_size=1000), "drafts")
    late = everything(catalog.ListOverdueDrafts, draft_pb2.ListOverdueDraftsRequest(), "overdue_drafts")
    stored = everything(
        documents.ListDocuments, documents_service_pb2.ListDocumentsRequest(page_size=1000), "documents"
    )
    names = {one.name for one in listed} | {one.draft.name for one in late} | {one.name for one in stored}
    assert names & {draft.name, draft.document} == set()


def test_an_agencys_system_exports_the_catalogue_without_drafts(as_role, draft):
    """It follows what is published."""
    stub = pb_grpc.CatalogServiceStub(as_role("agency_system"))
    exported = [one.name for piece in stub.ExportCatalog(pb.ExportCatalogRequest()) for one in piece.drafts.drafts]
    assert (exported, draft.name != "") == ([], True)


def test_nobody_but_our_services_speaks_for_somebody_else(composition, program, draft):
    """A person's token that claims to act for the owner is that person's and no more."""
    from bearer_token import BearerToken  # noqa: PLC0415
    from services.runtime.calls import Principal  # noqa: PLC0415

    behind = Principal("owner", frozenset({"administrator"}), OWNER)
    token = composition.local_issuer.issue("other", ["committee_secretary"], 60, ANOTHER, behind)
    with grpc.insecure_channel(f"127.0.0.1:{program.port}") as plain:
        stub = pb_grpc.CatalogServiceStub(grpc.intercept_channel(plain, BearerToken(token)))
        assert found(lambda: stub.GetDraft(pb.GetDraftRequest(name=draft.name))) == "NOT_FOUND"
