"""The schema of releases of vocabularies. Their rows are never changed: the service may not."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, key_field, moment_field
from services.terminology.tables import SCHEMA


class ReleaseRow(TableBase, table=True):
    """One release of a vocabulary; ``waivers`` are reasons by the rule that it was let off."""

    __tablename__ = "release"
    __table_args__ = (
        Index("uq_release_label", "domain", "label", unique=True),
        Index("ix_release_published_at", "published_at", "release_id"),
        {"schema": SCHEMA},
    )

    release_id: str = key_field(primary_key=True)
    domain: str = key_field()
    label: str = key_field()
    note: str
    waivers: dict[str, str] = Field(sa_type=JSONB)
    principal: str
    published_at: Moment = moment_field()
    concept_count: int
    sha256: str = key_field()


class ReleaseConceptRow(TableBase, table=True):
    """What a concept said in a release: its canonical text, and the SHA-256 of that."""

    __tablename__ = "release_concept"
    __table_args__ = (Index("ix_release_concept_sort_key", "release_id", "sort_key", "concept_id"), {"schema": SCHEMA})

    release_id: str = Field(
        sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.release.release_id"),), primary_key=True
    )
    concept_id: str = key_field(primary_key=True)
    sort_key: str = key_field()
    content: str
    sha256: str = key_field()
