"""Read the notifications of an ePing export workbook.

What makes it a task of its own: the symbol is a HYPERLINK formula without a computed value and with a leading blank; a
joint notification stands once for each of its members, all symbols in one cell; dates are days of a spreadsheet among
empty texts; names of codes hold semicolons, and texts hold HTML and non-breaking blanks.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from standards_tree.classifications import CodeReading, Scheme, clean_hs, clean_ics
from standards_tree.errors import UnsupportedDocumentError
from standards_tree.measures.dates import DateKind, DateReading, Event, read_date
from standards_tree.measures.eping_columns import HEADER_ROWS, Column, Header, find_header
from standards_tree.measures.item_reading import EMPTY_SYMBOL, NO_SYMBOL
from standards_tree.measures.joint_notifications import Gathering
from standards_tree.measures.members import Member, is_named
from standards_tree.measures.model import (
    MAX_SHOWN_CHARACTERS,
    CodeMark,
    Measure,
    MeasureReading,
    NotificationKind,
    Problem,
    Severity,
    WorkbookReading,
    notification_kind_of,
    read_notification_kind,
    under_agreement,
)
from standards_tree.measures.plain_text import one_line, plain_text
from standards_tree.measures.symbols import Symbol, find_symbols
from standards_tree.measures.web_addresses import web_addresses
from standards_tree.spreadsheets.formulas import hyperlink_of
from standards_tree.spreadsheets.sheet_markup import Row, SpreadsheetLimits
from standards_tree.spreadsheets.workbook import Sheet, Spreadsheet, open_spreadsheet

_LINKS = {"en": Column.LINK_EN, "fr": Column.LINK_FR, "es": Column.LINK_ES}
MAX_PROBLEMS_A_CELL = 20
MAX_MEMBER_CHARACTERS = 200


def read_eping_workbook(
    content: bytes,
    *,
    source: str = "",
    limits: SpreadsheetLimits | None = None,
    on_row: Callable[[int], None] = lambda _rows_read: None,
) -> WorkbookReading:
    """Read every notification of the first sheet that has the headers of an ePing export.

    A row that cannot be used is a problem with its row and column, and does not keep the others from being read.
    *source* is what each measure says it comes from. *on_row* hears the number of rows read behind each; what it raises
    ends the reading.

    Raises:
        UnsupportedDocumentError: no sheet has the required columns; the message names what is missing.
        MalformedDocumentError, UnsafeDocumentError: see `open_spreadsheet`.
    """
    readings = list(stream_eping_workbook(content, source=source, limits=limits, on_row=on_row))
    rows_read = sum(len(reading.rows) for reading in readings)
    return WorkbookReading(tuple(sorted(readings, key=lambda reading: reading.rows[0])), rows_read)


def stream_eping_workbook(
    content: bytes,
    *,
    source: str = "",
    limits: SpreadsheetLimits | None = None,
    on_row: Callable[[int], None] = lambda _rows_read: None,
) -> Iterator[MeasureReading]:
    """Yield the notifications `read_eping_workbook` reads as soon as they are whole: for workbooks of any length.

    Each row is in one of them. They come in the order of their first rows, joint notifications last.

    Raises:
        UnsupportedDocumentError, MalformedDocumentError, UnsafeDocumentError: see `read_eping_workbook`.
    """
    spreadsheet = open_spreadsheet(content, limits)
    sheet, header = _find_sheet(spreadsheet)
    gathering = Gathering(header.problem)
    reader = _RowReader(header, spreadsheet.day_offset, source)
    rows_read = 0
    for row in spreadsheet.rows(sheet):
        if row.number > header.row:
            rows_read += 1
            measure, problems = reader.read(row)
            yield from gathering.add(measure, row.number, problems)
            on_row(rows_read)
    yield from gathering.rest()


def _find_sheet(spreadsheet: Spreadsheet) -> tuple[Sheet, Header]:
    refusals = []
    for sheet in [sheet for sheet in spreadsheet.sheets if sheet.visible] or spreadsheet.sheets:
        try:
            return sheet, find_header(itertools.islice(spreadsheet.rows(sheet), HEADER_ROWS))
        except UnsupportedDocumentError as refusal:
            refusals.append(refusal)
    raise refusals[0]


class _RowReader:
    """Read one row after the other, and note what is wrong in each."""

    def __init__(self, header: Header, day_offset: int, source: str) -> None:
        self._header, self._day_offset, self._source = header, day_offset, source
        self._positions = header.positions
        self._row = Row(0, {}, {})
        self._problems: list[Problem] = []
        self._marks: list[CodeMark] = []

    def read(self, row: Row) -> tuple[Measure | None, list[Problem]]:
        """Return the measure of *row*, None if it is refused, and what is wrong in it."""
        self._row, self._problems, self._marks = row, [], []
        return self._measure(), self._problems

    def _measure(self) -> Measure | None:
        symbols = self._symbols()
        distribution_date = self._distribution_date()
        if not symbols or distribution_date is None:
            return None
        notification_type = self._text(Column.NOTIFICATION_TYPE)
        hs_text, ics_text = self._text(Column.HS_CODES), self._text(Column.ICS_CODES)
        return Measure(
            symbols=symbols,
            members=self._members(symbols),
            title=self._title(),
            notification_kind=self._kind(notification_type, symbols[0]),
            notification_type=notification_type,
            distribution_date=distribution_date,
            description=self._text(Column.DESCRIPTION),
            products=self._text(Column.PRODUCTS),
            hs_codes=self._codes(Column.HS_CODES, Scheme.HS, _read_hs(hs_text)) if hs_text else (),
            hs_text=hs_text,
            ics_codes=self._codes(Column.ICS_CODES, Scheme.ICS, _read_ics(ics_text)) if ics_text else (),
            ics_text=ics_text,
            objectives=_listed(self._text(Column.OBJECTIVES)),
            keywords=_listed(self._text(Column.KEYWORDS)),
            affected_regions=_listed(self._text(Column.REGIONS)),
            comment_deadline=self._date(Column.COMMENT_DEADLINE, distribution_date),
            adoption=self._date(Column.ADOPTION, distribution_date),
            entry_into_force=self._date(Column.ENTRY_INTO_FORCE, distribution_date),
            notified_document_urls=self._urls(Column.NOTIFIED_DOCUMENT),
            notification_urls={
                language: urls[0] for language, column in _LINKS.items() if (urls := self._urls(column))
            },
            source=self._source,
            code_marks=tuple(self._marks),
        )

    def _note(self, column: Column, value: str, severity: Severity, template: str, **parameters: object) -> None:
        self._problems.append(self._header.problem(self._row.number, column, value, severity, template, **parameters))

    def _printed(self, column: Column) -> str:
        """Return what the cell shows; for a link that was never computed, its text."""
        position = self._positions.get(column, -1)
        content = self._row.values.get(position, "")
        if isinstance(content, str) and content:
            return content
        formula = self._row.formulas.get(position)
        if formula is not None:
            link = hyperlink_of(formula)
            return link[1] or link[0] if link else f"={formula}"
        return f"{content:.15g}" if isinstance(content, float) else ""

    def _text(self, column: Column) -> str:
        position = self._positions.get(column, -1)
        content = self._row.values.get(position)
        if isinstance(content, str):
            return _plain_text(content)
        return "" if content is None and position not in self._row.formulas else _plain_text(self._printed(column))

    def _title(self) -> str:
        text = self._text(Column.TITLE)
        title = one_line(text)
        if title != text:
            self._note(Column.TITLE, text, Severity.CORRECTED, "line breaks were taken out")
        return title

    def _symbols(self) -> tuple[Symbol, ...]:
        printed = self._printed(Column.SYMBOL)
        found = find_symbols(printed)
        if found.unread or not found.symbols:
            unread = found.unread[0] if found.unread else printed.strip()
            self._note(
                Column.SYMBOL, printed, Severity.REFUSED, NO_SYMBOL if unread else EMPTY_SYMBOL, text=unread[:80]
            )
            return ()
        if len({symbol.agreement for symbol in found.symbols}) > 1:
            self._note(Column.SYMBOL, printed, Severity.REFUSED, "one notification cannot be under both TBT and SPS")
            return ()
        if found.beside:
            words = ", ".join(found.beside)[:80]
            self._note(Column.SYMBOL, printed, Severity.CORRECTED, "the words {words} were left out", words=words)
        return found.symbols

    def _members(self, symbols: tuple[Symbol, ...]) -> tuple[Member, ...]:
        """Return a member for each code in the symbols; the printed name goes to the one it names."""
        printed = self._text(Column.MEMBER)[:MAX_MEMBER_CHARACTERS]
        codes = tuple(dict.fromkeys([symbol.member for symbol in symbols]))
        members, fits = _members(printed, codes)
        if not fits:
            template = "{printed} is not known as a name of {codes}, as the symbol says"
            self._note(Column.MEMBER, printed, Severity.KEPT, template, printed=printed[:80], codes=", ".join(codes))
        return members

    def _kind(self, printed: str, symbol: Symbol) -> NotificationKind:
        kind = _read_kind(printed) if printed else notification_kind_of(symbol)
        if kind is NotificationKind.OTHER:
            self._note(Column.NOTIFICATION_TYPE, printed, Severity.KEPT, "no type of notification that is known")
        return under_agreement(kind, symbol.agreement)

    def _codes(self, column: Column, scheme: Scheme, reading: CodeReading) -> tuple[str, ...]:
        for remark in reading.remarks[:MAX_PROBLEMS_A_CELL]:
            read_otherwise = remark.code is not None and remark.code != remark.found
            severity = Severity.CORRECTED if read_otherwise else Severity.KEPT
            self._note(column, remark.found, severity, remark.reason)
            self._marks.append(CodeMark(scheme, remark.found[:MAX_SHOWN_CHARACTERS], remark.code or "", remark.reason))
        if len(reading.remarks) > MAX_PROBLEMS_A_CELL:
            more = len(reading.remarks) - MAX_PROBLEMS_A_CELL
            self._note(column, "…", Severity.KEPT, "{more} more codes in this cell are odd", more=more)
        return reading.codes

    def _distribution_date(self) -> date | None:
        reading = self._date(Column.DISTRIBUTION_DATE, None)
        if reading is None:
            self._note(Column.DISTRIBUTION_DATE, "", Severity.REFUSED, "the date of distribution is missing")
        elif reading.day is None and reading.kind is not DateKind.UNREADABLE:
            self._note(Column.DISTRIBUTION_DATE, reading.stated, Severity.REFUSED, "the date of distribution is no day")
        return reading.day if reading else None

    def _date(self, column: Column, distribution_date: date | None) -> DateReading | None:
        """Return what the cell says about a day, None if it is empty."""
        content = self._row.values.get(self._positions.get(column, -1))
        if content is None:
            return None
        # Cells of this column are formatted dd/MM/yyyy by ePing, so a date in a text cell has the same order.
        reading = (
            _read_date_text(content) if isinstance(content, str) else _read_date_number(content + self._day_offset)
        )
        if reading.kind is DateKind.UNKNOWN and not reading.stated:
            return None
        if reading.kind is DateKind.UNREADABLE:
            required = column is Column.DISTRIBUTION_DATE
            self._note(column, str(content), Severity.REFUSED if required else Severity.KEPT, reading.note)
        elif reading.note:
            self._note(column, str(content), Severity.CORRECTED, reading.note)
        return reading.counted_from(Event.DISTRIBUTION, distribution_date)

    def _urls(self, column: Column) -> tuple[str, ...]:
        position = self._positions.get(column, -1)
        formula, content = self._row.formulas.get(position), self._row.values.get(position)
        link = hyperlink_of(formula) if formula else None
        text = link[0] if link else content
        if not text:
            return ()
        return self._web_addresses(column, str(text))

    def _web_addresses(self, column: Column, text: str) -> tuple[str, ...]:
        addresses, odd = web_addresses(text)
        if odd:
            self._note(column, " ".join(odd), Severity.KEPT, "no web address; one begins with http:// or https://")
        return addresses


_Answer = TypeVar("_Answer")
_LONGEST_REMEMBERED = 1_000


def _remembering(function: Callable[[str], _Answer]) -> Callable[[str], _Answer]:
    """Return *function* with a memory: what cells say repeats from row to row.

    Long texts repeat less, and a stranger could fill the memory with them.
    """
    remembering = functools.lru_cache(maxsize=4096)(function)
    return lambda text: function(text) if len(text) > _LONGEST_REMEMBERED else remembering(text)


@_remembering
def _listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list that semicolons or lines separate, each once; their names hold commas."""
    return tuple(dict.fromkeys([part for raw in re.split(r"[;；\n]", text) if (part := raw.strip())]))


_plain_text = _remembering(plain_text)
_read_hs, _read_ics = _remembering(clean_hs), _remembering(clean_ics)
_read_kind = _remembering(read_notification_kind)
_read_date_text = _remembering(functools.partial(read_date, day_first=True))
_read_date_number = functools.lru_cache(maxsize=4096)(read_date)


@functools.lru_cache(maxsize=8192)
def _members(printed: str, codes: tuple[str, ...]) -> tuple[tuple[Member, ...], bool]:
    """Return the members *codes*, the printed name at the one it names, and whether it names one.

    A name that nobody knows goes to the only code whose names nobody knows; failing that, to a member without a code.
    """
    named = {code: is_named(code, printed) for code in codes}
    owners = [code for code in codes if named[code]] or [code for code in codes if named[code] is None]
    if len(owners) == 1:
        return tuple([Member(code, printed if code == owners[0] else "") for code in codes]), True
    if len(codes) == 1 or not printed:
        return tuple([Member(code, printed) for code in codes]), not printed
    return (*map(Member, codes), Member("", printed)), False
