"""Speak SQL about findings that are accepted as they are."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from services.compliance.tables import CheckRow, FindingRow, WaiverRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from services.runtime.paging import Page
from standards_tree.errors import AlreadyExistsError, NotFoundError, PreconditionError
from standards_tree.rules.findings import Severity

WAIVERS = "waivers/"


def target_of(check: CheckRow) -> str:
    """Return what a waiver of a finding of *check* holds for: the draft, whatever its text, else the document."""
    return check.draft or check.document


def finding_named(session: Session, name: str) -> tuple[CheckRow, FindingRow]:
    """Return the finding `checks/{check}/findings/{identity}` and its check.

    Raises:
        NotFoundError: there is none of this name.
    """
    parts = name.split("/")
    found = None
    if len(parts) == 4 and parts[0] == "checks" and parts[2] == "findings":
        query = (
            select(CheckRow, FindingRow)
            .where(col(CheckRow.check_id) == col(FindingRow.check_id))
            .where(FindingRow.check_id == parts[1], FindingRow.identity == parts[3])
        )
        found = session.exec(query).first()
    if found is None:
        message = "there is no finding {name}"
        raise NotFoundError(message, name=name)
    return found[0], found[1]


def add_waiver(session: Session, check: CheckRow, finding: FindingRow, reason: str) -> WaiverRow:
    """Accept *finding* for the target of its check and return the waiver.

    Raises:
        AlreadyExistsError: it is waived already.
    """
    target = target_of(check)
    holding = _holding(session, target, finding.identity)
    if holding is not None:
        message = "the finding is waived already, by {author}: waivers/{waiver}"
        raise AlreadyExistsError(message, author=holding.author, waiver=holding.waiver_id)
    row = WaiverRow(
        waiver_id=uuid4().hex,
        target=target,
        identity=finding.identity,
        rule=finding.rule,
        subject=finding.subject,
        section=finding.section,
        reason=reason,
        author=current_principal().subject,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    record_change(session, f"{WAIVERS}{row.waiver_id}", "created")
    return row


def get_waiver(session: Session, name: str) -> WaiverRow:
    """Return the waiver *name*.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(WaiverRow, name.removeprefix(WAIVERS)) if name.startswith(WAIVERS) else None
    if row is None:
        message = "there is no waiver {name}"
        raise NotFoundError(message, name=name)
    return row


def withdraw_waiver(session: Session, name: str, reason: str) -> WaiverRow:
    """Take the waiver *name* back and return it.

    Raises:
        NotFoundError: there is none.
        PreconditionError: it was withdrawn before.
    """
    row = get_waiver(session, name)
    if row.withdrawn_at is not None:
        message = "{name} was withdrawn by {withdrawn_by} already"
        raise PreconditionError(message, name=name, withdrawn_by=row.withdrawn_by)
    row.withdrawn_by = current_principal().subject
    row.withdrawn_at = func.now()  # type: ignore[assignment]  # the database's clock
    row.withdrawal_reason = reason
    session.flush()
    session.refresh(row)
    record_change(session, name, "withdrawn")
    return row


def list_waivers(session: Session, target: str, page: Page, *, with_withdrawn: bool) -> Sequence[WaiverRow]:
    """Return one more than a page of waivers, newest first."""
    query = select(WaiverRow).order_by(col(WaiverRow.made_at).desc(), col(WaiverRow.waiver_id).desc())
    if target:
        query = query.where(WaiverRow.target == target)
    if not with_withdrawn:
        query = query.where(col(WaiverRow.withdrawn_at).is_(None))
    if page.after is not None:
        moment, waiver_id = datetime.fromisoformat(str(page.after[0])), page.after[1]
        query = query.where(
            or_(
                col(WaiverRow.made_at) < moment,
                (col(WaiverRow.made_at) == moment) & (col(WaiverRow.waiver_id) < waiver_id),
            )
        )
    return list(session.exec(query.limit(page.size + 1)))


def waiver_order(row: WaiverRow) -> tuple[str, str]:
    """Return where a waiver stands in the list."""
    return (row.made_at.isoformat() if row.made_at else "", row.waiver_id)


def holding_waivers(session: Session, target: str) -> dict[str, str]:
    """Return the waivers that hold for *target*, by the identity of the finding."""
    query = select(WaiverRow.identity, WaiverRow.waiver_id).where(
        WaiverRow.target == target, col(WaiverRow.withdrawn_at).is_(None)
    )
    return {identity: f"{WAIVERS}{waiver_id}" for identity, waiver_id in session.exec(query)}


def holding_reasons(session: Session, target: str) -> dict[str, str]:
    """Return why findings of *target* are waived now, by the identity of the finding."""
    query = select(WaiverRow.identity, WaiverRow.reason).where(
        WaiverRow.target == target, col(WaiverRow.withdrawn_at).is_(None)
    )
    return dict(session.exec(query).all())


def waived_counts(session: Session, check_ids: Collection[str]) -> dict[str, Counter[Severity]]:
    """Return how many findings of each check are waived now, by severity."""
    target = func.coalesce(func.nullif(col(CheckRow.draft), ""), col(CheckRow.document))
    query = (
        select(FindingRow.check_id, FindingRow.severity, func.count())
        .join(CheckRow, col(CheckRow.check_id) == col(FindingRow.check_id))
        .join(WaiverRow, (col(WaiverRow.target) == target) & (col(WaiverRow.identity) == col(FindingRow.identity)))
        .where(col(FindingRow.check_id).in_(list(check_ids)), col(WaiverRow.withdrawn_at).is_(None))
        .group_by(col(FindingRow.check_id), col(FindingRow.severity))
    )
    counts: dict[str, Counter[Severity]] = {check_id: Counter() for check_id in check_ids}
    for check_id, severity, count in session.exec(query):
        counts[check_id][Severity(severity)] = count
    return counts


def _holding(session: Session, target: str, identity: str) -> WaiverRow | None:
    query = select(WaiverRow).where(
        WaiverRow.target == target, WaiverRow.identity == identity, col(WaiverRow.withdrawn_at).is_(None)
    )
    return session.exec(query).first()
