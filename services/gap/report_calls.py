"""Speak gRPC about reports: have them made, list, compare, keep, remove and download them."""

from collections.abc import Iterator
from uuid import uuid4

import grpc
from google.longrunning.operations_pb2 import Operation
from google.protobuf.empty_pb2 import Empty

from services.gap import messages, messages_comparison, store
from services.gap.calls import CREATE, Calls
from services.runtime.calls import current_call
from services.runtime.civil_dates import date_from, date_to, today
from services.runtime.database import Session
from services.runtime.operations.queue import start_operation
from services.runtime.texts import ENGLISH
from standards_tree.reports.comparison import compare
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import report_pb2


class ReportCalls(Calls):
    """Answers the calls about reports."""

    def CreateGapReport(self, request: pb.CreateGapReportRequest, context: grpc.ServicerContext) -> Operation:  # noqa: N802
        """Have a gap report made, in the background; what is wrong with the request is refused at once."""
        del context
        asked = pb.CreateGapReportRequest()
        asked.CopyFrom(request)
        as_of = date_from(request.as_of, "as_of") or today()
        asked.as_of.CopyFrom(date_to(as_of))
        messages.require_readable(request.scope)
        if request.HasField("budget"):
            messages.budget_from(request.budget, as_of)
        self._codes.require_known(request.scope, "scope")

        def work(session: Session) -> Operation:
            operation_id = uuid4().hex
            progress = pb.CreateGapReportMetadata(activity="waiting", report=f"reports/{operation_id}")
            return start_operation(session, CREATE, asked, progress, operation_id)

        return self._database.write(work, request)

    def GetGapReport(self, request: pb.GetGapReportRequest, context: grpc.ServicerContext) -> pb.GapReport:  # noqa: N802
        """Read what a report covers and its main figures."""
        del context

        def work(session: Session) -> pb.GapReport:
            row = store.get_report(session, request.name)
            formats = store.formats_of(session, [row])
            return messages.report_to(row, formats[row.report_id], self._retention_days)

        return self._database.read(work)

    def ListGapReports(  # noqa: N802
        self, request: pb.ListGapReportsRequest, context: grpc.ServicerContext
    ) -> pb.ListGapReportsResponse:
        """List reports, newest first."""
        del context
        page = self._pager.page(request)
        wanted = messages.filter_from(request)

        def work(session: Session) -> tuple[list[pb.GapReport], str]:
            rows = store.list_reports(session, page, wanted)
            formats = store.formats_of(session, rows)
            return self._pager.fill(
                request,
                page,
                rows,
                store.page_key,
                lambda row: messages.report_to(row, formats[row.report_id], self._retention_days),
            )

        reports, token = self._database.read(work)
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

    def PinGapReport(self, request: report_pb2.PinGapReportRequest, context: grpc.ServicerContext) -> pb.GapReport:  # noqa: N802
        """Keep a report whatever its age, or let it go with its time again."""
        del context

        def work(session: Session) -> pb.GapReport:
            row = store.pin_report(session, request.name, pinned=request.pinned)
            formats = store.formats_of(session, [row])
            return messages.report_to(row, formats[row.report_id], self._retention_days)

        return self._database.write(work, request)

    def DeleteGapReport(self, request: report_pb2.DeleteGapReportRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Remove a report with everything it was written as."""
        del context
        self._reporting.delete(request)
        return Empty()

    def CompareGapReports(  # noqa: N802
        self, request: report_pb2.CompareGapReportsRequest, context: grpc.ServicerContext
    ) -> report_pb2.CompareGapReportsResponse:
        """Compare two reports: gaps closed, opened, worsened and improved, with the reasons."""
        del context
        page = self._pager.page(request)
        found = compare(self._reporting.document(request.base), self._reporting.document(request.other))
        after = 0 if page.after is None else int(page.after[0])
        numbered = list(enumerate(found.changes[after : after + page.size + 1], start=after + 1))
        changes, token = self._pager.fill(
            request, page, numbered, lambda one: (one[0],), lambda one: messages_comparison.change_to(one[1])
        )
        return messages_comparison.comparison_to(found, changes, token)
