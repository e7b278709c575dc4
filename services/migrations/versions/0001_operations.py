"""Operations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the table of operations."""
    op.create_table(
        "operation",
        sa.Column("operation_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("principal", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("progress", sa.LargeBinary(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.LargeBinary(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("operation_id", name="pk_operation"),
        schema="operations",
    )
    op.create_index("ix_operation_principal", "operation", ["principal"], schema="operations")
    op.create_index("ix_operation_created_at", "operation", ["created_at"], schema="operations")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("operation", schema="operations")
