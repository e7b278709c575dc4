"""Translate between the contract of imports and exports and what the service works with."""

from collections.abc import Iterable, Iterator

from services.runtime.calls import current_call
from services.runtime.texts import translate
from services.terminology.imports import KEPT, MAX_VALUE_CHARACTERS, REFUSED, Batch, Problem
from services.terminology.messages import concept_to
from services.terminology.store import StoredConcept
from services.terminology.store_exchange import Choice, Outcome
from tbt.terminology.v1 import exchange_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1_000
MAX_CHANGES = 1_000
# Far enough below the 4 MiB a message may have, that one more concept never makes it too large.
MAX_PIECE_BYTES = 1024 * 1024
CHOICE = {pb.OnKnown.Value(f"ON_KNOWN_{choice.name}"): choice for choice in Choice}


def problems_of(batch: Batch, outcome: Outcome) -> list[Problem]:
    """Return what is wrong with the records of an import, by row."""
    found = list(batch.problems)
    for one in outcome.refused:
        severity = REFUSED if one.whole else KEPT
        violation = one.violation
        found.append(Problem(one.row, violation.field, one.subject, violation.template, violation.parameters, severity))
    return sorted(found, key=lambda problem: problem.row)


def response_to(batch: Batch, outcome: Outcome, problems: list[Problem], language: str) -> pb.ImportConceptsResponse:
    """Return what an import did for the wire, its problems in *language*."""
    changes = [
        pb.ImportConceptChange(
            row=one.row,
            concept=one.name,
            subject=one.subject[:MAX_VALUE_CHARACTERS],
            fact=fact[:MAX_VALUE_CHARACTERS],
            before=before[:MAX_VALUE_CHARACTERS],
            after=after[:MAX_VALUE_CHARACTERS],
        )
        for one in outcome.changed
        for fact, (before, after) in one.differences.items()
    ]
    counts = type_pb2.ImportCounts(
        read=batch.read,
        created=outcome.created,
        updated=outcome.updated,
        unchanged=outcome.unchanged + outcome.skipped,
        refused=sum(problem.severity == REFUSED for problem in problems),
    )
    return pb.ImportConceptsResponse(
        counts=counts,
        skipped=outcome.skipped,
        problems=[_problem_to(problem, language) for problem in problems[:MAX_PROBLEMS]],
        problem_count=len(problems),
        changes=changes[:MAX_CHANGES],
        change_count=len(changes),
    )


def _problem_to(problem: Problem, language: str) -> type_pb2.ImportProblem:
    return type_pb2.ImportProblem(
        row=problem.row,
        column=problem.field,
        value=problem.value[:MAX_VALUE_CHARACTERS],
        message=translate(problem.template, problem.parameters, language)[:1_000],
        severity=problem.severity,
    )


def pieces(concepts: Iterable[StoredConcept]) -> Iterator[pb.ExportConceptsResponse]:
    """Yield *concepts* in messages of a size that a message may have."""
    piece = pb.ExportConceptsResponse()
    size = 0
    for stored in concepts:
        message = concept_to(stored)
        size += message.ByteSize()
        if piece.concepts and size > MAX_PIECE_BYTES:
            _require_time()
            yield piece
            piece, size = pb.ExportConceptsResponse(), message.ByteSize()
        piece.concepts.append(message)
    if piece.concepts:
        yield piece


def _require_time() -> None:
    call = current_call()
    if call is not None:
        call.require_time()
