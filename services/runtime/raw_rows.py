"""Read very many rows as the driver gives them, from a cursor in the database, and put them into columns of a message.

For exports of a whole base: SQLAlchemy's rows and one message a record cost ten times as much as the query.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import Date, Integer, Select, cast, func, literal
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.runtime.calls import current_call

ROWS_AT_A_TIME = 5_000
FIRST_DAY = date(1, 1, 1)
# A message may have 4 MiB. The figures are those of the longest there can be of each, so that no portion is too large.
MOST_BYTES = 3_500_000
BYTES_A_ROW = 200
BYTES_A_CHARACTER = 3
BYTES_AN_ENTRY = 250

Row = tuple[Any, ...]
Columns = list[tuple[Any, ...]]


def raw_rows(session: Session, query: Select[Any]) -> Iterator[list[Row]]:
    """Yield the rows of *query*, which has no values of its own, some thousand at a time; memory does not grow with them.

    The columns come as psycopg gives them, so they must be of types that need nothing done in Python.
    """
    connection = session.connection()
    statement = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    driver = connection.connection.driver_connection
    try:
        with driver.cursor(name="raw_rows") as cursor:  # type: ignore[union-attr]  # psycopg's, and open
            cursor.execute(statement)
            while rows := cursor.fetchmany(ROWS_AT_A_TIME):
                call = current_call()
                if call is not None:
                    call.require_time()
                yield rows
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, {}, error, psycopg.Error) from error


def portions(batches: Iterable[list[Row]], texts: Sequence[int], lists: Sequence[int] = ()) -> Iterator[Columns]:
    """Yield the columns of the rows, in portions that one message can carry; *texts* and *lists* are those that may be long."""
    for rows in batches:
        yield from _halved(list(zip(*rows, strict=True)), texts, lists)


def _halved(columns: Columns, texts: Sequence[int], lists: Sequence[int]) -> Iterator[Columns]:
    count = len(columns[0])
    size = count * BYTES_A_ROW
    # To put texts together is done sooner than to ask each how long it is.
    size += BYTES_A_CHARACTER * sum(len("".join(columns[column])) for column in texts)
    size += BYTES_AN_ENTRY * sum(sum(map(len, columns[column])) for column in lists)
    if size <= MOST_BYTES or count == 1:
        yield columns
        return
    middle = count // 2
    yield from _halved([column[:middle] for column in columns], texts, lists)
    yield from _halved([column[middle:] for column in columns], texts, lists)


def day_number(column: Any) -> Any:
    """Return a column of days as numbers: 1 is the first of January of the year 1, 0 stands for none."""
    return func.coalesce(column - cast(literal(FIRST_DAY), Date) + 1, 0, type_=Integer)


class NewTexts(dict[str, int]):
    """Numbers texts from 0 in the order in which they are first asked for, and keeps the new ones until they are taken."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[str] = []

    def __missing__(self, text: str) -> int:
        self._new.append(text)
        number = self[text] = len(self)
        return number

    def numbers(self, texts: Iterable[str]) -> Iterator[int]:
        """Return the numbers of *texts*."""
        return map(self.__getitem__, texts)

    def taken(self) -> list[str]:
        """Return the texts that are new since this was asked last."""
        new, self._new = self._new, []
        return new


def flat(lists: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
    """Return the entries of all lists one after the other, and how many each has."""
    return [one for several in lists for one in several], [len(several) for several in lists]


def sixteen_bytes(ids: Iterable[str]) -> bytes:
    """Return ids of 32 hexadecimal digits as 16 bytes each, one after the other."""
    return bytes.fromhex("".join(ids))
