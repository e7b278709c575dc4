"""Write concepts as TBX-Basic in the DCA style (ISO 30042:2019), so that `read_tbx` reads the same concepts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from standards_tree.term_exchange.citations import cite
from standards_tree.term_exchange.tbx_labels import Label, labelled, plain
from standards_tree.term_exchange.tbx_markup import LINE
from standards_tree.term_exchange.tbx_words import NO_NUMBER, STATUSES_TO, TYPES_TO, number_id
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptStatus,
    Definition,
    DesignationType,
    Remark,
    TermDesignation,
)

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WEB = re.compile(r"https?://.+")
_FOOTER = "</body></text>\n</tbx>\n"


def write_tbx(concepts: Sequence[Concept], source: str, language: str = "en") -> Iterator[str]:
    """Yield a TBX file of *concepts* piece by piece; *source* says where they come from.

    What TBX-Basic has no data category for stands in labelled notes (see `tbx_labels`). A concept without a language
    section cannot be written, and there is none: a concept has a designation.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<tbx type="TBX-Basic" style="dca" xml:lang={quoteattr(language)} xmlns="urn:iso:std:iso:30042:ed-2">\n'
    yield f"<tbxHeader><fileDesc><sourceDesc><p>{_text(source)}</p></sourceDesc></fileDesc></tbxHeader>\n"
    yield "<text><body>\n"
    ids = _ids(concepts)
    known = {(concept.domain, concept.number): ids[place] for place, concept in enumerate(concepts) if concept.number}
    for place, concept in enumerate(concepts):
        yield "".join(_entry(concept, ids[place], known))
    yield _FOOTER


def _ids(concepts: Sequence[Concept]) -> list[str]:
    """Return an id for each concept: that of its number, where it has one and none before it has the same."""
    taken: set[str] = set()
    ids = []
    for place, concept in enumerate(concepts, start=1):
        found = number_id(concept.number)
        if not found or found in taken:
            found = f"{NO_NUMBER}{place}"
        taken.add(found)
        ids.append(found)
    return ids


def _entry(concept: Concept, entry_id: str, known: Mapping[tuple[str, str], str]) -> Iterator[str]:
    yield f"<conceptEntry id={quoteattr(entry_id)}>\n"
    if concept.subject_field:
        yield _typed("descrip", "subjectField", concept.subject_field)
    if concept.domain:
        yield _typed("admin", "projectSubset", concept.domain)
    if concept.number and number_id(concept.number) != entry_id:
        yield _note(labelled(Label.NUMBER, concept.number))
    if concept.status is not ConceptStatus.CANDIDATE:
        yield _note(labelled(Label.STATUS, concept.status))
    if concept.source:
        yield _note(labelled(Label.SOURCE, concept.source))
    for relation in concept.relations:
        yield _relation(relation, known.get((concept.domain, relation.target), ""))
    languages = dict.fromkeys(one.language for one in concept.designations)
    for tag in languages:
        yield "".join(_language_section(concept, tag))
    yield "</conceptEntry>\n"


def _relation(relation: ConceptRelation, target_id: str) -> str:
    if relation.kind.value.endswith("match") and _WEB.fullmatch(relation.target):
        return _typed("xref", "externalCrossReference", relation.kind, relation.target)
    if target_id and not relation.kind.value.endswith("match"):
        return _typed("ref", "crossReference", relation.kind, target_id)
    return _note(labelled(Label.RELATION, f"{relation.kind} {relation.target}"))


def _language_section(concept: Concept, language: str) -> Iterator[str]:
    yield f"<langSec xml:lang={quoteattr(language)}>\n"
    for definition in concept.definitions:
        if definition.language == language:
            yield "".join(_definition(definition))
    yield from _remarks(concept.notes, concept.examples, language)
    for designation in concept.designations:
        if designation.language == language:
            yield "".join(_designation(designation))
    yield "</langSec>\n"


def _definition(definition: Definition) -> Iterator[str]:
    yield "<descripGrp>" + _typed("descrip", "definition", definition.text).rstrip("\n")
    source = cite(definition.source, definition.clause)
    if source:
        yield _typed("admin", "source", source).rstrip("\n")
    if definition.derived_from:
        yield _note(labelled(Label.DERIVED_FROM, definition.derived_from)).rstrip("\n")
    yield "</descripGrp>\n"


def _remarks(notes: Iterable[Remark], examples: Iterable[Remark], language: str) -> Iterator[str]:
    yield from (_note(plain(note.text)) for note in notes if note.language == language)
    yield from (_note(labelled(Label.EXAMPLE, one.text)) for one in examples if one.language == language)


def _designation(designation: TermDesignation) -> Iterator[str]:
    yield f"<termSec><term>{_text(designation.text)}</term>"
    yield _typed("termNote", "administrativeStatus", STATUSES_TO[designation.status])
    if designation.part_of_speech is not None:
        yield _typed("termNote", "partOfSpeech", designation.part_of_speech)
    if designation.type in TYPES_TO and designation.type is not DesignationType.FULL_FORM:
        yield _typed("termNote", "termType", TYPES_TO[designation.type])
    if designation.geographical_usage:
        yield _typed("termNote", "geographicalUsage", designation.geographical_usage)
    for user in designation.used_by:
        yield _typed("admin", "customerSubset", user)
    if designation.source:
        yield _typed("admin", "source", designation.source)
    if designation.type not in TYPES_TO:
        yield _note(labelled(Label.TYPE, designation.type))
    if designation.script:
        yield _note(labelled(Label.SCRIPT, designation.script))
    if designation.usage_note:
        yield _note(plain(designation.usage_note))
    yield "</termSec>\n"


def _typed(element: str, name: str, text: str, target: str = "") -> str:
    pointer = f" target={quoteattr(_UNWRITABLE.sub('', target))}" if target else ""
    return f'<{element} type="{name}"{pointer}>{_text(text)}</{element}>\n'


def _note(text: str) -> str:
    return f"<note>{_text(text)}</note>\n"


def _text(text: str) -> str:
    """Return *text* for XML; its line breaks as U+2028, because XML's own are lost in every reader that wraps lines."""
    return escape(_UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\n", LINE))
