"""Speak SQL for the compliance service."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import insert
from sqlmodel import Session, col, or_, select

from services.compliance.tables import CheckRow, FindingRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.rules.findings import Finding, Severity

# More could outgrow one answer, and nobody reads them: the counts of a check are of all its findings.
MAX_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check was about and what it found."""

    draft: str
    document: str
    as_of: date
    findings: tuple[Finding, ...]
    examined_count: int


def add_check(session: Session, checked: Checked) -> tuple[CheckRow, list[FindingRow]]:
    """Store a check with its findings and return both."""
    counts = Counter(finding.rule.severity for finding in checked.findings)
    row = CheckRow(
        check_id=uuid4().hex,
        draft=checked.draft,
        document=checked.document,
        as_of=checked.as_of,
        error_count=counts[Severity.ERROR],
        warning_count=counts[Severity.WARNING],
        note_count=counts[Severity.NOTE],
        examined_count=checked.examined_count,
        checked_by=current_principal().subject,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    kept = checked.findings[:MAX_FINDINGS]
    findings = [_finding_row(row.check_id, position, finding) for position, finding in enumerate(kept)]
    if findings:
        session.execute(insert(FindingRow), [finding.model_dump() for finding in findings])
    record_change(session, f"checks/{row.check_id}", "created")
    return row, findings


def get_check(session: Session, name: str) -> tuple[CheckRow, list[FindingRow]]:
    """Return a check with its findings, in the order of the document.

    Raises:
        NotFoundError: there is none of this name.
    """
    collection, _, check_id = name.partition("/")
    row = session.get(CheckRow, check_id) if collection == "checks" else None
    if row is None:
        message = "there is no check {name}"
        raise NotFoundError(message, name=name)
    findings = select(FindingRow).where(FindingRow.check_id == row.check_id).order_by(col(FindingRow.position))
    return row, list(session.exec(findings))


def list_checks(session: Session, draft: str, page: Page) -> Sequence[CheckRow]:
    """Return one more than a page of checks, newest first, of *draft* only where one is named."""
    query = select(CheckRow).order_by(col(CheckRow.checked_at).desc(), col(CheckRow.check_id).desc())
    if draft:
        query = query.where(CheckRow.draft == draft)
    if page.after is not None:
        moment, check_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(CheckRow.checked_at) < moment,
                (col(CheckRow.checked_at) == moment) & (col(CheckRow.check_id) < check_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def page_key(row: CheckRow) -> tuple[str, str]:
    """Return where *row* stands in the list of checks."""
    return (row.checked_at.isoformat() if row.checked_at else "", row.check_id)


def _finding_row(check_id: str, position: int, finding: Finding) -> FindingRow:
    return FindingRow(
        check_id=check_id,
        position=position,
        rule=finding.rule.id,
        severity=finding.rule.severity.value,
        clause=finding.place.clause,
        xpath=finding.place.xpath,
        line=finding.place.line,
        subject=finding.subject,
        message_zh=finding.message_zh,
        message_en=finding.message_en,
    )
