"""Read SKOS in Turtle and JSON-LD. The network is never touched: a JSON-LD context that would be fetched is refused."""

import json
import logging
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from rdflib import DC, DCTERMS, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError
from standards_tree.term_exchange.assembling import ConceptParts, DesignationParts
from standards_tree.term_exchange.citations import split_citation
from standards_tree.term_exchange.languages import language_of
from standards_tree.term_exchange.reading import Collected, FilePlace, ReadConcepts
from standards_tree.term_exchange.skos_words import (
    DESIGNATION_OF,
    HELD,
    ISO_THES,
    LABELS,
    MATCHES,
    NAMES,
    NOTES,
    ORDERS,
    TERMS,
    XL,
    XL_LABELS,
)
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

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_TRIPLES: Final = 2_000_000
MAX_LITERAL_CHARACTERS: Final = 100_000
MAX_DEPTH: Final = 60
_BASE = "urn:x-file:"
_LAST_STEP = re.compile(r"[#/:]([^#/:]+)$")


class Syntax(StrEnum):
    """How RDF is written; RDF/XML is not read, because its parser is no hardened one."""

    TURTLE = "turtle"
    JSON_LD = "json-ld"


def read_skos(content: bytes, syntax: Syntax) -> ReadConcepts:
    """Return the concepts of a SKOS file: every skos:Concept, by its IRI.

    Raises:
        MalformedDocumentError: it is not RDF in *syntax*.
        UnsafeDocumentError: it is larger or deeper than a vocabulary, or names a context to fetch.
    """
    graph = _graph(content, syntax)
    into = Collected(f"SKOS {syntax}")
    reader = _Reader(graph, into)
    for subject in sorted(set(graph.subjects(RDF.type, SKOS.Concept)), key=_order):
        reader.read(subject)
    reader.list_rest()
    return into.result()


def _graph(content: bytes, syntax: Syntax) -> Graph:
    if len(content) > MAX_BYTES:
        message = "the file has {found} bytes; at most {limit} are read"
        raise UnsafeDocumentError(message, found=len(content), limit=MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("the file is not UTF-8, which RDF is written in") from error
    if syntax is Syntax.JSON_LD:
        _check_json(text)
    graph = Graph()
    # Its warnings about odd literals would go to whoever runs this; what is odd is reported as a problem or a loss.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    try:
        graph.parse(data=text, format=syntax.value, publicID=_BASE)
    except RecursionError as error:
        raise UnsafeDocumentError("the file is nested deeper than a vocabulary is") from error
    except (
        BadSyntax,
        ParserError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
    ) as error:
        cause = " ".join(str(error).split())[:300]
        raise MalformedDocumentError("the file is not RDF in {syntax}: {cause}", syntax=syntax, cause=cause) from error
    _check_graph(graph)
    return graph


def _check_json(text: str) -> None:
    """Refuse a context that would be fetched, before any RDF is made."""
    try:
        tree = json.loads(text)
    except RecursionError as error:
        raise UnsafeDocumentError("the file is nested deeper than a vocabulary is") from error
    except ValueError as error:
        message = "the file is not JSON: {cause}"
        raise MalformedDocumentError(message, cause=error) from error
    waiting: list[tuple[object, int]] = [(tree, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise UnsafeDocumentError("the file is nested deeper than a vocabulary is")
        if isinstance(part, list):
            waiting.extend((one, depth + 1) for one in part)
        elif isinstance(part, dict):
            remote = [one for one in _as_list(part.get("@context")) if isinstance(one, str)]
            imported = part.get("@import")
            if remote or imported is not None:
                message = "the file names a JSON-LD context to fetch, {address}: put the context itself into the file"
                raise UnsafeDocumentError(message, address=str((*remote, imported)[0])[:200])
            waiting.extend((one, depth + 1) for one in part.values())


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [value]


def _check_graph(graph: Graph) -> None:
    if len(graph) > MAX_TRIPLES:
        message = "the file has more than {limit} statements; divide it"
        raise UnsafeDocumentError(message, limit=MAX_TRIPLES)
    for text in graph.objects():
        if isinstance(text, Literal) and len(text) > MAX_LITERAL_CHARACTERS:
            message = "the file has a text of more than {limit} characters"
            raise UnsafeDocumentError(message, limit=MAX_LITERAL_CHARACTERS)


class _Reader:
    """Reads concepts out of a graph."""

    def __init__(self, graph: Graph, into: Collected) -> None:
        self._graph = graph
        self._into = into
        self._numbers: dict[Node, str] = {}
        self._read: set[Node] = set()

    def read(self, subject: Node) -> None:
        """Read one concept."""
        place = FilePlace(0, str(subject))
        parts = ConceptParts(place, self._number(subject))
        self._read.add(subject)
        schemes = sorted(self._graph.objects(subject, SKOS.inScheme), key=_order)
        parts.domain = self._title(schemes[0]) if schemes else ""
        self._designations(parts, subject, place)
        self._definitions(parts, subject, place)
        for predicate, kind in NOTES.items():
            remarks = parts.examples if kind == "example" else parts.notes
            remarks.extend(Remark(_tag(text), str(text)) for text in self._texts(subject, predicate))
        self._relations(parts, subject)
        self._facts(parts, subject)
        for said, value in sorted(self._graph.predicate_objects(subject), key=str):
            if said not in HELD:
                self._into.lose(place, parts.number, _short(said), _shown(value))
        for other in schemes[1:]:
            self._into.lose(place, parts.number, "skos:inScheme", str(other))
        parts.settle(self._into)

    def list_rest(self) -> None:
        """List what is said of anything but concepts: schemes, collections, what no vocabulary has."""
        for subject in sorted(set(self._graph.subjects()) - self._read, key=_order):
            for predicate, value in sorted(self._graph.predicate_objects(subject), key=str):
                if (subject, RDF.type, SKOS.ConceptScheme) not in self._graph or predicate not in (
                    RDF.type,
                    DCTERMS.title,
                ):
                    self._into.lose(FilePlace(0, str(subject)), "", _short(predicate), _shown(value))

    def _number(self, subject: Node) -> str:
        """Return a concept's notation, else the last step of its IRI."""
        if subject not in self._numbers:
            notations = sorted(map(str, self._graph.objects(subject, SKOS.notation)))
            step = _LAST_STEP.search(str(subject))
            unnumbered = (subject, TERMS.unnumbered, None) in self._graph
            self._numbers[subject] = (
                "" if unnumbered else notations[0] if notations else unquote(step[1]) if step else ""
            )
            self._extra_notations(subject, notations[1:])
        return self._numbers[subject]

    def _extra_notations(self, subject: Node, notations: Sequence[str]) -> None:
        for notation in notations:
            self._into.lose(FilePlace(0, str(subject)), self._numbers[subject], "skos:notation", notation)

    def _title(self, scheme: Node) -> str:
        titles: list[Node] = []
        for predicate in (DCTERMS.title, SKOS.prefLabel, RDFS.label, DC.title):
            titles.extend(sorted(self._graph.objects(scheme, predicate), key=lambda one: (_tag(one) != "en", str(one))))
        return str(titles[0]) if titles else str(scheme)

    def _designations(self, parts: ConceptParts, subject: Node, place: FilePlace) -> None:
        found: dict[tuple[str, str], DesignationParts] = {}
        for predicate, status in LABELS.items():
            for text in sorted(self._graph.objects(subject, predicate), key=lambda one: (_tag(one), str(one))):
                one = DesignationParts(place, _tag(text), str(text), status)
                found.setdefault((one.language, one.text), one)
        for predicate, status in XL_LABELS.items():
            for label in sorted(self._graph.objects(subject, predicate), key=_order):
                form = self._graph.value(label, XL.literalForm)
                if form is None:
                    continue
                one = found.setdefault((_tag(form), str(form)), DesignationParts(place, _tag(form), str(form), status))
                self._read.add(label)
                self._label(parts, one, label)
        parts.designations = list(found.values())

    def _label(self, parts: ConceptParts, one: DesignationParts, label: Node) -> None:
        """Take what SKOS-XL says of a label."""
        for predicate, value in sorted(self._graph.predicate_objects(label), key=str):
            name, text = DESIGNATION_OF.get(predicate, ""), str(value)  # type: ignore[call-overload]  # any node
            if name == "status" and text in list(DesignationStatus):
                one.status = DesignationStatus(text)
            elif name == "type" and text in list(DesignationType):
                one.type = DesignationType(text)
            elif name == "part_of_speech" and text in list(PartOfSpeech):
                one.part_of_speech = PartOfSpeech(text)
            elif name == "usage_note":
                one.usage_notes.append(text)
            elif name == "used_by":
                one.used_by.append(text)
            elif name in ("geographical_usage", "script", "source"):
                setattr(one, name, text)
            elif name != "held":
                self._into.lose(FilePlace(0, str(label)), parts.number, _short(predicate), _shown(value))

    def _definitions(self, parts: ConceptParts, subject: Node, place: FilePlace) -> None:
        sources = {}
        for node in self._graph.objects(subject, TERMS.definitionSource):
            self._read.add(node)
            language = language_of(str(self._graph.value(node, DCTERMS.language) or ""))
            cited = str(self._graph.value(node, DCTERMS.source) or "")
            sources[language] = (*split_citation(cited), str(self._graph.value(node, TERMS.derivedFrom) or ""))
        for text in self._texts(subject, SKOS.definition):
            source, clause, derived = sources.get(_tag(text), ("", "", ""))
            parts.definitions.append((Definition(_tag(text), str(text), source, clause, derived), place))

    def _texts(self, subject: Node, predicate: URIRef) -> Iterator[Node]:
        """Yield texts in the order a list gives them where there is one, else by language and text."""
        order = self._graph.value(subject, ORDERS[predicate]) if predicate in ORDERS else None
        if order is not None:
            self._read.update(_cells(self._graph, order))
            yield from Collection(self._graph, order)
            return
        for node in sorted(self._graph.objects(subject, predicate), key=lambda one: (_tag(one), str(one))):
            value = self._graph.value(node, RDF.value)
            if value is not None:
                self._read.add(node)
            yield node if value is None else value

    def _relations(self, parts: ConceptParts, subject: Node) -> None:
        partitive = set(self._graph.objects(subject, ISO_THES.broaderPartitive))
        generic = self._graph.objects(subject, ISO_THES.broaderGeneric)
        broader = {*self._graph.objects(subject, SKOS.broader), *self._graph.subjects(SKOS.narrower, subject), *generic}
        for target in sorted(broader | partitive, key=_order):
            kind = ConceptRelationKind.PARTITIVE if target in partitive else ConceptRelationKind.GENERIC
            parts.relations.append(ConceptRelation(kind, self._number(target)))
        for target in sorted(self._graph.objects(subject, SKOS.related), key=_order):
            parts.relations.append(ConceptRelation(ConceptRelationKind.ASSOCIATIVE, self._number(target)))
        for predicate, kind in MATCHES.items():
            for target in sorted(self._graph.objects(subject, predicate), key=_order):
                name = str(target)
                plain = unquote(name.removeprefix(NAMES)) if name.startswith(NAMES) else name
                parts.relations.append(ConceptRelation(kind, plain))

    def _facts(self, parts: ConceptParts, subject: Node) -> None:
        parts.source = "; ".join(sorted(map(str, self._graph.objects(subject, DCTERMS.source))))
        parts.subject_field = "; ".join(sorted(map(str, self._graph.objects(subject, DCTERMS.subject))))
        status = str(self._graph.value(subject, TERMS.status) or "")
        if status in list(ConceptStatus):
            parts.status = ConceptStatus(status)


def _cells(graph: Graph, first: Node) -> Iterator[Node]:
    seen: set[Node] = set()
    cell: Node | None = first
    while cell is not None and cell not in seen and cell != RDF.nil:
        seen.add(cell)
        yield cell
        cell = graph.value(cell, RDF.rest)


def _tag(node: Node) -> str:
    return language_of((node.language if isinstance(node, Literal) else None) or "")


def _order(node: Node) -> tuple[bool, str]:
    return (not isinstance(node, URIRef), str(node))


def _short(predicate: Node) -> str:
    text = str(predicate)
    for prefix, namespace in (("skos", SKOS), ("dcterms", DCTERMS), ("rdf", RDF), ("rdfs", RDFS), ("skosxl", XL)):
        if text.startswith(str(namespace)):
            return f"{prefix}:{text.removeprefix(str(namespace))}"
    return text


def _shown(node: Node) -> str:
    language = node.language if isinstance(node, Literal) else None
    return f"{node} ({language})" if language else str(node)
