"""Find the best plan by integer programming, with HiGHS through SciPy.

Variables: X[work, year] = 1 when the work is done by the end of the year; Y[remedy, year] for remedies of several works and
Z[gap, year] for gaps with several remedies, which need not be integers: where all X are, the best Y and Z are too. A gap
with one remedy of one work has no variable of its own; its weight stands at X. The solver is stopped after so many nodes,
never after a time, so that a plan does not depend on the machine; what is left between the plan and the bound is told.

All years at once are one model as long as it has at most MAX_CELLS works times years. Beyond, the years are bounded one by
one: what is done by the end of year t closes at most what t budgets at once could, and the sum of those bounds holds for
the whole plan. The works of the last of these problems are then put into years greedily.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from standards_tree.gap.plan_greedy import choose_greedily
from standards_tree.gap.plan_problem import Budget, PlanGap, Problem

MAX_NODES = 2_000
MAX_CELLS = 10_000
# A large model may stop this near to its bound, which is then told.
LARGE_WORKS = 3_000
LARGE_GAP = 1e-4
ALMOST = 1e-6


@dataclass(slots=True)
class _Model:
    """Rows ``sum(coefficient × variable) ≤ bound``, as they are put together."""

    years: int
    costs: list[float] = field(default_factory=list)
    integral: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    coefficients: list[float] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)

    def variables(self, weight: int, *, integral: bool) -> int:
        """Add one variable for each year and return the number of the first."""
        first = len(self.costs)
        self.costs.extend([-float(weight)] * self.years)
        self.integral.extend([int(integral)] * self.years)
        return first

    def at_most(self, terms: list[tuple[int, float]], bound: float) -> None:
        """Add a row."""
        row = len(self.bounds)
        for column, coefficient in terms:
            self.rows.append(row)
            self.columns.append(column)
            self.coefficients.append(coefficient)
        self.bounds.append(bound)


def best_years(problem: Problem) -> tuple[dict[int, int], int]:
    """Return a year for each chosen work, and what no plan can be worth more than."""
    if not problem.groups:
        return {}, 0
    if problem.budget.years > 1 and len(problem.works) * problem.budget.years > MAX_CELLS:
        return staged_years(problem)
    return _solved(problem)


def staged_years(problem: Problem) -> tuple[dict[int, int], int]:
    """Return what `best_years` does, from one problem for each year: a plan that may not be the best, and a bound."""
    budget = problem.budget
    bound = 0
    chosen: dict[int, int] = {}
    for year in range(1, budget.years + 1):
        levels = {level: most * year for level, most in budget.per_level.items()}
        chosen, most = _solved(replace(problem, budget=Budget(0, 1, budget.per_year * year, levels)))
        bound += most
    return choose_greedily(problem.only(chosen.keys())), bound


def _solved(problem: Problem) -> tuple[dict[int, int], int]:
    years = problem.budget.years
    model = _Model(years)
    weights = {
        group.remedies[0][0]: group.weight
        for group in problem.groups
        if len(group.remedies) == 1 and len(group.remedies[0]) == 1
    }
    first = {work: model.variables(weights.get(work, 0), integral=True) for work in problem.works}
    _add_budget(model, problem, first)
    for group in problem.groups:
        if len(group.remedies) > 1 or len(group.remedies[0]) > 1:
            _add_gap(model, group, first)
    matrix = csr_array((model.coefficients, (model.rows, model.columns)), shape=(len(model.bounds), len(model.costs)))
    found = milp(
        np.array(model.costs),
        integrality=np.array(model.integral),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=np.array(model.bounds)),
        options={"mip_rel_gap": LARGE_GAP if len(problem.works) > LARGE_WORKS else 0.0, "node_limit": MAX_NODES},
    )
    total = sum(group.weight for group in problem.groups) * years
    bound = total if found.mip_dual_bound is None else min(total, math.floor(-found.mip_dual_bound + ALMOST))
    if found.x is None:
        return {}, bound
    done = {work: np.flatnonzero(found.x[start : start + years] > 0.5) for work, start in first.items()}
    return {work: int(when[0]) for work, when in done.items() if when.size}, bound


def _add_budget(model: _Model, problem: Problem, first: dict[int, int]) -> None:
    """Hold what is done in each year to the budget, and what is done, done."""
    budget = problem.budget
    limits = [(list(problem.works), budget.per_year)]
    for level, most in sorted(budget.per_level.items()):
        limits.append(([work for work in problem.works if problem.levels[work] == level], most))
    for year in range(budget.years):
        for works, most in limits:
            done = [(first[work] + year, 1.0) for work in works]
            before = [(first[work] + year - 1, -1.0) for work in works] if year else []
            if most < len(works):
                model.at_most(done + before, most)
        if year:
            for work in problem.works:
                model.at_most([(first[work] + year - 1, 1.0), (first[work] + year, -1.0)], 0.0)


def _add_gap(model: _Model, group: PlanGap, first: dict[int, int]) -> None:
    """Let a gap be closed in a year when one of its remedies is complete by then."""
    closed = model.variables(group.weight, integral=False)
    ways = []
    for remedy in group.remedies:
        if len(remedy) == 1:
            ways.append(first[remedy[0]])
            continue
        complete = model.variables(0, integral=False)
        ways.append(complete)
        for work in remedy:
            for year in range(model.years):
                model.at_most([(complete + year, 1.0), (first[work] + year, -1.0)], 0.0)
    for year in range(model.years):
        model.at_most([(closed + year, 1.0), *((way + year, -1.0) for way in ways)], 0.0)
