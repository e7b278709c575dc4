"""Codes of a requirement that the lists do not have are marked, as those of a measure are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SCHEMA = "linkage"


def upgrade() -> None:
    """Add the column. The default stays: programs of the release before go on writing while this one is rolled out."""
    column = sa.Column("code_marks", JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb"))
    op.add_column("requirement", column, schema=SCHEMA)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("requirement", "code_marks", schema=SCHEMA)
