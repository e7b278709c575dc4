"""The schema of the compliance service."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log

SCHEMA = "compliance"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)


class CheckRow(TableBase, table=True):
    """One check of one document."""

    __tablename__ = "check_run"
    __table_args__ = (Index("ix_check_run_checked_at", "checked_at", "check_id"), {"schema": SCHEMA})

    check_id: str = key_field(primary_key=True)
    draft: str = key_field(index=True)
    document: str = key_field()
    as_of: date
    error_count: int
    warning_count: int
    note_count: int
    examined_count: int
    checked_by: str
    checked_at: Moment = moment_field()


class FindingRow(TableBase, table=True):
    """One finding of a check, at its place in the order of the document."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("severity IN ('error', 'warning', 'note')", name="severity"),
        {"schema": SCHEMA},
    )

    check_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.check_run.check_id"),), primary_key=True
    )
    position: int = Field(primary_key=True)
    rule: str = key_field()
    severity: str = key_field()
    clause: str
    xpath: str
    line: int
    subject: str
    message_zh: str
    message_en: str
