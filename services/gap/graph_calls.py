"""Speak gRPC about the network: what is near, what a change touches, what is unsound."""

from collections import Counter
from collections.abc import Sequence

import grpc
import numpy as np

from services.gap import messages_graph as messages
from services.gap.calls import Calls
from services.gap.live import Moment, View
from services.gap.messages_clauses import add_clauses, clause_to, count_to
from services.runtime.paging import Page
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.clauses import clauses_of
from standards_tree.gap.columns import IN_FORCE
from standards_tree.gap.impact import Event, Reach, Touched, reason_for
from standards_tree.gap.network import NodeKind
from standards_tree.gap.snapshot import GapOptions
from standards_tree.gap.sub_graph import sub_graph
from standards_tree.gap.survey import SEVERITIES, severities
from standards_tree.gap.system_health import Condition, conditions
from standards_tree.gap.term_health import conditions_of_terms
from standards_tree.gap.words import ACTIONS, CONDITIONS, REASONS
from tbt.gap.v1 import clause_pb2, graph_pb2, impact_pb2

EVENTS = {
    impact_pb2.IMPACT_EVENT_REVISED: Event.REVISED,
    impact_pb2.IMPACT_EVENT_SUPERSEDED: Event.SUPERSEDED,
    impact_pb2.IMPACT_EVENT_ABOLISHED: Event.ABOLISHED,
    impact_pb2.IMPACT_EVENT_ENTERS_INTO_FORCE: Event.ENTERS_INTO_FORCE,
}
NODE_KINDS = tuple(messages.KINDS[kind] for kind in NodeKind)
NODES = 200
CASES = 100
HOWEVER_FAR = 1000


class GraphCalls(Calls):
    """Answers the calls about the network."""

    def GetImpact(  # noqa: N802
        self, request: impact_pb2.GetImpactRequest, context: grpc.ServicerContext
    ) -> impact_pb2.GetImpactResponse:
        """Read what a change touches."""
        del context
        page = self._pager.page(request)
        return self._live.asked(lambda moment: self._impact(request, page, moment))

    def _impact(self, request: impact_pb2.GetImpactRequest, page: Page, moment: Moment) -> impact_pb2.GetImpactResponse:
        event, view = EVENTS[request.event], messages.view_on(moment, request.as_of)
        node = _changed_node(view, request.name, event)
        influence = view.of_measures if event is Event.ENTERS_INTO_FORCE else view.of_standards
        touched = influence.touched(node, request.most_distance or HOWEVER_FAR)
        shown, token = self._pager.fill(
            request,
            page,
            _after(touched, page),
            lambda one: (one.distance, one.node),
            lambda one: _touched_to(view, event, touched, one),
        )
        return impact_pb2.GetImpactResponse(
            changed=messages.node_to(view.network, node),
            clauses=_clauses(view, event, node),
            touched=shown,
            counts=_counts(view, touched),
            revisions=moment.revisions,
            next_page_token=token,
        )

    def GetSystemHealth(  # noqa: N802
        self, request: graph_pb2.GetSystemHealthRequest, context: grpc.ServicerContext
    ) -> graph_pb2.SystemHealth:
        """Read what is unsound in the whole system of standards."""
        del context
        moment = self._live.now()
        view = messages.view_on(moment, request.as_of)
        most = request.most_cases or CASES
        found = [
            *conditions(view.network, view.forest.places, most),
            *conditions_of_terms(view.bindings, most),
        ]
        return graph_pb2.SystemHealth(
            conditions=[_condition_to(one) for one in found],
            standard_count=len(view.health.editions.facts),
            in_force_count=int((view.health.editions.states == IN_FORCE).sum()),
            revisions=moment.revisions,
            verdict_counts={verdict.value: count for verdict, count in view.survey.counts().items()},
            severity_counts=_severities(view),
        )

    def GetSubGraph(self, request: graph_pb2.GetSubGraphRequest, context: grpc.ServicerContext) -> graph_pb2.SubGraph:  # noqa: N802
        """Read everything near some nodes."""
        del context
        return self._live.asked(lambda moment: _sub_graph(request, moment))

    def GetClauseCoverage(  # noqa: N802
        self, request: clause_pb2.GetClauseCoverageRequest, context: grpc.ServicerContext
    ) -> clause_pb2.ClauseCoverage:
        """Read which clauses of a standard answer which requirements, and what else names them."""
        del context
        return self._live.asked(lambda moment: _clause_coverage(request, moment))


def _sub_graph(request: graph_pb2.GetSubGraphRequest, moment: Moment) -> graph_pb2.SubGraph:
    view = messages.view_on(moment, request.as_of)
    network = view.whole
    roots = [messages.node_number(view, name, f"names[{at}]") for at, name in enumerate(request.names)]
    found = sub_graph(network, view.either, roots, request.most_distance, request.most_nodes or NODES)
    response = graph_pb2.SubGraph(
        nodes=[messages.node_to(network, node) for node in found.nodes],
        distances=found.distances,
        edges=messages.edges_to(network, found),
        cut=found.cut,
        revisions=moment.revisions,
    )
    if request.clauses:
        add_clauses(response, network, found)
    return response


def _clause_coverage(request: clause_pb2.GetClauseCoverageRequest, moment: Moment) -> clause_pb2.ClauseCoverage:
    view = messages.view_on(moment, request.as_of)
    standard = messages.standard_number(view, request.name, "name")
    named = clauses_of(view.whole, standard)
    return clause_pb2.ClauseCoverage(
        standard=messages.node_to(view.network, standard),
        clauses=[clause_to(view, one, request.most or CASES) for one in named],
        revisions=moment.revisions,
    )


def _clauses(view: View, event: Event, node: int) -> list[clause_pb2.ClauseCount]:
    """Return how much names each clause of a standard that changes; nothing for a measure."""
    if event is Event.ENTERS_INTO_FORCE:
        return []
    return [count_to(view.whole, one) for one in clauses_of(view.whole, node) if one.clause]


def _severities(view: View) -> dict[str, int]:
    found = severities(view.survey, view.health, GapOptions())
    counted = np.bincount(found, minlength=len(SEVERITIES)).tolist()
    return {severity.value: count for severity, count in zip(SEVERITIES, counted, strict=True) if count}


def _condition_to(found: Condition) -> graph_pb2.HealthCondition:
    return graph_pb2.HealthCondition(
        code=found.code,
        label=CONDITIONS[found.code].spoken(messages.language()),
        count=found.count,
        cases=[graph_pb2.HealthCase(members=case) for case in found.cases],
        action=ACTIONS[found.code].spoken(messages.language()) if found.code in ACTIONS else "",
    )


def _changed_node(view: View, name: str, event: Event) -> int:
    """Return the node that changes.

    Raises:
        InvalidArgumentError: a standard enters into force as a measure does, or the other way round.
    """
    if event is not Event.ENTERS_INTO_FORCE:
        return messages.standard_number(view, name, "name")
    node = messages.node_number(view, name, "name")
    if view.network.node(node).kind is not NodeKind.MEASURE:
        message = "{name} is no measure; only a measure enters into force"
        raise InvalidArgumentError.in_field("name", message, name=name)
    return node


def _after(touched: Reach, page: Page) -> Sequence[Touched]:
    """Return one more than a page of what is touched."""
    first = touched.after(int(page.after[0]), int(page.after[1])) if page.after is not None else 0
    return touched[first : first + page.size + 1]


def _touched_to(view: View, event: Event, touched: Reach, one: Touched) -> impact_pb2.TouchedNode:
    code = reason_for(view.whole, event, one)
    return impact_pb2.TouchedNode(
        node=messages.node_to(view.whole, one.node),
        distance=one.distance,
        reason=code,
        explanation=REASONS[code].spoken(messages.language()),
        through=[messages.node_to(view.whole, node) for node in touched.way_to(one)[1:-1]],
    )


def _counts(view: View, touched: Reach) -> list[impact_pb2.TouchedCount]:
    network = view.whole
    bounds = [network.first_draft, network.first_requirement, network.first_measure, network.first_concept]
    kinds = np.searchsorted(bounds, touched.nodes, side="right").tolist()
    counted = Counter(zip((NODE_KINDS[kind] for kind in kinds), touched.distances.tolist(), strict=True))
    return [
        impact_pb2.TouchedCount(kind=kind, distance=distance, count=count)
        for (kind, distance), count in sorted(counted.items())
    ]
