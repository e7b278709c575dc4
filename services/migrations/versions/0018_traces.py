"""Operations carry the trace of the call that asked for them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a program of the release before writes rows without it."""
    op.add_column(
        "operation", sa.Column("trace_parent", sa.String(), server_default="", nullable=False), schema="operations"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("operation", "trace_parent", schema="operations")
