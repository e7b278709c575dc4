"""Speak gRPC for the linkage service: translate, call, translate."""

from collections.abc import Iterator, Mapping

import grpc
from google.longrunning.operations_pb2 import Operation

from services.linkage import links, messages, store
from services.linkage.exports import export_linkage
from services.linkage.imports import MeasureImport
from services.linkage.upstream import LinkageUpstreams
from services.runtime.changes import ChangeFeed, watch
from services.runtime.database import Database, Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from services.runtime.operations.queue import start_operation
from services.runtime.operations.worker import Runner
from services.runtime.paging import Pager
from services.runtime.server import Servicer
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2

IMPORT = "linkage.import_measures"
CHANGEABLE = frozenset({"text", "kind", "subject", "hs_codes", "parameter", "limit", "cited_standards", "assessed"})


class LinkageService(pb_grpc.LinkageServiceServicer):
    """Answers the calls of the linkage contract."""

    def __init__(self, database: Database, pager: Pager, upstreams: LinkageUpstreams) -> None:
        self._database = database
        self._pager = pager
        self._upstreams = upstreams
        self._feed = ChangeFeed(database)

    def servicer(self) -> Servicer:
        """Return this service as a server takes it."""
        name = pb.DESCRIPTOR.services_by_name["LinkageService"].full_name
        return Servicer(name, lambda server: pb_grpc.add_LinkageServiceServicer_to_server(self, server))

    def runners(self) -> Mapping[str, Runner]:
        """Return who works off this service's operations."""
        return {IMPORT: MeasureImport(self._database, self._upstreams).run}

    def CreateMeasure(self, request: pb.CreateMeasureRequest, context: grpc.ServicerContext) -> pb.Measure:  # noqa: N802
        """Record a measure."""
        del context
        facts = messages.measure_from(request.measure)

        def work(session: Session) -> pb.Measure:
            return messages.measure_to(store.create_measure(session, facts))

        return self._database.write(work, request)

    def GetMeasure(self, request: pb.GetMeasureRequest, context: grpc.ServicerContext) -> pb.Measure:  # noqa: N802
        """Read a measure by its name or by any of its symbols."""
        del context
        return messages.measure_to(self._database.look_up(lambda session: store.get_measure(session, request.name)))

    def ListMeasures(  # noqa: N802
        self, request: pb.ListMeasuresRequest, context: grpc.ServicerContext
    ) -> pb.ListMeasuresResponse:
        """List measures, most recently distributed first."""
        del context
        page, wanted = self._pager.page(request), messages.filter_from(request)
        rows = self._database.look_up(lambda session: store.list_measures(session, wanted, page))
        measures, token = self._pager.fill(request, page, rows, store.page_key, messages.measure_to)
        return pb.ListMeasuresResponse(measures=measures, next_page_token=token)

    def ImportMeasures(self, request: pb.ImportMeasuresRequest, context: grpc.ServicerContext) -> Operation:  # noqa: N802
        """Import the notifications of an uploaded workbook, in the background."""
        del context

        def work(session: Session) -> Operation:
            return start_operation(session, IMPORT, request, pb.ImportMeasuresMetadata())

        return self._database.write(work, request, keep=True)

    def CreateRequirement(  # noqa: N802
        self, request: pb.CreateRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Record a requirement of a measure."""
        del context
        columns = messages.requirement_from(request.requirement)

        def work(session: Session) -> pb.Requirement:
            number = request.requirement.number
            return messages.requirement_to(links.create_requirement(session, request.measure, number, columns))

        return self._database.write(work, request)

    def GetRequirement(  # noqa: N802
        self, request: pb.GetRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Read a requirement."""
        del context
        row = self._database.look_up(lambda session: links.get_requirement(session, request.name))
        return messages.requirement_to(row)

    def ListRequirements(  # noqa: N802
        self, request: pb.ListRequirementsRequest, context: grpc.ServicerContext
    ) -> pb.ListRequirementsResponse:
        """List the requirements of a measure, in their order."""
        del context
        page = self._pager.page(request)
        rows = self._database.read(lambda session: links.list_requirements(session, request.measure, page))
        requirements, token = self._pager.fill(request, page, rows, lambda row: (row.number,), messages.requirement_to)
        return pb.ListRequirementsResponse(requirements=requirements, next_page_token=token)

    def UpdateRequirement(  # noqa: N802
        self, request: pb.UpdateRequirementRequest, context: grpc.ServicerContext
    ) -> pb.Requirement:
        """Change a requirement."""
        del context

        def work(session: Session) -> pb.Requirement:
            row = links.get_requirement(session, request.requirement.name)
            changed = messages.requirement_to(row)
            apply_mask(changed, request.requirement, request.update_mask, CHANGEABLE)
            require_valid(pb.CreateRequirementRequest(measure=changed.name, requirement=changed))
            columns = messages.requirement_from(changed)
            return messages.requirement_to(links.update_requirement(session, row, columns, request.requirement.etag))

        return self._database.write(work, request)

    def CreateLink(self, request: pb.CreateLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Link a requirement to a standard or a draft, as a suggestion."""
        del context
        columns = messages.link_from(request.link)
        target = self._upstreams.find_target(request.link.target)

        def work(session: Session) -> pb.Link:
            return messages.link_to(links.create_link(session, request.link.requirement, target, columns))

        return self._database.write(work, request)

    def GetLink(self, request: pb.GetLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Read a link."""
        del context
        return messages.link_to(self._database.look_up(lambda session: links.get_link(session, request.name)))

    def ListLinks(self, request: pb.ListLinksRequest, context: grpc.ServicerContext) -> pb.ListLinksResponse:  # noqa: N802
        """List links, by measure, requirement and target."""
        del context
        page = self._pager.page(request)
        target = self._upstreams.find_target(request.target).name if request.target else ""
        states = tuple(messages.LINK_STATE[state] for state in request.states)
        wanted = links.LinkFilter(request.requirement_prefix, target, states)
        rows = self._database.read(lambda session: links.list_links(session, wanted, page))
        found, token = self._pager.fill(request, page, rows, lambda row: (row.link_id,), messages.link_to)
        return pb.ListLinksResponse(links=found, next_page_token=token)

    def ReviewLink(self, request: pb.ReviewLinkRequest, context: grpc.ServicerContext) -> pb.Link:  # noqa: N802
        """Confirm or reject a link."""
        del context
        rationale = (
            {"rationale_zh": request.rationale.zh, "rationale_en": request.rationale.en}
            if request.HasField("rationale")
            else {}
        )
        state = messages.LINK_STATE[request.state]

        def work(session: Session) -> pb.Link:
            return messages.link_to(links.review_link(session, request.name, state, rationale, request.etag))

        return self._database.write(work, request)

    def ExportLinkage(  # noqa: N802
        self, request: pb.ExportLinkageRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportLinkageResponse]:
        """Read all measures, requirements and links as of one revision, or what has changed since another."""
        del context
        with self._database.moment() as session:
            yield from export_linkage(session, request.after_revision)

    def WatchChanges(  # noqa: N802
        self, request: type_pb2.WatchChangesRequest, context: grpc.ServicerContext
    ) -> Iterator[type_pb2.WatchChangesResponse]:
        """Follow the change log."""
        del context
        return watch(self._feed, request)
