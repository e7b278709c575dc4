"""Findings that live on from draft to draft, waivers, and rules that committees switch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SCHEMA = "compliance"
KEY = sa.String(collation="C")
TIME = sa.DateTime(timezone=True)
CHECK_TEXTS = ("committee", "designation")
CHECK_LISTS = ("rule_sets", "areas")
FINDING_TEXTS = ("fix", "section", "source")


def upgrade() -> None:
    """Add what a finding needs to be found again, and the tables of waivers and settings."""
    for name in CHECK_TEXTS:
        op.add_column("check_run", sa.Column(name, sa.String(), nullable=False, server_default=""), schema=SCHEMA)
    op.add_column("check_run", sa.Column("function_type", KEY, nullable=False, server_default=""), schema=SCHEMA)
    for name in CHECK_LISTS:
        op.add_column("check_run", sa.Column(name, JSONB(), nullable=False, server_default="[]"), schema=SCHEMA)
    for name in FINDING_TEXTS:
        op.add_column("finding", sa.Column(name, sa.String(), nullable=False, server_default=""), schema=SCHEMA)
    op.add_column("finding", sa.Column("identity", KEY, nullable=False, server_default=""), schema=SCHEMA)
    op.add_column("finding", sa.Column("paragraph", sa.Integer(), nullable=False, server_default="0"), schema=SCHEMA)
    for table, names in (
        ("check_run", (*CHECK_TEXTS, "function_type", *CHECK_LISTS)),
        ("finding", (*FINDING_TEXTS, "identity", "paragraph")),
    ):
        for name in names:
            op.alter_column(table, name, server_default=None, schema=SCHEMA)
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "waiver",
        sa.Column("waiver_id", KEY, nullable=False),
        sa.Column("target", KEY, nullable=False),
        sa.Column("identity", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawal_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by = '')", name=op.f("ck_waiver_withdrawal")),
        sa.PrimaryKeyConstraint("waiver_id", name="pk_waiver"),
        schema=SCHEMA,
    )
    holding = sa.text("withdrawn_at IS NULL")
    columns = ["target", "identity"]
    op.create_index("uq_waiver_holding", "waiver", columns, unique=True, postgresql_where=holding, schema=SCHEMA)
    op.create_index("ix_waiver_made_at", "waiver", ["made_at", "waiver_id"], schema=SCHEMA)
    op.create_table(
        "rule_setting",
        sa.Column("committee_key", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("committee", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("committee_key", "rule", name="pk_rule_setting"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("rule_setting", "waiver"):
        op.drop_table(table, schema=SCHEMA)
    for name in ("paragraph", "identity", *FINDING_TEXTS):
        op.drop_column("finding", name, schema=SCHEMA)
    for name in ("function_type", *CHECK_LISTS, *CHECK_TEXTS):
        op.drop_column("check_run", name, schema=SCHEMA)
