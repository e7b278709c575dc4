"""The schema of what happens to standards after their publication."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.catalog.tables import SCHEMA, one_of, reference
from services.runtime.columns import Moment, TableBase, key_field, moment_field
from standards_tree.life import ReviewConclusion, SuspectCause

_OPEN = text("cleared_at IS NULL")


class SuspectRow(TableBase, table=True):
    """A mark on a standard that cites another, made because that other one changed; a person clears it.

    ``standard_version`` is the version of the cited standard that its change made: a mark is made once a change.
    """

    __tablename__ = "suspect"
    __table_args__ = (
        Index("uq_suspect_event", "relation_id", "standard_id", "cause", "standard_version", unique=True),
        Index("ix_suspect_marked_at", "marked_at", "suspect_id", postgresql_where=_OPEN),
        Index("ix_suspect_source_id", "source_id"),
        Index("ix_suspect_standard_id", "standard_id"),
        one_of("cause", SuspectCause),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by = '')", name="cleared"),
        {"schema": SCHEMA},
    )

    suspect_id: str = key_field(primary_key=True)
    relation_id: str = key_field()
    source_id: str = key_field()
    standard_id: str = key_field()
    standard_version: int
    cause: str = key_field()
    marked_by: str
    marked_at: Moment = moment_field()
    cleared_by: str = ""
    cleared_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))
    clear_reason: str = ""


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
