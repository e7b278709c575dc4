"""What a standard is about: its scope, in Chinese and English, empty where nobody has recorded it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
COLUMNS = ("scope_zh", "scope_en")


def upgrade() -> None:
    """Add the scopes; programs of the release before write none, so the database fills in what they leave out."""
    for name in COLUMNS:
        op.add_column("standard", sa.Column(name, sa.String(), nullable=False, server_default=""), schema=SCHEMA)


def downgrade() -> None:
    """Take them away."""
    for name in COLUMNS:
        op.drop_column("standard", name, schema=SCHEMA)
