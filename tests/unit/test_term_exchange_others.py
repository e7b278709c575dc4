"""SKOS, Glossarist, tables and STS: what is read, what is refused, what is written and read back."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from standards_tree.errors import DomainError, MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.term_exchange.forms import WRITTEN, Form, read_concepts, write_concepts
from standards_tree.term_exchange.glossarist import read_glossarist
from standards_tree.term_exchange.languages import language_of
from standards_tree.term_exchange.reading import ReadConcepts, merged
from standards_tree.term_exchange.skos import Syntax, read_skos
from standards_tree.terms import (
    Concept,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    TermDesignation,
)
from tbx_schemas import schema_faults
from unit.test_term_exchange_tbx import FULL, OTHER, UNNUMBERED

STATUSES = {
    "valid": ConceptStatus.APPROVED,
    "retired": ConceptStatus.RETIRED,
    "superseded": ConceptStatus.SUPERSEDED,
}
YAML_CONCEPT = """---
data:
  identifier: '1'
  localized_concepts: {eng: a}
  related:
  - {type: broader, ref: {id: '2'}}
  - {type: odd, content: something}
status: valid
---
data:
  terms:
  - {type: symbol, designation: x, normative_status: preferred, geographical_area: GB, grammar_info: [{noun: true}]}
  language_code: eng
"""
TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <http://example.org/> .
ex:a a skos:Concept ; skos:prefLabel "示例"@zh-hans, "example"@en ; skos:altLabel "sample"@en ;
  skos:hiddenLabel "exemple"@en ; skos:definition "what is shown"@en ; skos:notation "1" ; skos:narrower ex:b ;
  skos:exactMatch <http://example.org/other> ; skos:changeNote "changed"@en .
ex:b a skos:Concept ; skos:prefLabel "thing"@en ."""
WIDE = "编号,首选 (zh-Hans),preferred (en),拒用（zh-Hans）,定义 (zh-Hans),何物\n1,示例,example,例子；样例,用于展示,甲\n"


@cache
def glossary(folder: Path) -> ReadConcepts:
    """Return the glossary of ISO/TC 211."""
    files = sorted((folder / "terminology/isotc211/concepts").glob("*.yaml"))
    return merged("Glossarist", [read_glossarist(path.read_bytes(), path.name) for path in files])


def in_one_order(concepts: tuple[Concept, ...]) -> dict[tuple[str, str], Concept]:
    """Return concepts by number, with what RDF and tables have no order for in one order."""
    return {
        (one.domain, one.number): replace(
            one,
            designations=tuple(sorted(one.designations, key=str)),
            relations=tuple(sorted(one.relations, key=str)),
            notes=tuple(sorted(one.notes, key=lambda note: note.language)),
            examples=tuple(sorted(one.examples, key=lambda example: example.language)),
        )
        for one in concepts
    }


def test_the_glossary_says_what_its_yaml_says(shared_data: Path) -> None:
    """Every designation, status, definition, source and language is that of the files, read here by themselves."""
    found = {concept.number: concept for concept in glossary(shared_data).concepts}
    expected = {}
    for path in (shared_data / "terminology/isotc211/concepts").glob("*.yaml"):
        head, *localized = yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        designations, definitions = set(), set()
        for one in localized:
            facts, language = one["data"], language_of(one["data"]["language_code"])
            for term in facts["terms"]:
                designations.add((language, term["designation"].strip(), term.get("normative_status")))
            origins = {source["type"]: source["origin"] for source in reversed(facts["sources"])}
            own, lineage = origins.get("authoritative", {}), origins.get("lineage", {})
            clause = own.get("locality", {}).get("reference_from", "")
            for definition in facts.get("definition") or []:
                definitions.add(
                    (
                        language,
                        definition["content"].strip(),
                        own.get("ref", "").strip(),
                        clause,
                        lineage.get("ref", "").strip(),
                    )
                )
        expected[head["data"]["identifier"]] = (STATUSES[head["status"]], designations, definitions)
    assert len(expected) == 778
    assert found.keys() == expected.keys()
    for number, (status, designations, definitions) in expected.items():
        concept = found[number]
        assert concept.status is status
        held = {(one.language, one.text): one.status.value for one in concept.designations}
        assert held.keys() == {(language, text) for language, text, _ in designations}
        assert all(held[language, text] == given for language, text, given in designations if given)
        read = {
            (one.language, one.text, one.source, one.clause, one.derived_from.partition("; clause ")[0])
            for one in concept.definitions
        }
        assert read == definitions


def test_nothing_of_the_glossary_is_lost_silently(shared_data: Path) -> None:
    """Four designations stand twice; links, dates and reviews are listed as what the model does not hold."""
    found = glossary(shared_data)
    assert [problem.rule for problem in found.problems] == ["concept.repeated-designation"] * 4
    categories = [loss.category.rpartition(" ")[2] for loss in found.lost]
    assert (categories.count("link"), categories.count("dates"), categories.count("designation")) == (4441, 4697, 4)


@pytest.mark.parametrize("form", WRITTEN)
def test_the_glossary_reads_back_the_same(shared_data: Path, form: Form) -> None:
    """Every form that is written holds everything."""
    # The JSON-LD of all of it takes rdflib longer than a test may: a part of it.
    concepts = glossary(shared_data).concepts[:: 8 if form is Form.JSON_LD else 1]
    content = b"".join(write_concepts(concepts, form, "test"))
    found = read_concepts(content, "file", form)
    assert in_one_order(found.concepts) == in_one_order(concepts)
    assert found.problems == ()


def test_the_glossary_as_tbx_is_valid_by_the_schemas(shared_data: Path) -> None:
    """RELAX NG and Schematron accept a large vocabulary too; a tenth of it, for time."""
    concepts = glossary(shared_data).concepts[::10]
    content = b"".join(write_concepts(concepts, Form.TBX, "test"))
    assert schema_faults(content, shared_data / "terminology/tbx/schemas") == []


@pytest.mark.parametrize("form", WRITTEN)
def test_everything_the_model_holds_reads_back_the_same(form: Form) -> None:
    """Also what no vocabulary at hand has: symbols, departments, relations of every kind, no number."""
    content = b"".join(write_concepts([FULL, OTHER, UNNUMBERED], form, "test", "zh-Hans"))
    found = read_concepts(content, "file", form)
    assert in_one_order(found.concepts) == in_one_order((FULL, OTHER, UNNUMBERED))


def test_the_unesco_thesaurus_is_read(shared_data: Path) -> None:
    """Every concept with its labels in four languages and its broader one."""
    content = (shared_data / "terminology/skos/simple-unesco-thesaurus.ttl").read_bytes()
    found = {one.number: one for one in read_skos(content, Syntax.TURTLE).concepts}
    assert len(found) == content.count(b" a skos:Concept")
    assert [one.text for one in found["concept132"].designations] == ["Physics", "Física", "Physique", "Физика"]
    assert [one.target for one in found["concept132"].relations] == ["mt2.20"]


def test_labels_and_relations_of_skos_are_read() -> None:
    """What has no place in the model is listed."""
    found = read_skos(TURTLE.encode(), Syntax.TURTLE)
    first, second = found.concepts
    assert {(one.language, one.text): one.status for one in first.designations} == {
        ("zh-Hans", "示例"): DesignationStatus.PREFERRED,
        ("en", "example"): DesignationStatus.PREFERRED,
        ("en", "sample"): DesignationStatus.ADMITTED,
        ("en", "exemple"): DesignationStatus.DEPRECATED,
    }
    assert [relation.target for relation in second.relations] == ["1"]
    assert [(loss.category, loss.value) for loss in found.lost] == [("skos:changeNote", "changed (en)")]


@pytest.mark.parametrize(
    "context",
    ["https://example.org/context.jsonld", ["https://example.org/c"], {"@import": "https://example.org/c"}],
)
def test_a_context_elsewhere_is_refused(context: object) -> None:
    """The network is never touched, wherever the context stands."""
    content = json.dumps({"@graph": [{"@context": context, "@type": "Concept"}]})
    with pytest.raises(UnsafeDocumentError, match=r"example\.org"):
        read_skos(content.encode(), Syntax.JSON_LD)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("[" * 100_000, Form.JSON_LD),
        ('{"a":' * 900 + "1" + "}" * 900, Form.JSON_LD),
        ("<urn:a> <urn:b> " + "(" * 50_000, Form.TURTLE),
        ('<urn:a> <urn:b> "' + "x" * 200_000 + '" .', Form.TURTLE),
        ("a: &a [1]\nb: [*a, *a]", Form.GLOSSARIST),
        ("[" * 5_000, Form.GLOSSARIST),
        ("data: !!python/object/apply:os.system [ls]", Form.GLOSSARIST),
        ("data:\n  localized_concepts: {}\n  x: '" + "y" * 200_000 + "'", Form.GLOSSARIST),
        ("language,term\nen,x\n" + "en," * 500, Form.CSV),
        ("nothing,known\n1,2", Form.CSV),
        ("\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), Form.TURTLE),
    ],
)
def test_hostile_files_are_refused(content: str, form: Form) -> None:
    """A clear refusal, whatever the form."""
    with pytest.raises(DomainError):
        read_concepts(content.encode(), "file", form)


@pytest.mark.parametrize("name", ["vocabulary.rdf", "vocabulary.bin"])
def test_what_is_not_read_is_told(name: str) -> None:
    """RDF/XML and unknown names are refused with what would be right."""
    with pytest.raises(UnsupportedDocumentError):
        read_concepts(b"<x/>", name)


def test_glossarist_details_are_read_or_listed() -> None:
    """Relations, types, areas and parts of speech are read; an unknown relation is listed."""
    found = read_glossarist(YAML_CONCEPT.encode(), "one.yaml")
    concept = found.concepts[0]
    assert concept.designations[0].type is DesignationType.SYMBOL
    assert concept.designations[0].geographical_usage == "GB"
    assert [relation.target for relation in concept.relations] == ["2"]
    assert [(loss.category, loss.value) for loss in found.lost] == [("related odd", "something")]


def test_yaml_that_begins_with_no_concept_is_refused() -> None:
    """The message says what was expected."""
    with pytest.raises(MalformedDocumentError, match="localized_concepts"):
        read_glossarist(b"data:\n  terms: []\n")


def test_a_row_for_a_concept_is_read() -> None:
    """Columns may be languages; a column nobody knows is told and its cells are listed."""
    found = read_concepts(WIDE.encode(), "file.csv")
    assert [(one.language, one.text, one.status.value) for one in found.concepts[0].designations] == [
        ("zh-Hans", "示例", "preferred"),
        ("en", "example", "preferred"),
        ("zh-Hans", "例子", "deprecated"),
        ("zh-Hans", "样例", "deprecated"),
    ]
    assert found.concepts[0].definitions == (Definition("zh-Hans", "用于展示"),)
    assert [problem.rule for problem in found.problems] == ["table.unknown-column"]
    assert [(loss.category, loss.value) for loss in found.lost] == [("何物", "甲")]


def test_a_word_that_is_none_is_a_problem_in_its_row() -> None:
    """The row is still read."""
    found = read_concepts(b"number,language,term,status\n1,en,x,good\n", "file.csv")
    assert [(one.place.row, one.rule) for one in found.problems] == [(2, "table.word")]
    assert found.concepts[0].designations == (TermDesignation("en", "x", DesignationStatus.PREFERRED),)


def test_a_second_preferred_designation_is_admitted_and_told() -> None:
    """The model prefers one designation a language."""
    found = read_concepts("number,language,term,status\n1,en,x,preferred\n1,en,y,首选\n".encode(), "file.csv")
    assert [one.status.value for one in found.concepts[0].designations] == ["preferred", "admitted"]
    assert [one.rule for one in found.problems] == ["concept.one-preferred"]


def test_the_terms_of_a_standard_are_read(shared_data: Path) -> None:
    """A standard in STS gives its entries with numbers and designation as their source."""
    files = sorted((shared_data / "documents").rglob("*.xml"))
    read = [found for path in files if (found := _terms(path)) is not None and found.concepts]
    assert read
    assert all(concept.source for found in read for concept in found.concepts)


def _terms(path: Path) -> ReadConcepts | None:
    try:
        return read_concepts(path.read_bytes(), path.name, Form.STS)
    except DomainError:
        return None
