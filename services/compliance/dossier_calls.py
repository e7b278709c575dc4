"""Speak gRPC about review dossiers and outgoing notifications."""

import grpc

from services.compliance import messages_dossiers, store_dossiers
from services.compliance.calls import Calls
from services.runtime.civil_dates import date_to
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask, require_etag
from standards_tree.rules.guide.advice import check_advice
from standards_tree.rules.guide.forms import check_form
from standards_tree.rules.guide.obligations import Verdict, check_obligations, last_day_to_send, unraised
from tbt.compliance.v1 import dossier_pb2 as pb

CHANGEABLE = frozenset(
    (
        *("notification", "products", "conformity", "international_standards", "deviation", "judgements", "evidence"),
        *("comments", "requests", "consulted", "letter"),
    )
)


class DossierCalls(Calls):
    """Answers the calls about dossiers."""

    def CreateDossier(self, request: pb.CreateDossierRequest, context: grpc.ServicerContext) -> pb.Dossier:  # noqa: N802
        """Record a review dossier."""
        del context
        messages_dossiers.dossier_from(request.dossier)
        symbol = messages_dossiers.symbol_of(request.dossier.notification)
        content = messages_dossiers.content_of(request.dossier)

        def work(session: Session) -> pb.Dossier:
            return messages_dossiers.dossier_to(store_dossiers.add_dossier(session, symbol, content))

        return self._database.write(work, request)

    def UpdateDossier(self, request: pb.UpdateDossierRequest, context: grpc.ServicerContext) -> pb.Dossier:  # noqa: N802
        """Change a review dossier."""
        del context

        def work(session: Session) -> pb.Dossier:
            row = store_dossiers.get_dossier(session, request.dossier.name)
            require_etag(request.dossier.etag, row.version)
            dossier = messages_dossiers.dossier_to(row)
            apply_mask(dossier, request.dossier, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateDossierRequest(dossier=dossier))
            messages_dossiers.dossier_from(dossier)
            symbol = messages_dossiers.symbol_of(dossier.notification)
            content = messages_dossiers.content_of(dossier)
            return messages_dossiers.dossier_to(store_dossiers.put_dossier(session, row, symbol, content))

        return self._database.write(work, request)

    def GetDossier(self, request: pb.GetDossierRequest, context: grpc.ServicerContext) -> pb.Dossier:  # noqa: N802
        """Read a review dossier."""
        del context
        return messages_dossiers.dossier_to(
            self._database.look_up(lambda session: store_dossiers.get_dossier(session, request.name))
        )

    def ListDossiers(self, request: pb.ListDossiersRequest, context: grpc.ServicerContext) -> pb.ListDossiersResponse:  # noqa: N802
        """List review dossiers, newest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(
            lambda session: store_dossiers.list_dossiers(session, request.symbol_prefix, page)
        )
        dossiers, token = self._pager.fill(
            request, page, rows, store_dossiers.dossier_order, messages_dossiers.dossier_to
        )
        return pb.ListDossiersResponse(dossiers=dossiers, next_page_token=token)

    def CheckDossier(self, request: pb.CheckDossierRequest, context: grpc.ServicerContext) -> pb.DossierVerdicts:  # noqa: N802
        """Say how a dossier stands."""
        del context
        row = self._database.look_up(lambda session: store_dossiers.get_dossier(session, request.name))
        dossier = messages_dossiers.dossier_from(messages_dossiers.dossier_to(row))
        results = list(check_obligations(dossier))
        silent = {one.obligation.id for one in unraised(dossier, results)}
        return pb.DossierVerdicts(
            dossier=request.name,
            obligations=[messages_dossiers.result_to(one, one.obligation.id in silent) for one in results],
            advice=map(messages_dossiers.advice_to, check_advice(dossier)),
            complete=not silent and all(one.verdict is not Verdict.UNANSWERED for one in results),
            send_by=date_to(last_day_to_send(dossier.notification)),
        )

    def CheckNotification(self, request: pb.CheckNotificationRequest, context: grpc.ServicerContext) -> pb.FormFaults:  # noqa: N802
        """Check a notification that is to go out against the form of its type."""
        del context
        notification = messages_dossiers.notification_from(request.notification)
        return pb.FormFaults(faults=map(messages_dossiers.fault_to, check_form(notification)))
