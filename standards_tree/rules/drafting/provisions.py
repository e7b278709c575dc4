"""Where provisions may stand, and which: by element, by what the text is printed as, by the function of the standard.

GB/T 1.1-2020, 8.3 to 8.5, 8.7.3.3, 8.8.3, 8.10, 8.11 (table 4), 9.2 and 9.3.
"""

import re
from collections.abc import Callable, Iterator

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft, Passage, Section
from standards_tree.rules.drafting.function_types import FunctionType
from standards_tree.rules.drafting.rule import (
    MUST,
    SHOULD,
    DraftingRule,
    Example,
    Find,
    Hit,
    SpecimenName,
    in_document,
    in_section,
    rule,
)
from standards_tree.rules.drafting.verbs import word_hit
from standards_tree.rules.drafting.words import PERMISSION, RECOMMENDATION, REQUIREMENT

_ANY = re.compile(f"{REQUIREMENT.pattern}|{RECOMMENDATION.pattern}|{PERMISSION.pattern}")
_ADVICE = re.compile(f"{RECOMMENDATION.pattern}|{PERMISSION.pattern}")
# Wrong verbs require too; that they are wrong is another rule's finding.
_REQUIRES = re.compile(f"{REQUIREMENT.pattern}|须|不得|禁止|应当")
_FIXED_IN_FOREWORD = re.compile(r"可能涉及专利")
_ADDITIONAL = frozenset({BlockKind.NOTE, BlockKind.EXAMPLE, BlockKind.FOOTNOTE})
_PRINCIPLES = re.compile(r"总则|(?:基本|总体|一般)?原则")
_GENERAL_REQUIREMENTS = re.compile(r"总体要求|通用要求")
_OVERVIEW = re.compile(r"概述")

Passages = Callable[[Draft], Iterator[Passage]]


def _with(passages: Passages, words: re.Pattern[str]) -> Find:
    """Return how a provision by *words* is found among *passages*: the first of each."""

    def find(draft: Draft) -> Iterator[Hit]:
        for passage in passages(draft):
            if match := words.search(passage.masked):
                yield word_hit(passage, match)

    return find


def _element(kind: ClauseKind) -> Passages:
    def passages(draft: Draft) -> Iterator[Passage]:
        section = draft.first(kind)
        for part in section.walk() if section else ():
            yield from (
                one for one in part.passages if not one.is_additional and not _FIXED_IN_FOREWORD.search(one.text)
            )

    return passages


def _additional(draft: Draft) -> Iterator[Passage]:
    return (
        passage
        for passage in draft.passages
        if passage.kind in _ADDITIONAL
        and passage.is_additional
        and passage.section.chapter.kind is not ClauseKind.FOREWORD
    )


def _symbols(draft: Draft) -> Iterator[Passage]:
    for part in draft.symbols.walk() if draft.symbols else ():
        yield from part.passages


def _titled(title: re.Pattern[str]) -> Callable[[Draft], Iterator[Section]]:
    def sections(draft: Draft) -> Iterator[Section]:
        for section in draft.sections:
            if section.chapter.kind in (ClauseKind.CLAUSE, ClauseKind.ANNEX) and title.fullmatch(section.title):
                yield section

    return sections


def _below(sections: Callable[[Draft], Iterator[Section]]) -> Passages:
    def passages(draft: Draft) -> Iterator[Passage]:
        for section in sections(draft):
            for part in section.walk():
                yield from (passage for passage in part.passages if not passage.is_additional)

    return passages


def _no_requirement(draft: Draft) -> Iterator[Hit]:
    for section in _titled(_GENERAL_REQUIREMENTS)(draft):
        own = [passage for part in section.walk() for passage in part.passages]
        if own and not any(_REQUIRES.search(passage.masked) for passage in own):
            yield in_section(section, section.title)


def _core(draft: Draft) -> Iterator[Passage]:
    return iter(draft.core)


# Table 4: what the titles of the chapters that make a standard what it is hold.
_CORE_TITLES = {
    FunctionType.SPECIFICATION: (
        ("要求", r"要求|性能|技术指标|规定|特性|参数"),
        ("证实方法", r"试验|检验|检测|测试|测定|证实|验证|评定|评价|判定|测量"),
    ),
    FunctionType.CODE_OF_PRACTICE: (
        ("程序确立或程序指示", r"程序|步骤|流程|阶段|作业|操作|过程|准备|实施|管理|处理|工艺"),
        ("追溯/证实方法", r"追溯|证实|记录|档案|验证|检查|确认|评价|检验"),
    ),
    FunctionType.TEST_METHOD: (
        ("试验步骤", r"步骤|试验|测定|操作|测试|测量|分析|程序"),
        ("试验数据处理", r"数据处理|结果|计算|表示|报告|评定"),
    ),
    FunctionType.CLASSIFICATION: (("分类和/或编码", r"分类|编码|代码|类别|命名|划分"),),
    FunctionType.SYMBOLS: (("符号/标志及其含义", r"符号|标志|含义|图形"),),
    FunctionType.GUIDANCE: (
        ("需考虑的因素", r"因素|考虑|指导|建议|指南|信息|选择|总则|原则|内容|评议|评估|策划|实施|准备|分析|要点"),
    ),
}


def _core_titles(draft: Draft) -> Iterator[Hit]:
    kind = draft.function_type
    if kind is None:
        return
    titles = [
        section.title for section in draft.sections if section.chapter.kind in (ClauseKind.CLAUSE, ClauseKind.ANNEX)
    ]
    for name, words in _CORE_TITLES.get(kind, ()):
        if titles and not any(re.search(words, title) for title in titles):
            yield in_document(draft, name)
    if kind is FunctionType.TERMINOLOGY and not draft.document.terms:
        yield in_document(draft, "术语条目")


def _of(*types: FunctionType) -> frozenset[FunctionType]:
    return frozenset(types)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "PROV-FOREWORD",
        MUST,
        "8.3",
        (
            "前言不含要求、指示、推荐或允许型条款。",
            "A foreword holds no requirement, instruction, recommendation or permission.",
        ),
        ("前言中有条款：“{subject}”（{word}）", "the foreword holds a provision: “{subject}” ({word})"),
        _with(_element(ClauseKind.FOREWORD), _ANY),
        Example(
            "本文件起草单位：示例研究院、示例公司。\n",
            "使用者应先阅读示例说明。\n本文件起草单位：示例研究院、示例公司。\n",
        ),
    ),
    rule(
        "PROV-INTRODUCTION",
        MUST,
        "8.4",
        ("引言不含要求型条款。", "An introduction holds no requirement."),
        ("引言中有要求：“{subject}”（{word}）", "the introduction holds a requirement: “{subject}” ({word})"),
        _with(_element(ClauseKind.INTRODUCTION), REQUIREMENT),
        Example("编制本文件的目的是统一示例阀的评价。", "示例阀的评价应统一。"),
    ),
    rule(
        "PROV-SCOPE",
        MUST,
        "8.5.3",
        (
            "范围为陈述，不含要求、指示、推荐和允许型条款。",
            "The scope states; it holds no requirement, instruction, recommendation or permission.",
        ),
        ("范围中有条款：“{subject}”（{word}）", "the scope holds a provision: “{subject}” ({word})"),
        _with(_element(ClauseKind.SCOPE), _ANY),
        Example(
            "本文件适用于公称压力不大于示例值的示例阀。\n",
            "本文件适用于公称压力不大于示例值的示例阀。\n示例阀应定期检查。\n",
        ),
    ),
    rule(
        "PROV-NOTE",
        MUST,
        "9.2",
        (
            "注、示例和条文脚注为附加信息，不含要求、指示、推荐或允许型条款。",
            "Notes, examples and footnotes inform; they hold no provision.",
        ),
        (
            "附加信息中有条款：“{subject}”（{word}）；移入条文，或改为陈述",
            "additional information holds a provision: “{subject}” ({word}); move it to the text, or state a fact",
        ),
        _with(_additional, _ANY),
        Example("注：示例阀在出厂前清洗。", "注：示例阀在出厂前应清洗。"),
    ),
    rule(
        "PROV-SYMBOLS",
        SHOULD,
        "8.8.3",
        (
            "符号和缩略语的说明不含要求和推荐型条款。",
            "The explanation of a symbol holds no requirement or recommendation.",
        ),
        (
            "符号和缩略语的说明中有条款：“{subject}”（{word}）",
            "the explanation of a symbol holds a provision: “{subject}” ({word})",
        ),
        _with(_symbols, re.compile(f"{REQUIREMENT.pattern}|{RECOMMENDATION.pattern}")),
        Example(
            "PN：公称压力（nominal pressure）", "PN：公称压力（nominal pressure），宜取整数", SpecimenName.TEST_METHOD
        ),
    ),
    rule(
        "PROV-PRINCIPLES",
        MUST,
        "8.10",
        ("总体原则（总则、原则）使用陈述或推荐型条款，不含要求型条款。", "General principles hold no requirement."),
        ("总体原则中有要求：“{subject}”（{word}）", "the general principles hold a requirement: “{subject}” ({word})"),
        _with(_below(_titled(_PRINCIPLES)), REQUIREMENT),
        Example("示例阀的设计宜兼顾密封性和经济性。", "示例阀的设计应兼顾密封性和经济性。"),
    ),
    rule(
        "PROV-GENERAL-REQUIREMENTS",
        MUST,
        "8.10、9.3",
        ("总体要求、通用要求使用要求型条款。", "General requirements hold requirements."),
        ("“{subject}”中没有要求型条款", "“{subject}” holds no requirement"),
        _no_requirement,
        Example("阀体应承受示例压力。\n", "阀体由示例材料制成。\n"),
    ),
    rule(
        "PROV-OVERVIEW",
        MUST,
        "9.3",
        (
            "概述使用陈述型条款，不含要求、指示或推荐型条款。",
            "An overview states; it holds no requirement, instruction or recommendation.",
        ),
        ("概述中有条款：“{subject}”（{word}）", "the overview holds a provision: “{subject}” ({word})"),
        _with(_below(_titled(_OVERVIEW)), re.compile(f"{REQUIREMENT.pattern}|{RECOMMENDATION.pattern}")),
        Example("本附录描述试验前的准备。", "本附录描述的准备宜提前完成。"),
    ),
    rule(
        "TYPE-GUIDANCE",
        MUST,
        "8.11表4",
        ("指南标准使用推荐、陈述型条款，不含要求型条款。", "A guide recommends and states; it requires nothing."),
        (
            "指南标准中有要求：“{subject}”（{word}）；以“宜”推荐，或改为陈述",
            "the guide holds a requirement: “{subject}” ({word}); recommend by 宜, or state a fact",
        ),
        _with(_core, REQUIREMENT),
        Example("选择示例阀时宜考虑介质的性质。", "选择示例阀时应查明介质的性质。", SpecimenName.GUIDANCE),
        types=_of(FunctionType.GUIDANCE),
    ),
    rule(
        "TYPE-STATEMENT",
        MUST,
        "8.11表4",
        ("术语标准、符号标准界定含义使用陈述型条款。", "A standard of terms or symbols states what they mean."),
        (
            "术语或符号标准中有条款：“{subject}”（{word}）",
            "a standard of terms or symbols holds a provision: “{subject}” ({word})",
        ),
        _with(_core, _ANY),
        Example("符号A表示示例装置已经启动。", "符号A应表示示例装置已经启动。", SpecimenName.SYMBOLS),
        types=_of(FunctionType.TERMINOLOGY, FunctionType.SYMBOLS),
    ),
    rule(
        "TYPE-CLASSIFICATION",
        SHOULD,
        "8.11表4",
        ("分类标准的分类和编码使用陈述、要求型条款。", "A classification states and requires; it does not recommend."),
        (
            "分类标准中有推荐或允许：“{subject}”（{word}）",
            "the classification recommends or permits: “{subject}” ({word})",
        ),
        _with(_core, _ADVICE),
        Example("示例产品按用途分为两类。", "示例产品宜按用途分为两类。", SpecimenName.CLASSIFICATION),
        types=_of(FunctionType.CLASSIFICATION),
    ),
    rule(
        "TYPE-CORE",
        SHOULD,
        "8.11表4",
        ("标准具有其功能类型的核心技术要素。", "A standard has the core technical elements of its function."),
        ("从各章条的标题看不出核心技术要素“{subject}”", "no title tells the core technical element {subject}"),
        _core_titles,
        Example("# 8 结果的表示", "# 8 其他说明", SpecimenName.TEST_METHOD),
    ),
)
