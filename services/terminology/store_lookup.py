"""Speak SQL about whole concepts that somebody looks up: one statement, without a session."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.runtime.database import Session
from services.terminology.store import CONCEPT_COLUMNS, PARTS, StoredConcept, stored_concept
from services.terminology.store_rows import CONCEPT, DESIGNATION
from standards_tree.recognition import speaks
from standards_tree.terms import ConceptStatus, TermDesignation
from standards_tree.text import match_key

# Agreed concepts first, those out of use last.
STATUS_RANK = {
    ConceptStatus.PUBLISHED: 0,
    ConceptStatus.APPROVED: 0,
    ConceptStatus.UNDER_DISCUSSION: 1,
    ConceptStatus.CANDIDATE: 1,
    ConceptStatus.SUPERSEDED: 2,
    ConceptStatus.RETIRED: 2,
}
# How a query is asked: by `Database.look_up_rows`, or `within` a session.
Ask = Callable[[Select[Any], dict[str, object]], Sequence[Sequence[Any]]]


def within(session: Session) -> Ask:
    """Return how to ask what a session sees."""
    return lambda query, values: session.connection().execute(query, values).all()


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
    return select(*(CONCEPT.c[name] for name in CONCEPT_COLUMNS), *parts)


_WANTED = func.any(bindparam("wanted"))
_BY_ID = _asking().where(CONCEPT.c.concept_id == _WANTED)
_BY_NUMBER = _asking().where(CONCEPT.c.number == _WANTED).order_by(CONCEPT.c.concept_id)
_BY_KEY = _asking().where(
    CONCEPT.c.concept_id.in_(select(DESIGNATION.c.concept_id).where(DESIGNATION.c.text_key == _WANTED))
)


def whole_concepts(ask: Ask, concept_ids: Iterable[str]) -> dict[str, StoredConcept]:
    """Return the concepts of *concept_ids* that exist, by name."""
    return {stored.name: stored for stored in _found(ask, _BY_ID, concept_ids)}


def concepts_numbered(ask: Ask, numbers: Sequence[str]) -> dict[str, list[StoredConcept]]:
    """Return the concepts that have each of *numbers*, by number."""
    found: dict[str, list[StoredConcept]] = {number: [] for number in numbers}
    for stored in _found(ask, _BY_NUMBER, numbers):
        found[stored.concept.number].append(stored)
    return found


def concepts_called(
    ask: Ask, terms: Iterable[str], language: str = ""
) -> dict[str, list[tuple[StoredConcept, TermDesignation]]]:
    """Return the concepts that *terms* designate, by the match key of the term; agreed concepts first.

    *language* narrows to designations in it or in a variety of it: `zh` finds `zh-Hans`.
    """
    found: dict[str, list[tuple[StoredConcept, TermDesignation]]] = {match_key(term): [] for term in terms}
    for stored in _found(ask, _BY_KEY, found):
        for designation in stored.concept.designations:
            if designation.key in found and speaks(designation.language, language):
                found[designation.key].append((stored, designation))
    for matches in found.values():
        matches.sort(key=lambda match: (STATUS_RANK[match[0].concept.status], match[0].sort_key, match[0].concept_id))
    return found


def _found(ask: Ask, query: Select[Any], wanted: Iterable[str]) -> list[StoredConcept]:
    values = sorted(wanted)
    columns = len(CONCEPT_COLUMNS)
    rows = ask(query, {"wanted": values}) if values else []
    return [stored_concept(row[:columns], *(part or () for part in row[columns:])) for row in rows]
