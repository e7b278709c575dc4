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
    remarks: Callable[[Row], Iterable[tuple[str, str, str]]] = lambda _row: (),
    *,
    key: tuple[str, str, Callable[[Row], str]],
    all_or_nothing: bool,
) -> tuple[type_pb2.ImportCounts, list[type_pb2.ImportProblem]]:
    """Store *rows* and return how many became what, and every problem.

    *store* says what a row became: ``created``, ``updated``, ``unchanged``. *key* is the field of a row whose columns
    are told without it, the column that a row is known by, and what stands there. *remarks* are of values that
    are kept as they are, of rows that were stored: the column, the value, why.

    Raises:
        PreconditionError: a row was refused, and all or nothing is wanted.
    """
    counts, problems = type_pb2.ImportCounts(), list[type_pb2.ImportProblem]()
    part, column, known_by = key
    for row in rows:
        counts.read += 1
        try:
            became = store(row)
        except DomainError as error:
            counts.refused += 1
            problems.append(_refusal(row.row, known_by(row), error, part, column))
        else:
            setattr(counts, became, getattr(counts, became) + 1)
            problems.extend(_remark(row.row, *remark) for remark in remarks(row))
    if all_or_nothing and counts.refused:
        message = (
            "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
        )
        first = next(problem for problem in problems if problem.severity == type_pb2.ImportProblem.SEVERITY_REFUSED)
        raise PreconditionError(
            message, refused=counts.refused, row=first.row, column=first.column, problem=first.message
        )
    return counts, problems


def _remark(row: int, column: str, value: str, reason: str) -> type_pb2.ImportProblem:
    return type_pb2.ImportProblem(
        row=row,
        column=column,
        value=value[:200],
        message=translate(reason, {}, _language()),
        severity=type_pb2.ImportProblem.SEVERITY_KEPT,
    )


def _language() -> str:
    call = current_call()
    return call.language if call is not None else ENGLISH


def _refusal(row: int, value: str, error: DomainError, part: str, column: str) -> type_pb2.ImportProblem:
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    return type_pb2.ImportProblem(
        row=row,
        column=violations[0].field.removeprefix(f"{part}.") if violations else column,
        value=value[:200],
        message=translate(error.template, error.parameters, _language()),
        severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
    )
