"""Read one entry of a TBX file of any version and style."""

from collections.abc import Iterable

from standards_tree.documents.hardened_xml import Element
from standards_tree.term_exchange.assembling import ConceptParts, DesignationParts
from standards_tree.term_exchange.citations import split_citation
from standards_tree.term_exchange.reading import Collected
from standards_tree.term_exchange.tbx_labels import Label, split_label
from standards_tree.term_exchange.tbx_markup import (
    LEVELS,
    XML_LANGUAGE,
    Category,
    Level,
    categories,
    grouped,
    local_name,
    place_of,
    text_of,
)
from standards_tree.term_exchange.tbx_rules import RuleChecker
from standards_tree.term_exchange.tbx_words import (
    PARTS_OF_SPEECH,
    RELATIONS,
    STATUSES,
    TYPES,
    id_number,
)
from standards_tree.terms import (
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationType,
    Remark,
)

_UNDETERMINED = "und"
_MATCHES = frozenset(kind.value for kind in ConceptRelationKind if kind.value.endswith("match"))
_NOTES = frozenset({"note", "usageNote"})


class EntryReader:
    """Turns entries into concepts; without a *checker* no rule of a dialect is looked at."""

    def __init__(self, into: Collected, checker: RuleChecker | None, language: str) -> None:
        self._into = into
        self._checker = checker
        self._language = language or _UNDETERMINED
        self._numbers: dict[str, str] = {}

    def know(self, entries: Iterable[Element]) -> None:
        """Learn which number each entry's id stands for, so that references to it can be read."""
        for entry in entries:
            number = entry.get("id") or ""
            if number:
                self._numbers[number] = _number(entry)

    def read(self, entry: Element) -> None:
        """Read one entry."""
        parts = ConceptParts(place_of(entry), _number(entry))
        for category in self._sound(entry, Level.ENTRY, parts):
            self._of_entry(parts, category)
        for section in entry:
            if LEVELS.get(local_name(section)) is Level.LANGUAGE:
                language = section.get(XML_LANGUAGE) or section.get("lang") or self._language
                self._read_language(parts, section, language)
        parts.settle(self._into)

    def _read_language(self, parts: ConceptParts, section: Element, language: str) -> None:
        for category in self._sound(section, Level.LANGUAGE, parts):
            self._of_language(parts, category, language)
        for term in section:
            if LEVELS.get(local_name(term)) is Level.TERM:
                parts.designations.append(self._designation(parts, term, language))

    def _sound(self, section: Element, level: Level, parts: ConceptParts) -> Iterable[Category]:
        for category in categories(section, level):
            if self._checker is None or self._checker.check(category):
                yield category
            else:
                self._lose(parts, category)

    def _lose(self, parts: ConceptParts, category: Category) -> None:
        shown = f"{category.level} {category.kind}" + (f" {category.name}" if category.name else "")
        value = " → ".join(filter(None, (category.text, category.target)))
        self._into.lose(category.place, parts.number, shown, value)

    def _of_entry(self, parts: ConceptParts, category: Category) -> None:
        if category.name == "subjectField" and not parts.subject_field:
            parts.subject_field = category.text
        elif category.name == "projectSubset" and not parts.domain:
            parts.domain = category.text
        elif category.name == "source" and not category.group and not parts.source:
            parts.source = category.text
        elif category.kind == "note" and not category.group:
            self._note_of_entry(parts, category)
        elif not self._relation(parts, category):
            self._of_language(parts, category, self._language)

    def _note_of_entry(self, parts: ConceptParts, category: Category) -> None:
        label, text = split_label(category.text)
        if label is Label.SOURCE and not parts.source:
            parts.source = text
        elif label is Label.STATUS and text in list(ConceptStatus):
            parts.status = ConceptStatus(text)
        elif label is Label.RELATION and text.partition(" ")[0] in list(ConceptRelationKind):
            kind, _, target = text.partition(" ")
            parts.relations.append(ConceptRelation(ConceptRelationKind(kind), target))
        elif label is not Label.NUMBER:
            self._of_language(parts, category, self._language)

    def _relation(self, parts: ConceptParts, category: Category) -> bool:
        kind = RELATIONS.get(category.name)
        if kind is None:
            return False
        if category.kind == "xref":
            if category.text not in _MATCHES or not category.target:
                return False
            parts.relations.append(ConceptRelation(ConceptRelationKind(category.text), category.target))
            return True
        number = self._numbers.get(category.target)
        if number is None:
            return False
        said = category.text
        kind = ConceptRelationKind(said) if said in list(ConceptRelationKind) else kind
        parts.relations.append(ConceptRelation(kind, number))
        return True

    def _of_language(self, parts: ConceptParts, category: Category, language: str) -> None:
        if category.name == "definition":
            parts.definitions.append((self._definition(category, language), category.place))
        elif category.kind == "note" and not category.group:
            label, text = split_label(category.text)
            remark = Remark(language, text if label in (Label.NOTE, Label.EXAMPLE) else category.text)
            (parts.examples if label is Label.EXAMPLE else parts.notes).append(remark)
        elif category.name in ("example", "explanation"):
            remarks = parts.examples if category.name == "example" else parts.notes
            remarks.append(Remark(language, category.text))
        elif category.name == "source" and not category.group and self._source_behind(parts, category, language):
            return
        elif not _belongs_to_definition(category):
            self._lose(parts, category)

    @staticmethod
    def _definition(category: Category, language: str) -> Definition:
        source = clause = derived = ""
        for other in grouped(category):
            if other.name == "source" and not source:
                source, clause = split_citation(other.text)
            elif other.kind == "note" and split_label(other.text)[0] is Label.DERIVED_FROM:
                derived = split_label(other.text)[1]
        return Definition(language, category.text, source, clause, derived)

    @staticmethod
    def _source_behind(parts: ConceptParts, category: Category, language: str) -> bool:
        """Take a source that stands behind the definition it belongs to, without a group."""
        for position, (definition, place) in enumerate(parts.definitions):
            if definition.language == language and not definition.source:
                source, clause = split_citation(category.text)
                found = Definition(language, definition.text, source, clause, definition.derived_from)
                parts.definitions[position] = (found, place)
                return True
        return False

    def _designation(self, parts: ConceptParts, section: Element, language: str) -> DesignationParts:
        found = DesignationParts(place_of(section), language)
        inner = next((child for child in section if local_name(child) == "termGrp"), None)
        for part in (section,) if inner is None else (inner, section):
            for category in self._sound(part, Level.TERM, parts):
                if category.kind == "term":
                    found.text = category.text
                elif not self._of_term(found, category) and not self._relation(parts, category):
                    self._lose(parts, category)
        return found

    def _of_term(self, found: DesignationParts, category: Category) -> bool:
        """Take what a data category says of a designation; tell whether the model holds it."""
        text = category.text
        if category.name in ("administrativeStatus", "usageStatus", "normativeAuthorization") and text in STATUSES:
            found.status = STATUSES[text]
        elif category.name == "partOfSpeech" and text in PARTS_OF_SPEECH:
            found.part_of_speech = PARTS_OF_SPEECH[text]
        elif category.name == "termType" and text in TYPES:
            found.type = TYPES[text]
            return text not in ("acronym", "shortForm")
        elif category.name == "geographicalUsage" and not found.geographical_usage:
            found.geographical_usage = text
        elif category.name == "customerSubset":
            found.used_by.append(text)
        elif category.name == "source" and not category.group and not found.source:
            found.source = text
        elif (category.kind in _NOTES or category.name in _NOTES) and not category.group:
            return _note_of_term(found, text)
        else:
            return False
        return True


def _note_of_term(found: DesignationParts, text: str) -> bool:
    label, said = split_label(text)
    if label is Label.TYPE and said in list(DesignationType):
        found.type = DesignationType(said)
    elif label is Label.SCRIPT:
        found.script = said
    else:
        found.usage_notes.append(said if label in (Label.USAGE, Label.NOTE) else text)
    return True


def _number(entry: Element) -> str:
    """Return the number of an entry: what a note says it is, else its id."""
    for child in entry:
        if local_name(child) == "note":
            label, text = split_label(text_of(child))
            if label is Label.NUMBER:
                return text
    return id_number(entry.get("id") or "")


def _belongs_to_definition(category: Category) -> bool:
    """Tell whether `_definition` has read it, being in the group of a definition."""
    if not any(other.name == "definition" for other in grouped(category)):
        return False
    if category.kind == "note":
        return split_label(category.text)[0] is Label.DERIVED_FROM
    first = next((other for other in (*grouped(category), category) if other.name == "source"), None)
    return category.name == "source" and first is not None
