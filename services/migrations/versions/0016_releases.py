"""Releases of vocabularies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SCHEMA = "terminology"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the tables of releases."""
    op.create_table(
        "release",
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("domain", KEY, nullable=False),
        sa.Column("label", KEY, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("waivers", JSONB(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("concept_count", sa.Integer(), nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.PrimaryKeyConstraint("release_id", name="pk_release"),
        schema=SCHEMA,
    )
    op.create_index("uq_release_label", "release", ["domain", "label"], unique=True, schema=SCHEMA)
    op.create_index("ix_release_published_at", "release", ["published_at", "release_id"], schema=SCHEMA)
    op.create_table(
        "release_concept",
        sa.Column("release_id", KEY, nullable=False),
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.ForeignKeyConstraint(["release_id"], [f"{SCHEMA}.release.release_id"], name="fk_release_concept_release_id"),
        sa.PrimaryKeyConstraint("release_id", "concept_id", name="pk_release_concept"),
        schema=SCHEMA,
    )
    columns = ["release_id", "sort_key", "concept_id"]
    op.create_index("ix_release_concept_sort_key", "release_concept", columns, schema=SCHEMA)


def downgrade() -> None:
    """Take them back."""
    for table in ("release_concept", "release"):
        op.drop_table(table, schema=SCHEMA)
