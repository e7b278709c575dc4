"""Make a report: gather the facts, analyse them, write every form of the report, keep them."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date

from services.gap import messages, store
from services.gap.gathering import Gathering, gather_catalog, gather_linkage
from services.gap.tables import ReportFileRow, ReportRow
from services.gap.upstream import GapUpstreams
from services.runtime.blobs import BlobStore
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from services.runtime.texts import CHINESE, ENGLISH
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.snapshot import GapOptions, Scope
from standards_tree.reports.canonical import render_json
from standards_tree.reports.document import report_document
from standards_tree.reports.page import render_html
from standards_tree.reports.workbook import render_xlsx
from tbt.gap.v1 import gap_service_pb2 as pb

MEDIA_TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One form of a report; no language where it is the same in every one."""

    format: str
    language: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the hash it is stored under."""
        return hashlib.sha256(self.content).hexdigest()


class Reporting:
    """Makes reports in the background. One that is begun again, after a worker died, ends as the same report."""

    def __init__(self, database: Database, upstreams: GapUpstreams, blobs: BlobStore) -> None:
        self._database = database
        self._upstreams = upstreams
        self._blobs = blobs

    def run(self, operation: RunningOperation) -> pb.GapReport:
        """Make the report that the operation asks for.

        Raises:
            NotFoundError: the scope names a system or branch that does not exist.
        """
        request = operation.request
        if not isinstance(request, pb.CreateGapReportRequest):
            message = "not a request for a gap report: {kind}"
            raise InvalidArgumentError(message, kind=request.DESCRIPTOR.full_name)
        gathered = self._gather(operation)
        snapshot = gathered.snapshot()
        _report(operation, "analysing", 0.6)
        systems = [system.code for system in snapshot.systems]
        scope = messages.scope_from(request, _as_of(request), systems, gathered.code_of)
        analysis = analyse(snapshot, scope, GapOptions())
        _report(operation, "writing the report", 0.8)
        files = write_forms(analysis)
        for file in files:
            content = io.BytesIO(file.content)
            self._blobs.put(content, file.sha256, len(file.content), MEDIA_TYPES[file.format])
        return self._keep(operation.operation_id, request, scope, analysis, files)

    def _gather(self, operation: RunningOperation) -> Gathering:
        gathering = Gathering()
        _report(operation, "reading the catalogue", 0.0)
        gather_catalog(gathering, self._upstreams)
        _report(operation, "reading measures and links", 0.4)
        gather_linkage(gathering, self._upstreams)
        return gathering

    def _keep(
        self,
        report_id: str,
        request: pb.CreateGapReportRequest,
        scope: Scope,
        analysis: GapAnalysis,
        files: list[ReportFile],
    ) -> pb.GapReport:
        principal = current_principal().subject

        def work(session: Session) -> pb.GapReport:
            report = ReportRow(
                report_id=report_id,
                scope=request.scope.SerializeToString(deterministic=True),
                as_of=scope.as_of,
                include_suggested=scope.include_suggested,
                revisions=dict(analysis.revisions),
                verdict_counts={verdict.value: count for verdict, count in analysis.total.counts},
                requirement_count=analysis.total.total,
                measure_count=len(analysis.measures),
                json_sha256=next(file.sha256 for file in files if file.format == "json"),
                created_by=principal,
            )
            rows = [
                ReportFileRow(report_id=report_id, format=file.format, language=file.language, sha256=file.sha256)
                for file in files
            ]
            return messages.report_to(store.add_report(session, report, rows))

        return self._database.write(work)


def write_forms(analysis: GapAnalysis) -> list[ReportFile]:
    """Return the report of *analysis* in every form and language."""
    document = report_document(analysis)
    return [
        ReportFile("json", "", render_json(document)),
        *(ReportFile("xlsx", language, render_xlsx(document, language)) for language in (ENGLISH, CHINESE)),
        *(ReportFile("html", language, render_html(document, language)) for language in (ENGLISH, CHINESE)),
    ]


def _as_of(request: pb.CreateGapReportRequest) -> date:
    """Return the date the report is about; the handler has put the present day where the caller named none."""
    as_of = date_from(request.as_of, "as_of")
    if as_of is None:
        message = "the request to the worker names no date"
        raise InvalidArgumentError.in_field("as_of", message)
    return as_of


def _report(operation: RunningOperation, activity: str, share_done: float) -> None:
    operation.report(
        pb.CreateGapReportMetadata(activity=activity, share_done=share_done, report=f"reports/{operation.operation_id}")
    )
