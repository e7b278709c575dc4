"""Give the rows of a table in CSV, XLSX or JSON: what each cell holds, by the header of its column."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from standards_tree.errors import (
    InvalidArgumentError,
    MalformedDocumentError,
    UnsafeDocumentError,
)
from standards_tree.spreadsheets.formulas import hyperlink_of
from standards_tree.spreadsheets.sheet_markup import Row, SpreadsheetLimits
from standards_tree.spreadsheets.workbook import Sheet, Spreadsheet, open_spreadsheet

Cell = str | float
HeaderTest = Callable[[Sequence[str]], bool]
"""Tells whether texts are the headers of a table."""


@dataclass(frozen=True, slots=True)
class TableLimits:
    """Say how much of a table is read."""

    max_bytes: int = 64 * 1024 * 1024
    max_rows: int = 200_000
    max_columns: int = 200
    max_cell_characters: int = 10_000
    header_rows: int = 20


DEFAULT_LIMITS: Final = TableLimits()
NO_DESIGNATIONS: Final = (
    "no row has headers with a column of designations (标准号, 标准编号, designation …), only: {seen}"
)
_DELIMITERS: Final = ",;\t|"
_LANGUAGES: Final = frozenset({"zh", "en", "fr"})
_LISTS: Final = ("rows", "records", "data", "items", "list", "result", "standards")
_ENDS = re.compile(r"^\s+|\s+$")


class TableRow(NamedTuple):
    """A row: its number as its file counts, and by position what its cells hold; ``uncomputed`` formulas have no value."""

    number: int
    cells: Mapping[int, Cell]
    uncomputed: frozenset[int] = frozenset()


class Table(NamedTuple):
    """A table: its headers by position, its rows, and what to add to a number that is a day."""

    headers: Sequence[str]
    rows: Iterator[TableRow]
    day_offset: int = 0
    sheet: str = ""


def open_table(content: bytes, is_header: HeaderTest, missing: str) -> Table:
    """Return the table of a CSV file or of a workbook, which is told by its first bytes; *missing* as in `open_csv`.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `open_csv` and `open_xlsx`.
    """
    if content.startswith(b"PK"):
        return open_xlsx(content, is_header, missing=missing)
    return open_csv(content, is_header, missing=missing)


def open_csv(
    content: bytes, is_header: HeaderTest, limits: TableLimits = DEFAULT_LIMITS, *, missing: str = NO_DESIGNATIONS
) -> Table:
    """Return the table of a CSV file in UTF-8, UTF-16 or GB 18030, with commas, semicolons, tabs or bars between cells.

    *missing* is what is said where no row is a header, a template with ``seen``.

    Raises:
        MalformedDocumentError: no row is a header, or a row has more cells than the header.
        UnsafeDocumentError: it is larger than *limits* allow.
    """
    _check_size(content, limits)
    text = decoded(content)
    opening = text[:20_000].splitlines()[: limits.header_rows]
    for delimiter in sorted(_DELIMITERS, key=lambda sign: -sum(line.count(sign) for line in opening)):
        rows = _csv_rows(text, delimiter, limits)
        first = _find_header(islice(rows, limits.header_rows), is_header)
        if first is not None:
            return Table(_headers(first), rows)
    raise _no_header(opening, missing)


def _csv_rows(text: str, delimiter: str, limits: TableLimits) -> Iterator[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    try:
        for count, cells in enumerate(reader, start=1):
            _check_row(number, count, len(cells), max(map(len, cells), default=0), limits)
            found = {position: cell for position, cell in enumerate(cells) if cell.strip()}
            if found:
                yield TableRow(number, found)
            number = reader.line_num + 1
    except csv.Error as error:
        message = "row {row} cannot be read as CSV: {cause}"
        raise MalformedDocumentError(message, row=number, cause=error) from error


def open_xlsx(
    content: bytes,
    is_header: HeaderTest,
    sheet_name: str = "",
    limits: TableLimits = DEFAULT_LIMITS,
    *,
    missing: str = NO_DESIGNATIONS,
) -> Table:
    """Return the table of the sheet *sheet_name* of a workbook, else of the first one with a header.

    Raises:
        InvalidArgumentError: there is no such sheet.
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `open_spreadsheet`; or no header.
    """
    bounds = SpreadsheetLimits(
        max_rows=limits.max_rows, max_columns=limits.max_columns, max_cell_characters=limits.max_cell_characters
    )
    book = open_spreadsheet(content, bounds)
    for sheet in _sheets(book, sheet_name):
        rows = map(_sheet_row, book.rows(sheet))
        first = _find_header(islice(rows, limits.header_rows), is_header)
        if first is not None:
            return Table(_headers(first), rows, book.day_offset, sheet.name)
    raise _no_header([sheet.name for sheet in book.sheets], missing)


def _sheets(book: Spreadsheet, name: str) -> Sequence[Sheet]:
    if not name:
        return [sheet for sheet in book.sheets if sheet.visible] or book.sheets
    chosen = [sheet for sheet in book.sheets if sheet.name.strip() == name.strip()]
    if not chosen:
        message = "the workbook has no sheet {name}; it has {found}"
        raise InvalidArgumentError.in_field(
            "sheet", message, name=name, found=", ".join(one.name for one in book.sheets)
        )
    return chosen


def _sheet_row(row: Row) -> TableRow:
    cells: dict[int, Cell] = {
        position: value for position, value in row.values.items() if not isinstance(value, str) or value.strip()
    }
    uncomputed = set()
    for position, formula in row.formulas.items():
        if position in cells:
            continue
        link = hyperlink_of(formula)
        if link is not None and (link[1] or link[0]).strip():
            cells[position] = link[1] or link[0]
        else:
            uncomputed.add(position)
    return TableRow(row.number, cells, frozenset(uncomputed))


def open_json(content: bytes, limits: TableLimits = DEFAULT_LIMITS) -> Table:
    """Return the table of a JSON list of objects, or of an object that holds one; rows count from 1.

    Raises:
        MalformedDocumentError: it is not JSON, or holds no list of objects; the message names the record.
        UnsafeDocumentError: it is larger than *limits* allow.
    """
    objects = [_with_languages(one) for one in read_objects(content, limits)]
    headers: dict[str, int] = {}
    for number, one in enumerate(objects, start=1):
        for name in one:
            headers.setdefault(name, len(headers))
        _check_row(number, number, len(headers), 0, limits)
    return Table(list(headers), _json_rows(objects, headers, limits))


def _json_rows(
    objects: Sequence[Mapping[str, object]], headers: Mapping[str, int], limits: TableLimits
) -> Iterator[TableRow]:
    for number, one in enumerate(objects, start=1):
        cells: dict[int, Cell] = {}
        for name, value in one.items():
            cell = _json_cell(value)
            if not isinstance(cell, str) or cell.strip():
                cells[headers[name]] = cell
        _check_row(
            number, number, 0, max((len(cell) for cell in cells.values() if isinstance(cell, str)), default=0), limits
        )
        if cells:
            yield TableRow(number, cells)


def _with_languages(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return *record* with ``{"title": {"en": …}}`` as ``title.en``."""
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    found: dict[str, object] = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and value.keys() <= _LANGUAGES:
            found.update({f"{name}.{language}": text for language, text in value.items()})
        else:
            found[name] = value
    return found


def _json_cell(value: object) -> Cell:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return "; ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def read_objects(content: bytes, limits: TableLimits = DEFAULT_LIMITS) -> list[dict[str, object]]:
    """Return the objects of a JSON list, of an object that holds one, or the one object there is.

    Raises:
        MalformedDocumentError: it is not JSON, or holds no list of objects.
        UnsafeDocumentError: it is larger than *limits* allow.
    """
    _check_size(content, limits)
    try:
        found = json.loads(decoded(content))
    except (ValueError, RecursionError) as error:
        message = "the file is not JSON: {cause}"
        raise MalformedDocumentError(message, cause=error) from error
    while isinstance(found, dict):
        inner = next((found[name] for name in _LISTS if isinstance(found.get(name), list | dict)), None)
        found = [found] if inner is None else inner
    if not isinstance(found, list):
        raise MalformedDocumentError("the JSON file must hold a list of objects")
    for number, one in enumerate(found, start=1):
        if not isinstance(one, dict):
            message = "record {row} of the JSON file is no object"
            raise MalformedDocumentError(message, row=number)
    return found


def decoded(content: bytes) -> str:
    """Return the text of *content*: UTF-8 or UTF-16 by its mark, UTF-8 where it is valid, else GB 18030 (cp936).

    Raises:
        MalformedDocumentError: it is none of these.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise MalformedDocumentError("the file is not text in UTF-8, UTF-16 or GB 18030")


def _find_header(rows: Iterator[TableRow], is_header: HeaderTest) -> TableRow | None:
    return next((row for row in rows if is_header(_headers(row))), None)


def _headers(row: TableRow) -> list[str]:
    texts = {position: _ENDS.sub("", str(cell)) for position, cell in row.cells.items()}
    return [texts.get(position, "") for position in range(max(texts, default=-1) + 1)]


def _no_header(seen: Sequence[str], missing: str) -> MalformedDocumentError:
    return MalformedDocumentError(missing, seen=" / ".join(line[:60] for line in seen[:5]))


def _check_size(content: bytes, limits: TableLimits) -> None:
    if len(content) > limits.max_bytes:
        message = "the file has {found} bytes; at most {limit} are read"
        raise UnsafeDocumentError(message, found=len(content), limit=limits.max_bytes)


def _check_row(number: int, count: int, columns: int, characters: int, limits: TableLimits) -> None:
    if (
        count > limits.max_rows + limits.header_rows
        or columns > limits.max_columns
        or characters > limits.max_cell_characters
    ):
        message = "row {row} is beyond {rows} rows, {columns} columns or {characters} characters in a cell"
        raise UnsafeDocumentError(
            message,
            row=number,
            rows=limits.max_rows,
            columns=limits.max_columns,
            characters=limits.max_cell_characters,
        )
