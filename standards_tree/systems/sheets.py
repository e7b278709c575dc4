"""Write the tables of a standards system into a workbook as GB/T 13016 has them: titled, framed, ready to print.

The same view gives the same bytes: a workbook carries the view's date where a program would put the time of writing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from standards_tree.reports.labels import language_of
from standards_tree.reports.sheets import fitting
from standards_tree.systems.lettering import wrapped
from standards_tree.systems.system_view import SystemView
from standards_tree.systems.words import either, facts_of, title_of, word

Cell = str | int | float | date | None

A4: Final = 9
CAPTION_ROW: Final = 2
# The first day that a workbook can hold as a date.
FIRST_DAY: Final = date(1900, 3, 1)
# Programs refuse a file that was made in the year 1.
_FIRST_MAKING: Final = date(1980, 1, 1)

_PLAIN: Final = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
_FRAME: Final = {**_PLAIN, "border": 1, "border_color": "#9AA5B1"}
_STYLES: Final[dict[str, dict[str, object]]] = {
    "title": {**_PLAIN, "bold": True, "font_size": 16, "align": "center"},
    "facts": {**_PLAIN, "align": "center", "font_color": "#4A5866"},
    "note": {**_PLAIN, "text_wrap": True, "valign": "top"},
    "head": {**_FRAME, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "align": "center"},
    "text": {**_FRAME, "text_wrap": True},
    "centred": {**_FRAME, "align": "center"},
    "number": {**_FRAME, "num_format": "0", "align": "center"},
    "ratio": {**_FRAME, "num_format": "0.0%", "align": "center"},
    "date": {**_FRAME, "num_format": "yyyy-mm-dd", "align": "center"},
    "group": {**_FRAME, "bold": True, "bg_color": "#F2F5F9", "text_wrap": True},
    "group_number": {**_FRAME, "bold": True, "bg_color": "#F2F5F9", "num_format": "0", "align": "center"},
    "group_ratio": {**_FRAME, "bold": True, "bg_color": "#F2F5F9", "num_format": "0.0%", "align": "center"},
}
_ROW_POINTS: Final = {"title": 30, "facts": 18, "note": 42}
# Not every program makes a row as high as its text when it opens a workbook: LibreOffice keeps one line and cuts the others.
_LINE_POINTS: Final = 13
_MOST_LINES: Final = 30
# A column is so many times wider than the letters are high: 7 pixels a character, and letters of 10 points have 13.3.
_LETTER_HEIGHTS_A_CHARACTER: Final = 7 / 13.3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its caption, its width in characters, and the style of its cells."""

    caption: str
    width: int
    style: str = "text"


@dataclass(slots=True)
class TableWriter:
    """Write titled tables into one workbook in one language; text stays text, whatever it looks like."""

    book: xlsxwriter.Workbook
    language: str
    formats: dict[str, Format] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.formats = {name: self.book.add_format(style) for name, style in _STYLES.items()}

    def w(self, code: str, /, **parameters: object) -> str:
        """Return words of the set of documents."""
        return word(code, self.language, **parameters)

    def begin(self, name: str, document: str, view: SystemView, columns: Sequence[Column]) -> Worksheet:
        """Return a new sheet with title, facts and captions, frozen above the table and set up for print."""
        sheet = self.book.add_worksheet(name)
        facts = [*facts_of(view.subject, self.language), self.w("prescribed")]
        title = title_of(document, either(view.title, self.language), self.language)
        self.across(sheet, 0, len(columns), title, "title")
        self.across(sheet, 1, len(columns), " · ".join(facts), "facts")
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            self.put(sheet, CAPTION_ROW, number, column.caption, "head")
        self._make_high(sheet, CAPTION_ROW, columns, [column.caption for column in columns])
        sheet.freeze_panes(CAPTION_ROW + 1, 0)
        sheet.repeat_rows(CAPTION_ROW)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C&9{self.w('page')}")
        return sheet

    def across(self, sheet: Worksheet, row: int, columns: int, text: str, style: str) -> None:
        """Write a line across the whole width of a table."""
        if columns > 1:
            sheet.merge_range(row, 0, row, columns - 1, "", self.formats[style])
        self.put(sheet, row, 0, text, style)
        sheet.set_row(row, _ROW_POINTS[style])

    def row(
        self, sheet: Worksheet, row: int, columns: Sequence[Column], cells: Sequence[Cell], style: str = ""
    ) -> None:
        """Write a row of a table; *style* takes the place of the columns' own."""
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            self.put(sheet, row, number, cell, style or column.style)
        self._make_high(sheet, row, columns, cells)

    @staticmethod
    def _make_high(sheet: Worksheet, row: int, columns: Sequence[Column], cells: Sequence[Cell]) -> None:
        """Make a row as high as the longest of its texts."""
        texts = [(cell, column.width) for column, cell in zip(columns, cells, strict=True) if isinstance(cell, str)]
        lines = max((_lines(text, width) for text, width in texts), default=1)
        if lines > 1:
            sheet.set_row(row, _LINE_POINTS * lines + 3)

    def put(self, sheet: Worksheet, row: int, column: int, cell: Cell, style: str) -> None:
        """Write one cell as what it is."""
        shown = self.formats[style]
        if cell is None or cell == "":
            sheet.write_blank(row, column, None, shown)
        elif isinstance(cell, date):
            if cell >= FIRST_DAY:
                sheet.write_datetime(row, column, cell, shown)
            else:
                sheet.write_string(row, column, cell.isoformat(), shown)
        elif isinstance(cell, str):
            sheet.write_string(row, column, fitting(cell), shown)
        else:
            sheet.write_number(row, column, cell, shown)


def _lines(text: str, characters: int) -> int:
    """Return how many lines *text* takes in a column of so many *characters*."""
    width = characters * _LETTER_HEIGHTS_A_CHARACTER
    # Most texts are short: hardly a letter is wider than high.
    if len(text) <= width:
        return 1
    return max(1, sum(len(wrapped(line, width, _MOST_LINES)) for line in text.splitlines()))


def workbook(view: SystemView, document: str, language: str, write: Callable[[TableWriter], None]) -> bytes:
    """Return the workbook that *write* fills.

    Raises:
        InvalidArgumentError: the set is not written in *language*.
    """
    language = language_of(language)
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        title = title_of(document, either(view.title, language), language)
        made = datetime.combine(max(view.as_of, _FIRST_MAKING), datetime.min.time())
        book.set_properties({"title": title[:255], "created": made})
        write(TableWriter(book, language))
    return content.getvalue()
