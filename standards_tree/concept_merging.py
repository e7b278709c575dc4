"""Make one concept of two, and two of one, without losing what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from standards_tree.errors import FieldViolation, InvalidArgumentError, MissingInputsError, PreconditionError
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptStatus,
    Definition,
    DesignationStatus,
    Remark,
    TermDesignation,
)
from standards_tree.text import match_key

Entry = TypeVar("Entry", bound=Remark | ConceptRelation | str)
Word = tuple[str, str]
"""A language and the match key of a text."""

# A word that both concepts have keeps the better of its two places.
_STANDING = list(DesignationStatus)


def merge_concepts(
    survivor: Concept, merged: Concept, preferred: Mapping[str, str], keeps_merged_definition: Mapping[str, bool]
) -> Concept:
    """Return *survivor* with everything that *merged* says too, under its own number.

    *preferred* chooses the preferred designation of a language where both have one, *keeps_merged_definition* whose
    definition stays where both have one. A survivor without a number takes that of the other.

    Raises:
        PreconditionError: the two are of different vocabularies.
        MissingInputsError: two preferred designations or two definitions in a language, and no choice among them; every
            one is a violation.
        InvalidArgumentError: a choice names a designation that neither has.
    """
    if survivor.domain != merged.domain:
        message = "{one} and {other} are two vocabularies; what is called the same in both are two concepts"
        raise PreconditionError(message, one=survivor.domain or "-", other=merged.domain or "-")
    missing: list[FieldViolation] = []
    designations = _choose(_united(survivor.designations, merged.designations), preferred, missing)
    definitions = _defined(survivor.definitions, merged.definitions, keeps_merged_definition, missing)
    if missing:
        message = "choose what the merged concept says: {field}: {problem}"
        first = missing[0]
        raise MissingInputsError(message, violations=missing, field=first.field, problem=first)
    return replace(
        survivor,
        number=survivor.number or merged.number,
        subject_field=survivor.subject_field or merged.subject_field,
        source=survivor.source or merged.source,
        designations=designations,
        definitions=definitions,
        notes=_once(survivor.notes, merged.notes),
        examples=_once(survivor.examples, merged.examples),
        relations=_once(survivor.relations, merged.relations),
    )


def _united(first: Sequence[TermDesignation], second: Sequence[TermDesignation]) -> dict[Word, TermDesignation]:
    united = {(entry.language, entry.key): entry for entry in first}
    for entry in second:
        word = (entry.language, entry.key)
        known = united.get(word)
        united[word] = entry if known is None else _combined(known, entry)
    return united


def _combined(known: TermDesignation, entry: TermDesignation) -> TermDesignation:
    return replace(
        known,
        status=min(known.status, entry.status, key=_STANDING.index),
        usage_note="\n".join(dict.fromkeys(filter(None, (known.usage_note, entry.usage_note)))),
        part_of_speech=known.part_of_speech or entry.part_of_speech,
        geographical_usage=known.geographical_usage or entry.geographical_usage,
        script=known.script or entry.script,
        used_by=_once(known.used_by, entry.used_by),
        source=known.source or entry.source,
    )


def _choose(
    united: dict[Word, TermDesignation], preferred: Mapping[str, str], missing: list[FieldViolation]
) -> tuple[TermDesignation, ...]:
    chosen = {language: match_key(text) for language, text in preferred.items()}
    for language, text in preferred.items():
        if (language, chosen[language]) not in united:
            message = "neither concept has the designation {text} in {language}"
            raise InvalidArgumentError.in_field("preferred", message, text=text, language=language)
    rivals: dict[str, list[str]] = {}
    for (language, _key), entry in united.items():
        if entry.status is DesignationStatus.PREFERRED:
            rivals.setdefault(language, []).append(entry.text)
    for language, texts in rivals.items():
        if len(texts) > 1 and language not in chosen:
            problem = "both {one} and {other} are preferred in {language}: choose one"
            values: dict[str, object] = {"one": texts[0], "other": texts[1], "language": language}
            missing.append(FieldViolation(f"preferred[{language}]", problem, values))
    return tuple(_placed(entry, chosen.get(language, ""), key) for (language, key), entry in united.items())


def _placed(entry: TermDesignation, chosen: str, key: str) -> TermDesignation:
    if chosen == key:
        return replace(entry, status=DesignationStatus.PREFERRED)
    if chosen and entry.status is DesignationStatus.PREFERRED:
        return replace(entry, status=DesignationStatus.ADMITTED)
    return entry


def _defined(
    first: Sequence[Definition],
    second: Sequence[Definition],
    keeps_second: Mapping[str, bool],
    missing: list[FieldViolation],
) -> tuple[Definition, ...]:
    found = {entry.language: entry for entry in first}
    for entry in second:
        known = found.setdefault(entry.language, entry)
        if known.text == entry.text:
            continue
        if entry.language not in keeps_second:
            problem = "both concepts have a definition in {language}: choose whose stays"
            missing.append(FieldViolation(f"definitions[{entry.language}]", problem, {"language": entry.language}))
        elif keeps_second[entry.language]:
            found[entry.language] = entry
    return tuple(found[language] for language in sorted(found))


def _once(first: Sequence[Entry], second: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(dict.fromkeys([*first, *second]))


def split_concept(
    concept: Concept, words: Sequence[tuple[str, str]], languages: Sequence[str], number: str, domain: str
) -> tuple[Concept, Concept]:
    """Return what is left of *concept*, and the candidate that *words* and the definitions in *languages* make.

    Raises:
        InvalidArgumentError: the concept has no such designation or definition, or would keep no designation.
    """
    keys = {(language, match_key(text)) for language, text in words}
    held = {(entry.language, entry.key) for entry in concept.designations}
    for language, text in words:
        if (language, match_key(text)) not in held:
            message = "the concept has no designation {text} in {language}"
            raise InvalidArgumentError.in_field("designations", message, text=text, language=language)
    for language in languages:
        if all(entry.language != language for entry in concept.definitions):
            message = "the concept has no definition in {language}"
            raise InvalidArgumentError.in_field("definitions", message, language=language)
    if keys == held:
        message = "all designations would go; at least one stays"
        raise InvalidArgumentError.in_field("designations", message)
    going = tuple(entry for entry in concept.designations if (entry.language, entry.key) in keys)
    rest = replace(
        concept,
        designations=tuple(entry for entry in concept.designations if (entry.language, entry.key) not in keys),
        definitions=tuple(entry for entry in concept.definitions if entry.language not in languages),
    )
    split_off = Concept(
        number=number,
        domain=domain or concept.domain,
        designations=going,
        definitions=tuple(entry for entry in concept.definitions if entry.language in languages),
        status=ConceptStatus.CANDIDATE,
        source=concept.source,
        subject_field=concept.subject_field,
    )
    return rest, split_off
