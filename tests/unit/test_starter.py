"""Hold the starter set to its promises: enough real facts, each sourced, and nothing invented that does not say so."""

import re
import shutil
from pathlib import Path

import pytest

import standards_tree.starter as starter_package
from standards_tree.designations import parse_designation
from standards_tree.errors import MalformedDocumentError
from standards_tree.limits import LimitRelation, compare_limits
from standards_tree.measures.symbols import parse_symbol
from standards_tree.standards import Level, LinkState, RelationKind, SetRelation, StandardStatus
from standards_tree.starter import Link, StarterSet, load_starter
from standards_tree.terms import ConceptStatus, DesignationStatus
from standards_tree.vocabulary import check_vocabulary

FILES = ("system.yaml", "standards.yaml", "measures.yaml", "links.yaml", "drafts.yaml", "vocabulary.yaml")
INDUSTRY_THEMES = ["碳达峰碳中和", "消费品安全", "食品安全", "平台经济", "企业社会责任"]
NAMED_STANDARDS = (
    "GB/T 44974-2024 GB/T 44975-2024 GB/T 44976-2024 SN/T 5623-2023 GB/T 1.1-2020 GB/T 1.2-2020 GB/T 10112-2019 "
    "GB/T 13016-2018 GB/T 13017-2018 GB/T 16733-1997 GB/T 22373-2021 GB/T 20000.1-2014 GB/T 20001.1-2024 "
    "GB/T 20002.1-2008 GB 18384-2020 GB 38031-2020 GB/T 18487.1-2023 GB/T 31467.3-2015 GB 31241-2022 GB/T 36276-2023 "
    "GB 40165-2021 GB/T 9535-1998 GB/T 20047.1-2006 GB 6675.1-2014 GB 4706.1-2005 GB 4943.1-2022 GB 28007-2024 "
    "GB 18401-2010 GB 31701-2015 GB/T 26572-2011 GB 4806.1-2016"
)


@pytest.fixture(scope="module")
def starter() -> StarterSet:
    """Return the shipped starter set."""
    return load_starter()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped files that a test may damage."""
    shipped = Path(starter_package.__file__).parent
    for name in FILES:
        shutil.copy(shipped / name, tmp_path / name)
    return tmp_path


def confirmed(starter: StarterSet) -> list[Link]:
    """Return the links that count without anybody asking for suggestions."""
    return [link for link in starter.links if link.state is LinkState.CONFIRMED]


def replace(folder: Path, file: str, old: str, new: str) -> None:
    """Damage one place of one file; the place must be there."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_there_are_at_least_one_hundred_domestic_standards(starter: StarterSet) -> None:
    """The system starts filled: 60 are promised."""
    domestic = [one for one in starter.standards if one.level not in (Level.INTERNATIONAL, Level.FOREIGN)]
    assert len(domestic) >= 100


def test_there_are_at_least_twenty_real_notifications(starter: StarterSet) -> None:
    """The measures start filled, and with more than one member's."""
    real = [measure for measure in starter.measures if not measure.example]
    assert len(real) >= 20
    assert len({parse_symbol(measure.symbol).member for measure in real}) >= 10


def test_every_source_is_a_page_a_repository_or_a_publication(starter: StarterSet) -> None:
    """Each fact can be followed, and no source is a path of somebody's machine."""
    sources = {
        source for one in (*starter.standards, *starter.measures, *starter.requirements) for source in one.sources
    }
    assert sources
    assert not [source for source in sources if source.startswith(("/", "file:", "~", "."))]


def test_every_standard_and_real_measure_has_a_source(starter: StarterSet) -> None:
    """A fact without a source is not shipped."""
    assert all(one.sources for one in (*starter.standards, *starter.measures))


def test_the_standards_promised_by_name_are_there(starter: StarterSet) -> None:
    """The standards the system was asked for by number are in it."""
    named = re.findall(r"\S+ [\d.]+-\d{4}", NAMED_STANDARDS)
    assert not set(named) - {standard.designation for standard in starter.standards}


def test_every_designation_is_one_standard(starter: StarterSet) -> None:
    """Spellings do not hide a double entry."""
    keys = [parse_designation(standard.designation).key for standard in starter.standards]
    assert len(keys) == len(set(keys))


def test_the_three_national_branches_are_those_of_the_literature(starter: StarterSet) -> None:
    """National level: basic-general, technical and management standards."""
    top = next(node for node in starter.nodes if node.parent_code is None and node.level is Level.NATIONAL)
    names = [node.name_zh for node in starter.nodes if node.parent_code == top.code]
    assert names == ["基础通用标准", "技术标准", "管理标准"]


def test_the_industry_level_has_the_five_themes_and_a_standard_in_each(starter: StarterSet) -> None:
    """Industry level: carbon, consumer products, food, platforms, social responsibility; none is empty."""
    codes = {node.name_zh: node.code for node in starter.nodes if node.level is Level.INDUSTRY}
    used = {standard.node_code for standard in starter.standards}
    assert [theme for theme in INDUSTRY_THEMES if codes.get(theme) in used] == INDUSTRY_THEMES


def test_the_group_level_holds_group_standards(starter: StarterSet) -> None:
    """Group standards stand in the group branch and nowhere else."""
    codes = {node.code for node in starter.nodes if node.level is Level.GROUP}
    placed = {standard.node_code for standard in starter.standards if standard.level is Level.GROUP}
    assert placed
    assert placed <= codes


def test_supersession_chains_of_three_editions_show(starter: StarterSet) -> None:
    """A reader can follow a standard back over two revisions."""
    older = {
        relation.source: relation.target for relation in starter.relations if relation.kind is RelationKind.SUPERSEDES
    }
    assert older["GB/T 18487.1-2023"] == "GB/T 18487.1-2015"
    assert older["GB/T 18487.1-2015"] == "GB/T 18487.1-2001"


def test_a_successor_never_takes_effect_after_the_end_of_what_it_replaces(starter: StarterSet) -> None:
    """The end of the old edition is the start of the new one, or unknown."""
    dates = {standard.designation: standard for standard in starter.standards}
    for relation in starter.relations:
        if relation.kind is RelationKind.SUPERSEDES and dates[relation.source].level is Level.NATIONAL:
            start, end = dates[relation.source].effective_on, dates[relation.target].ended_on
            assert start is None or end is None or start == end, relation
            assert dates[relation.target].status is StandardStatus.SUPERSEDED, relation


def test_no_standard_takes_effect_before_it_is_issued(starter: StarterSet) -> None:
    """Dates are in order: issued, effective, ended."""
    for standard in starter.standards:
        days = [day for day in (standard.issued_on, standard.effective_on, standard.ended_on) if day]
        assert days == sorted(days), standard.designation


def test_every_example_says_so_in_both_languages(starter: StarterSet) -> None:
    """Nobody can take an invented measure, requirement or draft for a real one."""
    examples = {measure.symbol for measure in starter.measures if measure.example}
    texts = [(measure.title_zh, measure.title_en) for measure in starter.measures if measure.example]
    texts += [(draft.title_zh, draft.title_en) for draft in starter.drafts]
    texts += [(one.text_zh, one.text_en) for one in starter.requirements if one.symbol in examples]
    texts += [(link.rationale_zh, link.rationale_en) for link in starter.links if link.example]
    assert len(texts) >= 4 * 3
    assert all(zh.startswith("示例") and en.startswith("Example") for zh, en in texts)


def test_a_limit_of_a_standard_is_given_in_examples_only(starter: StarterSet) -> None:
    """The set never states what a copyrighted standard permits."""
    assert all(link.example for link in starter.links if link.standard_limit is not None)


def test_one_requirement_is_covered(starter: StarterSet) -> None:
    """There is a confirmed link to a whole answer with no replaced edition behind it."""
    stale = {one.target for one in starter.relations if one.kind is RelationKind.SUPERSEDES}
    dependent = {one.source for one in starter.relations if one.kind is not RelationKind.SUPERSEDES}
    whole = (SetRelation.EQUAL, SetRelation.SUBSET)
    good = [link.standard for link in confirmed(starter) if link.relation in whole and not link.standard_limit]
    assert [standard for standard in good if standard and standard not in stale | dependent]


def test_one_requirement_is_covered_by_a_standard_that_adopts_a_replaced_edition(starter: StarterSet) -> None:
    """Covered but stale: the adopted international edition has a successor."""
    replaced = {one.target for one in starter.relations if one.kind is RelationKind.SUPERSEDES}
    old = {one.source for one in starter.relations if one.kind is RelationKind.ADOPTS and one.target in replaced}
    assert {link.standard for link in confirmed(starter) if link.relation is SetRelation.EQUAL} & old


def test_one_requirement_is_covered_in_part(starter: StarterSet) -> None:
    """Partial: the requirement asks for more than the standard."""
    assert [link for link in confirmed(starter) if link.relation is SetRelation.SUPERSET]


def test_one_requirement_is_answered_by_a_weaker_limit(starter: StarterSet) -> None:
    """Weaker: the standard's limit permits what the requirement forbids."""
    limits = {requirement.identifier: requirement.limit for requirement in starter.requirements}
    compared = [
        compare_limits(required, link.standard_limit).relation
        for link in confirmed(starter)
        if link.standard_limit is not None and (required := limits[link.requirement]) is not None
    ]
    assert LimitRelation.LOOSER in compared


def test_one_requirement_is_answered_by_a_draft_only(starter: StarterSet) -> None:
    """Draft only: the one link leads to a draft."""
    with_draft = {link.requirement for link in confirmed(starter) if link.plan_number}
    with_standard = {link.requirement for link in starter.links if link.standard}
    assert with_draft - with_standard


def test_one_requirement_is_assessed_and_not_answered(starter: StarterSet) -> None:
    """Uncovered: somebody looked and found nothing."""
    linked = {link.requirement for link in starter.links}
    assert [one for one in starter.requirements if one.assessed and one.identifier not in linked]


def test_one_requirement_is_not_assessed(starter: StarterSet) -> None:
    """Not assessed: nobody has looked."""
    linked = {link.requirement for link in starter.links}
    assert [one for one in starter.requirements if not one.assessed and one.identifier not in linked]


def test_a_dated_reference_leads_to_a_standard_that_adopts_a_replaced_edition(starter: StarterSet) -> None:
    """Staleness shows over two steps: a vehicle battery standard, its reference, and what that adopts."""
    pointing = {(one.source, one.target) for one in starter.relations if one.dated}
    assert ("GB 38031-2025", "GB/T 28046.4-2011") in pointing
    assert ("GB/T 28046.4-2011", "ISO 16750-4:2006") in pointing
    assert ("ISO 16750-4:2010", "ISO 16750-4:2006") in pointing


def test_concepts_are_candidates_with_terms_and_definitions_in_both_languages(starter: StarterSet) -> None:
    """The vocabulary claims no agreement and leaves no language out."""
    for concept in starter.concepts:
        preferred = {one.language for one in concept.designations if one.status is DesignationStatus.PREFERRED}
        assert {"zh-Hans", "en"} == preferred == {definition.language for definition in concept.definitions}
        assert concept.status is ConceptStatus.CANDIDATE
        assert concept.source


def test_the_vocabulary_breaks_none_of_its_own_rules(starter: StarterSet) -> None:
    """What the system ships is in order, down to what is only recommended."""
    assert len(starter.concepts) == 48
    assert check_vocabulary(starter.concepts) == []


def test_the_vocabulary_says_that_it_is_a_candidate(starter: StarterSet) -> None:
    """Nobody takes it for the text of GB/T 44974-2024: every list shows the domain."""
    assert {concept.domain for concept in starter.concepts} == {"技术性贸易措施（候选 candidate）"}
    assert not [concept.number for concept in starter.concepts if "44974" in concept.source]


def test_who_uses_a_variant_is_said_where_a_source_says_it(starter: StarterSet) -> None:
    """The guard list has departments and places, and nothing is made up for the others."""
    words = {word.text: word for concept in starter.concepts for word in concept.designations}
    assert words["special trade concern"].used_by == ("海关（SN/T 5623-2023）",)
    assert words["符合性評估"].geographical_usage == "TW"
    assert words["查询点"].used_by == ()


def test_department_variants_are_deprecated_terms(starter: StarterSet) -> None:
    """A draft that mixes departments' words can be told so."""
    deprecated = {
        one.text
        for concept in starter.concepts
        for one in concept.designations
        if one.status is DesignationStatus.DEPRECATED
    }
    assert {"评论", "意见", "具体贸易关注", "特定贸易关注", "符合性评估", "合格评审"} <= deprecated
    assert {"技术规范", "通知", "查询点", "动植物卫生检疫", "技術性貿易障礙", "查詢單位"} <= deprecated


DAMAGES = [
    ("drafts.yaml", "stage:", "stages:", r"drafts\.yaml, entry 1 \(20990001-T-469\): stage is missing"),
    ("drafts.yaml", "example: true", "example: true\n  note: x", r"drafts\.yaml, .*unknown keys note; known are"),
    ("drafts.yaml", "示例：儿童", "儿童", "20990001-T-469: every draft here is an example"),
    ("standards.yaml", '"GB/T 44974-2024"', '"GB/T 44974"', "GB/T 44974: names no edition"),
    ("standards.yaml", '"GB/T 44974-2024"', '"44974"', "standards.yaml, 44974: "),
    ("standards.yaml", '"GB/T 44974-2024"', '"ISO 44974:2024"', "is national, its designation is not Chinese"),
    ("standards.yaml", '"GB/T 44974-2024"', '"GB/T 44975—2024"', "gb/t 44975-2024: stands 2 times"),
    ("standards.yaml", "status: in_force", "status: valid", "status is 'valid', expected one of upcoming, in_force"),
    ("standards.yaml", "issued_on: 2024-11-28", 'issued_on: "2024-11"', "issued_on is '2024-11', expected a date"),
    ("standards.yaml", '["01.040.01"]', '["1.040"]', "GB/T 44974-2024: "),
    ("standards.yaml", 'node: "1.1.1"', 'node: "9"', "GB/T 44974-2024: needs a node of its level; node is 9"),
    ("standards.yaml", '["GB/T 1.1-2009"]', '["GB/T 1.1-2008"]', "supersedes GB/T 1.1-2008, which is not in the file"),
    ("standards.yaml", '["GB/T 20000.2-2001"]', '["GB/T 1.2-2020"]', "leads back to itself"),
    ("system.yaml", 'code: "1.2", parent: "1"', 'code: "1.2", parent: "1.2.1"', "leads back to itself"),
    ("system.yaml", 'code: "3.1", parent: "3"', 'code: "3.1", parent: "4"', "3.1: its parent 4 does not exist"),
    ("measures.yaml", "  example: true\n", "", "G/TBT/N/XXX/1: example is False, the symbol says otherwise"),
    ("measures.yaml", "示例：便携式电子", "便携式电子", "its titles do not open with 示例 and Example"),
    ("links.yaml", "GB 38031-2020", "GB 38031-2019", "GB 38031-2019 is not in standards.yaml"),
    ("links.yaml", "CHN/1320#1", "CHN/1320#9", "G/TBT/N/CHN/1320#9: is no requirement of measures.yaml"),
    ("links.yaml", "confidence: 0.95", "confidence: 95", "confidence is 95, expected a number from 0 to 1"),
    (
        "vocabulary.yaml",
        '"技术规范", status: deprecated',
        '"技术规范", status: preferred',
        r"vocabulary\.yaml, T03: ",
    ),
    ("vocabulary.yaml", "status: candidate", "status: approved", "T01: is a candidate and says so in its domain"),
    ("vocabulary.yaml", 'definition_zh: "', 'definition_zh: "是指', r"vocabulary\.yaml, T01: T007: "),
    ("vocabulary.yaml", "target: T01", "target: T99", r"T02: T019: the generic relation leads to T99"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), DAMAGES)
def test_a_damaged_file_is_refused_with_its_name_and_entry(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    """Whoever edits the files is told which entry of which file is wrong, and what would be right."""
    replace(folder, file, old, new)
    with pytest.raises(MalformedDocumentError, match=message):
        load_starter(folder)


def test_a_file_that_is_no_yaml_is_refused_by_name(folder: Path) -> None:
    """A broken file is named."""
    (folder / "links.yaml").write_text("- {", encoding="utf-8")
    with pytest.raises(MalformedDocumentError, match=r"links\.yaml cannot be read"):
        load_starter(folder)
