"""Speak gRPC for the catalog service: translate, call, translate."""

from collections.abc import Iterator

import grpc

from services.catalog import drafts, exports, imports, messages, names, store_drafts, store_import, store_nodes
from services.catalog.standard_calls import StandardCalls
from services.catalog.store_drafts import Step
from services.catalog.tree_calls import TreeCalls
from services.runtime.calls import current_call, current_principal
from services.runtime.changes import latest_revision, watch
from services.runtime.database import Session
from services.runtime.server import Servicer
from services.runtime.texts import ENGLISH
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2
from tbt.type.v1 import type_pb2


class CatalogService(TreeCalls, StandardCalls, pb_grpc.CatalogServiceServicer):
    """Answers the calls of the catalog contract: here those about drafts, the import, the export and the change log."""

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["CatalogService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_CatalogServiceServicer_to_server(self, server))

    def ImportStandards(  # noqa: N802
        self, request_iterator: Iterator[pb.ImportStandardsRequest], context: grpc.ServicerContext
    ) -> pb.ImportStandardsResponse:
        """Import nodes, standards, placements and relations in one transaction."""
        del context
        collected = imports.collect(request_iterator)
        call = current_call()
        language = call.language if call is not None else ENGLISH

        def work(session: Session) -> pb.ImportStandardsResponse:
            outcome = store_import.run_import(session, collected.batch)
            if collected.options.all_or_nothing:
                outcome.require_nothing_refused()
            return imports.response_to(outcome, language)

        return self._database.write(work, collected.options, collected.sha256)

    def RegisterDraft(self, request: pb.RegisterDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Register a draft, with facts read out of its document where one is named."""
        del context
        completed = drafts.complete(request.draft, self._upstreams)
        draft = messages.draft_from(completed)
        node_name = names.node_name(completed.node, "draft.node") if completed.node else None
        step = Step(current_principal().subject)

        def work(session: Session) -> draft_pb2.Draft:
            node = store_nodes.get_node(session, node_name) if node_name is not None else None
            return messages.draft_to(store_drafts.create_draft(session, draft, node, step))

        return self._database.write(work, request)

    def GetDraft(self, request: pb.GetDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Read a draft."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        return messages.draft_to(self._database.read(lambda session: store_drafts.get_draft(session, draft_id)))

    def ListDrafts(self, request: pb.ListDraftsRequest, context: grpc.ServicerContext) -> pb.ListDraftsResponse:  # noqa: N802
        """List drafts, newest first."""
        del context
        wanted = messages.draft_filter_from(request)
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_drafts.list_drafts(session, wanted, page))
        drafts_found, token = self._pager.fill(request, page, found, lambda row: row.order, messages.draft_to)
        return pb.ListDraftsResponse(drafts=drafts_found, next_page_token=token)

    def AdvanceDraft(self, request: pb.AdvanceDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Move a draft to another stage."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        printed = drafts.printed_designation(request.document, self._upstreams) if request.document else ""
        step = Step(
            current_principal().subject,
            messages.text_from(request.reason, "reason"),
            request.document,
            messages.text_from(request.designation, "designation") or printed,
        )

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            stage = messages.STAGE[request.stage]
            return messages.draft_to(store_drafts.advance_draft(session, record, stage, step, request.etag))

        return self._database.write(work, request)

    def DiscardDraft(self, request: pb.DiscardDraftRequest, context: grpc.ServicerContext) -> draft_pb2.Draft:  # noqa: N802
        """Give up a draft. It stays readable."""
        del context
        draft_id = names.local_id(request.name, "drafts")
        step = Step(current_principal().subject, messages.text_from(request.reason, "reason"))

        def work(session: Session) -> draft_pb2.Draft:
            record = store_drafts.get_draft(session, draft_id)
            return messages.draft_to(store_drafts.discard_draft(session, record, step, request.etag))

        return self._database.write(work, request)

    def ExportCatalog(  # noqa: N802
        self, request: pb.ExportCatalogRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportCatalogResponse]:
        """Read the whole catalogue as of one revision."""
        del request, context
        with self._database.moment() as session:
            yield pb.ExportCatalogResponse(revision=latest_revision(session))
            yield from exports.pieces(session)

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log from a revision on."""
        del context
        return watch(self._feed, request)
