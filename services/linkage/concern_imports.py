"""Import trade concerns out of a table: check every row by itself, so that one bad row is one problem."""

from services.linkage.messages_concerns import concern_from
from services.linkage.store_concerns import import_concern
from services.runtime.calls import current_call
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from tbt.linkage.v1 import concern_pb2 as pb
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000


def import_rows(session: Session, request: pb.ImportTradeConcernsRequest) -> pb.ImportTradeConcernsResponse:
    """Store the rows of *request* and return what became of them.

    Raises:
        PreconditionError: a row was refused, and the request wants all or nothing.
    """
    counts, problems = type_pb2.ImportCounts(read=len(request.trade_concerns)), list[type_pb2.ImportProblem]()
    for row in request.trade_concerns:
        try:
            require_valid(pb.CreateTradeConcernRequest(trade_concern=row.trade_concern))
            became = import_concern(session, concern_from(row.trade_concern))
        except DomainError as error:
            counts.refused += 1
            problems.append(_refusal(row, error))
        else:
            setattr(counts, became, getattr(counts, became) + 1)
    if request.all_or_nothing and problems:
        message = (
            "{refused} rows were refused, so nothing was imported; the first: row {row}, column {column}: {problem}"
        )
        first = problems[0]
        raise PreconditionError(
            message, refused=len(problems), row=first.row, column=first.column, problem=first.message
        )
    return pb.ImportTradeConcernsResponse(
        trade_concerns=counts, problems=problems[:MAX_PROBLEMS], problem_count=len(problems)
    )


def _refusal(row: pb.ImportedTradeConcern, error: DomainError) -> type_pb2.ImportProblem:
    call = current_call()
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    concern = row.trade_concern
    return type_pb2.ImportProblem(
        row=row.row,
        column=violations[0].field.removeprefix("trade_concern.") if violations else "number",
        value=f"{concern.agreement} {concern.number}",
        message=translate(error.template, error.parameters, call.language if call is not None else ENGLISH),
        severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
    )
