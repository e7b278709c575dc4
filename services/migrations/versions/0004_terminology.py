"""Terminology."""

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "terminology"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the tables of terminology."""
    create_logs(SCHEMA)
    op.create_table(
        "concept",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("status IN ('candidate', 'approved', 'retired')", name=op.f("ck_concept_status")),
        sa.PrimaryKeyConstraint("concept_id", name="pk_concept"),
        schema=SCHEMA,
    )
    op.create_index("ix_concept_sort_key", "concept", ["sort_key"], schema=SCHEMA)
    op.create_table(
        "designation",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("usage_note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('preferred', 'admitted', 'deprecated', 'superseded')", name=op.f("ck_designation_status")
        ),
        sa.ForeignKeyConstraint(
            ["concept_id"], [f"{SCHEMA}.concept.concept_id"], name="fk_designation_concept_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("concept_id", "position", name="pk_designation"),
        schema=SCHEMA,
    )
    op.create_index("ix_designation_text_key", "designation", ["text_key"], schema=SCHEMA)
    op.create_index(
        "uq_designation_preferred",
        "designation",
        ["concept_id", "language"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("status = 'preferred'"),
    )
    op.create_table(
        "definition",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["concept_id"], [f"{SCHEMA}.concept.concept_id"], name="fk_definition_concept_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("concept_id", "language", name="pk_definition"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("definition", "designation", "concept"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
