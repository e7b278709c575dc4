"""Choose works greedily: in each year the remedy that closes the most weight for each work it still takes."""

import heapq
from collections.abc import Iterable

from standards_tree.gap.plan_problem import PlanGap, Problem

Bundle = tuple[int, ...]


class _Room:
    """What is left of one year's budget."""

    def __init__(self, problem: Problem) -> None:
        self._levels = problem.levels
        self._left = problem.budget.per_year
        self._of_level = dict(problem.budget.per_level)

    def holds(self, works: Iterable[int]) -> bool:
        """Tell whether there is room for all of *works*."""
        taken: dict[str, int] = {}
        count = 0
        for work in works:
            count += 1
            level = self._levels[work]
            taken[level] = taken.get(level, 0) + 1
        return count <= self._left and all(
            number <= self._of_level.get(level, number) for level, number in taken.items()
        )

    def take(self, works: Iterable[int]) -> None:
        """Use the room for *works*."""
        for work in works:
            self._left -= 1
            level = self._levels[work]
            if level in self._of_level:
                self._of_level[level] -= 1


def choose_greedily(problem: Problem) -> dict[int, int]:
    """Return a year for each chosen work.

    A heap holds the remedies by their gain for each work still to do. A gain grows or falls only when a work of a gap it
    touches is done; those are pushed anew, what the heap still holds of them is dropped when it comes up. Cost
    O(choices × remedies of a touched gap × log remedies).
    """
    touching: dict[int, list[PlanGap]] = {}
    for group in problem.groups:
        for work in {work for remedy in group.remedies for work in remedy}:
            touching.setdefault(work, []).append(group)
    years: dict[int, int] = {}
    for year in range(problem.budget.years):
        _fill_year(problem, touching, years, year)
    return years


def _fill_year(problem: Problem, touching: dict[int, list[PlanGap]], years: dict[int, int], year: int) -> None:
    room = _Room(problem)
    current: dict[Bundle, float] = {}
    heap: list[tuple[float, Bundle]] = []

    def push(remedies: Iterable[Bundle]) -> None:
        for remedy in remedies:
            left = tuple(work for work in remedy if work not in years)
            gain = _gain(touching, years, left) / len(left) if left else 0.0
            if gain > 0 and current.get(left) != gain:
                current[left] = gain
                heapq.heappush(heap, (-gain, left))

    push(remedy for group in problem.groups for remedy in group.remedies)
    while heap:
        gain, bundle = heapq.heappop(heap)
        if current.get(bundle) != -gain or any(work in years for work in bundle) or not room.holds(bundle):
            continue
        del current[bundle]
        room.take(bundle)
        years.update(dict.fromkeys(bundle, year))
        touched = {id(gap): gap for work in bundle for gap in touching[work]}
        near = {id(other): other for gap in touched.values() for work in _works_of(gap) for other in touching[work]}
        push(remedy for gap in near.values() for remedy in gap.remedies)


def _works_of(gap: PlanGap) -> set[int]:
    return {work for remedy in gap.remedies for work in remedy}


def _gain(touching: dict[int, list[PlanGap]], years: dict[int, int], bundle: Bundle) -> int:
    """Return the weight of the open gaps that are closed once *bundle* is done too."""
    done = years.keys() | set(bundle)
    gaps = {id(gap): gap for work in bundle for gap in touching[work]}
    return sum(
        gap.weight
        for gap in gaps.values()
        if not any(years.keys() >= set(remedy) for remedy in gap.remedies)
        and any(done >= set(remedy) for remedy in gap.remedies)
    )
