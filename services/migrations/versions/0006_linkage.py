"""Linkage."""

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "linkage"


def upgrade() -> None:
    """Make the tables of linkage."""
    create_logs(op, SCHEMA)


def downgrade() -> None:
    """Take them back."""
    drop_logs(op, SCHEMA)

