"""The table of what programs read out of texts."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.linkage.tables import KEYS, SCHEMA
from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field


class ProposalRow(TableBase, table=True):
    """A requirement as a program read it out of a text; it is none until a person accepts it."""

    __tablename__ = "requirement_proposal"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name="state"),
        CheckConstraint("(state = 'accepted') = (requirement_number > 0)", name="accepted"),
        Index("ix_requirement_proposal_order", "measure_id", "document", "part", "start_at", "proposal_id"),
        {"schema": SCHEMA},
    )

    proposal_id: str = key_field(primary_key=True)
    """Made of the measure, the place and the words: the same text read again gives the same proposals."""
    measure_id: str = Field(sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.measure.measure_id"),))
    kind: str = key_field()
    quote: str
    language: str = key_field()
    parameter: str
    limit: dict[str, str] | None = Field(default=None, sa_type=JSONB, sa_column_kwargs={"name": "required_limit"})
    cited_standards: list[str] = Field(sa_type=KEYS)
    document: str = key_field()
    part: str = key_field()
    start_at: int
    end_at: int
    state: str = key_field()
    requirement_number: int = 0
    decided_by: str
    reason: str
    version: int = 1
    updated_at: Moment = moment_field()
