"""Read Glossarist concepts: a YAML document for the concept, and one for what each language says of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from standards_tree.errors import MalformedDocumentError
from standards_tree.term_exchange.assembling import ConceptParts, DesignationParts
from standards_tree.term_exchange.citations import cite
from standards_tree.term_exchange.languages import language_of
from standards_tree.term_exchange.reading import Collected, FilePlace, ReadConcepts, Severity
from standards_tree.term_exchange.yaml_files import Tree, YamlDocument, read_yaml
from standards_tree.terms import (
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
    Remark,
)

_STATUSES = {
    "valid": ConceptStatus.APPROVED, "": ConceptStatus.CANDIDATE, "draft": ConceptStatus.CANDIDATE,
    "not_valid": ConceptStatus.CANDIDATE, "notValid": ConceptStatus.CANDIDATE, "submitted": ConceptStatus.CANDIDATE,
    "superseded": ConceptStatus.SUPERSEDED, "retired": ConceptStatus.RETIRED, "withdrawn": ConceptStatus.RETIRED,
    "invalid": ConceptStatus.RETIRED,
}  # fmt: skip
_DESIGNATION_STATUSES = {
    **{status.value: status for status in DesignationStatus},
    "preferredTerm": DesignationStatus.PREFERRED,
    "admittedTerm": DesignationStatus.ADMITTED,
    "deprecatedTerm": DesignationStatus.DEPRECATED,
}
_TYPES = {
    "expression": DesignationType.FULL_FORM, "": DesignationType.FULL_FORM, "abbreviation": DesignationType.ABBREVIATION,
    "symbol": DesignationType.SYMBOL, "letter_symbol": DesignationType.SYMBOL, "formula": DesignationType.FORMULA,
    "graphical_symbol": DesignationType.SYMBOL, "variant": DesignationType.VARIANT,
}  # fmt: skip
_RELATIONS = {
    "broader": ConceptRelationKind.GENERIC, "broader_generic": ConceptRelationKind.GENERIC,
    "broader_partitive": ConceptRelationKind.PARTITIVE, "see": ConceptRelationKind.ASSOCIATIVE,
    "related": ConceptRelationKind.ASSOCIATIVE, "compare": ConceptRelationKind.ASSOCIATIVE,
    "related_concept": ConceptRelationKind.ASSOCIATIVE, "associative": ConceptRelationKind.ASSOCIATIVE,
    "exact_match": ConceptRelationKind.EXACT_MATCH, "close_match": ConceptRelationKind.CLOSE_MATCH,
    "equivalent": ConceptRelationKind.EXACT_MATCH, "broad_match": ConceptRelationKind.BROAD_MATCH,
    "narrow_match": ConceptRelationKind.NARROW_MATCH,
}  # fmt: skip
_SPEECH = re.compile(r"noun|verb|adj(?:ective)?|adverb|adv")
_READ_OF_CONCEPT = frozenset({"identifier", "localized_concepts", "domains", "groups", "related"})
_READ_OF_LANGUAGE = frozenset(
    {"id", "definition", "examples", "notes", "sources", "terms", "language_code", "entry_status", "domain", "related"}
)
_READ_OF_TERM = frozenset(
    {"designation", "type", "normative_status", "geographical_area", "usage_info", "script", "grammar_info", "sources"}
)


class _Source(NamedTuple):
    """A source of an entry: its kind, what it is, and its clause."""

    kind: str
    reference: str
    clause: str


def read_glossarist(content: bytes, name: str = "") -> ReadConcepts:
    """Return the concepts of one file, or of several files one after another; *name* is the file's, for places.

    Raises:
        MalformedDocumentError: it is not YAML, or no concept begins it.
        UnsafeDocumentError: it is larger or deeper than any such file, or has aliases.
    """
    into = Collected("Glossarist")
    for concept, localized in _groups(read_yaml(content)):
        _Reader(into, name).read(concept, localized)
    return into.result()


def _groups(documents: Iterable[YamlDocument]) -> Iterator[tuple[YamlDocument, list[YamlDocument]]]:
    """Yield each concept with the documents of its languages, which follow it."""
    concept: YamlDocument | None = None
    localized: list[YamlDocument] = []
    for document in documents:
        inner = _mapping(_mapping(document.tree).get("data"))
        if "localized_concepts" in inner:
            if concept is not None:
                yield concept, localized
            concept, localized = document, []
        elif concept is None or "terms" not in inner:
            message = "line {line}: a Glossarist concept was expected, with data and localized_concepts"
            raise MalformedDocumentError(message, line=document.line)
        else:
            localized.append(document)
    if concept is None:
        raise MalformedDocumentError("the file holds no Glossarist concept")
    yield concept, localized


class _Reader:
    """Reads one concept."""

    def __init__(self, into: Collected, name: str) -> None:
        self._into = into
        self._name = name
        self._number = ""

    def read(self, concept: YamlDocument, localized: Iterable[YamlDocument]) -> None:
        """Read a concept and what its languages say."""
        outer = _mapping(concept.tree)
        inner = _mapping(outer.get("data"))
        self._number = _text(inner.get("identifier")) or _text(outer.get("id"))
        parts = ConceptParts(self._place(concept, ""), self._number)
        status = _text(outer.get("status"))
        parts.status = self._status(status, parts.place)
        domains = [_text(_mapping(one).get("concept_id")) or _text(one) for one in _list(inner.get("domains"))]
        parts.subject_field = next(filter(None, domains), "")
        self._relations(parts, concept, [*_list(inner.get("related")), *_list(outer.get("related"))])
        self._lose_rest(concept, "", outer, {"data", "status", "related"})
        self._lose_rest(concept, "data.", inner, _READ_OF_CONCEPT)
        for other in domains[1:]:
            self._lose(concept, "data.domains", other)
        said = set()
        for document in localized:
            said.add(self._read_language(parts, document, status))
        self._check_languages(inner, said, parts.place)
        parts.settle(self._into)

    def _check_languages(self, inner: Mapping[str, Tree], said: set[str], place: FilePlace) -> None:
        for code in _mapping(inner.get("localized_concepts")):
            if language_of(code) not in said:
                message = "the concept names what it says in {language}, and the file does not hold it"
                self._into.problem(place, "glossarist.localized", message, Severity.KEPT, code, language=code)

    def _status(self, status: str, place: FilePlace) -> ConceptStatus:
        found = _STATUSES.get(status)
        if found is None:
            message = "{status} is no status of a concept; it is taken as a candidate"
            self._into.problem(place, "glossarist.status", message, Severity.CORRECTED, status, status=status)
        return found or ConceptStatus.CANDIDATE

    def _read_language(self, parts: ConceptParts, document: YamlDocument, status: str) -> str:
        outer = _mapping(document.tree)
        inner = _mapping(outer.get("data"))
        language = language_of(_text(inner.get("language_code")))
        sources = list(self._sources(document, inner.get("sources"), language))
        own = next((one for one in sources if one.kind != "lineage"), _Source("", "", ""))
        parts.source = parts.source or cite(own.reference, own.clause)
        self._texts(parts, document, inner, language)
        lineage = [cite(one.reference, one.clause) for one in sources if one.kind == "lineage"]
        written = Definition(language, "", own.reference, own.clause, "; ".join(lineage))
        self._definition(parts, document, inner, written)
        if not inner.get("definition"):
            for text in lineage:
                self._lose(document, f"{language} lineage", text)
        for term in _list(inner.get("terms")):
            found = self._designation(document, _mapping(term), language)
            if not inner.get("definition") and not found.source:
                found.source = cite(own.reference, own.clause)
            parts.designations.append(found)
        if _text(inner.get("entry_status")) not in ("", status):
            self._lose(document, f"{language} entry_status", _text(inner.get("entry_status")))
        for one in sources:
            if one.kind != "lineage" and one is not own:
                self._lose(document, f"{language} source", cite(one.reference, one.clause))
        self._relations(parts, document, _list(inner.get("related")))
        if _text(inner.get("domain")):
            parts.subject_field = parts.subject_field or _text(inner.get("domain"))
        self._lose_rest(document, f"{language} ", inner, _READ_OF_LANGUAGE)
        self._lose_rest(document, f"{language} ", outer, {"data"})
        return language

    def _texts(self, parts: ConceptParts, document: YamlDocument, inner: Mapping[str, Tree], language: str) -> None:
        for name, remarks in (("notes", parts.notes), ("examples", parts.examples)):
            for one in _list(inner.get(name)):
                remarks.append(Remark(language, _content(one)))
                self._lose_rest(document, f"{language} {name} ", _mapping(one), {"content"})

    def _definition(
        self, parts: ConceptParts, document: YamlDocument, inner: Mapping[str, Tree], written: Definition
    ) -> None:
        place = self._place(document, written.language)
        for one in _list(inner.get("definition")):
            parts.definitions.append((replace(written, text=_content(one)), place))

    def _sources(self, document: YamlDocument, found: Tree | None, language: str) -> Iterator[_Source]:
        for one in map(_mapping, _list(found)):
            origin = one.get("origin")
            fields = _mapping(origin)
            reference = fields.get("ref", "") if fields else origin
            locality = _mapping(fields.get("locality"))
            clause = _text(locality.get("reference_from")) or _text(fields.get("clause"))
            if _text(locality.get("reference_to")):
                clause += f"–{_text(locality.get('reference_to'))}"
            yield _Source(_text(one.get("type")), _reference(reference), clause)
            self._lose_rest(document, f"{language} source ", fields, {"ref", "locality", "clause"})
            self._lose_rest(document, f"{language} source ", one, {"origin", "type"})

    def _designation(self, document: YamlDocument, term: Mapping[str, Tree], language: str) -> DesignationParts:
        found = DesignationParts(self._place(document, language), language, _text(term.get("designation")))
        status, kind = _text(term.get("normative_status")), _text(term.get("type"))
        found.status = _DESIGNATION_STATUSES.get(status)
        if status and found.status is None:
            self._lose(document, f"{language} normative_status", status)
        found.type = _TYPES.get(kind, DesignationType.FULL_FORM)
        if kind not in _TYPES:
            self._lose(document, f"{language} term type", kind)
        found.geographical_usage = _text(term.get("geographical_area"))
        found.script = _text(term.get("script"))
        found.usage_notes.extend(filter(None, [_text(term.get("usage_info"))]))
        sources = [cite(one.reference, one.clause) for one in self._sources(document, term.get("sources"), language)]
        found.source = "; ".join(filter(None, sources))
        for grammar in map(_mapping, _list(term.get("grammar_info"))):
            self._grammar(document, found, grammar)
        self._lose_rest(document, f"{language} term ", term, _READ_OF_TERM)
        return found

    def _grammar(self, document: YamlDocument, found: DesignationParts, grammar: Mapping[str, Tree]) -> None:
        for name, value in grammar.items():
            speech = name if value == "true" else _text(value) if name == "part_of_speech" else ""
            if _SPEECH.fullmatch(speech):
                full = {"adj": "adjective", "adv": "adverb"}.get(speech, speech)
                found.part_of_speech = PartOfSpeech(full)
            elif value not in ("false", ""):
                self._lose(document, f"{found.language} grammar {name}", _shown(value))

    def _relations(self, parts: ConceptParts, document: YamlDocument, related: Iterable[Tree]) -> None:
        for one in map(_mapping, related):
            reference = one.get("ref")
            fields = _mapping(reference)
            target = _text(fields.get("id")) if fields else _text(reference) or _text(one.get("content"))
            kind = _RELATIONS.get(_text(one.get("type")))
            if kind is None or not target:
                self._lose(document, f"related {_text(one.get('type'))}", target or _shown(dict(one)))
            else:
                parts.relations.append(ConceptRelation(kind, target))

    def _lose_rest(
        self, document: YamlDocument, prefix: str, fields: Mapping[str, Tree], read: set[str] | frozenset[str]
    ) -> None:
        for name, value in fields.items():
            if name not in read and value not in ("", [], {}):
                self._lose(document, f"{prefix}{name}", _shown(value))

    def _lose(self, document: YamlDocument, category: str, value: str) -> None:
        self._into.lose(self._place(document, ""), self._number, category, value)

    def _place(self, document: YamlDocument, language: str) -> FilePlace:
        return FilePlace(document.line, " ".join(filter(None, (self._name, language))))


def _mapping(tree: Tree | None) -> Mapping[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _list(tree: Tree | None) -> list[Tree]:
    if isinstance(tree, list):
        return tree
    return [] if tree in (None, "") else [tree]


def _text(tree: Tree | None) -> str:
    return tree.strip() if isinstance(tree, str) else ""


def _content(tree: Tree) -> str:
    return _text(_mapping(tree).get("content")) if isinstance(tree, dict) else _text(tree)


def _reference(tree: Tree | None) -> str:
    """Return a reference as one text: a text, or source, id and version."""
    fields = _mapping(tree)
    return " ".join(filter(None, map(_text, (fields.get("source"), fields.get("id"), fields.get("version"))))) or _text(
        tree
    )


def _shown(tree: Tree) -> str:
    """Return a value of any shape as a person reads it."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, list):
        return "; ".join(map(_shown, tree))
    return ", ".join(f"{name}: {_shown(value)}" for name, value in tree.items())
