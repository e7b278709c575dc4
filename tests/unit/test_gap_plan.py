"""The work plan: as good as trying everything, within its budget, the same every time, and explained."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from soaking import scaled
from standards_tree.errors import InvalidArgumentError, LimitError
from standards_tree.gap.plan import NEVER, Budget, PlanGap, plan_work
from standards_tree.gap.plan_model import staged_years
from standards_tree.gap.plan_problem import Problem

LEVELS = ("national", "industry", "group")
INSTANCES = scaled(120, 2000)


def random_instance(seed: int) -> tuple[list[str], list[PlanGap], Budget]:
    """Return a small instance with alternatives and remedies that take several works."""
    pick = random.Random(seed)
    works = pick.randint(1, 6)
    levels = [pick.choice(LEVELS) for _ in range(works)]
    gaps = [
        PlanGap(
            pick.randint(0, 7),
            tuple(tuple(pick.sample(range(works), pick.randint(1, min(3, works)))) for _ in range(pick.randint(0, 3))),
        )
        for _ in range(pick.randint(0, 8))
    ]
    per_level = {level: pick.randint(0, 2) for level in LEVELS if pick.random() < 0.4}
    return levels, gaps, Budget(2027, pick.randint(1, 3), pick.randint(0, 3), per_level)


def plans(levels: Sequence[str], budget: Budget) -> Iterator[dict[int, int]]:
    """Yield every plan that the budget allows."""
    for years in itertools.product([*range(budget.years), NEVER], repeat=len(levels)):
        plan = {work: year for work, year in enumerate(years) if year != NEVER}
        if allowed(levels, budget, plan):
            yield plan


def allowed(levels: Sequence[str], budget: Budget, plan: Mapping[int, int]) -> bool:
    """Tell whether a plan keeps to the budget."""
    for year in range(budget.years):
        done = [levels[work] for work, when in plan.items() if when == year]
        if len(done) > budget.per_year or any(done.count(level) > most for level, most in budget.per_level.items()):
            return False
    return True


def worth(gaps: Sequence[PlanGap], budget: Budget, plan: Mapping[int, int]) -> int:
    """Return what a plan is worth, counted year by year."""
    return sum(
        gap.weight
        for year in range(budget.years)
        for gap in gaps
        if any(all(plan.get(work, NEVER) <= year for work in remedy) for remedy in gap.remedies)
    )


@pytest.mark.parametrize("start", range(0, INSTANCES, 40))
def test_no_plan_is_better(start: int) -> None:
    """Against every plan there is, on small instances: the value is the best, proven, within budget and above greedy."""
    for seed in range(start, min(start + 40, INSTANCES)):
        levels, gaps, budget = random_instance(seed)
        chosen = plan_work(levels, gaps, budget)
        best = max(worth(gaps, budget, plan) for plan in plans(levels, budget))
        assert allowed(levels, budget, chosen.years), seed
        assert worth(gaps, budget, chosen.years) == chosen.value == best == chosen.upper_bound, seed
        assert chosen.greedy_value <= best, seed
        assert chosen.optimality_gap == 0


def test_a_plan_of_many_years_and_works_is_bounded_year_by_year() -> None:
    """Large problems are planned in stages: within budget, no better than the best, and the bound holds."""
    for seed in range(0, INSTANCES, 3):
        levels, gaps, budget = random_instance(seed)
        problem = Problem.of(levels, gaps, budget)
        found, bound = staged_years(problem) if problem.groups else ({}, 0)
        best = max(worth(gaps, budget, plan) for plan in plans(levels, budget))
        assert allowed(levels, budget, found), seed
        assert worth(gaps, budget, found) <= best <= bound, seed


def test_greedy_choice_can_be_beaten() -> None:
    """One work closes the most, but two others together close more: the exact plan takes those."""
    gaps = [*(PlanGap(1, ((0,), (1,))) for _ in range(3)), *(PlanGap(1, ((0,), (2,))) for _ in range(3))]
    gaps += [PlanGap(1, ((1,),)), PlanGap(1, ((1,),)), PlanGap(1, ((2,),)), PlanGap(1, ((2,),))]
    chosen = plan_work(["national"] * 3, gaps, Budget(2027, 1, 2))
    assert (set(chosen.years), chosen.value, chosen.greedy_value) == ({1, 2}, 10, 8)


def test_a_plan_says_what_each_work_closes() -> None:
    """The work that completes a remedy closes the gap, the earlier one helps; useless work is left out."""
    gaps = [PlanGap(5, ((0,),)), PlanGap(2, ((0, 1),)), PlanGap(0, ((2,),))]
    chosen = plan_work(["national"] * 3, gaps, Budget(2027, 3, 1))
    assert dict(chosen.years) == {0: 0, 1: 1}
    assert dict(chosen.closes) == {0: (0,), 1: (1,)}
    assert dict(chosen.helps) == {0: (1,)}
    assert (chosen.closed, chosen.value) == ((0, 1), 5 * 3 + 2 * 2)


def test_the_same_problem_has_the_same_plan() -> None:
    """However many plans are equally good."""
    gaps = [PlanGap(1, ((work,), ((work + 1) % 30,))) for work in range(30)]
    assert len({str(plan_work(["group"] * 30, gaps, Budget(2027, 2, 5))) for _ in range(3)}) == 1


def test_a_level_without_budget_gets_no_work() -> None:
    """A level that may have none is not planned, even where it alone closes a gap."""
    chosen = plan_work(
        ["national", "group"], [PlanGap(7, ((0,),)), PlanGap(1, ((1,),))], Budget(2027, 1, 2, {"national": 0})
    )
    assert (dict(chosen.years), chosen.value, chosen.upper_bound) == ({1: 0}, 1, 1)


@pytest.mark.parametrize("years", [0, 11])
def test_a_plan_has_from_one_to_ten_years(years: int) -> None:
    """The refusal names the field."""
    with pytest.raises(InvalidArgumentError, match="from 1 to 10 years"):
        Budget(2027, years, 1)


def test_too_many_works_are_refused() -> None:
    """With what to do about it, before anything is computed."""
    gaps = [PlanGap(1, ((work,),)) for work in range(10_001)]
    with pytest.raises(LimitError, match="narrow the scope"):
        plan_work(["national"] * 10_001, gaps, Budget(2027, 1, 1))
