"""Choose the standards to write, revise or adopt that close the most weighted gap within a budget, year by year.

A gap has a weight and remedies: sets of works, each of which closes it once all its works are done. A budget allows so many
works a year, and of some levels fewer. A gap closed in the first of three years is closed for three years, one closed in
the last for one; a plan is worth the sum of weight times years closed. So a plan of one year closes the most weight, and a
longer one closes it as early as it can.

With single-work remedies this is the maximum coverage problem, which is NP-hard; greedy choice reaches at least 1 - 1/e of
the best there (Nemhauser, Wolsey and Fisher 1978), and nothing is known once a gap takes several works. The plan is found
by integer programming (:mod:`plan_model`), greedy choice is shown beside it (:mod:`plan_greedy`). Works and gaps are
numbered; the same input in the same order gives the same plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from standards_tree.errors import LimitError
from standards_tree.gap.plan_greedy import choose_greedily
from standards_tree.gap.plan_model import best_years
from standards_tree.gap.plan_problem import NEVER, Budget, PlanGap, Problem

__all__ = ["NEVER", "Budget", "Choice", "PlanGap", "plan_work"]

MAX_WORKS = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan: the year of each chosen work, what each closes and helps to close, and how good it is.

    ``years`` counts from 0. ``closes`` and ``helps`` hold numbers of gaps by numbers of works: the work that is done last
    of a remedy closes the gap, the others help. No plan is worth more than ``upper_bound``.
    """

    years: Mapping[int, int]
    closes: Mapping[int, tuple[int, ...]]
    helps: Mapping[int, tuple[int, ...]]
    closed: tuple[int, ...]
    value: int
    upper_bound: int
    greedy_value: int
    candidates: int = field(default=0)

    @property
    def optimality_gap(self) -> float:
        """Return how far the plan may be from the best, as a share of the bound."""
        return (self.upper_bound - self.value) / self.upper_bound if self.upper_bound else 0.0


def plan_work(levels: Sequence[str], gaps: Sequence[PlanGap], budget: Budget) -> Choice:
    """Return the best plan for works of *levels* within *budget*.

    Raises:
        LimitError: there are more works to choose from than MAX_WORKS.
    """
    useful = {work for gap in gaps for remedy in gap.remedies for work in remedy}
    if len(useful) > MAX_WORKS:
        message = "{count} pieces of work are too many to plan at once, at most {most}; narrow the scope of the report"
        raise LimitError(message, count=len(useful), most=MAX_WORKS)
    problem = Problem.of(levels, gaps, budget)
    greedy = choose_greedily(problem)
    greedy_value = problem.value(greedy)
    found, bound = best_years(problem)
    # The search may end early on a hard instance; what greedy choice found is then the better plan to hand out.
    chosen = found if problem.value(found) >= greedy_value else greedy
    chosen = _without_the_useless(problem, chosen)
    value = problem.value(chosen)
    closes, helps, closed = _explained(gaps, chosen)
    return Choice(
        years=dict(sorted(chosen.items())),
        closes=closes,
        helps=helps,
        closed=closed,
        value=value,
        upper_bound=max(bound, value),
        greedy_value=greedy_value,
        candidates=len(useful),
    )


def _without_the_useless(problem: Problem, years: Mapping[int, int]) -> dict[int, int]:
    """Return *years* without works whose leaving out costs nothing, which a solver may choose where there is room."""
    needed: set[int] = set()
    for group in problem.groups:
        closing = group.closing(years)
        if closing is not None:
            needed.update(closing)
    return {work: year for work, year in years.items() if work in needed}


def _explained(
    gaps: Sequence[PlanGap], years: Mapping[int, int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]], tuple[int, ...]]:
    """Return what each work closes, what it helps to close, and all that is closed."""
    closes: dict[int, list[int]] = {}
    helps: dict[int, list[int]] = {}
    closed = []
    for number, gap in enumerate(gaps):
        remedy = gap.closing(years)
        if remedy is None:
            continue
        closed.append(number)
        *earlier, last = sorted(remedy, key=lambda work: (years[work], work))
        closes.setdefault(last, []).append(number)
        for work in earlier:
            helps.setdefault(work, []).append(number)
    return (
        {work: tuple(found) for work, found in sorted(closes.items())},
        {work: tuple(found) for work, found in sorted(helps.items())},
        tuple(closed),
    )
