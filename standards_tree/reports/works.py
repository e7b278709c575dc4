"""Lay out the work that would close gaps, and the plan of it within a budget."""

from collections.abc import Mapping, Sequence

from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.plan import Budget, Choice, PlanGap, plan_work
from standards_tree.gap.plan_candidates import Candidates, Work, WorkKey
from standards_tree.gap.quality import name_of_requirement
from standards_tree.reports.findings import node_entry, texts_of
from standards_tree.reports.schema import PlanEntry, PlannedEntry, Report, WorkEntry


def work_id(key: WorkKey) -> str:
    """Return what a report names a work by: what is done, to what, and for a new standard where."""
    place = "/".join(part for part in (key.system, key.node) if part)
    return " ".join(part for part in (key.kind.value, key.standard, key.measure, place) if part)


def work_entries(analysis: GapAnalysis, candidates: Candidates) -> list[WorkEntry]:
    """Return every work with the requirements it would close alone or helps to close, the weightiest first."""
    alone: dict[WorkKey, list[int]] = {}
    helps: dict[WorkKey, list[int]] = {}
    for number, remedies in enumerate(candidates.remedies):
        single = {remedy[0] for remedy in remedies if len(remedy) == 1}
        for key in single:
            alone.setdefault(key, []).append(number)
        for key in {key for remedy in remedies for key in remedy} - single:
            helps.setdefault(key, []).append(number)
    names = [name_of_requirement(result.judgement.requirement) for result in analysis.results]
    points = [result.priority.points for result in analysis.results]
    entries = [
        _work(
            work,
            [names[number] for number in alone.get(key, ())],
            [names[number] for number in helps.get(key, ())],
            sum(points[number] for number in alone.get(key, ())),
        )
        for key, work in candidates.works.items()
    ]
    return sorted(entries, key=lambda entry: (-entry["weight"], -len(entry["helps"]), entry["id"]))


def _work(work: Work, closes: list[str], helps: list[str], weight: int) -> WorkEntry:
    return {
        "id": work_id(work.key),
        "kind": work.key.kind.value,
        "standard": work.key.standard,
        "measure": work.key.measure,
        "tasks": [texts_of(task) for task in work.tasks],
        "node": None if work.node is None else node_entry(work.node),
        "level": work.level,
        "closes": closes,
        "helps": helps,
        "weight": weight,
    }


def plan_entry(report: Report, budget: Budget) -> PlanEntry:
    """Return the best plan of the works of *report* within *budget*; the same report and budget give the same plan.

    Raises:
        LimitError: there are too many works to choose from.
    """
    # By their ids: the order of a report is for people, and must not decide between plans that are equally good.
    works = sorted(report["works"], key=lambda work: work["id"])
    number_of = {work["id"]: number for number, work in enumerate(works)}
    gaps = [entry for entry in report["requirements"] if entry["remedies"]]
    choice = plan_work(
        [work["level"] or "" for work in works],
        [
            PlanGap(
                entry["points"],
                tuple(tuple(number_of[name] for name in remedy) for remedy in entry["remedies"]),
            )
            for entry in gaps
        ],
        budget,
    )
    weights = [entry["points"] for entry in gaps]
    names = [entry["id"] for entry in gaps]
    return {
        "budget": {
            "first_year": budget.first_year,
            "years": budget.years,
            "standards_per_year": budget.per_year,
            "levels": dict(sorted(budget.per_level.items())),
        },
        "work": _planned(works, choice, weights, names, budget),
        "candidates": choice.candidates,
        "closable": len(gaps),
        "closable_weight": sum(weights),
        "closed": len(choice.closed),
        "closed_weight": sum(weights[gap] for gap in choice.closed),
        "value": choice.value,
        "upper_bound": choice.upper_bound,
        "optimality_gap": round(choice.optimality_gap, 6),
        "greedy_value": choice.greedy_value,
    }


def _planned(
    works: Sequence[WorkEntry], choice: Choice, weights: Sequence[int], names: Sequence[str], budget: Budget
) -> list[PlannedEntry]:
    """Return the chosen works by years, within a year the weightiest first."""

    def closed(found: Mapping[int, tuple[int, ...]], work: int) -> list[str]:
        return [names[gap] for gap in found.get(work, ())]

    entries: list[PlannedEntry] = [
        {
            "year": budget.first_year + year,
            "work": works[work]["id"],
            "closes": closed(choice.closes, work),
            "helps": closed(choice.helps, work),
            "weight": sum(weights[gap] for gap in choice.closes.get(work, ())),
        }
        for work, year in choice.years.items()
    ]
    return sorted(entries, key=lambda entry: (entry["year"], -entry["weight"], entry["work"]))
