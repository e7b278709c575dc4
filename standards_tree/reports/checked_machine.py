"""Write the findings of a check for machines: SARIF 2.1.0, and plain JSON."""

import json
from typing import Final

from standards_tree.reports.checked import CheckedDraft, ReportedFinding
from standards_tree.rules.drafting.rule_sets import RULES
from standards_tree.rules.findings import Severity

SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_DESCRIBED: Final = {rule.id: rule for rule in RULES}


def render_json(checked: CheckedDraft) -> bytes:
    """Return a check with its findings as JSON, in both languages."""
    content = {
        "check": checked.check,
        "draft": checked.draft,
        "document": checked.document_name,
        "designation": checked.document.identity() or "",
        "title": checked.title,
        "as_of": checked.as_of.isoformat(),
        "standards": list(checked.standards),
        "findings": [_entry(finding) for finding in checked.findings],
    }
    return _bytes(content)


def _entry(finding: ReportedFinding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "source": finding.source,
        "message": {"zh": finding.message_zh, "en": finding.message_en},
        "subject": finding.subject,
        "fix": finding.fix,
        "place": {
            "clause": finding.clause,
            "xpath": finding.xpath,
            "line": finding.line,
            "paragraph": finding.paragraph,
        },
        "identity": finding.identity,
        "waived_because": finding.waived_because,
    }


def render_sarif(checked: CheckedDraft, language: str) -> bytes:
    """Return a check as a SARIF 2.1.0 log, its messages in *language*."""
    used = sorted({finding.rule: finding for finding in checked.findings}.items())
    run = {
        "tool": {"driver": {"name": "tbt", "rules": [_rule(rule, finding, language) for rule, finding in used]}},
        "language": language,
        "results": [_result(checked, finding, language) for finding in checked.findings],
        "columnKind": "unicodeCodePoints",
    }
    return _bytes({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(identifier: str, finding: ReportedFinding, language: str) -> dict[str, object]:
    rule = _DESCRIBED.get(identifier)
    chinese = language.startswith("zh")
    described = (rule.description_zh if chinese else rule.description_en) if rule else finding.source
    return {
        "id": identifier,
        "shortDescription": {"text": described},
        "help": {"text": finding.source},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }


def _result(checked: CheckedDraft, finding: ReportedFinding, language: str) -> dict[str, object]:
    location: dict[str, object] = {"physicalLocation": {"artifactLocation": {"uri": checked.document_name}}}
    if finding.line:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": checked.document_name},
            "region": {"startLine": finding.line},
        }
    logical = [
        {"fullyQualifiedName": name, "kind": kind}
        for name, kind in ((finding.clause, "element"), (finding.xpath, "element"))
        if name
    ]
    if logical:
        location["logicalLocations"] = logical
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message(language)},
        "locations": [location],
    }
    if finding.identity:
        result["partialFingerprints"] = {"finding/v1": finding.identity}
    if finding.waived:
        result["suppressions"] = [{"kind": "external", "justification": finding.waived_because}]
    if finding.fix:
        result["properties"] = {"subject": finding.subject, "writeInstead": finding.fix}
    return result


def _bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
