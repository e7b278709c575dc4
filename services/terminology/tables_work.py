"""The schema of the work on concepts: comments of departments, and who changed what when and why."""

from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field
from services.terminology.tables import SCHEMA, of_concept


class ConceptCommentRow(TableBase, table=True):
    """What a department says about a concept, and what became of it."""

    __tablename__ = "concept_comment"
    __table_args__ = (
        Index("ix_concept_comment_concept_id", "concept_id", "made_at", "comment_id"),
        CheckConstraint("(resolved_at IS NULL) = (resolved_by = '')", name="resolved"),
        {"schema": SCHEMA},
    )

    comment_id: str = key_field(primary_key=True)
    concept_id: str = Field(sa_type=KeyText, sa_column_args=of_concept())
    department: str
    text: str
    author: str
    made_at: Moment = moment_field()
    resolved_by: str = ""
    resolved_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))
    resolution: str = ""


class ConceptChangeRow(TableBase, table=True):
    """One change of a concept: who, when, why, and which facts had which values before and after.

    ``version`` is the one it made; ``related`` names what else it was about, such as the concept merged or the release.
    It outlives a concept that was merged into another.
    """

    __tablename__ = "concept_change"
    __table_args__ = ({"schema": SCHEMA},)

    concept_id: str = key_field(primary_key=True)
    version: int = Field(primary_key=True)
    action: str = key_field()
    changes: dict[str, Any] = Field(sa_type=JSONB)
    related: str = key_field()
    reason: str
    principal: str
    occurred_at: Moment = moment_field()
