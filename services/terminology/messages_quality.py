"""Translate the quality of a vocabulary between the contract and the domain."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from standards_tree.errors import Bilingual, InvalidArgumentError
from standards_tree.vocabulary import RULES, Finding, QualityRule, Severity, figures_of, rule_of
from tbt.terminology.v1 import quality_pb2 as pb
from tbt.type.v1 import type_pb2

FINDINGS_A_MESSAGE: Final = 200
CHUNK_BYTES: Final = 256 * 1024
MAX_NAMED: Final = 100
SEVERITY_TO: Final = {severity: pb.QualitySeverity.Value(f"QUALITY_SEVERITY_{severity.name}") for severity in Severity}


def rule_to(rule: QualityRule) -> pb.VocabularyRule:
    """Return a rule for the wire."""
    return pb.VocabularyRule(
        id=rule.id,
        severity=SEVERITY_TO[rule.severity],
        description=_localized(rule.description),
        source=_localized(rule.source),
    )


def rules_asked(rule_ids: Sequence[str]) -> frozenset[str]:
    """Return which rules a request asks for: all when it names none.

    Raises:
        InvalidArgumentError: there is no rule of that id.
    """
    for rule_id in rule_ids:
        if rule_of(rule_id) is None:
            message = "{rule} is no rule on a vocabulary; ListVocabularyRules says which there are"
            raise InvalidArgumentError.in_field("rules", message, rule=rule_id)
    return frozenset(rule_ids) or frozenset(rule.id for rule in RULES)


def waivers_from(waivers: Iterable[pb.RuleWaiver]) -> Mapping[str, str]:
    """Return the reasons of a request's waivers by the id of the rule."""
    return {waiver.rule: waiver.reason for waiver in waivers}


def answers(
    findings: Sequence[Finding], concept_count: int, asked: Collection[str]
) -> Iterator[pb.CheckVocabularyResponse]:
    """Yield the summary of a check, then its findings, as many a message as it can carry."""
    yield pb.CheckVocabularyResponse(summary=_summary(findings, concept_count, asked))
    for start in range(0, len(findings), FINDINGS_A_MESSAGE):
        part = map(finding_to, findings[start : start + FINDINGS_A_MESSAGE])
        yield pb.CheckVocabularyResponse(findings=pb.VocabularyFindings(findings=part))


def chunks(workbook: bytes) -> Iterator[pb.CheckVocabularyResponse]:
    """Yield the bytes of the workbook."""
    for start in range(0, len(workbook), CHUNK_BYTES):
        yield pb.CheckVocabularyResponse(workbook=workbook[start : start + CHUNK_BYTES])


def _summary(findings: Sequence[Finding], concept_count: int, asked: Collection[str]) -> pb.VocabularySummary:
    return pb.VocabularySummary(
        concept_count=concept_count,
        finding_count=len(findings),
        must_count=sum(finding.rule.severity is Severity.MUST for finding in findings),
        figures=[
            pb.VocabularyFigure(
                rule=figure.rule.id,
                severity=SEVERITY_TO[figure.rule.severity],
                finding_count=figure.findings,
                concept_count=figure.concepts,
            )
            for figure in figures_of(findings)
            if figure.rule.id in asked
        ],
    )


def finding_to(finding: Finding) -> pb.VocabularyFinding:
    """Return a finding for the wire."""
    first = finding.entries[0]
    return pb.VocabularyFinding(
        rule=finding.rule.id,
        severity=SEVERITY_TO[finding.rule.severity],
        domain=first.concept.domain,
        concepts=[entry.name for entry in finding.entries[:MAX_NAMED]],
        concept_count=len(finding.entries),
        label=first.label,
        language=finding.language,
        message=_localized(finding.message),
    )


def _localized(words: Bilingual) -> type_pb2.LocalizedText:
    return type_pb2.LocalizedText(zh=words.zh, en=words.en)
