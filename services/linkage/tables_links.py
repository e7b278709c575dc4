"""The tables of links."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.linkage.tables import KEYS, SCHEMA
from services.runtime.columns import Moment, TableBase, key_field, moment_field


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
        CheckConstraint("relation IN ('equal', 'subset', 'superset', 'intersects')", name="relation"),
        CheckConstraint("state IN ('suggested', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
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
    version: int = 1
    updated_at: Moment = moment_field()
