"""The change log and the request log that every schema begins with, as they were first made.

Migrations never import row classes, which go on changing; these two shapes are shared by the first migration of every
schema and must not change either.
"""

import sqlalchemy as sa
from alembic import op

KEY = sa.String(collation="C")


def create_logs(schema: str) -> None:
    """Make both logs in *schema*."""
    op.execute(f"CREATE SEQUENCE {schema}.change_revision AS bigint")
    op.create_table(
        "change",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource", KEY, nullable=False),
        sa.Column("action", KEY, nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_change"),
        schema=schema,
    )
    op.create_table(
        "answered_request",
        sa.Column("principal", KEY, nullable=False),
        sa.Column("method", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answer_type", KEY, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "method", "request_id", name="pk_answered_request"),
        schema=schema,
    )
    op.create_index("ix_answered_request_answered_at", "answered_request", ["answered_at"], schema=schema)


def drop_logs(schema: str) -> None:
    """Take both logs back."""
    op.drop_table("answered_request", schema=schema)
    op.drop_table("change", schema=schema)
    op.execute(f"DROP SEQUENCE {schema}.change_revision")
