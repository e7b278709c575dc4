"""The rules on a vocabulary: each finds its fault, and none finds one where there is none."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from standards_tree.term_exchange.glossarist import read_glossarist
from standards_tree.terms import Concept, ConceptStatus, Definition
from standards_tree.text import match_key
from standards_tree.vocabulary import RULES, Entry, Finding, check_vocabulary, figures_of, rule_of
from standards_tree.vocabulary.cycles import circles
from standards_tree.vocabulary.occurrences import TermFinder
from vocabularies import clean_vocabulary, concept, large_vocabulary, related, renamed, with_words, word

Glossary = tuple[list[Finding], set[str], dict[str, set[str]]]

ENDED = ConceptStatus.RETIRED
NO_ZH = concept(zh="")
SECOND = concept("2", "卡规", "snap gauge", "测量外尺寸的器具", "implement for outer dimensions")


def status(base: Concept, value: ConceptStatus) -> Concept:
    """Return *base* in another state."""
    return replace(base, status=value)


# The id of a rule, a vocabulary that breaks it, one that is close and does not.
EXAMPLES: list[tuple[str, list[Concept | Entry], list[Concept | Entry]]] = [
    ("T001", [renamed(concept(), designations=(word("zh", "量具", "admitted"), word("en", "gauge")))], [concept()]),
    ("T002", [with_words(concept(), word("zh-Hans", "量规"))], [with_words(concept(), word("zh-Hant", "量規"))]),
    ("T003", [NO_ZH], [concept()]),
    ("T004", [concept(zh_definition="", en_definition="")], [concept()]),
    ("T005", [concept(en_definition="")], [concept()]),
    ("T006", [concept(zh="gauge")], [concept(zh="XML", en="XML")]),
    ("T007", [concept(zh_definition="是指复现长度的器具")], [concept(zh_definition="指示长度的器具")]),
    ("T007", [concept(zh_definition="量具系指复现长度的器具")], [concept(zh_definition="是否合格的依据")]),
    ("T007", [concept(en_definition="means an implement")], [concept(en_definition="meaning of a length")]),
    ("T008", [concept(en_definition="an implement")], [concept(en_definition="analogue implement")]),
    ("T009", [concept(en_definition="implement for length.")], [concept(en_definition="length, mass, etc.")]),
    ("T010", [concept(zh_definition="作为量具的器具")], [concept(zh_definition="作为量具化的器具")]),
    ("T010", [concept(en_definition="set of gauges")], [concept(en_definition="gaugeable thing")]),
    (
        "T011",
        [concept(zh_definition="卡规之类的器具"), concept("2", "卡规", "snap gauge", "属于量具的器具", "implement")],
        [concept(zh_definition="卡规之类的器具"), SECOND],
    ),
    ("T012", [concept(zh_definition="应由企业提供的器具")], [concept(zh_definition="供应商用于响应的器具")]),
    ("T012", [concept(en_definition="implement that shall be kept")], [concept(en_definition="marshalling implement")]),
    ("T013", [concept(zh_definition="宜保存的器具")], [concept(zh_definition="适宜、可靠、可更换的器具")]),
    ("T013", [concept(en_definition="implement that may be kept")], [concept(en_definition="implement made in May")]),
    (
        "T014",
        [concept(), renamed(SECOND, designations=(word("zh", "卡规"), word("en", "Gauge")))],
        [concept(), renamed(concept(), domain="示例铁路 example")],
    ),
    (
        "T015",
        [status(concept(), ENDED), renamed(SECOND, designations=(word("zh", "卡规"), word("en", "gauge")))],
        [status(concept(), ENDED), SECOND],
    ),
    (
        "T016",
        [concept(), with_words(SECOND, word("zh", "量具", "deprecated"))],
        [concept(), with_words(SECOND, word("zh", "量规", "deprecated"))],
    ),
    (
        "T017",
        [status(concept(), ConceptStatus.SUPERSEDED)],
        [Entry(status(concept(), ConceptStatus.SUPERSEDED), "concepts/a", "concepts/b")],
    ),
    (
        "T018",
        [renamed(concept(), designations=(word("zh", "量具", "superseded"), word("en", "gauge")))],
        [with_words(concept(), word("zh", "量规", "superseded"))],
    ),
    ("T019", [related(concept(), "generic", "9")], [related(concept(), "close_match", "9")]),
    ("T020", [related(concept(), "associative", "1")], [related(concept(), "associative", "2"), SECOND]),
    (
        "T021",
        [related(concept(), "generic", "2"), related(SECOND, "generic", "1")],
        [related(concept(), "generic", "2"), related(SECOND, "partitive", "1")],
    ),
    (
        "T022",
        [related(concept(), "associative", "2"), status(SECOND, ENDED)],
        [related(concept(), "associative", "2"), SECOND],
    ),
    (
        "T023",
        [renamed(concept(), designations=(word("zh", "量具"), word("en", "GG", kind="abbreviation")))],
        [with_words(concept(), word("en", "GG", "admitted", "abbreviation"))],
    ),
    (
        "T024",
        [renamed(concept(), source=" ", definitions=(Definition("zh", "器具"), Definition("en", "implement")))],
        [renamed(concept(), source="")],
    ),
    ("T025", [concept(), renamed(SECOND, number="1")], [concept(), SECOND]),
]
CASES = pytest.mark.parametrize(("rule", "bad", "good"), EXAMPLES)


def found(vocabulary: list[Concept | Entry]) -> set[str]:
    """Return the rules that find something."""
    return {finding.rule.id for finding in check_vocabulary(vocabulary)}


@CASES
def test_a_rule_finds_its_fault_and_nothing_else(rule: str, bad: list[Concept], good: list[Concept]) -> None:
    """Each rule has an example that breaks it."""
    assert found(bad) == {rule}


@CASES
def test_a_rule_is_silent_where_its_fault_only_seems_to_be(rule: str, bad: list[Concept], good: list[Concept]) -> None:
    """Each rule has an example close to its fault that keeps it."""
    assert found(good) == set()


def test_every_rule_has_an_example() -> None:
    """A rule that nothing shows would be a guess."""
    assert {rule for rule, _bad, _good in EXAMPLES} == {rule.id for rule in RULES}


def test_rules_are_numbered_without_gaps_and_found_by_their_number() -> None:
    """An id is for ever: a waiver names it."""
    assert [rule.id for rule in RULES] == [f"T{number:03}" for number in range(1, len(RULES) + 1)]
    assert [rule_of(rule.id) for rule in RULES] == list(RULES)
    assert rule_of("T999") is None


def test_a_clean_vocabulary_has_no_findings() -> None:
    """Compound words, homonyms of other domains and retired concepts raise nothing."""
    assert check_vocabulary(clean_vocabulary()) == []


def test_findings_say_what_is_wrong_in_both_languages() -> None:
    """No message is left with a brace in it, and both languages name the word."""
    findings = [finding for _rule, bad, _good in EXAMPLES for finding in check_vocabulary(bad)]
    messages = [text for finding in findings for text in (finding.message.en, finding.message.zh)]
    assert not [text for text in messages if "{" in text or not text]
    opening = next(finding for finding in findings if finding.rule.id == "T007")
    assert opening.message.zh == "语言 zh 的定义以“是指”开头"


def test_the_findings_are_the_same_whatever_the_order_of_the_concepts() -> None:
    """A vocabulary that was imported the other way round is as good or bad."""
    vocabulary = [one for _rule, bad, _good in EXAMPLES for one in bad]
    vocabulary = [one if isinstance(one, Entry) else Entry(one, str(place)) for place, one in enumerate(vocabulary)]
    forwards = {(finding.rule.id, finding.language) for finding in check_vocabulary(vocabulary)}
    backwards = {(finding.rule.id, finding.language) for finding in check_vocabulary(vocabulary[::-1])}
    assert forwards == backwards


def test_the_figures_count_every_rule() -> None:
    """A report shows the rules that found nothing too."""
    figures = figures_of(check_vocabulary([NO_ZH, SECOND, renamed(SECOND, number="3")]))
    assert [figure.rule for figure in figures] == list(RULES)
    counts = {figure.rule.id: (figure.findings, figure.concepts) for figure in figures if figure.findings}
    assert counts == {"T003": (1, 1), "T014": (2, 2)}


def test_a_long_circle_of_definitions_is_shown_with_its_way() -> None:
    """A reader sees by which concepts the definitions come back."""
    names = ["甲物", "乙物", "丙物"]
    ring = [
        concept(str(place), names[place], f"thing {place}", f"不同于{names[place - 1]}的事物", f"other {place}")
        for place in range(3)
    ]
    finding = next(one for one in check_vocabulary(ring) if one.rule.id == "T011")
    assert finding.parameters["path"] == "0 甲物 → 2 丙物 → 1 乙物 → 0 甲物"


def test_every_pair_of_a_tangle_is_a_circle_of_its_own() -> None:
    """Where many definitions lead to each other, the shortest circles are named, not one that stands for all."""
    assert list(circles([(1, 2), (2, 1), (2, 3), (3, 2), (3, 1), (7, 8)])) == [[1, 2], [2, 3]]


def test_the_longest_term_at_a_place_counts() -> None:
    """A term within a longer one is not used by itself."""
    finder = TermFinder(["标准", "国家标准", "standard", "national standard"])
    assert list(finder.find("国家标准和标准化的national standards, 标准.")) == ["国家标准", "national standard", "标准"]


@pytest.mark.parametrize("text", ["substandard goods", "standardization", "标准化", "标准员"])
def test_a_term_is_not_found_within_another_word(text: str) -> None:
    """Letters or a suffix around it make it another word."""
    assert list(TermFinder(["标准", "standard"]).find(text)) == []


@pytest.mark.parametrize(
    "compound",
    ["响应", "应用", "反应", "供应", "效应", "应急", "可能", "可靠", "适宜", "事宜", "认可", "许可", "可追溯"],
)
def test_a_compound_word_sets_no_requirement(compound: str) -> None:
    """应, 宜 and 可 within another word are no provision (GB/T 1.1-2020, annex C)."""
    assert found([concept(zh_definition=f"涉及{compound}的器具")]) == set()


def test_a_word_of_very_many_concepts_is_one_finding_of_bounded_length() -> None:
    """However many share it: no rule compares each with each, and a message is read by a person."""
    vocabulary = [renamed(concept(), number=str(number)) for number in range(5_000)]
    shared = [one for one in check_vocabulary(vocabulary) if one.rule.id == "T014" and one.language == "en"]
    assert [len(one.entries) for one in shared] == [5_000]
    assert len(shared[0].message.en) < 500


def test_ten_thousand_concepts_that_define_each_other_in_order_are_clean() -> None:
    """A long chain of definitions is no circle, and following it needs no deep recursion."""
    assert check_vocabulary(large_vocabulary(10_000)) == []


@pytest.fixture(scope="module")
def tc211(shared_data: Path) -> Glossary:
    """Return the findings on a real glossary, its concepts in use, and which concepts share an English word in its files."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    concepts: list[Concept] = []
    sharing: dict[str, set[str]] = defaultdict(set)
    for path in sorted((shared_data / "terminology" / "isotc211" / "concepts").glob("*.yaml")):
        content = path.read_bytes()
        concepts.extend(read_glossarist(content, path.name).concepts)
        head, *localized = yaml.load_all(content, loader)
        for one in (one["data"] for one in localized if one["data"]["language_code"] == "eng"):
            for term in one["terms"]:
                sharing[match_key(term["designation"])].add(head["data"]["identifier"])
    used = {one.number for one in concepts if one.status is ConceptStatus.APPROVED}
    english = [finding for finding in check_vocabulary(concepts) if finding.language == "en"]
    return english, used, {key: numbers for key, numbers in sharing.items() if len(numbers) > 1}


def test_the_words_that_concepts_share_are_those_counted_in_the_files(tc211: Glossary) -> None:
    """Of a real glossary, every English designation of more than one concept is found once, with just its concepts."""
    english, _used, counted = tc211
    findings = [one for one in english if one.rule.id in {"T014", "T015", "T016"}]
    reported = {match_key(one.parameters["term"]): {entry.concept.number for entry in one.entries} for one in findings}
    assert reported == counted
    assert len(findings) == len(counted) > 50


def test_a_word_shared_with_a_concept_no_longer_used_holds_nothing_up(tc211: Glossary) -> None:
    """Only what several concepts in use share breaks a rule that must be kept."""
    english, used, counted = tc211
    blocking = [one for one in english if one.rule.id == "T014"]
    assert len(blocking) == sum(len(numbers & used) > 1 for numbers in counted.values()) > 0
