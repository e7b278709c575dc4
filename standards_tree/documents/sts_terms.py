"""Read term entries: ISO-TBX inside STS, and entries that are only printed in paragraphs."""

import re
from collections.abc import Iterable, Iterator

from standards_tree.documents.hardened_xml import Element, text_of
from standards_tree.documents.model import LanguageText, PrintedTerm, TermEntry
from standards_tree.documents.outline import Found, local_name
from standards_tree.documents.sts_metadata import language_of
from standards_tree.errors import FieldViolation
from standards_tree.terms import DesignationStatus

_STATUSES = {
    "preferred": DesignationStatus.PREFERRED,
    "standardized": DesignationStatus.PREFERRED,
    "admitted": DesignationStatus.ADMITTED,
    "deprecated": DesignationStatus.DEPRECATED,
    "superseded": DesignationStatus.SUPERSEDED,
    "obsolete": DesignationStatus.DEPRECATED,
}
_TEXT_NAMES = frozenset({"definition", "note", "example", "source", "subjectField"})
_STATUS_ENDING = re.compile(r"Term(-admn-sts)?$")
_TWO_LANGUAGES = re.compile(r"(?P<zh>.*[\u4e00-\u9fff）)\]］])\s+(?P<en>[A-Za-z][^\u4e00-\u9fff]*)")
_SOURCE = re.compile(r"[\[［](?:SOURCE|来\s*源)\s*[:：]\s*(.+?)[\]］]?$", re.IGNORECASE)
_NOTE_TAGS = frozenset({"non-normative-note", "normative-note"})
_EXAMPLE_TAGS = frozenset({"non-normative-example", "normative-example"})


class TermReader:
    """Turn ``tbx:termEntry`` and printed entries into term entries, and note what is odd about them."""

    def __init__(self, language: str) -> None:
        self.notes: list[FieldViolation] = []
        self._language = language
        self._names: dict[str, str] = {}

    def entries(self, found: Iterable[Found]) -> tuple[TermEntry, ...]:
        """Return the entries in the order of the document; a printed form beside a ``tbx:termEntry`` repeats it."""
        entries: list[TermEntry] = []
        for entry in found:
            if entry.tag == "tbx:termEntry":
                entries.append(self._from_tbx(entry))
            elif entry.tag == "term-sec" and entry.content and _is_printed_entry(entry):
                entries.extend(self._from_print(entry))
        return tuple(entries)

    def _from_tbx(self, found: Found) -> TermEntry:
        """Return one ``tbx:termEntry``; its number is the label of the ``term-sec`` around it."""
        texts: dict[str, list[LanguageText]] = {}
        designations: list[PrintedTerm] = []
        for child in found.element:
            name = self._name(child)
            if name == "langSet":
                self._read_language_set(child, found, designations, texts)
            elif name in _TEXT_NAMES:
                _collect(name, child, self._language, texts)
        if not designations:
            self._note(found, "line {line}: the term entry has no term")
        return _entry(found, designations, texts)

    def _from_print(self, found: Found) -> Iterator[TermEntry]:
        """Yield the entry printed in the paragraphs of a ``term-sec`` or its ``term-display``, if there is one.

        The first paragraph holds the term, in two languages when a Chinese term is followed by its English equivalent;
        the second one the definition.
        """
        display = found.element.find("term-display")
        printed = found.element if display is None else display
        paragraphs = [text_of(child) for child in printed if child.tag == "p"]
        if not paragraphs or not paragraphs[0]:
            return
        texts: dict[str, list[LanguageText]] = {}
        designations = [PrintedTerm(language, term) for language, term in self._split(paragraphs[0], printed.find("p"))]
        language = designations[0].language
        for paragraph in paragraphs[1:]:
            source = _SOURCE.match(paragraph)
            name = "source" if source else "definition" if "definition" not in texts else "note"
            texts.setdefault(name, []).append(LanguageText(language, source[1] if source else paragraph))
        for child in printed:
            name = "note" if child.tag in _NOTE_TAGS else "example" if child.tag in _EXAMPLE_TAGS else ""
            for part in child if name else ():
                if part.tag != "label":
                    _collect(name, part, language, texts)
        yield _entry(found, designations, texts)

    def _split(self, text: str, paragraph: Element | None) -> Iterator[tuple[str, str]]:
        both = _TWO_LANGUAGES.fullmatch(text)
        if both:
            yield "zh", both["zh"]
            yield "en", both["en"]
        else:
            yield language_of(paragraph, self._language), text

    def _read_language_set(
        self,
        language_set: Element,
        found: Found,
        designations: list[PrintedTerm],
        texts: dict[str, list[LanguageText]],
    ) -> None:
        language = language_of(language_set, self._language)
        for child in language_set:
            name = self._name(child)
            if name in _TEXT_NAMES:
                _collect(name, child, language, texts)
            elif name in ("tig", "ntig"):
                term = self._term(child, language, found)
                if term.text:
                    designations.append(term)

    def _term(self, group: Element, language: str, found: Found) -> PrintedTerm:
        """Return what a ``tig`` holds; its term is empty where the standard prints dots for a term that is lacking."""
        text = part_of_speech = term_type = ""
        status = None
        for part in group:
            name = self._name(part)
            if name == "term":
                text = text_of(part)
            elif name == "partOfSpeech":
                part_of_speech = _value(part)
            elif name == "normativeAuthorization":
                status = self._status(_value(part), found)
            elif name == "termType":
                term_type = _value(part)
            elif name == "termGrp":
                text = self._term(part, language, found).text
        return PrintedTerm(language, text, status, part_of_speech, term_type)

    def _name(self, element: Element) -> str:
        """Return the name of a TBX element without its namespace, ``""`` for any other element."""
        tag = element.tag
        name = self._names.get(tag)
        if name is None:
            prefix, _, rest = local_name(element).rpartition(":")
            name = self._names[tag] = rest if prefix == "tbx" else ""
        return name

    def _status(self, value: str, found: Found) -> DesignationStatus | None:
        status = _STATUSES.get(_STATUS_ENDING.sub("", value))
        if status is None:
            self._note(found, "line {line}: {value!r} is not a status of a term", value=value)
        return status

    def _note(self, found: Found, template: str, **parameters: object) -> None:
        place = found.place
        self.notes.append(FieldViolation(place.xpath, template, {"line": place.line, **parameters}))


def _is_printed_entry(found: Found) -> bool:
    """Tell whether a ``term-sec`` is one entry without TBX, and not a heading over others."""
    names = {local_name(child) for child in found.element}
    return not names & {"tbx:termEntry", "term-sec", "title"} and bool(names & {"term-display", "p"})


def _entry(found: Found, designations: list[PrintedTerm], texts: dict[str, list[LanguageText]]) -> TermEntry:
    around = found if found.tag == "term-sec" else found.section
    return TermEntry(
        id=found.element.get("id") or "",
        number=around.label if around is not None and around.tag == "term-sec" else "",
        designations=tuple(designations),
        definitions=tuple(texts.get("definition", ())),
        notes=tuple(texts.get("note", ())),
        examples=tuple(texts.get("example", ())),
        sources=tuple(texts.get("source", ())),
        subject_fields=tuple(texts.get("subjectField", ())),
        place=found.place,
    )


def _collect(name: str, element: Element, language: str, texts: dict[str, list[LanguageText]]) -> None:
    text = text_of(element)
    if text:
        texts.setdefault(name, []).append(LanguageText(language, text))


def _value(element: Element) -> str:
    return element.get("value") or text_of(element)
