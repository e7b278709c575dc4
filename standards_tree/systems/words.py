"""Hold the words of the set of documents of a standards system in English and Simplified Chinese, by code.

The Chinese words are those of GB/T 13016 where it has them. Words that reports use too are theirs.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from standards_tree.catalogue import Title
from standards_tree.reports.labels import LANGUAGES, WORDS
from standards_tree.systems.explanation_words import EXPLANATION_WORDS
from standards_tree.systems.lettering import printable
from standards_tree.systems.system_view import Subject

UNKNOWN: Final = "—"

SET_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "diagram": ("Structure diagram of the standards system", "标准体系结构图"),
    "details": ("Detail table of standards", "标准明细表"),
    "statistics": ("Statistics table of standards", "标准统计表"),
    "explanation": ("Explanation of the compilation of the standards system", "标准体系编制说明"),
    "of_subject": ("{document}: {subject}", "{subject}{document}"),
    "as_of": ("State on {date}", "基准日期：{date}"),
    "within": ("Branch of {path}", "所属：{path}"),
    "edition": ("Edition {label}", "版本：{label}"),
    "prescribed": ("After GB/T 13016-2018", "依据 GB/T 13016-2018"),
    "page": ("Page &P of &N", "第 &P 页 共 &N 页"),
    "nodes_count": ("{count} nodes", "节点{count}个"),
    "standards_count": ("{count} standards", "标准{count}项"),
    "figure": ("{existing} in force", "现有{existing}"),
    "figure_of": ("{existing} of {expected} in force", "现有{existing} 应有{expected}"),
    "figure_drafts": ("{drafts} in draft", "在研{drafts}"),
    "short_level_national": ("National", "国家"),
    "short_level_industry": ("Industry", "行业"),
    "short_level_local": ("Local", "地方"),
    "short_level_group": ("Group", "团体"),
    "short_level_enterprise": ("Enterprise", "企业"),
    "short_level_international": ("International", "国际"),
    "short_level_foreign": ("Foreign", "国外"),
    "legend": ("Legend", "图例"),
    "legend_line": ("subordination", "从属关系"),
    "legend_levels": ("Level of the standards", "标准级别"),
    "legend_no_level": ("no level fixed", "未限定级别"),
    "legend_coverage": ("Standards in force of those there should be", "现有数/应有数"),
    "legend_unknown": ("number not stated", "应有数未规定"),
    "legend_figures": (
        "Figures count the whole branch; how many there should be is shown where the system states it.",
        "数字为整个分支的合计；仅在体系规定了应有数时显示应有数。",
    ),
    "description": (
        "A tree of {nodes} nodes with {standards} standards. Solid lines stand for subordination.",
        "标准体系树，共{nodes}个节点、{standards}项标准。实线表示从属关系。",
    ),
    "number": ("No.", "序号"),
    "system_number": ("Number in the system", "标准体系编号"),
    "standard_number": ("Designation", "标准号"),
    "standard_name": ("Title", "标准名称"),
    "suitable_level": ("Suitable level", "宜定级别"),
    "effective_on": ("In force from", "实施日期"),
    "adopted": ("International and foreign standards, degree of adoption", "国际国外标准号及采用关系"),
    "replaces": ("Replaces, or void", "被代替标准号或作废"),
    "remarks": ("Remarks", "备注"),
    "void": ("void", "作废"),
    "superseded_by": ("superseded by {successors}", "被{successors}代替"),
    "ended": ("{state} from {date}", "{date}起{state}"),
    "begins": ("not yet in force", "即将实施"),
    "amended_by": ("amendments: {amendments}", "修改单：{amendments}"),
    "plan": ("plan {number}", "计划号{number}"),
    "revises": ("revises {standards}", "修订{standards}"),
    "not_begun": ("{count} planned, not begun", "规划待制定{count}项，尚未立项"),
    "node_figures": (
        "in force {in_force}, to come {upcoming}, in draft {drafts}",
        "现行{in_force}，即将实施{upcoming}，在研{drafts}",
    ),
    "degree_idt": ("IDT", "IDT（等同）"),
    "degree_mod": ("MOD", "MOD（修改）"),
    "degree_neq": ("NEQ", "NEQ（非等效）"),
    "category": ("Category of standards", "标准类别"),
    "expected": ("There should be", "应有数（个）"),
    "existing": ("There are", "现有数（个）"),
    "ratio": ("There are / there should be (%)", "现有数/应有数（%）"),
    "total": ("Total", "共计"),
    "block_levels": ("By level", "按级别"),
    "block_kinds": ("By kind (derived from titles and classes)", "按类别（根据标准名称和分类号推定）"),
    "level_none": ("Planned, level not decided", "规划，级别待定"),
    "kind_basic": ("Basic standards", "基础标准"),
    "kind_method": ("Methods", "方法标准"),
    "kind_product": ("Products, processes, services", "产品/过程/服务标准"),
    "kind_component": ("Parts and components", "零部件/元器件标准"),
    "kind_material": ("Raw materials", "原材料标准"),
    "kind_safety": ("Safety, hygiene, environment", "安全/卫生/环保标准"),
    "kind_other": ("Other", "其他"),
    "kind_none": ("Planned, kind not decided", "规划，类别待定"),
    "sheet_branches": ("By branch", "分支统计"),
    "sheet_kinds": ("Derived kinds", "类别推定依据"),
    "node": ("Node", "节点"),
    "node_name": ("Name", "名称"),
    "upcoming": ("To come", "即将实施"),
    "drafts": ("In draft", "在研"),
    "planned": ("Planned, not begun", "规划待制定"),
    "superseded": ("Superseded", "被代替"),
    "abolished": ("Abolished", "废止"),
    "kind": ("Kind (derived)", "类别（推定）"),
    "basis": ("Derived from", "推定依据"),
    "basis_title": ("word in the title: {word}", "名称用词：{word}"),
    "basis_class": ("class: {code}", "分类号：{code}"),
    "basis_none": ("no word or class for a kind: taken for a product", "名称和分类号均未指明类别，按产品计"),
    "note_existing": (
        "“There are” counts standards in force on {date}. “There should be” counts these, the ones issued or in draft that add "
        "to them, and those the system still plans; a dash stands where the system states no number.",
        "现有数为{date}现行标准数；应有数为现行标准、新增的即将实施和在研标准与体系规划待制定标准之和；体系未规定应有数的以“—”表示。",
    ),
    "note_unstated": (
        "{count} nodes with standards or drafts state no number; for these, nothing beyond what exists or is under way is "
        "counted as needed.",
        "有标准或在研项目而未规定应有数的节点共{count}个，其应有数仅计现行、新增的即将实施和在研标准。",
    ),
    "note_kinds": (
        "No catalogue records the kind of a standard: it is derived, first from the title, then from ICS and CCS; the workbook "
        "of the statistics table shows from what.",
        "目录未记录标准类别，类别先按标准名称、再按ICS和CCS分类号推定，推定依据见标准统计表工作簿。",
    ),
}  # fmt: skip


def word(code: str, language: str, /, **parameters: object) -> str:
    """Return the words for *code*, the set's own or else those of reports, filled with *parameters*."""
    texts = next(words[code] for words in (SET_WORDS, EXPLANATION_WORDS, WORDS) if code in words)
    return texts[LANGUAGES.index(language)].format(**parameters)


def either(title: Title, language: str) -> str:
    """Return *title* in *language*, in the other one where it has none, on one line."""
    preferred, other = (title.en, title.zh) if language == "en" else (title.zh, title.en)
    return printable(preferred) or printable(other)


def listed(words: list[str], language: str) -> str:
    """Return *words* as a list of the language."""
    return (", " if language == "en" else "、").join(words)


def day(value: date, language: str) -> str:
    """Return a date as text: 2024-11-28, or 2024年11月28日."""
    return value.isoformat() if language == "en" else f"{value.year}年{value.month}月{value.day}日"


def facts_of(subject: Subject, language: str) -> list[str]:
    """Return what a reader must know of what a document shows: of what it is a branch, which edition, as of when."""
    facts = [word("as_of", language, date=day(subject.as_of, language))]
    if subject.edition:
        facts.insert(0, word("edition", language, label=printable(subject.edition)))
    if subject.branch:
        path = " › ".join(either(title, language) for title in (subject.title, *subject.path))
        facts.insert(0, word("within", language, path=path))
    return facts


def title_of(document: str, subject: str, language: str) -> str:
    """Return what a document of the set is called: 医疗器械标准体系 with 结构图 gives no 体系 twice."""
    name = word(document, language)
    if language != "en" and subject.endswith("标准体系"):
        name = name.removeprefix("标准体系")
    return word("of_subject", language, document=name, subject=subject)
