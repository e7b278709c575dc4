"""Find the columns of an ePing export by their headers: search export and bulk workbook order them differently."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from standards_tree.errors import UnsupportedDocumentError
from standards_tree.measures.model import MAX_SHOWN_CHARACTERS, Problem, Severity
from standards_tree.spreadsheets.sheet_markup import Row, column_letters
from standards_tree.text import match_key

HEADER_ROWS = 20
"""How many rows are searched for the headers; some exports have a title above them."""


class Column(StrEnum):
    """A column of an ePing export, by the header ePing gives it."""

    __hash__ = str.__hash__  # an enum's own is written in Python, and each cell is found through it

    MEMBER = "Notifying Member"
    DISTRIBUTION_DATE = "Distribution date"
    SYMBOL = "Document symbol"
    TITLE = "Title"
    DESCRIPTION = "Description"
    PRODUCTS = "Products covered"
    HS_CODES = "HS code(s)"
    ICS_CODES = "ICS code(s)"
    OBJECTIVES = "Objectives"
    KEYWORDS = "Keywords"
    REGIONS = "Specific regions or countries likely to be affected"
    COMMENT_DEADLINE = "Final date for comments"
    NOTIFICATION_TYPE = "Notification type"
    NOTIFIED_DOCUMENT = "Notified document"
    LINK_EN = "Link to notification(EN)"
    LINK_FR = "Link to notification(FR)"
    LINK_ES = "Link to notification(ES)"
    ADOPTION = "Proposed date of adoption"
    ENTRY_INTO_FORCE = "Proposed date of entry into force"


REQUIRED = (Column.SYMBOL, Column.MEMBER, Column.DISTRIBUTION_DATE, Column.TITLE)
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def _fold(header: str) -> str:
    """Fold case, blanks and punctuation, so that ``HS code(s)`` and ``HS Codes`` are one header."""
    return _NO_LETTER_OR_DIGIT.sub("", match_key(header))


_BY_HEADER = {_fold(column.value): column for column in Column}


@dataclass(frozen=True, slots=True)
class Header:
    """Say which row holds the headers, and by column where it stands and what its header says there."""

    row: int
    positions: Mapping[Column, int]
    printed: Mapping[Column, str]

    def letters(self, column: Column) -> str:
        """Return the letter of *column*, empty if the workbook lacks it."""
        position = self.positions.get(column)
        return "" if position is None else column_letters(position)

    def problem(
        self, row: int, column: Column, value: str, severity: Severity, template: str, **parameters: object
    ) -> Problem:
        """Return the problem that *row* has in *column*."""
        shown = value if len(value) <= MAX_SHOWN_CHARACTERS else value[: MAX_SHOWN_CHARACTERS - 1] + "…"
        printed = self.printed.get(column, column.value)
        return Problem(row, self.letters(column), printed, shown, severity, template, parameters)


def find_header(rows: Iterable[Row]) -> Header:
    """Return the first of *rows* that holds every required header.

    Raises:
        UnsupportedDocumentError: no row does; the message names what the nearest one lacks. Or a header stands twice.
    """
    nearest: Header | None = None
    for row in rows:
        header = _read_header(row)
        if all(column in header.positions for column in REQUIRED):
            return header
        if nearest is None or len(header.positions) > len(nearest.positions):
            nearest = header
    found = nearest.positions if nearest else {}
    missing = ", ".join(column.value for column in REQUIRED if column not in found)
    raise UnsupportedDocumentError(
        "this is not an ePing export: no row among the first {count} has the column {missing}",
        count=HEADER_ROWS,
        missing=missing,
    )


def _read_header(row: Row) -> Header:
    positions: dict[Column, int] = {}
    printed: dict[Column, str] = {}
    for position, content in row.values.items():
        column = _BY_HEADER.get(_fold(content)) if isinstance(content, str) else None
        if column is None:
            continue
        if column in positions:
            raise UnsupportedDocumentError(
                "the column {header} stands twice, in {first} and {second}; delete one",
                header=column.value,
                first=column_letters(positions[column]),
                second=column_letters(position),
            )
        positions[column] = position
        printed[column] = " ".join(str(content).split())
    return Header(row.number, positions, printed)
