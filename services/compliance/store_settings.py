"""Speak SQL about which rules are on for which committee."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.compliance.tables import RuleSettingRow
from services.runtime.calls import current_principal
from services.runtime.changes import record_change
from standards_tree.committees import committee_key


def settings_for(session: Session, committee: str) -> dict[str, RuleSettingRow]:
    """Return the setting that counts for *committee* for each rule that has one: its own before that of all."""
    keys = [committee_key(committee), ""]
    rows = session.exec(select(RuleSettingRow).where(col(RuleSettingRow.committee_key).in_(keys)))
    return {row.rule: row for row in sorted(rows, key=lambda row: bool(row.committee_key))}


def rules_off(session: Session, committee: str) -> frozenset[str]:
    """Return the rules that are off for *committee*."""
    return frozenset(rule for rule, row in settings_for(session, committee).items() if not row.enabled)


def put_setting(session: Session, committee: str, rule: str, reason: str, *, enabled: bool) -> RuleSettingRow:
    """Switch *rule* for *committee* and return the setting."""
    key = committee_key(committee)
    row = session.get(RuleSettingRow, (key, rule))
    if row is None:
        row = RuleSettingRow(
            committee_key=key, rule=rule, committee=committee, enabled=enabled, reason=reason, updated_by=""
        )
        session.add(row)
    row.enabled, row.reason, row.updated_by = enabled, reason, current_principal().subject
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    session.refresh(row)
    record_change(session, f"ruleSettings/{key or '-'}/{rule}", "enabled" if enabled else "disabled")
    return row
