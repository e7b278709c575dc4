"""Write concepts as SKOS in Turtle and JSON-LD, so that `read_skos` reads the same concepts."""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from rdflib import DCTERMS, RDF, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from standards_tree.term_exchange.citations import cite
from standards_tree.term_exchange.skos import Syntax
from standards_tree.term_exchange.skos_words import (
    ISO_THES,
    LABELS_TO,
    MATCHES_TO,
    NAMES,
    ORDERS,
    TERMS,
    XL,
    XL_LABELS_TO,
)
from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    Remark,
    TermDesignation,
)

DEFAULT_BASE = "urn:x-standards-tree:"
_CONTEXT = {
    "skos": str(SKOS),
    "skosxl": str(XL),
    "dcterms": str(DCTERMS),
    "isothes": str(ISO_THES),
    "terms": str(TERMS),
}


def write_skos(concepts: Sequence[Concept], syntax: Syntax, base: str = DEFAULT_BASE) -> bytes:
    """Return a SKOS file of *concepts*, whose IRIs begin with *base*.

    Every designation is a plain SKOS label; one of which more is to be said is a SKOS-XL label too. The order of
    designations is not kept: RDF has none.
    """
    graph = Graph()
    for prefix, namespace in _CONTEXT.items():
        graph.bind(prefix, namespace)
    iris = _iris(concepts, base)
    known = {(concept.domain, concept.number): iri for concept, iri in zip(concepts, iris, strict=True)}
    for concept, iri in zip(concepts, iris, strict=True):
        _Writer(graph, iri, base, known).write(concept)
    if syntax is Syntax.JSON_LD:
        text = graph.serialize(format="json-ld", context=_CONTEXT, indent=1, ensure_ascii=False)
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1).encode()
    return graph.serialize(format="turtle", encoding="utf-8")


def _iris(concepts: Sequence[Concept], base: str) -> list[URIRef]:
    taken: set[str] = set()
    iris = []
    for place, concept in enumerate(concepts, start=1):
        found = _iri(base, concept.domain, concept.number) if concept.number else ""
        if not found or found in taken:
            found = f"{base}concept/{place}-{quote(concept.domain, safe='')}/{quote(concept.number, safe='')}"
        taken.add(found)
        iris.append(URIRef(found))
    return iris


def _iri(base: str, domain: str, number: str) -> str:
    return (
        f"{base}concept/{quote(domain, safe='')}/{quote(number, safe='')}"
        if domain
        else f"{base}concept/{quote(number, safe='')}"
    )


class _Writer:
    """Writes one concept into a graph."""

    def __init__(self, graph: Graph, iri: URIRef, base: str, known: dict[tuple[str, str], URIRef]) -> None:
        self._graph = graph
        self._iri = iri
        self._base = base
        self._known = known

    def write(self, concept: Concept) -> None:
        """Write *concept*."""
        self._say(RDF.type, SKOS.Concept)
        if concept.number:
            self._say(SKOS.notation, Literal(concept.number))
        else:
            self._say(TERMS.unnumbered, Literal(True))
        if concept.status is not ConceptStatus.CANDIDATE:
            self._say(TERMS.status, Literal(concept.status.value))
        if concept.domain:
            scheme = URIRef(f"{self._base}scheme/{quote(concept.domain, safe='')}")
            self._say(SKOS.inScheme, scheme)
            self._graph.add((scheme, RDF.type, SKOS.ConceptScheme))
            self._graph.add((scheme, DCTERMS.title, Literal(concept.domain)))
        if concept.source:
            self._say(DCTERMS.source, Literal(concept.source))
        if concept.subject_field:
            self._say(DCTERMS.subject, Literal(concept.subject_field))
        for position, designation in enumerate(concept.designations, start=1):
            self._designation(designation, position)
        for definition in concept.definitions:
            self._definition(definition)
        self._remarks(SKOS.note, concept.notes)
        self._remarks(SKOS.example, concept.examples)
        for relation in concept.relations:
            self._relation(concept.domain, relation)

    def _say(self, predicate: URIRef, value: URIRef | Literal | BNode) -> None:
        self._graph.add((self._iri, predicate, value))

    def _designation(self, one: TermDesignation, position: int) -> None:
        form = Literal(one.text, lang=one.language)
        self._say(LABELS_TO[one.status], form)
        facts = [
            (TERMS.status, one.status.value if one.status is DesignationStatus.SUPERSEDED else ""),
            (TERMS.type, "" if one.type is DesignationType.FULL_FORM else one.type.value),
            (TERMS.partOfSpeech, one.part_of_speech.value if one.part_of_speech else ""),
            (TERMS.geographicalUsage, one.geographical_usage),
            (TERMS.script, one.script),
            (SKOS.note, one.usage_note),
            (DCTERMS.source, one.source),
            *((TERMS.usedBy, user) for user in one.used_by),
        ]
        said = [(predicate, text) for predicate, text in facts if text]
        if not said:
            return
        label = URIRef(f"{self._iri}/label/{position}")
        self._say(XL_LABELS_TO[one.status], label)
        self._graph.add((label, RDF.type, XL.Label))
        self._graph.add((label, XL.literalForm, form))
        for predicate, text in said:
            self._graph.add((label, predicate, Literal(text)))

    def _definition(self, definition: Definition) -> None:
        self._say(SKOS.definition, Literal(definition.text, lang=definition.language))
        source = cite(definition.source, definition.clause)
        if not source and not definition.derived_from:
            return
        node = BNode()
        self._say(TERMS.definitionSource, node)
        self._graph.add((node, DCTERMS.language, Literal(definition.language)))
        if source:
            self._graph.add((node, DCTERMS.source, Literal(source)))
        if definition.derived_from:
            self._graph.add((node, TERMS.derivedFrom, Literal(definition.derived_from)))

    def _remarks(self, predicate: URIRef, remarks: Iterable[Remark]) -> None:
        texts = [Literal(one.text, lang=one.language) for one in remarks]
        for text in texts:
            self._say(predicate, text)
        if len(texts) > 1:
            node = BNode()
            Collection(self._graph, node, texts)  # type: ignore[arg-type]  # literals are nodes
            self._say(ORDERS[predicate], node)

    def _relation(self, domain: str, relation: ConceptRelation) -> None:
        if relation.kind in MATCHES_TO:
            self._say(MATCHES_TO[relation.kind], URIRef(_as_iri(relation.target)))
            return
        target = self._known.get((domain, relation.target)) or URIRef(_iri(self._base, domain, relation.target))
        if relation.kind is ConceptRelationKind.ASSOCIATIVE:
            self._say(SKOS.related, target)
        else:
            self._say(SKOS.broader, target)
        if relation.kind is ConceptRelationKind.PARTITIVE:
            self._say(ISO_THES.broaderPartitive, target)


def _as_iri(text: str) -> str:
    """Return *text* as an IRI; what is only a name is put under one."""
    is_iri = ":" in text and not any(sign in text for sign in ' <>"{}|^`\\')
    return text if is_iri else f"{NAMES}{quote(text, safe='')}"
