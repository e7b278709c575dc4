"""Documents."""

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "documents"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the tables of documents."""
    create_logs(SCHEMA)
    op.create_table(
        "document",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", KEY, nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_document_size_bytes")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_document_sha256")),
        sa.PrimaryKeyConstraint("document_id", name="pk_document"),
        schema=SCHEMA,
    )
    op.create_index("ix_document_uploaded_at", "document", ["uploaded_at", "document_id"], schema=SCHEMA)
    op.create_index("ix_document_sha256", "document", ["sha256"], schema=SCHEMA)
    op.create_table(
        "reading",
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("reader", KEY, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "language", name="pk_reading"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("reading", "document"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
