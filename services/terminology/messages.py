"""Translate between the terminology contract and the domain."""

from services.runtime.masks import etag_of
from services.terminology.store import COLLECTION, StoredConcept
from standards_tree.errors import InvalidArgumentError
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
    language_tag,
)
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.terminology.v1 import concept_merge_pb2
from tbt.terminology.v1 import concept_pb2 as pb

CONCEPT_STATUS_TO = {status: pb.ConceptStatus.Value(f"CONCEPT_STATUS_{status.name}") for status in ConceptStatus}
CONCEPT_STATUS = {
    pb.CONCEPT_STATUS_UNSPECIFIED: ConceptStatus.CANDIDATE,
    **{value: status for status, value in CONCEPT_STATUS_TO.items()},
}
DESIGNATION_STATUS_TO = {
    status: pb.DesignationStatus.Value(f"DESIGNATION_STATUS_{status.name}") for status in DesignationStatus
}
DESIGNATION_STATUS = {value: status for status, value in DESIGNATION_STATUS_TO.items()}
DESIGNATION_TYPE_TO = {kind: pb.DesignationType.Value(f"DESIGNATION_TYPE_{kind.name}") for kind in DesignationType}
DESIGNATION_TYPE = {
    pb.DESIGNATION_TYPE_UNSPECIFIED: DesignationType.FULL_FORM,
    **{value: kind for kind, value in DESIGNATION_TYPE_TO.items()},
}
PART_OF_SPEECH_TO = {part: pb.PartOfSpeech.Value(f"PART_OF_SPEECH_{part.name}") for part in PartOfSpeech}
PART_OF_SPEECH = {value: part for part, value in PART_OF_SPEECH_TO.items()}
RELATION_KIND_TO = {
    kind: pb.ConceptRelationKind.Value(f"CONCEPT_RELATION_KIND_{kind.name}") for kind in ConceptRelationKind
}
RELATION_KIND = {value: kind for kind, value in RELATION_KIND_TO.items()}
# Documents tag Chinese by its country, or not at all; the registry means a script.
SCRIPTS = {"zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}


def concept_from(message: pb.Concept) -> Concept:
    """Return the concept in *message*."""
    return Concept(
        number=message.number,
        domain=message.domain,
        designations=tuple(map(designation_from, message.designations)),
        definitions=tuple(
            sorted(
                (
                    Definition(
                        language_from(entry.language), entry.text, entry.source, entry.clause, entry.derived_from
                    )
                    for entry in message.definitions
                ),
                key=lambda entry: entry.language,
            )
        ),
        status=CONCEPT_STATUS[message.status],
        source=message.source,
        subject_field=message.subject_field,
        notes=tuple(Remark(language_from(entry.language), entry.text) for entry in message.notes),
        examples=tuple(Remark(language_from(entry.language), entry.text) for entry in message.examples),
        relations=tuple(ConceptRelation(RELATION_KIND[entry.kind], entry.target) for entry in message.relations),
    )


def designation_from(message: pb.TermDesignation) -> TermDesignation:
    """Return the designation in *message*."""
    return TermDesignation(
        language=language_from(message.language),
        text=message.text,
        status=DESIGNATION_STATUS[message.status],
        usage_note=message.usage_note,
        type=DESIGNATION_TYPE[message.type],
        part_of_speech=PART_OF_SPEECH.get(message.part_of_speech),
        geographical_usage=message.geographical_usage,
        script=message.script,
        used_by=tuple(message.used_by),
        source=message.source,
    )


def concept_to(stored: StoredConcept) -> pb.Concept:
    """Return a stored concept for the wire."""
    message = message_of(stored.concept)
    message.name = stored.name
    message.etag = etag_of(stored.version)
    message.proposed_by = stored.proposed_by
    if stored.updated_at is not None:
        message.updated_at.FromDatetime(stored.updated_at)
    if stored.successor_id is not None:
        message.successor = f"{COLLECTION}{stored.successor_id}"
    return message


def message_of(concept: Concept) -> pb.Concept:
    """Return a concept for the wire, without what the store adds to it."""
    return pb.Concept(
        number=concept.number,
        domain=concept.domain,
        designations=[designation_to(entry) for entry in concept.designations],
        definitions=[
            pb.Definition(
                language=entry.language,
                text=entry.text,
                source=entry.source,
                clause=entry.clause,
                derived_from=entry.derived_from,
            )
            for entry in concept.definitions
        ],
        status=CONCEPT_STATUS_TO[concept.status],
        source=concept.source,
        subject_field=concept.subject_field,
        notes=[pb.Remark(language=entry.language, text=entry.text) for entry in concept.notes],
        examples=[pb.Remark(language=entry.language, text=entry.text) for entry in concept.examples],
        relations=[
            pb.ConceptRelation(kind=RELATION_KIND_TO[entry.kind], target=entry.target) for entry in concept.relations
        ],
    )


def designation_to(entry: TermDesignation) -> pb.TermDesignation:
    """Return a designation for the wire."""
    return pb.TermDesignation(
        language=entry.language,
        text=entry.text,
        status=DESIGNATION_STATUS_TO[entry.status],
        usage_note=entry.usage_note,
        type=DESIGNATION_TYPE_TO[entry.type],
        part_of_speech=PART_OF_SPEECH_TO[entry.part_of_speech]
        if entry.part_of_speech
        else pb.PART_OF_SPEECH_UNSPECIFIED,
        geographical_usage=entry.geographical_usage,
        script=entry.script,
        used_by=entry.used_by,
        source=entry.source,
    )


def candidate_from(term: documents.DocumentTerm, domain: str, designation: str) -> Concept:
    """Return the candidate that a document's entry proposes.

    Its source is the document's designation and the entry's number. A designation whose status the document does not
    give counts as preferred if it is the first in its language.
    """
    seen: set[str] = set()
    designations = []
    for entry in term.designations:
        language = language_from(entry.language)
        default = DesignationStatus.ADMITTED if language in seen else DesignationStatus.PREFERRED
        status = DesignationStatus(entry.status) if entry.status else default
        if status is DesignationStatus.PREFERRED and language in seen:
            status = DesignationStatus.ADMITTED
        if status is DesignationStatus.PREFERRED:
            seen.add(language)
        designations.append(TermDesignation(language, entry.text, status))
    source = f"{designation}, {term.number}" if term.number else designation
    definitions = tuple(
        Definition(language_from(language), text, term.source or source)
        for language, text in sorted(term.definitions.items())
    )
    return Concept(term.number, domain, tuple(designations), definitions, ConceptStatus.CANDIDATE, source)


def definition_choices(request: concept_merge_pb2.MergeConceptsRequest) -> dict[str, bool]:
    """Return for each language whether the definition of the concept that goes stays.

    Raises:
        InvalidArgumentError: a choice names neither of the two.
    """
    for tag, name in request.definitions.items():
        if name not in (request.name, request.into):
            message = "{name} is neither of the two concepts that are merged"
            raise InvalidArgumentError.in_field(f"definitions[{tag}]", message, name=name)
    return {language_from(tag): name == request.name for tag, name in request.definitions.items()}


def language_asked(tag: str) -> str:
    """Return the language a lookup is narrowed to; plain Chinese stays both scripts."""
    return tag if tag == "zh" else language_from(tag)


def language_from(text: str) -> str:
    """Return a language tag as the registry writes it; plain Chinese is simplified."""
    tag = language_tag(text)
    return SCRIPTS.get(tag, tag)
