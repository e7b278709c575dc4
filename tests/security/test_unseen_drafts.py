"""An unpublished draft, and what its committee uploads, does not exist for others: no call says otherwise."""

from collections.abc import Callable

import grpc
import pytest
from grpc_status import rpc_status
from joserfc import jwt

from catalogues import create, create_node, create_system, everything, new_number
from drafting import discard, new_plan_number, register, update
from services.issuers import LOCAL_KEY_FILE
from services.runtime.auth import BEHALF, CALLEE, secret_key
from standards_tree.committees import committee_key
from tbt.catalog.v1 import ballot_pb2, comment_pb2, draft_pb2, life_pb2, redline_pb2, system_set_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.compliance.v1 import (
    check_pb2,
    compliance_service_pb2,
    compliance_service_pb2_grpc,
    finding_pb2,
    rule_pb2,
)
from tbt.documents.v1 import annotation_pb2, documents_service_pb2, documents_service_pb2_grpc
from uploads import upload
from watching import changes_until

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


def test_what_was_done_with_a_standard_does_not_name_it(as_role, owner, channel, draft):
    """Neither a review that led to it, nor the history; its committee sees which draft it is."""
    standard = create(pb_grpc.CatalogServiceStub(channel), f"GB/T {new_number()}-2019")
    pb_grpc.CatalogServiceStub(channel).ReviewStandard(
        life_pb2.ReviewStandardRequest(
            name=standard.name,
            conclusion=life_pb2.REVIEW_CONCLUSION_TO_BE_REVISED,
            reason="示例：技术进步",
            draft=draft.name,
            etag=standard.etag,
        )
    )

    def named(reader: grpc.Channel) -> list[list[str]]:
        catalog = pb_grpc.CatalogServiceStub(reader)
        reviews = catalog.ListReviews(life_pb2.ListReviewsRequest(name=standard.name)).reviews
        changes = catalog.ListStandardHistory(life_pb2.ListStandardHistoryRequest(name=standard.name)).changes
        return [[review.draft for review in reviews], [change.related for change in changes]]

    assert named(owner) == named(channel) == [[draft.name], [draft.name, ""]]
    for role, committee in (("reader", ""), ("committee_secretary", ANOTHER), ("agency_system", "")):
        assert named(as_role(role, subject="other", committee=committee)) == [[""], ["", ""]]


def test_an_agencys_system_exports_the_catalogue_without_drafts(as_role, draft):
    """It follows what is published."""
    stub = pb_grpc.CatalogServiceStub(as_role("agency_system"))
    exported = [one.name for piece in stub.ExportCatalog(pb.ExportCatalogRequest()) for one in piece.drafts.drafts]
    assert (exported, draft.name != "") == ([], True)


def test_the_documents_of_a_system_neither_count_nor_name_it(channel, owner, other, unique):
    """Whoever reads the catalogue may ask for them: figures and tables are as if the draft were not there."""
    system = create_system(pb_grpc.CatalogServiceStub(channel), unique("s"))
    node = create_node(pb_grpc.CatalogServiceStub(channel), system, "1")
    register(pb_grpc.CatalogServiceStub(owner), committee=OWNER, node=node.name)
    asked = system_set_pb2.GetSystemStatisticsRequest(branch=system)
    figures = [pb_grpc.CatalogServiceStub(one).GetSystemStatistics(asked) for one in (owner, other)]
    assert [one.total.drafts for one in figures] == [1, 0]


def test_a_review_cannot_ask_whether_it_is_there(as_role, channel, draft):
    """A review that says which draft revises the standard gets the answer that any made-up name gets."""
    standard = create(pb_grpc.CatalogServiceStub(channel), f"GB/T {new_number()}-2019", committee=ANOTHER)
    stub = pb_grpc.CatalogServiceStub(as_role("committee_secretary", subject="other", committee=ANOTHER))
    request = life_pb2.ReviewStandardRequest(
        name=standard.name,
        conclusion=life_pb2.REVIEW_CONCLUSION_TO_BE_REVISED,
        reason="示例",
        draft=draft.name,
        validate_only=True,
    )
    assert found(lambda: stub.ReviewStandard(request)) == "NOT_FOUND"


def test_a_plan_number_that_it_has_does_not_lead_to_it(as_role, draft):
    """Who gives another draft its plan number learns that the number is taken, and not by which draft."""
    stub = pb_grpc.CatalogServiceStub(as_role("committee_secretary", subject="other", committee=ANOTHER))
    own = register(stub, committee=ANOTHER)
    with pytest.raises(grpc.RpcError) as refusal:
        update(stub, own.name, plan_number=draft.plan_number)
    assert refusal.value.code() == grpc.StatusCode.ALREADY_EXISTS
    assert draft.name not in str(rpc_status.from_call(refusal.value))


def test_an_agencys_system_hears_nothing_of_it(as_role, channel, owner):
    """Neither in the change log nor among what has left an export, whatever happens to the draft."""
    stub = pb_grpc.CatalogServiceStub(as_role("agency_system"))
    begun = next(stub.ExportCatalog(pb.ExportCatalogRequest())).revision
    draft = register(pb_grpc.CatalogServiceStub(owner), committee=OWNER)
    discard(pb_grpc.CatalogServiceStub(owner), draft.name)
    later = create(pb_grpc.CatalogServiceStub(channel), f"GB/T {new_number()}-2019")
    heard = [change.resource for change in changes_until(stub.WatchChanges, begun, later.name)]
    left = [
        name
        for piece in stub.ExportCatalog(pb.ExportCatalogRequest(after_revision=begun))
        for name in piece.removals.names
    ]
    assert later.name in heard
    assert draft.name not in heard + left


def test_an_agencys_system_hears_nothing_of_its_text_and_checks(as_role, channel, owner, draft):
    """What others upload and check is in the change logs of those services, and not in what the agency reads of them."""
    agency = as_role("agency_system")
    check = compliance_service_pb2_grpc.ComplianceServiceStub(owner).CheckDraft(
        compliance_service_pb2.CheckDraftRequest(draft=draft.name)
    )
    setting = rule_pb2.RuleSetting(committee=OWNER, rule="VERB-VAGUE", enabled=True, reason="示例")
    compliance_service_pb2_grpc.ComplianceServiceStub(owner).SwitchRule(rule_pb2.SwitchRuleRequest(setting=setting))
    everybodys = upload(documents_service_pb2_grpc.DocumentsServiceStub(channel), TEXT).name
    documents = documents_service_pb2_grpc.DocumentsServiceStub(agency)
    compliance = compliance_service_pb2_grpc.ComplianceServiceStub(agency)
    stored = [change.resource for change in changes_until(documents.WatchChanges, 0, everybodys)]
    switched = f"ruleSettings/{committee_key(OWNER)}/VERB-VAGUE"
    checked = [change.resource for change in changes_until(compliance.WatchChanges, 0, switched)]
    assert (draft.document in stored, check.name in checked) == (False, False)


def test_a_finding_in_its_text_is_waived_by_those_who_may_read_it(as_role, channel, owner, draft):
    """A check of the text alone is nobody else's either: its waiver would tell what it is about."""
    own = compliance_service_pb2_grpc.ComplianceServiceStub(owner)
    stranger = compliance_service_pb2_grpc.ComplianceServiceStub(
        as_role("committee_secretary", subject="other", committee=ANOTHER)
    )
    check = own.CheckDocument(check_pb2.CheckDocumentRequest(document=draft.document))
    request = finding_pb2.WaiveFindingRequest(finding=check.findings[0].name, reason="示例")
    assert found(lambda: stranger.WaiveFinding(request)) == "NOT_FOUND"
    waiver = own.WaiveFinding(request)
    withdrawal = finding_pb2.WithdrawWaiverRequest(name=waiver.name, reason="示例")
    assert found(lambda: stranger.WithdrawWaiver(withdrawal)) == "NOT_FOUND"
    assert found(lambda: own.WithdrawWaiver(withdrawal)) == "OK"


def test_figures_of_rules_count_none_of_its_findings(as_role, channel, owner, draft):
    """Whoever asks for the committee's figures gets those of the checks they may read."""
    own = compliance_service_pb2_grpc.ComplianceServiceStub(owner)
    own.CheckDocument(check_pb2.CheckDocumentRequest(draft=draft.name))
    asked = finding_pb2.GetRuleStatisticsRequest(committee=OWNER)
    stranger = as_role("committee_secretary", subject="other", committee=ANOTHER)
    counted = [
        compliance_service_pb2_grpc.ComplianceServiceStub(one).GetRuleStatistics(asked).target_count
        for one in (owner, stranger, channel)
    ]
    assert (counted[0] > 0, counted[1], counted[2]) == (True, 0, counted[0])


def test_nobody_but_our_services_speaks_for_somebody_else(composition, program, draft):
    """A person's token that claims to act for the owner is that person's and no more."""
    from bearer_token import BearerToken  # noqa: PLC0415

    behind = {"sub": "owner", "roles": ["administrator"], "committee": OWNER}
    good = composition.local_issuer.issue("other", ["committee_secretary"], 60, ANOTHER)
    key = secret_key(composition.settings.data_folder / LOCAL_KEY_FILE)
    token = jwt.encode({"alg": "HS256"}, {**jwt.decode(good, key).claims, BEHALF: behind, CALLEE: "catalog"}, key)
    with grpc.insecure_channel(f"127.0.0.1:{program.port}") as plain:
        stub = pb_grpc.CatalogServiceStub(grpc.intercept_channel(plain, BearerToken(token)))
        assert found(lambda: stub.GetDraft(pb.GetDraftRequest(name=draft.name))) == "NOT_FOUND"
