"""List what in the facts is incomplete or contradicts itself, so that a reader knows how far to trust a report.

Problems of the catalogue are looked for in the whole snapshot, problems of measures and requirements in the scope.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from standards_tree.catalogue import natural_order
from standards_tree.gap.columns import STATE_NUMBER
from standards_tree.gap.demands import Demands
from standards_tree.gap.editions import IN_FORCE, SUPERSEDED, UNKNOWN, Editions
from standards_tree.gap.graph import Bools, cycles
from standards_tree.gap.health import Health
from standards_tree.gap.placement import Forest
from standards_tree.gap.rollups import RequirementResult
from standards_tree.gap.snapshot import LinkFact, MeasureFact, RequirementFact, Snapshot
from standards_tree.gap.verdicts import Judgement, Verdict
from standards_tree.limits import LimitRelation
from standards_tree.standards import StandardStatus

MAX_EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: how often it occurs and the first MAX_EXAMPLES cases, named as people know them."""

    code: str
    count: int
    examples: tuple[str, ...]


def problems_of(  # noqa: PLR0913, PLR0917  (everything that can be incomplete)
    snapshot: Snapshot,
    health: Health,
    demands: Demands,
    forest: Forest,
    measures: Sequence[MeasureFact],
    results: Sequence[RequirementResult],
    of_catalogue: Sequence[Problem],
) -> tuple[Problem, ...]:
    """Return the problems that occur, in a fixed order; *of_catalogue* are those that no scope changes.

    Cost O(facts log facts).
    """
    found = {
        **_placement_problems(snapshot, health, forest, results),
        **_linkage_problems(snapshot, health, demands),
        **_scope_problems(measures, results),
    }
    return (*of_catalogue, *(problem(code, cases) for code, cases in found.items() if cases))


def catalogue_problems(health: Health) -> tuple[Problem, ...]:
    """Return the problems of relations and editions, whatever is asked about."""
    found = {**_relation_problems(health), **_edition_problems(health)}
    return tuple(problem(code, cases) for code, cases in found.items() if cases)


def problem(code: str, cases: Iterable[str]) -> Problem:
    """Return a problem with its first cases, each once."""
    distinct = set(cases)
    return Problem(code, len(distinct), tuple(heapq.nsmallest(MAX_EXAMPLES, distinct, key=natural_order)))


def _relation_problems(health: Health) -> dict[str, list[str]]:
    facts, relations = health.editions.facts, health.relations
    words = relations.words.texts

    def cases(chosen: Bools) -> list[str]:
        numbers = np.flatnonzero(chosen)
        columns = (health.holders, health.targets, relations.sources, relations.targets, relations.texts)
        rows = zip(*(column[numbers].tolist() for column in columns), strict=True)
        return [
            f"{words[source] if holder == UNKNOWN else facts[holder].official} → "
            f"{(words[text] or words[key]) if target == UNKNOWN else facts[target].official}"
            for holder, target, source, key, text in rows
        ]

    source_unknown, target_unknown = health.holders == UNKNOWN, health.targets == UNKNOWN
    return {
        "relation_source_unknown": cases(source_unknown),
        "relation_target_unknown": cases(~source_unknown & target_unknown),
        "relation_to_itself": cases(~source_unknown & (health.holders == health.targets)),
    }


def _edition_problems(health: Health) -> dict[str, list[str]]:
    editions = health.editions
    successions = editions.current.graph
    standards, states = editions.standards, editions.states
    succeeded, superseding = np.zeros(len(states), dtype=bool), np.zeros(len(states), dtype=bool)
    succeeded[successions.sources] = True
    superseding[successions.sources[states[successions.targets] == IN_FORCE]] = True
    undated = (standards.last_reviewed == 0) & (states == IN_FORCE)
    recorded = standards.recorded == STATE_NUMBER[StandardStatus.IN_FORCE]
    return {
        "supersession_cycle": [" → ".join(_named(editions, group)) for group in cycles(successions)],
        "superseded_without_successor": _named(editions, np.flatnonzero((states == SUPERSEDED) & ~succeeded).tolist()),
        "in_force_though_superseded": _named(editions, np.flatnonzero(recorded & superseding).tolist()),
        "standard_without_dates": _named(editions, np.flatnonzero(undated).tolist()),
    }


def _named(editions: Editions, numbers: Iterable[int]) -> list[str]:
    return [editions.facts[number].official for number in numbers]


def _placement_problems(
    snapshot: Snapshot, health: Health, forest: Forest, results: Iterable[RequirementResult]
) -> dict[str, list[str]]:
    editions = health.editions
    codes = {(node.system, node.code) for node in snapshot.nodes}
    shown = {node.system for node in forest.nodes}
    deciding = {
        finding.holding
        for result in results
        if (finding := result.judgement.decisive) is not None and finding.holding != UNKNOWN
    }
    return {
        "node_parent_unknown": [
            f"{node.system} {node.code}"
            for node in snapshot.nodes
            if node.parent_code and (node.system, node.parent_code) not in codes
        ],
        "placement_unknown": [
            f"{place.system} {place.node_code}: {place.standard_key}"
            for place in snapshot.placements
            if place.system in shown
            and ((place.system, place.node_code) not in codes or place.standard_key not in editions.number_of)
        ],
        "standard_without_place": [
            editions.facts[number].official for number in deciding if number not in forest.places
        ],
    }


def _linkage_problems(snapshot: Snapshot, health: Health, demands: Demands) -> dict[str, list[str]]:
    drafts = {draft.id for draft in snapshot.drafts}
    columns, requirements, links = demands.columns, demands.requirements, demands.links
    exact, _ = health.editions.standards.found_in(demands.words)
    missing = exact[columns.named] == UNKNOWN
    for number in demands.of_drafts.tolist():
        missing[number] = links[number].draft_id not in drafts
    nowhere = columns.requirement == UNKNOWN
    return {
        "requirement_without_measure": [
            name_of_requirement(requirements[number])
            for number in np.flatnonzero(demands.measure_of == UNKNOWN).tolist()
        ],
        "link_without_requirement": [_target_of(links[number]) for number in np.flatnonzero(nowhere).tolist()],
        "link_target_unknown": [
            f"{name_of_requirement(requirements[columns.requirement[number]])} → {_target_of(links[number])}"
            for number in np.flatnonzero(missing & ~nowhere).tolist()
        ],
    }


def _target_of(link: LinkFact) -> str:
    # The identifier of a draft that is gone says nothing to a reader, and differs between installations.
    return "(draft)" if link.draft_id else link.standard_key


def _scope_problems(measures: Iterable[MeasureFact], results: Sequence[RequirementResult]) -> dict[str, list[str]]:
    described = {result.measure.symbol for result in results}
    kept = list(measures)
    return {
        "measure_without_requirements": [measure.symbol for measure in kept if measure.symbol not in described],
        "measure_without_dates": [
            measure.symbol for measure in kept if measure.comment_deadline is None and measure.entry_into_force is None
        ],
        "requirement_without_codes": [
            name_of_requirement(result.judgement.requirement) for result in results if not (result.hs or result.ics)
        ],
        "limit_not_compared": [
            name_of_requirement(result.judgement.requirement) for result in results if _limit_left_out(result.judgement)
        ],
    }


def _limit_left_out(judgement: Judgement) -> bool:
    """Tell whether a covered requirement has a limit that was not compared with the standard's."""
    decisive = judgement.decisive
    if decisive is None or judgement.requirement.limit is None:
        return False
    compared = decisive.comparison is not None and decisive.comparison.relation is not LimitRelation.INCOMPARABLE
    return judgement.verdict in (Verdict.COVERED, Verdict.COVERED_STALE) and not compared


def name_of_requirement(requirement: RequirementFact) -> str:
    """Return what people know a requirement by: the measure's symbol and the number within it."""
    return f"{requirement.measure_symbol}#{requirement.number}"
