"""The schema of the terminology service: concepts and what belongs to them."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, text
from sqlmodel import Field

from services.runtime.columns import KeyText, Moment, TableBase, change_log, key_field, moment_field, request_log
from standards_tree.terms import (
    ConceptRelationKind,
    ConceptStatus,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
)

SCHEMA = "terminology"

CHANGES = change_log(SCHEMA)
ANSWERED = request_log(SCHEMA)


def one_of(column: str, values: Iterable[StrEnum], *more: str) -> CheckConstraint:
    """Return the rule that *column* holds one of the words *values* and *more*."""
    words = [*(value.value for value in values), *more]
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, words))})", name=column)


def of_concept() -> tuple[ForeignKey]:
    """Return the rule that a row goes with its concept."""
    return (ForeignKey(f"{SCHEMA}.concept.concept_id", ondelete="CASCADE"),)


class ConceptRow(TableBase, table=True):
    """One concept."""

    __tablename__ = "concept"
    __table_args__ = (
        one_of("status", ConceptStatus),
        # One superseded elsewhere came in a file that does not say by what.
        CheckConstraint("status = 'superseded' OR successor_id IS NULL", name="successor"),
        Index("ix_concept_domain", "domain", "sort_key", "concept_id"),
        {"schema": SCHEMA},
    )

    concept_id: str = key_field(primary_key=True)
    number: str = key_field()
    domain: str
    subject_field: str
    status: str = key_field()
    source: str
    proposed_by: str
    successor_id: str | None = Field(
        default=None, sa_type=KeyText, sa_column_args=(ForeignKey(f"{SCHEMA}.concept.concept_id"),), index=True
    )
    sort_key: str = key_field(index=True)
    version: int = 1
    updated_at: Moment = moment_field()


class DesignationRow(TableBase, table=True):
    """One designation of a concept, at its place among them."""

    __tablename__ = "designation"
    __table_args__ = (
        one_of("status", DesignationStatus),
        one_of("type", DesignationType),
        one_of("part_of_speech", PartOfSpeech, ""),
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

    concept_id: str = Field(sa_type=KeyText, sa_column_args=of_concept(), primary_key=True)
    position: int = Field(primary_key=True)
    language: str = key_field()
    text: str
    text_key: str = key_field()
    status: str = key_field()
    usage_note: str
    type: str = key_field()
    part_of_speech: str = key_field()
    geographical_usage: str
    script: str = key_field()
    used_by: list[str] = Field(sa_type=ARRAY(String))
    source: str


class DefinitionRow(TableBase, table=True):
    """One definition of a concept."""

    __tablename__ = "definition"
    __table_args__ = ({"schema": SCHEMA},)

    concept_id: str = Field(sa_type=KeyText, sa_column_args=of_concept(), primary_key=True)
    language: str = key_field(primary_key=True)
    text: str
    source: str
    clause: str
    derived_from: str


class RemarkRow(TableBase, table=True):
    """One note or example of a concept, at its place among those of its kind."""

    __tablename__ = "remark"
    __table_args__ = (CheckConstraint("kind IN ('note', 'example')", name="kind"), {"schema": SCHEMA})

    concept_id: str = Field(sa_type=KeyText, sa_column_args=of_concept(), primary_key=True)
    kind: str = key_field(primary_key=True)
    position: int = Field(primary_key=True)
    language: str = key_field()
    text: str


class ConceptRelationRow(TableBase, table=True):
    """One relation of a concept to another; ``target`` is what the concept says, a number or a name."""

    __tablename__ = "concept_relation"
    __table_args__ = (
        one_of("kind", ConceptRelationKind),
        Index("ix_concept_relation_target", "target"),
        {"schema": SCHEMA},
    )

    concept_id: str = Field(sa_type=KeyText, sa_column_args=of_concept(), primary_key=True)
    position: int = Field(primary_key=True)
    kind: str = key_field()
    target: str = key_field()


class ConceptRedirectRow(TableBase, table=True):
    """The name of a concept that was merged into another; it leads there."""

    __tablename__ = "concept_redirect"
    __table_args__ = ({"schema": SCHEMA},)

    concept_id: str = key_field(primary_key=True)
    survivor_id: str = Field(sa_type=KeyText, sa_column_args=of_concept(), index=True)
