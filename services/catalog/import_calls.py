"""Speak gRPC about imports."""

from collections.abc import Iterator

import grpc

from services.catalog import imports, store_import
from services.catalog.calls import Calls
from services.runtime.calls import current_call
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from tbt.catalog.v1 import catalog_service_pb2 as pb


class ImportCalls(Calls):
    """Answers the calls that bring many records at once."""

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
