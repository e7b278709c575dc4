"""Judge every requirement of a base at once, in columns: the verdicts and severities of :mod:`verdicts` and :mod:`priorities`.

A report needs reasons and evidence for each requirement and makes them one by one; a survey needs how many there are of
each. Both follow the same tables, and tests hold them equal. Cost O(links log links + requirements), besides what the
catalogue costs once for a date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.columns import UNKNOWN, UPCOMING
from standards_tree.gap.demands import Demands
from standards_tree.gap.graph import Bools, Ints, reaching
from standards_tree.gap.health import Health
from standards_tree.gap.priorities import HEAVY, POINTS_OF_VERDICT, Severity
from standards_tree.gap.snapshot import DraftFact, GapOptions
from standards_tree.gap.verdicts import Verdict
from standards_tree.standards import LinkState, SetRelation

VERDICTS = tuple(Verdict)
NUMBER = {verdict: number for number, verdict in enumerate(VERDICTS)}
SEVERITIES = tuple(Severity)
_COVERED, _STALE, _PARTIAL, _WEAKER, _DRAFT_ONLY, _UNCOVERED, _NOT_ASSESSED = range(7)
_WHOLE = (SetRelation.EQUAL, SetRelation.SUBSET)
_POINTS = np.array([POINTS_OF_VERDICT.get(verdict, 0) for verdict in VERDICTS])


@dataclass(frozen=True, eq=False)
class Claims:
    """Hold links as columns: which requirement, which standard (UNKNOWN for a draft), and what is claimed.

    Links to what is not there are left out. ``refused`` are the rejected ones, and those confirmed to have nothing in
    common. ``looser`` says that the standard's limit is looser than the requirement's.
    """

    demands: Demands
    requirement: Ints
    standard: Ints
    whole: Bools
    confirmed: Bools
    suggested: Bools
    refused: Bools
    confidence: NDArray[np.float64]
    looser: Bools


def claims_of(health: Health, drafts: Sequence[DraftFact], demands: Demands) -> Claims:
    """Return links as columns; cost O(links)."""
    columns, under_way = demands.columns, {fact.id for fact in drafts}
    exact, _ = health.editions.standards.found_in(demands.words)
    standard = exact[columns.named]
    there = standard != UNKNOWN
    for number in demands.of_drafts.tolist():
        standard[number], there[number] = UNKNOWN, demands.links[number].draft_id in under_way
    kept = np.flatnonzero(there & (columns.requirement != UNKNOWN))
    held = columns.taken(kept)
    nothing, confirmed = held.is_relation(SetRelation.NONE), held.is_state(LinkState.CONFIRMED)
    return Claims(
        demands=demands,
        requirement=held.requirement,
        standard=standard[kept],
        whole=held.is_relation(*_WHOLE),
        confirmed=confirmed & ~nothing,
        suggested=held.is_state(LinkState.SUGGESTED) & ~nothing,
        refused=(confirmed & nothing) | held.is_state(LinkState.REJECTED),
        confidence=held.confidence,
        looser=held.looser,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Hold for every requirement its verdict, as a number of VERDICTS, and the claim that decides, UNKNOWN where none."""

    claims: Claims
    verdicts: Ints
    decisive: Ints
    holding: Ints

    def counts(self) -> dict[Verdict, int]:
        """Return how many requirements have which verdict; verdicts nobody has are left out."""
        counted = np.bincount(self.verdicts, minlength=len(VERDICTS)).tolist()
        return {verdict: count for verdict, count in zip(VERDICTS, counted, strict=True) if count}


def survey(health: Health, claims: Claims, *, include_suggested: bool = False) -> Survey:
    """Return the verdict on every requirement."""
    count = len(claims.demands.requirements)
    held = np.append(health.editions.holding(), UNKNOWN)[claims.standard]
    given = _given(health, claims, held)
    held = np.where(given == _UNCOVERED, UNKNOWN, held)
    counted = claims.confirmed | (claims.suggested & (given != _UNCOVERED) & include_suggested)
    chosen = np.flatnonzero(counted)
    order = chosen[
        np.lexsort(
            (
                claims.standard[chosen],
                -claims.confidence[chosen],
                claims.standard[chosen] != held[chosen],
                ~claims.confirmed[chosen],
                given[chosen],
                claims.requirement[chosen],
            )
        )
    ]
    decided, first = np.unique(claims.requirement[order], return_index=True)
    decisive = np.full(count, UNKNOWN, dtype=np.int64)
    decisive[decided] = order[first]
    verdicts = _without_claims(claims, count)
    verdicts[decided] = given[order[first]]
    holding = np.append(held, UNKNOWN)[decisive]
    return Survey(claims, verdicts, decisive, holding)


def _given(health: Health, claims: Claims, held: Ints) -> Ints:
    """Return the verdict each claim gives."""
    # One entry more, which the number UNKNOWN (-1) reads.
    states = np.append(health.editions.states, UNKNOWN)
    outside = np.append(health.editions.standards.outside, False)
    unsound = np.append(health.unsound, False)
    given = np.where(claims.whole, _COVERED, _PARTIAL)
    given[claims.whole & ((claims.standard != held) | unsound[held])] = _STALE
    given[claims.looser] = _WEAKER
    given[states[held] == UPCOMING] = _DRAFT_ONLY
    given[outside[claims.standard] | (held == UNKNOWN)] = _UNCOVERED
    given[claims.standard == UNKNOWN] = _DRAFT_ONLY
    return given


def _without_claims(claims: Claims, count: int) -> Ints:
    """Return the verdicts there are where no claim counts."""
    suggested = np.bincount(claims.requirement[claims.suggested], minlength=count) > 0
    rejected = np.bincount(claims.requirement[claims.refused], minlength=count) > 0
    return np.where(claims.demands.assessed | (rejected & ~suggested), _UNCOVERED, _NOT_ASSESSED)


def severities(found: Survey, health: Health, options: GapOptions) -> NDArray[np.int64]:
    """Return how severe each gap is, as a number of SEVERITIES; one whose measure is unknown has no urgency."""
    claims = found.claims
    goals = np.zeros(health.sound.node_count, dtype=bool)
    for kind in HEAVY:
        goals[health.defects.holders_of(kind)] = True
    heavy = np.append(reaching(health.sound, goals), False)
    named = np.append(claims.standard, UNKNOWN)[found.decisive]
    points = _POINTS[found.verdicts].copy()
    points += (found.verdicts == _STALE) & ((named != found.holding) | heavy[found.holding])
    points += _urgencies(claims.demands, health.editions.as_of, options) + claims.demands.market_access
    severity = np.select([points >= 6, points >= 4, points >= 2], [0, 1, 2], default=3)
    severity[found.verdicts == _STALE] = np.maximum(severity[found.verdicts == _STALE], 2)
    severity[found.verdicts == _NOT_ASSESSED] = np.maximum(severity[found.verdicts == _NOT_ASSESSED], 1)
    severity[found.verdicts == _COVERED] = len(SEVERITIES) - 1
    return severity


def _urgencies(demands: Demands, as_of: date, options: GapOptions) -> Ints:
    """Return the points that time gives to each requirement."""
    today = as_of.toordinal()
    entries, deadlines = demands.entries, demands.deadlines
    near = (entries > 0) & (entries <= today + options.near_days)
    soon = (deadlines >= today) | ((entries > 0) & (entries <= today + options.far_days))
    # One entry more, which the number UNKNOWN (-1) reads.
    return np.append(np.select([near, soon], [2, 1], default=0), 0)[demands.measure_of]
