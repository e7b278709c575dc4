"""Infer what probably answers a requirement that nobody has linked, by the cheapest way through the network.

A way leads from the requirement over links, citations and relations to a domestic standard in force. Every step has a
penalty (:mod:`penalties`); what follows along the way is composed (:mod:`composition`). Three ways are looked for, each
the cheapest of its kind, which is exact: one from which it follows that the whole requirement is answered, one from
which it follows that at least a part is, and one from which nothing need follow.

An inference is never a verdict. It stands beside the verdict, with its way and a probability (:mod:`calibration`), which
is the lower the more other ways there are (:mod:`chances`).
Links somebody rejected are not inferred again. Suggested links are no steps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from standards_tree.gap.alternatives import Way, alternatives
from standards_tree.gap.calibration import Answer, Calibration, Strength, calibrate
from standards_tree.gap.chances import chances
from standards_tree.gap.columns import IN_FORCE, UNKNOWN
from standards_tree.gap.composition import EQUAL, INTERSECTS, RELATED, RELATION_COUNT, RELATIONS, SUBSET, SUPERSET
from standards_tree.gap.graph import UNREACHED, Bools, Ints
from standards_tree.gap.network import LINK_NUMBERS, Network
from standards_tree.gap.steps import Cheapest, Steps, cheapest
from standards_tree.standards import LinkState, SetRelation

# Ways that cost more say nothing any more; their probability is that of the last penalty.
MOST_PENALTY = 8
MOST_CALIBRATED = 1000
MOST_AT_ONCE = 1000
# Each strength allows the relations of those before it too, so that no cheapest way ever passes a node twice.
ALLOWED = {
    Strength.WHOLE: (EQUAL, SUBSET),
    Strength.PART: (EQUAL, SUBSET, SUPERSET, INTERSECTS),
    Strength.RELATED: (EQUAL, SUBSET, SUPERSET, INTERSECTS, RELATED),
}


@dataclass(frozen=True, slots=True)
class Inference:
    """A way from a requirement to a standard. ``edges`` are edges of the network, ``along`` how each is walked."""

    strength: Strength
    penalty: int
    relation: SetRelation | None
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    along: tuple[bool, ...]
    chance: float = 0.0

    @property
    def end(self) -> int:
        """Return the standard it leads to."""
        return self.nodes[-1]


@dataclass(frozen=True, slots=True)
class Cover:
    """Several standards that together answer at least a part of a requirement: by independent inferences."""

    parts: tuple[Inference, ...]
    probability: float


def strength_of(relation: int) -> Strength:
    """Return what a composed relation promises."""
    return next(strength for strength, allowed in ALLOWED.items() if relation in allowed)


@dataclass(frozen=True, eq=False)
class Inferring:
    """Answers questions about inferences in one network; the searches are made when they are first needed."""

    network: Network

    @cached_property
    def goals(self) -> Ints:
        """The domestic standards in force."""
        editions = self.network.editions
        return np.flatnonzero((editions.states == IN_FORCE) & ~editions.standards.outside)

    @cached_property
    def searches(self) -> dict[Strength, Cheapest]:
        """The cheapest ways of each strength from every state."""
        return {strength: self._search(strength, self.goals) for strength in Strength}

    def _search(self, strength: Strength, goals: Ints) -> Cheapest:
        states = (goals[:, None] * RELATION_COUNT + np.array(ALLOWED[strength])[None, :]).ravel()
        return cheapest(self.network.states, np.sort(states), MOST_PENALTY)

    @cached_property
    def rejected(self) -> dict[int, frozenset[int]]:
        """The standards that were rejected for a requirement, or confirmed to have nothing in common with it."""
        number, standard = self.network.requirement_number, self.network.editions.number_of
        found: dict[int, set[int]] = {}
        for link in self.network.links:
            nothing = link.state is LinkState.CONFIRMED and link.relation is SetRelation.NONE
            refused = link.state is LinkState.REJECTED or nothing
            if refused and link.standard_key in standard and link.requirement_id in number:
                found.setdefault(number[link.requirement_id], set()).add(standard[link.standard_key])
        return {requirement: frozenset(standards) for requirement, standards in found.items()}

    @cached_property
    def direct(self) -> Bools:
        """Which requirements are linked to a domestic standard in force, or to one whose successor is."""
        network = self.network
        holding = np.append(network.editions.holding(), UNKNOWN)
        goal = np.zeros(network.node_count + 1, dtype=bool)
        goal[self.goals] = True
        links = np.flatnonzero(np.isin(network.kinds, LINK_NUMBERS) & (network.targets < network.first_draft))
        answered = goal[holding[network.targets[links]]]
        found = np.zeros(len(network.requirements), dtype=bool)
        found[network.sources[links[answered]] - network.first_requirement] = True
        return found

    def best(self, requirement: int, strength: Strength) -> Inference | None:
        """Return the cheapest way from a requirement, by position, that promises at least *strength*; None without one."""
        search = self._search_past_rejected(requirement, strength)
        start = (self.network.first_requirement + requirement) * RELATION_COUNT + EQUAL
        if search.weight[start] == UNREACHED:
            return None
        return self._inference(search.steps, start, search.way(start))

    def _search_past_rejected(self, requirement: int, strength: Strength) -> Cheapest:
        search = self.searches[strength]
        refused = self.rejected.get(requirement)
        if not refused:
            return search
        return self._search(strength, np.setdiff1d(self.goals, np.array(sorted(refused))))

    def alternatives(self, requirement: int, strength: Strength, most: int) -> list[Inference]:
        """Return at most *most* ways of at least *strength*, the cheapest first, none of which passes a node twice."""
        search = self._search_past_rejected(requirement, strength)
        start = (self.network.first_requirement + requirement) * RELATION_COUNT + EQUAL
        ways = alternatives(search, start, most, node_of_state)
        return [self._inference(search.steps, start, way.steps) for way in ways]

    def combined(self, ways: Sequence[Inference], calibration: Calibration) -> Cover | None:
        """Return what the partial answers among *ways* give together: of each standard the cheapest way.

        The probability is that at least one is right, as if each were right or wrong for itself.
        """
        parts: dict[int, Inference] = {}
        for way in ways:
            if way.strength is Strength.PART:
                parts.setdefault(way.end, way)
        if len(parts) < 2:
            return None
        right = [calibration.probability(one.strength, one.penalty, one.chance) for one in parts.values()]
        wrong = np.prod([1 - probability for probability in right])
        return Cover(tuple(parts.values()), round(float(1 - wrong), 6))

    @cached_property
    def calibration(self) -> Calibration:
        """What the confirmed links say about inferences: of at most MOST_CALIBRATED requirements, evenly chosen."""
        linked = np.flatnonzero(self.direct)
        spacing = max(1, -(-len(linked) // MOST_CALIBRATED))
        return calibrate(self._answers(linked[::spacing]))

    def _answers(self, requirements: Ints) -> Iterable[Answer]:
        """Yield what is inferred for requirements with links as if they had none, and whether it is right."""
        network = self.network
        holding = network.editions.holding()
        nodes = requirements + network.first_requirement
        kinds = network.kinds[network.steps.edges]
        domestic = (network.steps.targets < network.first_draft) & ~np.append(
            network.editions.standards.outside, np.ones(network.node_count, dtype=bool)
        )[network.steps.targets]
        found = chances(network.steps, nodes, np.isin(kinds, LINK_NUMBERS) & domestic)
        for row, requirement in enumerate(requirements.tolist()):
            right = self._linked(requirement)
            right |= {int(holding[standard]) for standard in right}
            for strength in Strength:
                way = self.without_links(requirement, strength)
                if way is not None and way.strength is strength:
                    yield Answer(strength, way.penalty, float(found[row, way.end]), way.end in right)

    def with_chances(self, ways: Sequence[tuple[int, Inference]]) -> list[Inference]:
        """Return ways, each with its requirement's position, with the chance of its end among all that sets out from there."""
        found: list[Inference] = []
        for first in range(0, len(ways), MOST_AT_ONCE):
            several = ways[first : first + MOST_AT_ONCE]
            asked, rows = np.unique([position for position, _ in several], return_inverse=True)
            matrix = chances(self.network.steps, asked + self.network.first_requirement)
            shares = np.asarray(matrix[rows, [way.end for _, way in several]]).tolist()
            found += [replace(way, chance=round(share, 6)) for (_, way), share in zip(several, shares, strict=True)]
        return found

    def without_links(self, requirement: int, strength: Strength) -> Inference | None:
        """Return the cheapest way as if the requirement had no links to domestic standards."""
        search = self.searches[strength]
        start = (self.network.first_requirement + requirement) * RELATION_COUNT + EQUAL
        linked = self._linked(requirement)
        states = self.network.states
        first, end = int(states.starts[start]), int(states.starts[start + 1])
        closed = frozenset(
            int(states.targets[step])
            for step in range(first, end)
            if self._is_link(states, step) and int(states.targets[step]) // RELATION_COUNT in linked
        )
        ways: list[Way] = alternatives(search, start, 1, node_of_state, closed)
        return self._inference(states, start, ways[0].steps) if ways else None

    def _is_link(self, states: Steps, step: int) -> bool:
        edge = int(self.network.steps.edges[states.edges[step]])
        return int(self.network.kinds[edge]) in LINK_NUMBERS

    def _linked(self, requirement: int) -> set[int]:
        """Return the domestic standards a requirement is linked to."""
        network, node = self.network, self.network.first_requirement + requirement
        steps = network.steps
        found = set()
        for step in range(int(steps.starts[node]), int(steps.starts[node + 1])):
            target = int(steps.targets[step])
            link = int(network.kinds[steps.edges[step]]) in LINK_NUMBERS
            if link and target < network.first_draft and not network.editions.standards.outside[target]:
                found.add(target)
        return found

    def _inference(self, states: Steps, start: int, way: Sequence[int]) -> Inference:
        ends = [start, *(int(states.targets[step]) for step in way)]
        steps = [int(states.edges[step]) for step in way]
        walked = self.network.steps
        relation = ends[-1] % RELATION_COUNT
        return Inference(
            strength=strength_of(relation),
            penalty=sum(int(walked.penalties[step]) for step in steps),
            relation=RELATIONS[relation],
            nodes=tuple(state // RELATION_COUNT for state in ends),
            edges=tuple(int(walked.edges[step]) for step in steps),
            along=tuple(bool(walked.along[step]) for step in steps),
        )


def node_of_state(state: int) -> int:
    """Return the node of a state."""
    return state // RELATION_COUNT
