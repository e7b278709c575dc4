"""Concepts in full, and the work on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SCHEMA = "terminology"
KEY = sa.String(collation="C")
STATUSES = "status IN ('candidate', 'under_discussion', 'approved', 'published', 'retired', 'superseded')"
KINDS = "kind IN ('generic', 'partitive', 'associative', 'exact_match', 'close_match', 'broad_match', 'narrow_match')"
TYPES = "type IN ('full_form', 'abbreviation', 'symbol', 'formula', 'variant')"
PARTS_OF_SPEECH = "part_of_speech IN ('noun', 'verb', 'adjective', 'adverb', 'other', '')"
NEW_TABLES = ("concept_change", "concept_comment", "concept_redirect", "concept_relation", "remark")
NEW_COLUMNS = (
    ("concept", "subject_field", sa.String(), "''"),
    ("concept", "proposed_by", sa.String(), "''"),
    ("designation", "type", KEY, "'full_form'"),
    ("designation", "part_of_speech", KEY, "''"),
    ("designation", "geographical_usage", sa.String(), "''"),
    ("designation", "script", KEY, "''"),
    ("designation", "used_by", sa.ARRAY(sa.String()), "'{}'"),
    ("designation", "source", sa.String(), "''"),
    ("definition", "clause", sa.String(), "''"),
    ("definition", "derived_from", sa.String(), "''"),
)


def upgrade() -> None:
    """Give concepts everything a terminological entry says; those there keep what they say."""
    for table, name, kind, value in NEW_COLUMNS:
        column = sa.Column(name, kind, server_default=sa.text(value), nullable=False)
        op.add_column(table, column, schema=SCHEMA)
        op.alter_column(table, name, server_default=None, schema=SCHEMA)
    op.add_column("concept", sa.Column("successor_id", KEY), schema=SCHEMA)
    op.create_foreign_key(
        "fk_concept_successor_id", "concept", "concept", ["successor_id"], ["concept_id"],
        source_schema=SCHEMA, referent_schema=SCHEMA,
    )  # fmt: skip
    op.create_index("ix_concept_successor_id", "concept", ["successor_id"], schema=SCHEMA)
    op.create_index("ix_concept_domain", "concept", ["domain", "sort_key", "concept_id"], schema=SCHEMA)
    op.drop_constraint(op.f("ck_concept_status"), "concept", schema=SCHEMA)
    op.create_check_constraint(op.f("ck_concept_status"), "concept", STATUSES, schema=SCHEMA)
    superseded = "status = 'superseded' OR successor_id IS NULL"
    op.create_check_constraint(op.f("ck_concept_successor"), "concept", superseded, schema=SCHEMA)
    op.create_check_constraint(op.f("ck_designation_type"), "designation", TYPES, schema=SCHEMA)
    op.create_check_constraint(op.f("ck_designation_part_of_speech"), "designation", PARTS_OF_SPEECH, schema=SCHEMA)
    _create_parts()
    _create_work()


def _create_parts() -> None:
    op.create_table(
        "remark",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('note', 'example')", name=op.f("ck_remark_kind")),
        _of_concept("remark", "concept_id"),
        sa.PrimaryKeyConstraint("concept_id", "kind", "position", name="pk_remark"),
        schema=SCHEMA,
    )
    op.create_table(
        "concept_relation",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("target", KEY, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_concept_relation_kind")),
        _of_concept("concept_relation", "concept_id"),
        sa.PrimaryKeyConstraint("concept_id", "position", name="pk_concept_relation"),
        schema=SCHEMA,
    )
    op.create_index("ix_concept_relation_target", "concept_relation", ["target"], schema=SCHEMA)
    op.create_table(
        "concept_redirect",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("survivor_id", KEY, nullable=False),
        _of_concept("concept_redirect", "survivor_id"),
        sa.PrimaryKeyConstraint("concept_id", name="pk_concept_redirect"),
        schema=SCHEMA,
    )
    op.create_index("ix_concept_redirect_survivor_id", "concept_redirect", ["survivor_id"], schema=SCHEMA)


def _create_work() -> None:
    op.create_table(
        "concept_comment",
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True)),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_by = '')", name=op.f("ck_concept_comment_resolved")),
        _of_concept("concept_comment", "concept_id"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_concept_comment"),
        schema=SCHEMA,
    )
    columns = ["concept_id", "made_at", "comment_id"]
    op.create_index("ix_concept_comment_concept_id", "concept_comment", columns, schema=SCHEMA)
    op.create_table(
        "concept_change",
        sa.Column("concept_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", KEY, nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.Column("related", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("concept_id", "version", name="pk_concept_change"),
        schema=SCHEMA,
    )


def _of_concept(table: str, column: str) -> sa.ForeignKeyConstraint:
    target = f"{SCHEMA}.concept.concept_id"
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", ondelete="CASCADE")


def downgrade() -> None:
    """Take it back: what was agreed stays so, what was discussed is a candidate again."""
    for table in NEW_TABLES:
        op.drop_table(table, schema=SCHEMA)
    for name in ("type", "part_of_speech"):
        op.drop_constraint(op.f(f"ck_designation_{name}"), "designation", schema=SCHEMA)
    for name in ("successor", "status"):
        op.drop_constraint(op.f(f"ck_concept_{name}"), "concept", schema=SCHEMA)
    op.drop_index("ix_concept_domain", "concept", schema=SCHEMA)
    op.drop_column("concept", "successor_id", schema=SCHEMA)
    for before, after in (("under_discussion", "candidate"), ("published", "approved"), ("superseded", "retired")):
        op.execute(f"UPDATE {SCHEMA}.concept SET status = '{after}' WHERE status = '{before}'")  # noqa: S608
    three = "status IN ('candidate', 'approved', 'retired')"
    op.create_check_constraint(op.f("ck_concept_status"), "concept", three, schema=SCHEMA)
    for table, name, _kind, _value in NEW_COLUMNS:
        op.drop_column(table, name, schema=SCHEMA)
