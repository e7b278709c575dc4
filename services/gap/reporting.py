"""Make a report: gather the facts, analyse them, write every form of the report, keep them for their time."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from google.protobuf.empty_pb2 import Empty

from services.gap import messages, store, store_schedules
from services.gap.live import LiveFacts, Moment
from services.gap.messages_graph import scope_of
from services.gap.report_forms import MEDIA_TYPES, ReportFile, forms_of
from services.gap.tables import ReportFileRow, ReportRow
from services.gap.upstream import GapUpstreams, Interrupted
from services.runtime.blobs import BlobStore
from services.runtime.calls import current_call, current_principal
from services.runtime.civil_dates import date_from
from services.runtime.database import Database, Session
from services.runtime.operations.worker import RunningOperation
from services.runtime.texts import ENGLISH, translate
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.gap.analysis import GapAnalysis, analyse
from standards_tree.gap.snapshot import GapOptions
from standards_tree.reports.document import report_document
from standards_tree.reports.schema import Report
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import report_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb

FORM_COUNT = 9
# A file of no report may be one that is being written: its row comes last.
ORPHAN_AGE = timedelta(days=1)
EXPIRED_AT_ONCE = 100


class Reporting:
    """Makes reports in the background. One that is begun again, after a worker died, ends as the same report."""

    def __init__(  # noqa: PLR0913  (what is put together in one place)
        self,
        database: Database,
        upstreams: GapUpstreams,
        live: LiveFacts,
        blobs: BlobStore,
        *,
        retention_days: int = 0,
        font_folder: Path | None = None,
    ) -> None:
        self._database = database
        self._upstreams = upstreams
        self._live = live
        self._blobs = blobs
        self._retention_days = retention_days
        self._font_folder = font_folder

    def run(self, operation: RunningOperation) -> pb.GapReport:
        """Make the report that the operation asks for.

        Raises:
            NotFoundError: the scope names a system or branch that does not exist.
        """
        request = operation.request
        if not isinstance(request, pb.CreateGapReportRequest):
            message = "not a request for a gap report: {kind}"
            raise InvalidArgumentError(message, kind=request.DESCRIPTOR.full_name)
        _report(operation, _note("reading the catalogue"), 0.0)

        def judged(moment: Moment) -> tuple[GapAnalysis, Report]:
            _report(operation, _note("judging the requirements"), 0.4)
            return analysed(request, moment)

        analysis, document = self._live.asked(judged, _AskedAfter(self._upstreams, operation))
        files = []
        for position, file in enumerate(self._written(document)):
            activity = _note("writing the report: {form}", form=" ".join([file.format, file.language]).strip())
            _report(operation, activity, 0.55 + 0.4 * position / FORM_COUNT)
            self._blobs.put(io.BytesIO(file.content), file.sha256, len(file.content), MEDIA_TYPES[file.format])
            files.append(file)
        _report(operation, _note("keeping the report"), 0.98)
        return self._keep(operation.operation_id, request, analysis, document, files)

    def _written(self, document: Report) -> Iterator[ReportFile]:
        """Yield the report in every form and language this machine can write."""
        for form in forms_of(document, self._font_folder):
            content = form.write()
            if content is not None:
                yield ReportFile(form.format, form.language, content)

    def _keep(
        self,
        report_id: str,
        request: pb.CreateGapReportRequest,
        analysis: GapAnalysis,
        document: Report,
        files: list[ReportFile],
    ) -> pb.GapReport:
        principal = current_principal().subject

        def work(session: Session) -> pb.GapReport:
            report = ReportRow(
                report_id=report_id,
                scope=request.scope.SerializeToString(deterministic=True),
                as_of=analysis.scope.as_of,
                include_suggested=analysis.scope.include_suggested,
                revisions=dict(analysis.revisions),
                verdict_counts={verdict.value: count for verdict, count in analysis.total.counts},
                requirement_count=analysis.total.total,
                measure_count=len(analysis.measures),
                json_sha256=next(file.sha256 for file in files if file.format == "json"),
                created_by=principal,
                title=request.title,
                schedule_id=store_schedules.schedule_of(session, report_id),
                budget=request.budget.SerializeToString(deterministic=True) if request.HasField("budget") else None,
                symbols=list(analysis.scope.symbols),
                members=list(analysis.scope.members),
                gap_count=document["summary"]["gaps"],
                severity_counts=document["summary"]["severities"],
            )
            rows = [
                ReportFileRow(report_id=report_id, format=file.format, language=file.language, sha256=file.sha256)
                for file in files
            ]
            kept = store.add_report(session, report, rows)
            return messages.report_to(kept, {file.format for file in files}, self._retention_days)

        return self._database.write(work)

    def document(self, name: str) -> Report:
        """Return what a report says.

        Raises:
            NotFoundError: there is no such report.
            PreconditionError: it was made before reports said what they do now.
        """
        file = self._database.read(lambda session: store.get_file(session, name, "json", ""))
        report = cast("Report", json.loads(self._blobs.content(file.sha256)))
        if "works" not in report:
            message = "{name} was made by an earlier version of this program; have it made anew"
            raise PreconditionError(message, name=name)
        return report

    def delete(self, request: report_pb2.DeleteGapReportRequest) -> None:
        """Remove a report; errors as `store.delete_report`."""

        def work(session: Session) -> Empty:
            store.delete_report(session, request.name)
            return Empty()

        self._database.write(work, request)

    def remove_expired(self) -> None:
        """Remove reports whose time is over, then files that no report has any more."""
        if self._retention_days:
            before = datetime.now(UTC) - timedelta(days=self._retention_days)
            while self._remove_some(before) == EXPIRED_AT_ONCE:
                pass
        held = self._database.look_up(store.stored_hashes)
        young = datetime.now(UTC) - ORPHAN_AGE
        for blob in list(self._blobs.stored()):
            if blob.sha256 not in held and blob.stored_at < young:
                self._blobs.remove(blob.sha256)

    def _remove_some(self, before: datetime) -> int:
        removed = 0

        def work(session: Session) -> Empty:
            nonlocal removed
            removed = store.delete_expired(session, before, EXPIRED_AT_ONCE)
            return Empty()

        self._database.write(work)
        return removed


class _AskedAfter(Interrupted):
    """The same neighbours, but between two pieces of an export it is asked whether the report is still wanted."""

    def __init__(self, upstreams: GapUpstreams, operation: RunningOperation) -> None:
        super().__init__(upstreams, operation.require_wanted)
        self._operation = operation

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Yield all measures, requirements and links of one moment, their revision first."""
        _report(self._operation, _note("reading measures and links"), 0.25)
        yield from super().export_linkage(after)


def analysed(request: pb.CreateGapReportRequest, moment: Moment) -> tuple[GapAnalysis, Report]:
    """Return the analysis a request asks for and the report of it, with its plan where there is a budget."""
    as_of = _as_of(request)
    scope = scope_of(request.scope, as_of, moment, include_suggested=request.include_suggested)
    view = moment.on(as_of)
    analysis = analyse(moment.snapshot, scope, GapOptions(), view.known_with_uses)
    budget = messages.budget_from(request.budget, as_of) if request.HasField("budget") else None
    return analysis, report_document(analysis, budget, view.inferring)


def _as_of(request: pb.CreateGapReportRequest) -> date:
    """Return the date the report is about; the handler has put the present day where the caller named none."""
    as_of = date_from(request.as_of, "as_of")
    if as_of is None:
        message = "the request to the worker names no date"
        raise InvalidArgumentError.in_field("as_of", message)
    return as_of


def _note(template: str, **parameters: object) -> str:
    """Return what is being done, in the language of whoever asked for it."""
    call = current_call()
    return translate(template, parameters, call.language if call is not None else ENGLISH)


def _report(operation: RunningOperation, activity: str, share_done: float) -> None:
    operation.report(
        pb.CreateGapReportMetadata(activity=activity, share_done=share_done, report=f"reports/{operation.operation_id}")
    )
