"""Import requirements out of a table: check every row by itself, so that one bad row is one problem."""

from services.linkage.messages_requirements import requirement_from
from services.linkage.store_proposals import import_requirement
from services.runtime.calls import current_call
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import DomainError, InvalidArgumentError, PreconditionError
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import requirement_pb2
from tbt.type.v1 import type_pb2

MAX_PROBLEMS = 1000


def import_rows(session: Session, request: pb.ImportRequirementsRequest) -> requirement_pb2.ImportRequirementsResponse:
    """Store the rows of *request* and return what became of them.

    Raises:
        PreconditionError: a row was refused, and the request wants all or nothing.
    """
    counts, problems = type_pb2.ImportCounts(read=len(request.requirements)), list[type_pb2.ImportProblem]()
    for row in request.requirements:
        try:
            if not row.measure:
                message = "the row names no measure"
                raise InvalidArgumentError.in_field("measure", message)
            require_valid(pb.CreateRequirementRequest(measure=row.measure, requirement=row.requirement))
            number, columns = row.requirement.number, requirement_from(row.requirement)
            became = import_requirement(session, row.measure, number, columns)
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
    return requirement_pb2.ImportRequirementsResponse(
        requirements=counts, problems=problems[:MAX_PROBLEMS], problem_count=len(problems)
    )


def _refusal(row: pb.ImportedRequirement, error: DomainError) -> type_pb2.ImportProblem:
    call = current_call()
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    return type_pb2.ImportProblem(
        row=row.row,
        column=violations[0].field.removeprefix("requirement.") if violations else "measure",
        value=row.measure[:200],
        message=translate(error.template, error.parameters, call.language if call is not None else ENGLISH),
        severity=type_pb2.ImportProblem.SEVERITY_REFUSED,
    )
