"""Code lists."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
LISTS = "'ics', 'ccs', 'hs', 'industries', 'regions', 'countries', 'wto-members'"


def upgrade() -> None:
    """Change the tables of the catalog."""
    _create_versions()
    _create_codes()


def _column(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _create_versions() -> None:
    op.create_table(
        "code_list_version",
        _column("list_id", KEY),
        _column("version_id", KEY),
        _column("source", sa.String()),
        sa.Column("valid_from", sa.Date()),
        _column("sha256", sa.LargeBinary()),
        _column("code_count", sa.Integer()),
        _column("level_counts", sa.ARRAY(sa.Integer())),
        _column("current", sa.Boolean()),
        _column("imported_by", sa.String()),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "version_id", name="pk_code_list_version"),
        sa.CheckConstraint(f"list_id IN ({LISTS})", name=op.f("ck_code_list_version_list_id")),
        sa.CheckConstraint("version_id NOT LIKE 'shipped-%'", name=op.f("ck_code_list_version_version_id")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_code_list_version_current",
        "code_list_version",
        ["list_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("current"),
    )


def _create_codes() -> None:
    ends = ["list_id", "version_id"]
    op.create_table(
        "code",
        *[_column(name, KEY) for name in (*ends, "code")],
        sa.Column("parent", KEY),
        _column("level", sa.Integer()),
        *[_column(name, sa.String()) for name in ("title_zh", "title_en", "notes")],
        _column("withdrawn", sa.Boolean()),
        _column("replaced_by", KEY),
        _column("aliases", sa.ARRAY(KEY)),
        sa.PrimaryKeyConstraint(*ends, "code", name="pk_code"),
        sa.ForeignKeyConstraint(ends, [f"{SCHEMA}.code_list_version.{end}" for end in ends], name="fk_code_list_id"),
        sa.CheckConstraint("title_zh <> '' OR title_en <> ''", name=op.f("ck_code_title")),
        sa.CheckConstraint("parent <> code", name=op.f("ck_code_parent")),
        schema=SCHEMA,
    )


def downgrade() -> None:
    """Change them back."""
    op.drop_table("code", schema=SCHEMA)
    op.drop_table("code_list_version", schema=SCHEMA)
