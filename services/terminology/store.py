"""Speak SQL for the terminology service."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from services.terminology.tables import ConceptRow, DefinitionRow, DesignationRow
from standards_tree.errors import NotFoundError
from standards_tree.terms import Concept, ConceptStatus, Definition, DesignationStatus, TermDesignation
from standards_tree.text import match_key

Part = TypeVar("Part", ConceptRow, DesignationRow, DefinitionRow)

# Approved concepts first, retired ones last.
STATUS_RANK = {ConceptStatus.APPROVED: 0, ConceptStatus.CANDIDATE: 1, ConceptStatus.RETIRED: 2}


@dataclass(frozen=True, slots=True)
class StoredConcept:
    """A concept with what the store adds to it."""

    concept_id: str
    concept: Concept
    version: int
    updated_at: datetime | None
    sort_key: str

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"concepts/{self.concept_id}"


def create_concepts(session: Session, concepts: Sequence[Concept]) -> list[StoredConcept]:
    """Store new concepts and return them, in order. The caller has checked that they are sound."""
    numbered = [(uuid4().hex, concept) for concept in concepts]
    if numbered:
        rows = [{"concept_id": concept_id, "version": 1, **_columns(concept)} for concept_id, concept in numbered]
        session.execute(insert(ConceptRow), rows)
        _insert_parts(session, numbered)
    for concept_id, _concept in numbered:
        record_change(session, f"concepts/{concept_id}", "created")
    return _load(session, [concept_id for concept_id, _concept in numbered])


def get_concept(session: Session, name: str) -> StoredConcept:
    """Return the concept *name*.

    Raises:
        NotFoundError: there is none.
    """
    collection, _, concept_id = name.partition("/")
    found = _load(session, [concept_id]) if collection == "concepts" else []
    if not found:
        message = "there is no concept {name}"
        raise NotFoundError(message, name=name)
    return found[0]


def replace_concept(session: Session, stored: StoredConcept, concept: Concept, etag: str) -> StoredConcept:
    """Store *concept* in the place of *stored* and return it.

    Raises:
        StaleError: *etag* is not that of *stored*.
    """
    require_etag(etag, stored.version)
    if concept == stored.concept:
        return stored
    row = session.get_one(ConceptRow, stored.concept_id)
    for column, value in _columns(concept).items():
        setattr(row, column, value)
    row.version = stored.version + 1
    row.updated_at = func.now()  # type: ignore[assignment]  # the database's clock
    session.flush()
    for part in (DesignationRow, DefinitionRow):
        session.execute(delete(part).where(col(part.concept_id) == stored.concept_id))
    _insert_parts(session, [(stored.concept_id, concept)])
    record_change(session, stored.name, "updated")
    session.expire_all()
    return get_concept(session, stored.name)


def list_concepts(session: Session, query: str, statuses: Sequence[ConceptStatus], page: Page) -> list[StoredConcept]:
    """Return one more than a page of concepts, by number and name, of which some designation contains *query*."""
    wanted = select(ConceptRow.concept_id).order_by(col(ConceptRow.sort_key), col(ConceptRow.concept_id))
    if query:
        contains = col(DesignationRow.text_key).contains(match_key(query), autoescape=True)
        wanted = wanted.where(col(ConceptRow.concept_id).in_(select(DesignationRow.concept_id).where(contains)))
    if statuses:
        wanted = wanted.where(col(ConceptRow.status).in_([status.value for status in statuses]))
    if page.after is not None:
        sort_key, concept_id = page.after
        wanted = wanted.where(
            or_(
                col(ConceptRow.sort_key) > sort_key,
                (col(ConceptRow.sort_key) == sort_key) & (col(ConceptRow.concept_id) > concept_id),
            )
        )
    return _load(session, list(session.exec(wanted.limit(page.size + 1))))


def look_up(
    session: Session, terms: Iterable[str], language: str = ""
) -> dict[str, list[tuple[StoredConcept, TermDesignation]]]:
    """Return the concepts that *terms* designate, by the match key of the term; approved concepts first.

    *language* narrows to designations in it or in a variety of it: `zh` finds `zh-Hans`.
    """
    keys = sorted({match_key(term) for term in terms})
    query = select(DesignationRow.text_key, DesignationRow.concept_id).where(col(DesignationRow.text_key).in_(keys))
    if language:
        query = query.where(
            or_(
                col(DesignationRow.language) == language,
                col(DesignationRow.language).startswith(f"{language}-", autoescape=True),
            )
        )
    hits = list(session.exec(query))
    stored = {entry.concept_id: entry for entry in _load(session, [concept_id for _key, concept_id in hits])}
    found: dict[str, list[tuple[StoredConcept, TermDesignation]]] = {key: [] for key in keys}
    for key, concept_id in sorted(set(hits)):
        entry = stored[concept_id]
        found[key].extend(
            (entry, designation)
            for designation in entry.concept.designations
            if designation.key == key and _speaks(designation.language, language)
        )
    for matches in found.values():
        matches.sort(key=lambda match: (STATUS_RANK[match[0].concept.status], match[0].sort_key, match[0].concept_id))
    return found


def _speaks(tag: str, language: str) -> bool:
    return not language or tag == language or tag.startswith(f"{language}-")


def _columns(concept: Concept) -> dict[str, str]:
    return {
        "number": concept.number,
        "domain": concept.domain,
        "status": concept.status.value,
        "source": concept.source,
        "sort_key": _sort_key(concept),
    }


def _sort_key(concept: Concept) -> str:
    """Return what orders concepts: their numbers by value (3.2 before 3.10), those without after them by name."""
    parts = [part.zfill(6) if part.isdecimal() else part for part in concept.number.split(".")]
    name = concept.designations[0].key
    return f"0{'.'.join(parts)} {name}" if concept.number else f"1{name}"


def _insert_parts(session: Session, numbered: Sequence[tuple[str, Concept]]) -> None:
    designations = [
        {
            "concept_id": concept_id,
            "position": position,
            "language": entry.language,
            "text": entry.text,
            "text_key": entry.key,
            "status": entry.status.value,
            "usage_note": entry.usage_note,
        }
        for concept_id, concept in numbered
        for position, entry in enumerate(concept.designations)
    ]
    definitions = [
        {"concept_id": concept_id, "language": entry.language, "text": entry.text, "source": entry.source}
        for concept_id, concept in numbered
        for entry in concept.definitions
    ]
    session.execute(insert(DesignationRow), designations)
    if definitions:
        session.execute(insert(DefinitionRow), definitions)


def _load(session: Session, concept_ids: Sequence[str]) -> list[StoredConcept]:
    """Return the concepts of *concept_ids* that exist, in that order, with three statements however many there are."""
    wanted = list(dict.fromkeys(concept_ids))
    if not wanted:
        return []
    rows = {row.concept_id: row for row in session.exec(_of(ConceptRow, wanted))}
    designations: dict[str, list[TermDesignation]] = defaultdict(list)
    for designation in session.exec(_of(DesignationRow, wanted).order_by(col(DesignationRow.position))):
        designations[designation.concept_id].append(_designation(designation))
    definitions: dict[str, list[Definition]] = defaultdict(list)
    for definition in session.exec(_of(DefinitionRow, wanted).order_by(col(DefinitionRow.language))):
        definitions[definition.concept_id].append(_definition(definition))
    return [
        _stored(rows[concept_id], designations[concept_id], definitions[concept_id])
        for concept_id in wanted
        if concept_id in rows
    ]


def _of(kind: type[Part], concept_ids: Sequence[str]) -> SelectOfScalar[Part]:
    return select(kind).where(col(kind.concept_id).in_(concept_ids))


def _designation(row: DesignationRow) -> TermDesignation:
    return TermDesignation(row.language, row.text, DesignationStatus(row.status), row.usage_note)


def _definition(row: DefinitionRow) -> Definition:
    return Definition(row.language, row.text, row.source)


def _stored(
    row: ConceptRow, designations: Sequence[TermDesignation], definitions: Sequence[Definition]
) -> StoredConcept:
    concept = Concept(
        row.number, row.domain, tuple(designations), tuple(definitions), ConceptStatus(row.status), row.source
    )
    return StoredConcept(row.concept_id, concept, row.version, row.updated_at, row.sort_key)
