"""Measure the network at national size beside the same in plain networkx, in one run, at 1, 2 and 4 times a quarter of it.

`make bench-gap` runs all of it; `make bench` a sample. Seconds are of processor time, because the machine is shared.
TBT_BENCH_SHARE is the share of the national size that four times stands for: 1 for all of it.
"""

import os
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import networkx as nx
import numpy as np

from national import AS_OF, National, national
from services.gap.live import Moment
from services.gap.term_gathering import TermNews
from services.gap.term_uses import TermUses
from services.gap.upstream import GapUpstreams
from standards_tree.gap.analysis import analyse
from standards_tree.gap.columns import Relations, Standards
from standards_tree.gap.demand_changes import DemandChanges, demands_after
from standards_tree.gap.demands import Demands
from standards_tree.gap.graph import Digraph
from standards_tree.gap.health import DefectKind, Health, health_of
from standards_tree.gap.impact import Influence, influence_of_standards
from standards_tree.gap.network import Network, network_of
from standards_tree.gap.snapshot import GapOptions, RelationFact, Scope, Snapshot
from standards_tree.gap.survey import Claims, claims_of, severities, survey
from standards_tree.gap.terms import Terms
from standards_tree.standards import LinkState, RelationKind, StandardStatus, Validity

Answer = TypeVar("Answer")
FAR = 1000


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return how many seconds of processor time *work* took, and its answer."""
    start = time.process_time()
    answer = work()
    return time.process_time() - start, answer


@dataclass(frozen=True, eq=False)
class Loaded:
    """What a base is held as."""

    snapshot: Snapshot
    standards: Standards
    relations: Relations
    health: Health
    network: Network
    claims: Claims
    influence: Influence


def loaded(base: National) -> Loaded:
    """Hold a base as arrays: order, columns, states, references, network."""
    standards, relations = Standards.of(base.standards), base.relations()
    snapshot = Snapshot(
        standards=base.standards, measures=base.measures, requirements=base.requirements, links=base.links
    )
    health = health_of(standards, relations, AS_OF, GapOptions())
    demands = Demands.of(base.measures, base.requirements, base.links)
    network = network_of(snapshot, health, demands)
    claims = claims_of(health, (), demands)
    return Loaded(snapshot, standards, relations, health, network, claims, influence_of_standards(network))


class NoNeighbours(GapUpstreams):
    """Nobody is asked which requirement uses which terms, because there are none."""

    def __init__(self) -> None:
        """Know no neighbours."""


def moment_of(
    snapshot: Snapshot,
    standards: Standards,
    relations: Relations,
    demands: Demands,
    healths: Mapping[date, Health],
) -> Moment:
    """Return a moment without terms."""
    terms = Terms.of(())
    uses = TermUses(terms, demands, 0, NoNeighbours(), None, TermNews())
    return Moment(snapshot, {}, standards, relations, demands, terms, uses, healths)


def whole_base(held: Loaded) -> dict[str, int]:
    """Judge every requirement, from the recorded dates on."""
    health = health_of(held.standards, held.relations, AS_OF, GapOptions())
    found = survey(health, held.claims)
    severities(found, health, GapOptions())
    return {verdict.value: count for verdict, count in found.counts().items()}


def changes(held: Loaded, standard: int) -> dict[str, Callable[[], int]]:
    """Return one change of each kind, which is taken over and then seen in every verdict and in what it touches."""
    fact, snapshot, demands = held.standards.facts[standard], held.snapshot, held.network.demands
    ended = replace(fact, validity=replace(fact.validity, status=StandardStatus.ABOLISHED, ended_on=AS_OF))
    new = replace(fact, key=f"{fact.undated_key}-2026", official="", validity=Validity(StandardStatus.IN_FORCE))
    relation = RelationFact(fact.key, held.standards.facts[0].key, "", RelationKind.NORMATIVE_REFERENCE, clause="new")
    link = replace(held.snapshot.links[0], standard_key=fact.key, state=LinkState.CONFIRMED)
    requirement = replace(held.snapshot.requirements[0], id="new", number=10**6)

    def seen(standards: Standards, relations: Relations, demands: Demands | None) -> int:
        same = standards is held.standards and relations is held.relations
        known = {AS_OF: held.health} if same else {}
        view = moment_of(snapshot, standards, relations, demands or held.network.demands, known).on(AS_OF)
        return len(view.of_standards.touched(standard, FAR)) + int(view.survey.verdicts.sum())

    return {
        "ended standard": lambda: seen(held.standards.with_changes({standard: ended}), held.relations, demands),
        "new standard": lambda: seen(held.standards.with_changes({}, [new]), held.relations, demands),
        "new relation": lambda: seen(held.standards, held.relations.with_changes((), [relation]), demands),
        "changed link": lambda: seen(
            held.standards, held.relations, demands_after(demands, DemandChanges(links={link.id: link}))
        ),
        "new requirement": lambda: seen(
            held.standards, held.relations, demands_after(demands, DemandChanges(requirements={"new": requirement}))
        ),
    }


def graphs(held: Loaded) -> tuple[Influence, Digraph]:
    """Build the graphs of who feels what, and of what depends on what soundly, of edges that are known."""
    sound = held.health.sound
    return influence_of_standards(held.network), Digraph.of(sound.node_count, sound.sources, sound.targets, sound.edges)


class Plain:
    """The same analysis in plain networkx and loops over objects."""

    def __init__(self, held: Loaded) -> None:
        influence, sound = held.influence, held.health.sound
        felt = np.repeat(np.arange(influence.node_count), np.diff(influence.starts))
        self.felt_by: nx.DiGraph[int] = nx.DiGraph()
        self.felt_by.add_nodes_from(range(influence.node_count))
        self.felt_by.add_edges_from(zip(felt.tolist(), influence.targets.tolist(), strict=True))
        self.sound: nx.DiGraph[int] = nx.DiGraph()
        self.sound.add_nodes_from(range(sound.node_count))
        self.sound.add_edges_from(zip(sound.sources.tolist(), sound.targets.tolist(), strict=True))

    def whole_base(self, held: Loaded) -> dict[str, int]:
        """Judge every requirement: the search for defects by networkx, the verdicts one by one, and fewer than there are."""
        health, network = held.health, held.network
        turned = self.sound.reverse(copy=False)
        feels: dict[DefectKind, set[int]] = {}
        for kind in DefectKind:
            goals = set(health.defects.holders_of(kind).tolist())
            feels[kind] = {node for layer in nx.bfs_layers(turned, goals) for node in layer} if goals else set()
        unsound = set().union(*feels.values())
        by_requirement: dict[str, list[int]] = {}
        for number, link in enumerate(network.links):
            if link.state is LinkState.CONFIRMED:
                by_requirement.setdefault(link.requirement_id, []).append(number)
        counts: dict[str, int] = {}
        for fact in network.requirements:
            best = "uncovered" if fact.assessed else "not_assessed"
            for number in by_requirement.get(fact.id, ()):
                standard = health.editions.number_of[network.links[number].standard_key]
                if health.editions.status(standard) is StandardStatus.IN_FORCE:
                    best = "covered_stale" if standard in unsound else "covered"
            counts[best] = counts.get(best, 0) + 1
        return counts

    def impact(self, standard: int) -> int:
        """Return how many nodes feel a change."""
        return len(nx.descendants(self.felt_by, standard))


def measure_share(share: float, *, beside: bool) -> dict[str, float]:
    """Measure one size; *beside* it the same in networkx."""
    base = national(share)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    load, held = timed(lambda: loaded(base))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    whole, _ = timed(lambda: whole_base(held))
    market = Scope(AS_OF, members=("X07",))
    view = moment_of(held.snapshot, held.standards, held.relations, held.network.demands, {}).on(AS_OF)
    first_market, _ = timed(lambda: analyse(held.snapshot, market, GapOptions(), view.known))
    one_market, analysis = timed(lambda: analyse(held.snapshot, market, GapOptions(), view.known))
    popular = int(np.bincount(held.network.targets[held.network.targets < held.network.first_draft]).argmax())
    impact, touched = timed(lambda: held.influence.touched(popular, FAR))
    size = f"{len(base.standards):,} standards"
    figures = {
        f"{size}: held as arrays, s": load,
        f"{size}: memory grown by, MiB": grown,
        f"{size}: whole base judged, s": whole,
        f"{size}: first market of a day, s": first_market,
        f"{size}: next market, {len(analysis.results):,} requirements, s": one_market,
        f"{size}: impact of the one most depend on ({len(touched):,}), s": impact,
    }
    for name, change in changes(held, popular).items():
        figures[f"{size}: {name} seen everywhere, s"] = timed(change)[0]
    if beside:
        # The same on both sides: the graph of known edges, the verdicts from known defects, what a change touches.
        build, plain = timed(lambda: Plain(held))
        graph, _ = timed(lambda: graphs(held))
        theirs, counted = timed(lambda: plain.whole_base(held))
        health = health_of(held.standards, held.relations, AS_OF, GapOptions())
        verdicts, _ = timed(lambda: survey(health, held.claims))
        impact_there, reached = timed(lambda: plain.impact(popular))
        assert (reached, sum(counted.values())) == (len(touched), len(base.requirements))
        figures |= {
            f"{size}: graph of known edges, networkx / arrays": build / graph,
            f"{size}: verdicts from known defects, networkx / arrays": theirs / verdicts,
            f"{size}: impact, networkx / arrays": impact_there / impact,
            f"{size}: graph, verdicts and impact, networkx / arrays": (build + theirs + impact_there)
            / (graph + verdicts + impact),
        }
    return figures


def measure(share: float | None = None) -> dict[str, float]:
    """Return the figures at a quarter, a half and all of a share of the national size."""
    most = share if share is not None else float(os.environ.get("TBT_BENCH_SHARE", "0.1"))
    figures: dict[str, float] = {}
    last: dict[str, float] = {}
    for part in (4, 2, 1):
        found = measure_share(most / part, beside=part == 1)
        wholes = {name.partition(": ")[2]: figure for name, figure in found.items()}
        for name in ("held as arrays, s", "whole base judged, s"):
            if last:
                figures[f"{name[:-3]}: twice the size (linear: 2)"] = wholes[name] / last[name]
        figures |= found if part == 1 else {name: figure for name, figure in found.items() if "judged" in name}
        last = wholes
    return figures


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name:<72} {figure:>12,.3f}", flush=True)  # noqa: T201
