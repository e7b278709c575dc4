"""Speak gRPC for the audit service: translate, call, translate."""

from collections.abc import Iterator
from itertools import islice

import grpc

from services.audit import messages, store
from services.audit.sealing import Sealer
from services.audit.verification import verify
from services.runtime.calls import current_call
from services.runtime.database import Database, Session
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from tbt.audit.v1 import audit_service_pb2 as pb
from tbt.audit.v1 import audit_service_pb2_grpc as pb_grpc

LINKS_A_MESSAGE = 500


class AuditService(pb_grpc.AuditServiceServicer):
    """Answers the calls of the audit contract, and seals what the other services append."""

    def __init__(self, database: Database, pager: Pager) -> None:
        self._database = database
        self._pager = pager
        self._sealer = Sealer(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it; records are sealed from then on."""
        self._sealer.start()
        name = pb.DESCRIPTOR.services_by_name["AuditService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_AuditServiceServicer_to_server(self, server))

    def close(self) -> None:
        """Stop sealing."""
        self._sealer.close()

    def ListAuditRecords(  # noqa: N802
        self, request: pb.ListAuditRecordsRequest, context: grpc.ServicerContext
    ) -> pb.ListAuditRecordsResponse:
        """List records, newest first."""
        del context
        page, wanted = self._pager.page(request), messages.filter_from(request)
        rows = self._database.look_up(lambda session: store.list_records(session, wanted, page))
        records, token = self._pager.fill(request, page, rows, store.page_key, messages.record_to)
        return pb.ListAuditRecordsResponse(records=records, next_page_token=token)

    def ExportAudit(  # noqa: N802
        self, request: pb.ExportAuditRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportAuditResponse]:
        """Read the chain from a position on; what waits is sealed first."""
        del context
        self._sealer.seal()
        return self._database.stream(lambda session: _exported(session, request.from_position))

    def VerifyAudit(self, request: pb.VerifyAuditRequest, context: grpc.ServicerContext) -> pb.VerifyAuditResponse:  # noqa: N802
        """Compute the chain anew; what waits is sealed first."""
        del context
        self._sealer.seal()
        known = bytes.fromhex(request.known_sha256)
        return messages.verified_to(self._database.read(lambda session: verify(session, request.known_position, known)))


def _exported(session: Session, position: int) -> Iterator[pb.ExportAuditResponse]:
    """Yield the chain from *position* on."""
    call = current_call()
    links = map(messages.link_to, store.links_from(session, position))
    while piece := list(islice(links, LINKS_A_MESSAGE)):
        if call is not None:
            call.require_time()
        yield pb.ExportAuditResponse(links=piece)
