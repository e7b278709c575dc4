"""Write tables into a workbook so that nothing in a cell is ever taken for anything but what it is.

Text stays text: a title that looks like a formula, a number or an address is none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from standards_tree.reports.captions import caption
from standards_tree.reports.labels import label
from standards_tree.reports.schema_texts import Texts

MAX_CELL_CHARACTERS = 32_767
MAX_SHEET_ROWS = 1_048_576

Kind = Literal["text", "number", "ratio", "date"]
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its caption, its width in characters, and what its cells hold."""

    caption: str
    width: int
    kind: Kind = "text"


@dataclass(slots=True)
class SheetWriter:
    """Write sheets of one workbook in one language."""

    book: xlsxwriter.Workbook
    language: str
    formats: dict[str, Format] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base = {"valign": "top", "font_name": "Arial", "font_size": 10}
        styles: dict[str, dict[str, object]] = {
            "text": {"text_wrap": True},
            "number": {"num_format": "0"},
            "ratio": {"num_format": "0%"},
            "date": {"num_format": "yyyy-mm-dd", "align": "left"},
            "head": {"bold": True, "bg_color": "#1F3F66", "font_color": "#FFFFFF", "text_wrap": True},
            "title": {"bold": True, "font_size": 16, "font_color": "#1F3F66"},
            "heading": {"bold": True, "font_size": 12, "font_color": "#1F3F66"},
            "strong": {"bold": True},
        }
        self.formats = {name: self.book.add_format(base | style) for name, style in styles.items()}

    def c(self, code: str, **parameters: object) -> str:
        """Return a caption."""
        return caption(code, self.language, **parameters)

    def words(self, code: str) -> str:
        """Return the words for a code."""
        return label(code, self.language)

    def say(self, texts: Texts) -> str:
        """Return a text in the language of the workbook."""
        return texts["zh-Hans"] if self.language == "zh-Hans" else texts["en"]

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """Write one sheet: a frozen heading, a filter over every column, the rows."""
        sheet = self.book.add_worksheet(name)
        last = self.block(sheet, 0, columns, rows)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def front(self, name: str, title: str, lines: Sequence[tuple[str, Kind, Cell]]) -> tuple[Worksheet, int]:
        """Write the first sheet: a title and named figures; return it and the first free row."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.formats["title"])
        for row, (line, kind, value) in enumerate(lines, start=2):
            sheet.write_string(row, 0, line, self.formats["strong"])
            self.cell(sheet, row, 1, kind, value)
        return sheet, len(lines) + 3

    def heading(self, sheet: Worksheet, row: int, text: str) -> None:
        """Write a heading between two blocks of a sheet."""
        sheet.write_string(row, 0, text, self.formats["heading"])

    def block(self, sheet: Worksheet, top: int, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
        """Write captions at row *top* and the rows below them, set the widths, and return the number of the last row."""
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(top, number, column.caption, self.formats["head"])
        row = top
        for row, cells in enumerate(rows, start=top + 1):
            if row >= MAX_SHEET_ROWS:
                return row - 1
            for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                self.cell(sheet, row, number, column.kind, cell)
        return row

    def cell(self, sheet: Worksheet, row: int, column: int, kind: Kind, cell: Cell) -> None:
        """Write one cell by its kind; text is never taken for anything else."""
        style = self.formats[kind]
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, style)
        elif kind == "date":
            sheet.write_datetime(
                row, column, datetime.combine(date.fromisoformat(str(cell)), datetime.min.time()), style
            )
        elif kind == "text":
            sheet.write_string(row, column, fitting(str(cell)), style)
        else:
            sheet.write_number(row, column, float(cell), style)


# What XML cannot hold, and a carriage return, which it would read as a line's end.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fitting(text: str) -> str:
    """Cut a text to what a cell holds and drop what XML cannot hold, which would make the workbook unreadable."""
    kept = _NOT_XML.sub("", text)
    return kept if len(kept) <= MAX_CELL_CHARACTERS else kept[: MAX_CELL_CHARACTERS - 1] + "…"
