"""Export everything linkage knows, of one moment and in a fixed order, however much it is."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlmodel import Session, col, select
from tbt.linkage.v1 import linkage_service_pb2 as pb

from services.linkage import messages
from services.linkage.tables import LinkRow, MeasureRow, RequirementRow
from services.runtime.changes import latest_revision

# A piece stays well below the 4 MiB of a message even when every measure has a long description.
MEASURES_A_PIECE = 100
ROWS_A_PIECE = 500
LONGEST_DESCRIPTION = 2000


def export_linkage(session: Session) -> Iterator[pb.ExportLinkageResponse]:
    """Yield the revision *session* shows, then measures, requirements and links."""
    yield pb.ExportLinkageResponse(revision=latest_revision(session))
    measures = select(MeasureRow).order_by(col(MeasureRow.measure_id))
    for piece in _pieces(session, measures, MEASURES_A_PIECE, _measure):
        yield pb.ExportLinkageResponse(measures=pb.ExportedMeasures(measures=piece))
    requirements = select(RequirementRow).order_by(col(RequirementRow.measure_id), col(RequirementRow.number))
    for piece in _pieces(session, requirements, ROWS_A_PIECE, messages.requirement_to):
        yield pb.ExportLinkageResponse(requirements=pb.ExportedRequirements(requirements=piece))
    links = select(LinkRow).order_by(col(LinkRow.link_id))
    for piece in _pieces(session, links, ROWS_A_PIECE, messages.link_to):
        yield pb.ExportLinkageResponse(links=pb.ExportedLinks(links=piece))


def _measure(row: MeasureRow) -> pb.Measure:
    """Return a measure without its long texts: an export serves analyses, which read codes and dates."""
    measure = messages.measure_to(row)
    measure.description = measure.description[:LONGEST_DESCRIPTION]
    measure.products = measure.products[:LONGEST_DESCRIPTION]
    return measure


def _pieces(session: Session, query: Any, size: int, message: Callable[[Any], Any]) -> Iterator[list[Any]]:  # noqa: ANN401
    rows = session.exec(query.execution_options(yield_per=size, stream_results=True))
    for part in rows.partitions(size):
        yield [message(row) for row in part]
        session.expunge_all()
