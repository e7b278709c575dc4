"""Chapters, clauses and paragraphs: their numbers, depth and titles (GB/T 1.1-2020, 7.2 to 7.4)."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft, Section
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

MAX_LEVELS = 5
_BODY_OR_ANNEX = frozenset({ClauseKind.CLAUSE, ClauseKind.ANNEX, ClauseKind.SCOPE, ClauseKind.TERMS})
_REQUIRED_FIRST = (ClauseKind.SCOPE, ClauseKind.NORMATIVE_REFERENCES, ClauseKind.TERMS)
_HANGING = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
_NUMBER = re.compile(r"(?:[A-Z]|\d+)(?:\.\d+)*")


def _numbered(section: Section) -> list[Section]:
    return [child for child in section.children if _NUMBER.fullmatch(child.number)]


def _chapter_sequence(draft: Draft) -> Iterator[Hit]:
    before: int | None = None
    for section in draft.chapters:
        if not section.number.isdigit():
            before = None if before is None else before + 1
            continue
        number = int(section.number)
        if before is not None and number != before + 1 and not _explained(draft, before + 1, number):
            yield in_section(section, section.title or section.number, found=section.number, expected=str(before + 1))
        # A chapter that has a number of its own by another rule is that rule's finding.
        fixed = section.kind in _REQUIRED_FIRST and number != _REQUIRED_FIRST.index(section.kind) + 1
        before = None if fixed else number


def _explained(draft: Draft, first: int, number: int) -> bool:
    """Tell whether the numbers from *first* to before *number* are those of chapters that another rule finds missing."""
    return first < number <= len(_REQUIRED_FIRST) + 1 and all(
        draft.first(_REQUIRED_FIRST[missing - 1]) is None for missing in range(first, number)
    )


def _chapter_numbers(draft: Draft) -> Iterator[Hit]:
    for section in draft.chapters:
        if not section.number:
            yield in_section(section, section.title or section.path)


def _chapter_titles(draft: Draft) -> Iterator[Hit]:
    for section in draft.chapters:
        if section.number and not section.title:
            yield in_section(section, section.number)


def _clause_sequence(draft: Draft) -> Iterator[Hit]:
    for parent in draft.sections:
        if parent.chapter.kind not in _BODY_OR_ANNEX or not parent.number:
            continue
        for position, child in enumerate(_numbered(parent), start=1):
            head, _, last = child.number.rpartition(".")
            if head != parent.number or not last.isdigit() or int(last) != position:
                expected = f"{parent.number}.{position}"
                yield in_section(child, child.title or child.number, found=child.number, expected=expected)
                break


def _depth(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        deep = section.number.count(".") > MAX_LEVELS
        if deep and (section.parent is None or section.parent.children[0] is section):
            yield in_section(section, section.title or section.number, number=section.number)


def _alone(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        if section.chapter.kind in _BODY_OR_ANNEX and len(children := _numbered(section)) == 1:
            yield in_section(children[0], children[0].title or children[0].number, parent=section.number)


def _first_level_titles(draft: Draft) -> Iterator[Hit]:
    for chapter in draft.chapters:
        children = _numbered(chapter) if chapter.kind is ClauseKind.CLAUSE else []
        if children and not any(child.title for child in children):
            yield in_section(chapter, chapter.title or chapter.number, first=children[0].number)


def _mixed_titles(draft: Draft) -> Iterator[Hit]:
    for parent in draft.sections:
        divided = parent.chapter.kind in _BODY_OR_ANNEX and parent.kind is not ClauseKind.TERMS
        children = _numbered(parent) if divided else []
        untitled = [child for child in children if not child.title]
        if untitled and len(untitled) < len(children):
            minority = untitled if len(untitled) * 2 <= len(children) else [one for one in children if one.title]
            for child in minority:
                yield in_section(child, child.title or child.number, parent=parent.number, number=child.number)


def _divided_untitled(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        if section.parent is not None and section.number and not section.title and _numbered(section):
            yield in_section(section, section.number, child=_numbered(section)[0].number)


def _hanging(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        if not _numbered(section) or section.chapter.kind not in (
            ClauseKind.CLAUSE,
            ClauseKind.ANNEX,
            ClauseKind.SCOPE,
        ):
            continue
        if section.chapter is draft.symbols:
            continue
        first = next((passage for passage in section.passages if passage.kind in _HANGING), None)
        if first is not None:
            yield in_passage(first, first.text[:40], number=section.number)


def _divided(*kinds: ClauseKind) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        for section in draft.elements:
            numbered = _numbered(section) if section.kind in kinds else []
            if numbered:
                yield in_section(numbered[0], numbered[0].number, element=section.title)

    return find


def _unnumbered_elements(draft: Draft) -> Iterator[Hit]:
    for section in draft.elements:
        if section.kind in (ClauseKind.FOREWORD, ClauseKind.INTRODUCTION, ClauseKind.BIBLIOGRAPHY) and section.number:
            yield in_section(section, section.title, number=section.number)


def _introduction_numbers(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.INTRODUCTION)
    for position, child in enumerate(section.children if section else (), start=1):
        if child.number != f"0.{position}":
            yield in_section(child, child.title or child.number, expected=f"0.{position}")


def _term_groups(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.TERMS)
    for child in section.children if section else ():
        if child.number and not child.title:
            yield in_section(child, child.number)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "NUM-CHAPTER",
        MUST,
        "7.2",
        ("每章有编号。", "Every chapter has a number."),
        ("章“{subject}”没有编号", "the chapter “{subject}” has no number"),
        _chapter_numbers,
        Example("# 6 标志", "# 标志"),
    ),
    rule(
        "NUM-CHAPTER-SEQUENCE",
        MUST,
        "7.2",
        (
            "章的编号从范围一章开始连续到附录之前。",
            "Chapters are numbered without a gap from the scope to before the annexes.",
        ),
        (
            "“{subject}”的章编号为{found}，应为{expected}",
            "the chapter “{subject}” is numbered {found}, and has to be {expected}",
        ),
        _chapter_sequence,
        Example("# 8 使用信息", "# 9 使用信息"),
    ),
    rule(
        "NUM-CHAPTER-TITLE",
        MUST,
        "7.2",
        ("每章有标题。", "Every chapter has a title."),
        ("第{subject}章没有标题", "chapter {subject} has no title"),
        _chapter_titles,
        Example("# 8 使用信息", "# 8"),
    ),
    rule(
        "NUM-CLAUSE-SEQUENCE",
        MUST,
        "7.3.2",
        (
            "条的编号以章编号或上一层次的条编号加下脚点和从1开始的数字连续给出。",
            "Clauses are numbered within what they divide, from 1 without a gap.",
        ),
        ("“{subject}”的编号为{found}，应为{expected}", "“{subject}” is numbered {found}, and has to be {expected}"),
        _clause_sequence,
        Example("# 5.4 外观", "# 5.5 外观"),
    ),
    rule(
        "NUM-DEPTH",
        MUST,
        "7.3.1",
        ("条最多分到第五层次。", "Clauses have at most five levels."),
        ("{number}超过第五层次", "{number} is below the fifth level"),
        _depth,
        Example(
            "第五层次的示例条文一。\n",
            "# 7.2.1.1.1.1.1 第六层次甲\n第六层次的示例条文一。\n# 7.2.1.1.1.1.2 第六层次乙\n第六层次的示例条文二。\n",
        ),
    ),
    rule(
        "NUM-SINGLE",
        MUST,
        "7.3.1",
        ("一个层次中有一个以上的条时才设条。", "A level has clauses only where it has more than one."),
        ("{parent}之下只有一条“{subject}”，不必设条", "{parent} has “{subject}” as its only clause; do not divide it"),
        _alone,
        Example("# 6.2 位置\n标志宜位于阀体正面。\n", ""),
    ),
    rule(
        "NUM-FIRST-LEVEL-TITLE",
        SHOULD,
        "7.3.3",
        ("第一层次的条宜有标题。", "Clauses of the first level should have titles."),
        ("“{subject}”的第一层次的条（{first}等）没有标题", "the clauses of “{subject}” ({first} …) have no titles"),
        _first_level_titles,
        Example("# 6.1 内容\n", "# 6.1\n", also=(("# 6.2 位置\n", "# 6.2\n"),)),
    ),
    rule(
        "NUM-MIXED-TITLES",
        MUST,
        "7.3.3",
        ("同一层次上各条有无标题一致。", "Of the clauses of one level all have titles, or none."),
        (
            "{parent}的下一层次有的条有标题，有的没有：{number}",
            "below {parent} some clauses have titles and some do not: {number}",
        ),
        _mixed_titles,
        Example("# 5.4 外观", "# 5.4"),
    ),
    rule(
        "NUM-UNTITLED-DIVIDED",
        MUST,
        "7.3.4",
        ("无标题条不再分条。", "A clause without a title is not divided."),
        ("{subject}没有标题，不应再分条（{child}）", "{subject} has no title and must not be divided ({child})"),
        _divided_untitled,
        Example(
            "# 5.1.2\n无标题的示例条文二。\n",
            "# 5.1.2\n# 5.1.2.1\n无标题的示例条文二。\n# 5.1.2.2\n无标题的示例条文三。\n",
        ),
    ),
    rule(
        "NUM-HANGING",
        SHOULD,
        "7.4",
        (
            "章标题与条之间、条标题与下一层次的条之间不宜设段（悬置段）。",
            "No paragraph should hang between a title and the clauses below it.",
        ),
        (
            "{number}有悬置段：“{subject}”；请编为条，或移至别处",
            "a paragraph hangs in {number}: “{subject}”; number it, or move it",
        ),
        _hanging,
        Example("# 6 标志\n", "# 6 标志\n标志的规定如下。\n"),
    ),
    rule(
        "NUM-REFERENCES-DIVIDED",
        MUST,
        "8.6.1",
        ("规范性引用文件不分条。", "The normative references are not divided."),
        ("“{element}”不应分条：{subject}", "“{element}” must not be divided: {subject}"),
        _divided(ClauseKind.NORMATIVE_REFERENCES),
        Example("* GB/T 99981  示例阀  术语\n", "# 2.1 国家标准\n* GB/T 99981  示例阀  术语\n"),
    ),
    rule(
        "NUM-FOREWORD-DIVIDED",
        MUST,
        "8.3、8.13",
        ("前言和参考文献不分条。", "The foreword and the bibliography are not divided."),
        ("“{element}”不应分条：{subject}", "“{element}” must not be divided: {subject}"),
        _divided(ClauseKind.FOREWORD, ClauseKind.BIBLIOGRAPHY),
        Example("# 参考文献\n", "# 参考文献\n# 9.1 标准\n"),
    ),
    rule(
        "NUM-ELEMENT-NUMBERED",
        MUST,
        "8.3、8.4",
        (
            "前言、引言和参考文献不给出章编号。",
            "The foreword, the introduction and the bibliography have no chapter number.",
        ),
        ("“{subject}”不应有编号{number}", "“{subject}” must not be numbered {number}"),
        _unnumbered_elements,
        Example("# 参考文献\n", "# 9 参考文献\n"),
    ),
    rule(
        "NUM-INTRODUCTION",
        MUST,
        "8.4",
        ("引言分条时编为0.1、0.2等。", "The clauses of an introduction are numbered 0.1, 0.2 …"),
        (
            "引言的条“{subject}”应编为{expected}",
            "the clause “{subject}” of the introduction has to be numbered {expected}",
        ),
        _introduction_numbers,
        Example("# 0.2 各部分的关系", "# 0.3 各部分的关系", SpecimenName.PART),
    ),
    rule(
        "NUM-TERM-GROUP",
        MUST,
        "8.7.1",
        ("术语和定义细分的每条有标题。", "The clauses that group terms have titles."),
        ("术语和定义的条{subject}没有标题", "the clause {subject} of the terms has no title"),
        _term_groups,
        Example("# 3.2 过程\n", "# 3.2\n", SpecimenName.TERMINOLOGY),
    ),
)
