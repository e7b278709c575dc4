"""What a foreword says, in which words and order (GB/T 1.1-2020, 8.3 and D.2)."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft
from standards_tree.rules.drafting.rule import (
    MUST,
    DraftingRule,
    Example,
    Find,
    Hit,
    SpecimenName,
    in_passage,
    in_section,
    rule,
)
from standards_tree.rules.drafting.wordings import comparable, lines_of

BASIS: Final = "本文件按照GB/T 1.1—2020《标准化工作导则  第1部分：标准化文件的结构和起草规则》的规定起草。"


PATENTS: Final = "请注意本文件的某些内容可能涉及专利。本文件的发布机构不承担识别专利的责任。"


FOREWORD_ORDER: Final = (
    ("a)", re.compile(r"本文件按照\s*GB/?T\s*1\.1")),
    ("b)", re.compile(r"本文件是.*的第\s*\d+\s*部分")),
    ("c)", re.compile(r"本文件(?:代替|部分代替|废止)")),
    ("d)", re.compile(r"本文件(?:等同|修改|非等效)?采用|本文件与.*一致性程度|一致性程度为")),
    ("e)", re.compile(r"请注意本文件的某些内容")),
    ("f)", re.compile(r"本文件由.*(?:提出|归口)")),
    ("g)", re.compile(r"本文件(?:主要)?起草(?:单位|人)")),
    ("h)", re.compile(r"本文件(?:及其所代替文件的历次版本发布情况|于?\s*\d{4}\s*年首次发布|为首次发布)")),
)


def _fixed(kind: ClauseKind, begins: str, wording: str, unless: Callable[[Draft], bool] | None = None) -> Find:
    """Return how the sentence that *begins* so is found not to be *wording*, or not to be there."""
    wanted = comparable(wording)

    def find(draft: Draft) -> Iterator[Hit]:
        section = draft.first(kind)
        if section is None or (unless is not None and unless(draft)):
            return
        near = None
        for passage in lines_of(section):
            text = comparable(passage.text)
            if wanted in text:
                return
            if comparable(begins) in text:
                near = passage
        if near is not None:
            yield in_passage(near, near.text, wording, wording=wording)
        else:
            yield in_section(section, wording[:30] + "…", wording, wording=wording)

    return find


def _patents_are_known(draft: Draft) -> bool:
    introduction = draft.first(ClauseKind.INTRODUCTION)
    return introduction is not None and any("该专利" in passage.text for passage in introduction.passages)


def _without(pattern: str, subject: str) -> Find:
    """Return how a foreword is found in which no paragraph is of *pattern*."""
    wanted = re.compile(pattern)

    def find(draft: Draft) -> Iterator[Hit]:
        section = draft.first(ClauseKind.FOREWORD)
        if section is not None and not any(wanted.search(comparable(entry.text)) for entry in lines_of(section)):
            yield in_section(section, subject)

    return find


def _foreword_order(draft: Draft) -> Iterator[Hit]:
    section, highest = draft.first(ClauseKind.FOREWORD), -1
    for passage in lines_of(section) if section else ():
        text = passage.text.strip()
        rank = next((rank for rank, (_, begin) in enumerate(FOREWORD_ORDER) if begin.match(text)), None)
        if rank is not None and rank < highest:
            yield in_passage(passage, text, letter=FOREWORD_ORDER[rank][0], before=FOREWORD_ORDER[highest][0])
        elif rank is not None:
            highest = rank


def _foreword_part(draft: Draft) -> Iterator[Hit]:
    section, number = draft.first(ClauseKind.FOREWORD), draft.part_number
    if section is None or not number:
        return
    if not any(re.search(rf"的第\s*{re.escape(number)}\s*部分", passage.text) for passage in lines_of(section)):
        yield in_section(section, f"第{number}部分", number=number)


def _foreword_replaces(draft: Draft) -> Iterator[Hit]:
    section, metadata = draft.first(ClauseKind.FOREWORD), draft.document.metadata
    if section is None or metadata is None:
        return
    text = comparable("".join(passage.text for passage in lines_of(section)))
    for related in metadata.related:
        replaced = related.relation.lower() in ("replaces", "replace", "supersedes", "代替")
        if replaced and comparable(related.designation_text) not in text:
            yield in_section(section, related.designation_text)


def _foreword_changes(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.FOREWORD)
    for passage in lines_of(section) if section else ():
        if re.match(r"本文件代替", passage.text):
            text = "".join(entry.text for entry in lines_of(section)) if section else ""
            if re.search(r"技术变化|技术内容.*(?:修改|变化)|编辑性", text) is None:
                yield in_passage(passage, passage.text)
            return


def _foreword_committee_code(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.FOREWORD)
    for passage in lines_of(section) if section else ():
        if re.search(r"全国[^。（(]*标准化技术委员会(?![（(]\s*SAC/TC)", passage.text):
            yield in_passage(passage, passage.text)


def _foreword_shapes(draft: Draft) -> Iterator[Hit]:
    section = draft.first(ClauseKind.FOREWORD)
    for passage in section.passages if section else ():
        if passage.kind in (BlockKind.TABLE, BlockKind.FIGURE, BlockKind.FORMULA):
            yield in_passage(passage, passage.block.number or passage.text or passage.kind.value)


def _said(zh: str) -> str:
    return f"{zh}的表述与规定的不一致，应为：{{wording}}"


RULES: tuple[DraftingRule, ...] = (
    rule(
        "FOREWORD-BASIS",
        MUST,
        "8.3 a)",
        (
            "前言以规定的表述说明起草依据。",
            "The foreword says in the fixed words by which rules the document is drafted.",
        ),
        (_said("起草依据"), "the basis of the drafting has to read: {wording}"),
        _fixed(ClauseKind.FOREWORD, "本文件按照", BASIS),
        Example("的规定起草。", "的规定编写。"),
    ),
    rule(
        "FOREWORD-PATENTS",
        MUST,
        "D.2",
        (
            "未识别出专利时，前言给出规定的专利说明。",
            "A foreword has the fixed notice of patents, unless patents are known.",
        ),
        (_said("专利说明"), "the notice of patents has to read: {wording}"),
        _fixed(ClauseKind.FOREWORD, "请注意本文件", PATENTS, _patents_are_known),
        Example("本文件的发布机构不承担识别专利的责任。", "本文件的发布机构不承担责任。"),
    ),
    rule(
        "FOREWORD-COMMITTEE",
        MUST,
        "8.3 f)",
        ("前言给出归口信息。", "The foreword says who is responsible for the document."),
        ("前言缺少归口信息：“本文件由……归口。”", "the foreword does not say who is responsible: 本文件由……归口。"),
        _without(r"本文件由.*归口", "归口"),
        Example("提出并归口。", "提出。"),
    ),
    rule(
        "FOREWORD-COMMITTEE-CODE",
        MUST,
        "8.3 f)",
        (
            "全国专业标准化技术委员会的名称之后给出国内代号。",
            "The name of a national committee is followed by its code.",
        ),
        (
            "“{subject}”：委员会名称之后应给出代号（SAC/TC ×××）",
            "“{subject}”: the name of the committee has to be followed by (SAC/TC n)",
        ),
        _foreword_committee_code,
        Example("全国示例标准化技术委员会（SAC/TC 999）", "全国示例标准化技术委员会"),
    ),
    rule(
        "FOREWORD-DRAFTERS",
        MUST,
        "8.3 g)",
        ("前言给出起草单位。", "The foreword names the organizations that drafted the document."),
        ("前言缺少“本文件起草单位：……。”", "the foreword does not name the organizations: 本文件起草单位：……。"),
        _without(r"本文件(?:主要)?起草单位[：:]", "起草单位"),
        Example("本文件起草单位：示例研究院、示例公司。\n", ""),
    ),
    rule(
        "FOREWORD-PERSONS",
        MUST,
        "8.3 g)",
        ("前言给出主要起草人。", "The foreword names the persons who drafted the document."),
        ("前言缺少“本文件主要起草人：……。”", "the foreword does not name the persons: 本文件主要起草人：……。"),
        _without(r"本文件主要起草人[：:]", "主要起草人"),
        Example("本文件主要起草人：示例甲、示例乙。\n", ""),
    ),
    rule(
        "FOREWORD-ORDER",
        MUST,
        "8.3",
        ("前言的内容按a）～h）的顺序给出。", "The content of a foreword is in the order a) to h)."),
        (
            "“{subject}”属于8.3 {letter}，应位于{before}的内容之前",
            "“{subject}” belongs to 8.3 {letter} and has to stand before {before}",
        ),
        _foreword_order,
        Example(
            "本文件起草单位：示例研究院、示例公司。\n本文件主要起草人：示例甲、示例乙。\n",
            "本文件起草单位：示例研究院、示例公司。\n本文件主要起草人：示例甲、示例乙。\n"
            "本文件代替GB/T 99980—2010，与其相比主要技术变化如下。\n",
        ),
    ),
    rule(
        "FOREWORD-PART",
        MUST,
        "8.3 b)",
        ("分为部分的文件的每个部分说明其所属的部分。", "The foreword of a part says which part it is."),
        ("前言没有说明本文件是第{number}部分", "the foreword does not say that the document is part {number}"),
        _foreword_part,
        Example(
            "本文件是GB/T 99990《示例阀》的第2部分。", "GB/T 99990《示例阀》已经发布了若干部分。", SpecimenName.PART
        ),
    ),
    rule(
        "FOREWORD-REPLACES",
        MUST,
        "8.3 c)",
        ("前言给出被代替文件的编号。", "The foreword names the documents that are replaced."),
        ("封面标明代替{subject}，前言没有说明", "the cover says that {subject} is replaced, the foreword does not"),
        _foreword_replaces,
        Example("= ccs｜J16", "= ccs｜J16\n= replaces｜GB/T 99980—2010"),
    ),
    rule(
        "FOREWORD-CHANGES",
        MUST,
        "8.3 c)",
        (
            "前言列出与前一版本相比的主要技术变化。",
            "The foreword lists the main technical changes since the edition before.",
        ),
        ("“{subject}”：没有列出主要技术变化", "“{subject}”: the main technical changes are not listed"),
        _foreword_changes,
        Example("的规定起草。\n", "的规定起草。\n本文件代替GB/T 99980—2010《示例阀》。\n"),
    ),
    rule(
        "FOREWORD-SHAPES",
        MUST,
        "8.3",
        ("前言不用图、表或数学公式。", "A foreword has no figure, table or formula."),
        ("前言中有“{subject}”，请移出", "“{subject}” stands in the foreword; take it out"),
        _foreword_shapes,
        Example("本文件起草单位：示例研究院", "表｜示例表｜甲,乙\n本文件起草单位：示例研究院"),
    ),
)
