"""The schema of the compliance service."""

from datetime import date

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
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
    committee: str = Field(default="")
    designation: str = Field(default="")
    function_type: str = key_field(default="")
    rule_sets: list[str] = Field(default_factory=list, sa_type=JSONB)
    areas: list[str] = Field(default_factory=list, sa_type=JSONB)
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
    paragraph: int = Field(default=0)
    fix: str = Field(default="")
    section: str = Field(default="")
    source: str = Field(default="")
    identity: str = key_field(default="")


class WaiverRow(TableBase, table=True):
    """A finding that is accepted as it is, for all texts of a draft, until the waiver is withdrawn."""

    __tablename__ = "waiver"
    __table_args__ = (
        # One that holds for each finding; those that were withdrawn stay as history.
        Index(
            "uq_waiver_holding",
            "target",
            "identity",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_waiver_made_at", "made_at", "waiver_id"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by = '')", name="withdrawal"),
        {"schema": SCHEMA},
    )

    waiver_id: str = key_field(primary_key=True)
    target: str = key_field()
    identity: str = key_field()
    rule: str = key_field()
    subject: str
    section: str
    reason: str
    author: str
    made_at: Moment = moment_field()
    withdrawn_by: str = Field(default="")
    withdrawn_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawal_reason: str = Field(default="")


class RuleSettingRow(TableBase, table=True):
    """Whether a rule is on for a committee; the committee is empty for what holds for all others."""

    __tablename__ = "rule_setting"
    __table_args__ = ({"schema": SCHEMA},)

    committee_key: str = key_field(primary_key=True)
    rule: str = key_field(primary_key=True)
    committee: str
    enabled: bool
    reason: str
    updated_by: str
    updated_at: Moment = moment_field()
