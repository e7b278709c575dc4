"""Read a view of a system and make the document of it that was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from services.catalog import names, store_system_set
from services.catalog.store_system_relations import neighbourhood_of
from services.catalog.store_system_set import Reading
from services.runtime.civil_dates import today
from services.runtime.database import Database, Session
from standards_tree.errors import InvalidArgumentError
from standards_tree.systems.detail_table import render_detail_table
from standards_tree.systems.diagram import draw_diagram
from standards_tree.systems.diagram_pdf import render_pdf
from standards_tree.systems.explanation import render_explanation
from standards_tree.systems.statistics_table import render_statistics_table
from standards_tree.systems.system_view import Neighbourhood
from tbt.catalog.v1 import system_set_pb2 as set_pb

CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Order:
    """What a document is made from and how it shall look."""

    reading: Reading
    neighbourhood: Neighbourhood
    language: str
    by_coverage: bool
    font_folder: Path | None


def _diagram_svg(order: Order) -> bytes:
    return draw_diagram(order.reading.view, order.language, by_coverage=order.by_coverage).svg


def _diagram_pdf(order: Order) -> bytes:
    view, folder = order.reading.view, order.font_folder
    return render_pdf(view, order.language, by_coverage=order.by_coverage, font_folder=folder)


def _explanation(order: Order) -> bytes:
    return render_explanation(order.reading.view, order.neighbourhood, order.language)


_MAKERS: Final[Mapping[int, Mapping[int, Callable[[Order], bytes]]]] = {
    set_pb.SYSTEM_DOCUMENT_STRUCTURE_DIAGRAM: {
        set_pb.SYSTEM_DOCUMENT_FORMAT_SVG: _diagram_svg,
        set_pb.SYSTEM_DOCUMENT_FORMAT_PDF: _diagram_pdf,
    },
    set_pb.SYSTEM_DOCUMENT_DETAIL_TABLE: {
        set_pb.SYSTEM_DOCUMENT_FORMAT_XLSX: lambda order: render_detail_table(order.reading.view, order.language),
    },
    set_pb.SYSTEM_DOCUMENT_STATISTICS_TABLE: {
        set_pb.SYSTEM_DOCUMENT_FORMAT_XLSX: lambda order: render_statistics_table(order.reading.view, order.language),
    },
    set_pb.SYSTEM_DOCUMENT_COMPILATION_EXPLANATION: {set_pb.SYSTEM_DOCUMENT_FORMAT_DOCX: _explanation},
}


def maker_of(document: int, file_format: int) -> Callable[[Order], bytes]:
    """Return what makes *document* in a format.

    Raises:
        InvalidArgumentError: it has no such format; says which it has.
    """
    makers = _MAKERS[document]
    if file_format not in makers:
        known = ", ".join(_word(set_pb.SystemDocumentFormat.Name(each)) for each in makers)  # type: ignore[arg-type]  # a number of it
        message = "this document is made as {known}, not as {asked}"
        asked = _word(set_pb.SystemDocumentFormat.Name(file_format))  # type: ignore[arg-type]  # as above
        raise InvalidArgumentError.in_field("format", message, known=known, asked=asked)
    return makers[file_format]


def _word(name: str) -> str:
    return name.removeprefix("SYSTEM_DOCUMENT_FORMAT_")


def read_view(
    database: Database, branch: str, as_of: date | None, *, with_neighbours: bool
) -> tuple[Reading, Neighbourhood]:
    """Return the view that *branch* names, all of one moment; the connection is free again when it is there.

    Raises:
        InvalidArgumentError: *branch* is no name of a system, a node or an edition.
        NotFoundError: there is no such thing.
        LimitError: it is too large for one document.
    """

    def work(session: Session) -> tuple[Reading, Neighbourhood]:
        if "/editions/" in branch:
            reading = store_system_set.read_edition(session, names.edition_name(branch, "branch"), as_of)
        else:
            reading = store_system_set.read_system(session, names.branch_name(branch, "branch"), as_of or today())
        if not with_neighbours:
            return reading, Neighbourhood()
        return reading, neighbourhood_of(session, reading.system_id, reading.standard_ids)

    return database.read(work)
