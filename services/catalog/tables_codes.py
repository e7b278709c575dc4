"""The tables of code lists. A version is written once and never changed; which one counts is all that does."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.catalog.tables import KEYS, SCHEMA, one_of
from services.runtime.columns import Moment, TableBase, key_field, moment_field
from standards_tree.code_lists import CodeListId


class CodeListVersionRow(TableBase, table=True):
    """An imported version of a code list. No current one means that the shipped version counts."""

    __tablename__ = "code_list_version"
    __table_args__ = (
        Index("uq_code_list_version_current", "list_id", unique=True, postgresql_where=text("current")),
        one_of("list_id", CodeListId),
        CheckConstraint("version_id NOT LIKE 'shipped-%'", name="version_id"),
        {"schema": SCHEMA},
    )

    list_id: str = key_field(primary_key=True)
    version_id: str = key_field(primary_key=True)
    source: str
    valid_from: date | None = None
    sha256: bytes = Field(sa_type=LargeBinary)
    code_count: int
    level_counts: list[int] = Field(sa_type=ARRAY(Integer))
    current: bool
    imported_by: str
    imported_at: Moment = moment_field()


class CodeRow(TableBase, table=True):
    """A code of an imported version."""

    __tablename__ = "code"
    __table_args__ = (
        ForeignKeyConstraint(
            ["list_id", "version_id"],
            [f"{SCHEMA}.code_list_version.list_id", f"{SCHEMA}.code_list_version.version_id"],
        ),
        CheckConstraint("title_zh <> '' OR title_en <> ''", name="title"),
        CheckConstraint("parent <> code", name="parent"),
        {"schema": SCHEMA},
    )

    list_id: str = key_field(primary_key=True)
    version_id: str = key_field(primary_key=True)
    code: str = key_field(primary_key=True)
    parent: str | None = key_field(default=None, nullable=True)
    level: int
    title_zh: str
    title_en: str
    notes: str
    withdrawn: bool
    replaced_by: str = key_field()
    aliases: list[str] = Field(sa_type=KEYS)
