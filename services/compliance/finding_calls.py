"""Speak gRPC about findings, waivers, trends and figures."""

import grpc

from services.compliance import messages_checks, store, store_statistics, store_waivers
from services.compliance.calls import Calls
from services.compliance.ownership import require_committee
from services.compliance.visibility import require_seen, seen_checks
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from
from services.runtime.database import Session
from services.runtime.permissions import works_across_committees
from standards_tree.errors import InvalidArgumentError
from tbt.compliance.v1 import compliance_service_pb2
from tbt.compliance.v1 import finding_pb2 as pb


class FindingCalls(Calls):
    """Answers the calls about findings."""

    def ListFindings(  # noqa: N802
        self, request: compliance_service_pb2.ListFindingsRequest, context: grpc.ServicerContext
    ) -> compliance_service_pb2.ListFindingsResponse:
        """List the findings of a check, in the order of the document."""
        del context
        page = self._pager.page(request)
        severity = messages_checks.SEVERITY_FROM.get(request.severity, "")
        asked = self._database.look_up(lambda session: store.check_row(session, request.check))
        require_seen(self._upstreams, asked.draft, asked.document)

        def work(session: Session) -> compliance_service_pb2.ListFindingsResponse:
            row = store.check_row(session, request.check)
            waivers = store_waivers.holding_waivers(session, store_waivers.target_of(row))
            left_out = frozenset(waivers) if request.without_waived else frozenset()
            rows = store.list_findings(session, row, page, request.rule, severity, left_out)
            findings, token = self._pager.fill(
                request, page, rows, store.finding_order, lambda one: messages_checks.finding_to(one, waivers)
            )
            return compliance_service_pb2.ListFindingsResponse(findings=findings, next_page_token=token)

        return self._database.read(work)

    def WaiveFinding(self, request: pb.WaiveFindingRequest, context: grpc.ServicerContext) -> pb.Waiver:  # noqa: N802
        """Accept a finding as it is."""
        del context
        check, _finding = self._database.read(lambda session: store_waivers.finding_named(session, request.finding))
        self._require_judge(check.draft, check.document)

        def work(session: Session) -> pb.Waiver:
            row, finding = store_waivers.finding_named(session, request.finding)
            return messages_checks.waiver_to(store_waivers.add_waiver(session, row, finding, request.reason))

        return self._database.write(work, request)

    def WithdrawWaiver(self, request: pb.WithdrawWaiverRequest, context: grpc.ServicerContext) -> pb.Waiver:  # noqa: N802
        """Take a waiver back."""
        del context
        waiver = self._database.look_up(lambda session: store_waivers.get_waiver(session, request.name))
        draft = waiver.target if waiver.target.startswith("drafts/") else ""
        self._require_judge(draft, waiver.target)

        def work(session: Session) -> pb.Waiver:
            return messages_checks.waiver_to(store_waivers.withdraw_waiver(session, request.name, request.reason))

        return self._database.write(work, request)

    def ListWaivers(self, request: pb.ListWaiversRequest, context: grpc.ServicerContext) -> pb.ListWaiversResponse:  # noqa: N802
        """List waivers, newest first."""
        del context
        page, everything = self._pager.page(request), request.with_withdrawn
        if not request.target and not works_across_committees(current_principal().roles):
            message = "name the draft or the document; only who works across committees lists all waivers"
            raise InvalidArgumentError.in_field("target", message)
        if request.target:
            draft = request.target if request.target.startswith("drafts/") else ""
            require_seen(self._upstreams, draft, request.target)
        rows = self._database.look_up(
            lambda session: store_waivers.list_waivers(session, request.target, page, with_withdrawn=everything)
        )
        waivers, token = self._pager.fill(request, page, rows, store_waivers.waiver_order, messages_checks.waiver_to)
        return pb.ListWaiversResponse(waivers=waivers, next_page_token=token)

    def GetFindingTrend(self, request: pb.GetFindingTrendRequest, context: grpc.ServicerContext) -> pb.FindingTrend:  # noqa: N802
        """Say how the findings of a draft developed."""
        del context
        require_seen(self._upstreams, request.draft, "")
        return messages_checks.trend_to(
            self._database.read(lambda session: store_statistics.trend(session, request.draft))
        )

    def GetRuleStatistics(  # noqa: N802
        self, request: pb.GetRuleStatisticsRequest, context: grpc.ServicerContext
    ) -> pb.RuleStatistics:
        """Count findings rule by rule."""
        del context
        since, seen = date_from(request.since, "since"), seen_checks()
        figures = self._database.read(
            lambda session: store_statistics.rule_figures(session, request.committee, since, seen)
        )
        return messages_checks.statistics_to(*figures)

    def _require_judge(self, draft: str, document: str) -> None:
        """Refuse who is not of the committee of *draft*, and who may not read a *document* that is no draft's.

        Raises:
            NotFoundError: for whom the call is made, the draft or the document does not exist.
            ForbiddenError: the draft is another committee's.
        """
        if draft:
            require_committee(current_principal(), self._upstreams.get_draft(draft).committee)
        else:
            self._upstreams.require_document(document)
