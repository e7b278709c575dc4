"""Documents."""

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "documents"


def upgrade() -> None:
    """Make the tables of documents."""
    create_logs(op, SCHEMA)


def downgrade() -> None:
    """Take them back."""
    drop_logs(op, SCHEMA)

