"""Write many rows of the terminology service with one statement a table, and turn concepts into rows and back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, String, Table, any_, cast, literal, text
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session

from services.terminology.tables import ConceptRelationRow, ConceptRow, DefinitionRow, DesignationRow, RemarkRow
from standards_tree.terms import Concept

CONCEPT: Table = ConceptRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
DESIGNATION: Table = DesignationRow.__table__  # type: ignore[attr-defined]
DEFINITION: Table = DefinitionRow.__table__  # type: ignore[attr-defined]
REMARK: Table = RemarkRow.__table__  # type: ignore[attr-defined]
RELATION: Table = ConceptRelationRow.__table__  # type: ignore[attr-defined]
PARTS = (DESIGNATION, DEFINITION, REMARK, RELATION)
ROWS_A_STATEMENT = 10_000


def insert_rows(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert *rows*, which all have the same columns; the other columns get their defaults."""
    rows = list(rows)
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        columns = ", ".join(rows[start])
        statement = f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_records(table)}"  # noqa: S608  (names of ours)
        session.connection().execute(text(statement), {"rows": _json(rows[start : start + ROWS_A_STATEMENT])})


def update_concepts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give concepts the other columns of the row with their `concept_id`, a new version and the time."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        columns = ", ".join(f"{name} = fresh.{name}" for name in rows[start] if name != "concept_id")
        statement = (
            f"UPDATE concept SET {columns}, version = concept.version + 1, updated_at = now()"  # noqa: S608
            f" FROM {_records(CONCEPT)} AS fresh WHERE concept.concept_id = fresh.concept_id"
        )
        session.connection().execute(text(statement), {"rows": _json(rows[start : start + ROWS_A_STATEMENT])})


def _records(table: Table) -> str:
    return f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def one_of_ids(column: ColumnElement[Any], ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that *column* is one of *ids*, however many: they travel as one array."""
    return column == any_(cast(literal(list(ids), ARRAY(String)), ARRAY(String)))


def concept_columns(concept: Concept) -> dict[str, Any]:
    """Return the columns of a concept that say what it says."""
    return {
        "number": concept.number,
        "domain": concept.domain,
        "subject_field": concept.subject_field,
        "status": concept.status.value,
        "source": concept.source,
        "sort_key": sort_key(concept),
    }


def sort_key(concept: Concept) -> str:
    """Return what orders concepts: their numbers by value (3.2 before 3.10), those without after them by name."""
    parts = [part.zfill(6) if part.isdecimal() else part for part in concept.number.split(".")]
    name = concept.designations[0].key
    return f"0{'.'.join(parts)} {name}" if concept.number else f"1{name}"


def insert_parts(session: Session, numbered: Sequence[tuple[str, Concept]]) -> None:
    """Store what belongs to concepts, each with its identity."""
    insert_rows(session, DESIGNATION, _designations(numbered))
    insert_rows(
        session,
        DEFINITION,
        (
            {
                "concept_id": concept_id,
                "language": entry.language,
                "text": entry.text,
                "source": entry.source,
                "clause": entry.clause,
                "derived_from": entry.derived_from,
            }
            for concept_id, concept in numbered
            for entry in concept.definitions
        ),
    )
    insert_rows(
        session,
        REMARK,
        (
            {
                "concept_id": concept_id,
                "kind": kind,
                "position": position,
                "language": remark.language,
                "text": remark.text,
            }
            for concept_id, concept in numbered
            for kind, remarks in (("note", concept.notes), ("example", concept.examples))
            for position, remark in enumerate(remarks)
        ),
    )
    insert_rows(
        session,
        RELATION,
        (
            {"concept_id": concept_id, "position": position, "kind": entry.kind.value, "target": entry.target}
            for concept_id, concept in numbered
            for position, entry in enumerate(concept.relations)
        ),
    )


def _designations(numbered: Sequence[tuple[str, Concept]]) -> list[dict[str, Any]]:
    return [
        {
            "concept_id": concept_id,
            "position": position,
            "language": entry.language,
            "text": entry.text,
            "text_key": entry.key,
            "status": entry.status.value,
            "usage_note": entry.usage_note,
            "type": entry.type.value,
            "part_of_speech": entry.part_of_speech.value if entry.part_of_speech else "",
            "geographical_usage": entry.geographical_usage,
            "script": entry.script,
            "used_by": list(entry.used_by),
            "source": entry.source,
        }
        for concept_id, concept in numbered
        for position, entry in enumerate(concept.designations)
    ]


def delete_parts(session: Session, concept_ids: Sequence[str]) -> None:
    """Remove what belongs to concepts."""
    for table in PARTS:
        session.connection().execute(table.delete().where(one_of_ids(table.c.concept_id, concept_ids)))
