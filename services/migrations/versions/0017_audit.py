"""The record of changes and refusals."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SCHEMA = "audit"
KEY = sa.String(collation="C")


def upgrade() -> None:
    """Make the record, the chain over it, and what still waits for its place there."""
    op.create_table(
        "record",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("principal", KEY, nullable=False),
        sa.Column("roles", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("service", KEY, nullable=False),
        sa.Column("method", KEY, nullable=False),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("code", KEY, nullable=False),
        sa.Column("reason", KEY, nullable=False),
        sa.Column("target", KEY, nullable=False),
        sa.Column("targets", sa.ARRAY(KEY), nullable=False),
        sa.Column("target_count", sa.Integer(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("after_sha256", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('write', 'refusal', 'unrecorded')", name="kind"),
        sa.PrimaryKeyConstraint("number", name="pk_record"),
        schema=SCHEMA,
    )
    op.create_index("ix_record_occurred_at", "record", ["occurred_at"], schema=SCHEMA)
    op.create_index("ix_record_principal", "record", ["principal", "number"], schema=SCHEMA)
    op.create_index("ix_record_target", "record", ["target", "number"], schema=SCHEMA)
    op.create_table(
        "unsealed",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_unsealed"),
        schema=SCHEMA,
    )
    op.create_table(
        "link",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_link"),
        sa.UniqueConstraint("number", name="uq_link_number"),
        schema=SCHEMA,
    )
    # Runs with its owner's rights: the services may append to the record and touch nothing else here.
    op.execute(
        """
        CREATE FUNCTION audit.await_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit AS $$
        BEGIN
            INSERT INTO audit.unsealed (number) SELECT number FROM appended;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER await_seal AFTER INSERT ON audit.record REFERENCING NEW TABLE AS appended"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit.await_seal()"
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("link", schema=SCHEMA)
    op.drop_table("unsealed", schema=SCHEMA)
    op.drop_table("record", schema=SCHEMA)
    op.execute("DROP FUNCTION audit.await_seal()")
