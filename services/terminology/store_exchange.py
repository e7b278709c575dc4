"""Speak SQL about imports of concepts: which of them are there, and what becomes of each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from services.terminology import store
from services.terminology.store import StoredConcept
from services.terminology.store_changes import Act
from services.terminology.store_rows import CONCEPT, DESIGNATION, one_of_ids
from standards_tree.concept_facts import Differences, differences
from standards_tree.errors import FieldViolation
from standards_tree.term_exchange.joining import join
from standards_tree.terms import Concept, ConceptStatus

Wanted = tuple[int, Concept]


class Choice(StrEnum):
    """What becomes of a concept that is there."""

    SKIP = "skip"
    REPLACE = "replace"
    MERGE = "merge"


class Refused(NamedTuple):
    """A record that is left out, or of which a part is: why."""

    row: int
    subject: str
    violation: FieldViolation
    whole: bool


class Changed(NamedTuple):
    """What a record changes of a concept that was there."""

    row: int
    name: str
    subject: str
    differences: Differences


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    refused: list[Refused] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)

    def refuse(self, row: int, concept: Concept, template: str, **parameters: object) -> None:
        """Note that a record is left out."""
        self.refused.append(Refused(row, subject_of(concept), FieldViolation("", template, parameters), whole=True))


def subject_of(concept: Concept) -> str:
    """Return what a person calls *concept*."""
    return concept.number or concept.designations[0].text


def run_import(session: Session, wanted: Sequence[Wanted], choice: Choice, act: Act, *, may_approve: bool) -> Outcome:
    """Import sound concepts, with the same few statements however many there are."""
    outcome = Outcome()
    single = list(_once_each(wanted, outcome))
    known = _known(session, [concept for _row, concept in single])
    fresh: list[Concept] = []
    replacements: list[tuple[StoredConcept, Concept]] = []
    taken: dict[str, int] = {}
    for (row, concept), matches in zip(single, known, strict=True):
        if not matches:
            fresh.append(concept)
        elif len(matches) > 1:
            message = "{count} concepts have a designation of it; give it a number: {names}"
            names = ", ".join(sorted(one.name for one in matches)[:5])
            outcome.refuse(row, concept, message, count=len(matches), names=names)
        elif choice is Choice.SKIP:
            outcome.skipped += 1
        elif (first := taken.setdefault(matches[0].concept_id, row)) != row:
            message = "row {first} is the same concept"
            outcome.refuse(row, concept, message, first=first)
        else:
            after = _after(row, matches[0], concept, choice, outcome, may_approve=may_approve)
            if after is not None:
                replacements.append((matches[0], after))
    store.create_concepts(session, fresh, act)
    store.replace_concepts(session, replacements, act)
    outcome.created, outcome.updated = len(fresh), len(replacements)
    return outcome


def _once_each(wanted: Iterable[Wanted], outcome: Outcome) -> Iterable[Wanted]:
    """Yield what is wanted, each number of a vocabulary once: of two records that say the same one is enough."""
    first: dict[tuple[str, str], Wanted] = {}
    for row, concept in wanted:
        one = (row, concept)
        earlier = first.setdefault((concept.domain, concept.number), one) if concept.number else one
        if earlier is one:
            yield one
        elif earlier[1] == concept:
            outcome.unchanged += 1
        else:
            message = "row {first} says something else of {number}"
            outcome.refuse(row, concept, message, first=earlier[0], number=concept.number)


def _after(  # noqa: PLR0913  (the record, what is there, and how they meet)
    row: int, stored: StoredConcept, concept: Concept, choice: Choice, outcome: Outcome, *, may_approve: bool
) -> Concept | None:
    """Return what takes the place of *stored*; None for what stays as it is."""
    given_way: list[FieldViolation] = []
    if choice is Choice.MERGE:
        after, given_way = join(stored.concept, concept)
    else:
        after = concept
        if stored.successor_id is not None or (stored.concept.status.agreed and concept.status.agreed):
            after = replace(concept, status=stored.concept.status)
    if _says_the_same(after, stored.concept):
        outcome.unchanged += 1
        return None
    if not stored.concept.status.open and not may_approve:
        message = "{name} is {status}; to change it by an import needs the right to approve"
        outcome.refuse(row, concept, message, name=stored.name, status=stored.concept.status.value)
        return None
    if after.status is ConceptStatus.PUBLISHED:
        # No release has it as it is now.
        after = replace(after, status=ConceptStatus.APPROVED)
    outcome.refused.extend(Refused(row, subject_of(concept), one, whole=False) for one in given_way)
    changed = Changed(row, stored.name, subject_of(stored.concept), differences(stored.concept, after))
    outcome.changed.append(changed)
    return after


def _says_the_same(after: Concept, before: Concept) -> bool:
    """Tell whether two concepts say the same, whatever the order of designations and relations: SKOS keeps none."""
    in_order = replace(after, designations=before.designations, relations=before.relations)
    if in_order != before or len(after.designations) != len(before.designations):
        return False
    return set(after.designations) == set(before.designations) and set(after.relations) == set(before.relations)


def _known(session: Session, concepts: Sequence[Concept]) -> list[list[StoredConcept]]:
    """Return for each concept those of its vocabulary that are the same, by number, or where it has none by designation."""
    numbers = sorted({one.number for one in concepts if one.number})
    keys = sorted({word.key for one in concepts if not one.number for word in one.designations})
    by_number: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_word: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    connection = session.connection()
    if numbers:
        query = select(CONCEPT.c.concept_id, CONCEPT.c.domain, CONCEPT.c.number)
        for row in connection.execute(query.where(one_of_ids(CONCEPT.c.number, numbers))):
            by_number[row.domain, row.number].append(row.concept_id)
    if keys:
        joined = DESIGNATION.join(CONCEPT, CONCEPT.c.concept_id == DESIGNATION.c.concept_id)
        words = select(
            DESIGNATION.c.concept_id, DESIGNATION.c.language, DESIGNATION.c.text_key, CONCEPT.c.domain
        ).select_from(joined)
        for word in connection.execute(words.where(one_of_ids(DESIGNATION.c.text_key, keys))):
            by_word[word.domain, word.language, word.text_key].append(word.concept_id)
    ids = [
        list(dict.fromkeys(by_number[one.domain, one.number]))
        if one.number
        else list(
            dict.fromkeys(found for word in one.designations for found in by_word[one.domain, word.language, word.key])
        )
        for one in concepts
    ]
    stored = {
        one.concept_id: one for one in store.load_concepts(session, [found for several in ids for found in several])
    }
    return [[stored[found] for found in several] for several in ids]
