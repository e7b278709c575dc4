"""Speak gRPC about imports of measures."""

from collections.abc import Mapping

import grpc
from google.longrunning.operations_pb2 import Operation

from services.linkage.calls import Calls
from services.linkage.imports import MeasureImport
from services.runtime.database import Session
from services.runtime.operations.queue import start_operation
from services.runtime.operations.worker import Runner
from tbt.linkage.v1 import linkage_service_pb2 as pb

IMPORT = "linkage.import_measures"


class ImportCalls(Calls):
    """Answers the calls about imports."""

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {IMPORT: MeasureImport(self._database, self._upstreams, self._code_lists).run}

    def ImportMeasures(self, request: pb.ImportMeasuresRequest, context: grpc.ServicerContext) -> Operation:  # noqa: N802
        """Import the notifications of an uploaded workbook, in the background."""
        del context

        def work(session: Session) -> Operation:
            return start_operation(session, IMPORT, request, pb.ImportMeasuresMetadata())

        return self._database.write(work, request, keep=True)
