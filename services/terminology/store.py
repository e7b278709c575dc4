"""Speak SQL about concepts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, select
from sqlmodel import Session, col, or_
from sqlmodel import select as select_rows

from services.runtime.changes import record_changes
from services.runtime.paging import Page
from services.terminology import store_rows
from services.terminology.store_changes import CREATE, UPDATE, Act, HistoryEntry, acting_person, record_history
from services.terminology.store_rows import CONCEPT, DEFINITION, DESIGNATION, RELATION, REMARK
from services.terminology.tables import ConceptRedirectRow, ConceptRow, DesignationRow
from standards_tree.concept_facts import differences
from standards_tree.errors import NotFoundError
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
    Remark,
    TermDesignation,
)
from standards_tree.text import match_key

COLLECTION = "concepts/"
CONCEPTS_A_READING = 5_000
CONCEPT_COLUMNS = (
    *("concept_id", "number", "domain", "status", "source", "subject_field"),
    *("version", "updated_at", "sort_key", "proposed_by", "successor_id"),
)
DESIGNATION_COLUMNS = (
    *("language", "text", "status", "usage_note", "type", "part_of_speech", "used_by"),
    *("geographical_usage", "script", "source"),
)
DEFINITION_COLUMNS = ("language", "text", "source", "clause", "derived_from")
REMARK_COLUMNS = ("kind", "language", "text")
RELATION_COLUMNS = ("kind", "target")
# The tables of what belongs to a concept: what is read of each, and in which order.
PARTS = (
    (DESIGNATION, DESIGNATION_COLUMNS, "position"),
    (DEFINITION, DEFINITION_COLUMNS, "language"),
    (REMARK, REMARK_COLUMNS, "position"),
    (RELATION, RELATION_COLUMNS, "position"),
)
# A look-up in a dictionary takes a tenth of the time of a call of the enum, of which a vocabulary needs 100,000.
STATUS = {status.value: status for status in ConceptStatus}
DESIGNATION_STATUS = {status.value: status for status in DesignationStatus}
DESIGNATION_TYPE = {kind.value: kind for kind in DesignationType}
PART_OF_SPEECH = {part.value: part for part in PartOfSpeech}
RELATION_KIND = {kind.value: kind for kind in ConceptRelationKind}


@dataclass(frozen=True, slots=True)
class StoredConcept:
    """A concept with what the store adds to it."""

    concept_id: str
    concept: Concept
    version: int
    updated_at: datetime | None
    sort_key: str
    proposed_by: str = ""
    successor_id: str | None = None

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"{COLLECTION}{self.concept_id}"


def create_concepts(session: Session, concepts: Sequence[Concept], act: Act = CREATE) -> list[StoredConcept]:
    """Store new concepts and return them, in order, with the same few statements however many there are.

    The caller has checked that they are sound.
    """
    numbered = [(uuid4().hex, concept) for concept in concepts]
    person = acting_person()
    rows = [
        {"concept_id": concept_id, "version": 1, "proposed_by": person, **store_rows.concept_columns(concept)}
        for concept_id, concept in numbered
    ]
    store_rows.insert_rows(session, CONCEPT, rows)
    store_rows.insert_parts(session, numbered)
    record_history(session, [HistoryEntry(concept_id, 1, act) for concept_id, _concept in numbered])
    record_changes(session, [f"{COLLECTION}{concept_id}" for concept_id, _concept in numbered], "created")
    return load_concepts(session, [concept_id for concept_id, _concept in numbered])


def replace_concepts(
    session: Session,
    replacements: Sequence[tuple[StoredConcept, Concept]],
    act: Act = UPDATE,
    *,
    always: bool = False,
) -> list[StoredConcept]:
    """Store each concept in the place of the one before it and return them, in order, with the same few statements.

    A replacement that says the same is no change, unless *always*. The caller has checked that they are sound, that what
    is agreed may change, and the etags. Who does it is who proposed what the concept says now.
    """
    changed = [(stored, concept) for stored, concept in replacements if always or stored.concept != concept]
    ids = [stored.concept_id for stored, _concept in changed]
    person = acting_person()
    rows = [
        {"concept_id": stored.concept_id, "proposed_by": person, **store_rows.concept_columns(concept)}
        for stored, concept in changed
    ]
    store_rows.update_concepts(session, rows)
    if ids:
        store_rows.delete_parts(session, ids)
    store_rows.insert_parts(session, [(stored.concept_id, concept) for stored, concept in changed])
    entries = [
        HistoryEntry(stored.concept_id, stored.version + 1, act, differences(stored.concept, concept))
        for stored, concept in changed
    ]
    record_history(session, entries)
    record_changes(session, [stored.name for stored, _concept in changed], "updated")
    return load_concepts(session, [stored.concept_id for stored, _concept in replacements])


def get_concept(session: Session, name: str) -> StoredConcept:
    """Return the concept *name*.

    Raises:
        NotFoundError: there is none, or it was merged into another; the message says into which.
    """
    found = _named(session, name)
    if found is None:
        survivor_id = _survivor_id(session, name)
        if survivor_id is not None:
            message = "{name} was merged into {survivor}; go on with that"
            raise NotFoundError(message, name=name, survivor=f"{COLLECTION}{survivor_id}")
        message = "there is no concept {name}"
        raise NotFoundError(message, name=name)
    return found


def find_concept(session: Session, name: str) -> StoredConcept:
    """Return the concept *name*, or the one that it was merged into.

    Raises:
        NotFoundError: there is none.
    """
    found = _named(session, name)
    if found is None and (survivor_id := _survivor_id(session, name)) is not None:
        return load_concepts(session, [survivor_id])[0]
    return found if found is not None else get_concept(session, name)


def _named(session: Session, name: str) -> StoredConcept | None:
    found = load_concepts(session, [name.removeprefix(COLLECTION)]) if name.startswith(COLLECTION) else []
    return found[0] if found else None


def _survivor_id(session: Session, name: str) -> str | None:
    redirect = session.get(ConceptRedirectRow, name.removeprefix(COLLECTION)) if name.startswith(COLLECTION) else None
    return redirect.survivor_id if redirect is not None else None


def list_concepts(
    session: Session, query: str, statuses: Sequence[ConceptStatus], page: Page, domain: str = ""
) -> list[StoredConcept]:
    """Return one more than a page of concepts, by number and name, of which some designation contains *query*."""
    wanted = select_rows(ConceptRow.concept_id).order_by(col(ConceptRow.sort_key), col(ConceptRow.concept_id))
    if query:
        contains = col(DesignationRow.text_key).contains(match_key(query), autoescape=True)
        wanted = wanted.where(col(ConceptRow.concept_id).in_(select_rows(DesignationRow.concept_id).where(contains)))
    if statuses:
        wanted = wanted.where(col(ConceptRow.status).in_([status.value for status in statuses]))
    if domain:
        wanted = wanted.where(col(ConceptRow.domain) == domain)
    if page.after is not None:
        sort_key, concept_id = page.after
        wanted = wanted.where(
            or_(
                col(ConceptRow.sort_key) > sort_key,
                (col(ConceptRow.sort_key) == sort_key) & (col(ConceptRow.concept_id) > concept_id),
            )
        )
    return load_concepts(session, list(session.exec(wanted.limit(page.size + 1))))


def all_concepts(session: Session, domain: str = "", statuses: Sequence[ConceptStatus] = ()) -> Iterator[StoredConcept]:
    """Yield every concept, or those of the vocabulary *domain* and of *statuses*, by number and name.

    Six statements for each 5,000. The session shows one moment: that of `Database.read`, `moment` or `write`.
    """
    wanted = select(CONCEPT.c.concept_id).order_by(CONCEPT.c.sort_key, CONCEPT.c.concept_id)
    if domain:
        wanted = wanted.where(CONCEPT.c.domain == domain)
    if statuses:
        wanted = wanted.where(CONCEPT.c.status.in_([status.value for status in statuses]))
    ids = list(session.connection().execute(wanted).scalars())
    for start in range(0, len(ids), CONCEPTS_A_READING):
        yield from load_concepts(session, ids[start : start + CONCEPTS_A_READING])


def load_concepts(session: Session, concept_ids: Sequence[str]) -> list[StoredConcept]:
    """Return the concepts of *concept_ids* that exist, in that order, with five statements however many there are."""
    wanted = list(dict.fromkeys(concept_ids))
    if not wanted:
        return []
    rows = {row[0]: row for row in _of(session, CONCEPT, CONCEPT_COLUMNS, wanted)}
    parts = [_parts(session, table, columns, wanted, order) for table, columns, order in PARTS]
    return [
        stored_concept(rows[concept_id], *(rows_of.get(concept_id, ()) for rows_of in parts))
        for concept_id in wanted
        if concept_id in rows
    ]


def _parts(
    session: Session, table: Table, columns: Sequence[str], concept_ids: Sequence[str], order: str
) -> dict[str, list[Sequence[Any]]]:
    found: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for concept_id, *row in _of(session, table, ("concept_id", *columns), concept_ids, order):
        found[concept_id].append(row)
    return found


def stored_concept(
    row: Sequence[Any],
    designations: Iterable[Sequence[Any]],
    definitions: Iterable[Sequence[Any]],
    remarks: Iterable[Sequence[Any]],
    relations: Iterable[Sequence[Any]],
) -> StoredConcept:
    """Return the concept of a *row* with CONCEPT_COLUMNS, and of the rows of its parts with those of PARTS, each in order."""
    concept_id, number, domain, status, source, subject_field, *added = row
    said: dict[str, list[Remark]] = {"note": [], "example": []}
    for kind, *columns in remarks:
        said[kind].append(Remark(*columns))
    concept = Concept(
        number,
        domain,
        tuple(map(_designation, designations)),
        tuple(Definition(*columns) for columns in definitions),
        STATUS[status],
        source,
        subject_field,
        tuple(said["note"]),
        tuple(said["example"]),
        tuple(ConceptRelation(RELATION_KIND[kind], target) for kind, target in relations),
    )
    return StoredConcept(concept_id, concept, *added)


def _of(
    session: Session, table: Table, columns: Sequence[str], concept_ids: Sequence[str], order: str = "concept_id"
) -> list[tuple[Any, ...]]:
    """Return *columns* of the rows of some concepts, in *order*."""
    query = select(*(table.c[column] for column in columns))
    query = query.where(store_rows.one_of_ids(table.c.concept_id, concept_ids)).order_by(table.c[order])
    return [tuple(row) for row in session.connection().execute(query)]


def _designation(columns: Sequence[Any]) -> TermDesignation:
    language, text, status, usage_note, kind, part_of_speech, used_by, geographical_usage, script, source = columns
    return TermDesignation(
        language,
        text,
        DESIGNATION_STATUS[status],
        usage_note,
        DESIGNATION_TYPE[kind],
        PART_OF_SPEECH.get(part_of_speech),
        geographical_usage,
        script,
        tuple(used_by),
        source,
    )
