"""What the texts of drafts cite, and marks on drafts that cite what has changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
KINDS = "'normative_reference', 'informative_reference'"


def upgrade() -> None:
    """Make the table of citations, and let a mark name a draft."""
    op.create_table(
        "draft_citation",
        *[sa.Column(name, KEY, nullable=False) for name in ("citation_id", "document", "draft_id", "target_id")],
        sa.Column("target_undated_key", KEY, nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.PrimaryKeyConstraint("citation_id", "document", name="pk_draft_citation"),
        sa.ForeignKeyConstraint(["draft_id"], ["catalog.draft.draft_id"], name="fk_draft_citation_draft_id"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_draft_citation_kind")),
        schema=SCHEMA,
    )
    for column in ("draft_id", "target_id", "target_undated_key"):
        op.create_index(f"ix_draft_citation_{column}", "draft_citation", [column], schema=SCHEMA)
    op.add_column("suspect", sa.Column("draft_id", KEY), schema=SCHEMA)
    op.create_foreign_key(
        "fk_suspect_draft_id",
        "suspect",
        "draft",
        ["draft_id"],
        ["draft_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    op.create_check_constraint(
        op.f("ck_suspect_source"), "suspect", "(draft_id IS NULL) = (source_id <> '')", schema=SCHEMA
    )
    cited_by_drafts = sa.text("draft_id IS NOT NULL")
    op.create_index("ix_suspect_draft_id", "suspect", ["draft_id"], schema=SCHEMA, postgresql_where=cited_by_drafts)


def downgrade() -> None:
    """Forget both."""
    op.execute("DELETE FROM catalog.suspect WHERE draft_id IS NOT NULL")
    op.drop_column("suspect", "draft_id", schema=SCHEMA)
    op.drop_table("draft_citation", schema=SCHEMA)
