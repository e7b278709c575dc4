"""Write many rows with one statement, in which they travel as one JSON text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table, text
from sqlmodel import Session

ROWS_A_STATEMENT = 10_000


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert *rows*, which all have the same columns; others get their defaults."""
    if not rows:
        return
    columns = ", ".join(rows[0])
    _execute(session, f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_records(table)}", rows)  # noqa: S608  (names of ours)


def update_rows(session: Session, table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give the rows with the same *keys* the other columns of *rows*; the version and the time of change with them."""
    if not rows:
        return
    columns = [f"{name} = fresh.{name}" for name in rows[0] if name not in keys]
    if "version" in table.c:
        columns.append(f"version = {table.name}.version + 1")
    if "updated_at" in table.c:
        columns.append("updated_at = now()")
    same = " AND ".join(f"{table.name}.{key} = fresh.{key}" for key in keys)
    _execute(session, f"UPDATE {table.name} SET {', '.join(columns)} FROM {_records(table)} WHERE {same}", rows)  # noqa: S608  (as above)


def _records(table: Table) -> str:
    """Return rows out of a parameter, in the shape of *table*."""
    return f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json)) AS fresh"


def _execute(session: Session, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for chunk in _chunks(rows):
        values = json.dumps(chunk, ensure_ascii=False, default=date.isoformat)
        session.connection().execute(text(statement), {"rows": values})


def _chunks(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        yield rows[start : start + ROWS_A_STATEMENT]
