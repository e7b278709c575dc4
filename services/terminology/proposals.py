"""Make candidates of the terms that a document defines."""

from collections.abc import Sequence

from sqlmodel import Session

from services.runtime.interceptors.validation import require_valid
from services.runtime.texts import translate
from services.terminology import messages, store, store_lookup
from standards_tree.errors import InvalidArgumentError
from standards_tree.terms import Concept
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.type.v1 import type_pb2


def candidates_of(
    reading: documents.ReadStandardResponse, domain: str, language: str
) -> tuple[list[Concept], list[type_pb2.ImportProblem]]:
    """Return the sound concepts a document proposes, and for every entry that is not one a problem in *language*."""
    candidates: list[Concept] = []
    problems: list[type_pb2.ImportProblem] = []
    for position, term in enumerate(reading.terms, start=1):
        concept = messages.candidate_from(term, domain, reading.designation)
        try:
            concept.require_sound()
            require_valid(messages.message_of(concept))
        except InvalidArgumentError as error:
            problems.append(
                type_pb2.ImportProblem(
                    row=position,
                    column=term.number or term.place.xpath,
                    value=", ".join(entry.text for entry in term.designations)[:200],
                    message=translate(error.template, error.parameters, language),
                    severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
                )
            )
        else:
            candidates.append(concept)
    return candidates, problems


def split_known(session: Session, candidates: Sequence[Concept]) -> tuple[list[Concept], list[store.StoredConcept]]:
    """Return the candidates the registry lacks, and the concepts it has for the others.

    A candidate is known when one of its designations designates a concept of the same subject field already; a
    document that defines a term twice proposes it once.
    """
    found = store_lookup.concepts_called(
        store_lookup.within(session), [entry.text for concept in candidates for entry in concept.designations]
    )
    new: dict[tuple[str, str], Concept] = {}
    known: dict[str, store.StoredConcept] = {}
    for concept in candidates:
        matches = [
            stored
            for entry in concept.designations
            for stored, designation in found[entry.key]
            if designation.language == entry.language and stored.concept.domain == concept.domain
        ]
        if matches:
            known[matches[0].concept_id] = matches[0]
        else:
            first = concept.designations[0]
            new.setdefault((first.language, first.key), concept)
    return list(new.values()), list(known.values())
