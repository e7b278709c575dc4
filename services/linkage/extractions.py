"""Read requirements out of the texts of a measure: those of its notification, and those of its documents."""

from typing import Any

from services.linkage import store_concerns, store_measures
from services.linkage.messages_proposals import proposal_from
from services.linkage.tables import MeasureRow
from services.linkage.upstream import LinkageUpstreams
from services.runtime.calls import current_call
from services.runtime.database import Database
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import InvalidArgumentError
from standards_tree.measures.extraction import extract_requirements
from tbt.linkage.v1 import requirement_pb2 as pb

Found = list[dict[str, Any]]


def extract(
    database: Database, upstreams: LinkageUpstreams, request: pb.ExtractRequirementsRequest
) -> tuple[Found, list[pb.UnreadDocument]]:
    """Return the proposals in the texts of a measure, each once, and the documents that cannot be read.

    Raises:
        NotFoundError: there is no such measure.
    """
    row, documents = database.read(
        lambda session: (
            store_measures.get_measure(session, request.measure),
            store_concerns.list_documents(session, request.measure),
        )
    )
    texts = [("", part, text) for part, text in _notification(row)]
    unread = []
    for attached in [] if request.only_notification else documents:
        try:
            texts += [(attached.document, part, text) for part, text in upstreams.read_parts(attached.document)]
        except InvalidArgumentError as error:
            unread.append(pb.UnreadDocument(document=attached.document, reason=_reason(error)))
    proposed = (
        proposal_from(entry, row.measure_id, document)
        for document, part, text in texts
        for entry in extract_requirements(text, part)
    )
    return list({entry["proposal_id"]: entry for entry in proposed}.values()), unread


def _notification(row: MeasureRow) -> list[tuple[str, str]]:
    texts = [("title.en", row.title_en), ("title.zh", row.title_zh), ("description", row.description)]
    return [*texts, ("products", row.products), ("cited_standards", "\n".join(row.cited_standards))]


def _reason(error: InvalidArgumentError) -> str:
    call = current_call()
    return translate(error.template, error.parameters, call.language if call is not None else ENGLISH)
