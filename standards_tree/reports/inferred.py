"""Lay out what is inferred for requirements that no confirmed link answers: apart from every verdict, with its way.

An inference says that a standard probably answers a requirement, by the exact cheapest way through the network of
relations (:mod:`standards_tree.gap.inference`); nobody has confirmed it, and no figure of the report counts it.
"""

from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.calibration import Strength
from standards_tree.gap.inference import Inference, Inferring
from standards_tree.gap.quality import name_of_requirement
from standards_tree.reports.findings import texts
from standards_tree.reports.schema import InferredEntry, InferredStep

# Ways from which nothing need follow are left to whoever asks for them.
SHOWN = (Strength.WHOLE, Strength.PART)


def inferred_entries(analysis: GapAnalysis, inferring: Inferring) -> list[InferredEntry]:
    """Return the best inference for each requirement in scope that no link answers, the most probable first."""
    network = inferring.network
    found: list[tuple[str, int, Inference]] = []
    for result in analysis.results:
        requirement = result.judgement.requirement
        position = network.requirement_number[requirement.id]
        if inferring.direct[position]:
            continue
        way = next((best for each in SHOWN if (best := inferring.best(position, each)) is not None), None)
        if way is not None:
            found.append((name_of_requirement(requirement), position, way))
    ways = inferring.with_chances([(position, way) for _, position, way in found])
    entries = [_entry(name, way, inferring) for (name, _, _), way in zip(found, ways, strict=True)]
    return sorted(entries, key=lambda entry: -entry["probability"])


def _entry(requirement: str, way: Inference, inferring: Inferring) -> InferredEntry:
    network = inferring.network
    end = network.node(way.end)
    return {
        "requirement": requirement,
        "standard": end.name,
        "title": texts(end.title_en, end.title_zh),
        "strength": way.strength.value,
        "relation": None if way.relation is None else way.relation.value,
        "probability": round(inferring.calibration.probability(way.strength, way.penalty, way.chance), 4),
        "penalty": way.penalty,
        "path": [
            _step(inferring, node, edge, along=along)
            for node, edge, along in zip(way.nodes[1:], way.edges, way.along, strict=True)
        ],
    }


def _step(inferring: Inferring, node: int, edge: int, *, along: bool) -> InferredStep:
    network = inferring.network
    reached = network.node(node)
    return {
        "type": reached.kind.value,
        "name": reached.name,
        "edge": network.kind_of(edge).value,
        "against": not along,
        "clause": network.clause_of(edge),
    }
