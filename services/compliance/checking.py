"""Check one document: ask the catalogue and the registry what they know of it, and hold it against the rules."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.compliance import messages
from services.compliance.upstream import ComplianceUpstreams
from standards_tree.rules import references, terms
from standards_tree.rules.citations import citations_in
from standards_tree.rules.findings import Finding
from tbt.documents.v1 import documents_service_pb2 as documents_pb

# Lists of documents and terms are not running text that cites.
LISTS = frozenset({"normative_references", "bibliography", "terms"})
MAX_DESIGNATION_CHARACTERS = 300


def check_document(
    reading: documents_pb.ReadStandardResponse, as_of: date, upstreams: ComplianceUpstreams
) -> tuple[list[Finding], int]:
    """Return the findings of a document in its order, and how many references and terms were examined."""
    clauses = {clause.place.xpath: clause.number for clause in reading.clauses}
    listed = [
        messages.listed_reference(entry, _clause_around(entry.place.xpath, clauses))
        for entry in reading.normative_references
    ]
    defined = [messages.defined_term(entry) for entry in reading.terms]
    findings = [
        *references.check_references(listed, catalogue_facts(listed, as_of, upstreams)),
        *references.check_citations(_citations(reading), listed),
        *terms.check_terms(defined, registry_matches(defined, upstreams)),
    ]
    # Lines are 0 where they are not known; sorting is stable, so those keep the order of the rules.
    return sorted(findings, key=lambda finding: finding.place.line), len(listed) + len(defined)


def _clause_around(xpath: str, clauses: Mapping[str, str]) -> str:
    """Return the number of the innermost clause that the element at *xpath* stands in, empty where it has none."""
    while xpath and xpath not in clauses:
        xpath = xpath.rpartition("/")[0]
    return clauses.get(xpath, "")


def catalogue_facts(
    listed: Sequence[references.ListedReference], as_of: date, upstreams: ComplianceUpstreams
) -> dict[str, references.CatalogueFact]:
    """Return what the catalogue knows of each entry of a list of references on *as_of*."""
    wanted = {entry.designation for entry in listed if 0 < len(entry.designation) <= MAX_DESIGNATION_CHARACTERS}
    resolved = upstreams.resolve(sorted(wanted), as_of)
    successors = {name for entry in resolved for name in messages.successor_designations(entry)}
    states = {entry.text: entry.status for entry in upstreams.resolve(sorted(successors), as_of)}
    return {entry.text: messages.catalogue_fact(entry, states) for entry in resolved}


def registry_matches(defined: Sequence[terms.DefinedTerm], upstreams: ComplianceUpstreams) -> terms.Matches:
    """Return what the registry knows of the words of each term."""
    wanted = {word for term in defined for _language, word in term.words}
    return messages.registry_matches_from(upstreams.look_up(sorted(wanted)))


def _citations(reading: documents_pb.ReadStandardResponse) -> Iterator[references.Citation]:
    for clause in reading.clauses:
        if clause.kind not in LISTS:
            yield from citations_in(clause.text, messages.place_from(clause.place))
