"""Relations of dirty sources."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
SUSPENDED = "suspended IN ('self_loop', 'cycle')"
ENDS = "(source_id = target_id) = (suspended IS NOT DISTINCT FROM 'self_loop')"
CYCLE = "suspended IS DISTINCT FROM 'cycle' OR kind = 'supersedes'"


def upgrade() -> None:
    """Let relations be kept that do not count: of a standard to itself, and on cycles of supersession."""
    op.add_column("relation", sa.Column("suspended", sa.String(collation="C")), schema=SCHEMA)
    op.drop_constraint(op.f("ck_relation_ends"), "relation", schema=SCHEMA)
    op.create_check_constraint(op.f("ck_relation_suspended"), "relation", SUSPENDED, schema=SCHEMA)
    op.create_check_constraint(op.f("ck_relation_ends"), "relation", ENDS, schema=SCHEMA)
    op.create_check_constraint(op.f("ck_relation_cycle"), "relation", CYCLE, schema=SCHEMA)
    where = sa.text("suspended IS NOT NULL")
    op.create_index("ix_relation_suspended", "relation", ["suspended"], postgresql_where=where, schema=SCHEMA)


def downgrade() -> None:
    """Take them back; relations of a standard to itself go."""
    op.drop_index("ix_relation_suspended", "relation", schema=SCHEMA)
    for name in ("suspended", "ends", "cycle"):
        op.drop_constraint(op.f(f"ck_relation_{name}"), "relation", schema=SCHEMA)
    op.execute("DELETE FROM catalog.relation WHERE source_id = target_id")
    op.create_check_constraint(op.f("ck_relation_ends"), "relation", "source_id <> target_id", schema=SCHEMA)
    op.drop_column("relation", "suspended", schema=SCHEMA)
