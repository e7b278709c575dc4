"""List what is unsound in a whole system of standards, each condition with its members.

===================== ================================================================================================
reference_cycle       standards that refer to each other normatively, round and round
reference_unknown     a normative reference to a standard the catalogue does not hold
reference_to_itself   a standard that refers to itself normatively
superseded_but_cited  a superseded edition that standards in force refer to, with how many
abolished_but_cited   the same for an abolished standard
review_overdue        a domestic standard in force whose review was due before the date
unreachable           a domestic standard in force that stands in no system and that neither a requirement nor a
                      standard that does leads to, however far
island                standards in force that hang together, but not with the largest group that does
===================== ================================================================================================
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from standards_tree.catalogue import natural_order
from standards_tree.gap.columns import ABOLISHED, IN_FORCE, SUPERSEDED, UNKNOWN
from standards_tree.gap.graph import Bools, Digraph, Ints, cycles, reachable
from standards_tree.gap.health import DefectKind, Health
from standards_tree.gap.network import LINK_NUMBERS, Network
from standards_tree.gap.penalties import EDGE_NUMBER, EdgeKind
from standards_tree.standards import RelationKind


@dataclass(frozen=True, slots=True)
class Condition:
    """One kind of unsoundness: how often it occurs, and the first cases, each the names of its members."""

    code: str
    count: int
    cases: tuple[tuple[str, ...], ...]


def conditions(network: Network, placed: Iterable[int], most_cases: int = 100) -> tuple[Condition, ...]:
    """Return every condition, in the order above, those that do not occur too; *placed* standards stand in a system."""
    health = network.health
    normative = health.relations.is_kind(RelationKind.NORMATIVE_REFERENCE) & (health.holders != UNKNOWN)
    known = normative & (health.targets != UNKNOWN)
    loops = known & (health.holders == health.targets)
    apart = np.flatnonzero(known & ~loops)
    references = Digraph.of(len(health.editions.facts), health.holders[apart], health.targets[apart], apart)
    found: dict[str, list[tuple[str, ...]]] = {
        "reference_cycle": [tuple(_named(health, group)) for group in cycles(references)],
        "reference_unknown": _unknown(health, normative & (health.targets == UNKNOWN)),
        "reference_to_itself": [(name,) for name in _named(health, np.unique(health.holders[loops]).tolist())],
        "superseded_but_cited": _cited(health, references, SUPERSEDED),
        "abolished_but_cited": _cited(health, references, ABOLISHED),
        "review_overdue": [
            (name,) for name in _named(health, health.defects.holders_of(DefectKind.REVIEW_OVERDUE).tolist())
        ],
        "unreachable": [(name,) for name in _named(health, _unreachable(network, placed))],
        "island": [tuple(_named(health, group)) for group in _islands(network)],
    }
    return tuple(Condition(code, len(cases), tuple(in_order(cases)[:most_cases])) for code, cases in found.items())


def in_order(cases: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return cases in the order of their members, 2 before 10."""
    return sorted(cases, key=_order)


def _order(case: tuple[str, ...]) -> list[object]:
    return [natural_order(name) for name in case]


def _named(health: Health, numbers: Sequence[int]) -> list[str]:
    return [health.editions.facts[number].official for number in numbers]


def _unknown(health: Health, chosen: Bools) -> list[tuple[str, ...]]:
    found = set()
    for number in np.flatnonzero(chosen).tolist():
        relation = health.relations[number]
        source = health.editions.facts[int(health.holders[number])].official
        found.add((source, relation.target_text or relation.target_key))
    return list(found)


def _cited(health: Health, references: Digraph, state: int) -> list[tuple[str, ...]]:
    """Return the standards of one state that standards in force refer to, each with those that do."""
    states = health.editions.states
    chosen = (states[references.targets] == state) & (states[references.sources] == IN_FORCE)
    by_target: dict[int, list[int]] = {}
    for source, target in sorted(
        set(zip(references.sources[chosen].tolist(), references.targets[chosen].tolist(), strict=True))
    ):
        by_target.setdefault(target, []).append(source)
    return [tuple(_named(health, [target, *sources])) for target, sources in by_target.items()]


def _unreachable(network: Network, placed: Iterable[int]) -> list[int]:
    editions = network.editions
    count = len(editions.facts)
    starts = np.zeros(count, dtype=bool)
    starts[list(placed)] = True
    asked = np.isin(network.kinds, [*LINK_NUMBERS, EDGE_NUMBER[EdgeKind.CITES]]) & (network.targets < count)
    starts[network.targets[asked]] = True
    between = (network.sources < count) & (network.targets < count)
    graph = Digraph.of(count, network.sources[between], network.targets[between])
    reached = reachable(graph, starts)
    return np.flatnonzero(~reached & (editions.states == IN_FORCE) & ~editions.standards.outside).tolist()


def _islands(network: Network) -> list[list[int]]:
    """Return the groups of two and more standards in force that relations hold together, but the largest."""
    states = network.editions.states
    count = len(states)
    between = (network.sources < count) & (network.targets < count)
    sources, targets = network.sources[between], network.targets[between]
    kept = (states[sources] == IN_FORCE) & (states[targets] == IN_FORCE)
    matrix = csr_array((np.ones(int(kept.sum())), (sources[kept], targets[kept])), shape=(count, count))
    number, label = connected_components(matrix, directed=False)
    sizes = np.bincount(label, minlength=number)
    groups = _grouped(label.astype(np.int64), np.flatnonzero(sizes[label] > 1))
    largest = max(groups, key=lambda group: (len(group), -group[0]), default=[])
    return [group for group in groups if group is not largest]


def _grouped(label: Ints, nodes: Ints) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for node in nodes.tolist():
        groups.setdefault(int(label[node]), []).append(node)
    return list(groups.values())
