"""Speak gRPC about the places of standards in systems, and about the indicators that they are held against."""

from collections.abc import Iterator

import grpc

from services.catalog import (
    messages,
    messages_placements,
    names,
    placement_checks,
    store_indicators,
    store_nodes,
    store_placements,
    store_standards,
)
from services.catalog.calls import Calls
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from standards_tree.systems.placement import PlacementRule
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import placement_pb2, system_pb2

MAX_WARNINGS = 100


class PlacementCalls(Calls):
    """Answers the calls about the places of standards in systems."""

    def PlaceStandard(  # noqa: N802
        self, request: pb.PlaceStandardRequest, context: grpc.ServicerContext
    ) -> system_pb2.Placement:
        """Put a standard at a node, its one place in that system, and warn where that contradicts the rules."""
        del context
        node_name = names.node_name(request.node, "node")
        standard_name = names.standard_name(request.standard)

        def work(session: Session) -> system_pb2.Placement:
            node = store_nodes.get_node(session, node_name)
            standard = store_standards.get_standard(session, standard_name, today())
            record = store_placements.place_standard(session, node, standard)
            findings = placement_checks.check_place(session, node.system_id, standard.standard_id, today())
            return messages_placements.placement_to(record, node.system_id, findings)

        return self._database.write(work, request)

    def ListPlacements(  # noqa: N802
        self, request: pb.ListPlacementsRequest, context: grpc.ServicerContext
    ) -> pb.ListPlacementsResponse:
        """List which standards stand where in a system."""
        del context
        name = names.branch_of(request.system, request.branch)
        page = self._pager.page(request)

        def work(session: Session) -> list[store_placements.PlacementRecord]:
            return store_placements.list_placements(session, store_nodes.get_branch(session, name), page)

        found = self._database.read(work)
        placements, token = self._pager.fill(
            request, page, found, lambda row: (row.designation_order,), messages.placement_to
        )
        return pb.ListPlacementsResponse(placements=placements, next_page_token=token)

    def CheckPlacements(  # noqa: N802
        self, request: placement_pb2.CheckPlacementsRequest, context: grpc.ServicerContext
    ) -> Iterator[placement_pb2.CheckPlacementsResponse]:
        """Hold the places of standards in a system against the rules."""
        del context
        name = names.branch_of(request.system, request.branch)
        as_of = date_from(request.as_of, "as_of") or today()
        rules = {messages_placements.RULE[rule] for rule in request.rules} or set(PlacementRule)

        def work(session: Session) -> placement_checks.Report:
            branch = store_nodes.get_branch(session, name)
            return placement_checks.check_system(session, branch, rules, as_of)

        yield from messages_placements.report_to(name.system_id, self._database.read(work))

    def SetIndicators(  # noqa: N802
        self, request: placement_pb2.SetIndicatorsRequest, context: grpc.ServicerContext
    ) -> placement_pb2.SetIndicatorsResponse:
        """Record the technical indicators of a standard in place of those it had."""
        del context
        name = names.standard_name(request.standard)
        indicators = messages_placements.indicators_from(request.indicators)

        def work(session: Session) -> placement_pb2.SetIndicatorsResponse:
            standard = store_standards.get_standard(session, name, today())
            store_indicators.set_indicators(session, standard, indicators)
            findings = placement_checks.check_indicators(session, standard, indicators, today())
            return placement_pb2.SetIndicatorsResponse(
                standard=standard.name,
                indicator_count=len(indicators),
                warnings=[messages_placements.finding_to("", one) for one in findings[:MAX_WARNINGS] if one.is_warning],
            )

        return self._database.write(work, request)

    def ListIndicators(  # noqa: N802
        self, request: placement_pb2.ListIndicatorsRequest, context: grpc.ServicerContext
    ) -> placement_pb2.ListIndicatorsResponse:
        """List the technical indicators of a standard."""
        del context
        name = names.standard_name(request.standard)
        page = self._pager.page(request)
        found = self._database.read(
            lambda session: store_indicators.list_indicators(
                session, store_standards.get_standard(session, name, today()).standard_id, page
            )
        )
        indicators, token = self._pager.fill(
            request, page, found, lambda row: (row[0],), lambda row: messages_placements.indicator_to(row[1])
        )
        return placement_pb2.ListIndicatorsResponse(indicators=indicators, next_page_token=token)
