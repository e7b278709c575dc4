"""Find the requirements of a scope that nothing answers, and infer what probably does, page by page."""

from services.gap import messages_graph as messages
from services.gap.live import Moment, View
from services.runtime.paging import Page
from standards_tree.gap.calibration import Strength
from standards_tree.gap.inference import Inference
from standards_tree.gap.scope import requirements_in_scope
from tbt.gap.v1 import inference_pb2 as pb

Found = tuple[int, pb.InferredCoverage]


def unanswered(request: pb.InferCoverageRequest, moment: Moment, view: View) -> list[int]:
    """Return the positions of the requirements in scope that no confirmed link answers."""
    network, direct = view.network, view.inferring.direct
    scope = messages.scope_of(request.scope, view.health.editions.as_of, moment)
    _, asked = requirements_in_scope(network.demands, scope)
    return [position for position in asked if not direct[position]]


def inferred(request: pb.InferCoverageRequest, view: View, asked: list[int], page: Page) -> list[Found]:
    """Return one more than a page of what is inferred, with the position of each requirement."""
    after = int(page.after[0]) if page.after is not None else -1
    found: list[Found] = []
    for position in asked:
        if position > after and len(found) <= page.size:
            coverage = _coverage(request, view, position)
            if coverage is not None:
                found.append((position, coverage))
    return found


def _coverage(request: pb.InferCoverageRequest, view: View, position: int) -> pb.InferredCoverage | None:
    """Return what is inferred for one requirement, None where it is nothing, or too little probable."""
    inferring, network = view.inferring, view.network
    calibration = inferring.calibration
    probable = [
        way
        for way in inferring.with_chances([(position, way) for way in _ways(request, view, position)])
        if calibration.probability(way.strength, way.penalty, way.chance) >= request.least_probability
    ]
    if not probable:
        return None
    together = inferring.combined(probable, calibration)
    return pb.InferredCoverage(
        requirement=messages.node_to(network, network.first_requirement + position),
        ways=[messages.way_to(network, way, calibration) for way in probable],
        combined_probability=together.probability if together is not None else 0.0,
    )


def _ways(request: pb.InferCoverageRequest, view: View, position: int) -> list[Inference]:
    """Return the best way of each strength, or of all ways as many as asked for, the strongest and cheapest first."""
    most = request.most_ways or 1
    if most == 1:
        best = (view.inferring.best(position, strength) for strength in Strength)
        first = next((way for way in best if way is not None), None)
        return [] if first is None else [first]
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], Inference] = {}
    for strength in Strength:
        for way in view.inferring.alternatives(position, strength, most):
            found.setdefault((way.nodes, way.edges), way)
    order = list(Strength)
    ways = sorted(found.values(), key=lambda way: (order.index(way.strength), way.penalty, len(way.edges), way.nodes))
    return ways[:most]
