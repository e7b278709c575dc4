"""Links: their history, batches of verdicts, the review desk, weights of suggestions."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SCHEMA = "linkage"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)
MOMENT = sa.DateTime(timezone=True)
RELATIONS = "relation IN ('equal', 'subset', 'superset', 'intersects'{})"
OPEN = sa.text("state = 'suggested' OR (state = 'confirmed' AND suspect_causes <> '{}')")
DUE_ON = """
UPDATE linkage.link SET due_on = coalesce(measure.comment_deadline, measure.adoption_on, measure.entry_into_force_on, due_on)
FROM linkage.measure WHERE measure.measure_id = link.measure_id
"""
HS_OF_CONFIRMED = """
INSERT INTO linkage.confirmed_hs (link_id, hs, target, measure_id)
SELECT DISTINCT link.link_id, left(code, 6), link.target, link.measure_id
FROM linkage.link JOIN linkage.requirement ON requirement.measure_id = link.measure_id
    AND requirement.number = link.requirement_number
JOIN linkage.measure ON measure.measure_id = link.measure_id
CROSS JOIN LATERAL (SELECT code FROM unnest(CASE WHEN requirement.hs_codes <> '{}' THEN requirement.hs_codes
    ELSE measure.hs_codes END) AS code WHERE length(code) >= 4 ORDER BY code LIMIT 50) AS codes
WHERE link.state = 'confirmed' AND link.target LIKE 'standards/%'
"""


def upgrade() -> None:
    """Add what a review needs to links, and the tables beside them."""
    _widen_links()
    _create_tables()
    op.execute(DUE_ON)
    op.execute(HS_OF_CONFIRMED)


def _widen_links() -> None:
    for name, kind, default in (
        ("rationale_kind", KEY, ""),
        ("strength", sa.Integer(), "0"),
        ("created_by", sa.String(), ""),
        ("first_reviewer", sa.String(), ""),
        ("suspect_causes", KEYS, "{}"),
        ("due_on", sa.Date(), date(1, 1, 1).isoformat()),
        ("trade_weight", sa.Float(), "0"),
        ("replaced_by", KEY, ""),
    ):
        op.add_column("link", sa.Column(name, kind, nullable=False, server_default=default), schema=SCHEMA)
        op.alter_column("link", name, server_default=None, schema=SCHEMA)
    op.add_column("link", sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False), schema=SCHEMA)
    op.execute("UPDATE linkage.link SET created_at = updated_at")
    for column in (sa.Column("signals", JSONB()), sa.Column("suspect_since", MOMENT), sa.Column("target_facts", KEY)):
        op.add_column("link", column, schema=SCHEMA)
    op.drop_constraint("ck_link_relation", "link", schema=SCHEMA)
    op.create_check_constraint(op.f("ck_link_relation"), "link", RELATIONS.format(", 'none'"), schema=SCHEMA)
    op.create_check_constraint(op.f("ck_link_strength"), "link", "strength BETWEEN 0 AND 10", schema=SCHEMA)
    kinds = "rationale_kind IN ('', 'syntactic', 'semantic', 'functional')"
    op.create_check_constraint(op.f("ck_link_rationale_kind"), "link", kinds, schema=SCHEMA)
    for index, day in (("ix_link_queue", "due_on"), ("ix_link_queue_past", "due_on DESC")):
        columns = [sa.text(day), sa.text("trade_weight DESC"), sa.text("link_id")]
        op.create_index(index, "link", columns, schema=SCHEMA, postgresql_where=OPEN)


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, server_default=sa.func.now(), nullable=False)


def _create_tables() -> None:
    op.create_table(
        "link_event",
        *[_column("link_id", KEY), _column("version", sa.Integer()), _column("action", KEY)],
        *[_column("principal", sa.String()), _now("occurred_at"), _column("reason", sa.String())],
        *[_column("before", JSONB()), _column("after", JSONB()), _column("batch_id", KEY)],
        sa.PrimaryKeyConstraint("link_id", "version", name="pk_link_event"),
        schema=SCHEMA,
    )
    batched = sa.text("batch_id <> ''")
    op.create_index("ix_link_event_batch", "link_event", ["batch_id"], schema=SCHEMA, postgresql_where=batched)
    op.create_table(
        "review_batch",
        *[_column("batch_id", KEY), _column("principal", KEY), _now("made_at"), _column("note", sa.String())],
        *[
            _column("figures", JSONB()),
            _column("undone_by", sa.String()),
            sa.Column("undone_at", MOMENT, nullable=True),
        ],
        sa.PrimaryKeyConstraint("batch_id", name="pk_review_batch"),
        schema=SCHEMA,
    )
    op.create_index("ix_review_batch_made_at", "review_batch", ["made_at", "batch_id"], schema=SCHEMA)
    op.create_table(
        "confirmed_hs",
        *[_column(name, KEY) for name in ("link_id", "hs", "target", "measure_id")],
        sa.PrimaryKeyConstraint("link_id", "hs", name="pk_confirmed_hs"),
        schema=SCHEMA,
    )
    op.create_index("ix_confirmed_hs_hs", "confirmed_hs", ["hs", "target"], schema=SCHEMA)
    op.create_index("ix_confirmed_hs_target", "confirmed_hs", ["target", "hs"], schema=SCHEMA)
    op.create_table(
        "suggestion_weights",
        *[_column("version", sa.Integer()), _column("weights", JSONB())],
        *[_column(name, sa.Integer()) for name in ("confirmed", "rejected", "left_out")],
        *[_column(name, sa.Float()) for name in ("brier_before", "brier_after")],
        *[_column("principal", sa.String()), _now("fitted_at")],
        sa.PrimaryKeyConstraint("version", name="pk_suggestion_weights"),
        schema=SCHEMA,
    )
    op.create_table(
        "trade_weight",
        *[_column("member_code", KEY), _column("hs_heading", KEY), _column("weight", sa.Float())],
        sa.CheckConstraint("weight >= 0", name=op.f("ck_trade_weight_weight")),
        sa.PrimaryKeyConstraint("member_code", "hs_heading", name="pk_trade_weight"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("trade_weight", "suggestion_weights", "confirmed_hs", "review_batch", "link_event"):
        op.drop_table(table, schema=SCHEMA)
    for index in ("ix_link_queue", "ix_link_queue_past"):
        op.drop_index(index, "link", schema=SCHEMA)
    op.execute("DELETE FROM linkage.link WHERE relation = 'none'")
    op.drop_constraint("ck_link_relation", "link", schema=SCHEMA)
    op.create_check_constraint(op.f("ck_link_relation"), "link", RELATIONS.format(""), schema=SCHEMA)
    for column in (
        *("rationale_kind", "strength", "created_by", "created_at", "first_reviewer", "signals", "suspect_causes"),
        *("suspect_since", "target_facts", "due_on", "trade_weight", "replaced_by"),
    ):
        op.drop_column("link", column, schema=SCHEMA)
