"""Lists: what leads them in, how their items are marked and end (GB/T 1.1-2020, 7.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from standards_tree.documents.model import BlockKind
from standards_tree.rules.drafting.draft import Draft, Passage, Section
from standards_tree.rules.drafting.rule import MUST, SHOULD, DraftingRule, Example, Hit, in_passage, rule

MAX_LEVELS = 2
# What stands before an item, by level; a dash may be printed as one, two or more.
_DASH = re.compile(r"[—–―─-]{1,3}|－{1,2}")
_LETTER = re.compile(r"[a-z][)）]")
_DOT = re.compile(r"[·•・∙]")
_DIGIT = re.compile(r"\d{1,2}[)）]")
_MARKS = {1: (_DASH, _LETTER), 2: (_DOT, _DIGIT)}
_LEADS = "：:。"


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A run of items of the first level with those below them, and the paragraph before it."""

    lead: Passage | None
    items: tuple[Passage, ...]


def lists_of(section: Section) -> Iterator[PrintedList]:
    """Yield the lists of a section; what stands in an item, such as a note, does not part them."""
    lead: Passage | None = None
    run: list[Passage] = []
    for passage in section.passages:
        if passage.kind is BlockKind.LIST_ITEM and not passage.is_additional:
            run.append(passage)
        elif passage.host is None or passage.host.kind is not BlockKind.LIST_ITEM:
            if run:
                yield PrintedList(lead, tuple(run))
                run = []
            lead = passage
    if run:
        yield PrintedList(lead, tuple(run))


def _lists(draft: Draft) -> Iterator[PrintedList]:
    for section in draft.sections:
        yield from lists_of(section)


def _leads(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        first = one.items[0]
        if one.lead is None or one.lead.kind is not BlockKind.PARAGRAPH:
            yield in_passage(first, first.text)
        elif one.lead.text.rstrip()[-1:] not in _LEADS:
            yield in_passage(one.lead, one.lead.text[-40:])


def _ends(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        last = one.items[-1]
        text = last.text.rstrip()
        if text and not text.endswith(("。", ".")):
            yield in_passage(last, text[-30:], text[-30:].rstrip("；;，,、") + "。")


def _item_ends(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        leads = {0: one.lead} if one.lead is not None and one.lead.kind is BlockKind.PARAGRAPH else {}
        for item, following in zip(one.items, one.items[1:], strict=False):
            level, text = item.block.level, item.text.rstrip()
            leads[level] = item
            lead = leads.get(level - 1)
            # An item that leads others in ends as they need, and the last of those as the list around them needs.
            if following.block.level != level or lead is None or not text:
                continue
            closing = lead.text.rstrip()[-1:]
            wanted = "。" if closing == "。" else "；;，," if closing in ("：", ":") else ""
            if wanted and text[-1] not in wanted:
                yield in_passage(item, text[-30:], text[-30:].rstrip("；;，,、。") + wanted[0], mark=wanted[0])


def _depths(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        before = 0
        for passage in one.items:
            if passage.block.level > MAX_LEVELS >= before:
                yield in_passage(passage, passage.text, level=str(passage.block.level))
            before = passage.block.level


def _marks(draft: Draft) -> Iterator[Hit]:
    for passage in draft.passages_of(BlockKind.LIST_ITEM):
        mark = passage.block.number.strip()
        allowed = _MARKS.get(passage.block.level)
        if mark and allowed and not any(pattern.fullmatch(mark) for pattern in allowed):
            right = "“——”或“a)”" if passage.block.level == 1 else "“·”或“1)”"
            right_en = "—— or a)" if passage.block.level == 1 else "· or 1)"
            yield in_passage(passage, passage.text, mark=mark, right=right, right_en=right_en)


def _sequences(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        expected = {1: 0, 2: 0}
        for item in one.items:
            level, mark = item.block.level, item.block.number.strip()
            if level not in expected:
                continue
            if level == 1:
                expected[2] = 0
            value = (
                ord(mark[0]) - ord("a")
                if _LETTER.fullmatch(mark)
                else int(mark[:-1]) - 1
                if mark[:-1].isdigit()
                else None
            )
            if value is None:
                continue
            if value != expected[level]:
                right = f"{chr(ord('a') + expected[level])})" if level == 1 else f"{expected[level] + 1})"
                yield in_passage(item, f"{mark} {item.text}"[:40], found=mark, expected=right)
                break
            expected[level] += 1


def _alone(draft: Draft) -> Iterator[Hit]:
    for one in _lists(draft):
        if len(one.items) == 1:
            yield in_passage(one.items[0], one.items[0].text)


RULES: tuple[DraftingRule, ...] = (
    rule(
        "LIST-LEAD",
        MUST,
        "7.5.1",
        (
            "列项由后跟冒号的文字或后跟句号的句子引出。",
            "A list is led in by words with a colon or a sentence with a full stop.",
        ),
        ("列项没有引语：“{subject}”", "nothing leads the list in: “{subject}”"),
        _leads,
        Example("示例阀按驱动方式分为：\n", ""),
    ),
    rule(
        "LIST-END",
        MUST,
        "7.5.1",
        ("列项的最后一项由句号结束。", "The last item of a list ends with a full stop."),
        ("列项的最后一项没有以句号结束：“{subject}”", "the last item does not end with a full stop: “{subject}”"),
        _ends,
        Example("—— 电动的示例阀。", "—— 电动的示例阀"),
    ),
    rule(
        "LIST-ITEM-END",
        MUST,
        "7.5.1",
        (
            "冒号引出的各项后跟分号或逗号，句号引出的各项后跟句号。",
            "Items after a colon end with a semicolon or a comma, those after a full stop with a full stop.",
        ),
        ("列项的各项以“{mark}”结束：“{subject}”", "the items of this list end with {mark}: “{subject}”"),
        _item_ends,
        Example("—— 手动的示例阀；", "—— 手动的示例阀。"),
    ),
    rule(
        "LIST-DEPTH",
        SHOULD,
        "7.5.2",
        ("列项的细分不宜超过两个层次。", "A list should have at most two levels."),
        ("第{level}层次的列项：“{subject}”", "an item of level {level}: “{subject}”"),
        _depths,
        Example("  1) 打开示例进口；\n", "  1) 打开示例进口：\n    · 缓慢地；\n    · 匀速地；\n"),
    ),
    rule(
        "LIST-MARK",
        MUST,
        "7.5.3",
        (
            "第一层次的列项之前为“——”或“a)”，第二层次为“·”或“1)”。",
            "Items are marked —— or a), those below them · or 1).",
        ),
        (
            "列项“{subject}”之前为“{mark}”，应为{right}",
            "the item “{subject}” is marked {mark}, and has to be marked {right_en}",
        ),
        _marks,
        Example("—— 手动的示例阀；\n—— 电动的示例阀。", "● 手动的示例阀；\n—— 电动的示例阀。"),
    ),
    rule(
        "LIST-SEQUENCE",
        MUST,
        "7.5.3",
        ("列项编号按字母或数字的顺序连续。", "The letters or figures of a list follow one another."),
        (
            "列项编号{found}应为{expected}：“{subject}”",
            "the item is marked {found}, and has to be {expected}: “{subject}”",
        ),
        _sequences,
        Example("b) 关闭示例出口。", "c) 关闭示例出口。"),
    ),
    rule(
        "LIST-SINGLE",
        SHOULD,
        "7.5.1",
        ("列项由并列的各项组成。", "A list has more than one item."),
        ("列项只有一项：“{subject}”", "the list has a single item: “{subject}”"),
        _alone,
        Example("—— 手动的示例阀；\n—— 电动的示例阀。", "—— 手动的示例阀。"),
    ),
)
