"""Translate between the compliance contract, those of its neighbours, and the domain."""

from collections.abc import Iterable, Mapping, Sequence

from services.runtime.civil_dates import date_from
from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.rules.findings import Place
from standards_tree.rules.references import CatalogueFact, ListedReference
from standards_tree.rules.terms import DefinedTerm
from standards_tree.rules.usage import Verdict
from standards_tree.standards import StandardStatus
from standards_tree.terms import Concept, ConceptStatus, Definition, DesignationStatus, TermDesignation
from standards_tree.text import match_key
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import standard_pb2
from tbt.documents.v1 import documents_service_pb2 as documents_pb
from tbt.terminology.v1 import concept_pb2, recognition_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.type.v1 import type_pb2

# What a finding says is about stays readable, and an answer with a thousand of them sendable.
MAX_SUBJECT_CHARACTERS = 200
# What the registry can hold.
MAX_TERM_CHARACTERS = 300
# What is to be said of a term where the text uses it; a preferred one is as it should be.
VERDICTS = {
    recognition_pb2.TERM_VERDICT_ADMITTED: Verdict.ADMITTED,
    recognition_pb2.TERM_VERDICT_DEPRECATED: Verdict.DEPRECATED,
    recognition_pb2.TERM_VERDICT_SUPERSEDED: Verdict.DEPRECATED,
    recognition_pb2.TERM_VERDICT_RETIRED: Verdict.RETIRED,
}
STANDARD_STATUS = {
    standard_pb2.STANDARD_STATUS_UPCOMING: StandardStatus.UPCOMING,
    standard_pb2.STANDARD_STATUS_IN_FORCE: StandardStatus.IN_FORCE,
    standard_pb2.STANDARD_STATUS_SUPERSEDED: StandardStatus.SUPERSEDED,
    standard_pb2.STANDARD_STATUS_ABOLISHED: StandardStatus.ABOLISHED,
}
CONCEPT_STATUS = {
    concept_pb2.CONCEPT_STATUS_CANDIDATE: ConceptStatus.CANDIDATE,
    concept_pb2.CONCEPT_STATUS_APPROVED: ConceptStatus.APPROVED,
    concept_pb2.CONCEPT_STATUS_RETIRED: ConceptStatus.RETIRED,
    concept_pb2.CONCEPT_STATUS_UNDER_DISCUSSION: ConceptStatus.UNDER_DISCUSSION,
    concept_pb2.CONCEPT_STATUS_PUBLISHED: ConceptStatus.PUBLISHED,
    concept_pb2.CONCEPT_STATUS_SUPERSEDED: ConceptStatus.SUPERSEDED,
}
DESIGNATION_STATUS = {
    concept_pb2.DESIGNATION_STATUS_PREFERRED: DesignationStatus.PREFERRED,
    concept_pb2.DESIGNATION_STATUS_ADMITTED: DesignationStatus.ADMITTED,
    concept_pb2.DESIGNATION_STATUS_DEPRECATED: DesignationStatus.DEPRECATED,
    concept_pb2.DESIGNATION_STATUS_SUPERSEDED: DesignationStatus.SUPERSEDED,
}


def place_from(message: type_pb2.Place) -> Place:
    """Return where something stands in a document."""
    return Place(message.clause, message.xpath, message.line, message.paragraph)


def listed_reference(message: documents_pb.DocumentReference, clause: str) -> ListedReference:
    """Return an entry of the list of references that stands in *clause*."""
    place = Place(clause, message.place.xpath, message.place.line)
    return ListedReference(message.text[:MAX_SUBJECT_CHARACTERS], message.designation, place)


def defined_term(message: documents_pb.DocumentTerm) -> DefinedTerm:
    """Return an entry of a document's terms chapter."""
    words = tuple(
        (entry.language, entry.text)
        for entry in message.designations
        if entry.status != "deprecated" and 0 < len(entry.text.strip()) <= MAX_TERM_CHARACTERS
    )
    return DefinedTerm(words, dict(message.definitions), place_from(message.place))


def successor_designations(message: catalog_pb.ResolvedDesignation) -> list[str]:
    """Return the designations of the standards that took the place of one, nearest first."""
    keys = (key_of_resource_id(name.removeprefix("standards/")) for name in message.successors)
    return [designation.official for key in keys if (designation := parse_designation_or_none(key)) is not None]


def catalogue_fact(message: catalog_pb.ResolvedDesignation, states: Mapping[str, int]) -> CatalogueFact:
    """Return what the catalogue knows of a designation. *states* are those of the successors, by designation.

    Of several successors the nearest one in force counts, else the nearest of all.
    """
    if not message.HasField("standard"):
        return CatalogueFact(known=False)
    return CatalogueFact(
        known=True,
        status=STANDARD_STATUS.get(message.status),
        successor=_holding(successor_designations(message), states),
        effective_on=date_from(message.standard.effective_on, "effective_on"),
        ended_on=date_from(message.standard.ended_on, "ended_on"),
    )


def _holding(successors: Sequence[str], states: Mapping[str, int]) -> str:
    in_force = (name for name in successors if states.get(name) == standard_pb2.STANDARD_STATUS_IN_FORCE)
    return next(in_force, successors[0] if successors else "")


def registry_match(message: terminology_pb.TermMatch) -> tuple[Concept, TermDesignation]:
    """Return a concept of the registry and the designation that matched."""
    concept = message.concept
    return Concept(
        number=concept.number,
        domain=concept.domain,
        designations=tuple(_designation(entry) for entry in concept.designations),
        definitions=tuple(Definition(entry.language, entry.text, entry.source) for entry in concept.definitions),
        status=CONCEPT_STATUS[concept.status],
        source=concept.source,
    ), _designation(message.designation)


def _designation(message: concept_pb2.TermDesignation) -> TermDesignation:
    return TermDesignation(message.language, message.text, DESIGNATION_STATUS[message.status], message.usage_note)


def registry_matches_from(
    matches: Iterable[terminology_pb.TermMatches],
) -> dict[str, list[tuple[Concept, TermDesignation]]]:
    """Return what the registry knows, by the match key of the word."""
    return {match_key(found.term): [registry_match(match) for match in found.concepts] for found in matches}
