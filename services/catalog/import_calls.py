"""Speak gRPC about imports, and about what is odd in what they brought."""

from collections.abc import Iterator

import grpc

from services.catalog import imports, store_anomalies, store_import
from services.catalog.calls import Calls
from services.catalog.cutting_ahead import CuttingAhead
from services.catalog.messages_imports import ANOMALY_KIND, anomaly_to, response_to
from services.runtime.calls import current_call
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from tbt.catalog.v1 import anomaly_pb2
from tbt.catalog.v1 import catalog_service_pb2 as pb


class ImportCalls(Calls):
    """Answers the calls that bring many records at once."""

    def ImportStandards(  # noqa: N802
        self, request_iterator: Iterator[pb.ImportStandardsRequest], context: grpc.ServicerContext
    ) -> pb.ImportStandardsResponse:
        """Import nodes, standards, placements and relations in one transaction."""
        del context
        call = current_call()
        language = call.language if call is not None else ENGLISH

        with CuttingAhead() as cutting:
            collected = imports.collect(request_iterator, cutting)

            def work(session: Session) -> pb.ImportStandardsResponse:
                outcome = store_import.run_import(session, collected.batch)
                if collected.options.all_or_nothing:
                    outcome.require_nothing_refused()
                return response_to(outcome, language)

            return self._database.write(work, collected.options, collected.sha256)

    def ListAnomalies(  # noqa: N802
        self, request: anomaly_pb2.ListAnomaliesRequest, context: grpc.ServicerContext
    ) -> anomaly_pb2.ListAnomaliesResponse:
        """List what is odd in the catalogue now."""
        del context
        kinds = [ANOMALY_KIND[kind] for kind in request.kinds]
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_anomalies.list_anomalies(session, kinds, page))
        anomalies, token = self._pager.fill(request, page, found, lambda record: record.order, anomaly_to)
        return anomaly_pb2.ListAnomaliesResponse(anomalies=anomalies, next_page_token=token)
