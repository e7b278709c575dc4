"""The life of a standard after its publication."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
CAUSES = "'superseded', 'revised', 'abolished', 'amended', 'changed'"
CONCLUSIONS = "'confirmed', 'to_be_revised', 'abolished'"

# What is in the catalogue already: reviews are due for standards of China that have not ended, amendments apart.
REVIEWS_DUE = """
    UPDATE catalog.standard
    SET review_due_on = (greatest(coalesce(issued_on, effective_on), reviewed_on) + interval '5 years')::date
    WHERE status IN ('upcoming', 'in_force') AND level NOT IN ('international', 'foreign')
    AND standard_id NOT LIKE '%~xg%'
"""
COMMITTEES = """
    UPDATE catalog.standard SET committee_key = replace(lower(normalize(committee, NFKC)), ' ', '') WHERE committee <> ''
"""
HISTORY = """
    INSERT INTO catalog.standard_change (standard_id, version, action, changes, related, reason, principal, occurred_at)
    SELECT substr(resource, 11), row_number() OVER (PARTITION BY resource ORDER BY revision),
        action, '{}', '', '', principal, occurred_at
    FROM catalog.change
    WHERE resource LIKE 'standards/%' AND action IN ('created', 'updated', 'superseded', 'abolished')
"""


def upgrade() -> None:
    """Add reviews, amendments, histories and suspect marks."""
    flag: dict[str, Any] = {"nullable": False, "server_default": sa.false()}
    op.add_column("standard", sa.Column("review_due_on", sa.Date()), schema=SCHEMA)
    op.add_column("standard", sa.Column("to_be_revised", sa.Boolean(), **flag), schema=SCHEMA)
    op.add_column("standard", sa.Column("committee_key", KEY, nullable=False, server_default=""), schema=SCHEMA)
    op.alter_column("standard", "committee_key", server_default=None, schema=SCHEMA)
    op.add_column("relation", sa.Column("partial", sa.Boolean(), **flag), schema=SCHEMA)
    op.execute(REVIEWS_DUE)
    op.execute(COMMITTEES)
    due = ["review_due_on", "standard_id"]
    op.create_index("ix_standard_review_due_on", "standard", due, schema=SCHEMA)
    op.create_index("ix_standard_committee_key", "standard", ["committee_key", *due], schema=SCHEMA)
    _create_suspects()
    _create_reviews()
    _create_history()
    op.execute(HISTORY)


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _create_suspects() -> None:
    op.create_table(
        "suspect",
        *[_column(name, KEY) for name in ("suspect_id", "relation_id", "source_id", "standard_id")],
        _column("standard_version", sa.Integer()),
        _column("cause", KEY),
        _column("marked_by", sa.String()),
        _moment("marked_at"),
        _column("cleared_by", sa.String()),
        sa.Column("cleared_at", sa.DateTime(timezone=True)),
        _column("clear_reason", sa.String()),
        sa.PrimaryKeyConstraint("suspect_id", name="pk_suspect"),
        sa.CheckConstraint(f"cause IN ({CAUSES})", name=op.f("ck_suspect_cause")),
        sa.CheckConstraint("(cleared_at IS NULL) = (cleared_by = '')", name=op.f("ck_suspect_cleared")),
        schema=SCHEMA,
    )
    event = ["relation_id", "standard_id", "cause", "standard_version"]
    op.create_index("uq_suspect_event", "suspect", event, unique=True, schema=SCHEMA)
    open_marks = sa.text("cleared_at IS NULL")
    queue = ["marked_at", "suspect_id"]
    op.create_index("ix_suspect_marked_at", "suspect", queue, schema=SCHEMA, postgresql_where=open_marks)
    op.create_index("ix_suspect_source_id", "suspect", ["source_id"], schema=SCHEMA)
    op.create_index("ix_suspect_standard_id", "suspect", ["standard_id"], schema=SCHEMA)


def _standard(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["standard_id"], [f"{SCHEMA}.standard.standard_id"], name=f"fk_{table}_standard_id")


def _create_reviews() -> None:
    op.create_table(
        "review",
        _column("standard_id", KEY),
        _column("version", sa.Integer()),
        _column("conclusion", KEY),
        _column("reviewed_on", sa.Date()),
        _column("reason", sa.String()),
        _column("draft", KEY),
        _column("principal", sa.String()),
        _moment("recorded_at"),
        sa.PrimaryKeyConstraint("standard_id", "version", name="pk_review"),
        _standard("review"),
        sa.CheckConstraint(f"conclusion IN ({CONCLUSIONS})", name=op.f("ck_review_conclusion")),
        schema=SCHEMA,
    )
    op.create_table(
        "amendment",
        _column("standard_id", KEY),
        _column("document", KEY),
        _column("changes", sa.String()),
        sa.PrimaryKeyConstraint("standard_id", name="pk_amendment"),
        _standard("amendment"),
        schema=SCHEMA,
    )


def _create_history() -> None:
    op.create_table(
        "standard_change",
        _column("standard_id", KEY),
        _column("version", sa.Integer()),
        _column("action", KEY),
        _column("changes", JSONB()),
        _column("related", KEY),
        _column("reason", sa.String()),
        _column("principal", sa.String()),
        _moment("occurred_at"),
        sa.PrimaryKeyConstraint("standard_id", "version", name="pk_standard_change"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("standard_change", "amendment", "review", "suspect"):
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("ix_standard_committee_key", "standard", schema=SCHEMA)
    op.drop_index("ix_standard_review_due_on", "standard", schema=SCHEMA)
    op.drop_column("relation", "partial", schema=SCHEMA)
    for column in ("committee_key", "to_be_revised", "review_due_on"):
        op.drop_column("standard", column, schema=SCHEMA)
