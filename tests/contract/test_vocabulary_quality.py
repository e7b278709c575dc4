"""The contract of the terminology service: a vocabulary is held against rules, as a list and as a workbook."""

import io
from collections.abc import Callable

import grpc
import openpyxl
import pytest

from refusals import fields_of, missing_of
from services.terminology.messages import message_of
from standards_tree.terms import Concept, ConceptStatus
from standards_tree.vocabulary import RULES
from tbt.terminology.v1 import quality_pb2, release_pb2
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc
from vocabularies import clean_vocabulary, concept, renamed

Stub = pb_grpc.TerminologyServiceStub
Unique = Callable[[str], str]


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def record(stub: Stub, domain: str, *concepts: Concept) -> list[str]:
    """Record concepts in a vocabulary of their own and return their names."""
    messages = [message_of(renamed(one, domain=domain)) for one in concepts]
    return [stub.CreateConcept(pb.CreateConceptRequest(concept=message)).name for message in messages]


def check(
    stub: Stub, domain: str, *rules: str, **fields: object
) -> tuple[quality_pb2.VocabularySummary, list[quality_pb2.VocabularyFinding], bytes]:
    """Return the summary, the findings and the workbook of a check."""
    request = quality_pb2.CheckVocabularyRequest(domain=domain, rules=rules, **fields)
    first, *others = stub.CheckVocabulary(request)
    findings = [finding for answer in others for finding in answer.findings.findings]
    return first.summary, findings, b"".join(answer.workbook for answer in others)


def test_a_clean_vocabulary_has_no_findings_and_a_figure_for_every_rule(grpc_stub: Stub, unique: Unique) -> None:
    """A concept that the store gave back says what it said, so nothing is found that was not there."""
    domain = unique("vocabulary")
    record(
        grpc_stub, domain, *(one for one in clean_vocabulary() if one.domain == concept().domain and one.number != "9")
    )
    summary, findings, _workbook = check(grpc_stub, domain)
    assert (summary.concept_count, summary.finding_count, summary.must_count, findings) == (11, 0, 0, [])
    assert [figure.rule for figure in summary.figures] == [rule.id for rule in RULES]


def test_a_finding_names_its_rule_its_concept_and_what_is_wrong_in_both_languages(
    grpc_stub: Stub, unique: Unique
) -> None:
    """Who mends it finds the concept by its name, its number and its word."""
    domain = unique("vocabulary")
    (name,) = record(grpc_stub, domain, concept("3.1", zh_definition="是指复现长度的器具"))
    summary, (finding,), _workbook = check(grpc_stub, domain)
    assert (summary.finding_count, summary.must_count) == (1, 1)
    assert (finding.rule, list(finding.concepts), finding.label) == ("T007", [name], "3.1 量具")
    assert finding.severity == quality_pb2.QUALITY_SEVERITY_MUST
    assert (finding.language, finding.domain) == ("zh", domain)
    assert "是指" in finding.message.zh
    assert "opens with" in finding.message.en


def test_a_word_of_several_concepts_is_one_finding_on_all_of_them(grpc_stub: Stub, unique: Unique) -> None:
    """The concepts that share a designation stand together; the relation of a third is not disturbed."""
    domain = unique("vocabulary")
    names = record(grpc_stub, domain, concept("1"), concept("2", zh="卡规"))
    _summary, findings, _workbook = check(grpc_stub, domain, "T014")
    assert [(sorted(one.concepts), one.concept_count, one.language) for one in findings] == [(sorted(names), 2, "en")]


def test_only_the_rules_asked_for_are_counted(grpc_stub: Stub, unique: Unique) -> None:
    """Who asks for one rule gets its figure alone."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, concept(zh_definition="是指应保存的器具"))
    summary, findings, _workbook = check(grpc_stub, domain, "T012")
    assert [figure.rule for figure in summary.figures] == [one.rule for one in findings] == ["T012"]


def test_the_same_findings_come_as_a_workbook(grpc_stub: Stub, unique: Unique) -> None:
    """The workbook has the figures, a row for each finding, and every rule with its source."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, concept(zh_definition="=1+1是指量具"))
    _summary, findings, workbook = check(grpc_stub, domain, with_workbook=True)
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert book.sheetnames == ["Figures", "Findings", "Rules"]
    rows = list(book["Findings"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [one.rule for one in findings] == ["T010"]
    assert book["Rules"].max_row == len(RULES) + 1


def release(stub: Stub, domain: str, **waivers: str) -> release_pb2.Release:
    """Release a vocabulary."""
    waived = [quality_pb2.RuleWaiver(rule=rule, reason=reason) for rule, reason in waivers.items()]
    return stub.PublishRelease(release_pb2.PublishReleaseRequest(domain=domain, label="2025.1", waivers=waived))


def agreed(**changes: str) -> Concept:
    """Return a concept that a release would hold."""
    return renamed(concept(**changes), status=ConceptStatus.APPROVED)


def test_a_release_is_refused_while_a_rule_that_must_be_kept_is_broken(grpc_stub: Stub, unique: Unique) -> None:
    """Every finding is a violation under the name of its concept, and nothing was released."""
    domain = unique("vocabulary")
    (name,) = record(grpc_stub, domain, agreed(zh_definition="是指复现长度的器具"))
    with pytest.raises(grpc.RpcError) as refused:
        release(grpc_stub, domain)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert missing_of(refused.value) == {name: "T007 1 量具: the definition in zh opens with “是指”"}
    assert not grpc_stub.ListReleases(release_pb2.ListReleasesRequest(domain=domain)).releases


def test_a_refused_release_names_no_more_than_twenty_findings(grpc_stub: Stub, unique: Unique) -> None:
    """The refusal of a vocabulary that is wrong throughout still arrives whole."""
    domain = unique("vocabulary")
    wrong = [
        agreed(number=str(number), zh=f"示例{number}词", en=f"word {number}", zh_definition="应")
        for number in range(30)
    ]
    record(grpc_stub, domain, *wrong)
    with pytest.raises(grpc.RpcError) as refused:
        release(grpc_stub, domain)
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert 10 < len(missing_of(refused.value)) <= 20


def test_a_rule_waived_with_a_reason_lets_a_release_through_and_is_kept_with_it(
    grpc_stub: Stub, unique: Unique
) -> None:
    """Who cites the release sees what it was let off."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, agreed(zh_definition="是指复现长度的器具"))
    made = release(grpc_stub, domain, T007="示例：原文如此")
    read = grpc_stub.GetRelease(release_pb2.GetReleaseRequest(name=made.name))
    assert [(waiver.rule, waiver.reason) for waiver in read.waivers] == [("T007", "示例：原文如此")]


def test_a_waiver_of_another_rule_does_not_help(grpc_stub: Stub, unique: Unique) -> None:
    """A waiver is for the rule it names alone."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, agreed(zh_definition="是指复现长度的器具"))
    with pytest.raises(grpc.RpcError) as refused:
        release(grpc_stub, domain, T012="示例")
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION


def test_a_waiver_of_no_rule_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A misspelt rule is not taken for a waived one."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, agreed())
    with pytest.raises(grpc.RpcError) as refused:
        release(grpc_stub, domain, T999="示例")
    assert (refused.value.code(), fields_of(refused.value)) == (grpc.StatusCode.INVALID_ARGUMENT, ["waivers"])


def test_what_is_only_recommended_holds_no_release_up(grpc_stub: Stub, unique: Unique) -> None:
    """A definition that recommends is reported by a check and released all the same."""
    domain = unique("vocabulary")
    record(grpc_stub, domain, agreed(zh_definition="宜保存的器具"))
    assert release(grpc_stub, domain).concept_count == 1


def test_a_vocabulary_that_is_not_there_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A misspelt domain is not taken for a clean vocabulary."""
    with pytest.raises(grpc.RpcError) as refused:
        check(grpc_stub, unique("nowhere"))
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_rule_that_is_none_is_refused(grpc_stub: Stub) -> None:
    """The request says which field is wrong."""
    with pytest.raises(grpc.RpcError) as refused:
        check(grpc_stub, "", "T999")
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refused.value) == ["rules"]


def test_every_rule_is_listed_with_who_asks_it(grpc_stub: Stub) -> None:
    """A rule says what it asks for and its source, in both languages."""
    listed = grpc_stub.ListVocabularyRules(quality_pb2.ListVocabularyRulesRequest()).rules
    assert [one.id for one in listed] == [rule.id for rule in RULES]
    assert all(
        text for one in listed for text in (one.description.zh, one.description.en, one.source.zh, one.source.en)
    )
