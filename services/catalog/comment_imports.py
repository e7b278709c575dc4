"""Collect an import of comments: check every row by itself, so that one bad row is one problem."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from services.catalog.messages_comments import comment_from
from services.runtime.interceptors.validation import violations
from services.runtime.texts import translate
from standards_tree.drafting.comments import Comment
from standards_tree.errors import DomainError, InvalidArgumentError
from tbt.catalog.v1 import comment_pb2
from tbt.type.v1 import type_pb2

# Two thousand problems must fit into one answer.
MAX_MESSAGE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row; ``refused`` tells whether it was left out."""

    row: int
    field: str
    template: str
    parameters: dict[str, object]
    refused: bool


@dataclass(slots=True)
class CommentBatch:
    """The comments of an import by their fingerprints, each once, and what was wrong with the other rows."""

    read: int = 0
    comments: dict[str, Comment] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)


def collect(rows: Iterable[comment_pb2.ImportedComment], today: date) -> CommentBatch:
    """Return what the rows of an import hold."""
    batch = CommentBatch()
    for row in rows:
        batch.read += 1
        try:
            _take(batch, row, today)
        except DomainError as error:
            fields = error.violations if isinstance(error, InvalidArgumentError) else ()
            name = fields[0].field if fields else ""
            batch.problems.append(RowProblem(row.row, name, error.template, error.parameters, refused=True))
    return batch


def _take(batch: CommentBatch, row: comment_pb2.ImportedComment, today: date) -> None:
    broken = violations(row.comment)
    if broken:
        raise InvalidArgumentError(broken[0].template, violations=broken, **broken[0].parameters)
    comment = comment_from(row.comment, today)
    earlier = batch.rows.setdefault(comment.fingerprint, row.row)
    if comment.fingerprint in batch.comments:
        message = "the same comment stands in row {row}; it counts once"
        batch.problems.append(RowProblem(row.row, "", message, {"row": earlier}, refused=False))
    batch.comments.setdefault(comment.fingerprint, comment)


def response_to(batch: CommentBatch, created: int, language: str) -> comment_pb2.ImportCommentsResponse:
    """Return what an import did for the wire, its problems in *language*, by row."""
    refused = sum(problem.refused for problem in batch.problems)
    return comment_pb2.ImportCommentsResponse(
        comments=type_pb2.ImportCounts(
            read=batch.read, created=created, unchanged=batch.read - created - refused, refused=refused
        ),
        problems=[_problem_to(problem, language) for problem in sorted(batch.problems, key=lambda each: each.row)],
    )


def _problem_to(problem: RowProblem, language: str) -> type_pb2.ImportProblem:
    severity = type_pb2.ImportProblem.SEVERITY_REFUSED if problem.refused else type_pb2.ImportProblem.SEVERITY_KEPT
    return type_pb2.ImportProblem(
        row=problem.row,
        column=problem.field,
        message=translate(problem.template, problem.parameters, language)[:MAX_MESSAGE_CHARACTERS],
        severity=severity,
    )
