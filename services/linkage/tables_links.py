"""The tables of links."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.linkage.tables import KEYS, SCHEMA
from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field

NO_DAY = date(1, 1, 1)
OPEN = "state = 'suggested' OR (state = 'confirmed' AND suspect_causes <> '{}')"
"""The links that wait for a reviewer; queries repeat it word by word, so that its indexes serve them."""


class LinkRow(TableBase, table=True):
    """The claim that a standard or a draft answers a requirement."""

    __tablename__ = "link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["measure_id", "requirement_number"],
            [f"{SCHEMA}.requirement.measure_id", f"{SCHEMA}.requirement.number"],
            name="fk_link_requirement",
        ),
        UniqueConstraint("measure_id", "requirement_number", "target", "clause", name="uq_link_claim"),
        CheckConstraint("relation IN ('equal', 'subset', 'superset', 'intersects', 'none')", name="relation"),
        CheckConstraint("state IN ('suggested', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("strength BETWEEN 0 AND 10", name="strength"),
        CheckConstraint("rationale_kind IN ('', 'syntactic', 'semantic', 'functional')", name="rationale_kind"),
        Index("ix_link_queue", "due_on", text("trade_weight DESC"), "link_id", postgresql_where=text(OPEN)),
        Index(
            "ix_link_queue_past", text("due_on DESC"), text("trade_weight DESC"), "link_id", postgresql_where=text(OPEN)
        ),
        Index("ix_link_queue_confidence", "confidence", postgresql_where=text(OPEN)),
        {"schema": SCHEMA},
    )

    link_id: str = key_field(primary_key=True)
    measure_id: str = key_field()
    requirement_number: int
    target: str = key_field(index=True)
    """`standards/{standard}` or `drafts/{draft}`."""
    designation: str
    clause: str = key_field()
    relation: str = key_field()
    confidence: float
    rationale_zh: str
    rationale_en: str
    evidence: list[str] = Field(sa_type=KEYS)
    standard_limit: dict[str, str] | None = Field(default=None, sa_type=JSONB)
    state: str = key_field()
    reviewed_by: str
    rationale_kind: str = key_field(default="")
    strength: int = 0
    created_by: str = ""
    created_at: Moment = moment_field()
    first_reviewer: str = ""
    signals: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)
    """What it was suggested with, as messages say it; NULL for a link that nobody suggested."""
    suspect_causes: list[str] = Field(default_factory=list, sa_type=KEYS)
    suspect_since: Moment = Field(default=None, sa_type=DateTime(timezone=True))
    target_facts: str | None = Field(default=None, sa_type=KeyText)
    """What was known of the standard when somebody last looked; NULL for a link older than this column."""
    due_on: date = NO_DAY
    """The deadline it is urgent by; the first day of the calendar where there is none."""
    trade_weight: float = Field(default=0, sa_type=Float)
    replaced_by: str = key_field(default="")
    version: int = 1
    updated_at: Moment = moment_field()


class LinkEventRow(TableBase, table=True):
    """One entry of the history of a link: the link as it was before and after."""

    __tablename__ = "link_event"
    __table_args__ = (
        Index("ix_link_event_batch", "batch_id", postgresql_where=text("batch_id <> ''")),
        {"schema": SCHEMA},
    )

    link_id: str = key_field(primary_key=True)
    version: int = Field(primary_key=True)
    """The version of the link after it."""
    action: str = key_field()
    principal: str
    occurred_at: Moment = moment_field()
    reason: str
    before: dict[str, Any] = Field(sa_type=JSONB)
    after: dict[str, Any] = Field(sa_type=JSONB)
    batch_id: str = key_field()


class ReviewBatchRow(TableBase, table=True):
    """Verdicts that were given together."""

    __tablename__ = "review_batch"
    __table_args__ = (Index("ix_review_batch_made_at", "made_at", "batch_id"), {"schema": SCHEMA})

    batch_id: str = key_field(primary_key=True)
    principal: str = key_field()
    made_at: Moment = moment_field()
    note: str
    figures: dict[str, Any] = Field(sa_type=JSONB)
    """How many verdicts of each kind, and the links made to take the place of others."""
    undone_by: str = ""
    undone_at: Moment = Field(default=None, sa_type=DateTime(timezone=True))


class ConfirmedHsRow(TableBase, table=True):
    """An HS code, to six digits, to which a confirmed link ties what it points at."""

    __tablename__ = "confirmed_hs"
    __table_args__ = (
        Index("ix_confirmed_hs_hs", "hs", "target"),
        Index("ix_confirmed_hs_target", "target", "hs"),
        {"schema": SCHEMA},
    )

    link_id: str = key_field(primary_key=True)
    hs: str = key_field(primary_key=True)
    target: str = key_field()
    measure_id: str = key_field()


class TallyRow(TableBase, table=True):
    """What was reviewed of a measure that has requirements, and what waits; the triggers of the database keep it."""

    __tablename__ = "measure_tally"
    __table_args__ = ({"schema": SCHEMA},)

    measure_id: str = key_field(primary_key=True)
    member_codes: list[str] = Field(sa_type=KEYS)
    hs_chapters: list[str] = Field(sa_type=KEYS)
    requirements: int
    unlinked: int
    confirmed: int
    rejected: int
    waiting: int
    awaiting_second: int
    suspect: int


class SuggestionWeightsRow(TableBase, table=True):
    """Weights of the signals, fitted to verdicts; the newest version is in use."""

    __tablename__ = "suggestion_weights"
    __table_args__ = ({"schema": SCHEMA},)

    version: int = Field(primary_key=True)
    weights: dict[str, float] = Field(sa_type=JSONB)
    """By signal, and `bias`."""
    confirmed: int
    rejected: int
    left_out: int
    brier_before: float
    brier_after: float
    principal: str
    fitted_at: Moment = moment_field()


class TradeWeightRow(TableBase, table=True):
    """What is traded of an HS heading with a member."""

    __tablename__ = "trade_weight"
    __table_args__ = (CheckConstraint("weight >= 0", name="weight"), {"schema": SCHEMA})

    member_code: str = key_field(primary_key=True)
    hs_heading: str = key_field(primary_key=True)
    weight: float = Field(sa_type=Float)
