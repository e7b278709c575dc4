"""The rules that drafts are held against: references, citations in the text, terms."""

from datetime import date

import pytest

from standards_tree.designations import parse_designation
from standards_tree.rules import references, terms
from standards_tree.rules.citations import citations_in
from standards_tree.rules.findings import Finding, Place, Rule
from standards_tree.rules.references import CatalogueFact, Citation, ListedReference, check_citations, check_references
from standards_tree.rules.terms import DefinedTerm, check_terms
from standards_tree.standards import StandardStatus
from standards_tree.terms import Concept, ConceptStatus, Definition, DesignationStatus, TermDesignation

HERE = Place("2", "/standard/body/sec[2]/ref-list[1]/ref[1]", 20)
THERE = Place("5.1", "/standard/body/sec[5]/sec[1]", 50)
ALL_RULES = (*references.RULES, *terms.RULES)


def listed(designation: str, text: str = "") -> ListedReference:
    """Return an entry of the list of references."""
    return ListedReference(text or f"{designation}，示例", designation, HERE)


def found_in_list(designation: str, fact: CatalogueFact | None) -> list[Finding]:
    """Return what is wrong with one entry of the list."""
    return list(check_references([listed(designation)], {designation: fact} if fact is not None else {}))


def found_in_text(text: str, *designations: str) -> list[Finding]:
    """Return what is wrong with the citations in *text*, given the list of references."""
    return list(check_citations(citations_in(text, THERE), [listed(entry) for entry in designations]))


def ids(findings: list[Finding]) -> list[str]:
    """Return the rules of *findings*."""
    return [finding.rule.id for finding in findings]


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_every_rule_says_in_both_languages_what_it_asks_and_where_that_stands(rule: Rule) -> None:
    """A rule has an identifier of its own, a source with its edition, and four texts."""
    assert [entry.id for entry in ALL_RULES].count(rule.id) == 1
    assert rule.source.startswith("GB/T ")
    assert "—20" in rule.source
    texts = (rule.description_en, rule.description_zh, rule.message_en, rule.message_zh)
    assert all(texts)
    assert len(set(texts)) == 4


def test_a_reference_in_force_has_no_finding() -> None:
    """What is as it should be is not mentioned."""
    assert found_in_list("GB/T 1.1—2020", CatalogueFact(known=True, status=StandardStatus.IN_FORCE)) == []


def test_an_entry_without_a_designation_is_unreadable() -> None:
    """The entry is quoted, so that it can be found and mended."""
    (finding,) = check_references([ListedReference("有关文件", "", HERE)], {})
    assert (finding.rule, finding.place, finding.subject) == (references.UNREADABLE, HERE, "有关文件")
    assert "有关文件" in finding.message_zh


@pytest.mark.parametrize("fact", [None, CatalogueFact(known=False)])
def test_a_reference_the_catalogue_lacks_is_unknown(fact: CatalogueFact | None) -> None:
    """It is named in its official form."""
    (finding,) = found_in_list("GB/T99998-2020", fact)
    assert (finding.rule, finding.subject) == (references.UNKNOWN, "GB/T 99998—2020")


def test_a_superseded_reference_names_what_to_cite() -> None:
    """The message has the day it ended and the successor, in both languages, with the brackets of each."""
    fact = CatalogueFact(
        known=True, status=StandardStatus.SUPERSEDED, successor="GB/T 99998—2024", ended_on=date(2024, 7, 1)
    )
    (finding,) = found_in_list("GB/T 99998—2020", fact)
    assert finding.rule is references.SUPERSEDED
    assert finding.message_en == "GB/T 99998—2020 was superseded (2024-07-01); cite GB/T 99998—2024 instead"
    assert finding.message_zh == "GB/T 99998—2020 已被代替（2024-07-01）；请改为引用 GB/T 99998—2024"


def test_a_superseded_reference_without_a_known_successor_says_so() -> None:
    """Nobody is told to cite a dash."""
    (finding,) = found_in_list("GB/T 99998—2020", CatalogueFact(known=True, status=StandardStatus.SUPERSEDED))
    assert finding.message_en.startswith("GB/T 99998—2020 was superseded; look for what took its place")
    assert finding.message_zh.startswith("GB/T 99998—2020 已被代替；标准库未记载")


@pytest.mark.parametrize(
    ("status", "rule"),
    [(StandardStatus.ABOLISHED, references.ABOLISHED), (StandardStatus.UPCOMING, references.UPCOMING)],
)
def test_a_reference_that_is_not_in_force_is_found(status: StandardStatus, rule: Rule) -> None:
    """What has ended and what has not begun are told apart."""
    assert ids(found_in_list("GB/T 99998—2020", CatalogueFact(known=True, status=status))) == [rule.id]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("应符合GB/T 99998中5.2的规定", "5.2"),
        ("应符合 GB/T 99998 第5章的规定", "第5章"),
        ("按GB/T 99998的附录A进行", "附录A"),
        ("见 ＧＢ／Ｔ 99998，表 3", "表 3"),
        ("in accordance with ISO 99998, Clause 5", "Clause 5"),
        ("in accordance with ISO 99998, 5.2.1.", "5.2.1"),
        ("see Annex B of ISO 99998", "Annex B"),
        ("see 4.3 of ISO 99998", "4.3"),
    ],
)
def test_a_part_cited_without_a_year_is_found(text: str, part: str) -> None:
    """A clause, table or annex of an undated document may be another one in the next edition."""
    (finding,) = found_in_text(text)
    assert (finding.rule, finding.place) == (references.CLAUSE_UNDATED, THERE)
    assert part in finding.message_zh
    assert part in finding.message_en


@pytest.mark.parametrize(
    "text",
    [
        "应符合GB/T 99998—2020中5.2的规定",
        "应符合 GB/T 99998 的规定。5.2 给出了试验方法",
        "按 GB/T 99998，2 台样机同时试验",
        "in accordance with ISO 99998:2020, Clause 5",
        "Clause 5 is based on the whole of ISO 99998.",
        "见本文件 5.2",
    ],
)
def test_a_whole_document_or_a_dated_one_may_be_cited(text: str) -> None:
    """Only a part of an undated document is a fault."""
    assert found_in_text(text) == []


def test_an_edition_that_differs_from_the_list_is_found() -> None:
    """Text and list name the same edition; the finding names both."""
    (finding,) = found_in_text("按 GB/T 99998—2018 试验", "GB/T 99998—2020")
    assert (finding.rule, finding.subject) == (references.DATES_DISAGREE, "GB/T 99998—2018")
    assert "GB/T 99998—2020" in finding.message_zh


def test_the_edition_in_the_list_may_be_cited_in_any_spelling() -> None:
    """Blanks, dashes and width make no other edition."""
    assert found_in_text("按GB/T99998-2020、ＧＢ／Ｔ ９９９９８－２０２０试验", "GB/T 99998—2020") == []


def test_a_list_with_two_editions_allows_both() -> None:
    """Where the list names several editions, the text may cite each."""
    assert found_in_text("GB/T 99998—2018 和 GB/T 99998—2020", "GB/T 99998—2018", "GB/T 99998—2020") == []


def test_a_document_that_is_not_listed_disagrees_with_nothing() -> None:
    """What the list does not have is no disagreement of dates."""
    assert found_in_text("代替 GB/T 99998—2018", "GB/T 99997—2020") == []


def test_one_fault_is_reported_once_a_clause() -> None:
    """A citation repeated in a clause is one finding there, and another in the next clause."""
    other = Place("5.2", "/standard/body/sec[5]/sec[2]", 60)
    undated = parse_designation("GB/T 99998")
    citations = [Citation(undated, part, place) for place in (THERE, other) for part in ("5.2", "5.2", "5.3")]
    findings = list(check_citations(citations, []))
    assert [(finding.place.clause) for finding in findings] == ["5.1", "5.2"]


WORD, EQUIVALENT = TermDesignation("zh-Hans", "限值", DesignationStatus.PREFERRED), "limit value"


def concept(*more: TermDesignation, status: ConceptStatus = ConceptStatus.APPROVED) -> Concept:
    """Return the concept 限值, limit value."""
    words = (WORD, TermDesignation("en", EQUIVALENT, DesignationStatus.PREFERRED), *more)
    return Concept("3.1", "", words, (Definition("zh-Hans", "允许的最大值", "GB/T 99991—2024, 3.1"),), status, "")


def term(*words: tuple[str, str], definition: str = "") -> DefinedTerm:
    """Return an entry of a terms chapter."""
    return DefinedTerm(words, {"zh": definition} if definition else {}, HERE)


def found_in_terms(defined: DefinedTerm, *concepts: Concept) -> list[Finding]:
    """Return what is wrong with one entry, given what the registry has."""
    matches: dict[str, list[tuple[Concept, TermDesignation]]] = {}
    for entry in concepts:
        for designation in entry.designations:
            matches.setdefault(designation.key, []).append((entry, designation))
    return list(check_terms([defined], matches))


def test_a_term_as_the_registry_has_it_has_no_finding() -> None:
    """Word, equivalent and definition agree, whatever their spelling and final stop."""
    agreed = term(("zh", "限值"), ("en", "Limit  Value"), definition="允许的最大值。")
    assert found_in_terms(agreed, concept()) == []


def test_a_term_the_registry_lacks_is_to_be_proposed() -> None:
    """The finding names the first word of the entry."""
    (finding,) = found_in_terms(term(("zh", "新词"), ("en", "new word")))
    assert (finding.rule, finding.subject) == (terms.UNREGISTERED, "新词")


def test_a_deprecated_word_names_the_preferred_one_and_why() -> None:
    """The registry's usage note is shown in the brackets of each language."""
    old = TermDesignation("zh-Hans", "极限", DesignationStatus.DEPRECATED, "易混淆")
    (finding,) = found_in_terms(term(("zh", "极限")), concept(old))
    assert finding.rule is terms.DEPRECATED
    assert finding.message_zh == "“极限”在术语库中为拒用术语（易混淆）；首选术语为“限值”"
    assert finding.message_en == "the registry deprecates “极限” (易混淆); the preferred term is “限值”"


def test_a_deprecated_word_without_a_preferred_one_is_found_too() -> None:
    """That there is nothing better to offer does not make a deprecated word good."""
    old = TermDesignation("fr", "limite", DesignationStatus.DEPRECATED)
    (finding,) = found_in_terms(term(("fr", "limite")), concept(old))
    assert finding.rule is terms.DEPRECATED
    assert finding.message_en == "the registry deprecates “limite”, and prefers no other term"


def test_a_word_preferred_for_another_concept_is_no_fault() -> None:
    """A homonym that some concept prefers may be used."""
    old = TermDesignation("zh-Hans", "极限", DesignationStatus.DEPRECATED)
    other = Concept(
        "9", "数学", (TermDesignation("zh-Hans", "极限", DesignationStatus.PREFERRED),), (), ConceptStatus.APPROVED, ""
    )
    assert found_in_terms(term(("zh", "极限")), concept(old), other) == []


def test_an_admitted_word_is_a_note() -> None:
    """It may be used; the preferred one is better."""
    admitted = TermDesignation("zh-Hans", "限量值", DesignationStatus.ADMITTED)
    (finding,) = found_in_terms(term(("zh", "限量值")), concept(admitted))
    assert (finding.rule, finding.parameters) == (terms.ADMITTED, {"preferred": "限值"})


def test_another_english_equivalent_is_found() -> None:
    """The finding names what is given and what the registry has."""
    (finding,) = found_in_terms(term(("zh", "限值"), ("en", "border")), concept())
    assert finding.rule is terms.EQUIVALENT_DIFFERS
    assert finding.message_en == "“限值” is given as “border”; the registry has “limit value” for it"
    assert finding.message_zh == "“限值”的英文对应词为“border”；术语库中为“limit value”"


def test_another_definition_of_an_approved_concept_is_found() -> None:
    """The source of the registry's definition is named; that of a mere candidate binds nobody."""
    defined = term(("zh", "限值"), definition="别的说法")
    (finding,) = found_in_terms(defined, concept())
    assert finding.rule is terms.DEFINED_DIFFERENTLY
    assert "GB/T 99991—2024, 3.1" in finding.message_zh
    assert found_in_terms(defined, concept(status=ConceptStatus.CANDIDATE)) == []


def test_a_word_of_another_language_is_no_match() -> None:
    """A French word that is spelled like an English one is not that English word."""
    (finding,) = found_in_terms(term(("fr", "limit value")), concept())
    assert finding.rule is terms.UNREGISTERED
