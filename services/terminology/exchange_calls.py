"""Speak gRPC about vocabularies that come in and go out as files."""

from collections.abc import Iterator

import grpc

from services.runtime.calls import current_call, current_principal
from services.runtime.changes import latest_revision
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from services.terminology import imports, store, store_exchange
from services.terminology.calls import Calls
from services.terminology.messages import CONCEPT_STATUS
from services.terminology.messages_exchange import CHOICE, pieces, problems_of, response_to
from services.terminology.store_changes import Act
from standards_tree.concept_life import ConceptAction
from tbt.terminology.v1 import exchange_pb2 as pb


class ExchangeCalls(Calls):
    """Answers the calls about vocabularies that come in and go out as files."""

    def ImportConcepts(  # noqa: N802
        self, request_iterator: Iterator[pb.ImportConceptsRequest], context: grpc.ServicerContext
    ) -> pb.ImportConceptsResponse:
        """Import concepts, all in one transaction."""
        del context
        batch = imports.collect(request_iterator, current_principal())
        call = current_call()
        language = call.language if call is not None else ENGLISH
        act = Act(ConceptAction.IMPORTED, reason=batch.options.reason)
        choice = CHOICE[batch.options.on_known]

        def work(session: Session) -> pb.ImportConceptsResponse:
            outcome = store_exchange.run_import(session, batch.wanted, choice, act, may_approve=batch.may_approve)
            problems = problems_of(batch, outcome)
            if batch.options.all_or_nothing:
                imports.require_nothing_refused(problems, batch.read)
            return response_to(batch, outcome, problems, language)

        return self._database.write(work, batch.options, batch.sha256)

    def ExportConcepts(  # noqa: N802
        self, request: pb.ExportConceptsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportConceptsResponse]:
        """Read the concepts of a vocabulary, all of one moment."""
        del context
        statuses = [CONCEPT_STATUS[status] for status in request.statuses]

        def exported(session: Session) -> Iterator[pb.ExportConceptsResponse]:
            yield pb.ExportConceptsResponse(revision=latest_revision(session))
            yield from pieces(store.all_concepts(session, request.domain, statuses))

        return self._database.stream(exported)
