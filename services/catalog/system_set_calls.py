"""Speak gRPC about the set of documents of a standards system (GB/T 13016)."""

from collections.abc import Iterator

import grpc

from services.catalog import messages_system_set as messages
from services.catalog import system_documents as documents
from services.catalog.calls import Calls
from services.runtime.calls import current_call
from services.runtime.civil_dates import date_from
from services.runtime.texts import ENGLISH
from standards_tree.systems.statistics import statistics_of
from tbt.catalog.v1 import system_set_pb2 as set_pb


class SystemSetCalls(Calls):
    """Answers the calls about the set of documents of a standards system (GB/T 13016)."""

    def DownloadSystemDocument(  # noqa: N802
        self, request: set_pb.DownloadSystemDocumentRequest, context: grpc.ServicerContext
    ) -> Iterator[set_pb.DownloadSystemDocumentResponse]:
        """Download a document of the set."""
        del context
        make = documents.maker_of(request.document, request.format)
        with_neighbours = request.document == set_pb.SYSTEM_DOCUMENT_COMPILATION_EXPLANATION
        as_of = date_from(request.as_of, "as_of")
        read = documents.read_view(self._database, request.branch, as_of, with_neighbours=with_neighbours)
        call = current_call()
        if call is not None:
            call.require_time()
        spoken = call.language if call is not None else ENGLISH
        language = messages.LANGUAGES.get(request.language, spoken)
        content = make(documents.Order(*read, language, request.colour_by_coverage, self._font_folder))
        for start in range(0, len(content), documents.CHUNK_BYTES):
            yield set_pb.DownloadSystemDocumentResponse(chunk=content[start : start + documents.CHUNK_BYTES])

    def GetSystemStatistics(  # noqa: N802
        self, request: set_pb.GetSystemStatisticsRequest, context: grpc.ServicerContext
    ) -> set_pb.SystemStatistics:
        """Count the standards a system has and should have."""
        del context
        as_of = date_from(request.as_of, "as_of")
        reading, _neighbourhood = documents.read_view(self._database, request.branch, as_of, with_neighbours=False)
        return messages.statistics_to(reading.view, statistics_of(reading.view))
