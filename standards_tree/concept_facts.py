"""What a concept says, as facts that can be compared, and as one text that is always the same for the same concept."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

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

Differences = dict[str, tuple[str, str]]


def differences(before: Concept, after: Concept) -> Differences:
    """Return the facts in which two states of a concept differ, with both values; empty where there is none."""
    old, new = dict(_facts(before)), dict(_facts(after))
    found = {
        fact: (old.get(fact, ""), new.get(fact, ""))
        for fact in dict.fromkeys([*old, *new])
        if old.get(fact, "") != new.get(fact, "")
    }
    if not found and before != after:
        found["order"] = (_in_order(before), _in_order(after))
    return found


def _facts(concept: Concept) -> Iterator[tuple[str, str]]:
    for field in ("number", "domain", "subject_field", "source"):
        yield field, getattr(concept, field)
    yield "status", concept.status.value
    for entry in concept.designations:
        yield f"designations[{entry.language}: {entry.text}]", _designation_fact(entry)
    for definition in concept.definitions:
        origin = ", ".join(filter(None, (definition.source, definition.clause, definition.derived_from)))
        yield f"definitions[{definition.language}]", f"{definition.text} [{origin}]" if origin else definition.text
    for field, remarks in (("notes", concept.notes), ("examples", concept.examples)):
        for position, remark in enumerate(remarks, start=1):
            yield f"{field}[{position}]", f"{remark.language}: {remark.text}"
    for kind in ConceptRelationKind:
        targets = sorted(relation.target for relation in concept.relations if relation.kind is kind)
        yield f"relations[{kind.value}]", ", ".join(targets)


def _designation_fact(entry: TermDesignation) -> str:
    words = [entry.status.value, entry.type.value, entry.part_of_speech.value if entry.part_of_speech else ""]
    for field in ("geographical_usage", "script", "source", "usage_note"):
        value = getattr(entry, field)
        words.append(f"{field}: {value}" if value else "")
    if entry.used_by:
        words.append(f"used_by: {', '.join(entry.used_by)}")
    return "; ".join(filter(None, words))


def _in_order(concept: Concept) -> str:
    words = [f"{entry.language}: {entry.text}" for entry in concept.designations]
    words += [f"{relation.kind.value}: {relation.target}" for relation in concept.relations]
    return "; ".join(words)


def canonical(concept: Concept) -> str:
    """Return the JSON text of what a concept says: the same for the same, however far it is agreed."""
    record = {
        "number": concept.number,
        "domain": concept.domain,
        "subject_field": concept.subject_field,
        "source": concept.source,
        "designations": [_plain(entry) for entry in concept.designations],
        "definitions": [_plain(entry) for entry in concept.definitions],
        "notes": [_plain(entry) for entry in concept.notes],
        "examples": [_plain(entry) for entry in concept.examples],
        "relations": [_plain(entry) for entry in concept.relations],
    }
    return json.dumps(_said(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(part: TermDesignation | Definition | Remark | ConceptRelation) -> dict[str, Any]:
    return _said({field: getattr(part, field) for field in part.__slots__})


def _said(record: dict[str, Any]) -> dict[str, Any]:
    """Return what *record* says: a field that a concept of some day may have and this one has not changes no text."""
    return {field: value for field, value in record.items() if value}


def concept_of(text: str, status: ConceptStatus) -> Concept:
    """Return the concept whose canonical text is *text*."""
    record = json.loads(text)
    return Concept(
        number=record.get("number", ""),
        domain=record.get("domain", ""),
        subject_field=record.get("subject_field", ""),
        source=record.get("source", ""),
        status=status,
        designations=tuple(map(_designation, record["designations"])),
        definitions=tuple(Definition(**entry) for entry in record.get("definitions", ())),
        notes=tuple(Remark(**entry) for entry in record.get("notes", ())),
        examples=tuple(Remark(**entry) for entry in record.get("examples", ())),
        relations=tuple(
            ConceptRelation(ConceptRelationKind(entry["kind"]), entry["target"])
            for entry in record.get("relations", ())
        ),
    )


def _designation(record: dict[str, Any]) -> TermDesignation:
    part_of_speech = record.get("part_of_speech")
    typed = {
        "status": DesignationStatus(record["status"]),
        "type": DesignationType(record["type"]),
        "part_of_speech": PartOfSpeech(part_of_speech) if part_of_speech else None,
        "used_by": tuple(record.get("used_by", ())),
    }
    return TermDesignation(**{**record, **typed})


def digest(text: str) -> str:
    """Return the SHA-256 of *text* in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()
