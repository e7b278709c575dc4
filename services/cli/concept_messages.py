"""Translate between concepts and the messages of the terminology contract, for files read and written here."""

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
from tbt.terminology.v1 import concept_pb2 as pb

_STATUS_TO = {status: pb.ConceptStatus.Value(f"CONCEPT_STATUS_{status.name}") for status in ConceptStatus}
_STATUS = {value: status for status, value in _STATUS_TO.items()}
_DESIGNATION_STATUS_TO = {
    one: pb.DesignationStatus.Value(f"DESIGNATION_STATUS_{one.name}") for one in DesignationStatus
}
_DESIGNATION_STATUS = {value: status for status, value in _DESIGNATION_STATUS_TO.items()}
_TYPE_TO = {one: pb.DesignationType.Value(f"DESIGNATION_TYPE_{one.name}") for one in DesignationType}
_TYPE = {value: kind for kind, value in _TYPE_TO.items()}
_SPEECH_TO = {one: pb.PartOfSpeech.Value(f"PART_OF_SPEECH_{one.name}") for one in PartOfSpeech}
_SPEECH = {value: part for part, value in _SPEECH_TO.items()}
_RELATION_TO = {one: pb.ConceptRelationKind.Value(f"CONCEPT_RELATION_KIND_{one.name}") for one in ConceptRelationKind}
_RELATION = {value: kind for kind, value in _RELATION_TO.items()}


def concept_to(concept: Concept) -> pb.Concept:
    """Return the message of *concept*."""
    return pb.Concept(
        number=concept.number,
        domain=concept.domain,
        subject_field=concept.subject_field,
        status=_STATUS_TO[concept.status],
        source=concept.source,
        designations=[_designation_to(one) for one in concept.designations],
        definitions=[
            pb.Definition(
                language=one.language,
                text=one.text,
                source=one.source,
                clause=one.clause,
                derived_from=one.derived_from,
            )
            for one in concept.definitions
        ],
        notes=[pb.Remark(language=one.language, text=one.text) for one in concept.notes],
        examples=[pb.Remark(language=one.language, text=one.text) for one in concept.examples],
        relations=[pb.ConceptRelation(kind=_RELATION_TO[one.kind], target=one.target) for one in concept.relations],
    )


def _designation_to(one: TermDesignation) -> pb.TermDesignation:
    return pb.TermDesignation(
        language=one.language,
        text=one.text,
        status=_DESIGNATION_STATUS_TO[one.status],
        usage_note=one.usage_note,
        type=_TYPE_TO[one.type],
        part_of_speech=_SPEECH_TO[one.part_of_speech] if one.part_of_speech else pb.PART_OF_SPEECH_UNSPECIFIED,
        geographical_usage=one.geographical_usage,
        script=one.script,
        used_by=one.used_by,
        source=one.source,
    )


def concept_from(message: pb.Concept) -> Concept:
    """Return the concept in *message*."""
    return Concept(
        number=message.number,
        domain=message.domain,
        designations=tuple(map(_designation_from, message.designations)),
        definitions=tuple(
            Definition(one.language, one.text, one.source, one.clause, one.derived_from) for one in message.definitions
        ),
        status=_STATUS[message.status],
        source=message.source,
        subject_field=message.subject_field,
        notes=tuple(Remark(one.language, one.text) for one in message.notes),
        examples=tuple(Remark(one.language, one.text) for one in message.examples),
        relations=tuple(ConceptRelation(_RELATION[one.kind], one.target) for one in message.relations),
    )


def _designation_from(one: pb.TermDesignation) -> TermDesignation:
    return TermDesignation(
        one.language,
        one.text,
        _DESIGNATION_STATUS[one.status],
        one.usage_note,
        _TYPE.get(one.type, DesignationType.FULL_FORM),
        _SPEECH.get(one.part_of_speech),
        one.geographical_usage,
        one.script,
        tuple(one.used_by),
        one.source,
    )
