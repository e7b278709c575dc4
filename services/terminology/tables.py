"""The schema of the terminology service."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log

SCHEMA = "terminology"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)


def _concept_reference() -> ForeignKey:
    return ForeignKey(f"{SCHEMA}.concept.concept_id", ondelete="CASCADE")


class ConceptRow(TableBase, table=True):
    """One concept."""

    __tablename__ = "concept"
    __table_args__ = (
        CheckConstraint("status IN ('candidate', 'approved', 'retired')", name="status"),
        {"schema": SCHEMA},
    )

    concept_id: str = key_field(primary_key=True)
    number: str = key_field()
    domain: str
    status: str = key_field()
    source: str
    sort_key: str = key_field(index=True)
    version: int = 1
    updated_at: Moment = moment_field()


class DesignationRow(TableBase, table=True):
    """One designation of a concept, at its place among them."""

    __tablename__ = "designation"
    __table_args__ = (
        CheckConstraint("status IN ('preferred', 'admitted', 'deprecated', 'superseded')", name="status"),
        Index("ix_designation_text_key", "text_key"),
        # The last line of defence for "one preferred designation a language".
        Index(
            "uq_designation_preferred",
            "concept_id",
            "language",
            unique=True,
            postgresql_where=text("status = 'preferred'"),
        ),
        {"schema": SCHEMA},
    )

    concept_id: str = Field(sa_type=KeyText, sa_column_args=(_concept_reference(),), primary_key=True)
    position: int = Field(primary_key=True)
    language: str = key_field()
    text: str
    text_key: str = key_field()
    status: str = key_field()
    usage_note: str


class DefinitionRow(TableBase, table=True):
    """One definition of a concept."""

    __tablename__ = "definition"
    __table_args__ = ({"schema": SCHEMA},)

    concept_id: str = Field(sa_type=KeyText, sa_column_args=(_concept_reference(),), primary_key=True)
    language: str = key_field(primary_key=True)
    text: str
    source: str
