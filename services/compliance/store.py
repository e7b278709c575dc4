"""Speak SQL for the compliance service."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, func, insert, literal_column
from sqlmodel import Session, col, or_, select

from services.compliance.tables import CheckRow, FindingRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import NotFoundError
from standards_tree.rules.findings import Finding, Severity
from standards_tree.rules.identity import identities

# More could outgrow one answer, and nobody reads them: the counts of a check are of all its findings.
MAX_FINDINGS = 5000
# What an answer with a check holds; the others are listed page by page.
FINDINGS_IN_ANSWER = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check was about and what it found."""

    draft: str
    document: str
    as_of: date
    findings: tuple[Finding, ...]
    examined_count: int
    committee: str = ""
    designation: str = ""
    function_type: str = ""
    rule_sets: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


def add_check(session: Session, checked: Checked) -> tuple[CheckRow, list[FindingRow]]:
    """Store a check with its findings and return both."""
    row = check_row_of(checked)
    row.check_id = uuid4().hex
    session.add(row)
    session.flush()
    session.refresh(row)
    kept = checked.findings[:MAX_FINDINGS]
    named = zip(kept, identities(kept), strict=True)
    findings = [_finding_row(row.check_id, position, *entry) for position, entry in enumerate(named)]
    if findings:
        session.execute(insert(FindingRow), [finding.model_dump() for finding in findings])
    record_change(session, f"checks/{row.check_id}", "created")
    return row, findings[:FINDINGS_IN_ANSWER]


def check_row_of(checked: Checked) -> CheckRow:
    """Return the row of a check, not stored yet."""
    counts = Counter(finding.rule.severity for finding in checked.findings)
    return CheckRow(
        check_id="",
        draft=checked.draft,
        document=checked.document,
        as_of=checked.as_of,
        error_count=counts[Severity.ERROR],
        warning_count=counts[Severity.WARNING],
        note_count=counts[Severity.NOTE],
        examined_count=checked.examined_count,
        committee=checked.committee,
        designation=checked.designation,
        function_type=checked.function_type,
        rule_sets=list(checked.rule_sets),
        areas=list(checked.areas),
        checked_by=current_principal().subject,
    )


def get_check(session: Session, name: str) -> tuple[CheckRow, list[FindingRow]]:
    """Return a check with its findings, in the order of the document.

    Raises:
        NotFoundError: there is none of this name.
    """
    row = check_row(session, name)
    findings = select(FindingRow).where(FindingRow.check_id == row.check_id).order_by(col(FindingRow.position))
    return row, list(session.exec(findings.limit(FINDINGS_IN_ANSWER)))


def all_findings(session: Session, row: CheckRow) -> list[FindingRow]:
    """Return every stored finding of a check, in the order of the document."""
    query = select(FindingRow).where(FindingRow.check_id == row.check_id).order_by(col(FindingRow.position))
    return list(session.exec(query))


def check_row(session: Session, name: str) -> CheckRow:
    """Return a check without its findings.

    Raises:
        NotFoundError: there is none of this name.
    """
    collection, _, check_id = name.partition("/")
    row = session.get(CheckRow, check_id) if collection == "checks" else None
    if row is None:
        message = "there is no check {name}"
        raise NotFoundError(message, name=name)
    return row


def list_findings(  # noqa: PLR0913, PLR0917  (what is asked for is one line of a contract)
    session: Session, row: CheckRow, page: Page, rule: str, severity: str, without: Collection[str]
) -> Sequence[FindingRow]:
    """Return one more than a page of the findings of a check, in the order of the document.

    *without* are identities that are left out.
    """
    query = select(FindingRow).where(FindingRow.check_id == row.check_id).order_by(col(FindingRow.position))
    if rule:
        query = query.where(FindingRow.rule == rule)
    if severity:
        query = query.where(FindingRow.severity == severity)
    if without:
        query = query.where(col(FindingRow.identity).not_in(list(without)))
    if page.after is not None:
        query = query.where(col(FindingRow.position) > int(page.after[0]))
    return list(session.exec(query.limit(page.size + 1)))


def finding_order(row: FindingRow) -> tuple[str]:
    """Return where a finding stands among those of its check."""
    return (str(row.position),)


def list_checks(
    session: Session, draft: str, page: Page, seen: ColumnElement[bool] | None = None
) -> Sequence[CheckRow]:
    """Return one more than a page of checks, newest first, of *draft* only where one is named, and only those *seen*."""
    query = select(CheckRow).order_by(col(CheckRow.checked_at).desc(), col(CheckRow.check_id).desc())
    if draft:
        query = query.where(CheckRow.draft == draft)
    if seen is not None:
        query = query.where(seen)
    if page.after is not None:
        moment, check_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(CheckRow.checked_at) < moment,
                (col(CheckRow.checked_at) == moment) & (col(CheckRow.check_id) < check_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def key_of_committee() -> ColumnElement[str]:
    """Return the key under which all spellings of a check's committee meet, as `committee_key` makes it of a text."""
    folded = func.normalize(col(CheckRow.committee), literal_column("NFKC"))
    return func.lower(func.replace(folded, " ", "")).collate("C")


def page_key(row: CheckRow) -> tuple[str, str]:
    """Return where *row* stands in the list of checks."""
    return (row.checked_at.isoformat() if row.checked_at else "", row.check_id)


def _finding_row(check_id: str, position: int, finding: Finding, identity: str) -> FindingRow:
    return FindingRow(
        check_id=check_id,
        position=position,
        rule=finding.rule.id,
        severity=finding.rule.severity.value,
        clause=finding.place.clause,
        xpath=finding.place.xpath,
        line=finding.place.line,
        paragraph=finding.place.paragraph,
        fix=finding.fix,
        section=finding.section,
        source=finding.rule.source,
        identity=identity,
        subject=finding.subject,
        message_zh=finding.message_zh,
        message_en=finding.message_en,
    )
