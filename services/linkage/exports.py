"""Export everything linkage knows, of one moment and in a fixed order, however much it is."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from google.protobuf.message import Message
from sqlalchemy import any_, cast, func
from sqlmodel import Session, col, select

from services.linkage.export_columns import all_columns
from services.linkage.messages_links import link_to
from services.linkage.messages_measures import measure_to
from services.linkage.messages_requirements import requirement_to
from services.linkage.tables import KEYS, MeasureRow, RequirementRow
from services.linkage.tables_links import LinkRow
from services.runtime.calls import current_call
from services.runtime.changes import changed_resources, latest_revision
from tbt.linkage.v1 import linkage_service_pb2 as pb

# Rows fetched at a time, and how much of them one message carries: far enough below its 4 MiB for one more record.
ROWS_AT_A_TIME = 500
MAX_PIECE_BYTES = 2 * 1024 * 1024
MOST_CHANGES = 20_000

Record = TypeVar("Record", bound=Message)


def export_linkage(session: Session, after: int = 0, *, columns: bool = False) -> Iterator[pb.ExportLinkageResponse]:
    """Yield the revision *session* shows, then measures, requirements and links: all, or what changed after a revision.

    With *columns* all there is comes as columns; what has changed does not.
    """
    yield pb.ExportLinkageResponse(revision=latest_revision(session))
    names = changed_resources(session, after, MOST_CHANGES) if after else None
    if after and names is None:
        yield pb.ExportLinkageResponse(everything=True)
    if names is None and columns:
        yield from all_columns(session)
        return
    there: set[str] = set()
    for notified in _pieces(session, _measures(names), measure_to):
        there.update(measure.name for measure in notified if names)
        yield pb.ExportLinkageResponse(measures=pb.ExportedMeasures(measures=notified))
    for demands in _pieces(session, _requirements(names), requirement_to):
        there.update(requirement.name for requirement in demands if names)
        yield pb.ExportLinkageResponse(requirements=pb.ExportedRequirements(requirements=demands))
    for claims in _pieces(session, _links(names), link_to):
        there.update(link.name for link in claims if names)
        yield pb.ExportLinkageResponse(links=pb.ExportedLinks(links=claims))
    if names is not None:
        gone = [name for name in names if name.count("/") in (1, 3) and name not in there]
        yield pb.ExportLinkageResponse(removals=pb.ExportedLinkageRemovals(names=gone))


def _measures(names: list[str] | None) -> Any:
    query = select(MeasureRow).order_by(col(MeasureRow.measure_id))
    if names is None:
        return query
    ids = [name.removeprefix("measures/") for name in names if name.startswith("measures/") and name.count("/") == 1]
    return query.where(col(MeasureRow.measure_id) == any_(cast(ids, KEYS)))


def _requirements(names: list[str] | None) -> Any:
    query = select(RequirementRow).order_by(col(RequirementRow.measure_id), col(RequirementRow.number))
    if names is None:
        return query
    key = func.concat("measures/", col(RequirementRow.measure_id), "/requirements/", col(RequirementRow.number))
    ids = {name.split("/")[1] for name in names if "/requirements/" in name}
    return query.where(col(RequirementRow.measure_id) == any_(cast(sorted(ids), KEYS)), key == any_(cast(names, KEYS)))


def _links(names: list[str] | None) -> Any:
    query = select(LinkRow).order_by(col(LinkRow.link_id))
    if names is None:
        return query
    ids = [name.removeprefix("links/") for name in names if name.startswith("links/")]
    return query.where(col(LinkRow.link_id) == any_(cast(ids, KEYS)))


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
