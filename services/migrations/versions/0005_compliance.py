"""Compliance."""

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "compliance"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the tables of compliance."""
    create_logs(SCHEMA)
    op.create_table(
        "check_run",
        sa.Column("check_id", KEY, nullable=False),
        sa.Column("draft", KEY, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("note_count", sa.Integer(), nullable=False),
        sa.Column("examined_count", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.String(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("check_id", name="pk_check_run"),
        schema=SCHEMA,
    )
    op.create_index("ix_check_run_draft", "check_run", ["draft"], schema=SCHEMA)
    op.create_index("ix_check_run_checked_at", "check_run", ["checked_at", "check_id"], schema=SCHEMA)
    op.create_table(
        "finding",
        sa.Column("check_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("severity", KEY, nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("xpath", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message_zh", sa.String(), nullable=False),
        sa.Column("message_en", sa.String(), nullable=False),
        sa.CheckConstraint("severity IN ('error', 'warning', 'note')", name=op.f("ck_finding_severity")),
        sa.ForeignKeyConstraint(["check_id"], [f"{SCHEMA}.check_run.check_id"], name="fk_finding_check_id"),
        sa.PrimaryKeyConstraint("check_id", "position", name="pk_finding"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("finding", "check_run"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
