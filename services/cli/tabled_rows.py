"""Import the rows of a table in several requests: add up what each answered, and show it."""

from collections.abc import Sequence
from typing import TypeAlias

from services.cli.output import Output
from standards_tree.measures.requirement_files import RowFault
from tbt.linkage.v1 import concern_pb2, requirement_pb2
from tbt.type.v1 import type_pb2

SHOWN_PROBLEMS = 20


Imported: TypeAlias = concern_pb2.ImportTradeConcernsResponse | requirement_pb2.ImportRequirementsResponse
"""What an import of rows answers."""


def problem_of(output: Output, fault: RowFault) -> type_pb2.ImportProblem:
    """Return what is wrong in a row as an import tells it, in the reader's language."""
    refused, kept = type_pb2.ImportProblem.SEVERITY_REFUSED, type_pb2.ImportProblem.SEVERITY_KEPT
    return type_pb2.ImportProblem(
        row=fault.row,
        column=fault.column,
        value=fault.value[:200],
        message=output.text(fault.template, **fault.parameters),
        severity=refused if fault.refused else kept,
    )


def add_counts(total: type_pb2.ImportCounts, more: type_pb2.ImportCounts) -> None:
    """Add the counts of one request to those of all."""
    for name in ("read", "created", "updated", "unchanged", "refused"):
        setattr(total, name, getattr(total, name) + getattr(more, name))


def add_problems(total: Imported, more: Imported) -> None:
    """Add the problems of one request to those of all."""
    total.problems.extend(more.problems)
    total.problem_count += more.problem_count


def show_import(
    output: Output, total: Imported, counts: type_pb2.ImportCounts, opening: Sequence[tuple[str, str]]
) -> None:
    """Show what became of the rows, behind *opening*, and the first problems by their rows."""
    names = ("created", "updated", "unchanged", "refused")
    output.show(total, [*opening, *((name, str(getattr(counts, name))) for name in names)])
    for problem in sorted(total.problems, key=lambda each: each.row)[:SHOWN_PROBLEMS]:
        output.say("row {row}, {column}: {problem}", row=problem.row, column=problem.column, problem=problem.message)
    if total.problem_count > SHOWN_PROBLEMS:
        output.say("… and {count} more; --json shows them", count=total.problem_count - SHOWN_PROBLEMS)
