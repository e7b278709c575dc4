"""The schema of the linkage service: measures and requirements."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log

SCHEMA = "linkage"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)

KEYS = ARRAY(KeyText)
HS_PREFIXES = f"{SCHEMA}.hs_prefixes(hs_codes)"
"""Each code of a row at every level: chapter, heading, subheading, and the two national ones."""


class MeasureRow(TableBase, table=True):
    """One foreign measure."""

    __tablename__ = "measure"
    __table_args__ = (
        CheckConstraint("agreement IN ('TBT', 'SPS')", name="agreement"),
        Index("ix_measure_member_codes", "member_codes", postgresql_using="gin"),
        CheckConstraint("origin IN ('wto', 'platform', 'entered')", name="origin"),
        Index("ix_measure_order", "order_day", "measure_id"),
        Index("ix_measure_story_id", "story_id"),
        Index("ix_measure_hs_prefixes", text(HS_PREFIXES), postgresql_using="gin"),
        {"schema": SCHEMA},
    )

    measure_id: str = key_field(primary_key=True)
    symbols: list[str] = Field(sa_type=KEYS)
    agreement: str = key_field()
    members: list[str] = Field(sa_type=KEYS)
    member_codes: list[str] = Field(sa_type=KEYS)
    notification_type: str
    title_zh: str
    title_en: str
    description: str
    products: str
    hs_codes: list[str] = Field(sa_type=KEYS)
    ics_codes: list[str] = Field(sa_type=KEYS)
    objectives: list[str] = Field(sa_type=KEYS)
    keywords: list[str] = Field(sa_type=KEYS)
    affected_regions: str
    distributed_on: date | None = None
    comment_deadline: date | None = None
    adoption_on: date | None = None
    entry_into_force_on: date | None = None
    notified_documents: list[str] = Field(sa_type=KEYS)
    notification_links: dict[str, str] = Field(sa_type=JSONB)
    kind: str = key_field()
    origin: str = key_field()
    agencies: list[str] = Field(sa_type=KEYS)
    articles: list[str] = Field(sa_type=KEYS)
    affected_countries: list[str] = Field(sa_type=KEYS)
    cited_standards: list[str] = Field(sa_type=KEYS)
    stated: dict[str, dict[str, str | int]] = Field(sa_type=JSONB)
    """What is said about a day where that is not one printed day, by the name of the day's column."""
    code_marks: dict[str, list[dict[str, str]]] = Field(sa_type=JSONB)
    """Codes that were not simply read, by classification."""
    text_languages: list[str] = Field(sa_type=KEYS)
    pages: str
    source: str
    example: bool
    import_digest: str = key_field()
    """Of the record that an import last stored: the same one again needs no look. Empty where none did."""
    story_id: str = key_field()
    """The story it belongs to; empty until one has been told."""
    search_key: str = key_field()
    """Symbols and titles, folded."""
    order_day: date
    """When it was distributed; the first day of the calendar where that is not known: such measures come last."""
    version: int = 1
    updated_at: Moment = moment_field()


class SymbolRow(TableBase, table=True):
    """A symbol and the measure it belongs to: a symbol names one measure."""

    __tablename__ = "measure_symbol"
    __table_args__ = ({"schema": SCHEMA},)

    symbol_key: str = key_field(primary_key=True)
    measure_id: str = Field(sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.measure.measure_id"),), index=True)
    base_key: str = key_field(index=True)
    """The key of the notification that the document belongs to: its family."""


class RequirementRow(TableBase, table=True):
    """One requirement of a measure."""

    __tablename__ = "requirement"
    __table_args__ = (CheckConstraint("number > 0", name="number"), {"schema": SCHEMA})

    measure_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.measure.measure_id"),), primary_key=True
    )
    number: int = Field(primary_key=True)
    text_zh: str
    text_en: str
    kind: str = key_field()
    subject: str
    hs_codes: list[str] = Field(sa_type=KEYS)
    parameter: str
    limit: dict[str, str] | None = Field(default=None, sa_type=JSONB, sa_column_kwargs={"name": "required_limit"})
    cited_standards: list[str] = Field(sa_type=KEYS)
    conditions: str
    agency: str
    original_text: str
    original_language: str
    clause: str
    source: str
    assessed: bool
    code_marks: dict[str, list[dict[str, str]]] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'::jsonb")}
    )
    """Codes that the list that counts does not have, by classification."""
    version: int = 1
    updated_at: Moment = moment_field()
