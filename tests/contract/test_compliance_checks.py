"""Checks by every rule: findings that live from draft to draft, waivers, trends, figures, and rules that committees switch."""

from collections.abc import Callable

import grpc
import pytest
from google.type.date_pb2 import Date
from sqlalchemy import create_engine, text

from drafting import attach
from long_operations import answer_of
from refusals import fields_of
from services.embedded import EmbeddedStack
from specimen_files import as_sts
from standards_tree.rules.drafting.rule import Example, SpecimenName
from standards_tree.rules.drafting.rule_sets import RULES
from standards_tree.rules.drafting.specimens import broken, read_specimen, text_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2
from tbt.compliance.v1 import check_pb2, finding_pb2, rule_pb2
from tbt.compliance.v1 import compliance_service_pb2 as compliance_pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as pb_grpc
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.ComplianceServiceStub
Unique = Callable[[str], str]
AS_OF = Date(year=2026, month=6, day=1)
# What the catalogue and the registry of these tests know nothing of.
DRAFTING = sorted({rule.area for rule in RULES} - {"TERM"})
MUST_NOT = Example("表面不应有裂纹", "表面不得有裂纹", also=(("阀杆应能手动操作", "阀杆应足够坚固"),))


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def put(channel: grpc.Channel) -> Callable[[str], str]:
    """Return how to upload a document in the notation of the specimens, as an STS file."""
    stub = documents_grpc.DocumentsServiceStub(channel)
    return lambda text: upload(stub, as_sts(read_specimen(text))).name


@pytest.fixture
def draft(channel: grpc.Channel, unique: Unique) -> Callable[[str], str]:
    """Return how to register a draft of a committee of its own with a document."""

    def registered(document: str, committee: str = "") -> str:
        entry = draft_pb2.Draft(
            title=type_pb2.LocalizedText(zh="示例阀 密封性能规范"),
            level=type_pb2.LEVEL_GROUP,
            document=document,
            committee=committee or unique("SAC/TC 9"),
        )
        request = catalog_pb.RegisterDraftRequest(draft=entry)
        return catalog_grpc.CatalogServiceStub(channel).RegisterDraft(request).name

    return registered


def give_text(channel: grpc.Channel, draft: str, document: str) -> None:
    """Give a draft its next text."""
    stub = catalog_grpc.CatalogServiceStub(channel)
    attach(stub, draft, draft_pb2.DOCUMENT_ROLE_TEXT, document)


def asked(**fields: object) -> check_pb2.CheckDocumentRequest:
    """Return a request for a check of this module."""
    return check_pb2.CheckDocumentRequest(**{"as_of": AS_OF, "areas": DRAFTING, **fields})


def whole(**fields: object) -> check_pb2.CheckDocumentRequest:
    """Return a request for a check by every rule."""
    return check_pb2.CheckDocumentRequest(**{"as_of": AS_OF, **fields})


def rules_of(check: compliance_pb.Check) -> list[str]:
    """Return the rules that a check found broken."""
    return [finding.rule for finding in check.findings]


def test_a_clean_document_passes_every_rule_of_drafting(grpc_stub: Stub, put: Callable[[str], str]) -> None:
    """What is as it should be is not mentioned; the check says by which standard it was made."""
    check = grpc_stub.CheckDocument(asked(document=put(text_of(SpecimenName.SPECIFICATION))))
    assert rules_of(check) == []
    assert (check.error_count, check.warning_count, check.note_count) == (0, 0, 0)
    assert (list(check.rule_sets), check.function_type) == (["GB/T 1.1—2020"], "specification")
    assert check.designation == "GB/T 99990—2026"


def test_a_finding_says_where_by_which_clause_and_what_to_write(grpc_stub: Stub, put: Callable[[str], str]) -> None:
    """Place, source, fix, titles around it and a name; read again it is the same."""
    check = grpc_stub.CheckDocument(asked(document=put(broken(MUST_NOT))))
    assert rules_of(check) == ["VERB-MUST-NOT", "VERB-VAGUE"]
    first = check.findings[0]
    assert (first.subject, first.fix, first.section) == ("表面不得有裂纹", "表面不应有裂纹", "要求/密封性能")
    assert first.source == "GB/T 1.1—2020, 附录C表C.1"
    assert first.place.clause == "5.2"
    assert first.place.xpath.endswith("/p[1]")
    assert first.name == f"{check.name}/findings/{first.identity}"
    listed = grpc_stub.ListFindings(compliance_pb.ListFindingsRequest(check=check.name, page_size=1))
    assert list(listed.findings) == [first]
    rest = compliance_pb.ListFindingsRequest(check=check.name, page_size=1, page_token=listed.next_page_token)
    assert [finding.rule for finding in grpc_stub.ListFindings(rest).findings] == ["VERB-VAGUE"]


def test_findings_are_sent_as_they_are_found(as_role: Callable[..., grpc.Channel], put: Callable[[str], str]) -> None:
    """First each finding, at last the counts; nothing is kept, so a reader may watch."""
    request = check_pb2.WatchCheckRequest(document=put(broken(MUST_NOT)), as_of=AS_OF, areas=DRAFTING)
    pieces = list(Stub(as_role("reader")).WatchCheck(request))
    assert [piece.finding.rule for piece in pieces[:-1]] == ["VERB-MUST-NOT", "VERB-VAGUE"]
    assert (pieces[-1].check.name, pieces[-1].check.error_count) == ("", 2)


def test_a_large_check_runs_in_the_background(
    grpc_stub: Stub, channel: grpc.Channel, put: Callable[[str], str]
) -> None:
    """The operation ends with the check, which is kept like any other."""
    operation = grpc_stub.StartCheck(
        check_pb2.StartCheckRequest(document=put(broken(MUST_NOT)), as_of=AS_OF, areas=DRAFTING)
    )
    check = answer_of(channel, operation, compliance_pb.Check())
    assert rules_of(check) == ["VERB-MUST-NOT", "VERB-VAGUE"]


def test_a_waiver_holds_for_the_next_text_until_it_is_withdrawn(
    grpc_stub: Stub, channel: grpc.Channel, put: Callable[[str], str], draft: Callable[[str], str]
) -> None:
    """Accepted once with a reason, a finding is accepted in the next text too; taken back, it counts again."""
    name = draft(put(broken(MUST_NOT)))
    first = grpc_stub.CheckDocument(asked(draft=name))
    request = finding_pb2.WaiveFindingRequest(finding=first.findings[0].name, reason="引自示例合同")
    waiver = grpc_stub.WaiveFinding(request)
    assert (waiver.target, waiver.rule, waiver.author) == (name, "VERB-MUST-NOT", "administrator")
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.WaiveFinding(request)
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS

    give_text(channel, name, put(broken(MUST_NOT).replace("# 8 使用信息", "# 8 使用资料")))
    second = grpc_stub.CheckDocument(asked(draft=name))
    assert [finding.waiver for finding in second.findings] == [waiver.name, ""]
    assert (second.error_count, second.waived_count) == (1, 1)
    still_open = compliance_pb.ListFindingsRequest(check=second.name, without_waived=True)
    assert [finding.rule for finding in grpc_stub.ListFindings(still_open).findings] == ["VERB-VAGUE"]

    taken_back = grpc_stub.WithdrawWaiver(finding_pb2.WithdrawWaiverRequest(name=waiver.name, reason="合同已改"))
    assert (taken_back.withdrawn_by, taken_back.withdrawal_reason) == ("administrator", "合同已改")
    assert grpc_stub.GetCheck(compliance_pb.GetCheckRequest(name=second.name)).error_count == 2
    holding = finding_pb2.ListWaiversRequest(target=name)
    assert list(grpc_stub.ListWaivers(holding).waivers) == []
    holding.with_withdrawn = True
    assert list(grpc_stub.ListWaivers(holding).waivers) == [taken_back]


def test_a_waiver_of_another_committee_is_refused(
    grpc_stub: Stub, as_role: Callable[..., grpc.Channel], put: Callable[[str], str], draft: Callable[..., str]
) -> None:
    """Only the committee that owns a draft accepts what is wrong with it; to others an unpublished draft does not exist."""
    check = grpc_stub.CheckDocument(asked(draft=draft(put(broken(MUST_NOT)), "SAC/TC 98")))
    request = finding_pb2.WaiveFindingRequest(finding=check.findings[0].name, reason="示例")
    stranger = Stub(as_role("committee_secretary", committee="SAC/TC 97"))
    with pytest.raises(grpc.RpcError) as refusal:
        stranger.WaiveFinding(request)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    for look in (
        lambda: stranger.GetCheck(compliance_pb.GetCheckRequest(name=check.name)),
        lambda: stranger.ListFindings(compliance_pb.ListFindingsRequest(check=check.name)),
        lambda: stranger.GetFindingTrend(finding_pb2.GetFindingTrendRequest(draft=check.draft)),
        lambda: stranger.ListWaivers(finding_pb2.ListWaiversRequest(target=check.draft)),
        lambda: stranger.StartCheck(check_pb2.StartCheckRequest(draft=check.draft)),
    ):
        with pytest.raises(grpc.RpcError) as refusal:
            look()
        assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert check.name not in {one.name for one in stranger.ListChecks(compliance_pb.ListChecksRequest()).checks}
    own = Stub(as_role("committee_secretary", committee="SAC/TC98"))
    assert own.WaiveFinding(request).rule == "VERB-MUST-NOT"


def test_who_may_not_list_all_waivers_is_told_to_name_a_draft_or_document(as_role: Callable[..., grpc.Channel]) -> None:
    """The refusal names the field of this request, not one of another service's."""
    with pytest.raises(grpc.RpcError) as refusal:
        Stub(as_role("committee_secretary", committee="SAC/TC 97")).ListWaivers(finding_pb2.ListWaiversRequest())
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["target"]


def test_the_trend_says_what_is_new_and_what_is_mended(
    grpc_stub: Stub, channel: grpc.Channel, put: Callable[[str], str], draft: Callable[[str], str]
) -> None:
    """From text to text: what came, what went, what has been there all the time; parts of a check do not count."""
    name = draft(put(broken(MUST_NOT)))
    first = grpc_stub.CheckDocument(whole(draft=name))
    other = Example("表面不应有裂纹", "表面不得有裂纹", also=(("装置不应在无介质时运行", "装置禁止在无介质时运行"),))
    give_text(channel, name, put(broken(other)))
    grpc_stub.CheckDocument(asked(draft=name))
    second = grpc_stub.CheckDocument(whole(draft=name))
    trend = grpc_stub.GetFindingTrend(finding_pb2.GetFindingTrendRequest(draft=name))
    assert [point.check for point in trend.points] == [first.name, second.name]
    assert [(point.new_count, point.mended_count) for point in trend.points] == [(0, 0), (1, 1)]
    assert trend.points[0].error_count == trend.points[1].error_count
    assert trend.lasting_count == len(second.findings) - 1


def test_figures_count_the_last_check_of_each_draft(
    grpc_stub: Stub, put: Callable[[str], str], draft: Callable[..., str], unique: Unique
) -> None:
    """Per rule: open, waived, and in how many drafts."""
    committee = unique("SAC/TC 8")
    names = [draft(put(broken(MUST_NOT)), committee) for _ in range(2)]
    for name in (*names, *names):
        check = grpc_stub.CheckDocument(whole(draft=name))
    vague = next(finding for finding in check.findings if finding.rule == "VERB-VAGUE")
    grpc_stub.WaiveFinding(finding_pb2.WaiveFindingRequest(finding=vague.name, reason="示例"))
    figures = grpc_stub.GetRuleStatistics(finding_pb2.GetRuleStatisticsRequest(committee=committee))
    counts = {entry.rule: (entry.open_count, entry.waived_count, entry.target_count) for entry in figures.entries}
    assert (counts["VERB-MUST-NOT"], counts["VERB-VAGUE"]) == ((2, 0, 2), (1, 1, 2))
    assert figures.target_count == 2


def test_a_committee_lists_and_counts_its_checks_however_it_is_spelled(
    grpc_stub: Stub, as_role: Callable[..., grpc.Channel], put: Callable[[str], str], draft: Callable[..., str]
) -> None:
    """So does the committee above it; another one whose number only begins so does not."""
    check = grpc_stub.CheckDocument(whole(draft=draft(put(broken(MUST_NOT)), "SAC/TC 9713/SC 2")))
    counted = []
    for committee in ("SAC／TC9713/SC 2", "SAC/TC 9713", "SAC/TC 971"):
        stub = Stub(as_role("committee_member", committee=committee))
        counted.append(check.name in {one.name for one in stub.ListChecks(compliance_pb.ListChecksRequest()).checks})
    figures = grpc_stub.GetRuleStatistics(finding_pb2.GetRuleStatisticsRequest(committee="SAC/TC 9713/SC2"))
    assert (counted, figures.target_count) == ([True, True, False], 1)


def test_figures_since_a_day_begin_with_that_day_in_beijing(
    grpc_stub: Stub, stack: EmbeddedStack, put: Callable[[str], str], draft: Callable[..., str], unique: Unique
) -> None:
    """What was checked at one o'clock in the morning there is of that day, though in UTC it is of the day before."""
    committee = unique("SAC/TC 8")
    check = grpc_stub.CheckDocument(whole(draft=draft(put(broken(MUST_NOT)), committee)))
    engine = create_engine(stack.database_url)
    with engine.begin() as connection:
        moved = "UPDATE compliance.check_run SET checked_at = '2026-05-31T17:00:00Z' WHERE check_id = :check_id"
        connection.execute(text(moved), {"check_id": check.name.removeprefix("checks/")})
    engine.dispose()
    counts = [
        grpc_stub.GetRuleStatistics(
            finding_pb2.GetRuleStatisticsRequest(committee=committee, since=Date(year=2026, month=6, day=day))
        ).target_count
        for day in (1, 2)
    ]
    assert counts == [1, 0]


def test_a_check_of_a_draft_is_its_committees_whatever_the_request_says(
    grpc_stub: Stub,
    as_role: Callable[..., grpc.Channel],
    put: Callable[[bytes], str],
    draft: Callable[..., str],
    unique,
) -> None:
    """Else one committee's rules could be evaded, and its findings shown to another."""
    committee, other = unique("SAC/TC 8"), unique("SAC/TC 7")
    document = put(broken(MUST_NOT))
    name = draft(document, committee)
    assert grpc_stub.CheckDocument(whole(draft=name, committee=committee.replace(" ", ""))).committee == committee
    assert grpc_stub.CheckDraft(compliance_pb.CheckDraftRequest(draft=name)).committee == committee
    for ask in (
        lambda: grpc_stub.CheckDocument(whole(draft=name, committee=other)),
        lambda: grpc_stub.StartCheck(check_pb2.StartCheckRequest(draft=name, committee=other)),
        lambda: list(grpc_stub.WatchCheck(check_pb2.WatchCheckRequest(draft=name, committee=other))),
    ):
        with pytest.raises(grpc.RpcError) as caught:
            ask()
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert committee in caught.value.details()


def test_a_document_is_checked_for_ones_own_committee_alone(
    as_role: Callable[..., grpc.Channel], unique: Callable[[str], str]
) -> None:
    """A check is shown to the committee it was made for."""
    committee, other = unique("SAC/TC 8"), unique("SAC/TC 7")
    secretary = as_role("committee_secretary", subject=unique("secretary"), committee=committee)
    text = as_sts(read_specimen(broken(MUST_NOT)))
    document = upload(documents_grpc.DocumentsServiceStub(secretary), text).name
    stub = Stub(secretary)
    assert stub.CheckDocument(whole(document=document, committee=committee)).committee == committee
    with pytest.raises(grpc.RpcError) as caught:
        stub.CheckDocument(whole(document=document, committee=other))
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_rule_is_off_for_the_committee_that_switched_it(
    grpc_stub: Stub, as_role: Callable[..., grpc.Channel], put: Callable[[str], str], draft: Callable[..., str]
) -> None:
    """Its own drafts are not held against it, others are; switched on again it counts; strangers are refused."""
    mine, document = "SAC/TC 96", put(broken(MUST_NOT))
    setting = rule_pb2.RuleSetting(committee=mine, rule="VERB-VAGUE", enabled=False, reason="示例决定")
    secretary = Stub(as_role("committee_secretary", committee=mine))
    kept = secretary.SwitchRule(rule_pb2.SwitchRuleRequest(setting=setting))
    assert (kept.enabled, kept.rule) == (False, "VERB-VAGUE")
    assert rules_of(grpc_stub.CheckDocument(asked(draft=draft(document, mine)))) == ["VERB-MUST-NOT"]
    assert rules_of(grpc_stub.CheckDocument(asked(draft=draft(document)))) == ["VERB-MUST-NOT", "VERB-VAGUE"]
    rules = grpc_stub.ListRules(compliance_pb.ListRulesRequest(committee=mine, area="VERB")).rules
    assert [rule.id for rule in rules if not rule.enabled] == ["VERB-VAGUE"]
    assert next(rule for rule in rules if not rule.enabled).setting.reason == "示例决定"

    setting.enabled, setting.reason = True, "示例决定已撤"
    grpc_stub.SwitchRule(rule_pb2.SwitchRuleRequest(setting=setting))
    assert rules_of(grpc_stub.CheckDocument(asked(draft=draft(document, mine)))) == ["VERB-MUST-NOT", "VERB-VAGUE"]
    with pytest.raises(grpc.RpcError) as refusal:
        secretary.SwitchRule(
            rule_pb2.SwitchRuleRequest(setting=rule_pb2.RuleSetting(rule="VERB-MUST", reason="对所有委员会"))
        )
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_the_list_of_rules_documents_itself(grpc_stub: Stub) -> None:
    """Clause, function, day, and a piece of text with the fault and without."""
    rules = {rule.id: rule for rule in grpc_stub.ListRules(compliance_pb.ListRulesRequest()).rules}
    guide = rules["TYPE-GUIDANCE"]
    assert (guide.area, list(guide.applies_to), guide.rule_set) == ("TYPE", ["guidance"], "gb-t-1.1-2020")
    assert (guide.effective_on, guide.enabled) == (Date(year=2020, month=10, day=1), True)
    assert guide.good_example
    assert guide.bad_example
    assert rules["REF-UNKNOWN"].rule_set == ""


def test_terms_the_registry_deprecates_are_found_in_the_text(
    grpc_stub: Stub, channel: grpc.Channel, put: Callable[[str], str], unique: Unique
) -> None:
    """Wherever the text uses one, with the word to write; and English in brackets that is another concept's."""
    bad, good, english = unique("旧称"), unique("正称"), unique("proper")
    concept = concept_pb2.Concept(
        designations=[
            concept_pb2.TermDesignation(language=language, text=text, status=status)
            for language, text, status in (
                ("zh-Hans", good, concept_pb2.DESIGNATION_STATUS_PREFERRED),
                ("zh-Hans", bad, concept_pb2.DESIGNATION_STATUS_DEPRECATED),
                ("en", english, concept_pb2.DESIGNATION_STATUS_PREFERRED),
            )
        ],
        status=concept_pb2.CONCEPT_STATUS_APPROVED,
    )
    stub = terminology_grpc.TerminologyServiceStub(channel)
    stub.CreateConcept(terminology_pb.CreateConceptRequest(concept=concept))
    text = text_of(SpecimenName.SPECIFICATION).replace(
        "无标题的示例条文二。", f"示例{bad}见5.4。\n示例{good}（wrong words）见5.4。\n示例{good}（{english}）见5.4。"
    )
    check = grpc_stub.CheckDocument(whole(document=put(text), areas=["TERM"]))
    found = {
        finding.rule: finding
        for finding in check.findings
        if finding.rule in ("TERM-USE-DEPRECATED", "TERM-PAIR-DIFFERS")
    }
    assert (found["TERM-USE-DEPRECATED"].subject, found["TERM-USE-DEPRECATED"].fix) == (bad, good)
    assert found["TERM-USE-DEPRECATED"].place.clause == "5.1.2"
    assert (found["TERM-PAIR-DIFFERS"].subject, found["TERM-PAIR-DIFFERS"].fix) == (good, english)
    assert [finding.rule for finding in check.findings].count("TERM-PAIR-DIFFERS") == 1


def test_what_is_not_there_is_said(grpc_stub: Stub) -> None:
    """An unknown document, check, finding, waiver or rule is named in the refusal."""
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: grpc_stub.CheckDocument(whole(document="documents/none")), "documents/none"),
        (lambda: grpc_stub.ListFindings(compliance_pb.ListFindingsRequest(check="checks/none")), "checks/none"),
        (
            lambda: grpc_stub.WaiveFinding(finding_pb2.WaiveFindingRequest(finding="checks/a/findings/b", reason="x")),
            "b",
        ),
        (lambda: grpc_stub.WithdrawWaiver(finding_pb2.WithdrawWaiverRequest(name="waivers/none", reason="x")), "none"),
        (
            lambda: grpc_stub.SwitchRule(
                rule_pb2.SwitchRuleRequest(setting=rule_pb2.RuleSetting(rule="NO-SUCH", reason="x"))
            ),
            "NO-SUCH",
        ),
    ]
    for call, named in calls:
        with pytest.raises(grpc.RpcError) as refusal:
            call()
        assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
        assert named in refusal.value.details()
