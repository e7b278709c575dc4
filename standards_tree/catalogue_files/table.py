"""Read a table of standards, whatever its columns are called."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from standards_tree.catalogue import Title
from standards_tree.catalogue_files.columns import Column, mapped
from standards_tree.catalogue_files.entries import Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.rows import Cell, Table, TableRow
from standards_tree.catalogue_files.scopes import scope_of
from standards_tree.catalogue_files.words import (
    DEGREES,
    LEVELS,
    OBLIGATIONS,
    STATES,
    is_nothing,
    listed,
    read_day,
    word_key,
)
from standards_tree.classifications import CodeReading, clean_ccs, clean_ics
from standards_tree.designations import parse_designation_or_none
from standards_tree.errors import InvalidArgumentError
from standards_tree.standards import RelationKind, StandardStatus
from standards_tree.text import contains_han

Word = TypeVar("Word")

_BEFORE: Final = re.compile(r"^(?:全部)?(?:被)?(?:代替|替代|取代|作废)[了:：]?\s*")
_PARTIAL: Final = re.compile(r"部分(?:代替|替代)[:：]?|[(（]部分(?:代替|替代)?[)）]|\bin part\b", re.IGNORECASE)
_DEGREE: Final = re.compile(
    r"[\s,，(（]*\b(IDT|MOD|NEQ|EQV)\b[)）]?|[\s,，(（]*(等同采用|修改采用|非等效采用|等同|修改|非等效)[)）]?",
    re.IGNORECASE,
)
_COMMAS: Final = re.compile(r"[,，](?=\s*[A-Z])(?!\s*(?:IDT|MOD|NEQ|EQV)\b)")
_NO_DESIGNATION: Final = "not the designation of a standard"


def columns_are_known(chosen: Mapping[str, str]) -> Callable[[Sequence[str]], bool]:
    """Return what tells whether texts are the headers of a table of standards, some of them *chosen* by a user."""
    by_user = {word_key(header): meaning for header, meaning in chosen.items()}

    def is_header(headers: Sequence[str]) -> bool:
        known = [header for header in headers if header]
        chosen_here = any(by_user.get(word_key(header)) == Column.DESIGNATION for header in known)
        return len(known) > 1 and (chosen_here or Column.DESIGNATION in mapped(known, {}).values())

    return is_header


def read_table(
    table: Table,
    chosen: Mapping[str, str] | None = None,
    *,
    form: str = "table",
    assumed: StandardStatus | None = None,
) -> Reading:
    """Return the standards of *table*, with what each supersedes, adopts and cites.

    *chosen* says what headers mean, beside those known by name; *assumed* is the state where the table names none.

    Raises:
        InvalidArgumentError: a chosen header is not there, or no column gives a state and none is assumed.
        UnsafeDocumentError: there are more records than an import takes.
    """
    columns = mapped(table.headers, chosen or {})
    if Column.DESIGNATION not in columns.values():
        message = (
            "no column gives designations: it is called 标准号, 标准编号 or designation, or chosen; there are {found}"
        )
        raise InvalidArgumentError.in_field("column", message, found=", ".join(filter(None, table.headers)))
    if Column.STATUS not in columns.values() and assumed is None:
        message = "no column gives the state (标准状态, status); say which state the standards of the file have"
        raise InvalidArgumentError.in_field("column", message)
    reading = Reading(form, columns={table.headers[place]: column.value for place, column in columns.items()})
    reader = _RowReader(table, columns, reading, assumed)
    unknown = {place: header for place, header in enumerate(table.headers) if place not in columns and header}
    filled = dict.fromkeys(unknown, 0)
    for row in table.rows:
        reader.read(row)
        for place in unknown:
            filled[place] += place in row.cells
    reading.unknown_columns = {unknown[place]: count for place, count in filled.items()}
    return reading


class _RowReader:
    """Reads one row after the other, and notes what is wrong in each."""

    def __init__(
        self, table: Table, columns: Mapping[int, Column], reading: Reading, assumed: StandardStatus | None
    ) -> None:
        self._headers, self._day_offset = table.headers, table.day_offset
        self._places = {column: place for place, column in columns.items()}
        self._reading, self._assumed = reading, assumed
        self._row = TableRow(0, {})

    def read(self, row: TableRow) -> None:
        """Read *row*."""
        self._row = row
        if not any(place in row.cells for place in self._places.values()):
            return
        designation, status = self._text(Column.DESIGNATION), self._status()
        if not designation:
            self._remark(Column.DESIGNATION, "", "the row names no standard", refused=True)
            return
        if status is None:
            return
        self._reading.add(
            StandardEntry(
                row.number,
                designation,
                self._title(),
                status,
                level=self._word(Column.LEVEL, LEVELS),
                obligation=self._word(Column.OBLIGATION, OBLIGATIONS),
                issued_on=self._day(Column.ISSUED_ON),
                effective_on=self._day(Column.EFFECTIVE_ON),
                ended_on=self._day(Column.ENDED_ON),
                reviewed_on=self._day(Column.REVIEWED_ON),
                ics=self._codes(Column.ICS, clean_ics),
                ccs=tuple(code.partition("/")[0] for code in self._codes(Column.CCS, clean_ccs)),
                committee=self._text(Column.COMMITTEE),
                source=self._text(Column.SOURCE),
                node=self._text(Column.NODE),
                scope=scope_of(*map(self._text, (Column.SCOPE_ZH, Column.SCOPE_EN, Column.SCOPE))),
            ),
            *self._relations(designation),
        )

    def _remark(
        self, column: Column, value: str, template: str, *, refused: bool = False, **parameters: object
    ) -> None:
        place = self._places.get(column)
        header = self._headers[place] if place is not None else column.value
        self._reading.remark(self._row.number, header, value, template, refused=refused, **parameters)

    def _cell(self, column: Column) -> Cell:
        place = self._places.get(column, -1)
        if place in self._row.uncomputed:
            self._remark(
                column, "", "the formula was never computed; open the file in a spreadsheet program and save it"
            )
        return self._row.cells.get(place, "")

    def _text(self, column: Column) -> str:
        """Return what a cell says, on one line; nothing for a dash."""
        cell = self._cell(column)
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        text = " ".join(text.split())
        return "" if is_nothing(text) else text

    def _title(self) -> Title:
        zh, en = self._text(Column.TITLE_ZH), self._text(Column.TITLE_EN)
        either = self._text(Column.TITLE)
        if contains_han(either):
            return Title(zh or either, en)
        return Title(zh, en or either)

    def _status(self) -> StandardStatus | None:
        text = self._text(Column.STATUS)
        if not text and self._assumed is not None:
            return self._assumed
        status = STATES.get(word_key(text))
        if status is None:
            known = "现行, 即将实施, 被代替, 废止; in_force, upcoming, superseded, abolished"
            self._remark(
                Column.STATUS, text, "not the state of a standard; known are {known}", refused=True, known=known
            )
        return status

    def _word(self, column: Column, words: Mapping[str, Word]) -> Word | None:
        text = self._text(column)
        found = words.get(word_key(text))
        if text and found is None:
            self._remark(column, text, "not known, and left out; the designation tells it")
        return found

    def _day(self, column: Column) -> date | None:
        cell = self._cell(column)
        if isinstance(cell, str) and is_nothing(cell):
            return None
        day = read_day(cell, self._day_offset)
        if day is None:
            self._remark(column, str(cell), "not one day of the calendar, and left out; write 2024-11-28")
        return day

    def _codes(self, column: Column, clean: Callable[[str], CodeReading]) -> tuple[str, ...]:
        text = str(self._cell(column))
        if is_nothing(text):
            return ()
        read = clean(text)
        for one in read.remarks:
            self._remark(column, one.found, one.reason)
        return read.codes

    def _relations(self, designation: str) -> list[RelationEntry]:
        row = self._row.number
        cited = self._designations(Column.REFERENCES, listed(self._text_of_list(Column.REFERENCES)))
        return [
            *(
                RelationEntry(row, designation, target, RelationKind.SUPERSEDES, partial=partial)
                for target, partial in self._superseded(Column.SUPERSEDES)
            ),
            *(
                RelationEntry(row, source, designation, RelationKind.SUPERSEDES, partial=partial)
                for source, partial in self._superseded(Column.SUPERSEDED_BY)
            ),
            *(RelationEntry(row, designation, target, RelationKind.NORMATIVE_REFERENCE) for target in cited),
            *self._adoptions(designation),
        ]

    def _text_of_list(self, column: Column) -> str:
        """Return what a cell says with its lines kept: a list may have one designation a line."""
        cell = str(self._cell(column))
        return "" if is_nothing(cell) else _COMMAS.sub(";", cell)

    def _superseded(self, column: Column) -> list[tuple[str, bool]]:
        """Return the designations in a cell such as ``代替 GB 1-2000; 部分代替 GB 2-2000``, and which of them in part."""
        found = []
        for part in listed(self._text_of_list(column)):
            target = _BEFORE.sub("", _PARTIAL.sub("", part).strip())
            partial = _PARTIAL.search(part) is not None
            found += [(good, partial) for good in self._designations(column, [target] if target else [])]
        return found

    def _designations(self, column: Column, parts: Sequence[str]) -> list[str]:
        good = []
        for part in parts:
            if parse_designation_or_none(part) is None:
                self._remark(column, part, _NO_DESIGNATION)
            else:
                good.append(part)
        return good

    def _adoptions(self, designation: str) -> list[RelationEntry]:
        stated = self._word(Column.DEGREE, DEGREES) if not is_nothing(str(self._cell(Column.DEGREE))) else None
        found = []
        for part in listed(self._text_of_list(Column.ADOPTS)):
            inside = _DEGREE.search(part)
            degree = DEGREES.get(word_key(inside[1] or inside[2])) if inside else stated
            target = _DEGREE.sub("", part).strip(" ,，()（）")
            if parse_designation_or_none(target) is None:
                self._remark(Column.ADOPTS, part, _NO_DESIGNATION)
            elif degree is None:
                self._remark(Column.ADOPTS, part, "how closely it is adopted is not said: IDT, MOD or NEQ")
            else:
                found.append(RelationEntry(self._row.number, designation, target, RelationKind.ADOPTS, degree))
        return found
