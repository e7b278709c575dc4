"""Speak gRPC about reports of checks and the health of drafts."""

from collections.abc import Iterator

import grpc

from services.compliance import store, store_waivers
from services.compliance.calls import Calls
from services.compliance.health import health_of
from services.compliance.reporting import Reported, report_chunks
from services.compliance.visibility import require_seen
from services.runtime.calls import current_call
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from tbt.compliance.v1 import health_pb2
from tbt.compliance.v1 import report_pb2 as pb


class ReportCalls(Calls):
    """Answers the calls about reports."""

    def DownloadFindings(  # noqa: N802
        self, request: pb.DownloadFindingsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.DownloadFindingsResponse]:
        """Download the findings of a check, with the text."""
        del context
        asked = self._database.look_up(lambda session: store.check_row(session, request.check))
        require_seen(self._upstreams, asked.draft, asked.document)

        def work(session: Session) -> Reported:
            row = store.check_row(session, request.check)
            reasons = store_waivers.holding_reasons(session, store_waivers.target_of(row))
            return Reported(row, store.all_findings(session, row), reasons)

        call = current_call()
        language = request.language or (call.language if call is not None else ENGLISH)
        for chunk in report_chunks(self._database.read(work), self._upstreams, request.format, language):
            yield pb.DownloadFindingsResponse(chunk=chunk)

    def GetDraftHealth(  # noqa: N802
        self, request: health_pb2.GetDraftHealthRequest, context: grpc.ServicerContext
    ) -> health_pb2.DraftHealth:
        """Say how a draft stands."""
        del context
        as_of = date_from(request.as_of, "as_of") or today()
        return health_of(request.draft, as_of, self._database, self._upstreams)
