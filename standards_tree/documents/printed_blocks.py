"""Turn the lines of one clause into blocks: lists, notes, captions with their tables and figures, formulas."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from standards_tree.documents.hardened_xml import folded
from standards_tree.documents.model import Block, BlockKind
from standards_tree.documents.printed import printed_as
from standards_tree.documents.printed_lines import Cell, Line, Role

_MARKS = (
    ("letter", re.compile(r"([a-zａ-ｚ]{1,2}[)）])[\s\u3000]*")),
    ("digit", re.compile(r"(\d{1,3}[)）])[\s\u3000]*")),
    ("bracketed", re.compile(r"([(（](?:\d{1,3}|[ivx]{1,4})[)）])[\s\u3000]*(?=\S)")),
    ("dash", re.compile(r"([—–]{1,2}|－－|--)[\s\u3000]*(?=[^\s—–\d])")),
    ("bullet", re.compile(r"([●•·◆■▪○])[\s\u3000]*")),
)
_CAPTION = re.compile(
    r"(?P<number>(?P<word>续?表|图|T(?:able|ABLE)|F(?:igure|IGURE))[\s\u3000]*(?:[A-Z][.．]?)?\d+(?:[.\-－—]\d+)*)"
    r"(?=$|[\s\u3000:：(（\u4e00-\u9fff])[\s\u3000:：]*(?P<title>.*)",
    re.DOTALL,
)
_ENDS_SENTENCE = re.compile(r"[。；;：:，,]$")
_FORMULA_NUMBER = re.compile(r"[\s\u3000.…·⋯]*([(（](?:[A-Z][.．]?)?\d+(?:[-.]\d+)?[a-z]?[)）])\s*$")
_TABLE_FOOTNOTE = re.compile(r"([a-z])[\s\u3000]+(?=\S)|([a-z])(?=[\u4e00-\u9fff])")
_LONGEST_CAPTION = 100
_DEEPEST_LIST = 6
_BELOW_OTHERS = ("digit", "bracketed", "bullet")


class _Entry(NamedTuple):
    """An open entry of a list: what it is marked with, its depth and the index of its block."""

    mark: str
    level: int
    block: int


class LineBlocks:
    """Collects the blocks of one clause."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._open: list[_Entry] = []
        self._caption: Block | None = None
        self._image: Line | None = None

    def blocks(self) -> tuple[Block, ...]:
        """Return the blocks of the lines added; none may be added afterwards."""
        self._settle_caption()
        self._settle_image()
        return tuple(self._blocks)

    def add(self, line: Line, following: Line | None) -> None:
        """Add a line; *following* is the one behind it in the same clause."""
        if line.rows:
            self._add_table(line)
            return
        text = folded(line.text.replace("\n", " "))
        caption = self._as_caption(line, text, following)
        if caption is not None:
            self._add_caption(caption, line)
            return
        if self._caption is not None and text:
            self._settle_caption()
        if line.has_image and not text:
            self._settle_image()
            self._image = line
            return
        if text or line.number:
            self._settle_image()
            self._add_text(line, text)

    def _add_text(self, line: Line, text: str) -> None:
        if self._is_formula(line):
            self._add_formula(line, text)
            return
        printed = printed_as(f"{line.number}{text}" if line.number[:1] in "注示NE" else text)
        if printed.kind is not BlockKind.PARAGRAPH or line.role in (Role.NOTE, Role.EXAMPLE):
            kind = {Role.NOTE: BlockKind.NOTE, Role.EXAMPLE: BlockKind.EXAMPLE}.get(line.role, printed.kind)
            kind = printed.kind if printed.kind is not BlockKind.PARAGRAPH else kind
            number = printed.number or line.number.rstrip(":：")
            self._append(Block(kind, printed.text, line.place, number, inside=self._inside()), line)
            return
        number, mark, rest = self._mark_of(line, text)
        if mark:
            self._add_entry(line, mark, number, rest)
            return
        inside = self._open[-1].block if line.role is Role.LIST and self._open else -1
        if inside < 0:
            self._open.clear()
        shown = f"{line.number} {text}".strip()
        self._append(Block(BlockKind.PARAGRAPH, shown, line.place, inside=inside), line)

    def _append(self, block: Block, line: Line) -> int:
        self._blocks.append(block)
        index = len(self._blocks) - 1
        for note in line.footnotes:
            self._blocks.append(Block(BlockKind.FOOTNOTE, note.text, line.place, note.number, inside=index))
        return index

    def _inside(self) -> int:
        return self._open[-1].block if self._open else -1

    def _mark_of(self, line: Line, text: str) -> tuple[str, str, str]:
        """Return the mark of a list entry, what kind of mark it is, and the text behind it."""
        if line.number:
            for kind, pattern in _MARKS:
                if pattern.match(f"{line.number}x"):
                    return line.number, kind, text
            return (line.number, "other", text) if line.role is Role.LIST else ("", "", text)
        for kind, pattern in _MARKS:
            match = pattern.match(text)
            if match and text[match.end() :]:
                return match[1], kind, text[match.end() :]
        return "", "", text

    def _add_entry(self, line: Line, mark: str, number: str, text: str) -> None:
        """Append a list entry: one marked as an open one is stands beside it.

        Another kind of mark is one deeper where the entry before leads over to it or where such marks only stand below
        others (GB/T 1.1-2020, 7.5: a letter before a figure, a dash before a dot); else it begins a list of its own.
        """
        level = line.level if line.role is Role.LIST and line.level else 0
        if level:
            while self._open and self._open[-1].level >= level:
                self._open.pop()
        else:
            marks = [entry.mark for entry in self._open]
            if mark in marks:
                level = self._open[marks.index(mark)].level
                del self._open[marks.index(mark) :]
            else:
                if self._open and mark not in _BELOW_OTHERS and not self._leads_over():
                    self._open.clear()
                level = min(self._open[-1].level + 1 if self._open else 1, _DEEPEST_LIST)
        block = Block(BlockKind.LIST_ITEM, text, line.place, number, level=level, inside=self._inside())
        self._open.append(_Entry(mark, level, self._append(block, line)))

    def _leads_over(self) -> bool:
        return self._blocks[self._open[-1].block].text.endswith(("：", ":"))

    def _is_formula(self, line: Line) -> bool:
        if line.role is Role.FORMULA:
            return True
        return line.has_formula and (not line.text.strip() or _FORMULA_NUMBER.search(line.text) is not None)

    def _add_formula(self, line: Line, text: str) -> None:
        match = _FORMULA_NUMBER.search(text)
        number = match[1] if match else line.number
        text = text[: match.start()] if match else text
        self._append(Block(BlockKind.FORMULA, text.strip(), line.place, number, inside=self._inside()), line)

    def _as_caption(self, line: Line, text: str, following: Line | None) -> Block | None:
        """Return the table or figure that *line* is the caption of, None if it is none."""
        printed = f"{line.number} {text}".strip() if line.number[:1] in "表图续TF" else text
        match = _CAPTION.match(printed) if len(printed) < _LONGEST_CAPTION else None
        if match is None:
            return None
        is_table = "表" in match["word"] or match["word"].lower() == "table"
        if line.role is not Role.CAPTION and not line.number:
            beside = following is not None and bool(following.rows) if is_table else self._image is not None
            if not beside or _ENDS_SENTENCE.search(printed):
                return None
        number = re.sub(r"[\s\u3000]+", " " if match["number"].isascii() else "", match["number"])
        kind = BlockKind.TABLE if is_table else BlockKind.FIGURE
        return Block(kind, "", line.place, number, match["title"].strip())

    def _add_caption(self, caption: Block, line: Line) -> None:
        self._settle_caption()
        self._open.clear()
        if caption.kind is BlockKind.FIGURE:
            self._image = None
            self._append(caption, line)
        else:
            self._settle_image()
            self._caption = caption

    def _settle_caption(self) -> None:
        """Append a caption that no table follows."""
        if self._caption is not None:
            self._blocks.append(self._caption)
            self._caption = None

    def _settle_image(self) -> None:
        """Append a figure without caption."""
        if self._image is not None:
            self._blocks.append(Block(BlockKind.FIGURE, "", self._image.place))
            self._image = None

    def _add_table(self, line: Line) -> None:
        """Append a table under the caption before it; notes and footnotes in its cells stand inside it."""
        self._settle_image()
        self._open.clear()
        rows: list[str] = []
        inner: list[Block] = []
        columns = max(len(row) for row in line.rows)
        for row in line.rows:
            cells = [_cell(cell, line, alone=len(row) == 1 < columns, inner=inner) for cell in row]
            if any(cells):
                rows.append("\t".join(cells))
        caption = self._caption or Block(BlockKind.TABLE, "", line.place)
        self._caption = None
        index = self._append(replace(caption, text="\n".join(rows)), line)
        self._blocks.extend(replace(block, inside=index) for block in inner)


def _cell(cell: Cell, line: Line, *, alone: bool, inner: list[Block]) -> str:
    """Return the text of a cell, and put its notes and footnotes into *inner*; *alone* it fills its row."""
    texts: list[str] = []
    for paragraph in cell.paragraphs:
        text = folded(paragraph.replace("\n", " "))
        printed = printed_as(text)
        footnote = _TABLE_FOOTNOTE.match(text) if alone else None
        if printed.kind in (BlockKind.NOTE, BlockKind.EXAMPLE) and printed.number:
            inner.append(Block(printed.kind, printed.text, line.place, printed.number))
        elif footnote:
            inner.append(Block(BlockKind.FOOTNOTE, text[footnote.end() :], line.place, footnote[1] or footnote[2]))
        elif text:
            texts.append(text)
    return " ".join(texts)


def blocks_of_lines(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Return the blocks of *lines*, all of one clause. Cost: linear."""
    collected = LineBlocks()
    for position, line in enumerate(lines):
        collected.add(line, lines[position + 1] if position + 1 < len(lines) else None)
    return collected.blocks()
