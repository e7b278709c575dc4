"""Add what an imported concept says to one that is there; what is there stays where both cannot be."""

from dataclasses import replace

from standards_tree.concept_merging import merge_concepts
from standards_tree.errors import FieldViolation
from standards_tree.terms import Concept, DesignationStatus, TermDesignation


def join(known: Concept, fresh: Concept) -> tuple[Concept, list[FieldViolation]]:
    """Return *known* with what *fresh* adds, and a violation for each thing that *fresh* says and *known* says otherwise.

    Designations keep the status they have; a new one that is preferred is admitted where another is preferred. A
    definition is added only in a language that has none. Both are of one vocabulary.
    """
    given_way: list[FieldViolation] = []
    words = {(entry.language, entry.key): entry for entry in known.designations}
    designations = tuple(_standing(words.get((one.language, one.key)), one, given_way) for one in fresh.designations)
    preferred = {one.language: one.text for one in known.designations if one.status is DesignationStatus.PREFERRED}
    for one in designations:
        if (
            one.status is DesignationStatus.PREFERRED
            and (one.language, one.key) not in words
            and one.language in preferred
        ):
            message = "{text} comes as preferred; {preferred} is, so that it is admitted"
            values: dict[str, object] = {"text": one.text, "preferred": preferred[one.language]}
            given_way.append(FieldViolation("designations", message, values))
    texts = {one.language: one.text for one in known.definitions}
    for definition in fresh.definitions:
        if texts.get(definition.language, definition.text) != definition.text:
            message = "the registry has another definition in {language}, which stays; left out is: {text}"
            values = {"language": definition.language, "text": definition.text}
            given_way.append(FieldViolation("definitions", message, values))
    keeps_fresh = dict.fromkeys(texts, False)
    return merge_concepts(known, replace(fresh, designations=designations), preferred, keeps_fresh), given_way


def _standing(
    known: TermDesignation | None, fresh: TermDesignation, given_way: list[FieldViolation]
) -> TermDesignation:
    if known is None or known.status is fresh.status:
        return fresh
    message = "{text} comes as {fresh} and stays {known}"
    values: dict[str, object] = {"text": fresh.text, "fresh": fresh.status.value, "known": known.status.value}
    given_way.append(FieldViolation("designations", message, values))
    return replace(fresh, status=known.status)
