"""Translate between the terminology contract and the domain."""

from services.runtime.civil_dates import moment_to
from services.runtime.masks import etag_of
from services.terminology.store import StoredConcept
from standards_tree.terms import (
    Concept,
    ConceptStatus,
    Definition,
    DesignationStatus,
    TermDesignation,
    language_tag,
)
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.terminology.v1 import terminology_service_pb2 as pb

CONCEPT_STATUS = {
    pb.CONCEPT_STATUS_UNSPECIFIED: ConceptStatus.CANDIDATE,
    pb.CONCEPT_STATUS_CANDIDATE: ConceptStatus.CANDIDATE,
    pb.CONCEPT_STATUS_APPROVED: ConceptStatus.APPROVED,
    pb.CONCEPT_STATUS_RETIRED: ConceptStatus.RETIRED,
}
CONCEPT_STATUS_TO = {
    status: value for value, status in CONCEPT_STATUS.items() if value != pb.CONCEPT_STATUS_UNSPECIFIED
}
DESIGNATION_STATUS = {
    pb.DESIGNATION_STATUS_PREFERRED: DesignationStatus.PREFERRED,
    pb.DESIGNATION_STATUS_ADMITTED: DesignationStatus.ADMITTED,
    pb.DESIGNATION_STATUS_DEPRECATED: DesignationStatus.DEPRECATED,
    pb.DESIGNATION_STATUS_SUPERSEDED: DesignationStatus.SUPERSEDED,
}
DESIGNATION_STATUS_TO = {status: value for value, status in DESIGNATION_STATUS.items()}
# Documents tag Chinese by its country, or not at all; the registry means a script.
SCRIPTS = {"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}


def concept_from(message: pb.Concept) -> Concept:
    """Return the concept in *message*."""
    return Concept(
        number=message.number,
        domain=message.domain,
        designations=tuple(
            TermDesignation(_language(entry.language), entry.text, DESIGNATION_STATUS[entry.status], entry.usage_note)
            for entry in message.designations
        ),
        definitions=tuple(
            sorted(
                (Definition(_language(entry.language), entry.text, entry.source) for entry in message.definitions),
                key=lambda entry: entry.language,
            )
        ),
        status=CONCEPT_STATUS[message.status],
        source=message.source,
    )


def concept_to(stored: StoredConcept) -> pb.Concept:
    """Return a stored concept for the wire."""
    message = pb.Concept(name=stored.name, updated_at=moment_to(stored.updated_at), etag=etag_of(stored.version))
    message.MergeFrom(message_of(stored.concept))
    return message


def message_of(concept: Concept) -> pb.Concept:
    """Return a concept for the wire, without what the store adds to it."""
    return pb.Concept(
        number=concept.number,
        domain=concept.domain,
        designations=[designation_to(entry) for entry in concept.designations],
        definitions=[
            pb.Definition(language=entry.language, text=entry.text, source=entry.source)
            for entry in concept.definitions
        ],
        status=CONCEPT_STATUS_TO[concept.status],
        source=concept.source,
    )


def designation_to(entry: TermDesignation) -> pb.TermDesignation:
    """Return a designation for the wire."""
    return pb.TermDesignation(
        language=entry.language,
        text=entry.text,
        status=DESIGNATION_STATUS_TO[entry.status],
        usage_note=entry.usage_note,
    )


def candidate_from(term: documents.DocumentTerm, domain: str, designation: str) -> Concept:
    """Return the candidate that a document's entry proposes.

    Its source is the document's designation and the entry's number. A designation whose status the document does not
    give counts as preferred if it is the first in its language.
    """
    seen: set[str] = set()
    designations = []
    for entry in term.designations:
        language = _language(entry.language)
        default = DesignationStatus.ADMITTED if language in seen else DesignationStatus.PREFERRED
        status = DesignationStatus(entry.status) if entry.status else default
        if status is DesignationStatus.PREFERRED and language in seen:
            status = DesignationStatus.ADMITTED
        if status is DesignationStatus.PREFERRED:
            seen.add(language)
        designations.append(TermDesignation(language, entry.text, status))
    source = f"{designation}, {term.number}" if term.number else designation
    definitions = tuple(
        Definition(_language(language), text, term.source or source)
        for language, text in sorted(term.definitions.items())
    )
    return Concept(term.number, domain, tuple(designations), definitions, ConceptStatus.CANDIDATE, source)


def language_asked(tag: str) -> str:
    """Return the language a lookup is narrowed to; plain Chinese stays both scripts."""
    return tag if tag == "zh" else _language(tag)


def _language(text: str) -> str:
    tag = language_tag(text)
    return SCRIPTS.get(tag, tag)
