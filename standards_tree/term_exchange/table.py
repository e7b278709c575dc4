"""Read a vocabulary from a table in CSV or XLSX: a row for a designation, or a row for a concept with columns for languages.

In the first shape rows of one number and domain are one concept, wherever they stand; a row without a number belongs to
the row above it unless it says what a new concept begins with: a domain, subject field, status or source. Each row may
hold a designation, a definition, a note, an example and a relation; a row without a term only adds the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TypeVar

from standards_tree.catalogue_files.rows import Table, TableRow, open_csv, open_xlsx
from standards_tree.errors import MalformedDocumentError
from standards_tree.spreadsheets.plain_cells import from_text
from standards_tree.term_exchange.assembling import ConceptParts, DesignationParts
from standards_tree.term_exchange.languages import language_of
from standards_tree.term_exchange.reading import Collected, FilePlace, ReadConcepts, Severity
from standards_tree.term_exchange.table_columns import (
    CONCEPT_STATUS_WORDS,
    SPEECH_WORDS,
    STATUS_WORDS,
    TYPE_WORDS,
    Column,
    column_of,
    wide_column_of,
)
from standards_tree.terms import (
    ConceptRelation,
    ConceptRelationKind,
    Definition,
    DesignationStatus,
    DesignationType,
    Remark,
)
from standards_tree.text import match_key

Word = TypeVar("Word", bound=Enum)
_BEGINNINGS = (Column.DOMAIN, Column.SUBJECT_FIELD, Column.CONCEPT_STATUS, Column.CONCEPT_SOURCE)
_ZIP = b"PK\x03\x04"


def read_table(content: bytes, sheet: str = "") -> ReadConcepts:
    """Return the concepts of a CSV file or of a sheet of a workbook.

    Raises:
        MalformedDocumentError: no row has headers that a vocabulary's table has.
        UnsafeDocumentError: it is larger than any such table.
    """
    is_workbook = content.startswith(_ZIP)
    try:
        table = open_xlsx(content, _is_header, sheet) if is_workbook else open_csv(content, _is_header)
    except MalformedDocumentError as error:
        if "designations" not in error.template:
            raise
        message = "no row has headers of a vocabulary: language and term, or columns such as preferred (en)"
        raise MalformedDocumentError(message) from error
    into = Collected("XLSX" if is_workbook else "CSV")
    _note_unknown(table, into)
    wide = {position: held for position, header in enumerate(table.headers) if (held := wide_column_of(header))}
    names = {position: found for position, header in enumerate(table.headers) if (found := column_of(header))}
    concepts = _by_concept(table, names, into) if wide else _by_designation(table, names, into)
    for parts, row in concepts:
        if wide:
            _read_wide(parts, row, wide, into)
    for parts, _ in concepts:
        parts.settle(into)
    return into.result()


def _is_header(texts: Sequence[str]) -> bool:
    found = {column_of(text) for text in texts}
    return {Column.LANGUAGE, Column.TERM} <= found or any(wide_column_of(text) for text in texts)


def _note_unknown(table: Table, into: Collected) -> None:
    for header in table.headers:
        if header and column_of(header) is None and wide_column_of(header) is None:
            message = "the column {column} is none of a vocabulary's; what its cells hold is listed as lost"
            into.problem(
                FilePlace(0, header), "table.unknown-column", message, Severity.CORRECTED, header, column=header
            )


def _cells(row: TableRow, names: Mapping[int, Column]) -> dict[Column, str]:
    return {names[position]: _text(cell) for position, cell in row.cells.items() if position in names}


def _text(cell: str | float) -> str:
    """Return a cell as text; a whole number as a person writes it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    return from_text(text)


def _lose_unknown(parts: ConceptParts, row: TableRow, table: Table, into: Collected) -> None:
    for position, cell in row.cells.items():
        header = table.headers[position] if position < len(table.headers) else ""
        if column_of(header) is None and wide_column_of(header) is None:
            into.lose(FilePlace(row.number, header), parts.number, header or f"column {position + 1}", _text(cell))


def _by_designation(table: Table, names: Mapping[int, Column], into: Collected) -> list[tuple[ConceptParts, TableRow]]:
    concepts: list[tuple[ConceptParts, TableRow]] = []
    numbered: dict[tuple[str, str], ConceptParts] = {}
    current: ConceptParts | None = None
    for row in table.rows:
        cells = _cells(row, names)
        number = cells.get(Column.NUMBER, "")
        domain = cells.get(Column.DOMAIN, "")
        begins = current is None or any(cells.get(column) for column in _BEGINNINGS)
        if number:
            current = numbered.get((number, domain)) or (numbered.get((number, "")) if not domain else None)
            begins = current is None
        if begins or current is None:
            current = _begin(cells, row, into)
            concepts.append((current, row))
            if number:
                numbered[(number, domain)] = current
                numbered.setdefault((number, ""), current)
        _read_row(current, cells, row, into)
        _lose_unknown(current, row, table, into)
    return concepts


def _by_concept(table: Table, names: Mapping[int, Column], into: Collected) -> list[tuple[ConceptParts, TableRow]]:
    concepts = []
    for row in table.rows:
        parts = _begin(_cells(row, names), row, into)
        _lose_unknown(parts, row, table, into)
        concepts.append((parts, row))
    return concepts


def _begin(cells: Mapping[Column, str], row: TableRow, into: Collected) -> ConceptParts:
    parts = ConceptParts(FilePlace(row.number), cells.get(Column.NUMBER, ""), cells.get(Column.DOMAIN, ""))
    parts.subject_field = cells.get(Column.SUBJECT_FIELD, "")
    parts.source = cells.get(Column.CONCEPT_SOURCE, "")
    parts.status = _word(cells, Column.CONCEPT_STATUS, CONCEPT_STATUS_WORDS, row, into) or parts.status
    return parts


def _read_row(parts: ConceptParts, cells: Mapping[Column, str], row: TableRow, into: Collected) -> None:
    place = FilePlace(row.number)
    language = language_of(cells.get(Column.LANGUAGE, ""))
    if cells.get(Column.TERM):
        parts.designations.append(_designation(cells, language, row, into))
    if cells.get(Column.DEFINITION):
        definition = Definition(
            language,
            cells[Column.DEFINITION],
            cells.get(Column.DEFINITION_SOURCE, ""),
            cells.get(Column.DEFINITION_CLAUSE, ""),
            cells.get(Column.DERIVED_FROM, ""),
        )
        parts.definitions.append((definition, place))
    if cells.get(Column.NOTE):
        parts.notes.append(Remark(language, cells[Column.NOTE]))
    if cells.get(Column.EXAMPLE):
        parts.examples.append(Remark(language, cells[Column.EXAMPLE]))
    if cells.get(Column.RELATED_TO):
        kinds = {kind.value: kind for kind in ConceptRelationKind}
        kind = _word(cells, Column.RELATION, kinds, row, into) or ConceptRelationKind.ASSOCIATIVE
        parts.relations.append(ConceptRelation(kind, cells[Column.RELATED_TO]))


def _designation(cells: Mapping[Column, str], language: str, row: TableRow, into: Collected) -> DesignationParts:
    return DesignationParts(
        FilePlace(row.number),
        language,
        cells[Column.TERM],
        _word(cells, Column.STATUS, STATUS_WORDS, row, into),
        _word(cells, Column.TYPE, TYPE_WORDS, row, into) or DesignationType.FULL_FORM,
        _word(cells, Column.PART_OF_SPEECH, SPEECH_WORDS, row, into),
        [cells[Column.USAGE_NOTE]] if cells.get(Column.USAGE_NOTE) else [],
        cells.get(Column.GEOGRAPHICAL_USAGE, ""),
        cells.get(Column.SCRIPT, ""),
        list(_split(cells.get(Column.USED_BY, ""))),
        cells.get(Column.TERM_SOURCE, ""),
    )


def _split(text: str) -> Iterator[str]:
    return filter(None, (part.strip() for part in text.replace("；", ";").split(";")))


def _word(
    cells: Mapping[Column, str], column: Column, words: Mapping[str, Word], row: TableRow, into: Collected
) -> Word | None:
    """Return what the word in a cell means; a word that means nothing there is a problem."""
    text = cells.get(column, "")
    found = words.get(match_key(text)) or words.get(match_key(text).replace(" ", "_"))
    if text and found is None:
        message = "{value} is no {column}; there are {known}"
        known = ", ".join(word for word in words if word.isascii())
        into.problem(
            FilePlace(row.number, column), "table.word", message, Severity.CORRECTED, text,
            value=text[:80], column=column.value, known=known,
        )  # fmt: skip
        into.lose(FilePlace(row.number, column), cells.get(Column.NUMBER, ""), column, text)
    return found


def _read_wide(
    parts: ConceptParts,
    row: TableRow,
    wide: Mapping[int, tuple[DesignationStatus | Column | None, str]],
    into: Collected,
) -> None:
    del into
    place = FilePlace(row.number)
    for position, (what, language) in wide.items():
        text = _text(row.cells.get(position, ""))
        if not text:
            continue
        if what is Column.DEFINITION:
            parts.definitions.append((Definition(language, text), place))
        elif isinstance(what, Column):
            (parts.notes if what is Column.NOTE else parts.examples).append(Remark(language, text))
        else:
            for one in _split(text):
                parts.designations.append(DesignationParts(place, language, one, what))
