"""The schema of what happens to standards after their publication."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.catalog.tables import SCHEMA, one_of, reference
from services.runtime.columns import Moment, TableBase, key_field, moment_field
from standards_tree.life import ReviewConclusion, SuspectCause
from standards_tree.standards import RelationKind

_OPEN = text("cleared_at IS NULL")


class SuspectRow(TableBase, table=True):
    """A mark on what cites a standard, made because that standard changed; a person clears it.

    What cites is the standard ``source_id`` through a relation, or the draft ``draft_id`` through a citation of its text.
    ``standard_version`` is the version of the cited standard that its change made: a mark is made once a change.
    """

    __tablename__ = "suspect"
    __table_args__ = (
        Index("uq_suspect_event", "relation_id", "standard_id", "cause", "standard_version", unique=True),
        Index("ix_suspect_marked_at", "marked_at", "suspect_id", postgresql_where=_OPEN),
        Index("ix_suspect_source_id", "source_id"),
        Index("ix_suspect_standard_id", "standard_id"),
        Index("ix_suspect_draft_id", "draft_id", postgresql_where=text("draft_id IS NOT NULL")),
        one_of("cause", SuspectCause),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by = '')", name="cleared"),
        CheckConstraint("(draft_id IS NULL) = (source_id <> '')", name="source"),
        {"schema": SCHEMA},
    )

    suspect_id: str = key_field(primary_key=True)
    relation_id: str = key_field()
    source_id: str = key_field()
    draft_id: str | None = key_field(default=None, sa_column_args=reference("draft_id", "draft"), nullable=True)
    standard_id: str = key_field()
    standard_version: int
    cause: str = key_field()
    marked_by: str
    marked_at: Moment = moment_field()
    cleared_by: str = ""
    cleared_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))
    clear_reason: str = ""


class DraftCitationRow(TableBase, table=True):
    """What a text of a draft cites. ``citation_id`` is the same in every text of the draft that cites the same."""

    __tablename__ = "draft_citation"
    __table_args__ = (
        Index("ix_draft_citation_draft_id", "draft_id"),
        Index("ix_draft_citation_target_id", "target_id"),
        Index("ix_draft_citation_target_undated_key", "target_undated_key"),
        one_of("kind", [RelationKind.NORMATIVE_REFERENCE, RelationKind.INFORMATIVE_REFERENCE]),
        {"schema": SCHEMA},
    )

    citation_id: str = key_field(primary_key=True)
    document: str = key_field(primary_key=True)
    draft_id: str = key_field(sa_column_args=reference("draft_id", "draft"))
    target_id: str = key_field()
    target_undated_key: str = key_field()
    dated: bool
    kind: str = key_field()


class ReviewRow(TableBase, table=True):
    """A review of a standard (复审); ``version`` is the one of the standard that it made."""

    __tablename__ = "review"
    __table_args__ = (one_of("conclusion", ReviewConclusion), {"schema": SCHEMA})

    standard_id: str = key_field(primary_key=True, sa_column_args=reference("standard_id", "standard"))
    version: int = Field(primary_key=True)
    conclusion: str = key_field()
    reviewed_on: date
    reason: str
    draft: str = key_field()
    principal: str
    recorded_at: Moment = moment_field()


class AmendmentRow(TableBase, table=True):
    """What an amendment (修改单) that was recorded here changes, and its text; the amendment itself is a standard."""

    __tablename__ = "amendment"
    __table_args__ = ({"schema": SCHEMA},)

    standard_id: str = key_field(primary_key=True, sa_column_args=reference("standard_id", "standard"))
    document: str = key_field()
    changes: str


class StandardChangeRow(TableBase, table=True):
    """One change of a standard: who, when, why, and which facts had which values before and after.

    ``version`` is the one it made; ``related`` names what it came from, such as the successor or the draft.
    """

    __tablename__ = "standard_change"
    __table_args__ = ({"schema": SCHEMA},)

    standard_id: str = key_field(primary_key=True)
    version: int = Field(primary_key=True)
    action: str = key_field()
    changes: dict[str, Any] = Field(sa_type=JSONB)
    related: str = key_field()
    reason: str
    principal: str
    occurred_at: Moment = moment_field()
