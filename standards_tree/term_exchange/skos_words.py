"""The words of SKOS for what the model says; for what SKOS has none for, words of our own under one name space."""

from rdflib import DCTERMS, RDF, SKOS, Namespace, URIRef

from standards_tree.terms import ConceptRelationKind, DesignationStatus

XL = Namespace("http://www.w3.org/2008/05/skos-xl#")
ISO_THES = Namespace("http://purl.org/iso25964/skos-thes#")
TERMS = Namespace("urn:x-standards-tree:terms#")
# What a relation names that has no IRI.
NAMES = "urn:x-name:"

LABELS = {
    SKOS.prefLabel: DesignationStatus.PREFERRED,
    SKOS.altLabel: DesignationStatus.ADMITTED,
    SKOS.hiddenLabel: DesignationStatus.DEPRECATED,
}
LABELS_TO = {status: predicate for predicate, status in LABELS.items()} | {
    DesignationStatus.SUPERSEDED: SKOS.hiddenLabel,
}
XL_LABELS = {
    XL.prefLabel: DesignationStatus.PREFERRED,
    XL.altLabel: DesignationStatus.ADMITTED,
    XL.hiddenLabel: DesignationStatus.DEPRECATED,
}
XL_LABELS_TO = {status: predicate for predicate, status in XL_LABELS.items()} | {
    DesignationStatus.SUPERSEDED: XL.hiddenLabel,
}
# What may be said of a label, and the part of a designation that holds it.
DESIGNATION_OF = {
    TERMS.status: "status",
    TERMS.type: "type",
    TERMS.partOfSpeech: "part_of_speech",
    TERMS.geographicalUsage: "geographical_usage",
    TERMS.script: "script",
    TERMS.usedBy: "used_by",
    SKOS.note: "usage_note",
    DCTERMS.source: "source",
    XL.literalForm: "held",
    RDF.type: "held",
}
MATCHES = {
    SKOS.exactMatch: ConceptRelationKind.EXACT_MATCH,
    SKOS.closeMatch: ConceptRelationKind.CLOSE_MATCH,
    SKOS.broadMatch: ConceptRelationKind.BROAD_MATCH,
    SKOS.narrowMatch: ConceptRelationKind.NARROW_MATCH,
}
MATCHES_TO = {kind: predicate for predicate, kind in MATCHES.items()}
NOTES = {SKOS.note: "note", SKOS.scopeNote: "note", SKOS.example: "example"}
# RDF has no order; where several texts have one, a list says it.
ORDERS = {SKOS.note: TERMS.notes, SKOS.example: TERMS.examples}
HELD: frozenset[URIRef] = frozenset(
    {
        *LABELS, *XL_LABELS, *MATCHES, *NOTES, *ORDERS.values(), RDF.type, SKOS.definition, SKOS.notation, SKOS.inScheme,
        SKOS.broader, SKOS.narrower, SKOS.related, SKOS.topConceptOf, ISO_THES.broaderPartitive, ISO_THES.broaderGeneric,
        DCTERMS.source, DCTERMS.subject, TERMS.status, TERMS.unnumbered, TERMS.definitionSource,
    }
)  # fmt: skip
