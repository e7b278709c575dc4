"""Speak gRPC about the comparison of texts."""

from collections.abc import Iterator

import grpc

from services.catalog import comparisons, messages_redline, names
from services.catalog.calls import Calls
from services.catalog.comparisons import Compared
from services.catalog.drafting import language_asked
from services.catalog.store_drafts import get_draft
from standards_tree.errors import PreconditionError
from standards_tree.reports.redline_page import render_redline
from tbt.catalog.v1 import redline_pb2

CHUNK_BYTES = 256 * 1024


class RedlineCalls(Calls):
    """Answers the calls about the comparison of texts."""

    def CompareDocuments(  # noqa: N802
        self, request: redline_pb2.CompareDocumentsRequest, context: grpc.ServicerContext
    ) -> Iterator[redline_pb2.CompareDocumentsResponse]:
        """Compare two texts clause by clause."""
        del context
        compared = self._compared(request.old_document, request.new_document)
        yield redline_pb2.CompareDocumentsResponse(comparison=messages_redline.comparison_to(compared))
        for clauses in messages_redline.pieces(compared):
            yield redline_pb2.CompareDocumentsResponse(clauses=redline_pb2.ComparedClauses(clauses=clauses))

    def DownloadRedline(  # noqa: N802
        self, request: redline_pb2.DownloadRedlineRequest, context: grpc.ServicerContext
    ) -> Iterator[redline_pb2.DownloadRedlineResponse]:
        """Download a comparison as one HTML page."""
        del context
        compared = self._compared(request.old_document, request.new_document)
        language = language_asked(request.language)
        content = render_redline(compared.old, compared.new, compared.clauses, language)
        for start in range(0, len(content), CHUNK_BYTES):
            yield redline_pb2.DownloadRedlineResponse(chunk=content[start : start + CHUNK_BYTES])

    def _compared(self, old: str, new: str) -> Compared:
        return comparisons.compare_documents(self._document(old), self._document(new), self._upstreams)

    def _document(self, name: str) -> str:
        """Return the document that *name* means: itself, or the text that a draft has.

        Raises:
            NotFoundError: there is no such draft.
            PreconditionError: the draft has no text.
        """
        if not name.startswith("drafts/"):
            return name
        draft_id = names.local_id(name, "drafts")
        draft = self._database.read(lambda session: get_draft(session, draft_id))
        if not draft.document:
            raise PreconditionError("{draft} has no text to compare", draft=draft.name)
        return draft.document
