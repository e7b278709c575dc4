"""The elements of a document: which there are, where each stands, what the title says (GB/T 1.1-2020, 6.1, 6.2.2, 8.1)."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import ClauseKind
from standards_tree.rules.drafting.citing import cited_in
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import (
    MUST,
    SHOULD,
    DraftingRule,
    Example,
    Find,
    Hit,
    SpecimenName,
    in_document,
    in_passage,
    in_section,
    rule,
)

# Table 3, as far as its elements are told apart; chapters after the terms may come in any order.
ORDER = (
    ClauseKind.FOREWORD,
    ClauseKind.INTRODUCTION,
    ClauseKind.SCOPE,
    ClauseKind.NORMATIVE_REFERENCES,
    ClauseKind.TERMS,
    ClauseKind.CLAUSE,
    ClauseKind.ANNEX,
    ClauseKind.BIBLIOGRAPHY,
    ClauseKind.INDEX,
)
_RANK = {kind: rank for rank, kind in enumerate(ORDER)}
NAMES = {
    ClauseKind.FOREWORD: ("前言", "foreword"),
    ClauseKind.INTRODUCTION: ("引言", "introduction"),
    ClauseKind.SCOPE: ("范围", "scope"),
    ClauseKind.NORMATIVE_REFERENCES: ("规范性引用文件", "normative references"),
    ClauseKind.TERMS: ("术语和定义", "terms and definitions"),
    ClauseKind.CLAUSE: ("核心技术要素", "core technical element"),
    ClauseKind.ANNEX: ("附录", "annex"),
    ClauseKind.BIBLIOGRAPHY: ("参考文献", "bibliography"),
    ClauseKind.INDEX: ("索引", "index"),
}
# Informative elements have the titles of table 3, and so have the three chapters that are always there.
_FIXED_TITLES = {
    ClauseKind.FOREWORD: re.compile(r"前言"),
    ClauseKind.INTRODUCTION: re.compile(r"引言"),
    ClauseKind.SCOPE: re.compile(r"范围"),
    ClauseKind.NORMATIVE_REFERENCES: re.compile(r"规范性引用文件"),
    ClauseKind.TERMS: re.compile(r"术语和定义|术语、定义[和、].+|术语和定义[、和].+"),
    ClauseKind.BIBLIOGRAPHY: re.compile(r"参考文献"),
    ClauseKind.INDEX: re.compile(r"索引"),
}
_NUMBERED = {ClauseKind.SCOPE: "1", ClauseKind.NORMATIVE_REFERENCES: "2", ClauseKind.TERMS: "3"}


def _missing(kind: ClauseKind) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        if draft.first(kind) is None:
            yield in_document(draft, NAMES[kind][0], name_en=NAMES[kind][1])

    return find


def _core_missing(draft: Draft) -> Iterator[Hit]:
    others = [entry for entry in draft.chapters if entry.kind is ClauseKind.CLAUSE and entry is not draft.symbols]
    has_terms = draft.function_type is not None and draft.function_type.value == "terminology"
    if not others and not has_terms:
        yield in_document(draft, NAMES[ClauseKind.CLAUSE][0])


def _order(draft: Draft) -> Iterator[Hit]:
    """Yield each element that stands after one it should stand before."""
    highest = -1
    for section in draft.elements:
        rank = _RANK.get(section.kind)
        if rank is None:
            continue
        if rank < highest:
            before = NAMES[ORDER[highest]]
            yield in_section(section, section.title or section.number, before=before[0], before_en=before[1])
        highest = max(highest, rank)


def _chapter_numbers(draft: Draft) -> Iterator[Hit]:
    for kind, number in _NUMBERED.items():
        section = draft.first(kind)
        if section is not None and section.number != number:
            yield in_section(section, section.title, number=number, found=section.number or "—")


def _titles(draft: Draft) -> Iterator[Hit]:
    for section in draft.elements:
        expected = _FIXED_TITLES.get(section.kind)
        if expected is not None and section.title and expected.fullmatch(section.title) is None:
            yield in_section(section, section.title, NAMES[section.kind][0], expected=NAMES[section.kind][0])


def _symbols_place(draft: Draft) -> Iterator[Hit]:
    symbols = draft.symbols
    if symbols is not None and symbols.number not in ("4", ""):
        yield in_section(symbols, symbols.title, found=symbols.number)


def _introduction_needed(draft: Draft) -> Iterator[Hit]:
    if draft.part_number and draft.first(ClauseKind.INTRODUCTION) is None:
        yield in_document(draft, NAMES[ClauseKind.INTRODUCTION][0])


def _bibliography_needed(draft: Draft) -> Iterator[Hit]:
    if draft.first(ClauseKind.BIBLIOGRAPHY) is None:
        cited = next((entry for entry in draft.once(cited_in) if entry.normative is False), None)
        if cited is not None:
            yield in_passage(cited.passage, cited.designation.official)


def _presence(id_: str, kind: ClauseKind, clause: str, example: Example) -> DraftingRule:
    zh, en = NAMES[kind]
    asked = (f"文件有“{zh}”。", f"There is a {en}.")
    message = ("缺少必备要素“{subject}”", f"the required element {{subject}} ({en}) is missing")
    return rule(id_, MUST, clause, asked, message, _missing(kind), example)


RULES: tuple[DraftingRule, ...] = (
    _presence("ELEM-FOREWORD", ClauseKind.FOREWORD, "6.2.2.3、8.3", Example("<前言>", "")),
    _presence("ELEM-SCOPE", ClauseKind.SCOPE, "6.2.2.3、8.5", Example("<范围>", "")),
    _presence("ELEM-REFERENCES", ClauseKind.NORMATIVE_REFERENCES, "6.2.2.3、8.6.1", Example("<规范性引用文件>", "")),
    _presence("ELEM-TERMS", ClauseKind.TERMS, "6.2.2.3、8.7.1", Example("<术语和定义>", "", SpecimenName.GUIDANCE)),
    rule(
        "ELEM-CORE",
        MUST,
        "6.2.2.3、8.11",
        ("文件有核心技术要素。", "There is a core technical element."),
        (
            "范围、规范性引用文件、术语和定义之后没有“{subject}”",
            "nothing follows the scope, the references and the terms: the core technical element is missing",
        ),
        _core_missing,
        Example("<分类>", "", SpecimenName.CLASSIFICATION),
    ),
    rule(
        "ELEM-ORDER",
        MUST,
        "6.2.2.3表3",
        ("要素按表3的顺序排列。", "The elements stand in the order of table 3."),
        ("“{subject}”应位于“{before}”之前", "“{subject}” belongs before the {before_en}"),
        _order,
        Example(
            "# 附录A（资料性）示例清单\n清单的示例由示例人员填写。\n# 参考文献\n* [1] GB/T 99985  示例阀  选型\n",
            "# 参考文献\n* [1] GB/T 99985  示例阀  选型\n# 附录A（资料性）示例清单\n清单的示例由示例人员填写。\n",
            SpecimenName.GUIDANCE,
        ),
    ),
    rule(
        "ELEM-CHAPTER-NUMBER",
        MUST,
        "8.5.2、8.6.1、8.7.1",
        (
            "范围为第1章，规范性引用文件为第2章，术语和定义为第3章。",
            "The scope is chapter 1, the references are chapter 2, the terms are chapter 3.",
        ),
        ("“{subject}”应为第{number}章，现为“{found}”", "“{subject}” has to be chapter {number}, and is {found}"),
        _chapter_numbers,
        Example("# 1 范围", "# 0 范围"),
    ),
    rule(
        "ELEM-TITLE",
        MUST,
        "6.2.2.3表3",
        (
            "资料性要素以及范围、规范性引用文件、术语和定义的标题与表3一致。",
            "Informative elements, the scope, the references and the terms have the titles of table 3.",
        ),
        ("要素标题“{subject}”应为“{expected}”", "the title “{subject}” has to be “{expected}”"),
        _titles,
        Example("# 3 术语和定义", "# 3 术语"),
    ),
    rule(
        "ELEM-SYMBOLS-PLACE",
        SHOULD,
        "8.8.1",
        ("符号和缩略语宜为第4章。", "Symbols and abbreviated terms should be chapter 4."),
        ("“{subject}”现为第{found}章，宜为第4章", "“{subject}” is chapter {found}, and should be chapter 4"),
        _symbols_place,
        Example(
            "# 4 符号和缩略语\n下列符号和缩略语适用于本文件。\nq：示例泄漏量\nPN：公称压力（nominal pressure）\n"
            "# 5 原理\n以示例气体测量示例阀的泄漏量。\n",
            "# 4 原理\n以示例气体测量示例阀的泄漏量。\n"
            "# 5 符号和缩略语\n下列符号和缩略语适用于本文件。\nq：示例泄漏量\nPN：公称压力（nominal pressure）\n",
            SpecimenName.TEST_METHOD,
        ),
    ),
    rule(
        "ELEM-INTRODUCTION",
        MUST,
        "8.4",
        ("分为部分的文件的每个部分设置引言。", "A document that is a part has an introduction."),
        ("本文件是一个部分，缺少“{subject}”", "the document is a part and has no introduction"),
        _introduction_needed,
        Example("<引言>", "", SpecimenName.PART),
    ),
    rule(
        "ELEM-BIBLIOGRAPHY",
        MUST,
        "8.13",
        ("文件中有资料性引用的文件时设置参考文献。", "A document that cites others informatively has a bibliography."),
        ("资料性引用了{subject}，但没有参考文献", "{subject} is cited informatively, and there is no bibliography"),
        _bibliography_needed,
        Example("<参考文献>", ""),
    ),
)
