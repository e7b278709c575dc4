"""Write rows into any schema from what the database's own catalogue says of it: types, lists of values, references, checks.

For tests of migrations, which must keep the rows of a schema that the row classes of today no longer describe.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

Row = dict[str, Any]

MOST_COMBINATIONS = 4000
MOST_REPAIRS = 20
# Columns whose text means something to a migration that computes from it.
TEXTS = {
    "designation": "T/XXSLFA {n}-2026",
    "symbol": "G/TBT/N/XXX/{n}",
    "symbol_key": "g/tbt/n/xxx/{n}",
    "sha256": "{n:064x}",
    "language": "zh-Hans",
}
BY_TYPE = {
    "varchar": "示例{n}",
    "int4": "{n}",
    "int8": "{n}",
    "float8": "0.5",
    "bool": "false",
    "date": "2099-01-02",
    "timestamptz": "2099-01-02T03:04:05Z",
    "jsonb": '{{"示例": {n}}}',
    "bytea": "\\x{n:04x}",
    "tsvector": "n{n}",
    "_varchar": "{{示例{n}}}",
    "_int4": "{{{n}}}",
}
OTHERS = {
    "varchar": ("", "示例"),
    "int4": ("0", "1", "2"),
    "int8": ("0", "1", "2"),
    "bool": ("true", "false"),
    "date": ("2099-01-01", "2099-01-03"),
    "float8": ("0", "1"),
}
COLUMNS = text(
    "SELECT c.oid::regclass::text, a.attname, t.typname, a.attnotnull, a.atthasdef, a.attgenerated <> '' OR a.attidentity = 'a'"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid"
    " JOIN pg_namespace s ON s.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND s.nspname = ANY (:schemas) ORDER BY 1, a.attnum"
)
CONSTRAINTS = text(
    "SELECT k.conrelid::regclass::text, k.conname, k.contype, pg_get_constraintdef(k.oid), k.confrelid::regclass::text,"
    " ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS n(number, place)"
    "   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number ORDER BY n.place),"
    " ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS n(number, place)"
    "   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.number ORDER BY n.place)"
    " FROM pg_constraint k JOIN pg_namespace s ON s.oid = k.connamespace"
    " WHERE k.contype IN ('c', 'f') AND s.nspname = ANY (:schemas) ORDER BY 1, 2"
)
LISTED = re.compile(r"'((?:[^']|'')*)'::(?:character varying|text)")


@dataclass(frozen=True)
class Column:
    """A column as the catalogue has it."""

    name: str
    kind: str
    required: bool
    has_default: bool
    made_by_database: bool


@dataclass
class Table:
    """A table, what its checks are about, and whom it refers to."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    checks: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """By name: the columns it is about, the texts that stand in it."""
    references: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = field(default_factory=list)


def tables_of(connection: Connection, schemas: Sequence[str]) -> dict[str, Table]:
    """Return the tables of *schemas*, by name."""
    tables: dict[str, Table] = {}
    for table, *column in connection.execute(COLUMNS, {"schemas": list(schemas)}):
        tables.setdefault(table, Table(table)).columns[column[0]] = Column(*column)
    for table, name, kind, definition, target, own, others in connection.execute(
        CONSTRAINTS, {"schemas": list(schemas)}
    ):
        if kind == "f":
            tables[table].references.append((tuple(own), target, tuple(others)))
        else:
            tables[table].checks[name] = (tuple(own), tuple(LISTED.findall(definition)))
    return tables


def write_rows(connection: Connection, tables: dict[str, Table], first: int) -> int:
    """Write two rows into every table, a bare one and a full one, numbered from *first*; return how many were new.

    A row that a trigger has written before us is not written again.
    """
    written = 0
    known: dict[tuple[str, int], Row] = {}
    for table in _in_order(tables):
        for turn in (0, 1):
            number = first + turn
            row = _row(table, number, known, full=turn == 1)
            known[table.name, number] = row = _inserted(connection, table, row, number)
            written += bool(row)
    return written


def _in_order(tables: dict[str, Table]) -> Iterator[Table]:
    """Yield the tables, each after those it refers to."""
    waiting, done = dict(tables), set()
    while waiting:
        ready = [
            table
            for table in waiting.values()
            if all(target in done or target == table.name for _own, target, _others in table.references)
        ]
        assert ready, f"references in a circle: {sorted(waiting)}"
        for table in ready:
            done.add(table.name)
            del waiting[table.name]
            yield table


def _row(table: Table, number: int, known: dict[tuple[str, int], Row], *, full: bool) -> Row:
    row: Row = {}
    for column in table.columns.values():
        if column.made_by_database:
            continue
        if full or (column.required and not column.has_default):
            row[column.name] = _value(table, column, number)
    for own, target, others in table.references:
        if target == table.name:
            for name in own:
                row.pop(name, None)
            continue
        if any(name in row for name in own):
            there = known[target, number]
            row |= {name: there[other] for name, other in zip(own, others, strict=True)}
    return row


def _value(table: Table, column: Column, number: int) -> str:
    listed = [texts for own, texts in table.checks.values() if own == (column.name,) and texts]
    if listed and column.kind == "varchar" and "~" not in listed[0]:
        choices = [choice for choice in listed[0] if not choice.startswith("^") and "%" not in choice]
        if choices:
            return choices[number % len(choices)]
    pattern = TEXTS.get(column.name) if column.kind == "varchar" else None
    return (pattern or BY_TYPE[column.kind]).format(n=number)


def _inserted(connection: Connection, table: Table, row: Row, number: int) -> Row:
    """Insert *row*, changed until no check objects, and return it; an empty one where it is there already."""
    at_fault: list[str] = []
    for _repair in range(MOST_REPAIRS):
        refused = _insert(connection, table, row)
        if refused is None:
            return row
        if refused == "":
            return {}
        at_fault.append(refused)
        row = _repaired(connection, table, row, at_fault, number)
    raise AssertionError(f"no row of {table.name} passes {at_fault}: {row}")


def _insert(connection: Connection, table: Table, row: Row) -> str | None:
    """Insert *row*; return which check refused it, "" where its key is taken, None where it is in."""
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"CAST(:{name} AS {table.columns[name].kind})" for name in row)
    what = f"({names}) VALUES ({values})" if row else "DEFAULT VALUES"
    statement = f"INSERT INTO {table.name} {what}"
    try:
        with connection.begin_nested():
            connection.execute(text(statement), row)
    except IntegrityError as error:
        state = getattr(error.orig, "sqlstate", "")
        if state == "23505":
            return ""
        if state == "23514":
            return str(error.orig.diag.constraint_name)  # type: ignore[union-attr]
        raise
    return None


def _repaired(connection: Connection, table: Table, row: Row, at_fault: list[str], number: int) -> Row:
    """Return the first variation of *row* in the columns of the checks *at_fault* that passes them and those met so far."""
    names = list(dict.fromkeys(name for check in at_fault for name in table.checks[check][0]))
    referring = {name for own, _target, _others in table.references for name in own}
    choices = [_choices(table, table.columns[name], row.get(name), number, name in referring) for name in names]
    for values in islice(product(*choices), MOST_COMBINATIONS):
        varied = {**row, **dict(zip(names, values, strict=True))}
        if not _refused(connection, table, varied, set(at_fault)):
            return varied
    raise AssertionError(f"nothing passes {at_fault} of {table.name}")


def _choices(table: Table, column: Column, present: Any, number: int, refers: bool) -> list[Any]:
    checks = table.checks.values() if column.kind == "varchar" else ()
    listed = [choice for own, texts in checks if column.name in own for choice in texts]
    fresh = _value(table, column, number)
    others = [] if refers else [fresh, *listed, *OTHERS.get(column.kind, ())]
    choices = [present, *others] if present is not None or not column.required else others
    if not column.required:
        choices.append(None)
    return list(dict.fromkeys(choices))


def _refused(connection: Connection, table: Table, row: Row, checks: set[str]) -> bool:
    """Tell whether one of *checks* refuses *row*; it is not kept."""
    inside = connection.begin_nested()
    refused = _insert(connection, table, row)
    inside.rollback()
    return refused in checks


def contents(connection: Connection, tables: dict[str, Table]) -> dict[str, list[Row]]:
    """Return all rows of *tables*, each as column → text, by table."""
    return {
        name: [dict(row._mapping) for row in connection.execute(text(_as_texts(table)))]
        for name, table in tables.items()
    }


def _as_texts(table: Table) -> str:
    columns = ", ".join(f'"{name}"::text AS "{name}"' for name in table.columns)
    return f"SELECT {columns} FROM {table.name}"  # noqa: S608  (names of the database's own)
