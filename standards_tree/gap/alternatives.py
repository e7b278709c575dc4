"""Find the k cheapest ways from one node to any goal that pass no node twice (Yen 1971, with Lawler's saving of 1972).

Each way after the first leaves an earlier one at some node. The searches for the rest are A*, whose estimate is the exact
cost without the forbidden nodes, found once for all of them: most go straight to their goal. Cost O(k × steps of a way)
searches, each O(edges log nodes) at worst.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

from standards_tree.gap.graph import UNREACHED
from standards_tree.gap.steps import HOP, Cheapest

NodeOf = Callable[[int], int]

# Closed at a goal, this forbids to end there: the way has to go on to another goal.
END = -1


@dataclass(frozen=True, slots=True, order=True)
class Way:
    """What a way weighs, the nodes or states it passes, and its steps as positions."""

    weight: int
    states: tuple[int, ...]
    steps: tuple[int, ...]

    @property
    def penalty(self) -> int:
        """Return the sum of its penalties."""
        return self.weight // HOP


def alternatives(
    found: Cheapest, start: int, most: int, node_of: NodeOf = int, shut: frozenset[int] = frozenset()
) -> list[Way]:
    """Return at most *most* ways from *start* to a goal of the search *found*, the cheapest first, then by their nodes.

    A way may pass a goal on its way to another. Two ways are different where they pass different states. *node_of* gives
    the node of a state: no way passes a node twice, whatever its state there. No way begins with a step to a state of
    *shut*.
    """
    search = _Search(found, node_of)
    first = search.rest(start, frozenset(), shut, found.limit)
    if first is None:
        return []
    taken: list[Way] = []
    waiting: list[tuple[Way, int]] = [(first, 0)]
    seen = {first.states}
    while waiting and len(taken) < most:
        way, left_at = heapq.heappop(waiting)
        taken.append(way)
        for spur in range(left_at, len(way.states)):
            root = way.states[: spur + 1]
            closed = frozenset(
                other.states[spur + 1] if len(other.steps) > spur else END
                for other in taken
                if other.states[: spur + 1] == root
            )
            closed |= shut if spur == 0 else frozenset()
            passed = frozenset(node_of(state) for state in root[:-1])
            before = search.weight_of(way.steps[:spur])
            rest = search.rest(root[-1], passed, closed, found.limit - before)
            if rest is None:
                continue
            whole = Way(before + rest.weight, root + rest.states[1:], way.steps[:spur] + rest.steps)
            if whole.states not in seen:
                seen.add(whole.states)
                heapq.heappush(waiting, (whole, spur))
    return taken


class _Search:
    """Looks for the cheapest rest of a way, past what is forbidden."""

    def __init__(self, found: Cheapest, node_of: NodeOf) -> None:
        self._found = found
        self._node_of = node_of
        self._onward: dict[int, list[tuple[int, int, int]]] = {}

    def weight_of(self, steps: tuple[int, ...]) -> int:
        """Return what some steps weigh together."""
        penalties = self._found.steps.penalties
        return sum(int(penalties[step]) * HOP + 1 for step in steps)

    def rest(self, start: int, passed: frozenset[int], closed: frozenset[int], most: float) -> Way | None:
        """Return the cheapest way from *start* to a goal that weighs at most *most*.

        It passes no node of *passed*, and its first state is none of *closed*.
        """
        estimate = int(self._found.weight[start])
        if estimate == UNREACHED:
            return None
        # Of equal estimates the way whose states come first; it is the first to be found.
        queue: list[tuple[int, tuple[int, ...], tuple[int, ...], int]] = [(estimate, (start,), (), 0)]
        settled: set[int] = set()
        own = self._node_of(start)
        while queue:
            _, states, steps, weight = heapq.heappop(queue)
            here = states[-1]
            if here in settled:
                continue
            settled.add(here)
            if int(self._found.weight[here]) == 0 and (steps or END not in closed):
                return Way(weight, states, steps)
            for target, step, cost in self._steps_from(here):
                node = self._node_of(target)
                if target in settled or node in passed or node == own or (len(states) == 1 and target in closed):
                    continue
                reached = weight + cost
                onward = reached + int(self._found.weight[target])
                if onward <= most:
                    heapq.heappush(queue, (onward, (*states, target), (*steps, step), reached))
        return None

    def _steps_from(self, state: int) -> list[tuple[int, int, int]]:
        """Return the steps from a state that lead towards a goal, of parallel ones the cheapest."""
        if state not in self._onward:
            steps, weight = self._found.steps, self._found.weight
            first, end = int(steps.starts[state]), int(steps.starts[state + 1])
            found: dict[int, tuple[int, int, int]] = {}
            for step in range(first, end):
                target = int(steps.targets[step])
                if target not in found and int(weight[target]) != UNREACHED:
                    found[target] = (target, step, int(steps.penalties[step]) * HOP + 1)
            self._onward[state] = list(found.values())
        return self._onward[state]
