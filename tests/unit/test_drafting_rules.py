"""The rules of drafting: each finds the fault of its example in a clean document, and nothing else, in every format."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from soaking import scaled
from specimen_files import as_docx, as_sts
from standards_tree.documents.docx_annotation import Annotation, annotate_docx
from standards_tree.documents.model import Place, StandardDocument
from standards_tree.documents.reading import read_document
from standards_tree.errors import PreconditionError
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.drafting.rule import DraftingRule, Example, SpecimenName
from standards_tree.rules.drafting.rule_sets import RULE_SETS, RULES, check_drafting
from standards_tree.rules.drafting.specimens import broken, read_specimen, text_of
from standards_tree.rules.findings import Finding
from standards_tree.rules.identity import identities

DAY = date(2026, 6, 1)
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
# The marks after an entry of a list are a style sheet's matter in STS, and its reader leaves them out.
NOT_IN_STS = {"REFS-PUNCTUATION"}
# Word counts footnotes itself, and a typed draft has figures without pictures here, a number that is no level of a heading,
# blanks between words of a title, and entries that begin with no number: what is read is right, and another document.
NOT_IN_WORD = {
    *("FOOTNOTE-SEQUENCE", "FIGURE-NUMBER", "FIGURE-SEQUENCE", "FIGURE-MENTIONED", "FIGURE-TITLES", "NUM-DEPTH"),
    *("TITLE-ELEMENTS", "ANNEX-NATURE", "REFS-LAW", "REFS-PUNCTUATION", "TERM-NUMBER", "TERM-SEQUENCE"),
}
IN_WORD = [rule for rule in RULES if rule.id not in NOT_IN_WORD]
SENTENCE_BEFORE = "无标题的示例条文二。"


def found_in(text: str, day: date = DAY) -> list[Finding]:
    """Return the findings of a document in the notation of the specimens."""
    return list(check_drafting(Draft(read_specimen(text), day)))


def ids(findings: list[Finding]) -> list[str]:
    """Return the rules of *findings*."""
    return [finding.rule.id for finding in findings]


def with_sentences(*sentences: str) -> str:
    """Return the clean specification with *sentences* in a clause of its requirements."""
    text = text_of(SpecimenName.SPECIFICATION)
    assert SENTENCE_BEFORE in text
    return text.replace(SENTENCE_BEFORE, "\n".join([SENTENCE_BEFORE, *sentences]))


@pytest.mark.parametrize("name", SpecimenName)
def test_a_clean_document_has_no_finding(name: SpecimenName) -> None:
    """Each specimen keeps every rule, as it stands, as an STS file and written in Word."""
    document = read_specimen(text_of(name))
    assert ids(list(check_drafting(Draft(document, DAY)))) == []
    for written in (as_sts(document), as_docx(document)):
        assert ids(list(check_drafting(Draft(read_document(written), DAY)))) == []


@EVERY_RULE
def test_the_fault_of_its_example_is_found_by_the_rule_alone(rule: DraftingRule) -> None:
    """One fault is one finding, at a place, in both languages; once what it advises is written, the rule is content."""
    text = broken(rule.example)
    (finding,) = found_in(text)
    assert finding.rule is rule
    assert finding.place.line
    assert "{" not in finding.message_zh + finding.message_en
    lines = text.splitlines()
    line = lines[finding.place.line - 1]
    if finding.fix and finding.subject in line:
        assert finding.fix != finding.subject
        lines[finding.place.line - 1] = line.replace(finding.subject, finding.fix, 1)
        assert rule.id not in ids(found_in("\n".join(lines)))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id not in NOT_IN_STS], ids=lambda rule: rule.id)
def test_a_planted_fault_is_found_in_a_file(rule: DraftingRule) -> None:
    """The same fault in an STS file is found by the same rule, and no other finding appears."""
    document = read_document(as_sts(read_specimen(broken(rule.example))))
    assert ids(list(check_drafting(Draft(document, DAY)))) == [rule.id]


@pytest.mark.parametrize("rule", IN_WORD, ids=lambda rule: rule.id)
def test_a_planted_fault_is_found_in_a_word_document(rule: DraftingRule) -> None:
    """The same fault in a draft written in Word is found by the same rule, and no other finding appears."""
    document = read_document(as_docx(read_specimen(broken(rule.example))))
    assert ids(list(check_drafting(Draft(document, DAY)))) == [rule.id]


def said_at(document: StandardDocument, paragraph: int) -> list[str]:
    """Return what was read at a paragraph, numbers and texts, without blanks."""
    found: list[tuple[Place, str]] = [(entry.place, entry.number) for entry in document.terms]
    for clause in document.clauses:
        found += [(clause.place, text) for text in (clause.number, clause.title, clause.text)]
        found += [(block.place, text) for block in clause.blocks for text in (block.number, block.title, block.text)]
    found += [(entry.place, entry.text) for entry in (*document.normative_references, *document.bibliography)]
    if document.metadata is not None:
        found += [(document.metadata.place, entry.text) for entry in document.metadata.designations]
    return ["".join(text.split()) for place, text in found if place.paragraph == paragraph and text]


@pytest.mark.parametrize("rule", IN_WORD[:: scaled(4, 1)], ids=lambda rule: rule.id)
def test_a_planted_fault_is_commented_on_where_it_stands_in_the_word_document(rule: DraftingRule) -> None:
    """The paragraph with the comment says what was read at the place of the finding."""
    content = as_docx(read_specimen(broken(rule.example)))
    document = read_document(content)
    (finding,) = check_drafting(Draft(document, DAY))
    number = finding.place.paragraph
    commented = docx.Document(BytesIO(annotate_docx(content, [Annotation(number, rule.id)], "tbt", DAY)))
    assert [comment.text for comment in commented.comments] == [rule.id]
    (mark,) = commented.element.body.iter(qn("w:commentReference"))
    at = "".join("".join(mark.getparent().getparent().itertext(qn("w:t"))).split())
    assert any(said in at or at in said for said in said_at(document, number)), (at, said_at(document, number))


@EVERY_RULE
def test_every_rule_says_where_it_comes_from(rule: DraftingRule) -> None:
    """An identifier of its own, a clause, four texts, and Chinese that is punctuated as Chinese is."""
    assert [entry.id for entry in RULES].count(rule.id) == 1
    assert re.fullmatch(r"[A-Z]+(-[A-Z]+)+", rule.id)
    assert re.search(r", .*(?:\d|[A-D])", rule.source)
    texts = (rule.description_zh, rule.description_en, rule.message_zh, rule.message_en)
    assert len(set(texts)) == len(texts)
    assert all(texts)
    assert rule.description_zh.endswith("。")


def test_an_example_that_is_not_in_its_specimen_is_refused() -> None:
    """An example that changes nothing would prove nothing."""
    with pytest.raises(PreconditionError, match="is not in the specimen"):
        broken(Example("没有这样的条文", "替换"))


def test_a_set_counts_from_its_day() -> None:
    """A document of the day before is not held against an edition that came after."""
    text = broken(next(rule for rule in RULES if rule.id == "VERB-MUST").example)
    assert ids(found_in(text, date(2020, 9, 30))) == []
    assert ids(found_in(text, date(2020, 10, 1))) == ["VERB-MUST"]
    assert {rule_set.language for rule_set in RULE_SETS} == {"zh", "en"}


def test_a_standard_of_terms_need_not_use_them() -> None:
    """What it defines is used in other documents; any other standard uses its terms at least twice."""
    entry = "@ 3.2.1｜示例过程"
    text = text_of(SpecimenName.TERMINOLOGY).replace(
        entry, "@ 3.2.1｜示例冷量｜example cold｜低于环境的热量差。\n@ 3.2.2｜示例过程"
    )
    assert "TERM-USED" not in ids(found_in(text))
    assert "TERM-USED" in ids(found_in(text.replace("示例技术 术语", "示例技术 规范")))


def test_the_function_of_a_standard_decides_what_is_asked() -> None:
    """The same requirement is right in a specification and wrong in a guide."""
    guide = text_of(SpecimenName.GUIDANCE).replace("选择示例阀时宜考虑", "选择示例阀时应考虑")
    assert ids(found_in(guide)) == ["VERB-WITH-EFFORT", "TYPE-GUIDANCE"]
    titles = {
        "术语": FunctionType.TERMINOLOGY,
        "试验方法": FunctionType.TEST_METHOD,
        "检修规程": FunctionType.CODE_OF_PRACTICE,
    }
    for ending, kind in titles.items():
        text = text_of(SpecimenName.SPECIFICATION).replace("密封性能规范", ending)
        assert Draft(read_specimen(text), DAY).function_type is kind


COMPOUNDS = (Path(__file__).parent / "compound_words.txt").read_text(encoding="utf-8").splitlines()
VERB_RULES = ("VERB", "PROV", "TYPE", "SELF", "POINT")


def test_compound_words_never_raise_a_finding_about_verbs() -> None:
    """A hundred sentences with words that contain 应, 宜, 可 or 能, or speak of them, in a text, a note and a scope."""
    assert len(set(COMPOUNDS)) >= 100
    wrong = [finding.subject for finding in found_in(with_sentences(*COMPOUNDS)) if finding.rule.area in VERB_RULES]
    assert wrong == []
    notes = [f"注{number}：{sentence}" for number, sentence in enumerate(COMPOUNDS, start=1)]
    wrong = [finding.subject for finding in found_in(with_sentences(*notes)) if finding.rule.id == "PROV-NOTE"]
    assert wrong == []


def test_a_must_have_is_no_requirement() -> None:
    """A word that is only part of another says nothing in English either."""
    text = text_of(SpecimenName.ENGLISH).replace("The valve shall not run dry.", "A must-have is the emergency stop.")
    assert ids(found_in(text)) == []


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("容器必须密闭，且响应及时。", "VERB-MUST"),
        ("反应釜不得超温。", "VERB-MUST-NOT"),
        ("可靠的装置严禁倒置。", "VERB-FORBIDDEN"),
        ("应用中应尽量平稳。", "VERB-WITH-EFFORT"),
        ("供应的示例件应足够坚固。", "VERB-VAGUE"),
        ("适宜时操作者须停机。", "VERB-OUGHT"),
        ("示例值为5～10 mm。", "UNIT-RANGE"),
        ("示例值为5±1%。", "UNIT-PERCENT-TOLERANCE"),
        ("见下表。", "POINT-ABOVE"),
        ("应符合国家现行的法律法规。", "VERB-LAW"),
        ("操作人员禁止吸烟。", "VERB-FORBIDDEN"),
        ("允许误差可以忽略。", "VERB-EQUIVALENT"),
    ],
)
def test_a_fault_beside_a_compound_word_is_found(sentence: str, rule: str) -> None:
    """To leave compound words alone does not hide what stands beside them."""
    assert ids(found_in(with_sentences(sentence))) == [rule]


@pytest.mark.parametrize(
    "sentence",
    [
        "包装上应标明产品名称",
        "应对每批产品进行检验",
        "系统应对外提供接口",
        "不应用手触摸",
        "应用清水冲洗",
        "应征求利益相关方的意见",
        "应验证方法的有效性",
        "标签应有下列内容",
        "外壳应接地",
        "数据应收集完整",
        "结果应计算至示例位",
        "该指标应纳入评价体系",
        "应聘请示例机构",
        "应允许用户退出",
        "设计变更后应变更图样",
    ],
)
def test_what_begins_like_a_compound_word_still_requires(sentence: str) -> None:
    """应标明 is not 应标, 应对样品进行检验 not 应对: a guide may not say so, and general requirements are not empty of it."""
    guide = text_of(SpecimenName.GUIDANCE).replace("选择示例阀时宜考虑介质的性质。", f"{sentence}。")
    assert "TYPE-GUIDANCE" in ids(found_in(guide))
    general = text_of(SpecimenName.SPECIFICATION).replace("阀体应承受示例压力。\n", f"{sentence}。\n")
    assert "PROV-GENERAL-REQUIREMENTS" not in ids(found_in(general))


def test_a_finding_outlives_a_new_numbering() -> None:
    """With a chapter put before it, and a new number, it is the same finding; of other words it is another."""
    text = with_sentences("表面不得有划痕。")
    renumbered = re.sub(r"^# 8 使用信息", "# 9 使用信息", text, flags=re.MULTILINE)
    for number in (7, 6, 5, 4):
        renumbered = re.sub(rf"^# {number}(?=[ .])", f"# {number + 1}", renumbered, flags=re.MULTILINE)
    renumbered = renumbered.replace("# 5 分类", "# 4 概况\n示例阀的概况见图1。\n# 5 分类")
    before, after = (
        [one for one in found_in(document) if one.rule.id == "VERB-MUST-NOT"] for document in (text, renumbered)
    )
    assert (before[0].place.clause, after[0].place.clause) == ("5.1.2", "6.1.2")
    assert identities(before) == identities(after)
    other = [one for one in found_in(with_sentences("表面不得有凹坑。")) if one.rule.id == "VERB-MUST-NOT"]
    assert identities(other) != identities(before)


def test_equal_findings_of_one_clause_are_told_apart() -> None:
    """Two places with the same words have two identities, which do not depend on what else is found."""
    findings = found_in(with_sentences("表面不得有划痕。", "甲。", "表面不得有划痕。"))
    assert ids(findings) == ["VERB-MUST-NOT", "VERB-MUST-NOT"]
    assert len(set(identities(findings))) == 2


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("10～30 ℃", "10 ℃～30 ℃"),
        ("40-50℃", "40℃～50℃"),
        ("40—50 ℃", "40 ℃～50 ℃"),
        ("-5－10 ℃", "-5 ℃～10 ℃"),
        ("45-75%", "45%～75%"),
    ],
)
def test_a_range_with_one_unit_is_found_however_it_is_written(written: str, instead: str) -> None:
    """With a tilde or with any dash, and the fix has the unit twice."""
    found = [one for one in found_in(with_sentences(f"环境条件为{written}。")) if one.rule.id.endswith("RANGE")]
    assert [one.fix.replace(" ", "") for one in found] == [f"环境条件为{instead}".replace(" ", "")]


@pytest.mark.parametrize(
    "text", ["见GB/T 1.1—2020", "按5.1-5.3的规定", "型号为A-50 mm的样品", "2024-06-01", "10 ℃～30 ℃"]
)
def test_a_dash_that_is_no_range_is_left_alone(text: str) -> None:
    """Designations, clauses, types and dates have dashes too."""
    found = found_in(with_sentences(f"示例条件：{text}。"))
    assert [one.rule.id for one in found if one.rule.id.endswith("RANGE")] == []
