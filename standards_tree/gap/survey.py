"""Judge every requirement of a base at once, in columns: the verdicts and severities of :mod:`verdicts` and :mod:`priorities`.

A report needs reasons and evidence for each requirement and makes them one by one; a survey needs how many there are of
each. Both follow the same tables, and tests hold them equal. Cost O(links log links + requirements), besides what the
catalogue costs once for a date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standards_tree.gap.columns import UNKNOWN, UPCOMING
from standards_tree.gap.graph import UNREACHED, Bools, Ints, nearest
from standards_tree.gap.health import Health
from standards_tree.gap.priorities import HEAVY, MARKET_ACCESS, POINTS_OF_VERDICT, Severity
from standards_tree.gap.snapshot import DraftFact, GapOptions, LinkFact, MeasureFact, RequirementFact
from standards_tree.gap.verdicts import Verdict
from standards_tree.limits import LimitRelation, compare_limits
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

    requirements: tuple[RequirementFact, ...]
    requirement: Ints
    standard: Ints
    whole: Bools
    confirmed: Bools
    suggested: Bools
    refused: Bools
    confidence: NDArray[np.float64]
    looser: Bools

    @cached_property
    def assessed(self) -> Bools:
        """Which requirements somebody has assessed."""
        return np.fromiter((fact.assessed for fact in self.requirements), np.bool_, len(self.requirements))

    @cached_property
    def market_access(self) -> Bools:
        """Which requirements keep a product off the market."""
        return np.fromiter((fact.kind in MARKET_ACCESS for fact in self.requirements), np.bool_, len(self.requirements))


def claims_of(
    health: Health, drafts: Sequence[DraftFact], requirements: Sequence[RequirementFact], links: Sequence[LinkFact]
) -> Claims:
    """Return links as columns; cost O(links), and a comparison for every pair of limits."""
    place = {fact.id: number for number, fact in enumerate(requirements)}
    number_of, under_way = health.editions.number_of, {fact.id for fact in drafts}
    kept = [
        (position, UNKNOWN if link.draft_id else standard, link)
        for link in links
        if (position := place.get(link.requirement_id, UNKNOWN)) != UNKNOWN
        and ((standard := number_of.get(link.standard_key, UNKNOWN)) != UNKNOWN or link.draft_id in under_way)
    ]
    count = len(kept)
    return Claims(
        requirements=tuple(requirements),
        requirement=np.fromiter((position for position, _, _ in kept), np.int64, count),
        standard=np.fromiter((standard for _, standard, _ in kept), np.int64, count),
        whole=np.fromiter((link.relation in _WHOLE for _, _, link in kept), np.bool_, count),
        confirmed=np.fromiter((_is(LinkState.CONFIRMED, link) for _, _, link in kept), np.bool_, count),
        suggested=np.fromiter((_is(LinkState.SUGGESTED, link) for _, _, link in kept), np.bool_, count),
        refused=np.fromiter((_is_refused(link) for _, _, link in kept), np.bool_, count),
        confidence=np.fromiter((link.confidence for _, _, link in kept), np.float64, count),
        looser=np.fromiter((_is_looser(requirements[position], link) for position, _, link in kept), np.bool_, count),
    )


def _is(state: LinkState, link: LinkFact) -> bool:
    return link.state is state and link.relation is not SetRelation.NONE


def _is_refused(link: LinkFact) -> bool:
    nothing = link.state is LinkState.CONFIRMED and link.relation is SetRelation.NONE
    return nothing or link.state is LinkState.REJECTED


def _is_looser(requirement: RequirementFact, link: LinkFact) -> bool:
    if requirement.limit is None or link.standard_limit is None or link.draft_id:
        return False
    return compare_limits(requirement.limit, link.standard_limit).relation is LimitRelation.LOOSER


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
    count = len(claims.requirements)
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
    return np.where(claims.assessed | (rejected & ~suggested), _UNCOVERED, _NOT_ASSESSED)


def severities(
    found: Survey, health: Health, measures: Sequence[MeasureFact], options: GapOptions
) -> NDArray[np.int64]:
    """Return how severe each gap is, as a number of SEVERITIES; one whose measure is unknown has no urgency."""
    claims = found.claims
    goals = np.zeros(health.sound.node_count, dtype=bool)
    for kind in HEAVY:
        goals[health.defects.holders_of(kind)] = True
    heavy = np.append(nearest(health.sound, goals).distance != UNREACHED, False)
    named = np.append(claims.standard, UNKNOWN)[found.decisive]
    points = _POINTS[found.verdicts].copy()
    points += (found.verdicts == _STALE) & ((named != found.holding) | heavy[found.holding])
    points += _urgencies(claims, health, measures, options) + claims.market_access
    severity = np.select([points >= 6, points >= 4, points >= 2], [0, 1, 2], default=3)
    severity[found.verdicts == _STALE] = np.maximum(severity[found.verdicts == _STALE], 2)
    severity[found.verdicts == _NOT_ASSESSED] = np.maximum(severity[found.verdicts == _NOT_ASSESSED], 1)
    severity[found.verdicts == _COVERED] = len(SEVERITIES) - 1
    return severity


def _urgencies(claims: Claims, health: Health, measures: Sequence[MeasureFact], options: GapOptions) -> Ints:
    """Return the points that time gives to each requirement."""
    as_of = health.editions.as_of
    near, far = as_of + timedelta(days=options.near_days), as_of + timedelta(days=options.far_days)
    points: dict[str, int] = {}
    for measure in measures:
        entry, deadline = measure.entry_into_force, measure.comment_deadline
        if entry is not None and entry <= near:
            points[measure.symbol] = 2
        elif (deadline is not None and deadline >= as_of) or (entry is not None and entry <= far):
            points[measure.symbol] = 1
    return np.fromiter(
        (points.get(fact.measure_symbol, 0) for fact in claims.requirements), np.int64, len(claims.requirements)
    )
