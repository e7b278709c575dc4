"""Catalog."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from services.migrations.logs import create_logs, drop_logs

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)

LEVELS = "'national', 'industry', 'local', 'group', 'enterprise', 'international', 'foreign'"
STAGES = "'00', '10', '20', '30', '40', '50', '60', '90', '95'"


def upgrade() -> None:
    """Make the tables of catalog."""
    create_logs(SCHEMA)
    _create_systems()
    _create_nodes()
    _create_standards()
    _create_placements()
    _create_relations()
    _create_drafts()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{target}.{target}_id"], name=f"fk_{table}_{column}")


def _create_systems() -> None:
    op.create_table(
        "system",
        _column("system_id", KEY),
        _column("title_zh", sa.String()),
        _column("title_en", sa.String()),
        _column("version", sa.Integer()),
        sa.PrimaryKeyConstraint("system_id", name="pk_system"),
        schema=SCHEMA,
    )


def _create_nodes() -> None:
    op.create_table(
        "node",
        _column("node_id", KEY),
        _column("system_id", KEY),
        _column("code", KEY),
        _column("code_order", KEY),
        _optional("parent_id", KEY),
        _column("title_zh", sa.String()),
        _column("title_en", sa.String()),
        _optional("level", KEY),
        _column("kind", KEY),
        _column("planned_standards", sa.Integer()),
        _column("archived", sa.Boolean()),
        _column("version", sa.Integer()),
        sa.PrimaryKeyConstraint("node_id", name="pk_node"),
        _reference("node", "system_id", "system"),
        _reference("node", "parent_id", "node"),
        sa.CheckConstraint(f"level IN ({LEVELS})", name=op.f("ck_node_level")),
        sa.CheckConstraint("kind IN ('branch', 'level', 'field', 'type', 'product')", name=op.f("ck_node_kind")),
        sa.CheckConstraint("parent_id <> node_id", name=op.f("ck_node_parent")),
        sa.CheckConstraint("planned_standards >= 0", name=op.f("ck_node_planned")),
        schema=SCHEMA,
    )
    op.create_index("uq_node_code", "node", ["system_id", "code"], unique=True, schema=SCHEMA)
    op.create_index("ix_node_parent_id", "node", ["parent_id"], schema=SCHEMA)


def _create_standards() -> None:
    op.create_table(
        "standard",
        _column("standard_id", KEY),
        _column("undated_key", KEY),
        _column("designation", sa.String()),
        _column("designation_order", KEY),
        _column("title_zh", sa.String()),
        _column("title_en", sa.String()),
        _column("search_text", KEY),
        _column("level", KEY),
        _optional("obligation", KEY),
        _column("status", KEY),
        *[_optional(name, sa.Date()) for name in ("issued_on", "effective_on", "ended_on", "reviewed_on")],
        *[_column(name, KEYS) for name in ("ics", "ccs", "fields")],
        _column("committee", sa.String()),
        _column("source", sa.String()),
        _column("version", sa.Integer()),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("standard_id", name="pk_standard"),
        sa.CheckConstraint(f"level IN ({LEVELS})", name=op.f("ck_standard_level")),
        sa.CheckConstraint(
            "obligation IN ('mandatory', 'recommended', 'guidance')", name=op.f("ck_standard_obligation")
        ),
        sa.CheckConstraint(
            "status IN ('upcoming', 'in_force', 'superseded', 'abolished')", name=op.f("ck_standard_status")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR status IN ('superseded', 'abolished')", name=op.f("ck_standard_ended_on")
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_standard_undated_key", "standard", ["undated_key"], schema=SCHEMA)
    op.create_index("uq_standard_designation_order", "standard", ["designation_order"], unique=True, schema=SCHEMA)
    op.create_index("ix_standard_fields", "standard", ["fields"], postgresql_using="gin", schema=SCHEMA)


def _create_placements() -> None:
    op.create_table(
        "placement",
        _column("system_id", KEY),
        _column("standard_id", KEY),
        _column("node_id", KEY),
        sa.PrimaryKeyConstraint("system_id", "standard_id", name="pk_placement"),
        *[_reference("placement", f"{target}_id", target) for target in ("standard", "node")],
        schema=SCHEMA,
    )
    op.create_index("ix_placement_node_id", "placement", ["node_id"], schema=SCHEMA)


def _create_relations() -> None:
    op.create_table(
        "relation",
        _column("relation_id", KEY),
        _column("source_id", KEY),
        _column("target_id", KEY),
        _column("target_undated_key", KEY),
        _column("target_designation", sa.String()),
        _column("kind", KEY),
        _column("dated", sa.Boolean()),
        _optional("degree", KEY),
        _column("clause", KEY),
        sa.PrimaryKeyConstraint("relation_id", name="pk_relation"),
        sa.CheckConstraint(
            "kind IN ('normative_reference', 'informative_reference', 'supersedes', 'amends', 'adopts')",
            name=op.f("ck_relation_kind"),
        ),
        sa.CheckConstraint("degree IN ('idt', 'mod', 'neq')", name=op.f("ck_relation_degree")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_relation_ends")),
        sa.CheckConstraint("(kind = 'adopts') = (degree IS NOT NULL)", name=op.f("ck_relation_adoption")),
        schema=SCHEMA,
    )
    ends = ["source_id", "kind", "target_id", "clause"]
    op.create_index("uq_relation_ends", "relation", ends, unique=True, schema=SCHEMA)
    op.create_index("ix_relation_target_id", "relation", ["target_id"], schema=SCHEMA)
    op.create_index("ix_relation_target_undated_key", "relation", ["target_undated_key"], schema=SCHEMA)


def _create_drafts() -> None:
    op.create_table(
        "draft",
        _column("draft_id", KEY),
        *[_column(name, sa.String()) for name in ("title_zh", "title_en", "designation")],
        _column("plan_number", KEY),
        _column("level", KEY),
        _column("committee", sa.String()),
        *[_column(name, KEY) for name in ("committee_key", "stage", "track", "document")],
        _optional("node_id", KEY),
        _column("supersedes", KEYS),
        _column("discarded", sa.Boolean()),
        _moment("registered_at"),
        _column("version", sa.Integer()),
        sa.PrimaryKeyConstraint("draft_id", name="pk_draft"),
        _reference("draft", "node_id", "node"),
        sa.CheckConstraint(f"level IN ({LEVELS})", name=op.f("ck_draft_level")),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_draft_stage")),
        sa.CheckConstraint("track IN ('normal', 'fast_adoption', 'fast_revision')", name=op.f("ck_draft_track")),
        sa.CheckConstraint("NOT (discarded AND stage >= '60')", name=op.f("ck_draft_discarded")),
        schema=SCHEMA,
    )
    op.create_index("ix_draft_registered_at", "draft", ["registered_at", "draft_id"], schema=SCHEMA)
    op.create_table(
        "stage_change",
        _column("draft_id", KEY),
        _column("position", sa.Integer()),
        _column("stage", KEY),
        _moment("entered_at"),
        _column("principal", sa.String()),
        _column("reason", sa.String()),
        sa.PrimaryKeyConstraint("draft_id", "position", name="pk_stage_change"),
        _reference("stage_change", "draft_id", "draft"),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_stage_change_stage")),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Take them back."""
    for table in ("stage_change", "draft", "relation", "placement", "standard", "node", "system"):
        op.drop_table(table, schema=SCHEMA)
    drop_logs(SCHEMA)
