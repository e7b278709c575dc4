"""Gap."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.migrations.logs import create_logs, drop_logs

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCHEMA = "gap"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the tables of gap."""
    create_logs(SCHEMA)
    op.create_table(
        "report",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("include_suggested", sa.Boolean(), nullable=False),
        sa.Column("revisions", JSONB(), nullable=False),
        sa.Column("verdict_counts", JSONB(), nullable=False),
        sa.Column("requirement_count", sa.Integer(), nullable=False),
        sa.Column("measure_count", sa.Integer(), nullable=False),
        sa.Column("json_sha256", KEY, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_report"),
        schema=SCHEMA,
    )
    op.create_index("ix_report_created_at", "report", ["created_at", "report_id"], schema=SCHEMA)
    op.create_table(
        "report_file",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("format", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], [f"{SCHEMA}.report.report_id"], name="fk_report_file_report_id"),
        sa.PrimaryKeyConstraint("report_id", "format", "language", name="pk_report_file"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("report_file", "report"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
