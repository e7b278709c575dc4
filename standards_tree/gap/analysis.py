"""Compare what foreign measures require with what the domestic standards answer, on one date.

``analyse`` reads a snapshot and returns everything a report says. How a verdict comes about is in :mod:`verdicts`,
what is wrong beneath a standard in :mod:`health`, how much a gap matters in :mod:`priorities`, what to do in
:mod:`advice`, where a missing standard belongs in :mod:`placement`, the sums in :mod:`rollups`, doubts about the
facts in :mod:`quality`.

Cost O(nodes + edges + requirements × links), each sorted once. The result depends on the content of the snapshot, the
scope and the options, not on the order of the facts or their identifiers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.advice import Advice, Adviser, adopters_of, revisions_of
from standards_tree.gap.bindings import Bindings, bindings_on
from standards_tree.gap.demands import Demands
from standards_tree.gap.editions import UNKNOWN
from standards_tree.gap.graph import reachable
from standards_tree.gap.health import Defect, Evidence, Health, examine
from standards_tree.gap.placement import NOWHERE, Forest, forest_of
from standards_tree.gap.priorities import priority_of
from standards_tree.gap.quality import Problem, catalogue_problems, problems_of
from standards_tree.gap.rollups import NodeStatistic, RequirementResult, Stock, Tally, tallies, tree_statistics
from standards_tree.gap.scope import (
    branch_nodes,
    measures_shown,
    requirements_in_scope,
    result_in_branch,
)
from standards_tree.gap.snapshot import DraftFact, GapOptions, MeasureFact, Scope, Snapshot, SystemFact
from standards_tree.gap.term_health import problems_of_terms
from standards_tree.gap.terms import Terms
from standards_tree.gap.uses import uses_of_facts
from standards_tree.gap.verdicts import Judge, Judgement, Verdict
from standards_tree.standards import Level


@dataclass(frozen=True, slots=True)
class FoundDefect:
    """A defect at or beneath a standard of the scope, and how many requirements it is the first evidence against."""

    defect: Defect
    requirements: int


@dataclass(frozen=True, slots=True, eq=False)
class GapAnalysis:
    """Everything a gap report says. Standards, relations and nodes are numbered as in ``health`` and ``forest``.

    ``uses`` are the concepts each requirement uses, by its id, numbered as in ``bindings``.
    """

    scope: Scope
    options: GapOptions
    revisions: Mapping[str, int]
    systems: tuple[SystemFact, ...]
    health: Health
    demands: Demands
    forest: Forest
    adviser: Adviser
    measures: tuple[MeasureFact, ...]
    results: tuple[RequirementResult, ...]
    total: Tally
    unplaced: Tally
    tree: tuple[NodeStatistic, ...]
    stock_by_level: Mapping[Level | None, Stock]
    by_member: Mapping[str, Tally]
    by_hs_chapter: Mapping[str, Tally]
    by_ics_field: Mapping[str, Tally]
    by_level: Mapping[str, Tally]
    defects: tuple[FoundDefect, ...]
    problems: tuple[Problem, ...]
    bindings: Bindings
    uses: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a snapshot and a date before anything is asked: made once, for every scope.

    ``forest`` is that of all systems, ``problems`` are those of the catalogue and of the terms. ``uses_of`` says which
    concepts, by their numbers in ``bindings``, the requirements at some positions use.
    """

    health: Health | None = None
    demands: Demands | None = None
    forest: Forest | None = None
    problems: tuple[Problem, ...] | None = None
    bindings: Bindings | None = None
    uses_of: Callable[[Sequence[int]], Sequence[tuple[int, ...]]] | None = None


NOTHING_KNOWN = Known()


def analyse(snapshot: Snapshot, scope: Scope, options: GapOptions, known: Known = NOTHING_KNOWN) -> GapAnalysis:
    """Return the gaps between what is required and what the standards answer.

    What is *known* must be of the same facts, date and options.

    Raises:
        InvalidArgumentError: a standard, node, measure, draft or requirement is in the snapshot twice, or a branch is
            named without its system.
        NotFoundError: the system or the branch does not exist.
    """
    health = known.health or examine(snapshot, scope.as_of, options)
    demands = known.demands or Demands.of(snapshot.measures, snapshot.requirements, snapshot.links)
    forest = known.forest if known.forest is not None and not scope.system else None
    forest = forest or forest_of(snapshot, health.editions, scope.system)
    branch = branch_nodes(forest, scope)
    adviser = Adviser(health, forest, revisions_of(health.editions, snapshot.drafts), adopters_of(health))
    measures, asked = requirements_in_scope(demands, scope)
    results = _results(snapshot, scope, options, adviser, demands, asked)
    if scope.branch:
        results = [result for result in results if result_in_branch(result, forest, branch)]
    shown = measures_shown(measures, results, scope)
    bindings = known.bindings or bindings_on(Terms.of(snapshot.concepts), health.editions)
    problems = known.problems
    if problems is None:
        problems = (*catalogue_problems(health), *problems_of_terms(bindings))
    tree, stock_by_level = tree_statistics(forest, health.editions, snapshot.drafts, results, branch)
    return GapAnalysis(
        scope=scope,
        options=options,
        revisions=dict(sorted(snapshot.revisions.items())),
        systems=tuple(sorted(snapshot.systems, key=lambda system: system.code)),
        health=health,
        demands=demands,
        forest=forest,
        adviser=adviser,
        measures=shown,
        results=tuple(results),
        total=Tally.of(result.judgement.verdict for result in results),
        unplaced=Tally.of(
            result.judgement.verdict for result in results if not any(node in branch for node in result.nodes)
        ),
        tree=tree,
        stock_by_level=stock_by_level,
        by_member=tallies(results, lambda result: result.measure.members),
        by_hs_chapter=tallies(results, lambda result: [code[:2] for code in result.hs]),
        by_ics_field=tallies(results, lambda result: [code[:2] for code in result.ics]),
        by_level=tallies(results, lambda result: [result.level or ""]),
        defects=_defects(health, results),
        problems=problems_of(snapshot, health, demands, forest, shown, results, problems),
        bindings=bindings,
        uses=_uses(snapshot, demands, bindings, known, results),
    )


def _uses(
    snapshot: Snapshot, demands: Demands, bindings: Bindings, known: Known, results: Iterable[RequirementResult]
) -> dict[str, tuple[int, ...]]:
    """Return which concepts the requirements judged use."""
    ids = [result.judgement.requirement.id for result in results]
    positions = [demands.positions.number_of[one] for one in ids]
    uses_of = known.uses_of
    if uses_of is None:
        every = uses_of_facts(snapshot.uses, demands, bindings.terms)
        return {one: every.of_requirement(position) for one, position in zip(ids, positions, strict=True)}
    return dict(zip(ids, uses_of(positions), strict=True))


def _results(  # noqa: PLR0913, PLR0917  (what a report is made of)
    snapshot: Snapshot,
    scope: Scope,
    options: GapOptions,
    adviser: Adviser,
    demands: Demands,
    asked: Iterable[int],
) -> list[RequirementResult]:
    """Judge every requirement asked for, in their order."""
    health = adviser.health
    # All ways to defects are asked for anyway, and tell what is sound.
    _ = health.ways
    judge = Judge(health, _once(snapshot.drafts), scope.include_suggested)
    results = []
    evidence_of: dict[int, tuple[Evidence, ...]] = {UNKNOWN: ()}
    for position in asked:
        measure = demands.measures[int(demands.measure_of[position])]
        judgement = judge.judge(demands.requirements[position], demands.links_of(position))
        decisive = judgement.decisive
        holding = UNKNOWN if decisive is None else decisive.holding
        if holding not in evidence_of:
            evidence_of[holding] = health.evidence(holding)
        evidence = evidence_of[holding]
        advice = adviser.advise(judgement, evidence, measure)
        nodes, level = _where(adviser, judgement, measure, advice)
        priority = priority_of(judgement, evidence, measure, scope.as_of, options)
        results.append(RequirementResult(judgement, measure, evidence, priority, advice, nodes, level))
    return results


def _where(
    adviser: Adviser, judgement: Judgement, measure: MeasureFact, advice: Advice | None
) -> tuple[tuple[int, ...], Level | None]:
    """Return the nodes a requirement belongs to and the level of the standard that answers it, or would."""
    decisive, forest, editions = judgement.decisive, adviser.forest, adviser.editions
    if decisive is not None and decisive.draft is not None:
        node = forest.number_of.get((decisive.draft.system, decisive.draft.node_code), NOWHERE)
        return (() if node == NOWHERE else (node,)), decisive.draft.level
    if decisive is not None and judgement.verdict is not Verdict.UNCOVERED:
        nodes = forest.places.get(decisive.holding) or forest.places.get(decisive.standard, ())
        return nodes, editions.facts[decisive.holding].level
    place = advice.place if advice is not None and advice.place is not None else adviser.place_for(judgement, measure)
    return (() if place.node == NOWHERE else (place.node,)), place.level


def _defects(health: Health, results: Iterable[RequirementResult]) -> tuple[FoundDefect, ...]:
    """Return the defects at or beneath the standards that decide, found by one search from all of them."""
    starts = np.zeros(len(health.editions.facts), dtype=bool)
    first = np.zeros(len(health.defects.holders), dtype=np.int64)
    for result in results:
        decisive = result.judgement.decisive
        if decisive is not None and decisive.holding != UNKNOWN:
            starts[decisive.holding] = True
            for found in result.evidence[:1]:
                first[health.defects.number_of(found.defect)] += 1
    return tuple(FoundDefect(*found) for found in health.defects.ranked(reachable(health.sound, starts), first))


def _once(drafts: Iterable[DraftFact]) -> dict[str, DraftFact]:
    """Return drafts by id; two with one id are refused, because which is taken would depend on their order."""
    found: dict[str, DraftFact] = {}
    for draft in drafts:
        if found.setdefault(draft.id, draft) is not draft:
            raise InvalidArgumentError("the snapshot holds the {kind} {key} twice", kind="draft", key=draft.id)
    return found
