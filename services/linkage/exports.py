"""Export everything linkage knows, of one moment and in a fixed order, however much it is."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message
from sqlmodel import Session, col, select

from services.linkage.messages_links import link_to
from services.linkage.messages_measures import measure_to
from services.linkage.messages_requirements import requirement_to
from services.linkage.tables import MeasureRow, RequirementRow
from services.linkage.tables_links import LinkRow
from services.runtime.calls import current_call
from services.runtime.changes import latest_revision
from tbt.linkage.v1 import linkage_service_pb2 as pb

# Rows fetched at a time, and how much of them one message carries: far enough below its 4 MiB for one more record.
ROWS_AT_A_TIME = 500
MAX_PIECE_BYTES = 2 * 1024 * 1024

Record = TypeVar("Record", bound=Message)


def export_linkage(session: Session) -> Iterator[pb.ExportLinkageResponse]:
    """Yield the revision *session* shows, then measures, requirements and links."""
    yield pb.ExportLinkageResponse(revision=latest_revision(session))
    measures = select(MeasureRow).order_by(col(MeasureRow.measure_id))
    for notified in _pieces(session, measures, measure_to):
        yield pb.ExportLinkageResponse(measures=pb.ExportedMeasures(measures=notified))
    requirements = select(RequirementRow).order_by(col(RequirementRow.measure_id), col(RequirementRow.number))
    for demands in _pieces(session, requirements, requirement_to):
        yield pb.ExportLinkageResponse(requirements=pb.ExportedRequirements(requirements=demands))
    links = select(LinkRow).order_by(col(LinkRow.link_id))
    for claims in _pieces(session, links, link_to):
        yield pb.ExportLinkageResponse(links=pb.ExportedLinks(links=claims))


def _pieces(session: Session, query: Any, message_of: Callable[[Any], Record]) -> Iterator[list[Record]]:
    rows = session.exec(query.execution_options(yield_per=ROWS_AT_A_TIME, stream_results=True))
    for part in rows.partitions(ROWS_AT_A_TIME):
        call = current_call()
        if call is not None:
            call.require_time()
        piece: list[Record] = []
        size = 0
        for message in map(message_of, part):
            size += message.ByteSize()
            if piece and size > MAX_PIECE_BYTES:
                yield piece
                piece, size = [], message.ByteSize()
            piece.append(message)
        yield piece
        session.expunge_all()
