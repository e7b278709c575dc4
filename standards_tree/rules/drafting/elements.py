"""The elements of a document: which there are, where each stands, what the title says (GB/T 1.1-2020, 6.1, 6.2.2, 8.1)."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import ClauseKind
from standards_tree.rules.drafting.citing import cited_in
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.function_types import english_agrees
from standards_tree.rules.drafting.rule import (
    MAY,
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
_KIND_WORDS = re.compile(r"(?:国家|行业|地方|团体|企业)?标准$|标准化指导性技术文件|(?:国家|行业|地方|团体|企业)标准")
_MOST_TITLE_ELEMENTS = 3
_LATER_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


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


def _title_missing(draft: Draft) -> Iterator[Hit]:
    if not draft.title_elements("zh"):
        yield in_document(draft, "文件名称")


def _title_elements(draft: Draft) -> Iterator[Hit]:
    elements = draft.title_elements("zh")
    if len(elements) > _MOST_TITLE_ELEMENTS:
        yield in_document(draft, " ".join(elements), count=str(len(elements)))


def _title_kind(draft: Draft) -> Iterator[Hit]:
    for element in draft.title_elements("zh"):
        if match := _KIND_WORDS.search(element):
            yield in_document(draft, element, element[: match.start()] + element[match.end() :], word=match[0])


def _title_type(draft: Draft) -> Iterator[Hit]:
    elements = draft.title_elements("zh")
    if len(elements) > 1 and draft.function_type is None:
        yield in_document(draft, " ".join(elements))


def _title_part(draft: Draft) -> Iterator[Hit]:
    title, number = " ".join(draft.title_elements("zh")), draft.part_number
    if number and title and re.search(rf"第\s*{re.escape(number)}\s*部分\s*[：:]", title) is None:
        yield in_document(draft, title, number=number)


def _title_english(draft: Draft) -> Iterator[Hit]:
    if draft.title("en") is None and draft.title_elements("zh"):
        yield in_document(draft, " ".join(draft.title_elements("zh")))


def _title_english_case(draft: Draft) -> Iterator[Hit]:
    for element in draft.title_elements("en"):
        body = re.sub(r"^Part\s+\d+\s*[:：]\s*", "", element)
        match = _LATER_CAPITAL.search(body)
        if match is not None:
            yield in_document(draft, element, word=match[0])
        elif body[:1].islower():
            yield in_document(draft, element, element.replace(body, body[0].upper() + body[1:]), word=body.split()[0])


def _title_english_type(draft: Draft) -> Iterator[Hit]:
    title, kind = draft.title("en"), draft.function_type
    if title is not None and kind is not None:
        whole = title.full or " — ".join(filter(None, (title.intro, title.main, title.complement)))
        if not english_agrees(kind, whole):
            yield in_document(draft, whole, zh=draft.title_elements("zh")[-1])


def _no_codes(name: str) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        metadata = draft.document.metadata
        if metadata is not None and not getattr(metadata, f"{name.lower()}_codes"):
            yield in_document(draft, f"{name}号", name=name)

    return find


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
        ("范围、规范性引用文件、术语和定义之后没有“{subject}”", "nothing follows the scope, the references and the terms: the core technical element is missing"),
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
        ("范围为第1章，规范性引用文件为第2章，术语和定义为第3章。", "The scope is chapter 1, the references are chapter 2, the terms are chapter 3."),
        ("“{subject}”应为第{number}章，现为“{found}”", "“{subject}” has to be chapter {number}, and is {found}"),
        _chapter_numbers,
        Example("# 1 范围", "# 0 范围"),
    ),
    rule(
        "ELEM-TITLE",
        MUST,
        "6.2.2.3表3",
        ("资料性要素以及范围、规范性引用文件、术语和定义的标题与表3一致。", "Informative elements, the scope, the references and the terms have the titles of table 3."),
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
    rule(
        "TITLE-MISSING",
        MUST,
        "6.1.1",
        ("文件有名称。", "A document has a title."),
        ("缺少{subject}", "the title is missing"),
        _title_missing,
        Example("= zh｜示例阀 密封性能规范\n= en｜Example valves — Specification for tightness", ""),
    ),
    rule(
        "TITLE-ELEMENTS",
        MUST,
        "6.1.1",
        ("文件名称所用的元素不多于三种。", "A title has at most three elements."),
        ("文件名称有{count}个元素：“{subject}”；最多为引导、主体、补充三种", "the title has {count} elements: “{subject}”; at most three are allowed"),
        _title_elements,
        Example("= zh｜示例阀 密封性能规范", "= zh｜示例机械 示例阀 密封 性能规范"),
    ),
    rule(
        "TITLE-KIND",
        MUST,
        "6.1.4.1",
        ("文件名称不含“……标准”“……国家标准”“……标准化指导性技术文件”等词语。", "A title does not say that the document is a standard."),
        ("文件名称“{subject}”含“{word}”，请删去", "the title “{subject}” holds {word}; leave it out"),
        _title_kind,
        Example("= zh｜示例阀 密封性能规范", "= zh｜示例阀国家标准 密封性能规范"),
    ),
    rule(
        "TITLE-TYPE",
        MAY,
        "6.1.4.2表1",
        ("名称的补充元素或主体元素宜含表示标准功能类型的词语。", "A title should name the function of the standard."),
        ("从文件名称“{subject}”看不出标准的功能类型；宜从表1选取词语，如“规范”“规程”“指南”", "the title “{subject}” does not tell the function of the standard; use a word of table 1"),
        _title_type,
        Example("= zh｜示例设备 示例符号", "= zh｜示例设备 示例界面", SpecimenName.SYMBOLS),
    ),
    rule(
        "TITLE-PART",
        MUST,
        "7.1.3",
        ("部分的名称包含“第*部分：”。", "The title of a part says which part it is."),
        ("文件名称“{subject}”缺少“第{number}部分：”", "the title “{subject}” does not say 第{number}部分："),
        _title_part,
        Example("= zh｜示例阀 第2部分：安装规范", "= zh｜示例阀 安装规范", SpecimenName.PART),
    ),
    rule(
        "TITLE-ENGLISH",
        MUST,
        "8.1",
        ("国家标准、行业标准的封面标明文件名称的英文译名。", "The cover of a national or industry standard has the title in English."),
        ("“{subject}”缺少英文译名", "“{subject}” has no English title"),
        _title_english,
        Example("= en｜Example valves — Specification for tightness", ""),
    ),
    rule(
        "TITLE-ENGLISH-CASE",
        MUST,
        "10.3.1.2",
        ("英文译名各元素的第一个字母大写，其余字母小写。", "In the English title only the first letter of an element is a capital."),
        ("英文译名的元素“{subject}”中“{word}”的大小写不对", "in the English title, “{word}” in “{subject}” has the wrong case"),
        _title_english_case,
        Example("= en｜Example valves — Specification for tightness", "= en｜Example Valves — Specification for tightness"),
    ),
    rule(
        "TITLE-ENGLISH-TYPE",
        SHOULD,
        "6.1.4.2表1",
        ("英文译名的功能类型词语宜与表1一致。", "The English title should name the function as in table 1."),
        ("英文译名“{subject}”与“{zh}”的功能类型不一致，见表1", "the English title “{subject}” does not name the function of “{zh}” as table 1 does"),
        _title_english_type,
        Example("= en｜Example valves — Specification for tightness", "= en｜Example valves — Requirements for tightness"),
    ),
    rule(
        "COVER-ICS",
        MUST,
        "8.1",
        ("封面标明国际标准分类号。", "The cover has an ICS code."),
        ("封面缺少{subject}", "the cover has no {name} code"),
        _no_codes("ICS"),
        Example("= ics｜23.060.01", ""),
    ),
    rule(
        "COVER-CCS",
        MUST,
        "8.1",
        ("封面标明中国标准文献分类号。", "The cover has a CCS code."),
        ("封面缺少{subject}", "the cover has no {name} code"),
        _no_codes("CCS"),
        Example("= ccs｜J16", ""),
    ),
)
