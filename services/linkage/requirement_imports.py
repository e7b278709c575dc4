"""Import requirements out of a table."""

from collections.abc import Iterator

from services.linkage.known_lists import KnownLists
from services.linkage.messages_requirements import requirement_from
from services.linkage.store_proposals import import_requirement
from services.linkage.table_imports import MAX_PROBLEMS, import_each
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from standards_tree.errors import InvalidArgumentError
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import requirement_pb2


def import_rows(
    session: Session, request: pb.ImportRequirementsRequest, known: KnownLists | None
) -> requirement_pb2.ImportRequirementsResponse:
    """Store the rows of *request* and return what became of them; HS codes that *known* does not have are kept, and said.

    Raises:
        PreconditionError: a row was refused, and the request wants all or nothing.
    """

    def store(row: pb.ImportedRequirement) -> str:
        if not row.measure:
            message = "the row names no measure"
            raise InvalidArgumentError.in_field("measure", message)
        require_valid(pb.CreateRequirementRequest(measure=row.measure, requirement=row.requirement))
        columns = requirement_from(row.requirement)
        marked = known.marked(columns) if known is not None else columns
        return import_requirement(session, row.measure, row.requirement.number, marked)

    def remarks(row: pb.ImportedRequirement) -> Iterator[tuple[str, str, str]]:
        for _scheme, code, reason in known.faults(row.requirement.hs_codes, ()) if known is not None else ():
            yield "hs_codes", code, reason

    counts, problems = import_each(
        request.requirements,
        store,
        remarks,
        key=("requirement", "measure", lambda row: row.measure),
        all_or_nothing=request.all_or_nothing,
    )
    return requirement_pb2.ImportRequirementsResponse(
        requirements=counts, problems=problems[:MAX_PROBLEMS], problem_count=len(problems)
    )
