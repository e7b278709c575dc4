"""Lay a gap analysis out as one document, as :mod:`standards_tree.reports.schema` describes it."""

from collections.abc import Iterable, Mapping
from datetime import date

from standards_tree.gap.advice import Action
from standards_tree.gap.analysis import GapAnalysis
from standards_tree.gap.inference import Inferring
from standards_tree.gap.plan import Budget
from standards_tree.gap.plan_candidates import candidates_of
from standards_tree.gap.priorities import SEVERITY_RANK, Severity
from standards_tree.gap.quality import Problem, name_of_requirement
from standards_tree.gap.reasons import Reason
from standards_tree.gap.rollups import NodeStatistic, RequirementResult, Stock, Tally
from standards_tree.gap.snapshot import MeasureFact, Scope
from standards_tree.gap.verdicts import Verdict
from standards_tree.reports.findings import day, defect_entry, requirement_entry, texts, texts_of
from standards_tree.reports.inferred import inferred_entries
from standards_tree.reports.schema import (
    SCHEMA,
    ActionStep,
    Group,
    LevelRow,
    MeasureEntry,
    NodeRow,
    ProblemEntry,
    Report,
    ScopeEntry,
    StockEntry,
    Summary,
    Tallied,
)
from standards_tree.reports.works import plan_entry, work_entries, work_id
from standards_tree.standards import Level


def report_document(analysis: GapAnalysis, budget: Budget | None = None, inferring: Inferring | None = None) -> Report:
    """Return the report of *analysis*, with a plan of work where a *budget* is given.

    *inferring* answers questions about the network of the same facts; without it nothing is inferred.

    Cost O(requirements × links + nodes + problems), and what :func:`~standards_tree.gap.plan.plan_work` costs.
    """
    scope, options = analysis.scope, analysis.options
    candidates = candidates_of(analysis)
    remedies = [[[work_id(key) for key in remedy] for remedy in sets] for sets in candidates.remedies]
    report: Report = {
        "schema": SCHEMA,
        "as_of": scope.as_of.isoformat(),
        "scope": _scope(scope),
        "options": {
            "review_years": options.review_years,
            "near_days": options.near_days,
            "far_days": options.far_days,
        },
        "revisions": dict(analysis.revisions),
        "systems": [
            {"code": system.code, "name": texts(system.name_en, system.name_zh)} for system in analysis.systems
        ],
        "summary": _summary(analysis),
        "steps": _steps(analysis.results),
        "measures": _measures(analysis),
        "requirements": [
            requirement_entry(analysis, result, sets) for result, sets in zip(analysis.results, remedies, strict=True)
        ],
        "defects": [defect_entry(analysis, found) for found in analysis.defects],
        "tree": [_node(row) for row in analysis.tree],
        "levels": _levels(analysis.stock_by_level),
        "unplaced": _tally(analysis.unplaced),
        "by_member": _groups(analysis.by_member),
        "by_hs_chapter": _groups(analysis.by_hs_chapter),
        "by_ics_field": _groups(analysis.by_ics_field),
        "by_level": _groups({code: analysis.by_level[code] for code in _LEVELS if code in analysis.by_level}),
        "problems": [_problem(problem) for problem in analysis.problems],
        "inferred": [] if inferring is None else inferred_entries(analysis, inferring),
        "works": work_entries(analysis, candidates),
        "plan": None,
    }
    if budget is not None:
        report["plan"] = plan_entry(report, budget)
    return report


def _scope(scope: Scope) -> ScopeEntry:
    return {
        "symbols": sorted(scope.symbols),
        "members": sorted(scope.members),
        "hs_prefixes": sorted(scope.hs_prefixes),
        "ics_prefixes": sorted(scope.ics_prefixes),
        "distributed_from": day(scope.distributed_from),
        "distributed_to": day(scope.distributed_to),
        "system": scope.system,
        "branch": scope.branch,
        "include_suggested": scope.include_suggested,
    }


def _problem(problem: Problem) -> ProblemEntry:
    return {
        "code": problem.code,
        "text": texts_of(f"problem_{problem.code}"),
        "count": problem.count,
        "examples": list(problem.examples),
    }


def _node(row: NodeStatistic) -> NodeRow:
    return {
        "system": row.node.system,
        "code": row.node.code,
        "parent": row.node.parent_code,
        "name": texts(row.node.name_en, row.node.name_zh),
        "level": row.node.level,
        "depth": row.depth,
        "own": _stock(row.own),
        "total": _stock(row.stock),
        "own_verdicts": _tally(row.own_tally),
        "verdicts": _tally(row.tally),
    }


def _summary(analysis: GapAnalysis) -> Summary:
    described = {result.measure.symbol for result in analysis.results}
    severities = [result.priority.severity for result in analysis.results]
    return {
        "measures": len(analysis.measures),
        "measures_without_requirements": sum(measure.symbol not in described for measure in analysis.measures),
        "requirements": analysis.total.total,
        "gaps": sum(severity is not Severity.NONE for severity in severities),
        "severities": {severity.value: severities.count(severity) for severity in Severity},
        "tentative": sum(result.judgement.tentative for result in analysis.results),
        "standards_in_catalogue": len(analysis.health.editions.facts),
        "defects": len(analysis.defects),
        **_tally(analysis.total),
    }


def _tally(tally: Tally) -> Tallied:
    counts = dict(tally.counts)
    return {
        "verdicts": {verdict.value: counts.get(verdict, 0) for verdict in Verdict},
        "assessed": tally.assessed,
        "answered": tally.answered,
        "ratio": _ratio(tally.answered, tally.assessed),
    }


def _groups(groups: Mapping[str, Tally]) -> list[Group]:
    return [{"code": code, **_tally(tally)} for code, tally in groups.items()]


def _stock(stock: Stock) -> StockEntry:
    return {"expected": stock.expected, "existing": stock.existing, "ratio": _ratio(stock.existing, stock.expected)}


def _levels(stocks: Mapping[Level | None, Stock]) -> list[LevelRow]:
    """Return the rows of the statistics table, the levels in their order, what has no level yet, and the sum."""
    by_code = {level or "": stock for level, stock in stocks.items()}
    rows: list[LevelRow] = [{"level": code, **_stock(by_code[code])} for code in _LEVELS if code in by_code]
    total = Stock()
    for stock in stocks.values():
        total += stock
    return [*rows, {"level": "total", **_stock(total)}]


# In the order of the law, and last what has no level yet.
_LEVELS = (*(level.value for level in Level), "")


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _steps(results: Iterable[RequirementResult]) -> list[ActionStep]:
    """Return each distinct action with what it serves, the most pressing first."""
    groups: dict[tuple[str, Reason], list[RequirementResult]] = {}
    for result in results:
        if result.advice is not None:
            # These are done measure by measure; everything else is one act on one standard, draft or record.
            apart = result.measure.symbol if result.advice.action in _BY_MEASURE else ""
            groups.setdefault((apart, result.advice.reason), []).append(result)
    return [
        {
            "action": group[0].advice.action.value if group[0].advice is not None else "",
            "text": texts_of(reason),
            "severity": _worst(group).value,
            "measures": list(dict.fromkeys(result.measure.symbol for result in group)),
            "requirements": [name_of_requirement(result.judgement.requirement) for result in group],
        }
        for (_, reason), group in sorted(groups.items(), key=lambda entry: _urgency(entry[1]))
    ]


_BY_MEASURE = frozenset({Action.ASSESS, Action.CONFIRM_LINK, Action.WRITE_NEW})


def _urgency(group: list[RequirementResult]) -> tuple[int, int, int]:
    """Order actions by the severest gap they close, then by how many points they settle."""
    points = [result.priority.points for result in group]
    return SEVERITY_RANK[_worst(group)], -max(points), -sum(points)


def _worst(results: Iterable[RequirementResult]) -> Severity:
    severities = (result.priority.severity for result in results)
    return min(severities, key=SEVERITY_RANK.__getitem__, default=Severity.NONE)


def _measures(analysis: GapAnalysis) -> list[MeasureEntry]:
    results: dict[str, list[RequirementResult]] = {}
    for result in analysis.results:
        results.setdefault(result.measure.symbol, []).append(result)
    as_of = analysis.scope.as_of
    return [_measure(measure, results.get(measure.symbol, []), as_of) for measure in analysis.measures]


def _measure(measure: MeasureFact, results: list[RequirementResult], as_of: date) -> MeasureEntry:
    dates = ((measure.comment_deadline, "comments"), (measure.entry_into_force, "entry"))
    coming = [(when, kind) for when, kind in dates if when is not None and when >= as_of]
    following, kind = min(coming) if coming else (None, None)
    return {
        "symbol": measure.symbol,
        "symbols": sorted(measure.symbols) or [measure.symbol],
        "members": sorted(measure.members),
        "title": texts(measure.title_en, measure.title_zh),
        "hs": sorted(measure.hs),
        "ics": sorted(measure.ics),
        "example": measure.example,
        "distributed_on": day(measure.distributed_on),
        "comment_deadline": day(measure.comment_deadline),
        "entry_into_force": day(measure.entry_into_force),
        "next_date": day(following),
        "next_date_kind": kind,
        "days_left": None if following is None else (following - as_of).days,
        "requirements": len(results),
        "severity": _worst(results).value,
        **_tally(Tally.of(result.judgement.verdict for result in results)),
    }
