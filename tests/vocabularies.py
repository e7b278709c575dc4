"""Vocabularies of our own writing, clean ones and ones with a fault."""

from dataclasses import replace

from standards_tree.terms import (
    Concept,
    ConceptRelation,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    TermDesignation,
)

KINDS = {kind.value: kind for kind in ConceptRelationKind}
DOMAIN = "示例领域 example"

# number, Chinese term, English term, Chinese definition, English definition
_CLEAN = (
    ("1", "量具", "gauge", "复现长度的器具", "implement that reproduces a length"),
    ("1.1", "卡规", "snap gauge", "测量外尺寸的量具", "gauge for outer dimensions"),
    ("1.2", "塞规", "plug gauge", "测量孔径的量具", "gauge for the diameter of holes"),
    ("1.2.1", "通端", "go end", "塞规中允许进入被检孔的部分", "part of a plug gauge that enters a conforming hole"),
    (
        "2",
        "响应时间",
        "response time",
        "从输入变化到指示稳定所经过的时间",
        "time from a change of the input to a steady reading",
    ),
    ("3", "适用性", "fitness for purpose", "在规定条件下满足相应用途的能力", "ability to serve a stated purpose"),
    (
        "4",
        "可靠性",
        "reliability",
        "在给定期间内保持功能的可能程度",
        "degree to which functions are kept over a given time",
    ),
    ("5", "供应商", "supplier", "提供产品的组织", "organization that provides a product"),
    (
        "6",
        "测量标准化",
        "standardization of measurement",
        "使测量的做法趋于一致的活动",
        "activity that brings practices together",
    ),
    ("7", "指标", "indicator", "指示性的数值", "value that stands for a state, such as length, mass, etc."),
    (
        "8",
        "互换性",
        "interchangeability",
        "可更换的零件彼此代替而不影响功能的特性",
        "property of parts that replace each other in May and in June",
    ),
)


def word(language: str, text: str, status: str = "preferred", kind: str = "full_form") -> TermDesignation:
    """Return a designation."""
    return TermDesignation(language, text, DesignationStatus(status), type=DesignationType(kind))


def concept(
    number: str = "1",
    zh: str = "量具",
    en: str = "gauge",
    zh_definition: str = "复现长度的器具",
    en_definition: str = "implement that reproduces a length",
) -> Concept:
    """Return a concept against which no rule says anything, unless the arguments make it so."""
    words = [word(language, text) for language, text in (("zh-Hans", zh), ("en", en)) if text]
    texts = (("zh-Hans", zh_definition), ("en", en_definition))
    definitions = tuple(Definition(language, text, "示例") for language, text in texts if text)
    return Concept(number, DOMAIN, tuple(words), definitions, ConceptStatus.CANDIDATE, "示例")


def with_words(base: Concept, *words: TermDesignation) -> Concept:
    """Return *base* with more designations."""
    return replace(base, designations=(*base.designations, *words))


def related(base: Concept, kind: str, *targets: str) -> Concept:
    """Return *base* with relations to concepts by number."""
    return replace(base, relations=tuple(ConceptRelation(KINDS[kind], target) for target in targets))


def renamed(base: Concept, **changes: object) -> Concept:
    """Return *base* with other facts."""
    return replace(base, **changes)


def clean_vocabulary() -> list[Concept]:
    """Return a vocabulary in order: words that only look like a fault, homonyms of other domains, sound relations."""
    concepts = {row[0]: concept(*row) for row in _CLEAN}
    concepts["1.1"] = related(concepts["1.1"], "generic", "1")
    concepts["1.2"] = related(concepts["1.2"], "generic", "1")
    concepts["1.2.1"] = related(concepts["1.2.1"], "partitive", "1.2")
    concepts["2"] = with_words(
        concepts["2"], word("en", "RT", "admitted", "abbreviation"), word("zh", "反应时间", "deprecated")
    )
    concepts["3"] = related(concepts["3"], "exact_match", "https://example.org/fitness")
    elsewhere = replace(
        concept("1", "量具", "gauge", "铁路两轨的间距", "distance between two rails"), domain="示例铁路 example"
    )
    ended = replace(concept("9", "旧词", "old word", "是指某物", "is a thing"), status=ConceptStatus.RETIRED)
    return [*concepts.values(), elsewhere, ended]


def large_vocabulary(size: int) -> list[Concept]:
    """Return *size* concepts each of which is defined by the one before it, in order, so that nothing is circular."""
    return [
        concept(
            str(number),
            f"概念甲{number}乙",
            f"notion {number}",
            f"与概念甲{number - 1}乙不同的示例",
            f"example other than notion {number - 1}",
        )
        for number in range(1, size + 1)
    ]
