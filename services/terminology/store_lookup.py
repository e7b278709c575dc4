"""Speak SQL about the whole concepts that a look-up has found: one statement, without a session."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.terminology.store import CONCEPT_COLUMNS, PARTS, StoredConcept, stored_concept
from services.terminology.store_rows import CONCEPT


def _asking() -> Select[Any]:
    parts = [
        select(
            func.json_agg(
                aggregate_order_by(func.json_build_array(*(table.c[name] for name in columns)), table.c[order])
            )
        )
        .where(table.c.concept_id == CONCEPT.c.concept_id)
        .scalar_subquery()
        for table, columns, order in PARTS
    ]
    wanted = CONCEPT.c.concept_id == func.any(bindparam("concept_ids"))
    return select(*(CONCEPT.c[name] for name in CONCEPT_COLUMNS), *parts).where(wanted)


_ASKING = _asking()


def asking_for(concept_ids: Iterable[str]) -> tuple[Select[Any], dict[str, object]]:
    """Return the one query, with its values, for *concept_ids*; `whole_concept` makes a concept of each of its rows."""
    return _ASKING, {"concept_ids": sorted(concept_ids)}


def whole_concept(row: Sequence[Any]) -> StoredConcept:
    """Return the concept in a row of the query."""
    columns = len(CONCEPT_COLUMNS)
    return stored_concept(row[:columns], *(part or () for part in row[columns:]))
