"""Put a check and the text it was made of together, and write it in the form that is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.compliance.messages_standard import standard_from
from services.compliance.tables import CheckRow, FindingRow
from services.compliance.upstream import ComplianceUpstreams
from standards_tree.errors import UnsupportedDocumentError
from standards_tree.reports.checked import CheckedDraft, ReportedFinding
from standards_tree.reports.checked_docx import AUTHOR, annotations_of, render_checked_docx
from standards_tree.reports.checked_machine import render_json, render_sarif
from standards_tree.reports.checked_page import render_checked_page
from standards_tree.reports.checked_workbook import render_checked_workbook
from standards_tree.reports.labels import language_of
from standards_tree.rules.findings import Severity
from tbt.compliance.v1 import report_pb2 as pb

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Reported:
    """A check with its findings; *reasons* of waivers are by the identity of the finding."""

    row: CheckRow
    rows: Sequence[FindingRow]
    reasons: Mapping[str, str]

    @property
    def findings(self) -> tuple[ReportedFinding, ...]:
        """Return the findings as a report shows them."""
        return tuple(_finding(row, self.reasons.get(row.identity, "")) for row in self.rows)


def report_chunks(
    check: Reported, upstreams: ComplianceUpstreams, file_format: "pb.FindingsFormat.ValueType", language: str
) -> Iterator[bytes]:
    """Yield a report, at most CHUNK_BYTES at once. That for Word is the author's own file, where it is one that can be annotated.

    Raises:
        InvalidArgumentError: reports are not written in *language*; or what is stored is no document that can be read.
    """
    if file_format == pb.FINDINGS_FORMAT_DOCX:
        notes = annotations_of(check.findings, language)
        annotated = upstreams.annotated(check.row.document, notes, AUTHOR, check.row.as_of)
        try:
            yield next(annotated)
        except UnsupportedDocumentError:
            pass  # it is no Word file: the report is made of the text
        else:
            yield from annotated
            return
    content = render(_with_text(check, upstreams), file_format, language)
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]


def _with_text(check: Reported, upstreams: ComplianceUpstreams) -> CheckedDraft:
    row = check.row
    return CheckedDraft(
        check=f"checks/{row.check_id}",
        document_name=row.document,
        draft=row.draft,
        as_of=row.as_of,
        standards=tuple(row.rule_sets),
        document=standard_from(upstreams.stream_standard(row.document)),
        findings=check.findings,
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
