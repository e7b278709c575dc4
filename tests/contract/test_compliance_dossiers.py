"""Review dossiers, forms of notifications, reports of checks, and the health of drafts, through the contract."""

import json
from collections.abc import Callable
from io import BytesIO
from secrets import randbelow

import docx
import grpc
import openpyxl
import pytest
from google.type.date_pb2 import Date

from invented import group_prefix
from specimen_files import as_sts
from standards_tree.rules.drafting.rule import Example, SpecimenName
from standards_tree.rules.drafting.specimens import broken, read_specimen
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.compliance.v1 import check_pb2, dossier_pb2, finding_pb2, health_pb2, report_pb2
from tbt.compliance.v1 import compliance_service_pb2 as compliance_pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as pb_grpc
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.ComplianceServiceStub
IN_FORCE = {
    "status": standard_pb2.STANDARD_STATUS_IN_FORCE,
    "effective_on": Date(year=2020, month=7, day=1),
}
AS_OF = Date(year=2026, month=6, day=1)
# A subject that a spreadsheet would take for a formula.
FAULTY = Example(
    "阀杆应能手动操作", "=1+1不得操作", SpecimenName.SPECIFICATION, (("表面不应有裂纹", "表面不得有裂纹"),)
)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def checked(channel: grpc.Channel) -> str:
    """Return the name of a check with two findings, one of them waived."""
    content = as_sts(read_specimen(broken(FAULTY)))
    document = upload(documents_grpc.DocumentsServiceStub(channel), content).name
    request = check_pb2.CheckDocumentRequest(document=document, as_of=AS_OF, areas=["VERB"])
    check = Stub(channel).CheckDocument(request)
    assert [finding.rule for finding in check.findings] == ["VERB-MUST-NOT", "VERB-MUST-NOT"]
    waiver = finding_pb2.WaiveFindingRequest(finding=check.findings[0].name, reason="示例理由")
    Stub(channel).WaiveFinding(waiver)
    return check.name


def download(stub: Stub, check: str, form: int, language: str = "zh-Hans") -> bytes:
    """Return a report of a check."""
    request = report_pb2.DownloadFindingsRequest(check=check, format=form, language=language)
    return b"".join(piece.chunk for piece in stub.DownloadFindings(request))


def test_a_page_has_the_text_and_the_findings_in_the_margin(grpc_stub: Stub, checked: str) -> None:
    """Self-contained: text, findings, what to write, the reason of a waiver; nothing is fetched."""
    for language, words in (("zh-Hans", "改为"), ("en", "write")):
        page = download(grpc_stub, checked, report_pb2.FINDINGS_FORMAT_HTML, language).decode()
        assert "default-src 'none'" in page
        assert "<script" not in page
        assert all(text in page for text in ("示例阀 密封性能规范", "VERB-MUST-NOT", "示例理由", "=1+1不应操作", words))


def test_a_word_document_has_a_comment_at_each_place(grpc_stub: Stub, checked: str) -> None:
    """A committee mends the draft where it reads it."""
    document = docx.Document(BytesIO(download(grpc_stub, checked, report_pb2.FINDINGS_FORMAT_DOCX)))
    comments = [comment.text for comment in document.comments]
    assert len(comments) == 2
    assert "改为：=1+1不应操作" in comments[1]
    assert "已豁免：示例理由" in comments[0]


def test_a_list_holds_text_and_no_formula(grpc_stub: Stub, checked: str) -> None:
    """A subject that begins with an equals sign stays text."""
    book = openpyxl.load_workbook(BytesIO(download(grpc_stub, checked, report_pb2.FINDINGS_FORMAT_XLSX)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1不得操作" in {cell.value for cell in cells}


def test_machines_read_sarif_and_json(grpc_stub: Stub, checked: str) -> None:
    """SARIF 2.1.0 with fingerprints and suppressions; JSON with both languages."""
    log = json.loads(download(grpc_stub, checked, report_pb2.FINDINGS_FORMAT_SARIF))
    (run,) = log["runs"]
    assert (log["version"], len(run["results"])) == ("2.1.0", 2)
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert [len(result.get("suppressions", ())) for result in run["results"]] == [1, 0]
    assert len({result["partialFingerprints"]["finding/v1"] for result in run["results"]}) == 2
    content = json.loads(download(grpc_stub, checked, report_pb2.FINDINGS_FORMAT_JSON))
    assert [finding["waived_because"] for finding in content["findings"]] == ["示例理由", ""]
    assert set(content["findings"][0]["message"]) == {"zh", "en"}


def test_a_draft_is_looked_at_from_every_side(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """Counts by kind of rule, the standard that has the number already, one about much the same; nothing is kept."""
    catalog = catalog_grpc.CatalogServiceStub(channel)
    document = upload(documents_grpc.DocumentsServiceStub(channel), as_sts(read_specimen(broken(FAULTY)))).name
    number, title = f"{group_prefix()} 1—2020", type_pb2.LocalizedText(zh="示例阀 密封性能规范")
    taken = catalog.CreateStandard(
        catalog_pb.CreateStandardRequest(standard=standard_pb2.Standard(designation=number, title=title, **IN_FORCE))
    )
    names = []
    for facts in ({"document": document, "designation": number}, {}):
        draft = draft_pb2.Draft(title=title, level=type_pb2.LEVEL_GROUP, committee="SAC/TC 95", **facts)
        names.append(catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name)
    health = grpc_stub.GetDraftHealth(health_pb2.GetDraftHealthRequest(draft=names[0], as_of=AS_OF))
    counts = {count.kind: count for count in health.counts}
    assert list(counts) == ["drafting", "references", "terms"]
    assert counts["drafting"].error_count == 2
    assert counts["references"].warning_count == 3
    assert [(clash.kind, clash.other) for clash in health.clashes] == [("designation", taken.name)]
    assert taken.name in {similar.standard for similar in health.similar}
    listed = grpc_stub.ListChecks(compliance_pb.ListChecksRequest(draft=names[0]))
    assert list(listed.checks) == []
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetDraftHealth(health_pb2.GetDraftHealthRequest(draft=names[1]))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_what_a_draft_prints_in_place_of_an_ics_code_is_no_obstacle(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """The codes that can be read in it are asked for; a draft need not be sound to be looked at."""
    measure = linkage_pb.Measure(
        title={"en": "Example"}, ics_codes=["97.220.10"], symbols=[f"G/TBT/N/XXX/{randbelow(10**5)}"]
    )
    linkage = linkage_grpc.LinkageServiceStub(channel)
    name = linkage.CreateMeasure(linkage_pb.CreateMeasureRequest(measure=measure)).name
    content = as_sts(read_specimen(broken(FAULTY))).replace(
        b"</nat-meta>", "<ics>ICS 97.220.10 示例示例示例</ics></nat-meta>".encode()
    )
    document = upload(documents_grpc.DocumentsServiceStub(channel), content).name
    draft = draft_pb2.Draft(title={"zh": "示例"}, level=type_pb2.LEVEL_GROUP, committee="SAC/TC 95", document=document)
    registered = catalog_grpc.CatalogServiceStub(channel).RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft))
    health = grpc_stub.GetDraftHealth(health_pb2.GetDraftHealthRequest(draft=registered.name, as_of=AS_OF))
    assert (name, "ics", "97.220.10") in {(one.measure, one.reason, one.detail) for one in health.measures}


def form(**fields: object) -> dossier_pb2.NotificationForm:
    """Return an invented notification."""
    facts = {
        "agreement": dossier_pb2.AGREEMENT_TBT,
        "type": dossier_pb2.NOTIFICATION_TYPE_REGULAR,
        "symbol": "G/TBT/N/XXX/7",
        "boxes": dict.fromkeys(range(1, 12), "stated"),
        "distributed_on": Date(year=2026, month=1, day=5),
        "comments_until": Date(year=2026, month=2, day=4),
        **fields,
    }
    return dossier_pb2.NotificationForm(**facts)


def test_a_dossier_goes_from_open_to_complete(grpc_stub: Stub) -> None:
    """Thirty days are a breach that a comment has to raise; what is asked stays open until it is answered."""
    created = grpc_stub.CreateDossier(dossier_pb2.CreateDossierRequest(dossier={"notification": form()}))
    check = dossier_pb2.CheckDossierRequest(name=created.name)
    found = {one.obligation: one for one in grpc_stub.CheckDossier(check).obligations}
    assert (found["R02"].verdict, found["R02"].unraised) == (dossier_pb2.OBLIGATION_VERDICT_NOT_MET, True)
    assert found["R07"].verdict == dossier_pb2.OBLIGATION_VERDICT_UNANSWERED
    assert (found["R02"].computed, found["R07"].computed) == (True, False)
    assert "30" in found["R02"].reason.zh

    given = dossier_pb2.Dossier(name=created.name, etag=created.etag, conformity=dossier_pb2.CONFORMITY_NONE_EXISTS)
    given.comments.add(problem="too short", obligations=["R02", "R03", "R05"])
    for number in (6, 7, 9, 12, 13, 14, 15, 18):
        answer = dossier_pb2.OBLIGATION_ANSWER_MET
        given.judgements.add(obligation=f"R{number:02}", answer=answer, reason="示例理由")
    given.notification.CopyFrom(
        form(
            adopted_on=Date(year=2026, month=6, day=1),
            published_on=Date(year=2026, month=7, day=1),
            in_force_on=Date(year=2027, month=1, day=1),
        )
    )
    request = dossier_pb2.UpdateDossierRequest(dossier=given)
    request.update_mask.paths.extend(["notification", "conformity", "comments", "judgements"])
    updated = grpc_stub.UpdateDossier(request)
    assert updated.etag != created.etag
    verdicts = grpc_stub.CheckDossier(check)
    assert verdicts.complete
    assert verdicts.send_by == Date(year=2026, month=1, day=30)
    assert [advice.id for advice in verdicts.advice][:2] == ["A01", "A02"]
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UpdateDossier(request)
    assert refusal.value.code() is grpc.StatusCode.ABORTED
    assert grpc_stub.GetDossier(dossier_pb2.GetDossierRequest(name=created.name)) == updated
    listed = grpc_stub.ListDossiers(dossier_pb2.ListDossiersRequest(symbol_prefix="G/TBT/N/XXX/7")).dossiers
    assert created.name in {one.name for one in listed}


def test_a_wrong_dossier_is_refused_with_the_field(grpc_stub: Stub) -> None:
    """A symbol that is none, two answers to one question, an obligation that does not exist."""
    twice = [dossier_pb2.ObligationJudgement(obligation="R07", answer=1, reason="a")] * 2
    wrong = [
        dossier_pb2.Dossier(notification=form(symbol="nonsense")),
        dossier_pb2.Dossier(notification=form(), judgements=twice),
        dossier_pb2.Dossier(
            notification=form(), judgements=[dossier_pb2.ObligationJudgement(obligation="R19", answer=1)]
        ),
        dossier_pb2.Dossier(notification=form(comments_until=Date(year=2026, month=2, day=31))),
    ]
    for dossier in wrong:
        with pytest.raises(grpc.RpcError) as refusal:
            grpc_stub.CreateDossier(dossier_pb2.CreateDossierRequest(dossier=dossier))
        assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_notification_that_goes_out_has_no_blank_box(grpc_stub: Stub) -> None:
    """Each blank box is named; a form that says “not stated” is complete."""
    boxes = dict.fromkeys(range(3, 12), "not stated") | {1: "示例成员", 2: "示例机构"}
    complete = dossier_pb2.CheckNotificationRequest(notification=form(boxes=boxes))
    assert list(grpc_stub.CheckNotification(complete).faults) == []
    blank = dossier_pb2.CheckNotificationRequest(notification=form(boxes={**boxes, 7: ""}))
    (fault,) = grpc_stub.CheckNotification(blank).faults
    assert (fault.box, "第7栏" in fault.message.zh) == (7, True)


@pytest.mark.parametrize(("role", "allowed"), [("reviewer", True), ("analyst", True), ("reader", False)])
def test_only_reviewers_see_dossiers(as_role: Callable[..., grpc.Channel], role: str, allowed: bool) -> None:
    """What a comment will say is nobody else's business before it is sent."""
    stub = Stub(as_role(role))
    code = grpc.StatusCode.OK
    try:
        stub.ListDossiers(dossier_pb2.ListDossiersRequest())
    except grpc.RpcError as refusal:
        code = refusal.code()
    assert code is (grpc.StatusCode.OK if allowed else grpc.StatusCode.PERMISSION_DENIED)
