"""Notes, examples and footnotes: how they are numbered (GB/T 1.1-2020, 9.10 to 9.12)."""

import re
from collections.abc import Iterator
from itertools import groupby

from standards_tree.documents.model import BlockKind
from standards_tree.rules.drafting.draft import Draft, Passage, Section
from standards_tree.rules.drafting.rule import MUST, DraftingRule, Example, Find, Hit, in_passage, rule

_WORDS = {BlockKind.NOTE: "注", BlockKind.EXAMPLE: "示例"}
_LABEL = re.compile(r"^(?:注|示例)\s*(\d*)\s*[：:]?")
_DIGIT = re.compile(r"(\d+)\s*[)）]?")
_LETTER = re.compile(r"[a-z]\s*[)）]?")


def _number(passage: Passage) -> str:
    """Return the figure of a note or example, empty where it has none; the label may stand in the text itself."""
    match = _LABEL.match(passage.block.number.strip()) or _LABEL.match(passage.text.strip())
    return match[1] if match else re.sub(r"\D", "", passage.block.number)


def _sets(section: Section, kind: BlockKind) -> Iterator[list[Passage]]:
    """Yield the notes that are numbered together: those of a clause, and those of each table or figure."""
    notes = [passage for passage in section.passages if passage.kind is kind]
    ordered = sorted(notes, key=lambda note: note.block.inside if note.in_table else -1)
    for _, group in groupby(ordered, key=lambda note: note.block.inside if note.in_table else -1):
        yield list(group)


def _numbers(kind: BlockKind) -> Find:
    word = _WORDS[kind]

    def find(draft: Draft) -> Iterator[Hit]:
        for section in draft.sections:
            for notes in _sets(section, kind):
                yield from _wrong(notes, word)

    return find


def _wrong(notes: list[Passage], word: str) -> Iterator[Hit]:
    for position, note in enumerate(notes, start=1):
        expected = str(position) if len(notes) > 1 else ""
        found = _number(note)
        if found != expected:
            yield in_passage(note, note.text[:40], found=f"{word}{found}", expected=f"{word}{expected}：")
            return


def _footnotes(draft: Draft) -> Iterator[Hit]:
    expected = 1
    for passage in draft.passages_of(BlockKind.FOOTNOTE):
        match = _DIGIT.fullmatch(passage.block.number.strip())
        if passage.in_table or match is None:
            continue
        if int(match[1]) != expected:
            yield in_passage(passage, passage.text[:40], found=passage.block.number, expected=f"{expected})")
            expected = int(match[1])
        expected += 1


def _table_footnotes(draft: Draft) -> Iterator[Hit]:
    for section in draft.sections:
        inside = [one for one in section.passages if one.kind is BlockKind.FOOTNOTE and one.in_table]
        for _, group in groupby(inside, key=lambda note: note.block.inside):
            for position, note in enumerate(group):
                mark, expected = note.block.number.strip(), chr(ord("a") + position)
                if mark and (not _LETTER.fullmatch(mark) or mark[0] != expected):
                    yield in_passage(note, note.text[:40], found=mark, expected=expected)
                    break


def _numbered(kind: BlockKind, clause: str, example: Example) -> DraftingRule:
    word, en = _WORDS[kind], kind.value
    return rule(
        f"{kind.name}-NUMBER",
        MUST,
        clause,
        (
            f"一个章、条、图或表中只有一个{word}时标明“{word}：”，有多个时从“{word}1：”开始编号。",
            f"A sole {en} of a clause, figure or table has no number, several are numbered from 1.",
        ),
        (
            "“{subject}”标为“{found}”，应为“{expected}”",
            f"the {en} “{{subject}}” is marked {{found}}, and has to be marked {{expected}}",
        ),
        _numbers(kind),
        example,
    )


RULES: tuple[DraftingRule, ...] = (
    _numbered(BlockKind.NOTE, "9.11.2", Example("注：示例阀在出厂前清洗。", "注1：示例阀在出厂前清洗。")),
    _numbered(BlockKind.EXAMPLE, "9.10.2", Example("示例：示例阀 DN50。", "示例2：示例阀 DN50。")),
    rule(
        "FOOTNOTE-SEQUENCE",
        MUST,
        "9.12.1",
        ("条文脚注从前言开始全文连续编号：1)、2)……。", "Footnotes of the text are numbered throughout: 1), 2) …"),
        (
            "脚注“{subject}”的编号为{found}，应为{expected}",
            "the footnote “{subject}” is numbered {found}, and has to be {expected}",
        ),
        _footnotes,
        Example("脚注1)｜", "脚注2)｜"),
    ),
    rule(
        "FOOTNOTE-OF-TABLE",
        MUST,
        "9.12.2",
        (
            "图表脚注用小写拉丁字母a、b、c编号，每个图或表单独编号。",
            "Footnotes of a table or figure are lettered a, b, c, anew in each.",
        ),
        (
            "图表脚注“{subject}”的编号为{found}，应为{expected}",
            "the footnote “{subject}” of a table or figure is marked {found}, and has to be {expected}",
        ),
        _table_footnotes,
        Example("^脚注a｜", "^脚注b｜"),
    ),
)
