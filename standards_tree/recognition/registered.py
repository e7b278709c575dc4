"""What a term of the registry has to say when it is met: which concept, how it stands, and what to use in its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.terms import Concept, ConceptStatus, DesignationStatus, TermDesignation

STANDING = {
    DesignationStatus.PREFERRED: 0,
    DesignationStatus.ADMITTED: 1,
    DesignationStatus.DEPRECATED: 2,
    DesignationStatus.SUPERSEDED: 3,
}
AGREEMENT = {
    ConceptStatus.PUBLISHED: 0,
    ConceptStatus.APPROVED: 0,
    ConceptStatus.UNDER_DISCUSSION: 1,
    ConceptStatus.CANDIDATE: 1,
    ConceptStatus.SUPERSEDED: 2,
    ConceptStatus.RETIRED: 2,
}
OUT_OF_USE = frozenset({ConceptStatus.SUPERSEDED, ConceptStatus.RETIRED})


class Verdict(StrEnum):
    """What is to be said of a term that somebody used."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    """The concept itself is out of use."""


@dataclass(frozen=True, slots=True)
class RegisteredTerm:
    """A designation with its concept, as far as a look-up needs it; *preferred* is what to say in its language."""

    concept: str
    number: str
    domain: str
    concept_status: ConceptStatus
    designation: TermDesignation
    preferred: str

    @property
    def order(self) -> tuple[int, int, str, str, str, str]:
        """Return what orders terms: preferred before deprecated, approved before retired, then by language and concept."""
        entry = self.designation
        standing = (STANDING[entry.status], AGREEMENT[self.concept_status])
        return (*standing, entry.language, self.number, self.concept, entry.text)


@dataclass(frozen=True, slots=True)
class Advice:
    """The verdict on a term that was used, and the terms to use *instead*, one for each concept it may mean."""

    verdict: Verdict
    instead: tuple[str, ...] = ()


def registered_terms(name: str, concept: Concept) -> Iterator[RegisteredTerm]:
    """Yield the terms of the concept *name*."""
    preferred = {
        entry.language: entry.text for entry in concept.designations if entry.status is DesignationStatus.PREFERRED
    }
    for entry in concept.designations:
        yield RegisteredTerm(
            name, concept.number, concept.domain, concept.status, entry, preferred.get(entry.language, "")
        )


def advise(terms: Iterable[RegisteredTerm]) -> Advice:
    """Return the verdict on a word that designates all of *terms*: homonyms get the best that one of them deserves."""
    ordered = sorted(terms, key=lambda term: (term.concept_status in OUT_OF_USE, term.order))
    best = ordered[0]
    if best.concept_status in OUT_OF_USE:
        return Advice(Verdict.RETIRED)
    status = best.designation.status
    instead = {
        term.preferred: None
        for term in ordered
        if status is not DesignationStatus.PREFERRED
        and term.concept_status not in OUT_OF_USE
        and term.preferred
        and term.preferred != term.designation.text
    }
    return Advice(Verdict(status.value), tuple(instead))
