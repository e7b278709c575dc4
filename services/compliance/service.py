"""Speak gRPC for the compliance service: translate, call, translate."""

from collections.abc import Iterator

import grpc

from services.compliance import messages, store
from services.compliance.checking import check_document
from services.compliance.upstream import ComplianceUpstreams
from services.runtime.changes import ChangeFeed, watch
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Database, Session
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from standards_tree.errors import PreconditionError
from standards_tree.rules import references, terms
from tbt.compliance.v1 import compliance_service_pb2 as pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2


class ComplianceService(pb_grpc.ComplianceServiceServicer):
    """Answers the calls of the compliance contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: ComplianceUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["ComplianceService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_ComplianceServiceServicer_to_server(self, server))

    def CheckDraft(self, request: pb.CheckDraftRequest, context: grpc.ServicerContext) -> pb.Check:  # noqa: N802
        """Check a draft or a document and keep the findings."""
        del context
        document = request.document or self._document_of(request.draft)
        as_of = date_from(request.as_of, "as_of") or today()
        findings, examined = check_document(self._upstreams.read_standard(document), as_of, self._upstreams)
        checked = store.Checked(request.draft, document, as_of, tuple(findings), examined)

        def work(session: Session) -> pb.Check:
            return messages.check_to(*store.add_check(session, checked))

        return self._database.write(work, request)

    def _document_of(self, draft: str) -> str:
        document = self._upstreams.get_draft(draft).document
        if not document:
            message = "{draft} has no document yet: upload one and name it when the draft is advanced"
            raise PreconditionError(message, draft=draft)
        return document

    def GetCheck(self, request: pb.GetCheckRequest, context: grpc.ServicerContext) -> pb.Check:  # noqa: N802
        """Read a check with its findings."""
        del context
        return messages.check_to(*self._database.read(lambda session: store.get_check(session, request.name)))

    def ListChecks(self, request: pb.ListChecksRequest, context: grpc.ServicerContext) -> pb.ListChecksResponse:  # noqa: N802
        """List checks, newest first, without their findings."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(lambda session: store.list_checks(session, request.draft, page))
        checks, token = self._pager.fill(request, page, rows, store.page_key, lambda row: messages.check_to(row, ()))
        return pb.ListChecksResponse(checks=checks, next_page_token=token)

    def ListRules(self, request: pb.ListRulesRequest, context: grpc.ServicerContext) -> pb.ListRulesResponse:  # noqa: N802
        """List the rules."""
        del request, context
        rules = sorted((*references.RULES, *terms.RULES), key=lambda rule: rule.id)
        return pb.ListRulesResponse(rules=[messages.rule_to(rule) for rule in rules])

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
