"""What the catalogue of gap reports says of each, and schedules."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SCHEMA = "gap"
KEY = sa.String(collation="C")


def added() -> list[sa.Column[Any]]:
    """Return the columns that reports get; each use needs its own."""
    return [
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("schedule_id", KEY, server_default="", nullable=False),
        sa.Column("budget", sa.LargeBinary(), nullable=True),
        sa.Column("symbols", JSONB(), server_default="[]", nullable=False),
        sa.Column("members", JSONB(), server_default="[]", nullable=False),
        sa.Column("gap_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("severity_counts", JSONB(), server_default="{}", nullable=False),
    ]


def upgrade() -> None:
    """Add the columns and make the tables of schedules."""
    for column in added():
        op.add_column("report", column, schema=SCHEMA)
    op.create_index("ix_report_schedule_id", "report", ["schedule_id"], schema=SCHEMA)
    op.create_index("ix_report_file_sha256", "report_file", ["sha256"], schema=SCHEMA)
    op.create_table(
        "schedule",
        sa.Column("schedule_id", KEY, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("include_suggested", sa.Boolean(), nullable=False),
        sa.Column("budget", sa.LargeBinary(), nullable=True),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", name="pk_schedule"),
        schema=SCHEMA,
    )
    op.create_index("ix_schedule_next_run_at", "schedule", ["next_run_at"], schema=SCHEMA)
    op.create_table(
        "schedule_run",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("schedule_id", KEY, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"], [f"{SCHEMA}.schedule.schedule_id"], name="fk_schedule_run_schedule_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name="pk_schedule_run"),
        schema=SCHEMA,
    )
    op.create_index("uq_schedule_run_due_at", "schedule_run", ["schedule_id", "due_at"], unique=True, schema=SCHEMA)


def downgrade() -> None:
    """Take them back."""
    for table in ("schedule_run", "schedule"):
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("ix_report_file_sha256", "report_file", schema=SCHEMA)
    op.drop_index("ix_report_schedule_id", "report", schema=SCHEMA)
    for column in reversed(added()):
        op.drop_column("report", column.name, schema=SCHEMA)
