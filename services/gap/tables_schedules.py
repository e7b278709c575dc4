"""The schema of the gap service: schedules of reports and what they began."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary
from sqlmodel import Field

from services.gap.tables import SCHEMA
from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field


class ScheduleRow(TableBase, table=True):
    """A report that is made again and again."""

    __tablename__ = "schedule"
    __table_args__ = (Index("ix_schedule_next_run_at", "next_run_at"), {"schema": SCHEMA})

    schedule_id: str = key_field(primary_key=True)
    title: str
    scope: bytes = Field(sa_type=LargeBinary)
    """A serialised `tbt.gap.v1.GapScope`."""
    include_suggested: bool
    budget: bytes | None = Field(default=None, sa_type=LargeBinary)
    recurrence: str
    next_run_at: datetime = Field(sa_type=DateTime(timezone=True))
    created_by: str
    created_at: Moment = moment_field()


class ScheduleRunRow(TableBase, table=True):
    """A report that a schedule began; one for each time it was due."""

    __tablename__ = "schedule_run"
    __table_args__ = (
        Index("uq_schedule_run_due_at", "schedule_id", "due_at", unique=True),
        {"schema": SCHEMA},
    )

    report_id: str = key_field(primary_key=True)
    schedule_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.schedule.schedule_id", ondelete="CASCADE"),)
    )
    due_at: datetime = Field(sa_type=DateTime(timezone=True))
    begun_at: Moment = moment_field()
