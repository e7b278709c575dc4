"""Read the term entries of a standard in ISO or NISO STS: those in ISO-TBX, and those that are only printed."""

from collections.abc import Sequence

from standards_tree.documents.model import LanguageText, PrintedTerm, TermEntry
from standards_tree.documents.reading import read_document
from standards_tree.term_exchange.assembling import ConceptParts, DesignationParts
from standards_tree.term_exchange.reading import Collected, FilePlace, ReadConcepts
from standards_tree.term_exchange.tbx_words import PARTS_OF_SPEECH, TYPES
from standards_tree.terms import Definition, DesignationType, Remark


def read_sts_terms(content: bytes) -> ReadConcepts:
    """Return the concepts that a standard defines; their source is its designation and the number of the entry.

    Raises:
        MalformedDocumentError: it is not well-formed XML.
        UnsafeDocumentError: it has a DOCTYPE or is too large.
        UnsupportedDocumentError: it is XML in another vocabulary.
    """
    document = read_document(content)
    into = Collected("STS")
    metadata = document.metadata
    designation = metadata.designations[0].text if metadata and metadata.designations else ""
    for entry in document.terms:
        _read(entry, designation, into)
    for note in document.notes:
        if note.parameters.get("line") and "term" in note.template:
            line = note.parameters["line"]
            place = FilePlace(line if isinstance(line, int) else 0, note.field)
            into.problem(place, "sts.term", note.template, **note.parameters)
    return into.result()


def _read(entry: TermEntry, designation: str, into: Collected) -> None:
    place = FilePlace(entry.place.line, entry.place.xpath)
    parts = ConceptParts(place, entry.number or entry.id)
    parts.source = ", ".join(filter(None, (designation, entry.number)))
    parts.subject_field = entry.subject_fields[0].text if entry.subject_fields else ""
    parts.designations = [_designation(term, place, parts, into) for term in entry.designations]
    used: set[int] = set()
    for text in entry.definitions:
        source = _source_of(text.language, entry.sources, used)
        parts.definitions.append((Definition(text.language, text.text, source), place))
    parts.notes = [Remark(one.language, one.text) for one in entry.notes]
    parts.examples = [Remark(one.language, one.text) for one in entry.examples]
    for position, one in enumerate(entry.sources):
        if position not in used:
            into.lose(place, parts.number, "source", one.text)
    for one in entry.subject_fields[1:]:
        if one.text != parts.subject_field:
            into.lose(place, parts.number, "subjectField", one.text)
    parts.settle(into)


def _source_of(language: str, sources: Sequence[LanguageText], used: set[int]) -> str:
    for position, one in enumerate(sources):
        if one.language == language and position not in used:
            used.add(position)
            return one.text
    return ""


def _designation(term: PrintedTerm, place: FilePlace, parts: ConceptParts, into: Collected) -> DesignationParts:
    found = DesignationParts(place, term.language, term.text, term.status)
    found.part_of_speech = PARTS_OF_SPEECH.get(term.part_of_speech)
    found.type = TYPES.get(term.type, DesignationType.FULL_FORM)
    if term.part_of_speech and found.part_of_speech is None:
        into.lose(place, parts.number, "partOfSpeech", term.part_of_speech)
    if term.type and term.type not in TYPES:
        into.lose(place, parts.number, "termType", term.type)
    return found
