"""The schema of editions of systems, which never change, and of the technical indicators of standards."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.catalog.tables import KEYS, SCHEMA, reference
from services.runtime.columns import Moment, TableBase, key_field, moment_field


class EditionRow(TableBase, table=True):
    """An edition of a system; once published, only the mark that a later one supersedes it can be added."""

    __tablename__ = "edition"
    __table_args__ = (
        Index("uq_edition_label", "system_id", "label", unique=True),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("superseded_by > number", name="superseded_by"),
        {"schema": SCHEMA},
    )

    system_id: str = key_field(primary_key=True, sa_column_args=reference("system_id", "system"))
    number: int = Field(primary_key=True)
    label: str = key_field()
    dated_on: date
    note: str
    node_count: int
    standard_count: int
    planned_standards: int
    publisher: str
    published_at: Moment = moment_field()
    superseded_by: int | None = None
    supersession_reason: str


class EditionNodeRow(TableBase, table=True):
    """A node as an edition holds it; ``position`` counts in reading order, so that a branch is an interval.

    Written in the transaction that makes its edition, and never again: to check that it has one would take a third of
    the time of a publication.
    """

    __tablename__ = "edition_node"
    __table_args__ = ({"schema": SCHEMA},)

    system_id: str = key_field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    depth: int
    node_id: str = key_field()
    parent_id: str | None = key_field(default=None, nullable=True)
    code: str = key_field()
    title_zh: str
    title_en: str
    level: str | None = key_field(default=None, nullable=True)
    kind: str = key_field()
    planned_standards: int


class EditionEntryRow(TableBase, table=True):
    """A standard as an edition holds it; ``position`` counts node by node, at each by designation."""

    __tablename__ = "edition_entry"
    __table_args__ = ({"schema": SCHEMA},)

    system_id: str = key_field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    node_position: int
    standard_id: str = key_field()
    node_id: str = key_field()
    designation: str
    designation_order: str = key_field()
    title_zh: str
    title_en: str
    level: str = key_field()
    obligation: str | None = key_field(default=None, nullable=True)
    status: str = key_field()
    issued_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    reviewed_on: date | None = None
    ics: list[str] = Field(sa_type=KEYS)
    ccs: list[str] = Field(sa_type=KEYS)
    committee: str


class IndicatorRow(TableBase, table=True):
    """A technical indicator of a standard; ``topic`` is the key under which indicators of the same thing meet."""

    __tablename__ = "indicator"
    __table_args__ = (Index("ix_indicator_topic", "topic"), {"schema": SCHEMA})

    standard_id: str = key_field(primary_key=True, sa_column_args=reference("standard_id", "standard"))
    position: int = Field(primary_key=True)
    topic: str = key_field()
    subject: str
    parameter: str
    bounds: dict[str, str] = Field(sa_type=JSONB)
    """The limit, its numbers as they were written."""
    conditions: str
    clause: str
    source: str
