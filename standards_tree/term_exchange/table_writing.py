"""Write concepts as a table in CSV or XLSX, and the empty one to fill in, so that `read_table` reads the same concepts."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

import xlsxwriter

from standards_tree.spreadsheets.plain_cells import as_text
from standards_tree.term_exchange.table_columns import CHINESE, Column
from standards_tree.terms import (
    Concept,
    ConceptRelationKind,
    ConceptStatus,
    Definition,
    DesignationStatus,
    DesignationType,
    PartOfSpeech,
    Remark,
    TermDesignation,
)

_CHOICES: Mapping[Column, Iterable[str]] = {
    Column.CONCEPT_STATUS: ConceptStatus,
    Column.STATUS: DesignationStatus,
    Column.TYPE: DesignationType,
    Column.PART_OF_SPEECH: PartOfSpeech,
    Column.RELATION: ConceptRelationKind,
}
_WIDE_COLUMNS = frozenset({Column.DEFINITION, Column.NOTE, Column.EXAMPLE})
_MAX_CELL_CHARACTERS = 32_767
_TEMPLATE_ROWS = 1_000


def rows_of(concept: Concept, number: str) -> Iterator[dict[Column, str]]:
    """Yield the rows of *concept* under *number*: language by language, what stands side by side in one row."""
    # Rows of one number are one concept; one without a number goes on until a row says what a concept begins with.
    repeated = {Column.NUMBER: number, Column.DOMAIN: concept.domain} if number else {}
    head = {
        Column.NUMBER: number,
        Column.DOMAIN: concept.domain,
        Column.SUBJECT_FIELD: concept.subject_field,
        Column.CONCEPT_STATUS: concept.status.value,
        Column.CONCEPT_SOURCE: concept.source,
    }
    for language in dict.fromkeys(_languages(concept)):
        designations = [_designation(one) for one in concept.designations if one.language == language]
        definitions = [_definition(one) for one in concept.definitions if one.language == language]
        notes = _remarks(concept.notes, Column.NOTE, language)
        examples = _remarks(concept.examples, Column.EXAMPLE, language)
        empty: dict[Column, str] = {}
        for parts in zip_longest(designations, definitions, notes, examples, fillvalue=empty):
            joined = {column: text for part in parts for column, text in part.items()}
            yield {**head, Column.LANGUAGE: language, **joined}
            head = repeated
    for relation in concept.relations:
        related = {Column.RELATION: relation.kind.value, Column.RELATED_TO: relation.target}
        yield {**repeated, **related}


def _languages(concept: Concept) -> Iterator[str]:
    for part in (concept.designations, concept.definitions, concept.notes, concept.examples):
        yield from (one.language for one in part)


def _designation(one: TermDesignation) -> dict[Column, str]:
    return {
        Column.TERM: one.text,
        Column.STATUS: one.status.value,
        Column.TYPE: one.type.value,
        Column.PART_OF_SPEECH: one.part_of_speech.value if one.part_of_speech else "",
        Column.USAGE_NOTE: one.usage_note,
        Column.GEOGRAPHICAL_USAGE: one.geographical_usage,
        Column.SCRIPT: one.script,
        Column.USED_BY: "; ".join(one.used_by),
        Column.TERM_SOURCE: one.source,
    }


def _definition(one: Definition) -> dict[Column, str]:
    return {
        Column.DEFINITION: one.text,
        Column.DEFINITION_SOURCE: one.source,
        Column.DEFINITION_CLAUSE: one.clause,
        Column.DERIVED_FROM: one.derived_from,
    }


def _remarks(remarks: Iterable[Remark], column: Column, language: str) -> list[dict[Column, str]]:
    return [{column: one.text} for one in remarks if one.language == language]


def _table(concepts: Iterable[Concept]) -> Iterator[list[str]]:
    for concept in concepts:
        for row in rows_of(concept, concept.number):
            yield [row.get(column, "") for column in Column]


def headers(language: str) -> list[str]:
    """Return the headers in *language*: Chinese for ``zh…``, else English; both are read."""
    return [CHINESE[column] if language.startswith("zh") else column.value for column in Column]


def write_csv(concepts: Iterable[Concept], language: str = "en") -> Iterator[str]:
    """Yield the CSV file of *concepts*, with the mark by which spreadsheet programs know UTF-8.

    A cell that a spreadsheet program would compute begins with an apostrophe there, and loses it when it is read.
    """
    yield "\ufeff" + _csv_line(headers(language))
    for row in _table(concepts):
        yield _csv_line(map(as_text, row))


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def write_xlsx(concepts: Iterable[Concept], language: str = "en") -> bytes:
    """Return the workbook of *concepts*: every cell a text, lists of words to choose from."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet("术语" if language.startswith("zh") else "terms")
        bold, wrapped = book.add_format({"bold": True, "bg_color": "#DDEBF7"}), book.add_format({"num_format": "@"})
        last = 0
        for position, header in enumerate(headers(language)):
            sheet.write_string(0, position, header, bold)
        for last, row in enumerate(_table(concepts), start=1):
            for position, cell in enumerate(row):
                if cell:
                    sheet.write_string(last, position, cell[:_MAX_CELL_CHARACTERS], wrapped)
        for position, column in enumerate(Column):
            sheet.set_column(position, position, 40 if column in _WIDE_COLUMNS else 16, wrapped)
            if column in _CHOICES:
                rule = {"validate": "list", "source": [str(word) for word in _CHOICES[column]], "ignore_blank": True}
                sheet.data_validation(1, position, last + _TEMPLATE_ROWS, position, rule)
        sheet.freeze_panes(1, 0)
    return content.getvalue()
