"""Put a check and the text it was made of together, and write it in the form that is asked for."""

from collections.abc import Mapping, Sequence

from services.compliance.messages_standard import standard_from
from services.compliance.tables import CheckRow, FindingRow
from services.compliance.upstream import ComplianceUpstreams
from standards_tree.reports.checked import CheckedDraft, ReportedFinding
from standards_tree.reports.checked_docx import render_checked_docx
from standards_tree.reports.checked_machine import render_json, render_sarif
from standards_tree.reports.checked_page import render_checked_page
from standards_tree.reports.checked_workbook import render_checked_workbook
from standards_tree.reports.labels import language_of
from standards_tree.rules.findings import Severity
from tbt.compliance.v1 import report_pb2 as pb


def reported(
    row: CheckRow, findings: Sequence[FindingRow], reasons: Mapping[str, str], upstreams: ComplianceUpstreams
) -> CheckedDraft:
    """Return a check with its text; *reasons* of waivers are by the identity of the finding."""
    return CheckedDraft(
        check=f"checks/{row.check_id}",
        document_name=row.document,
        draft=row.draft,
        as_of=row.as_of,
        standards=tuple(row.rule_sets),
        document=standard_from(upstreams.stream_standard(row.document)),
        findings=tuple(_finding(finding, reasons.get(finding.identity, "")) for finding in findings),
    )


def _finding(row: FindingRow, waived_because: str) -> ReportedFinding:
    return ReportedFinding(
        rule=row.rule,
        severity=Severity(row.severity),
        source=row.source,
        message_zh=row.message_zh,
        message_en=row.message_en,
        subject=row.subject,
        fix=row.fix,
        clause=row.clause,
        xpath=row.xpath,
        line=row.line,
        paragraph=row.paragraph,
        identity=row.identity,
        waived_because=waived_because,
    )


def render(checked: CheckedDraft, file_format: "pb.FindingsFormat.ValueType", language: str) -> bytes:
    """Return *checked* in a form of the contract.

    Raises:
        InvalidArgumentError: reports are not written in *language*.
    """
    language = language_of(language)
    if file_format == pb.FINDINGS_FORMAT_HTML:
        return render_checked_page(checked, language)
    if file_format == pb.FINDINGS_FORMAT_DOCX:
        return render_checked_docx(checked, language)
    if file_format == pb.FINDINGS_FORMAT_XLSX:
        return render_checked_workbook(checked, language)
    if file_format == pb.FINDINGS_FORMAT_SARIF:
        return render_sarif(checked, language)
    return render_json(checked)
