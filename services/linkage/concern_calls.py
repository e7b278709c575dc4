"""Speak gRPC about the documents of measures and about trade concerns."""

import grpc

from services.linkage import store_concerns as store
from services.linkage.calls import Calls
from services.linkage.concern_imports import import_rows
from services.linkage.messages_concerns import concern_from, concern_to, document_from, document_to
from services.runtime.database import Session
from tbt.linkage.v1 import concern_pb2, story_pb2


class ConcernCalls(Calls):
    """Answers the calls about attached documents and trade concerns."""

    def AttachMeasureDocument(  # noqa: N802
        self, request: story_pb2.AttachMeasureDocumentRequest, context: grpc.ServicerContext
    ) -> story_pb2.MeasureDocument:
        """Attach an uploaded document to a measure."""
        del context
        columns = document_from(request.document, self._upstreams.get_document(request.document.document))

        def work(session: Session) -> story_pb2.MeasureDocument:
            return document_to(store.attach_document(session, request.measure, columns))

        return self._database.write(work, request)

    def ListMeasureDocuments(  # noqa: N802
        self, request: story_pb2.ListMeasureDocumentsRequest, context: grpc.ServicerContext
    ) -> story_pb2.ListMeasureDocumentsResponse:
        """List the documents of a measure."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(lambda session: store.list_documents(session, request.measure, page))
        documents, token = self._pager.fill(request, page, rows, lambda row: (row.document,), document_to)
        return story_pb2.ListMeasureDocumentsResponse(documents=documents, next_page_token=token)

    def CreateTradeConcern(  # noqa: N802
        self, request: concern_pb2.CreateTradeConcernRequest, context: grpc.ServicerContext
    ) -> concern_pb2.TradeConcern:
        """Record a specific trade concern."""
        del context
        columns = concern_from(request.trade_concern)

        def work(session: Session) -> concern_pb2.TradeConcern:
            return concern_to(store.create_concern(session, columns))

        return self._database.write(work, request)

    def ImportTradeConcerns(  # noqa: N802
        self, request: concern_pb2.ImportTradeConcernsRequest, context: grpc.ServicerContext
    ) -> concern_pb2.ImportTradeConcernsResponse:
        """Record the specific trade concerns of a table."""
        del context
        return self._database.write(lambda session: import_rows(session, request), request)

    def ListTradeConcerns(  # noqa: N802
        self, request: concern_pb2.ListTradeConcernsRequest, context: grpc.ServicerContext
    ) -> concern_pb2.ListTradeConcernsResponse:
        """List specific trade concerns, the newest numbers first."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(lambda session: store.list_concerns(session, request.measure, page))
        concerns, token = self._pager.fill(request, page, rows, lambda row: (row.number, row.agreement), concern_to)
        return concern_pb2.ListTradeConcernsResponse(trade_concerns=concerns, next_page_token=token)
