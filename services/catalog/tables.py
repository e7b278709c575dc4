"""The schema of the catalog service."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log
from standards_tree.anomalies import Suspension
from standards_tree.catalogue import NodeKind
from standards_tree.drafting import DocumentRole, DraftEvent
from standards_tree.stages import Stage, Track
from standards_tree.standards import AdoptionDegree, Level, Obligation, RelationKind, StandardStatus

SCHEMA = "catalog"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)

KEYS = ARRAY(KeyText)

# A title may be longer than an entry of an index; nobody types so much of one.
OPENING_CHARACTERS = 100


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """Return the rule that *column* holds one of the words *values*, or nothing."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value.value) for value in values)})", name=column)


def reference(column: str, target: str) -> tuple[ForeignKey]:
    """Return the rule that a column holds what *column* of the table *target* holds."""
    return (ForeignKey(f"{SCHEMA}.{target}.{column}"),)


def _node_reference() -> tuple[ForeignKey]:
    return (ForeignKey(f"{SCHEMA}.node.node_id"),)


class SystemRow(TableBase, table=True):
    """A standards system."""

    __tablename__ = "system"
    __table_args__ = ({"schema": SCHEMA},)

    system_id: str = key_field(primary_key=True)
    title_zh: str
    title_en: str
    version: int = 1


class NodeRow(TableBase, table=True):
    """A node of a standards system; ``code_order`` puts siblings in their order.

    ``archived_with`` is the top of the branch it was archived with, ``merged_into`` the node that took over what it had.
    """

    __tablename__ = "node"
    __table_args__ = (
        # Checked at the end of a statement, so that two nodes can change codes in one.
        UniqueConstraint("system_id", "code", name="uq_node_code", deferrable=True, initially="IMMEDIATE"),
        Index("ix_node_parent_id", "parent_id"),
        one_of("level", Level),
        one_of("kind", NodeKind),
        CheckConstraint("parent_id <> node_id", name="parent"),
        CheckConstraint("planned_standards >= 0", name="planned"),
        CheckConstraint("archived = (archived_with IS NOT NULL)", name="archived_with"),
        CheckConstraint("merged_into IS NULL OR archived", name="merged_into"),
        {"schema": SCHEMA},
    )

    node_id: str = key_field(primary_key=True)
    system_id: str = key_field(sa_column_args=reference("system_id", "system"))
    code: str = key_field()
    code_order: str = key_field()
    parent_id: str | None = key_field(default=None, sa_column_args=reference("node_id", "node"), nullable=True)
    title_zh: str
    title_en: str
    level: str | None = key_field(default=None, nullable=True)
    kind: str = key_field()
    planned_standards: int
    archived: bool = False
    archived_with: str | None = key_field(default=None, sa_column_args=_node_reference(), nullable=True)
    merged_into: str | None = key_field(default=None, sa_column_args=_node_reference(), nullable=True)
    version: int = 1


class StandardRow(TableBase, table=True):
    """A standard. ``standard_id`` is made from its match key, so that one designation is one row.

    ``undated_key`` brings editions together, ``designation_order`` puts lists in order, and the columns from
    ``designation_key`` to ``search_vector`` are what a search looks through. ``review_due_on`` is when its next
    review is due at the latest, and ``to_be_revised`` what its last one concluded.
    """

    __tablename__ = "standard"
    __table_args__ = (
        Index("ix_standard_undated_key", "undated_key"),
        Index("uq_standard_designation_order", "designation_order", unique=True),
        Index("ix_standard_search_vector", "search_vector", postgresql_using="gin"),
        Index("ix_standard_designation_key", "designation_key"),
        Index("ix_standard_number_key", "number_key"),
        Index("ix_standard_title_zh_opening", text(f"left(title_zh_key, {OPENING_CHARACTERS})")),
        Index("ix_standard_title_en_opening", text(f"left(title_en_key, {OPENING_CHARACTERS})")),
        Index("ix_standard_title_weight", "title_weight", "designation_order"),
        Index("ix_standard_level", "level", "designation_order"),
        Index("ix_standard_status", "status"),
        Index("ix_standard_issued_on", "issued_on"),
        Index("ix_standard_effective_on", "effective_on"),
        one_of("level", Level),
        one_of("obligation", Obligation),
        one_of("status", StandardStatus),
        CheckConstraint("ended_on IS NULL OR status IN ('superseded', 'abolished')", name="ended_on"),
        Index("ix_standard_review_due_on", "review_due_on", "standard_id"),
        Index("ix_standard_committee_key", "committee_key", "review_due_on", "standard_id"),
        {"schema": SCHEMA},
    )

    standard_id: str = key_field(primary_key=True)
    undated_key: str = key_field()
    designation: str
    designation_order: str = key_field()
    title_zh: str
    title_en: str
    designation_key: str = key_field()
    number_key: str = key_field()
    title_zh_key: str = key_field()
    title_en_key: str = key_field()
    title_weight: int
    search_vector: str = Field(sa_type=TSVECTOR, nullable=False)
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
    committee_key: str = key_field()
    source: str
    scope_zh: str = Field(default="", sa_column_kwargs={"server_default": ""})
    scope_en: str = Field(default="", sa_column_kwargs={"server_default": ""})
    review_due_on: date | None = None
    to_be_revised: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    version: int = 1
    updated_at: Moment = moment_field()


class PlacementRow(TableBase, table=True):
    """The one place of a standard in a system."""

    __tablename__ = "placement"
    __table_args__ = (
        Index("ix_placement_node_id", "node_id"),
        {"schema": SCHEMA},
    )

    system_id: str = key_field(primary_key=True)
    standard_id: str = key_field(primary_key=True, sa_column_args=reference("standard_id", "standard"))
    node_id: str = key_field(sa_column_args=reference("node_id", "node"))


class RelationRow(TableBase, table=True):
    """A relation between two designations; ``partial`` where only a part of a standard is superseded.

    Both ends are ids made from match keys, and neither refers to a row: a relation may be known before its standards
    are, and holds as soon as they come. One that is ``suspended`` does not count where relations are followed.
    """

    __tablename__ = "relation"
    __table_args__ = (
        Index("uq_relation_ends", "source_id", "kind", "target_id", "clause", unique=True),
        Index("ix_relation_target_id", "target_id"),
        Index("ix_relation_target_undated_key", "target_undated_key"),
        Index("ix_relation_suspended", "suspended", postgresql_where=text("suspended IS NOT NULL")),
        one_of("kind", RelationKind),
        one_of("degree", AdoptionDegree),
        one_of("suspended", Suspension),
        CheckConstraint("(source_id = target_id) = (suspended IS NOT DISTINCT FROM 'self_loop')", name="ends"),
        CheckConstraint("suspended IS DISTINCT FROM 'cycle' OR kind = 'supersedes'", name="cycle"),
        CheckConstraint("(kind = 'adopts') = (degree IS NOT NULL)", name="adoption"),
        {"schema": SCHEMA},
    )

    relation_id: str = key_field(primary_key=True)
    source_id: str = key_field()
    target_id: str = key_field()
    target_undated_key: str = key_field()
    target_designation: str
    kind: str = key_field()
    dated: bool
    degree: str | None = key_field(default=None, nullable=True)
    clause: str = key_field()
    suspended: str | None = key_field(default=None, nullable=True)
    partial: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DraftRow(TableBase, table=True):
    """A standard in the making. ``taken_over_without`` names the inputs it lacked when it was taken over under way."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_registered_at", "registered_at", "draft_id"),
        Index("ix_draft_plan_number", "plan_number"),
        one_of("level", Level),
        one_of("obligation", Obligation),
        one_of("stage", Stage),
        one_of("track", Track),
        CheckConstraint("sub_stage IN ('00', '20', '60', '92', '93', '98', '99')", name="sub_stage"),
        CheckConstraint("NOT (discarded AND stage >= '60')", name="discarded"),
        CheckConstraint("(comment_starts_on IS NULL) = (comment_ends_on IS NULL)", name="comment_period"),
        CheckConstraint("comment_starts_on < comment_ends_on", name="comment_order"),
        {"schema": SCHEMA},
    )

    draft_id: str = key_field(primary_key=True)
    title_zh: str
    title_en: str
    designation: str
    plan_number: str = key_field()
    level: str = key_field()
    obligation: str | None = key_field(default=None, nullable=True)
    committee: str
    committee_key: str = key_field()
    stage: str = key_field()
    sub_stage: str = key_field()
    stage_entered_on: date
    due_on: date | None = None
    track: str = key_field()
    document: str = key_field()
    node_id: str | None = key_field(default=None, sa_column_args=reference("node_id", "node"), nullable=True)
    supersedes: list[str] = Field(sa_type=KEYS)
    comment_starts_on: date | None = None
    comment_ends_on: date | None = None
    comment_urgent_because: str
    taken_over_without: list[str] = Field(sa_type=KEYS)
    standard_id: str | None = key_field(
        default=None, sa_column_args=reference("standard_id", "standard"), nullable=True
    )
    discarded: bool = False
    registered_at: Moment = moment_field()
    version: int = 1


class StageChangeRow(TableBase, table=True):
    """One entry in the history of a draft; ``subjects`` are the fields that changed, or what it was taken over without."""

    __tablename__ = "stage_change"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("event", DraftEvent),
        one_of("role", DocumentRole),
        CheckConstraint("(role IS NULL) = (document = '')", name="document"),
        {"schema": SCHEMA},
    )

    draft_id: str = key_field(primary_key=True, sa_column_args=reference("draft_id", "draft"))
    position: int = Field(primary_key=True)
    stage: str = key_field()
    sub_stage: str = key_field()
    event: str = key_field()
    document: str = key_field()
    role: str | None = key_field(default=None, nullable=True)
    subjects: list[str] = Field(sa_type=KEYS)
    entered_at: Moment = moment_field()
    principal: str
    reason: str


class DraftDocumentRow(TableBase, table=True):
    """A document of a draft, in one of its versions."""

    __tablename__ = "draft_document"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("role", DocumentRole),
        CheckConstraint("version > 0", name="version"),
        {"schema": SCHEMA},
    )

    draft_id: str = key_field(primary_key=True, sa_column_args=reference("draft_id", "draft"))
    stage: str = key_field(primary_key=True)
    role: str = key_field(primary_key=True)
    version: int = Field(primary_key=True)
    document: str = key_field()
    note: str
    attached_at: Moment = moment_field()
    principal: str


class StageLimitRow(TableBase, table=True):
    """How long drafts may stay in a stage, where an authority set it; ``months`` 0 for no limit."""

    __tablename__ = "stage_limit"
    __table_args__ = (
        one_of("stage", Stage),
        CheckConstraint("months >= 0", name="months"),
        {"schema": SCHEMA},
    )

    stage: str = key_field(primary_key=True)
    months: int
    source: str
    principal: str
    set_at: Moment = moment_field()
