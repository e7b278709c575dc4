"""The tables of stories, of the documents of measures and of trade concerns."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.linkage.tables import HS_PREFIXES, KEYS, SCHEMA
from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field
from standards_tree.measures.story import StoryState

BEGUN = "coalesce(notified_on, '0001-01-01'::date)"
"""The day a story began, for lists of a day in the past: the index itself passes over the later ones."""
_STATES = ", ".join(f"'{state.value}'" for state in StoryState)


class StoryRow(TableBase, table=True):
    """What the documents of one notification tell together, for lists; made anew whenever one of them changes."""

    __tablename__ = "story"
    __table_args__ = (
        Index("ix_story_member_codes", "member_codes", postgresql_using="gin"),
        Index("ix_story_hs_prefixes", text(HS_PREFIXES), postgresql_using="gin"),
        Index("ix_story_begun", "order_day", "story_id", text(BEGUN)),
        Index("ix_story_comment_deadline", "comment_deadline"),
        {"schema": SCHEMA},
    )

    story_id: str = key_field(primary_key=True)
    symbols: list[str] = Field(sa_type=KEYS)
    member_codes: list[str] = Field(sa_type=KEYS)
    title_zh: str
    title_en: str
    hs_codes: list[str] = Field(sa_type=KEYS)
    ics_codes: list[str] = Field(sa_type=KEYS)
    comment_deadline: date | None = None
    adoption_on: date | None = None
    entry_into_force_on: date | None = None
    notified_on: date | None = None
    last_changed_by: str = key_field()
    last_changed_on: date | None = None
    example: bool
    search_key: str = key_field()
    order_day: date


class StorySpanRow(TableBase, table=True):
    """The days on which a story is in one state."""

    __tablename__ = "story_span"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_story_span_state", "state", "since", "until"),
        {"schema": SCHEMA},
    )

    story_id: str = Field(
        sa_type=KeyText,
        sa_column_args=(ForeignKey(f"{SCHEMA}.story.story_id", ondelete="CASCADE"),),
        primary_key=True,
    )
    since: date = Field(primary_key=True)
    until: date
    """The last day; the last of the calendar for no end that is known."""
    state: str = key_field()
    presumed: bool


class MeasureDocumentRow(TableBase, table=True):
    """An uploaded document that belongs to a measure."""

    __tablename__ = "measure_document"
    __table_args__ = ({"schema": SCHEMA},)

    measure_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.measure.measure_id"),), primary_key=True
    )
    document: str = key_field(primary_key=True)
    role: str = key_field()
    language: str = key_field()
    title: str
    file_name: str
    sha256: str = key_field()


class TradeConcernRow(TableBase, table=True):
    """What members raised about a measure in the committee."""

    __tablename__ = "trade_concern"
    __table_args__ = (
        CheckConstraint("agreement IN ('TBT', 'SPS')", name="agreement"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_trade_concern_base_keys", "base_keys", postgresql_using="gin"),
        {"schema": SCHEMA},
    )

    agreement: str = key_field(primary_key=True)
    number: int = Field(primary_key=True)
    title_zh: str
    title_en: str
    symbols: list[str] = Field(sa_type=KEYS)
    base_keys: list[str] = Field(sa_type=KEYS)
    """The families its symbols belong to."""
    raised_by: list[str] = Field(sa_type=KEYS)
    supported_by: list[str] = Field(sa_type=KEYS)
    subject_member: str
    status: str
    first_raised_on: date | None = None
    last_raised_on: date | None = None
    times_raised: int
    issues: list[str] = Field(sa_type=KEYS)
    sources: list[str] = Field(sa_type=KEYS)
    summary: dict[str, str] = Field(sa_type=JSONB)
    version: int = 1
    updated_at: Moment = moment_field()
