"""The search over standards."""

import json
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from services.catalog.search_columns import search_columns
from standards_tree.catalogue import Title, with_ancestors
from standards_tree.designations import key_of_resource_id
from standards_tree.text import match_key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCHEMA = "catalog"
KEY = sa.String(collation="C")
KEYS = sa.ARRAY(KEY)
BATCH = 5_000

INDEXES: dict[str, list[str | sa.TextClause]] = {
    "designation_key": ["designation_key"],
    "number_key": ["number_key"],
    "title_zh_opening": [sa.text("left(title_zh_key, 100)")],
    "title_en_opening": [sa.text("left(title_en_key, 100)")],
    "title_weight": ["title_weight", "designation_order"],
    "level": ["level", "designation_order"],
    "status": ["status"],
    "issued_on": ["issued_on"],
    "effective_on": ["effective_on"],
}

READ = """
    SELECT standard_id, title_zh, title_en, ics, ccs, level, obligation, committee FROM catalog.standard
    WHERE standard_id > :after ORDER BY standard_id LIMIT :limit
"""


def upgrade() -> None:
    """Give standards the columns a search looks through; 300,000 take one to three minutes."""
    columns: list[sa.Column[Any]] = [
        *[sa.Column(name, KEY) for name in ("designation_key", "number_key", "title_zh_key", "title_en_key")],
        sa.Column("title_weight", sa.Integer()),
        sa.Column("search_vector", TSVECTOR()),
    ]
    for column in columns:
        op.add_column("standard", column, schema=SCHEMA)
    # Every index makes filling slower: old ones go before it, new ones come after it.
    op.drop_index("ix_standard_fields", "standard", schema=SCHEMA)
    _fill(_searched, "title_weight integer, search_vector tsvector, designation_key text, number_key text,"
          " title_zh_key text, title_en_key text")  # fmt: skip
    for name in ("designation_key", "number_key", "title_zh_key", "title_en_key", "title_weight", "search_vector"):
        op.alter_column("standard", name, nullable=False, schema=SCHEMA)
    op.create_index("ix_standard_search_vector", "standard", ["search_vector"], schema=SCHEMA, postgresql_using="gin")
    for name, indexed in INDEXES.items():
        op.create_index(f"ix_standard_{name}", "standard", indexed, schema=SCHEMA)
    op.drop_column("standard", "fields", schema=SCHEMA)
    op.drop_column("standard", "search_text", schema=SCHEMA)


def downgrade() -> None:
    """Give them back what the search looked through before."""
    op.add_column("standard", sa.Column("search_text", KEY), schema=SCHEMA)
    op.add_column("standard", sa.Column("fields", KEYS), schema=SCHEMA)
    for name in ("search_vector", *INDEXES):
        op.drop_index(f"ix_standard_{name}", "standard", schema=SCHEMA)
    _fill(_searched_before, "search_text text, fields text[]")
    for name in ("search_text", "fields"):
        op.alter_column("standard", name, nullable=False, schema=SCHEMA)
    op.create_index("ix_standard_fields", "standard", ["fields"], postgresql_using="gin", schema=SCHEMA)
    for name in ("designation_key", "number_key", "title_zh_key", "title_en_key", "title_weight", "search_vector"):
        op.drop_column("standard", name, schema=SCHEMA)


def _fill(columns_of: Callable[[sa.Row[Any]], dict[str, Any]], types: str) -> None:
    """Give every standard the columns that *columns_of* makes of it, BATCH at a time: Python cuts Chinese, SQL does not."""
    names = [part.split()[0] for part in types.split(", ")]
    update = sa.text(
        f"UPDATE catalog.standard SET {', '.join(f'{name} = fresh.{name}' for name in names)}"  # noqa: S608  (names of ours)
        f" FROM json_to_recordset(CAST(:rows AS json)) AS fresh (standard_id text, {types})"
        " WHERE standard.standard_id = fresh.standard_id"
    )
    connection = op.get_bind()
    after = ""
    while rows := connection.execute(sa.text(READ), {"after": after, "limit": BATCH}).all():
        fresh = [{"standard_id": row.standard_id, **columns_of(row)} for row in rows]
        connection.execute(update, {"rows": json.dumps(fresh, ensure_ascii=False)})
        after = rows[-1].standard_id


def _searched(row: sa.Row[Any]) -> dict[str, Any]:
    facts = [*with_ancestors(row.ics, row.ccs), *filter(None, [row.level, row.obligation])]
    return search_columns(key_of_resource_id(row.standard_id), Title(row.title_zh, row.title_en), facts, row.committee)


def _searched_before(row: sa.Row[Any]) -> dict[str, Any]:
    key = key_of_resource_id(row.standard_id)
    texts = [key, re.sub("[ /]+", "", key), match_key(row.title_zh), match_key(row.title_en)]
    return {"search_text": "\n".join(texts), "fields": with_ancestors(row.ics, row.ccs)}
