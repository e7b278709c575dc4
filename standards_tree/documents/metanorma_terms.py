"""Read the term entries of a Metanorma document."""

from collections.abc import Iterable, Iterator

from standards_tree.documents.hardened_xml import Element, text_of
from standards_tree.documents.model import LanguageText, PrintedTerm, TermEntry
from standards_tree.documents.outline import Found
from standards_tree.documents.sts_metadata import language_tag
from standards_tree.errors import FieldViolation
from standards_tree.terms import DesignationStatus

_STATUSES = {
    "preferred": DesignationStatus.PREFERRED,
    "admitted": DesignationStatus.ADMITTED,
    "deprecates": DesignationStatus.DEPRECATED,
}
_TEXTS = {
    "definition": "definition",
    "termnote": "note",
    "termexample": "example",
    "domain": "subject",
    "termsource": "source",
    "source": "source",
}


class MetanormaTerms:
    """Turns ``term`` elements into term entries, and notes those without a term."""

    def __init__(self, language: str) -> None:
        self.notes: list[FieldViolation] = []
        self._language = language

    def entries(self, found: Iterable[Found]) -> tuple[TermEntry, ...]:
        """Return the entries in the order of the document."""
        return tuple(self._entry(term) for term in found)

    def _entry(self, found: Found) -> TermEntry:
        texts: dict[str, list[LanguageText]] = {}
        designations: list[PrintedTerm] = []
        for child in found.content:
            tag = child.tag
            if tag in _STATUSES:
                designations.extend(self._designations(child, _STATUSES[tag]))
            elif tag in _TEXTS:
                text = _source(child) if _TEXTS[tag] == "source" else _printed(child)
                if text:
                    texts.setdefault(_TEXTS[tag], []).append(LanguageText(self._language_of(child), text))
        if not designations:
            place = found.place
            template = "line {line}: the term entry has no term"
            self.notes.append(FieldViolation(place.xpath, template, {"line": place.line}))
        return TermEntry(
            id=found.element.get("anchor") or found.element.get("id") or "",
            number=found.label,
            designations=tuple(designations),
            definitions=tuple(texts.get("definition", ())),
            notes=tuple(texts.get("note", ())),
            examples=tuple(texts.get("example", ())),
            sources=tuple(texts.get("source", ())),
            subject_fields=tuple(texts.get("subject", ())),
            place=found.place,
        )

    def _designations(self, element: Element, status: DesignationStatus) -> Iterator[PrintedTerm]:
        """Yield the term that *element* holds: as its text in the older form, in ``expression/name`` in the newer."""
        expressions = list(element.iterchildren("expression", "letter-symbol"))
        for expression in expressions:
            name = expression.find("name")
            text = text_of(name if name is not None else expression)
            if text:
                kind = element.get("type") or expression.findtext("abbreviation-type") or ""
                grammar = expression.find("grammar")
                part = "" if grammar is None else _part_of_speech(grammar)
                yield PrintedTerm(self._language_of(expression, element), text, status, part, kind)
        text = "" if expressions else text_of(element)
        if text:
            yield PrintedTerm(self._language_of(element), text, status)

    def _language_of(self, *elements: Element) -> str:
        for element in elements:
            stated = language_tag(element.get("language") or element.get("lang") or "")
            if stated:
                return stated
        return self._language


def _printed(element: Element) -> str:
    """Return the paragraphs of a definition, note or example, each on a line."""
    inner = element.find("verbal-definition")
    parts = (inner if inner is not None else element).iterchildren("p", "ul", "ol", "dl", "formula")
    return "\n".join(filter(None, map(text_of, parts))) or text_of(element)


def _source(element: Element) -> str:
    """Return what a source cites, and how it was modified."""
    origin = element.find("origin")
    modified = element.find("modification")
    change = text_of(modified) if modified is not None else ""
    return ", ".join(filter(None, (text_of(origin if origin is not None else element), change)))


def _part_of_speech(grammar: Element) -> str:
    for child in grammar:
        if child.tag.startswith("is") and text_of(child) == "true":
            return child.tag[2:].lower()
    return ""
