"""Speak gRPC for the gap service: translate, call, translate."""

from collections.abc import Iterator, Mapping
from uuid import uuid4

import grpc
from google.longrunning.operations_pb2 import Operation

from services.gap import messages, store
from services.gap.analysis_calls import AnalysisCalls
from services.gap.graph_calls import GraphCalls
from services.gap.live import LiveFacts
from services.gap.reporting import Reporting
from services.gap.upstream import GapUpstreams
from services.runtime.blobs import BlobStore
from services.runtime.calls import current_call
from services.runtime.changes import ChangeFeed, watch
from services.runtime.civil_dates import date_from, date_to, today
from services.runtime.database import Database, Session
from services.runtime.operations.queue import start_operation
from services.runtime.operations.worker import Runner
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from services.runtime.texts import ENGLISH
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

CREATE = "gap.create_report"


class GapService(GraphCalls, AnalysisCalls, pb_grpc.GapServiceServicer):
    """Answers the calls of the gap contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: GapUpstreams, blobs: BlobStore) -> None:
        self._database = database
        self._pager = pager
        self._blobs = blobs
        self._live = LiveFacts(upstreams)
        self._reporting = Reporting(database, upstreams, blobs)
        self._feed = ChangeFeed(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["GapService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_GapServiceServicer_to_server(self, server))

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {CREATE: self._reporting.run}

    def CreateGapReport(self, request: pb.CreateGapReportRequest, context: grpc.ServicerContext) -> Operation:  # noqa: N802
        """Have a gap report made, in the background; what is wrong with the request is refused at once."""
        del context
        asked = pb.CreateGapReportRequest()
        asked.CopyFrom(request)
        asked.as_of.CopyFrom(date_to(date_from(request.as_of, "as_of") or today()))
        messages.require_readable(request.scope)

        def work(session: Session) -> Operation:
            operation_id = uuid4().hex
            progress = pb.CreateGapReportMetadata(activity="waiting", report=f"reports/{operation_id}")
            return start_operation(session, CREATE, asked, progress, operation_id)

        return self._database.write(work, request)

    def GetGapReport(self, request: pb.GetGapReportRequest, context: grpc.ServicerContext) -> pb.GapReport:  # noqa: N802
        """Read what a report covers and its main figures."""
        del context
        return messages.report_to(self._database.look_up(lambda session: store.get_report(session, request.name)))

    def ListGapReports(  # noqa: N802
        self, request: pb.ListGapReportsRequest, context: grpc.ServicerContext
    ) -> pb.ListGapReportsResponse:
        """List reports, newest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(lambda session: store.list_reports(session, page))
        reports, token = self._pager.fill(request, page, rows, store.page_key, messages.report_to)
        return pb.ListGapReportsResponse(reports=reports, next_page_token=token)

    def DownloadGapReport(  # noqa: N802
        self, request: pb.DownloadGapReportRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.DownloadGapReportResponse]:
        """Download a report in one format and language."""
        del context
        call = current_call()
        spoken = call.language if call is not None else ENGLISH
        language = messages.LANGUAGES.get(request.language, spoken)
        file_format = messages.FORMATS[request.format]
        file = self._database.read(lambda session: store.get_file(session, request.name, file_format, language))
        for chunk in self._blobs.chunks(file.sha256):
            yield pb.DownloadGapReportResponse(chunk=chunk)

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
