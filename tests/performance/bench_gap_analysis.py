"""Measure a gap analysis at 1, 2 and 4 times a generated set, beside the same health search in plain networkx.

Figures are seconds of processor time, because the machine is shared, and ratios, which hold on other machines too: how
much longer twice the set takes, and how many times longer networkx takes to build the graph and find the nearest defects of
every kind.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import networkx as nx

from standards_tree.gap.analysis import analyse
from standards_tree.gap.editions import UNKNOWN
from standards_tree.gap.graph import Digraph, nearest
from standards_tree.gap.health import DefectKind, Health, examine
from standards_tree.gap.snapshot import (
    GapOptions,
    LinkFact,
    MeasureFact,
    NodeFact,
    PlacementFact,
    RelationFact,
    RequirementFact,
    Scope,
    Snapshot,
    StandardFact,
    SystemFact,
)
from standards_tree.reports.document import report_document
from standards_tree.standards import (
    Level,
    LinkState,
    RelationKind,
    SetRelation,
    StandardStatus,
    Validity,
)

AS_OF = date(2026, 6, 1)
ICS = [f"{field:02}.{group:03}.{part:02}" for field in range(11, 97, 4) for group in (20, 40, 60) for part in (10, 20)]
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Measurement:
    """Seconds of processor time for one size of the set."""

    examine: float
    analyse: float
    document: float
    search: float
    networkx: float


def generated(standard_count: int, seed: int = 1) -> Snapshot:
    """Return a set in the proportions of a national one: 7 relations, 1 requirement and 1.7 links a standard."""
    chance = random.Random(seed)
    standards = [_standard(number, chance) for number in range(standard_count)]
    keys = [fact.key for fact in standards]
    relations = []
    for number, fact in enumerate(standards):
        for _ in range(chance.randint(2, 11)):
            target = keys[chance.randrange(number)] if number and chance.random() < 0.95 else "unknown-1999"
            relations.append(RelationFact(fact.key, target, target, RelationKind.NORMATIVE_REFERENCE))
        if number and chance.random() < 0.4:
            relations.append(RelationFact(fact.key, keys[number - 1], keys[number - 1], RelationKind.SUPERSEDES))
    nodes = [NodeFact("S", f"{top}", "", "", f"Node {top}") for top in range(10)]
    nodes += [NodeFact("S", f"{top}.{low}", f"{top}", "", "Node") for top in range(10) for low in range(50)]
    measures = tuple(_measure(number, chance) for number in range(standard_count // 3))
    requirements = tuple(
        RequirementFact(f"{number}", measures[number % len(measures)].symbol, number, "", "Example", assessed=True)
        for number in range(standard_count)
    )
    links = tuple(
        LinkFact(f"{number}", f"{chance.randrange(standard_count)}", chance.choice(list(SetRelation)),
                 chance.choice([LinkState.CONFIRMED, LinkState.SUGGESTED]), chance.choice(keys), confidence=0.8)
        for number in range(int(1.7 * standard_count))
    )  # fmt: skip
    return Snapshot(
        standards=tuple(standards),
        relations=tuple(relations),
        systems=(SystemFact("S", "", "Example"),),
        nodes=tuple(nodes),
        placements=tuple(PlacementFact("S", chance.choice(nodes).code, key) for key in keys),
        measures=measures,
        requirements=requirements,
        links=links,
        revisions={"catalog": 1, "linkage": 1},
    )


def _standard(number: int, chance: random.Random) -> StandardFact:
    status = chance.choices(list(StandardStatus), weights=[1, 20, 4, 1])[0]
    issued = AS_OF - timedelta(days=chance.randint(100, 4000))
    return StandardFact(
        key=f"gb {number:07}-2020",
        undated_key=f"gb {number:07}",
        official=f"GB {number}—2020",
        title_zh="",
        title_en="Example",
        level=Level.NATIONAL,
        validity=Validity(status, issued_on=issued),
        reviewed_on=AS_OF if chance.random() < 0.9 else None,
        ics=(chance.choice(ICS),),
    )


def _measure(number: int, chance: random.Random) -> MeasureFact:
    code = f"{chance.randint(1, 96):02}{chance.randint(1, 20):02}"
    entry = AS_OF + timedelta(days=chance.randint(-400, 800))
    return MeasureFact(
        symbol=f"G/TBT/N/XXX/{number}",
        title_zh="",
        title_en="Example",
        members=(f"X{chance.randint(10, 60)}",),
        hs=(code,),
        ics=(chance.choice(ICS),),
        entry_into_force=entry,
    )


def search_with_arrays(health: Health) -> dict[DefectKind, int]:
    """Return how many standards feel a defect of each kind: build the graph, then search back from all defects."""
    found = {}
    sound = health.sound
    graph = Digraph.of(sound.node_count, sound.sources, sound.targets)
    for kind, way in health.ways.items():
        again = nearest(graph, way.distance == 0)
        found[kind] = int((again.distance != UNKNOWN).sum())
    return found


def search_with_networkx(health: Health) -> dict[DefectKind, int]:
    """Return the same from a graph of objects: build it, then search back from all defects of each kind."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(health.editions.facts)))
    sound = health.sound
    graph.add_edges_from(zip(sound.targets.tolist(), sound.sources.tolist(), strict=True))
    found = {}
    for kind in health.ways:
        goals = {holder for holder, defects in health.defects.items() if any(one.kind is kind for one in defects)}
        layers = nx.bfs_layers(graph, goals)
        distance = {node: depth for depth, layer in enumerate(layers) for node in layer}
        found[kind] = len(distance)
    return found


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return how many seconds of processor time *work* took, and its answer."""
    start = time.process_time()
    answer = work()
    return time.process_time() - start, answer


def measure_set(standard_count: int) -> Measurement:
    """Measure one size of the set; both searches must find the same."""
    facts = generated(standard_count)
    seconds_examine, health = timed(lambda: examine(facts, AS_OF, GapOptions()))
    seconds_analyse, analysis = timed(lambda: analyse(facts, Scope(AS_OF), GapOptions()))
    seconds_document, _ = timed(lambda: report_document(analysis))
    seconds_search, here = timed(lambda: search_with_arrays(health))
    seconds_networkx, there = timed(lambda: search_with_networkx(health))
    if here != there:
        message = f"the searches differ: {here} and {there}"
        raise AssertionError(message)
    return Measurement(
        examine=seconds_examine,
        analyse=seconds_analyse,
        document=seconds_document,
        search=seconds_search,
        networkx=seconds_networkx,
    )


def measure(smallest: int = 10_000) -> dict[str, float]:
    """Return seconds of processor time at three sizes, and the ratios, by name."""
    figures: dict[str, float] = {}
    before: Measurement | None = None
    for factor in (1, 2, 4):
        count = factor * smallest
        one = measure_set(count)
        figures |= {
            f"{count} standards: whole catalogue examined, s": one.examine,
            f"{count} requirements: judged, advised and added up, s": one.analyse,
            f"{count} requirements: laid out as a report, s": one.document,
            f"{count} standards: search, networkx / arrays": one.networkx / one.search,
        }
        if before is not None:
            figures[f"{count} / {count // 2}: examined (linear: 2)"] = one.examine / before.examine
            figures[f"{count} / {count // 2}: analysed (linear: 2)"] = one.analyse / before.analyse
        before = one
    return figures


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<62} {figure:>14,.2f}")  # noqa: T201
