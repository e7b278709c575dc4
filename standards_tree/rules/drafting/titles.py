"""The title and the codes on the cover (GB/T 1.1-2020, 6.1, 7.1.3, 8.1, 10.3.1)."""

import re
from collections.abc import Iterator

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
    rule,
)

_KIND_WORDS = re.compile(r"(?:国家|行业|地方|团体|企业)?标准$|标准化指导性技术文件|(?:国家|行业|地方|团体|企业)标准")


_MOST_TITLE_ELEMENTS = 3


_LATER_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


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


RULES: tuple[DraftingRule, ...] = (
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
        (
            "文件名称有{count}个元素：“{subject}”；最多为引导、主体、补充三种",
            "the title has {count} elements: “{subject}”; at most three are allowed",
        ),
        _title_elements,
        Example("= zh｜示例阀 密封性能规范", "= zh｜示例机械 示例阀 密封 性能规范"),
    ),
    rule(
        "TITLE-KIND",
        MUST,
        "6.1.4.1",
        (
            "文件名称不含“……标准”“……国家标准”“……标准化指导性技术文件”等词语。",
            "A title does not say that the document is a standard.",
        ),
        ("文件名称“{subject}”含“{word}”，请删去", "the title “{subject}” holds {word}; leave it out"),
        _title_kind,
        Example("= zh｜示例阀 密封性能规范", "= zh｜示例阀国家标准 密封性能规范"),
    ),
    rule(
        "TITLE-TYPE",
        MAY,
        "6.1.4.2表1",
        ("名称的补充元素或主体元素宜含表示标准功能类型的词语。", "A title should name the function of the standard."),
        (
            "从文件名称“{subject}”看不出标准的功能类型；宜从表1选取词语，如“规范”“规程”“指南”",
            "the title “{subject}” does not tell the function of the standard; use a word of table 1",
        ),
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
        (
            "国家标准、行业标准的封面标明文件名称的英文译名。",
            "The cover of a national or industry standard has the title in English.",
        ),
        ("“{subject}”缺少英文译名", "“{subject}” has no English title"),
        _title_english,
        Example("= en｜Example valves — Specification for tightness", ""),
    ),
    rule(
        "TITLE-ENGLISH-CASE",
        MUST,
        "10.3.1.2",
        (
            "英文译名各元素的第一个字母大写，其余字母小写。",
            "In the English title only the first letter of an element is a capital.",
        ),
        (
            "英文译名的元素“{subject}”中“{word}”的大小写不对",
            "in the English title, “{word}” in “{subject}” has the wrong case",
        ),
        _title_english_case,
        Example(
            "= en｜Example valves — Specification for tightness", "= en｜Example Valves — Specification for tightness"
        ),
    ),
    rule(
        "TITLE-ENGLISH-TYPE",
        SHOULD,
        "6.1.4.2表1",
        ("英文译名的功能类型词语宜与表1一致。", "The English title should name the function as in table 1."),
        (
            "英文译名“{subject}”与“{zh}”的功能类型不一致，见表1",
            "the English title “{subject}” does not name the function of “{zh}” as table 1 does",
        ),
        _title_english_type,
        Example(
            "= en｜Example valves — Specification for tightness", "= en｜Example valves — Requirements for tightness"
        ),
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
