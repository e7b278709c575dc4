"""Linkage."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.migrations.logs import create_logs, drop_logs

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "linkage"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)


def upgrade() -> None:
    """Make the tables of linkage."""
    create_logs(SCHEMA)
    _create_measures()
    _create_requirements()
    _create_links()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _versioned() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def _create_measures() -> None:
    op.create_table(
        "measure",
        _column("measure_id", KEY),
        _column("symbols", KEYS),
        _column("agreement", KEY),
        _column("members", KEYS),
        _column("member_codes", KEYS),
        *[
            _column(name, sa.String())
            for name in ("notification_type", "title_zh", "title_en", "description", "products")
        ],
        *[_column(name, KEYS) for name in ("hs_codes", "ics_codes", "objectives", "keywords")],
        _column("affected_regions", sa.String()),
        *[
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("distributed_on", "comment_deadline", "adoption_on", "entry_into_force_on")
        ],
        _column("notified_documents", KEYS),
        _column("notification_links", JSONB()),
        _column("source", sa.String()),
        _column("example", sa.Boolean()),
        _column("search_key", KEY),
        _column("order_day", sa.Date()),
        *_versioned(),
        sa.CheckConstraint("agreement IN ('TBT', 'SPS')", name=op.f("ck_measure_agreement")),
        sa.PrimaryKeyConstraint("measure_id", name="pk_measure"),
        schema=SCHEMA,
    )
    op.create_index("ix_measure_member_codes", "measure", ["member_codes"], schema=SCHEMA, postgresql_using="gin")
    op.create_index("ix_measure_order", "measure", ["order_day", "measure_id"], schema=SCHEMA)
    op.create_table(
        "measure_symbol",
        _column("symbol_key", KEY),
        _column("measure_id", KEY),
        sa.ForeignKeyConstraint(["measure_id"], [f"{SCHEMA}.measure.measure_id"], name="fk_measure_symbol_measure_id"),
        sa.PrimaryKeyConstraint("symbol_key", name="pk_measure_symbol"),
        schema=SCHEMA,
    )
    op.create_index("ix_measure_symbol_measure_id", "measure_symbol", ["measure_id"], schema=SCHEMA)


def _create_requirements() -> None:
    op.create_table(
        "requirement",
        _column("measure_id", KEY),
        _column("number", sa.Integer()),
        _column("text_zh", sa.String()),
        _column("text_en", sa.String()),
        _column("kind", KEY),
        _column("subject", sa.String()),
        _column("hs_codes", KEYS),
        _column("parameter", sa.String()),
        sa.Column("required_limit", JSONB(), nullable=True),
        _column("cited_standards", KEYS),
        _column("assessed", sa.Boolean()),
        *_versioned(),
        sa.CheckConstraint("number > 0", name=op.f("ck_requirement_number")),
        sa.ForeignKeyConstraint(["measure_id"], [f"{SCHEMA}.measure.measure_id"], name="fk_requirement_measure_id"),
        sa.PrimaryKeyConstraint("measure_id", "number", name="pk_requirement"),
        schema=SCHEMA,
    )


def _create_links() -> None:
    op.create_table(
        "link",
        _column("link_id", KEY),
        _column("measure_id", KEY),
        _column("requirement_number", sa.Integer()),
        _column("target", KEY),
        _column("designation", sa.String()),
        _column("clause", KEY),
        _column("relation", KEY),
        _column("confidence", sa.Float()),
        _column("rationale_zh", sa.String()),
        _column("rationale_en", sa.String()),
        _column("evidence", KEYS),
        sa.Column("standard_limit", JSONB(), nullable=True),
        _column("state", KEY),
        _column("reviewed_by", sa.String()),
        *_versioned(),
        sa.CheckConstraint("relation IN ('equal', 'subset', 'superset', 'intersects')", name=op.f("ck_link_relation")),
        sa.CheckConstraint("state IN ('suggested', 'confirmed', 'rejected')", name=op.f("ck_link_state")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_link_confidence")),
        sa.ForeignKeyConstraint(
            ["measure_id", "requirement_number"],
            [f"{SCHEMA}.requirement.measure_id", f"{SCHEMA}.requirement.number"],
            name="fk_link_requirement",
        ),
        sa.PrimaryKeyConstraint("link_id", name="pk_link"),
        sa.UniqueConstraint("measure_id", "requirement_number", "target", "clause", name="uq_link_claim"),
        schema=SCHEMA,
    )
    op.create_index("ix_link_target", "link", ["target"], schema=SCHEMA)


def downgrade() -> None:
    """Take them back."""
    for table in ("link", "requirement", "measure_symbol", "measure"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
