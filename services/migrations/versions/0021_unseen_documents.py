"""Documents know whose committee uploaded them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SCHEMA = "documents"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Add the column; what was uploaded before stays everybody's, as it was."""
    op.add_column("document", sa.Column("committee_key", KEY, server_default="", nullable=False), schema=SCHEMA)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("document", "committee_key", schema=SCHEMA)
