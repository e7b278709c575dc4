"""The network of a gap analysis against networkx and plain loops: cheapest ways, alternatives, impact, system health."""

from collections.abc import Iterator
from functools import lru_cache

import networkx as nx
import pytest

from gap_cases import AS_OF
from gap_snapshots import GRAPHS, OUTSIDE, random_snapshot
from standards_tree.gap.analysis import analyse
from standards_tree.gap.bindings import bindings_on
from standards_tree.gap.calibration import Strength
from standards_tree.gap.columns import UNKNOWN
from standards_tree.gap.composition import RELATIONS as NAMES
from standards_tree.gap.health import examine
from standards_tree.gap.impact import Event, influence_of_measures, influence_of_standards, reason_for
from standards_tree.gap.inference import MOST_PENALTY, Inferring
from standards_tree.gap.network import Network, NodeKind, network_of
from standards_tree.gap.penalties import PENALTIES
from standards_tree.gap.snapshot import GapOptions, Scope, Snapshot
from standards_tree.gap.system_health import conditions
from standards_tree.gap.terms import Terms
from standards_tree.gap.uses import uses_of_facts
from standards_tree.gap.whole_network import WholeNetwork, with_terms
from standards_tree.gap.words import REASONS
from standards_tree.standards import LinkState, SetRelation, StandardStatus

RELATIONS = {
    "link_equal": "equal",
    "link_subset": "subset",
    "link_superset": "superset",
    "link_intersects": "intersects",
}
TURNED = {"equal": "equal", "subset": "superset", "superset": "subset", "intersects": "intersects", None: None}
# Edge: penalty and relation along it, then the penalty against it.
STEPS: dict[str, tuple[int, str | None, int]] = {
    "refers_dated": (3, "superset", 2),
    "refers_undated": (3, "superset", 2),
    "supersedes": (2, "intersects", 1),
    "amends": (1, "subset", 2),
    "adopts_idt": (0, "equal", 0),
    "adopts_mod": (1, "intersects", 1),
    "adopts_neq": (3, None, 3),
    "adopts": (2, "intersects", 2),
    "cites": (1, "subset", 2),
    "link_equal": (0, "equal", 0),
    "link_subset": (1, "subset", 2),
    "link_superset": (2, "superset", 1),
    "link_intersects": (2, "intersects", 2),
}
ALLOWED = {
    Strength.WHOLE: {"equal", "subset"},
    Strength.PART: {"equal", "subset", "superset", "intersects"},
    Strength.RELATED: {"equal", "subset", "superset", "intersects", None},
}
BLOCKS = pytest.mark.parametrize("block", range(8))


def seeds(block: int) -> range:
    """Return the random graphs of one block."""
    return range(block, GRAPHS, 8)


@lru_cache(maxsize=1)
def world(seed: int) -> tuple[Snapshot, Network]:
    """Return a random snapshot and its network."""
    facts = random_snapshot(seed)
    return facts, network_of(facts, examine(facts, AS_OF, GapOptions()))


def whole(seed: int) -> tuple[Snapshot, WholeNetwork]:
    """Return the same with the terms of the registry."""
    facts, network = world(seed)
    terms = Terms.of(facts.concepts)
    uses = uses_of_facts(facts.uses, network.demands, terms)
    return facts, with_terms(network, bindings_on(terms, network.editions), uses)


def edges_of(network: Network) -> Iterator[tuple[int, int, str]]:
    """Yield every edge: from, to, kind."""
    for edge, (source, target) in enumerate(zip(network.sources.tolist(), network.targets.tolist(), strict=True)):
        yield source, target, network.kind_of(edge).value


def follow(first: str | None, second: str | None) -> str | None:
    """Return what follows from two relations of sets, by the rules of sets."""
    if None in (first, second):
        return None
    if first == "equal":
        return second
    if second == "equal":
        return first
    if first == second != "intersects":
        return first
    return (
        "intersects"
        if first in ("superset", "intersects")
        and second in ("subset", "intersects")
        and (first, second) != ("intersects", "intersects")
        else None
    )


Way = tuple[int, int, tuple[tuple[int, str | None], ...]]


def ways_of(network: Network, start: int, goals: set[int], strength: Strength) -> list[Way]:
    """Return every way that passes no node twice, by penalty, steps and states, trying all of them."""
    steps: dict[int, dict[tuple[int, str | None], int]] = {}
    for source, target, kind in edges_of(network):
        if kind in STEPS and source != target:
            along, relation, against = STEPS[kind]
            for here, there, price, read in (
                (source, target, along, relation),
                (target, source, against, TURNED[relation]),
            ):
                known = steps.setdefault(here, {})
                known[there, read] = min(price, known.get((there, read), price))
    found: list[Way] = []
    stack: list[tuple[int, tuple[tuple[int, str | None], ...]]] = [(0, ((start, "equal"),))]
    while stack:
        penalty, states = stack.pop()
        node, relation = states[-1]
        if node in goals and relation in ALLOWED[strength]:
            found.append((penalty, len(states) - 1, states))
        onward: dict[tuple[int, str | None], int] = {}
        for (there, read), price in steps.get(node, {}).items():
            state = (there, follow(relation, read))
            onward[state] = min(price, onward.get(state, price))
        for state, price in onward.items():
            if penalty + price <= MOST_PENALTY and all(state[0] != passed for passed, _ in states):
                stack.append((penalty + price, (*states, state)))
    return found


def goals_of(facts: Snapshot, network: Network, requirement: int) -> set[int]:
    """Return the domestic standards in force that nobody rejected for a requirement."""
    identifier = network.requirements[requirement].id
    rejected = {
        link.standard_key
        for link in facts.links
        if link.requirement_id == identifier
        and (
            link.state is LinkState.REJECTED
            or (link.state is LinkState.CONFIRMED and link.relation is SetRelation.NONE)
        )
    }
    return {
        number
        for number, fact in enumerate(network.editions.facts)
        if network.editions.status(number) is StandardStatus.IN_FORCE
        and fact.level not in OUTSIDE
        and fact.key not in rejected
    }


@BLOCKS
def test_every_inference_is_the_cheapest_of_all_ways(block: int) -> None:
    """Penalty and number of steps equal those of the best of all ways there are, for each strength; none is missed."""
    for seed in seeds(block):
        facts, network = world(seed)
        inferring = Inferring(network)
        for requirement in range(len(network.requirements)):
            start = network.first_requirement + requirement
            goals = goals_of(facts, network, requirement)
            for strength in Strength:
                found = inferring.best(requirement, strength)
                best = min(ways_of(network, start, goals, strength), default=None, key=lambda way: way[:2])
                assert (None if found is None else (found.penalty, len(found.edges))) == (best and best[:2]), seed
                if found is not None:
                    assert (found.relation and found.relation.value) in ALLOWED[strength], seed


@BLOCKS
def test_the_alternatives_are_the_cheapest_of_all_ways_in_order(block: int) -> None:
    """The first eight of Yen's algorithm are the first eight of all ways, which pass no node twice."""
    for seed in seeds(block):
        facts, network = world(seed)
        inferring = Inferring(network)
        for requirement in range(len(network.requirements)):
            start = network.first_requirement + requirement
            goals = goals_of(facts, network, requirement)
            found = inferring.alternatives(requirement, Strength.RELATED, 8)
            every = sorted(way[:2] for way in ways_of(network, start, goals, Strength.RELATED))
            assert [(way.penalty, len(way.edges)) for way in found] == every[: len(found)], seed
            assert len(found) == min(8, len(every)), seed
            assert len({(way.nodes, way.edges) for way in found}) == len(found), seed
            assert all(len(set(way.nodes)) == len(way.nodes) for way in found), seed


@BLOCKS
def test_inference_without_links_takes_the_next_best_way(block: int) -> None:
    """As if the requirement had no link to a domestic standard: of all ways that do not begin with one the cheapest."""
    for seed in seeds(block):
        _, network = world(seed)
        inferring = Inferring(network)
        linked = {
            (source, target, RELATIONS[kind])
            for source, target, kind in edges_of(network)
            if kind in RELATIONS
            and target < network.first_draft
            and network.editions.facts[target].level not in OUTSIDE
        }
        for requirement in range(len(network.requirements)):
            start = network.first_requirement + requirement
            ways = ways_of(network, start, set(inferring.goals.tolist()), Strength.PART)
            allowed = [way for way in ways if (start, *way[2][1]) not in linked]
            found = inferring.without_links(requirement, Strength.PART)
            best = min((way[:2] for way in allowed), default=None)
            assert (None if found is None else (found.penalty, len(found.edges))) == best, seed


FEEL = {
    "refers_dated",
    "refers_undated",
    "amends",
    "adopts_idt",
    "adopts_mod",
    "adopts",
    "cites",
    "revises",
    *RELATIONS,
}


@BLOCKS
def test_impact_equals_a_search_by_networkx(block: int) -> None:
    """What a change of each standard touches, and how far away, is what breadth-first search finds; so for measures."""
    for seed in seeds(block):
        _, network = whole(seed)
        felt: nx.DiGraph[int] = nx.DiGraph()
        entry: nx.DiGraph[int] = nx.DiGraph()
        for graph in (felt, entry):
            graph.add_nodes_from(range(network.node_count))
        for source, target, kind in edges_of(network):
            if kind in FEEL or kind == "uses":
                felt.add_edge(target, source)
            if kind == "part_of":
                felt.add_edge(source, target)
                entry.add_edge(target, source)
            if kind in RELATIONS or kind == "cites":
                entry.add_edge(source, target)
            if kind == "revises":
                entry.add_edge(target, source)
        for influence, graph, nodes, event in (
            (influence_of_standards(network), felt, range(network.first_draft), Event.ABOLISHED),
            (
                influence_of_measures(network),
                entry,
                range(network.first_measure, network.node_count),
                Event.ENTERS_INTO_FORCE,
            ),
        ):
            for node in nodes:
                defined = [
                    (node, source)
                    for source, target, kind in edges_of(network)
                    if kind == "defined_in" and target == node
                ]
                # A term feels only a change of the standard it is quoted from.
                graph.add_edges_from(defined)
                expected = dict(nx.single_source_shortest_path_length(graph, node))
                found = influence.touched(node, network.node_count)
                assert {one.node: one.distance for one in found} | {node: 0} == expected, seed
                assert all(graph.has_edge(one.through, one.node) for one in found)
                assert all(reason_for(network, event, one) in REASONS for one in found)
                graph.remove_edges_from(defined)


@BLOCKS
def test_closures_cycles_and_islands_equal_those_of_networkx(block: int) -> None:
    """Cycles of references, groups apart and standards nothing leads to are those networkx finds, by their names."""
    for seed in seeds(block):
        facts, network = world(seed)
        analysis = analyse(facts, Scope(AS_OF), GapOptions())
        found = {
            one.code: {frozenset(case) for case in one.cases} for one in conditions(network, analysis.forest.places)
        }
        names = [fact.official for fact in network.editions.facts]
        count = len(names)
        references: nx.DiGraph[int] = nx.DiGraph()
        every: nx.DiGraph[int] = nx.DiGraph()
        every.add_nodes_from(range(count))
        for source, target, kind in edges_of(network):
            if source < count and target < count:
                every.add_edge(source, target)
                if kind.startswith("refers_") and kind != "refers_informative" and source != target:
                    references.add_edge(source, target)
        cycles = {frozenset(names[one] for one in part) for part in nx.strongly_connected_components(references)}
        assert found["reference_cycle"] == {part for part in cycles if len(part) > 1}, seed
        in_force = [one for one in range(count) if network.editions.status(one) is StandardStatus.IN_FORCE]
        groups = [part for part in nx.weakly_connected_components(every.subgraph(in_force)) if len(part) > 1]
        largest = max(groups, key=lambda part: (len(part), -min(part)), default=set())
        assert found["island"] == {frozenset(names[one] for one in part) for part in groups if part != largest}, seed
        asked = {
            target
            for source, target, kind in edges_of(network)
            if target < count and (kind in RELATIONS or kind == "cites")
        }
        reached = set().union(*({one} | nx.descendants(every, one) for one in asked | set(analysis.forest.places)))
        expected = {
            frozenset([names[one]])
            for one in in_force
            if one not in reached and network.editions.facts[one].level not in OUTSIDE
        }
        assert found["unreachable"] == expected, seed


@BLOCKS
def test_proposed_places_equal_the_lowest_common_ancestors_of_networkx(block: int) -> None:
    """A requirement that nothing answers belongs at the lowest node above all standards it is linked to."""
    for seed in seeds(block)[:3]:
        facts = random_snapshot(seed)
        analysis = analyse(facts, Scope(AS_OF), GapOptions())
        forest = analysis.forest
        tree: nx.DiGraph[int] = nx.DiGraph()
        tree.add_node(UNKNOWN)
        tree.add_edges_from((parent, node) for node, parent in enumerate(forest.parents))
        for first in range(len(forest.nodes)):
            for second in range(len(forest.nodes)):
                lowest = nx.lowest_common_ancestor(tree, first, second)
                if lowest != UNKNOWN:
                    assert forest.common_ancestor([first, second]) == lowest, seed


def test_nodes_are_named_as_people_know_them() -> None:
    """Every node says what it is; a requirement by its measure and number, a term by what it is called and where."""
    _, network = whole(5)
    kinds = {network.node(number).kind for number in range(network.node_count)}
    assert kinds == set(NodeKind)
    assert network.node(network.first_requirement).name == "G/TBT/N/XXX/1#1"


def test_the_steps_of_the_table_are_turned_round_consistently() -> None:
    """What holds from A to B holds turned round from B to A."""
    for kind, prices in PENALTIES.items():
        if prices.along is not None and prices.against is not None:
            along, against = NAMES[prices.along.relation], NAMES[prices.against.relation]
            assert TURNED[along and along.value] == (against and against.value), kind
