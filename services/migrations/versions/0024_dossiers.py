"""Review dossiers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SCHEMA = "compliance"
KEY = sa.String(collation="C")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of dossiers."""
    op.create_table(
        "dossier",
        sa.Column("dossier_id", KEY, nullable=False),
        sa.Column("symbol", KEY, nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", TIME, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name="pk_dossier"),
        schema=SCHEMA,
    )
    op.create_index("ix_dossier_symbol", "dossier", ["symbol"], schema=SCHEMA)
    op.create_index("ix_dossier_created_at", "dossier", ["created_at", "dossier_id"], schema=SCHEMA)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("dossier", schema=SCHEMA)
