"""Stories of measures, their documents, trade concerns, and requirements read out of texts."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SCHEMA = "linkage"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)
STATES = "'notified', 'open_for_comment', 'closed', 'adopted', 'in_force', 'amended', 'withdrawn'"
MEASURE_COLUMNS: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "kind": (KEY, "'regular'"),
    "origin": (KEY, "'wto'"),
    "agencies": (KEYS, "'{}'"),
    "articles": (KEYS, "'{}'"),
    "affected_countries": (KEYS, "'{}'"),
    "cited_standards": (KEYS, "'{}'"),
    "stated": (JSONB(), "'{}'"),
    "code_marks": (JSONB(), "'{}'"),
    "text_languages": (KEYS, "'{}'"),
    "pages": (sa.String(), "''"),
    "import_digest": (KEY, "''"),
    "story_id": (KEY, "''"),
}
REQUIREMENT_COLUMNS = ("conditions", "agency", "original_text", "original_language", "clause", "source")


def upgrade() -> None:
    """Make the tables, and give what is recorded its family."""
    for name, (kind, default) in MEASURE_COLUMNS.items():
        _add("measure", name, kind, default)
    op.create_check_constraint(
        op.f("ck_measure_origin"), "measure", "origin IN ('wto', 'platform', 'entered')", schema=SCHEMA
    )
    op.create_index("ix_measure_story_id", "measure", ["story_id"], schema=SCHEMA)
    for name in REQUIREMENT_COLUMNS:
        _add("requirement", name, sa.String(), "''")
    op.add_column("measure_symbol", sa.Column("base_key", KEY, nullable=True), schema=SCHEMA)
    op.execute(
        f"UPDATE {SCHEMA}.measure_symbol SET base_key = substring(symbol_key from '^g/[a-z]+/n/[a-z]+/[0-9]+')"  # noqa: S608  (a constant)
    )
    op.alter_column("measure_symbol", "base_key", nullable=False, schema=SCHEMA)
    op.create_index("ix_measure_symbol_base_key", "measure_symbol", ["base_key"], schema=SCHEMA)
    _create_stories()
    _create_documents()
    _create_concerns()
    _create_proposals()


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], default: str) -> None:
    column = sa.Column(name, kind, nullable=False, server_default=sa.text(default))
    op.add_column(table, column, schema=SCHEMA)
    op.alter_column(table, name, server_default=None, schema=SCHEMA)


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _days(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Date(), nullable=True) for name in names]


def _versioned() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def _create_stories() -> None:
    op.create_table(
        "story",
        _column("story_id", KEY),
        *[_column(name, KEYS) for name in ("symbols", "member_codes")],
        *[_column(name, sa.String()) for name in ("title_zh", "title_en")],
        *[_column(name, KEYS) for name in ("hs_codes", "ics_codes")],
        *_days("comment_deadline", "adoption_on", "entry_into_force_on", "notified_on"),
        _column("last_changed_by", KEY),
        *_days("last_changed_on"),
        _column("example", sa.Boolean()),
        _column("search_key", KEY),
        _column("order_day", sa.Date()),
        sa.PrimaryKeyConstraint("story_id", name="pk_story"),
        schema=SCHEMA,
    )
    op.create_index("ix_story_member_codes", "story", ["member_codes"], schema=SCHEMA, postgresql_using="gin")
    op.create_index("ix_story_order", "story", ["order_day", "story_id"], schema=SCHEMA)
    op.create_index("ix_story_comment_deadline", "story", ["comment_deadline"], schema=SCHEMA)
    op.create_table(
        "story_span",
        _column("story_id", KEY),
        _column("since", sa.Date()),
        _column("until", sa.Date()),
        _column("state", KEY),
        _column("presumed", sa.Boolean()),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_story_span_state")),
        sa.ForeignKeyConstraint(
            ["story_id"], [f"{SCHEMA}.story.story_id"], name="fk_story_span_story_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "since", name="pk_story_span"),
        schema=SCHEMA,
    )
    op.create_index("ix_story_span_state", "story_span", ["state", "since", "until"], schema=SCHEMA)


def _create_documents() -> None:
    op.create_table(
        "measure_document",
        *[_column(name, KEY) for name in ("measure_id", "document", "role", "language")],
        *[_column(name, sa.String()) for name in ("title", "file_name")],
        _column("sha256", KEY),
        sa.ForeignKeyConstraint(
            ["measure_id"], [f"{SCHEMA}.measure.measure_id"], name="fk_measure_document_measure_id"
        ),
        sa.PrimaryKeyConstraint("measure_id", "document", name="pk_measure_document"),
        schema=SCHEMA,
    )


def _create_concerns() -> None:
    op.create_table(
        "trade_concern",
        _column("agreement", KEY),
        _column("number", sa.Integer()),
        *[_column(name, sa.String()) for name in ("title_zh", "title_en")],
        *[_column(name, KEYS) for name in ("symbols", "base_keys", "raised_by", "supported_by")],
        *[_column(name, sa.String()) for name in ("subject_member", "status")],
        *_days("first_raised_on", "last_raised_on"),
        _column("times_raised", sa.Integer()),
        *[_column(name, KEYS) for name in ("issues", "sources")],
        _column("summary", JSONB()),
        *_versioned(),
        sa.CheckConstraint("agreement IN ('TBT', 'SPS')", name=op.f("ck_trade_concern_agreement")),
        sa.CheckConstraint("number > 0", name=op.f("ck_trade_concern_number")),
        sa.PrimaryKeyConstraint("agreement", "number", name="pk_trade_concern"),
        schema=SCHEMA,
    )
    op.create_index("ix_trade_concern_base_keys", "trade_concern", ["base_keys"], schema=SCHEMA, postgresql_using="gin")


def _create_proposals() -> None:
    op.create_table(
        "requirement_proposal",
        *[_column(name, KEY) for name in ("proposal_id", "measure_id", "kind")],
        _column("quote", sa.String()),
        _column("language", KEY),
        _column("parameter", sa.String()),
        sa.Column("required_limit", JSONB(), nullable=True),
        _column("cited_standards", KEYS),
        *[_column(name, KEY) for name in ("document", "part")],
        *[_column(name, sa.Integer()) for name in ("start_at", "end_at")],
        _column("state", KEY),
        _column("requirement_number", sa.Integer()),
        *[_column(name, sa.String()) for name in ("decided_by", "reason")],
        *_versioned(),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name=op.f("ck_requirement_proposal_state")),
        sa.CheckConstraint(
            "(state = 'accepted') = (requirement_number > 0)", name=op.f("ck_requirement_proposal_accepted")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], [f"{SCHEMA}.measure.measure_id"], name="fk_requirement_proposal_measure_id"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_requirement_proposal"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_requirement_proposal_order",
        "requirement_proposal",
        ["measure_id", "document", "part", "start_at", "proposal_id"],
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("requirement_proposal", "trade_concern", "measure_document", "story_span", "story"):
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("ix_measure_symbol_base_key", "measure_symbol", schema=SCHEMA)
    op.drop_column("measure_symbol", "base_key", schema=SCHEMA)
    for name in REQUIREMENT_COLUMNS:
        op.drop_column("requirement", name, schema=SCHEMA)
    op.drop_index("ix_measure_story_id", "measure", schema=SCHEMA)
    op.drop_constraint(op.f("ck_measure_origin"), "measure", schema=SCHEMA)
    for name in MEASURE_COLUMNS:
        op.drop_column("measure", name, schema=SCHEMA)
