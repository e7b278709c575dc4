"""Speak SQL about findings over time and over rules."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from services.compliance.store import key_of_committee
from services.compliance.store_waivers import waived_counts
from services.compliance.tables import CheckRow, FindingRow, WaiverRow
from services.runtime.civil_dates import BEIJING
from standards_tree.committees import committee_key
from standards_tree.rules.findings import Severity

MAX_POINTS = 100
# Checks by every rule, not by some areas of them only.
_WHOLE = (col(CheckRow.rule_sets) != [], col(CheckRow.areas) == [])


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The last check of one text of a draft, and how its findings differ from those of the text before."""

    check: CheckRow
    waived: dict[Severity, int]
    new_count: int
    mended_count: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The texts of a draft in the order of time, and the findings that all have."""

    points: tuple[TrendPoint, ...]
    lasting_count: int


@dataclass(slots=True)
class RuleFigures:
    """How often one rule is broken."""

    open_count: int = 0
    waived_count: int = 0
    targets: set[str] = field(default_factory=set)


def trend(session: Session, draft: str) -> Trend:
    """Return how the findings of *draft* developed from text to text."""
    query = select(CheckRow).where(CheckRow.draft == draft, *_WHOLE)
    checks = list(session.exec(query.order_by(col(CheckRow.checked_at), col(CheckRow.check_id))))
    last_of = {check.document: check for check in checks}
    chosen = list(last_of.values())[-MAX_POINTS:]
    found = _identities(session, [check.check_id for check in chosen])
    waived = waived_counts(session, [check.check_id for check in chosen])
    points: list[TrendPoint] = []
    before: set[str] = set()
    for check in chosen:
        now = found[check.check_id]
        new, mended = (len(now - before), len(before - now)) if points else (0, 0)
        points.append(TrendPoint(check, dict(waived[check.check_id]), new, mended))
        before = now
    lasting = set.intersection(*(found[check.check_id] for check in chosen)) if len(chosen) > 1 else set()
    return Trend(tuple(points), len(lasting))


def _identities(session: Session, check_ids: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {check_id: set() for check_id in check_ids}
    query = select(FindingRow.check_id, FindingRow.identity).where(col(FindingRow.check_id).in_(check_ids))
    for check_id, identity in session.exec(query):
        found[check_id].add(identity)
    return found


def rule_figures(
    session: Session, committee: str, since: date | None, seen: ColumnElement[bool]
) -> tuple[dict[str, RuleFigures], int]:
    """Return the figures of each rule over the last check of each draft and document, and how many of these there are.

    Of the checks *seen*, those of *committee* where it names one, and those made on the day *since* (of Beijing) or later.
    """
    target = func.coalesce(func.nullif(col(CheckRow.draft), ""), col(CheckRow.document))
    age = func.row_number().over(
        partition_by=target, order_by=(col(CheckRow.checked_at).desc(), col(CheckRow.check_id).desc())
    )
    query = select(col(CheckRow.check_id), target.label("target"), age.label("age")).where(*_WHOLE, seen)
    if committee:
        query = query.where(key_of_committee() == committee_key(committee))
    if since is not None:
        query = query.where(col(CheckRow.checked_at) >= datetime.combine(since, time(), BEIJING))
    checks = query.subquery()
    newest = select(checks.c.check_id, checks.c.target).where(checks.c.age == 1)
    target_of: dict[str, str] = dict(session.exec(newest).all())
    figures: dict[str, RuleFigures] = defaultdict(RuleFigures)
    holding = (col(WaiverRow.identity) == col(FindingRow.identity)) & col(WaiverRow.withdrawn_at).is_(None)
    rows = (
        select(FindingRow.check_id, FindingRow.rule, WaiverRow.waiver_id)
        .join(CheckRow, col(CheckRow.check_id) == col(FindingRow.check_id))
        .outerjoin(WaiverRow, holding & (col(WaiverRow.target) == target))
        .where(col(FindingRow.check_id).in_(select(checks.c.check_id).where(checks.c.age == 1)))
    )
    for check_id, rule, waiver in session.exec(rows):
        entry = figures[rule]
        entry.targets.add(target_of[check_id])
        if waiver:
            entry.waived_count += 1
        else:
            entry.open_count += 1
    return dict(figures), len(target_of)
