"""State what is to be planned: gaps with their remedies, works with their levels, and a budget."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from standards_tree.errors import InvalidArgumentError

NEVER = 1_000_000
MAX_YEARS = 10


@dataclass(frozen=True, slots=True)
class Budget:
    """How many works each year, and of the levels named at the most how many; *first_year* only names the years."""

    first_year: int
    years: int
    per_year: int
    per_level: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a budget that is none.

        Raises:
            InvalidArgumentError: no year, too many of them, or a negative number of works.
        """
        if not 1 <= self.years <= MAX_YEARS:
            message = "a plan has from 1 to {most} years, not {years}"
            raise InvalidArgumentError.in_field("budget.years", message, most=MAX_YEARS, years=self.years)
        if min(self.per_year, *self.per_level.values(), 0) < 0:
            message = "a budget has no negative number of standards"
            raise InvalidArgumentError.in_field("budget.standards_per_year", message)


@dataclass(frozen=True, slots=True)
class PlanGap:
    """A gap: what it weighs, and the sets of works each of which closes it."""

    weight: int
    remedies: tuple[tuple[int, ...], ...]

    def closing(self, years: Mapping[int, int]) -> tuple[int, ...] | None:
        """Return the remedy that is complete first when works are done in *years*, None where none is."""
        best = min(self.remedies, key=lambda remedy: (_complete(remedy, years), len(remedy), remedy), default=())
        return best if best and _complete(best, years) < NEVER else None

    def closed_in(self, years: Mapping[int, int]) -> int:
        """Return the year it is closed in, NEVER where it is not."""
        return min((_complete(remedy, years) for remedy in self.remedies), default=NEVER)


def _complete(remedy: Sequence[int], years: Mapping[int, int]) -> int:
    return max((years.get(work, NEVER) for work in remedy), default=NEVER)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in normal form: gaps with the same remedies are one, works nobody may do are gone with their remedies."""

    works: tuple[int, ...]
    levels: Mapping[int, str]
    groups: tuple[PlanGap, ...]
    budget: Budget

    @classmethod
    def of(cls, levels: Sequence[str], gaps: Sequence[PlanGap], budget: Budget) -> "Problem":
        """Return the normal form; cost O(sum of the sizes of all remedies), sorted."""
        weights: dict[tuple[tuple[int, ...], ...], int] = {}
        for gap in gaps:
            remedies = tuple(sorted({tuple(sorted(set(remedy))) for remedy in gap.remedies}))
            possible = tuple(remedy for remedy in remedies if remedy and _possible(remedy, levels, budget))
            if possible and gap.weight > 0:
                weights[possible] = weights.get(possible, 0) + gap.weight
        groups = tuple(PlanGap(weight, remedies) for remedies, weight in sorted(weights.items()))
        works = tuple(sorted({work for group in groups for remedy in group.remedies for work in remedy}))
        return cls(works, {work: levels[work] for work in works}, groups, budget)

    def only(self, works: Set[int]) -> "Problem":
        """Return the same problem with no other work than *works*."""
        kept = [
            PlanGap(group.weight, tuple(remedy for remedy in group.remedies if works >= set(remedy)))
            for group in self.groups
        ]
        groups = tuple(group for group in kept if group.remedies)
        return replace(self, works=tuple(work for work in self.works if work in works), groups=groups)

    def value(self, years: Mapping[int, int]) -> int:
        """Return what a plan is worth: each gap's weight times the years it is closed in."""
        whole = self.budget.years
        return sum(group.weight * max(whole - group.closed_in(years), 0) for group in self.groups)


def _possible(remedy: Sequence[int], levels: Sequence[str], budget: Budget) -> bool:
    """Tell whether the whole budget is enough for a remedy alone."""
    of_level: dict[str, int] = {}
    for work in remedy:
        of_level[levels[work]] = of_level.get(levels[work], 0) + 1
    return len(remedy) <= budget.per_year * budget.years and all(
        count <= budget.per_level.get(level, budget.per_year) * budget.years for level, count in of_level.items()
    )
