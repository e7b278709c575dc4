"""Read code lists from the files that publishers give: CSV or JSON, UTF-8 with or without its mark, or GB18030.

Columns are known by their headings, in English and Chinese; a caller may say which is which.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from standards_tree.code_lists.importing import CodeRow
from standards_tree.errors import InvalidArgumentError, LimitError, MalformedDocumentError
from standards_tree.text import match_key

MAX_TABLE_BYTES: Final = 32 * 1024 * 1024
MAX_ROWS: Final = 50_000
MAX_CELL_CHARACTERS: Final = 20_000

FIELDS: Final = ("code", "parent", "title", "title_zh", "title_en", "notes", "replaced_by", "withdrawn", "aliases")
# Headings are folded and cut at a slash or bracket: "代码 / Code" is 代码.
_HEADINGS: Final = {
    "code": "code hscode hs ics ccs icscode 代码 编码 代号 分类号 税号 商品编码 商品编号",
    "parent": "parent parent_code category 类 上级 上级代码 父级 父代码",
    "title": "title name description 名称 类目名称 商品名称 品名",
    "title_zh": "title_zh name_zh zh text_zh description_zh 中文名称 中文名",
    "title_en": "title_en name_en en text_en description_en 英文名称 英文名",
    "notes": "notes note comment remarks 注释 备注 说明",
    "replaced_by": "replaced_by 被代替 替代代码",
    "withdrawn": "withdrawn 停用 废止",
    "aliases": "aliases alias 别名",
}
_FIELD_OF: Final = {heading: name for name, headings in _HEADINGS.items() for heading in headings.split()}
_YES: Final = frozenset({"1", "true", "yes", "y", "x", "是", "停用", "废止"})


def read_table(content: bytes, *, as_json: bool, columns: Mapping[str, str] | None = None) -> list[CodeRow]:
    """Return the rows of *content*, numbered as a spreadsheet shows them: the headings are row 1.

    *columns* says which column holds what: a heading, or ``#2`` for the second. Records of JSON are numbered from 1.

    Raises:
        MalformedDocumentError: it is no table, or has no column of codes or of titles.
        LimitError: it has more than MAX_TABLE_BYTES bytes or MAX_ROWS rows.
    """
    if len(content) > MAX_TABLE_BYTES:
        raise LimitError("a table of codes has at most {limit} bytes", limit=MAX_TABLE_BYTES)
    text = _decoded(content)
    headings, rows = _json_rows(text) if as_json else _csv_rows(text)
    places = _places(headings, columns or {})
    first = 1 if as_json else 2
    found: list[CodeRow] = []
    for number, cells in enumerate(rows, start=first):
        if len(found) == MAX_ROWS:
            raise LimitError("a table of codes has at most {limit} rows", limit=MAX_ROWS)
        if any(cell.strip() for cell in cells):
            found.append(_row(number, cells, places))
    return found


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MalformedDocumentError("the table is neither in UTF-8 nor in GB18030")


def _csv_rows(text: str) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = _checked(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    headings = next(rows, None)
    if headings is None:
        raise MalformedDocumentError("the table is empty")
    return headings, rows


def _checked(rows: Iterator[list[str]]) -> Iterator[Sequence[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise MalformedDocumentError("the table cannot be read: {cause}", cause=error) from error


def _json_rows(text: str) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedDocumentError("the table cannot be read: {cause}", cause=error) from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise MalformedDocumentError("a table in JSON is a list of objects")
    headings = list(dict.fromkeys(key for record in records for key in record))
    if not headings:
        raise MalformedDocumentError("the table is empty")
    return headings, ([_cell(record.get(heading)) for heading in headings] for record in records)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _places(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Return which column holds which field."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = _FIELD_OF.get(_folded(heading))
        if name == "code" and "code" in places:
            # The publisher's CSV of CCS heads both the code and the group it stands in with "Code".
            name = "parent"
        if name is not None:
            places.setdefault(name, place)
    for name, column in columns.items():
        places[name] = _place_of(name, column, headings)
    if "code" not in places or not places.keys() & {"title", "title_zh", "title_en"}:
        message = "no column of codes, or none of titles, among {headings}; say which is which"
        raise MalformedDocumentError(message, headings=", ".join(headings)[:300])
    return places


def _place_of(name: str, column: str, headings: Sequence[str]) -> int:
    if name not in FIELDS:
        message = "{name} is no field of a code; the fields are {fields}"
        raise InvalidArgumentError(message, name=name, fields=", ".join(FIELDS))
    if column.startswith("#") and column[1:].isdecimal() and 1 <= int(column[1:]) <= len(headings):
        return int(column[1:]) - 1
    if column in headings:
        return headings.index(column)
    message = "there is no column {column}; the columns are {headings}"
    raise InvalidArgumentError(message, column=column, headings=", ".join(headings)[:300])


def _folded(heading: str) -> str:
    return match_key(heading).partition("/")[0].partition("(")[0].strip()


def _row(number: int, cells: Sequence[str], places: Mapping[str, int]) -> CodeRow:
    def cell(name: str) -> str:
        place = places.get(name)
        text = cells[place] if place is not None and place < len(cells) else ""
        if len(text) > MAX_CELL_CHARACTERS:
            raise LimitError("row {row}: a cell has at most {limit} characters", row=number, limit=MAX_CELL_CHARACTERS)
        return text.strip()

    return CodeRow(
        number,
        cell("code"),
        cell("parent"),
        cell("title"),
        cell("title_zh"),
        cell("title_en"),
        cell("notes"),
        match_key(cell("withdrawn")) in _YES,
        cell("replaced_by"),
        tuple(cell("aliases").split()),
    )
