"""Figures, tables and formulas: numbers, titles, where the text points to them (GB/T 1.1-2020, 9.7 to 9.9, 10.4.2)."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import BlockKind, ClauseKind
from standards_tree.rules.drafting.draft import Draft, Passage
from standards_tree.rules.drafting.rule import MUST, DraftingRule, Example, Find, Hit, in_passage, rule

_WORDS = {BlockKind.FIGURE: ("图", "figure"), BlockKind.TABLE: ("表", "table"), BlockKind.FORMULA: ("公式", "formula")}
_NUMBER = re.compile(r"(?:([A-Z])\.)?(\d+)")
_SPLIT = re.compile(r"(?:[A-Z]\.)?\d+\s*[a-z]$")
_SAME_AS = re.compile(r"同上|同左|同前|〃")
_WHERE = re.compile(r"\s*(?:式|公式)[（(\dA-Z.）)]*\s*中\s*[：:，,]?")
_LETTERS = re.compile(r"[A-Za-zΑ-ωα-ω]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_NUMBERED_PLACES = frozenset({ClauseKind.FOREWORD, ClauseKind.OTHER})


def bare_number(passage: Passage) -> str:
    """Return the number of a figure, table or formula without its word and brackets: ``A.1`` of ``表A.1``."""
    return re.sub(r"^(?:图|表|公式|式|Figure|Table|Formula)\s*|[（()）\s]", "", passage.block.number)


def _annex_of(passage: Passage) -> str:
    chapter = passage.section.chapter
    return chapter.number if chapter.kind is ClauseKind.ANNEX else ""


def _outer(draft: Draft, kind: BlockKind) -> Iterator[Passage]:
    """Yield figures, tables or formulas that stand in no other."""
    for passage in draft.passages_of(kind):
        if (
            passage.host is None
            and passage.section.chapter.kind not in _NUMBERED_PLACES
            and passage.section.chapter is not draft.symbols
        ):
            yield passage


def _unnumbered(kind: BlockKind) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        for passage in _outer(draft, kind):
            if not bare_number(passage):
                yield in_passage(passage, passage.block.title or passage.text[:30] or _WORDS[kind][0])

    return find


def _sequence(kind: BlockKind) -> Find:
    word = _WORDS[kind][0]

    def find(draft: Draft) -> Iterator[Hit]:
        counts: dict[str, int] = {}
        for passage in _outer(draft, kind):
            number = bare_number(passage)
            match = _NUMBER.fullmatch(number)
            if not number or _SPLIT.search(number):
                continue
            annex = _annex_of(passage)
            counts[annex] = counts.get(annex, 0) + 1
            expected = f"{annex}.{counts[annex]}" if annex else str(counts[annex])
            if match is None or number != expected:
                yield in_passage(passage, passage.block.title or f"{word}{number}", found=number, expected=expected)
                counts[annex] = int(match[2]) if match else counts[annex]

    return find


def _mentioned(kind: BlockKind) -> Find:
    word = _WORDS[kind][0]
    pattern = re.compile(rf"{word}\s*((?:[A-Z]\.)?\d+)(?:\s*[～~至、和与,，]\s*{word}?\s*((?:[A-Z]\.)?\d+))*")
    each = re.compile(r"((?:[A-Z]\.)?)(\d+)")

    def find(draft: Draft) -> Iterator[Hit]:
        pointed: set[str] = set()
        for passage in draft.passages:
            if word in passage.text:
                for match in pattern.finditer(passage.text):
                    numbers = [(one[1], int(one[2])) for one in each.finditer(match[0])]
                    pointed.update(f"{prefix}{number}" for prefix, number in numbers)
                    if "～" in match[0] or "~" in match[0] or "至" in match[0]:
                        prefix, first, last = numbers[0][0], numbers[0][1], numbers[-1][1]
                        pointed.update(f"{prefix}{number}" for number in range(first, min(last, first + 200) + 1))
        for passage in _outer(draft, kind):
            number = bare_number(passage)
            if number and number not in pointed:
                yield in_passage(passage, passage.block.title or f"{word}{number}", number=number)

    return find


def _titles(kind: BlockKind) -> Find:
    def find(draft: Draft) -> Iterator[Hit]:
        numbered = [passage for passage in _outer(draft, kind) if bare_number(passage)]
        untitled = [passage for passage in numbered if not passage.block.title.strip()]
        if untitled and len(untitled) < len(numbered):
            for passage in untitled:
                yield in_passage(passage, passage.block.number)

    return find


def _split(draft: Draft) -> Iterator[Hit]:
    for passage in draft.passages_of(BlockKind.FIGURE, BlockKind.TABLE, BlockKind.FORMULA):
        if passage.host is None and _SPLIT.search(bare_number(passage)):
            yield in_passage(passage, passage.block.number)


def _cells(passage: Passage) -> Iterator[str]:
    for row in passage.text.split("\n"):
        yield from row.split("\t")


def _empty_cells(draft: Draft) -> Iterator[Hit]:
    for passage in _outer(draft, BlockKind.TABLE):
        rows = [row.split("\t") for row in passage.text.split("\n") if row.strip()]
        width = max((len(row) for row in rows), default=0)
        # A row that is shorter than the others has cells that span columns.
        if any(not cell.strip() for row in rows[1:] if len(row) == width for cell in row):
            yield in_passage(passage, passage.block.number or passage.block.title)


def _same_as(draft: Draft) -> Iterator[Hit]:
    for passage in draft.passages_of(BlockKind.TABLE):
        for cell in _cells(passage):
            if match := _SAME_AS.fullmatch(cell.strip()):
                yield in_passage(passage, passage.block.number or passage.block.title, word=match[0])
                break


def _where(draft: Draft) -> Iterator[Hit]:
    if draft.symbols is not None:
        return
    for section in draft.sections:
        for position, passage in enumerate(section.passages):
            if passage.kind is not BlockKind.FORMULA or not _LETTERS.search(passage.text):
                continue
            after = section.passages[position + 1 :]
            # Of formulas that follow one another the last leads in what the letters mean.
            following = after[0] if after else None
            if following is not None and following.kind is BlockKind.FORMULA:
                continue
            if following is None or not _WHERE.match(following.text):
                yield in_passage(passage, passage.text[:40])


def _formula_words(draft: Draft) -> Iterator[Hit]:
    for passage in draft.passages_of(BlockKind.FORMULA):
        if match := _CHINESE.search(passage.text):
            yield in_passage(passage, passage.text[:40], word=match[0])


def _numbers(kind: BlockKind, clause: str, unnumbered: Example, sequence: Example) -> tuple[DraftingRule, ...]:
    zh, en = _WORDS[kind]
    return (
        rule(
            f"{kind.name}-NUMBER",
            MUST,
            clause,
            (f"每个{zh}有编号，只有一个时也编为“{zh}1”。", f"Every {en} has a number, a sole one too."),
            (f"{zh}没有编号：“{{subject}}”", f"a {en} has no number: “{{subject}}”"),
            _unnumbered(kind),
            unnumbered,
        ),
        *_sequenced(kind, clause, sequence),
    )


def _sequenced(kind: BlockKind, clause: str, sequence: Example) -> tuple[DraftingRule, ...]:
    zh, en = _WORDS[kind]
    return (
        rule(
            f"{kind.name}-SEQUENCE",
            MUST,
            clause,
            (
                f"{zh}编号从引言开始连续到附录之前，附录中重新从1开始并冠以附录的字母。",
                f"The {en}s are numbered throughout, in an annex anew with its letter.",
            ),
            (
                f"{zh}“{{subject}}”的编号为{{found}}，应为{{expected}}",
                f"the {en} “{{subject}}” is numbered {{found}}, and has to be {{expected}}",
            ),
            _sequence(kind),
            sequence,
        ),
    )


def _pointed(kind: BlockKind, clause: str, mention: Example, titles: Example) -> tuple[DraftingRule, ...]:
    zh, en = _WORDS[kind]
    return (
        rule(
            f"{kind.name}-MENTIONED",
            MUST,
            clause,
            (f"文中提及每个{zh}的编号。", f"The text points to every {en} by its number."),
            (
                f"文中没有提及{zh}{{number}}“{{subject}}”",
                f"nothing in the text points to {en} {{number}} “{{subject}}”",
            ),
            _mentioned(kind),
            mention,
        ),
        rule(
            f"{kind.name}-TITLES",
            MUST,
            "9.7.2.2" if kind is BlockKind.FIGURE else "9.8.2.2",
            (f"文件中的{zh}有无{zh}题一致。", f"Of the {en}s of a document all have titles, or none."),
            (f"{{subject}}没有{zh}题，其他{zh}有", "{subject} has no title, and others have"),
            _titles(kind),
            titles,
        ),
    )


RULES: tuple[DraftingRule, ...] = (
    *_numbers(
        BlockKind.FIGURE,
        "9.7.2.1",
        Example("图2｜示例阀的安装\n", "图2｜示例阀的安装\n图｜另一示例\n"),
        Example("示例阀的安装见图2。\n图2｜示例阀的安装\n", "示例阀的安装见图3。\n图3｜示例阀的安装\n"),
    ),
    *_pointed(
        BlockKind.FIGURE,
        "9.7.1.2",
        Example("示例阀的安装见图2。\n", ""),
        Example("图2｜示例阀的安装\n", "图2｜\n"),
    ),
    *_numbers(
        BlockKind.TABLE,
        "9.8.2.1",
        Example("表2｜示例限值", "表｜示例限值二｜等级,限值;A,1\n表2｜示例限值"),
        Example("泄漏量应符合表2的规定。", "泄漏量应符合表4的规定。", also=(("表2｜", "表4｜"),)),
    ),
    *_pointed(
        BlockKind.TABLE,
        "9.8.1.2",
        Example("泄漏量应符合表2的规定。\n", ""),
        Example("表2｜示例限值", "表2｜"),
    ),
    *_sequenced(BlockKind.FORMULA, "9.9.2", Example("公式(2)｜", "公式(3)｜")),
    rule(
        "SHAPE-SPLIT",
        MUST,
        "9.8.1.3、9.9.2",
        (
            "不将表细分为分表，不将公式编号细分为（2a）等。",
            "Tables are not split into 2a and 2b, nor are the numbers of formulas.",
        ),
        ("“{subject}”是细分的编号，请分别编号", "“{subject}” is part of a number; number each by itself"),
        _split,
        Example("公式(2)｜", "公式(2a)｜"),
    ),
    rule(
        "TABLE-EMPTY-CELL",
        MUST,
        "10.4.2.2",
        ("表的单元格没有内容时用一字线表示。", "A cell without content has a dash."),
        ("{subject}有空的单元格，没有内容时用“—”", "{subject} has an empty cell; write — where there is nothing"),
        _empty_cells,
        Example("B,—", "B,"),
    ),
    rule(
        "TABLE-SAME",
        MUST,
        "10.4.2.2",
        ("表中不用“同上”“同左”。", "No cell says “as above”."),
        (
            "{subject}用了“{word}”，请写出内容或以通栏表示",
            "{subject} says {word}; write the content, or span the cells",
        ),
        _same_as,
        Example("B,—", "B,同上"),
    ),
    rule(
        "FORMULA-WHERE",
        MUST,
        "9.9.3.1",
        (
            "公式之后用“式中：”引出对字母符号的解释，已列入符号和缩略语的除外。",
            "What the letters of a formula mean is led in by 式中：, unless there is a list of symbols.",
        ),
        ("公式“{subject}”之后没有“式中：”", "nothing explains the formula “{subject}”: 式中："),
        _where,
        Example("式中：\n", ""),
    ),
    rule(
        "FORMULA-WORDS",
        MUST,
        "9.9.3.1",
        ("公式不用量的名称，变量由字母符号代表。", "A formula has letters for quantities, not their names."),
        ("公式“{subject}”用了量的名称“{word}”", "the formula “{subject}” has the name {word} instead of a letter"),
        _formula_words,
        Example("公式(2)｜R = q / V", "公式(2)｜R = 泄漏量 / V"),
    ),
)
