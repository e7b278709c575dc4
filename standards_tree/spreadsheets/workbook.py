"""Open an XLSX workbook from anyone, list its sheets and give their rows, one at a time.

python-calamine reads workbooks well and was tried first. It lays a sheet out as a full rectangle, so a workbook of
6 KB with one cell in A1 and one in XFD1048576 asks for 550 GB and aborts the whole process; it gives no formulas, and
in an ePing export the symbol is nothing else; and it holds every text at once. Guarding against the first and reading
the second takes a pass over the XML that costs most of what this whole reader does.
"""

import posixpath
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.parsers import expat

from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.spreadsheets.containers import Container, open_container, parse_part
from standards_tree.spreadsheets.sheet_markup import (
    Row,
    RowReader,
    SharedTexts,
    SpreadsheetLimits,
    read_shared_texts,
    row_markup,
)


class Sheet(NamedTuple):
    """A worksheet: its name, whether a reader of the workbook sees it, and the part that holds it."""

    name: str
    visible: bool
    part: str


_RELATIONSHIP_IDS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",  # the strict form of the standard
)
_DAYS_FROM_1900_TO_1904: Final = 1462


def open_spreadsheet(content: bytes, limits: SpreadsheetLimits | None = None) -> "Spreadsheet":
    """Check *content* against *limits* and read the list of its sheets; rows are read later, one at a time.

    Raises:
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: see `open_container`; or it is no
        workbook.
    """
    limits = limits or SpreadsheetLimits()
    container = open_container(content, limits.container)
    package = _related(container, "")
    workbook = next((target for kind, target in package.values() if kind == "officeDocument"), None)
    if workbook is None or workbook not in container:
        raise MalformedDocumentError("the file is not an XLSX workbook: it names no workbook part")
    sheets, counts_from_1904 = _read_workbook(container, workbook, limits)
    texts = next((target for kind, target in _related(container, workbook).values() if kind == "sharedStrings"), None)
    return Spreadsheet(container, limits, sheets, texts, _DAYS_FROM_1900_TO_1904 if counts_from_1904 else 0)


class Spreadsheet:
    """Give the rows of each sheet of a workbook that passed every check."""

    def __init__(
        self,
        container: Container,
        limits: SpreadsheetLimits,
        sheets: tuple[Sheet, ...],
        texts_part: str | None,
        day_offset: int,
    ) -> None:
        self.sheets = sheets
        self.day_offset = day_offset
        """What to add to a number that is a date, so that it counts in the 1900 system."""
        self._container = container
        self._limits = limits
        self._texts_part = texts_part
        self._texts: SharedTexts | None = None

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of *sheet* that are not empty, in the order of the file.

        Raises:
            MalformedDocumentError: the sheet is damaged, or a cell of it says what no cell can.
            UnsafeDocumentError: more rows, columns, cells or text than the limits allow.
            UnsupportedDocumentError: XML that no spreadsheet program writes, see `plain_markup`.
        """
        if self._texts is None:
            self._texts = read_shared_texts(self._container, self._texts_part, self._limits)
        reader = RowReader(sheet.name, self._texts, self._limits)
        cell_count = 0
        for row_count, markup in enumerate(row_markup(self._container, sheet.part, self._limits), start=1):
            row = reader.read(markup)
            cell_count += len(row.values) + len(row.formulas)
            if row_count > self._limits.max_rows or cell_count > self._limits.max_cells:
                raise UnsafeDocumentError(
                    "the sheet {sheet!r} has more than {rows} rows or {cells} cells",
                    sheet=sheet.name,
                    rows=self._limits.max_rows,
                    cells=self._limits.max_cells,
                )
            if row.values or row.formulas:
                yield row


def _related(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """Return the parts that *part* refers to: identifier → (last word of the relationship's type, part)."""
    folder, name = posixpath.split(part)
    related: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.join("/", folder, attributes.get("Target", ""))
            kind = attributes.get("Type", "").rpartition("/")[2]
            related[attributes.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))

    relationships = posixpath.join(folder, "_rels", f"{name}.rels")
    if relationships in container:
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parse_part(container, relationships, parser)
    return related


def _read_workbook(container: Container, part: str, limits: SpreadsheetLimits) -> tuple[tuple[Sheet, ...], bool]:
    """Return the worksheets in their order, and whether the workbook counts its days from 1904."""
    related = _related(container, part)
    sheets: list[Sheet] = []
    counts_from_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal counts_from_1904
        local = name.rpartition(" ")[2]
        if local == "workbookPr":
            counts_from_1904 = attributes.get("date1904") in ("1", "true")
        elif local == "sheet":
            identifier = next((attributes[key] for key in _RELATIONSHIP_IDS if key in attributes), "")
            kind, target = related.get(identifier, ("", ""))
            if kind == "worksheet":
                sheets.append(
                    Sheet(attributes.get("name", ""), attributes.get("state", "visible") == "visible", target)
                )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parse_part(container, part, parser)
    if not 0 < len(sheets) <= limits.max_sheets:
        raise UnsupportedDocumentError(
            "the workbook has {found} worksheets; 1 to {limit} are read", found=len(sheets), limit=limits.max_sheets
        )
    return tuple(sheets), counts_from_1904
