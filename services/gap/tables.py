"""The schema of the gap service."""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, false
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log

SCHEMA = "gap"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)


class ReportRow(TableBase, table=True):
    """A report that was made: what it is about, what it was computed from, its main figures."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_created_at", "created_at", "report_id"),
        Index("ix_report_schedule_id", "schedule_id"),
        {"schema": SCHEMA},
    )

    report_id: str = key_field(primary_key=True)
    scope: bytes = Field(sa_type=LargeBinary)
    """A serialised `tbt.gap.v1.GapScope`."""
    as_of: date
    include_suggested: bool
    revisions: dict[str, int] = Field(sa_type=JSONB)
    verdict_counts: dict[str, int] = Field(sa_type=JSONB)
    requirement_count: int
    measure_count: int
    json_sha256: str = key_field()
    created_by: str
    created_at: Moment = moment_field()
    title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    pinned: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    schedule_id: str = key_field(default="", sa_column_kwargs={"server_default": ""})
    """The schedule it was made by; empty where somebody asked for it. The schedule may be gone."""
    budget: bytes | None = Field(default=None, sa_type=LargeBinary)
    """A serialised `tbt.gap.v1.WorkBudget`."""
    symbols: list[str] = Field(default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": "[]"})
    """The symbols its scope names, in their official spelling."""
    members: list[str] = Field(default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": "[]"})
    gap_count: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    severity_counts: dict[str, int] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"}
    )


class ReportFileRow(TableBase, table=True):
    """One form of a report, stored in the object store under its hash."""

    __tablename__ = "report_file"
    __table_args__ = (Index("ix_report_file_sha256", "sha256"), {"schema": SCHEMA})

    report_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.report.report_id"),), primary_key=True
    )
    format: str = key_field(primary_key=True)
    language: str = key_field(primary_key=True)
    """Empty for a form that is the same in every language."""
    sha256: str = key_field()
