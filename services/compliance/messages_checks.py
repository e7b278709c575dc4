"""Translate checks, findings, waivers and figures between the rows and the compliance contract."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.compliance.store_statistics import RuleFigures, Trend, TrendPoint
from services.compliance.tables import CheckRow, FindingRow, WaiverRow
from services.runtime.civil_dates import date_to, moment_to
from standards_tree.rules.findings import Finding, Severity
from tbt.compliance.v1 import compliance_service_pb2, finding_pb2
from tbt.type.v1 import type_pb2

SEVERITY_TO = {
    Severity.NOTE: compliance_service_pb2.SEVERITY_NOTE,
    Severity.WARNING: compliance_service_pb2.SEVERITY_WARNING,
    Severity.ERROR: compliance_service_pb2.SEVERITY_ERROR,
}
SEVERITY_FROM = {wire: severity.value for severity, wire in SEVERITY_TO.items()}
# What an answer can carry beside all else.
MAX_FINDING_BYTES = 3 * 1024 * 1024


def check_to(
    row: CheckRow,
    findings: Sequence[FindingRow],
    waivers: Mapping[str, str] | None = None,
    waived: Mapping[Severity, int] | None = None,
) -> compliance_service_pb2.Check:
    """Return a check for the wire. *waivers* are by the identity of the finding, *waived* the counts of all of them."""
    held, counts = waivers or {}, waived or Counter[Severity]()
    check = compliance_service_pb2.Check(
        name=f"checks/{row.check_id}" if row.check_id else "",
        draft=row.draft,
        document=row.document,
        as_of=date_to(row.as_of),
        error_count=row.error_count - counts.get(Severity.ERROR, 0),
        warning_count=row.warning_count - counts.get(Severity.WARNING, 0),
        note_count=row.note_count - counts.get(Severity.NOTE, 0),
        examined_count=row.examined_count,
        checked_at=moment_to(row.checked_at),
        checked_by=row.checked_by,
        waived_count=sum(counts.values()),
        committee=row.committee,
        designation=row.designation,
        function_type=row.function_type,
        rule_sets=row.rule_sets,
    )
    size = 0
    for finding in findings:
        message = finding_to(finding, held)
        size += message.ByteSize()
        if size > MAX_FINDING_BYTES:
            break
        check.findings.append(message)
    return check


def finding_to(row: FindingRow, waivers: Mapping[str, str]) -> compliance_service_pb2.Finding:
    """Return a stored finding for the wire."""
    return compliance_service_pb2.Finding(
        name=f"checks/{row.check_id}/findings/{row.identity}" if row.identity else "",
        identity=row.identity,
        rule=row.rule,
        severity=SEVERITY_TO[Severity(row.severity)],
        place=type_pb2.Place(clause=row.clause, xpath=row.xpath, line=row.line, paragraph=row.paragraph),
        subject=row.subject,
        message=type_pb2.LocalizedText(zh=row.message_zh, en=row.message_en),
        fix=row.fix,
        section=row.section,
        waiver=waivers.get(row.identity, ""),
        source=row.source,
    )


def fresh_finding_to(finding: Finding) -> compliance_service_pb2.Finding:
    """Return a finding for the wire that is not stored yet."""
    place = finding.place
    return compliance_service_pb2.Finding(
        rule=finding.rule.id,
        severity=SEVERITY_TO[finding.rule.severity],
        place=type_pb2.Place(clause=place.clause, xpath=place.xpath, line=place.line, paragraph=place.paragraph),
        subject=finding.subject,
        message=type_pb2.LocalizedText(zh=finding.message_zh, en=finding.message_en),
        fix=finding.fix,
        section=finding.section,
        source=finding.rule.source,
    )


def waiver_to(row: WaiverRow) -> finding_pb2.Waiver:
    """Return a waiver for the wire."""
    return finding_pb2.Waiver(
        name=f"waivers/{row.waiver_id}",
        target=row.target,
        identity=row.identity,
        rule=row.rule,
        subject=row.subject,
        section=row.section,
        reason=row.reason,
        author=row.author,
        made_at=moment_to(row.made_at),
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=moment_to(row.withdrawn_at),
        withdrawal_reason=row.withdrawal_reason,
    )


def trend_to(trend: Trend) -> finding_pb2.FindingTrend:
    """Return how findings developed for the wire."""
    return finding_pb2.FindingTrend(points=map(_point_to, trend.points), lasting_count=trend.lasting_count)


def _point_to(point: TrendPoint) -> finding_pb2.FindingTrend.Point:
    check, waived = point.check, point.waived
    return finding_pb2.FindingTrend.Point(
        check=f"checks/{check.check_id}",
        document=check.document,
        checked_at=moment_to(check.checked_at),
        error_count=check.error_count - waived.get(Severity.ERROR, 0),
        warning_count=check.warning_count - waived.get(Severity.WARNING, 0),
        note_count=check.note_count - waived.get(Severity.NOTE, 0),
        waived_count=sum(waived.values()),
        new_count=point.new_count,
        mended_count=point.mended_count,
    )


def statistics_to(figures: Mapping[str, RuleFigures], target_count: int) -> finding_pb2.RuleStatistics:
    """Return the figures of rules for the wire, the rule with most findings first."""
    ordered = sorted(figures.items(), key=lambda entry: (-entry[1].open_count - entry[1].waived_count, entry[0]))
    return finding_pb2.RuleStatistics(
        entries=[
            finding_pb2.RuleStatistics.Entry(
                rule=rule,
                open_count=entry.open_count,
                waived_count=entry.waived_count,
                target_count=len(entry.targets),
            )
            for rule, entry in ordered
        ],
        target_count=target_count,
    )
