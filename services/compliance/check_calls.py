"""Speak gRPC about checks."""

from collections.abc import Iterator, Mapping

import grpc
from google.longrunning.operations_pb2 import Operation

from services.compliance import messages_checks, store, store_waivers
from services.compliance.calls import Calls
from services.compliance.checking import check_document
from services.compliance.checks import Checks, dated, own_committee, require_own_committee
from services.compliance.examining import Examined
from services.compliance.visibility import require_seen, seen_checks
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from services.runtime.operations.queue import start_operation
from services.runtime.operations.worker import Runner
from standards_tree.errors import PreconditionError
from tbt.compliance.v1 import check_pb2
from tbt.compliance.v1 import compliance_service_pb2 as pb

CHECK = "compliance.check_document"


class CheckCalls(Calls):
    """Answers the calls about checks."""

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {CHECK: Checks(self._database, self._upstreams).run}

    def CheckDocument(self, request: check_pb2.CheckDocumentRequest, context: grpc.ServicerContext) -> pb.Check:  # noqa: N802
        """Check a draft or a document by every rule that is on, and keep the findings."""
        del context
        require_own_committee(request)
        return Checks(self._database, self._upstreams).check(request)

    def StartCheck(self, request: check_pb2.StartCheckRequest, context: grpc.ServicerContext) -> Operation:  # noqa: N802
        """Check in the background."""
        del context
        require_seen(self._upstreams, request.draft, request.document)
        require_own_committee(request)
        if request.draft:
            own_committee(self._upstreams.get_draft(request.draft).committee, request.committee)
        asked = dated(request)

        def work(session: Session) -> Operation:
            return start_operation(session, CHECK, asked, check_pb2.CheckDocumentMetadata(activity="waiting"))

        return self._database.write(work, request, keep=True)

    def WatchCheck(  # noqa: N802
        self, request: check_pb2.WatchCheckRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.WatchCheckResponse]:
        """Check, and send each finding as it is found."""
        del context
        require_own_committee(request)
        checks, examined, found = Checks(self._database, self._upstreams), Examined(), []
        task = checks.task(request)
        for finding in checks.findings(task, examined):
            found.append(finding)
            yield pb.WatchCheckResponse(finding=messages_checks.fresh_finding_to(finding))
        yield pb.WatchCheckResponse(check=checks.summary(task, found, examined))

    def CheckDraft(self, request: pb.CheckDraftRequest, context: grpc.ServicerContext) -> pb.Check:  # noqa: N802
        """Check the references and defined terms of a draft or a document and keep the findings."""
        del context
        document, committee = self._checked(request)
        as_of = date_from(request.as_of, "as_of") or today()
        findings, examined = check_document(self._upstreams.read_standard(document), as_of, self._upstreams)
        checked = store.Checked(request.draft, document, as_of, tuple(findings), examined, committee)

        def work(session: Session) -> pb.Check:
            return messages_checks.check_to(*store.add_check(session, checked))

        return self._database.write(work, request)

    def _checked(self, request: pb.CheckDraftRequest) -> tuple[str, str]:
        """Return the document that is to be checked, and whose it is."""
        if request.document:
            return request.document, ""
        draft = self._upstreams.get_draft(request.draft)
        if not draft.document:
            message = "{draft} has no document yet: upload one and name it when the draft is advanced"
            raise PreconditionError(message, draft=request.draft)
        return draft.document, draft.committee

    def GetCheck(self, request: pb.GetCheckRequest, context: grpc.ServicerContext) -> pb.Check:  # noqa: N802
        """Read a check with its findings."""
        del context
        asked = self._database.look_up(lambda session: store.check_row(session, request.name))
        require_seen(self._upstreams, asked.draft, asked.document)

        def work(session: Session) -> pb.Check:
            row, findings = store.get_check(session, request.name)
            waivers = store_waivers.holding_waivers(session, store_waivers.target_of(row))
            waived = store_waivers.waived_counts(session, [row.check_id])[row.check_id]
            return messages_checks.check_to(row, findings, waivers, waived)

        return self._database.read(work)

    def ListChecks(self, request: pb.ListChecksRequest, context: grpc.ServicerContext) -> pb.ListChecksResponse:  # noqa: N802
        """List checks, newest first, without their findings."""
        del context
        page = self._pager.page(request)
        if request.draft:
            require_seen(self._upstreams, request.draft, "")
        seen = None if request.draft else seen_checks()

        def work(session: Session) -> pb.ListChecksResponse:
            rows = store.list_checks(session, request.draft, page, seen)
            waived = store_waivers.waived_counts(session, [row.check_id for row in rows])
            checks, token = self._pager.fill(
                request,
                page,
                rows,
                store.page_key,
                lambda row: messages_checks.check_to(row, (), None, waived[row.check_id]),
            )
            return pb.ListChecksResponse(checks=checks, next_page_token=token)

        return self._database.read(work)
