"""Read comments out of the tables that committees keep them in: CSV or XLSX, with Chinese or English headings."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from standards_tree.drafting.comments import CommentKind
from standards_tree.errors import MalformedDocumentError
from standards_tree.measures.dates import read_date
from standards_tree.spreadsheets.workbook import Spreadsheet, open_spreadsheet
from standards_tree.text import match_key

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_HEADING_ROWS: Final = 20

_HEADINGS: Final[Mapping[str, str]] = {
    heading: name
    for name, headings in {
        "clause": "clause, subclause, 标准章条编号, 章条编号, 章条号, 章节号, 条款",
        "paragraph": "paragraph, figure/table, 段落, 图表",
        "line": "line, line number, 行, 行号",
        "kind": "kind, type, type of comment, 意见类型, 类型",
        "commenter": "commenter, name, 提出人, 姓名",
        "organisation": "organisation, organization, 提出单位, 单位",
        "text": "text, comment, comments, 意见内容, 意见",
        "proposed_change": "proposed_change, proposed change, 修改建议, 建议修改为",
        "received_on": "received_on, received on, 收到日期, 日期",
        "": "no., number, 序号",
    }.items()
    for heading in headings.split(", ")
}
_KINDS: Final[Mapping[str, CommentKind]] = {
    word: kind
    for kind, words in {
        CommentKind.GENERAL: "general, ge, 一般, 一般性, 一般性意见",
        CommentKind.TECHNICAL: "technical, te, 技术, 技术性, 技术性意见",
        CommentKind.EDITORIAL: "editorial, ed, 编辑, 编辑性, 编辑性意见",
    }.items()
    for word in words.split(", ")
}


@dataclass(frozen=True, slots=True)
class TabledComment:
    """A comment as a row of a table gives it; what the row does not give is empty or None."""

    row: int
    texts: Mapping[str, str]
    kind: CommentKind | None
    received_on: date | None


@dataclass(frozen=True, slots=True)
class RowFault:
    """What cannot be read in a row, which is left out."""

    row: int
    column: str
    value: str
    template: str


@dataclass(slots=True)
class CommentTable:
    """The comments of a table and the rows that could not be read.

    ``day_offset`` is what to add to a number that is a day, so that it counts in the 1900 system.
    """

    comments: list[TabledComment] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    day_offset: int = 0


Cells = Sequence[str | float]


def read_comments(content: bytes, file_name: str) -> CommentTable:
    """Return the comments in a table; an XLSX workbook is told from CSV by its first bytes.

    The headings may stand below a title: the first row that has a column for the comment or the proposed change.

    Raises:
        MalformedDocumentError: there is no such row, a heading is not known, or the file is neither CSV nor XLSX.
        UnsafeDocumentError, UnsupportedDocumentError: see `open_spreadsheet`.
    """
    if len(content) > MAX_FILE_BYTES:
        raise MalformedDocumentError("{path} is larger than {limit} bytes", path=file_name, limit=MAX_FILE_BYTES)
    spreadsheet = open_spreadsheet(content) if content.startswith(b"PK") else None
    rows = _text_rows(content, file_name) if spreadsheet is None else _workbook_rows(spreadsheet)
    table = CommentTable(day_offset=0 if spreadsheet is None else spreadsheet.day_offset)
    columns: dict[int, str] | None = None
    for number, cells in rows:
        if columns is None:
            columns = _columns_of(cells, file_name)
            if columns is None and number > MAX_HEADING_ROWS:
                break
        elif any(str(cell).strip() for cell in cells):
            _take(table, number, {columns[at]: cell for at, cell in enumerate(cells) if columns.get(at)})
        if len(table.comments) > MAX_ROWS:
            raise MalformedDocumentError("{path} has more than {limit} comments", path=file_name, limit=MAX_ROWS)
    if columns is None:
        message = "{path} has no row of headings with a column for the comments, such as 意见内容 or comment"
        raise MalformedDocumentError(message, path=file_name)
    return table


def _workbook_rows(spreadsheet: Spreadsheet) -> Iterator[tuple[int, Cells]]:
    """Yield the rows of the first sheet that a reader of the workbook sees."""
    sheet = next((sheet for sheet in spreadsheet.sheets if sheet.visible), None)
    if sheet is None:
        raise MalformedDocumentError("the workbook has no sheet that can be seen")
    for row in spreadsheet.rows(sheet):
        yield row.number, [row.values.get(at, "") for at in range(max(row.values, default=-1) + 1)]


def _text_rows(content: bytes, file_name: str) -> Iterator[tuple[int, Cells]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a Chinese Excel writes as CSV.
        text = content.decode("gb18030", errors="replace")
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline="")), start=1)
    except csv.Error as error:
        raise MalformedDocumentError("{path} cannot be read: {cause}", path=file_name, cause=error) from error


def _columns_of(cells: Iterable[str | float], file_name: str) -> dict[int, str] | None:
    """Return what the columns hold, None where *cells* are no headings."""
    headings = {at: match_key(str(cell)) for at, cell in enumerate(cells)}
    names = {at: _HEADINGS.get(heading) for at, heading in headings.items()}
    if not {"text", "proposed_change"} & set(names.values()):
        return None
    unknown = [heading for at, heading in headings.items() if heading and names[at] is None]
    if unknown:
        message = "{path}: the column {column} is not known; known are {known}"
        known = ", ".join(heading for heading, name in _HEADINGS.items() if name)
        raise MalformedDocumentError(message, path=file_name, column=unknown[0], known=known)
    return {at: name for at, name in names.items() if name}


def _take(table: CommentTable, row: int, cells: Mapping[str, str | float]) -> None:
    texts = {name: _text(cell) for name, cell in cells.items()}
    stated, day = texts.pop("kind", ""), cells.get("received_on", "")
    texts.pop("received_on", None)
    kind = _KINDS.get(match_key(stated))
    if stated and kind is None:
        message = "this is no kind of comment: general, technical or editorial"
        table.faults.append(RowFault(row, "kind", stated, message))
        return
    if isinstance(day, float):
        day += table.day_offset
    received_on = read_date(day).day if str(day).strip() else None
    if str(day).strip() and received_on is None:
        message = "this is no date; write 2026-03-02"
        table.faults.append(RowFault(row, "received_on", str(day), message))
        return
    table.comments.append(TabledComment(row, texts, kind, received_on))


def _text(cell: str | float) -> str:
    """Return what a cell says; a clause such as 5 comes as a number."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
