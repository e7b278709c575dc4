"""Speak SQL about concepts that become one, and one that becomes two."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Table, delete, insert, or_, select, update
from sqlmodel import Session

from services.runtime.changes import record_change
from services.terminology.store import (
    COLLECTION,
    StoredConcept,
    create_concepts,
    load_concepts,
    replace_concepts,
)
from services.terminology.store_changes import Act, HistoryEntry, record_history
from services.terminology.store_comments import CONCEPT_COMMENT
from services.terminology.store_rows import CONCEPT, RELATION
from services.terminology.tables import ConceptRedirectRow
from standards_tree.concept_life import ConceptAction
from standards_tree.terms import Concept, ConceptRelation, ConceptRelationKind

CONCEPT_REDIRECT: Table = ConceptRedirectRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
WITHIN = frozenset({ConceptRelationKind.GENERIC, ConceptRelationKind.PARTITIVE, ConceptRelationKind.ASSOCIATIVE})


def merge_concepts(
    session: Session, survivor: StoredConcept, merged: StoredConcept, concept: Concept, reason: str
) -> StoredConcept:
    """Store *concept* as what *survivor* says, let the name of *merged* lead to it, and return it.

    Comments, earlier redirects, relations and successions that led to *merged* lead to *survivor* from then on.
    """
    _redirect_relations(session, survivor, merged, concept)
    # Its relations may just have been redirected, so it is read again.
    present = load_concepts(session, [survivor.concept_id])[0]
    concept = replace(concept, relations=_relations_beside(concept, survivor, merged))
    act = Act(ConceptAction.MERGED, merged.name, reason)
    (stored,) = replace_concepts(session, [(present, concept)], act, always=True)
    _redirect_names(session, survivor.concept_id, merged.concept_id)
    away = Act(ConceptAction.MERGED_AWAY, survivor.name, reason)
    record_history(session, [HistoryEntry(merged.concept_id, merged.version + 1, away)])
    record_change(session, merged.name, away.action.value)
    return stored


def _relations_beside(concept: Concept, survivor: StoredConcept, merged: StoredConcept) -> tuple[ConceptRelation, ...]:
    """Return the relations of the merged concept that do not lead to itself."""
    itself = {survivor.name, merged.name, survivor.concept.number, merged.concept.number}
    return tuple(entry for entry in concept.relations if entry.kind not in WITHIN or entry.target not in itself)


def _redirect_relations(session: Session, survivor: StoredConcept, merged: StoredConcept, concept: Concept) -> None:
    """Let what is related to *merged* by its number or name be related to *survivor*."""
    columns = select(RELATION.c.concept_id).join(CONCEPT, CONCEPT.c.concept_id == RELATION.c.concept_id).distinct()
    by_number = (RELATION.c.target == merged.concept.number) & (CONCEPT.c.domain == merged.concept.domain)
    by_name = RELATION.c.target == merged.name
    found = columns.where(or_(by_name, by_number) if merged.concept.number else by_name)
    found = found.where(RELATION.c.concept_id.not_in([survivor.concept_id, merged.concept_id]))
    number = concept.number or survivor.name
    related = load_concepts(session, sorted(session.connection().execute(found).scalars()))
    replacements = []
    for stored in related:
        numbers = {merged.concept.number: number} if stored.concept.domain == merged.concept.domain else {}
        replacements.append((stored, _redirected(stored.concept, {merged.name: survivor.name}, numbers)))
    replace_concepts(session, replacements, Act(ConceptAction.UPDATED, survivor.name))


def _redirected(concept: Concept, names: Mapping[str, str], numbers: Mapping[str, str]) -> Concept:
    """Return *concept* with its relations led on; a match may be with the same number in another vocabulary."""
    relations = (
        ConceptRelation(
            entry.kind, ({**numbers, **names} if entry.kind in WITHIN else names).get(entry.target, entry.target)
        )
        for entry in concept.relations
    )
    return replace(concept, relations=tuple(dict.fromkeys(relations)))


def _redirect_names(session: Session, survivor_id: str, merged_id: str) -> None:
    connection = session.connection()
    connection.execute(
        update(CONCEPT_COMMENT).where(CONCEPT_COMMENT.c.concept_id == merged_id).values(concept_id=survivor_id)
    )
    connection.execute(
        update(CONCEPT_REDIRECT).where(CONCEPT_REDIRECT.c.survivor_id == merged_id).values(survivor_id=survivor_id)
    )
    moved = connection.execute(
        update(CONCEPT)
        .where(CONCEPT.c.successor_id == merged_id)
        .values(successor_id=survivor_id, version=CONCEPT.c.version + 1)
        .returning(CONCEPT.c.concept_id, CONCEPT.c.version)
    ).all()
    names = (f"{COLLECTION}{merged_id}", f"{COLLECTION}{survivor_id}")
    act = Act(ConceptAction.UPDATED, names[1])
    record_history(session, [HistoryEntry(row.concept_id, row.version, act, {"successor": names}) for row in moved])
    connection.execute(delete(CONCEPT).where(CONCEPT.c.concept_id == merged_id))
    connection.execute(insert(CONCEPT_REDIRECT).values(concept_id=merged_id, survivor_id=survivor_id))


def split_concept(
    session: Session, stored: StoredConcept, parts: tuple[Concept, Concept], kind: ConceptRelationKind, reason: str
) -> tuple[StoredConcept, StoredConcept]:
    """Store what is left of a concept and what was split off it, related to it by *kind*, and return both."""
    rest, split_off = parts
    numbered = rest.number and kind in WITHIN and split_off.domain == rest.domain
    relation = ConceptRelation(kind, rest.number if numbered else stored.name)
    off = Act(ConceptAction.SPLIT_OFF, stored.name, reason)
    (new,) = create_concepts(session, [replace(split_off, relations=(relation,))], off)
    act = Act(ConceptAction.SPLIT, new.name, reason)
    (left,) = replace_concepts(session, [(stored, rest)], act)
    return left, new
