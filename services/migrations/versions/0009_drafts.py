"""What a draft needs on its way."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)

STAGES = "'00', '10', '20', '30', '40', '50', '60', '90', '95'"
EVENTS = (
    "'registered', 'taken_over', 'advanced', 'sent_back', 'sub_stage', 'updated', 'attached', 'published', 'discarded'"
)
ROLES = "'project_proposal', 'text', 'compilation_statement', 'comment_summary', 'ballot_record', 'other'"
OBLIGATIONS = "'mandatory', 'recommended', 'guidance'"

# What a draft of before has: it stands at the beginning of its stage, which it entered with its last step.
_BACKFILL = """
    UPDATE catalog.draft SET
        committee_key = replace(committee_key, ' ', ''),
        sub_stage = CASE WHEN discarded THEN '98' WHEN stage = '60' THEN '60' ELSE '00' END,
        stage_entered_on = (coalesce(
            (SELECT min(entered_at) FROM catalog.stage_change AS step
             WHERE step.draft_id = draft.draft_id AND step.stage = draft.stage
             AND NOT EXISTS (SELECT FROM catalog.stage_change AS later WHERE later.draft_id = step.draft_id
                 AND later.position > step.position AND later.stage <> draft.stage)),
            registered_at) AT TIME ZONE 'Asia/Shanghai')::date;
    UPDATE catalog.stage_change AS step SET
        sub_stage = CASE WHEN step.stage = '60' THEN '60' ELSE '00' END,
        event = CASE
            WHEN position = 1 AND stage = '00' THEN 'registered'
            WHEN position = 1 THEN 'taken_over'
            WHEN stage = '60' THEN 'published'
            WHEN stage < (SELECT stage FROM catalog.stage_change AS before
                WHERE before.draft_id = step.draft_id AND before.position = step.position - 1) THEN 'sent_back'
            ELSE 'advanced'
        END;
    UPDATE catalog.stage_change AS step SET event = 'discarded', sub_stage = '98'
    FROM catalog.draft WHERE draft.draft_id = step.draft_id AND draft.discarded AND step.position = (
        SELECT max(position) FROM catalog.stage_change AS last WHERE last.draft_id = step.draft_id);
    INSERT INTO catalog.draft_document (draft_id, stage, role, version, document, note, attached_at, principal)
    SELECT draft.draft_id, draft.stage, 'text', 1, draft.document, '', draft.registered_at, coalesce(first.principal, '')
    FROM catalog.draft LEFT JOIN catalog.stage_change AS first
        ON first.draft_id = draft.draft_id AND first.position = 1
    WHERE draft.document <> '';
"""
_ADDED: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any], str], ...]] = {
    "draft": (
        ("sub_stage", KEY, "'00'"),
        ("stage_entered_on", sa.Date(), "'1970-01-01'"),
        ("comment_urgent_because", sa.String(), "''"),
        ("taken_over_without", KEYS, "'{}'"),
    ),
    "stage_change": (
        ("sub_stage", KEY, "'00'"),
        ("event", KEY, "'advanced'"),
        ("document", KEY, "''"),
        ("subjects", KEYS, "'{}'"),
    ),
}


def upgrade() -> None:
    """Change the tables of the catalog."""
    for table, columns in _ADDED.items():
        for name, kind, default in columns:
            column = sa.Column(name, kind, nullable=False, server_default=sa.text(default))
            op.add_column(table, column, schema=SCHEMA)
    for name, kind in (("obligation", KEY), ("standard_id", KEY), ("due_on", sa.Date())):
        op.add_column("draft", sa.Column(name, kind, nullable=True), schema=SCHEMA)
    for name in ("comment_starts_on", "comment_ends_on"):
        op.add_column("draft", sa.Column(name, sa.Date(), nullable=True), schema=SCHEMA)
    op.add_column("stage_change", sa.Column("role", KEY, nullable=True), schema=SCHEMA)
    _create_documents()
    _create_limits()
    op.execute(_BACKFILL)
    # The defaults were for the rows of before; from now on the program says everything.
    for table, columns in _ADDED.items():
        for name, _kind, _default in columns:
            op.alter_column(table, name, server_default=None, schema=SCHEMA)
    _add_rules()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _rule(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _create_documents() -> None:
    op.create_table(
        "draft_document",
        *[_column(name, KEY) for name in ("draft_id", "stage", "role")],
        _column("version", sa.Integer()),
        _column("document", KEY),
        _column("note", sa.String()),
        _now("attached_at"),
        _column("principal", sa.String()),
        sa.PrimaryKeyConstraint("draft_id", "stage", "role", "version", name="pk_draft_document"),
        sa.ForeignKeyConstraint(["draft_id"], [f"{SCHEMA}.draft.draft_id"], name="fk_draft_document_draft_id"),
        _rule("draft_document", "stage", f"stage IN ({STAGES})"),
        _rule("draft_document", "role", f"role IN ({ROLES})"),
        _rule("draft_document", "version", "version > 0"),
        schema=SCHEMA,
    )


def _create_limits() -> None:
    op.create_table(
        "stage_limit",
        _column("stage", KEY),
        _column("months", sa.Integer()),
        _column("source", sa.String()),
        _column("principal", sa.String()),
        _now("set_at"),
        sa.PrimaryKeyConstraint("stage", name="pk_stage_limit"),
        _rule("stage_limit", "stage", f"stage IN ({STAGES})"),
        _rule("stage_limit", "months", "months >= 0"),
        schema=SCHEMA,
    )


_RULES = {
    "draft": {
        "obligation": f"obligation IN ({OBLIGATIONS})",
        "sub_stage": "sub_stage IN ('00', '20', '60', '92', '93', '98', '99')",
        "comment_period": "(comment_starts_on IS NULL) = (comment_ends_on IS NULL)",
        "comment_order": "comment_starts_on < comment_ends_on",
    },
    "stage_change": {
        "event": f"event IN ({EVENTS})",
        "role": f"role IN ({ROLES})",
        "document": "(role IS NULL) = (document = '')",
    },
}


def _add_rules() -> None:
    for table, rules in _RULES.items():
        for name, rule in rules.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule, schema=SCHEMA)
    op.create_foreign_key(
        "fk_draft_standard_id",
        "draft",
        "standard",
        ["standard_id"],
        ["standard_id"],
        source_schema=SCHEMA,
        referent_schema=SCHEMA,
    )
    op.create_index("ix_draft_plan_number", "draft", ["plan_number"], schema=SCHEMA)


def downgrade() -> None:
    """Change them back."""
    op.drop_index("ix_draft_plan_number", "draft", schema=SCHEMA)
    op.drop_constraint("fk_draft_standard_id", "draft", schema=SCHEMA)
    for table, rules in _RULES.items():
        for name in rules:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema=SCHEMA)
    op.drop_table("stage_limit", schema=SCHEMA)
    op.drop_table("draft_document", schema=SCHEMA)
    op.drop_column("stage_change", "role", schema=SCHEMA)
    for name in ("obligation", "standard_id", "due_on", "comment_starts_on", "comment_ends_on"):
        op.drop_column("draft", name, schema=SCHEMA)
    for table, columns in _ADDED.items():
        for name, _kind, _default in columns:
            op.drop_column(table, name, schema=SCHEMA)
