"""Speak gRPC about measures: record, read and list them."""

from dataclasses import replace

import grpc

from services.linkage import store_measures as store
from services.linkage.calls import Calls
from services.linkage.messages_measures import filter_from, measure_from, measure_to
from services.linkage.store_stories import refresh_stories
from services.runtime.database import Session
from tbt.linkage.v1 import linkage_service_pb2 as pb


class MeasureCalls(Calls):
    """Answers the calls about measures."""

    def CreateMeasure(self, request: pb.CreateMeasureRequest, context: grpc.ServicerContext) -> pb.Measure:  # noqa: N802
        """Record a measure."""
        del context
        told = measure_from(request.measure)
        facts = replace(told, columns=self._code_lists.marked(told.columns))

        def work(session: Session) -> pb.Measure:
            created = measure_to(store.create_measure(session, facts))
            refresh_stories(session, facts.base_keys)
            return created

        return self._database.write(work, request)

    def GetMeasure(self, request: pb.GetMeasureRequest, context: grpc.ServicerContext) -> pb.Measure:  # noqa: N802
        """Read a measure by its name or by any of its symbols."""
        del context
        return measure_to(self._database.look_up(lambda session: store.get_measure(session, request.name)))

    def ListMeasures(  # noqa: N802
        self, request: pb.ListMeasuresRequest, context: grpc.ServicerContext
    ) -> pb.ListMeasuresResponse:
        """List measures, most recently distributed first."""
        del context
        page, wanted = self._pager.page(request), filter_from(request)
        rows = self._database.look_up(lambda session: store.list_measures(session, wanted, page))
        measures, token = self._pager.fill(request, page, rows, store.page_key, measure_to)
        return pb.ListMeasuresResponse(measures=measures, next_page_token=token)
