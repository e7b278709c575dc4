"""Fixed wordings: the foreword, the scope and the sentences that lead in (GB/T 1.1-2020, 8.3 to 8.8 and D.2)."""

import re
from collections.abc import Iterator
from typing import Final

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft, Passage, Section
from standards_tree.rules.drafting.rule import (
    MUST,
    SHOULD,
    DraftingRule,
    Example,
    Find,
    Hit,
    SpecimenName,
    in_passage,
    in_section,
    rule,
)

REFERENCES_LEAD: Final = (
    "下列文件中的内容通过文中的规范性引用而构成本文件必不可少的条款。其中，注日期的引用文件，仅该日期对应的版本适用于本文件；"
    "不注日期的引用文件，其最新版本（包括所有的修改单）适用于本文件。"
)
NO_REFERENCES: Final = "本文件没有规范性引用文件。"
TERMS_LEAD: Final = "下列术语和定义适用于本文件。"
NO_TERMS: Final = "本文件没有需要界定的术语和定义。"
_TERMS_LEADS = re.compile(r".*(?:下列术语(?:、?符号)?(?:和|、)定义(?:[、和].+)?|界定的术语(?:和|、)定义)适用于本文件。")
_SYMBOLS_LEADS = re.compile(
    r"(?:.*界定的以及)?(?:下列|表\S{1,4}中的)?(?:符号|缩略语|符号和缩略语|代号|符号、代号和缩略语)适用于本文件。"
)

# What 8.5.3 lets a scope say of its subject, by verb.
_SCOPE_VERBS: Final = ("规定了", "确立了", "描述了", "提供了", "给出了", "界定了")
_SCOPE_STATEMENT = re.compile(rf"本文件(?:{'|'.join(_SCOPE_VERBS)})|并(?:{'|'.join(_SCOPE_VERBS)})")
_APPLIES = re.compile(r"(?:本文件)?(?:也)?不?适用于")

# What a foreword gives, in the order of 8.3 a) to h): how each begins.


def comparable(text: str) -> str:
    """Return *text* as wordings are compared: without blanks, with full-width marks and one kind of dash."""
    folded = re.sub(r"[\s\u3000]+", "", text)
    folded = folded.translate(str.maketrans("(),;:", "（），；："))
    return re.sub(r"[‐-―－─-]", "—", folded)


def lines_of(section: Section) -> list[Passage]:
    """Return the paragraphs and items of a section."""
    return [passage for passage in section.passages if passage.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)]


def _scope_statement(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.SCOPE)
    if section is None:
        return
    lines = [passage for part in section.walk() for passage in lines_of(part)]
    if not any(_SCOPE_STATEMENT.search(passage.text) for passage in lines):
        yield in_passage(lines[0], lines[0].text) if lines else in_section(section, section.title)


def _scope_applies(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.SCOPE)
    if section is not None and not any(
        _APPLIES.search(line.text) for part in section.walk() for line in lines_of(part)
    ):
        yield in_section(section, section.title)


def _references_lead(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.NORMATIVE_REFERENCES)
    if section is None or not draft.document.normative_references:
        return
    lines = lines_of(section)
    if not any(comparable(REFERENCES_LEAD) == comparable(passage.text) for passage in lines):
        first = lines[0] if lines else None
        yield (
            in_passage(first, first.text, REFERENCES_LEAD)
            if first is not None
            else in_section(section, section.title, REFERENCES_LEAD)
        )


def _nothing_said(kind: ClauseKind, wording: str) -> Find:
    """Return how a chapter is found that lists nothing and does not say so."""

    def find(draft: Draft) -> Iterator[Hit]:
        section = draft.first(kind)
        is_refs = kind is ClauseKind.NORMATIVE_REFERENCES
        entries = draft.document.normative_references if is_refs else draft.document.terms
        if section is None or entries:
            return
        lines = lines_of(section)
        if not is_refs and any(
            _TERMS_LEADS.search(comparable(line.text)) and "下列" not in line.text for line in lines
        ):
            return
        if not any(comparable(wording) == comparable(line.text) for line in lines):
            yield in_section(section, section.title, wording)

    return find


def _terms_lead(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.TERMS)
    if section is None or not draft.document.terms:
        return
    lines = lines_of(section)
    if not any(_TERMS_LEADS.fullmatch(comparable(line.text)) for line in lines):
        yield (
            in_passage(lines[0], lines[0].text, TERMS_LEAD) if lines else in_section(section, section.title, TERMS_LEAD)
        )


def _symbols_lead(draft: Draft) -> Iterator[Hit]:
    section = draft.symbols
    if section is None:
        return
    lines = [line for part in section.walk() for line in lines_of(part)]
    if not any(_SYMBOLS_LEADS.fullmatch(comparable(line.text)) for line in lines):
        word = "缩略语" if "符号" not in section.title else "符号" if "缩略语" not in section.title else "符号和缩略语"
        fix = f"下列{word}适用于本文件。"
        yield in_passage(lines[0], lines[0].text, fix) if lines else in_section(section, section.title, fix)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "SCOPE-STATEMENT",
        MUST,
        "8.5.3",
        (
            "范围以规定的表述陈述：本文件规定了、确立了、描述了、提供了、给出了、界定了……。",
            "The scope states its subject in one of the fixed forms.",
        ),
        (
            "范围没有使用“本文件规定了/确立了/描述了/提供了/给出了/界定了……”：“{subject}”",
            "the scope uses none of the fixed forms: “{subject}”",
        ),
        _scope_statement,
        Example("本文件规定了示例阀的密封性能要求，", "本文件涉及示例阀的密封性能要求，"),
    ),
    rule(
        "SCOPE-APPLIES",
        MUST,
        "8.5.1、8.5.3",
        ("范围指明适用界限：本文件适用于……。", "The scope says to what the document applies."),
        (
            "“{subject}”没有“本文件适用于……”或“本文件不适用于……”",
            "“{subject}” does not say to what the document applies",
        ),
        _scope_applies,
        Example("本文件适用于公称压力不大于示例值的示例阀。\n", ""),
    ),
    rule(
        "REFS-LEAD",
        MUST,
        "8.6.2",
        ("规范性引用文件清单由规定的引导语引出。", "The list of references is led in by the fixed sentence."),
        ("引导语“{subject}”与8.6.2规定的不一致", "the lead-in “{subject}” is not that of 8.6.2"),
        _references_lead,
        Example("（包括所有的修改单）适用于本文件。", "适用于本文件。"),
    ),
    rule(
        "REFS-NONE",
        MUST,
        "8.6.2",
        (
            "没有规范性引用文件时，给出“本文件没有规范性引用文件。”。",
            "A document without normative references says so.",
        ),
        (
            "“{subject}”没有清单，也没有说明“本文件没有规范性引用文件。”",
            "“{subject}” lists nothing and does not say 本文件没有规范性引用文件。",
        ),
        _nothing_said(ClauseKind.NORMATIVE_REFERENCES, NO_REFERENCES),
        Example("本文件没有规范性引用文件。", "无。", SpecimenName.GUIDANCE),
    ),
    rule(
        "TERMS-LEAD",
        MUST,
        "8.7.2",
        ("术语条目由规定的引导语引出。", "The terms are led in by one of the fixed sentences."),
        ("引导语“{subject}”与8.7.2规定的不一致", "the lead-in “{subject}” is none of those of 8.7.2"),
        _terms_lead,
        Example("GB/T 99981界定的以及下列术语和定义适用于本文件。", "GB/T 99981界定的以及以下术语适用于本文件。"),
    ),
    rule(
        "TERMS-NONE",
        MUST,
        "8.7.2",
        ("没有需要界定的术语时，给出“本文件没有需要界定的术语和定义。”。", "A document without terms says so."),
        (
            "“{subject}”没有条目，也没有说明“本文件没有需要界定的术语和定义。”",
            "“{subject}” lists nothing and does not say so",
        ),
        _nothing_said(ClauseKind.TERMS, NO_TERMS),
        Example("本文件没有需要界定的术语和定义。", "无。", SpecimenName.GUIDANCE),
    ),
    rule(
        "SYMBOLS-LEAD",
        SHOULD,
        "8.8.2",
        ("符号和缩略语清单由规定的引导语引出。", "Symbols and abbreviated terms are led in by the fixed sentence."),
        ("引导语“{subject}”与8.8.2规定的不一致", "the lead-in “{subject}” is not that of 8.8.2"),
        _symbols_lead,
        Example("下列符号和缩略语适用于本文件。", "本文件使用以下符号和缩略语。", SpecimenName.TEST_METHOD),
    ),
)
