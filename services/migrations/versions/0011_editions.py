"""Editions of systems, technical indicators, and what became of archived nodes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)

# An edition is cited by people for years: the database itself refuses to change one.
FROZEN = ("system_id", "number", "label", "dated_on", "note", "node_count", "standard_count", "planned_standards",
          "publisher", "published_at")  # fmt: skip


def upgrade() -> None:
    """Change the tables of the catalog."""
    _change_nodes()
    _create_editions()
    _freeze_editions()
    _create_indicators()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{target}.{target}_id"], name=f"fk_{table}_{column}")


def _change_nodes() -> None:
    op.add_column("node", _optional("archived_with", KEY), schema=SCHEMA)
    op.add_column("node", _optional("merged_into", KEY), schema=SCHEMA)
    # Which nodes were archived together was not recorded: taken together is what hangs together.
    op.execute(
        f"""
        WITH RECURSIVE archived AS (
            SELECT node.node_id, node.node_id AS top FROM {SCHEMA}.node
            LEFT JOIN {SCHEMA}.node parent ON parent.node_id = node.parent_id
            WHERE node.archived AND NOT coalesce(parent.archived, false)
            UNION ALL
            SELECT node.node_id, archived.top FROM {SCHEMA}.node JOIN archived ON node.parent_id = archived.node_id
            WHERE node.archived
        )
        UPDATE {SCHEMA}.node SET archived_with = archived.top FROM archived WHERE archived.node_id = node.node_id
        """  # noqa: S608  (names of ours)
    )
    for column in ("archived_with", "merged_into"):
        op.create_foreign_key(
            f"fk_node_{column}", "node", "node", [column], ["node_id"], source_schema=SCHEMA, referent_schema=SCHEMA
        )
    rule = "archived = (archived_with IS NOT NULL)"
    op.create_check_constraint(op.f("ck_node_archived_with"), "node", rule, schema=SCHEMA)
    rule = "merged_into IS NULL OR archived"
    op.create_check_constraint(op.f("ck_node_merged_into"), "node", rule, schema=SCHEMA)
    # Checked at the end of a statement, not row by row: two nodes can change codes in one.
    op.drop_index("uq_node_code", "node", schema=SCHEMA)
    code = ["system_id", "code"]
    op.create_unique_constraint("uq_node_code", "node", code, schema=SCHEMA, deferrable=True, initially="IMMEDIATE")


def _create_editions() -> None:
    op.create_table(
        "edition",
        _column("system_id", KEY),
        _column("number", sa.Integer()),
        _column("label", KEY),
        _column("dated_on", sa.Date()),
        _column("note", sa.String()),
        *[_column(name, sa.Integer()) for name in ("node_count", "standard_count", "planned_standards")],
        _column("publisher", sa.String()),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        _optional("superseded_by", sa.Integer()),
        _column("supersession_reason", sa.String()),
        sa.PrimaryKeyConstraint("system_id", "number", name="pk_edition"),
        _reference("edition", "system_id", "system"),
        sa.CheckConstraint("number > 0", name=op.f("ck_edition_number")),
        sa.CheckConstraint("superseded_by > number", name=op.f("ck_edition_superseded_by")),
        schema=SCHEMA,
    )
    op.create_index("uq_edition_label", "edition", ["system_id", "label"], unique=True, schema=SCHEMA)
    _create_frozen(
        "edition_node",
        _column("depth", sa.Integer()),
        _column("node_id", KEY),
        _optional("parent_id", KEY),
        _column("code", KEY),
        *[_column(name, sa.String()) for name in ("title_zh", "title_en")],
        _optional("level", KEY),
        _column("kind", KEY),
        _column("planned_standards", sa.Integer()),
    )
    _create_frozen(
        "edition_entry",
        _column("node_position", sa.Integer()),
        *[_column(name, KEY) for name in ("standard_id", "node_id")],
        _column("designation", sa.String()),
        _column("designation_order", KEY),
        *[_column(name, sa.String()) for name in ("title_zh", "title_en")],
        _column("level", KEY),
        _optional("obligation", KEY),
        _column("status", KEY),
        *[_optional(name, sa.Date()) for name in ("issued_on", "effective_on", "ended_on", "reviewed_on")],
        *[_column(name, KEYS) for name in ("ics", "ccs")],
        _column("committee", sa.String()),
    )


def _create_frozen(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        _column("system_id", KEY),
        _column("number", sa.Integer()),
        _column("position", sa.Integer()),
        *columns,
        sa.PrimaryKeyConstraint("system_id", "number", "position", name=f"pk_{table}"),
        schema=SCHEMA,
    )


def _freeze_editions() -> None:
    op.execute(
        f"""
        CREATE FUNCTION {SCHEMA}.refuse_change_of_edition() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'an edition never changes' USING ERRCODE = '23514', CONSTRAINT = 'edition_frozen';
        END
        $$
        """
    )
    moments = {
        "edition": f"UPDATE OF {', '.join(FROZEN)} OR DELETE OR TRUNCATE",
        "edition_node": "UPDATE OR DELETE OR TRUNCATE",
        "edition_entry": "UPDATE OR DELETE OR TRUNCATE",
    }
    for table, moment in moments.items():
        op.execute(
            f"CREATE TRIGGER frozen BEFORE {moment} ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change_of_edition()"
        )


def _create_indicators() -> None:
    op.create_table(
        "indicator",
        _column("standard_id", KEY),
        _column("position", sa.Integer()),
        _column("topic", KEY),
        *[_column(name, sa.String()) for name in ("subject", "parameter")],
        _column("bounds", JSONB()),
        *[_column(name, sa.String()) for name in ("conditions", "clause", "source")],
        sa.PrimaryKeyConstraint("standard_id", "position", name="pk_indicator"),
        _reference("indicator", "standard_id", "standard"),
        schema=SCHEMA,
    )
    op.create_index("ix_indicator_topic", "indicator", ["topic"], schema=SCHEMA)


def downgrade() -> None:
    """Change them back."""
    for table in ("indicator", "edition_entry", "edition_node", "edition"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.refuse_change_of_edition()")
    op.drop_constraint("uq_node_code", "node", schema=SCHEMA)
    op.create_index("uq_node_code", "node", ["system_id", "code"], unique=True, schema=SCHEMA)
    for column in ("merged_into", "archived_with"):
        op.drop_constraint(f"ck_node_{column}", "node", schema=SCHEMA)
        op.drop_column("node", column, schema=SCHEMA)
