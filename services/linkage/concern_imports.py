"""Import trade concerns out of a table."""

from services.linkage.messages_concerns import concern_from
from services.linkage.store_concerns import import_concern
from services.linkage.table_imports import MAX_PROBLEMS, import_each
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from tbt.linkage.v1 import concern_pb2 as pb


def import_rows(session: Session, request: pb.ImportTradeConcernsRequest) -> pb.ImportTradeConcernsResponse:
    """Store the rows of *request* and return what became of them.

    Raises:
        PreconditionError: a row was refused, and the request wants all or nothing.
    """

    def store(row: pb.ImportedTradeConcern) -> str:
        require_valid(pb.CreateTradeConcernRequest(trade_concern=row.trade_concern))
        return import_concern(session, concern_from(row.trade_concern))

    counts, problems = import_each(
        request.trade_concerns,
        store,
        key=("trade_concern", "number", lambda row: f"{row.trade_concern.agreement} {row.trade_concern.number}"),
        all_or_nothing=request.all_or_nothing,
    )
    return pb.ImportTradeConcernsResponse(
        trade_concerns=counts, problems=problems[:MAX_PROBLEMS], problem_count=len(problems)
    )
