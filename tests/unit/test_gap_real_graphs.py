"""The network on the graphs of others: OpenCRE's common requirements, references of the web, ISO's catalogue."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from gap_cases import AS_OF
from gap_real_graphs import CommonRequirements, common_requirements, obsolete_documents, specifications
from standards_tree.gap.alternatives import alternatives
from standards_tree.gap.columns import SUPERSEDED, UNKNOWN
from standards_tree.gap.graph import cycles
from standards_tree.gap.health import examine
from standards_tree.gap.network import network_of
from standards_tree.gap.penalties import EdgeKind
from standards_tree.gap.snapshot import GapOptions
from standards_tree.gap.steps import HOP, cheapest
from standards_tree.standards import RelationKind

# From container to contained 1, the other way 2; related 2; linked 0.
PRICES = {EdgeKind.CONTAINS: (1, 2), EdgeKind.RELATED_TO: (2, 2), EdgeKind.LINKED_TO: (0, 0)}


@pytest.fixture(scope="module")
def requirements(shared_data: Path) -> CommonRequirements:
    """Give OpenCRE's graph."""
    return common_requirements(shared_data)


def weighed(graph: CommonRequirements) -> "nx.DiGraph[int]":
    """Return the same graph for networkx, of parallel edges the cheapest."""
    found: nx.DiGraph[int] = nx.DiGraph()
    for source, target, kind in graph.edges:
        for start, end, penalty in ((source, target, PRICES[kind][0]), (target, source, PRICES[kind][1])):
            known = found.get_edge_data(start, end, {"weight": penalty * HOP + 1})
            found.add_edge(start, end, weight=min(known["weight"], penalty * HOP + 1))
    return found


def test_every_section_of_every_standard_has_the_penalty_networkx_finds(requirements: CommonRequirements) -> None:
    """All directed pairs of standards: for each section of one the cheapest way into the other, or none."""
    steps, oracle = requirements.steps(), weighed(requirements)
    standards = requirements.standards
    assert len(standards) == 10
    turned = oracle.reverse()
    answered = 0
    for target, goals in standards.items():
        found = cheapest(steps, np.array(goals))
        expected = nx.multi_source_dijkstra_path_length(turned, set(goals))
        for source, sections in standards.items():
            if source != target:
                for section in sections:
                    assert int(found.weight[section]) == expected.get(section, UNKNOWN)
                    answered += section in expected
    assert answered > 5000


@pytest.mark.parametrize(("source", "target"), [("ASVS", "CWE"), ("NIST SSDF", "SAMM"), ("CWE", "NIST 800-63")])
def test_the_best_and_ten_next_ways_are_those_of_networkx(
    requirements: CommonRequirements, source: str, target: str
) -> None:
    """Yen's algorithm there, between a section and the whole other standard, gives the same weights in the same order."""
    steps, oracle = requirements.steps(), weighed(requirements)
    goals = requirements.standards[target]
    for goal in goals:
        oracle.add_edge(goal, "end", weight=0)
    found = cheapest(steps, np.array(goals))
    sections = [one for one in requirements.standards[source] if one in oracle][:3]
    for section in sections:
        ways = alternatives(found, section, 11)
        every = nx.shortest_simple_paths(oracle, section, "end", weight="weight")
        expected = [nx.path_weight(oracle, path, "weight") for path, _ in zip(every, range(11), strict=False)]
        assert [way.weight for way in ways] == expected
        assert len(expected) == 11


# The differences to the study of the same references, each looked at:
EXPLAINED = {
    # The page text.html of the image detection is a specification of its own, to which we count the reference.
    ("shape-detection-api", "informative", "shape-detection-api"),
    # "webgl/specs/latest/2.0/" is WebGL 2; the study counts it for WebGL 1 too, one of whose URLs it begins with.
    ("webgl1", "normative", "webxr"),
    ("webgl1", "normative", "webxrlayers-1"),
    ("webgl1", "informative", "mediacapture-depth"),
    ("webgl1", "informative", "webaudio"),
    # The URL is written without its last slash, or as http: the study does not know it again.
    ("selectors-4", "normative", "webvtt1"),
    ("svg-animations", "informative", "SVG2"),
}


def test_who_refers_to_whom_is_what_an_independent_study_says(shared_data: Path) -> None:
    """Every normative and informative reference between the specifications of the web, but for those explained."""
    facts, told = specifications(shared_data)
    network = network_of(facts, examine(facts, AS_OF, GapOptions()))
    names = [fact.key for fact in network.editions.facts]
    strength = {EdgeKind.REFERS_UNDATED: "normative", EdgeKind.REFERS_INFORMATIVE: "informative"}
    ours = {
        (names[target], strength[network.kind_of(edge)], names[source])
        for edge, (source, target) in enumerate(zip(network.sources.tolist(), network.targets.tolist(), strict=True))
    }
    theirs = {
        (name, kind, source)
        for name, lists in told.referenced_by.items()
        for kind, sources in lists.items()
        for source in sources
    }
    assert len(ours & theirs) > 3000
    assert ours ^ theirs == EXPLAINED


def test_what_a_specification_refers_to_is_what_the_study_finds_missing_and_inconsistent_in(shared_data: Path) -> None:
    """Specifications without normative references, links that are no reference, references under other URLs.

    The study was kept without lists of outdated and dated references, and without the links of each text, from which its
    lists of missing and inconsistent references were made: these two are held against our references, not made anew. None
    of the 593 links that it misses is a reference of ours, all of the 316 references it doubts are.
    """
    facts, told = specifications(shared_data)
    health = examine(facts, AS_OF, GapOptions())
    assert told.lists.isdisjoint({"outdated", "dated", "outdatedSpecs", "datedUrls"})
    listed: dict[str, set[str]] = {fact.key: set() for fact in health.editions.facts}
    normative = set()
    for relation in health.relations:
        listed[relation.source_key].add(relation.target_text)
        if relation.kind is RelationKind.NORMATIVE_REFERENCE:
            normative.add(relation.source_key)
    # Two editions at one address are one source, counted under the first name.
    assert told.missing.keys() - normative == told.without_normative
    assert len(told.without_normative) == 52
    assert sum(map(len, told.missing.values())) > 500
    assert sum(map(len, told.inconsistent.values())) > 200
    for name in told.missing:
        assert told.missing[name].isdisjoint(listed[name]), name
        assert told.inconsistent[name] <= listed[name], name


def test_successor_chains_of_iso_end_and_its_anomalies_are_those_known(shared_data: Path) -> None:
    """30,663 documents: every cycle, self loop and missing target is found, and nothing goes round in a circle."""
    facts, known = obsolete_documents(shared_data)
    health = examine(facts, AS_OF, GapOptions())
    editions = health.editions
    names = [fact.key for fact in editions.facts]
    successions = editions.current.graph
    found = {frozenset(names[one] for one in group) for group in cycles(successions)}
    assert found == set(known["cycle in obsoletes"])
    loops = (health.holders == health.targets) & (health.holders != UNKNOWN)
    assert {frozenset([names[one]]) for one in health.holders[loops].tolist()} == set(known["self loop"])
    dangling = np.flatnonzero((health.targets == UNKNOWN) & (health.holders != UNKNOWN)).tolist()
    missing = {
        frozenset((relation.source_key, relation.target_key))
        for relation in map(health.relations.__getitem__, dangling)
    }
    assert missing == set(known["obsoletes a document not in the catalogue"])
    ended = np.flatnonzero(editions.states == SUPERSEDED).tolist()
    holding = editions.holding()
    assert len(ended) > 10_000
    for number in ended:
        chain = editions.successors(number)
        assert len(set(chain)) == len(chain)
        assert (chain[-1] if chain else UNKNOWN) == holding[number]
