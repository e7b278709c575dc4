"""Import a table row by row: every row is checked by itself, so that one bad row is one problem."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from services.runtime.calls import current_call
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000


class _Row(Protocol):
    row: int


Row = TypeVar("Row", bound=_Row)


def import_each(
    rows: Iterable[Row],
    store: Callable[[Row], str],
    *,
    part: str,
    key: tuple[str, Callable[[Row], str]],
    all_or_nothing: bool,
) -> tuple[type_pb2.ImportCounts, list[type_pb2.ImportProblem]]:
    """Store *rows* and return how many became what, and every problem.

    *store* says what a row became: ``created``, ``updated``, ``unchanged``. *part* is the field of a row whose columns are
    told without it; *key* is the column that a row is known by, and what stands there.

    Raises:
        PreconditionError: a row was refused, and all or nothing is wanted.
    """
    counts, problems = type_pb2.ImportCounts(), list[type_pb2.ImportProblem]()
    column, known_by = key
    for row in rows:
        counts.read += 1
        try:
            became = store(row)
        except DomainError as error:
            counts.refused += 1
            problems.append(_refusal(row.row, known_by(row), error, part, column))
        else:
            setattr(counts, became, getattr(counts, became) + 1)
    if all_or_nothing and problems:
        message = (
            "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
        )
        first = problems[0]
        raise PreconditionError(
            message, refused=len(problems), row=first.row, column=first.column, problem=first.message
        )
    return counts, problems


def _refusal(row: int, value: str, error: DomainError, part: str, column: str) -> type_pb2.ImportProblem:
    call = current_call()
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    return type_pb2.ImportProblem(
        row=row,
        column=violations[0].field.removeprefix(f"{part}.") if violations else column,
        value=value[:200],
        message=translate(error.template, error.parameters, call.language if call is not None else ENGLISH),
        severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
    )
