"""Say which standards stand where the rules of GB/T 13016-2018 would not put them, and where they belong.

The layer principle: a standard that standards of several branches use belongs at their nearest common ancestor, a common
one high and a special one low. Who uses a standard are the standards of the same system that refer to it normatively.
Where the system's definition puts levels into branches of their own, users outside the branch of the standard's level
say nothing about its place in there.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from standards_tree.catalogue import ENDED, FROM_OUTSIDE, edition_rank
from standards_tree.standards import Level, Obligation, Validity
from standards_tree.systems.forest import ROOT, Forest


class PlacementRule(StrEnum):
    """What a place is held against."""

    COMMON = "common"
    NARROW = "narrow"
    LEVEL = "level"
    ARCHIVED = "archived"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True)
class Misplacement:
    """A place that contradicts a rule.

    ``proposed`` is where the standard belongs, ROOT for the system itself, None where the rule does not say;
    ``users`` are those inside the branch that decided.
    """

    standard: str
    rule: PlacementRule
    node: int
    proposed: int | None
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedStandards:
    """The standards of a system that are not ended: the number of the node each stands at, its level, and who uses it."""

    node_of: Mapping[str, int]
    level_of: Mapping[str, Level]
    users_of: Mapping[str, Sequence[str]]


class PlacedStandard(NamedTuple):
    """A standard and the node it stands at; ``order`` puts standards in order."""

    standard_id: str
    node_id: str
    node_code: str
    undated_key: str
    designation: str
    order: str
    level: Level
    obligation: Obligation | None
    validity: Validity


class Use(NamedTuple):
    """A normative reference: to one edition, or with ``undated_key`` to whichever edition holds."""

    source_id: str
    target_id: str
    undated_key: str | None


def placed_standards(
    forest: Forest, standards: Iterable[PlacedStandard], uses: Iterable[Use], as_of: date
) -> PlacedStandards:
    """Return who uses whom among the *standards* that stand at nodes of *forest* and are not ended on *as_of*.

    An undated reference means the edition in force, else the one to come. Cost O(standards + uses).
    """
    alive = {
        one.standard_id: one
        for one in standards
        if one.node_id in forest.number_of and one.validity.status_on(as_of) not in ENDED
    }
    edition_of: dict[str, PlacedStandard] = {}
    for one in alive.values():
        other = edition_of.setdefault(one.undated_key, one)
        if other is not one and _preference(one, as_of) > _preference(other, as_of):
            edition_of[one.undated_key] = one
    users_of: dict[str, dict[str, None]] = {}
    for use in uses:
        target = alive.get(use.target_id) if use.undated_key is None else edition_of.get(use.undated_key)
        if target is not None and use.source_id in alive and use.source_id != target.standard_id:
            users_of.setdefault(target.standard_id, {})[use.source_id] = None
    return PlacedStandards(
        {key: forest.number_of[one.node_id] for key, one in alive.items()},
        {key: one.level for key, one in alive.items()},
        {key: tuple(users) for key, users in users_of.items()},
    )


def _preference(standard: PlacedStandard, as_of: date) -> tuple[tuple[int, date], str]:
    """Return what an undated reference prefers, the same as in the whole catalogue."""
    return edition_rank(standard.validity, as_of), standard.order


def misplacements(forest: Forest, placed: PlacedStandards, wanted: Iterable[str]) -> list[Misplacement]:
    """Return what contradicts the rules in the places of the *wanted* standards, in their order.

    Cost O(nodes + standards × depth + uses).
    """
    fixing = _nodes_by_fixed_level(forest)
    found: list[Misplacement] = []
    for standard in wanted:
        by_level = _against_level(forest, fixing, standard, placed)
        by_use = _against_use(forest, standard, placed)
        found.extend(one for one in (by_level, by_use) if one is not None)
    return found


def _nodes_by_fixed_level(forest: Forest) -> dict[Level, list[int]]:
    """Return the topmost nodes that fix each level, in reading order."""
    found: dict[Level, list[int]] = {}
    for number, node in enumerate(forest.nodes):
        above = forest.parents[number]
        if node.level is not None and (above == ROOT or forest.fixed[above] is not node.level):
            found.setdefault(node.level, []).append(number)
    return found


def _against_level(
    forest: Forest, fixing: Mapping[Level, list[int]], standard: str, placed: PlacedStandards
) -> Misplacement | None:
    """Say when a standard stands outside the branches that the system's definition has for its level."""
    node, level = placed.node_of[standard], placed.level_of[standard]
    fixed = forest.fixed[node]
    if level in FROM_OUTSIDE or fixed is level:
        return None
    if fixed is None and level not in fixing:
        return None
    return Misplacement(standard, PlacementRule.LEVEL, node, _nearest(forest, node, fixing.get(level, [])))


def _nearest(forest: Forest, node: int, candidates: Sequence[int]) -> int | None:
    """Return that of *candidates* which shares the lowest ancestor with *node*; of several the first."""
    for branch in forest.ancestors(node):
        position = bisect_left(candidates, branch)
        if position < len(candidates) and forest.is_within(candidates[position], branch):
            return candidates[position]
    return candidates[0] if candidates else None


def _against_use(forest: Forest, standard: str, placed: PlacedStandards) -> Misplacement | None:
    """Say when a standard stands elsewhere than at the nearest common ancestor of those who use it."""
    users = placed.users_of.get(standard)
    if not users:
        return None
    node, level = placed.node_of[standard], placed.level_of[standard]
    branch = _branch_of_level(forest, node)
    inside = [user for user in users if forest.is_within(placed.node_of[user], branch)]
    places = {placed.node_of[user] for user in inside}
    proposed = forest.common_ancestor(places)
    if not places or proposed == node:
        return None
    rule = _rule_broken(forest, node, proposed, several=len(places) > 1, outside=len(inside) < len(users))
    if rule is None or not _takes(forest, proposed, level):
        return None
    return Misplacement(standard, rule, node, proposed, tuple(inside))


def _rule_broken(forest: Forest, node: int, proposed: int, *, several: bool, outside: bool) -> PlacementRule | None:
    if proposed != ROOT and forest.is_within(proposed, node):
        # Used from outside as well, not all of its users lie in one child.
        return None if outside else PlacementRule.NARROW
    at_top = proposed == ROOT and forest.parents[node] == ROOT
    return PlacementRule.COMMON if several and not at_top else None


def _takes(forest: Forest, node: int, level: Level) -> bool:
    """Tell whether the system's definition lets a standard of *level* stand at *node*."""
    return node == ROOT or level in FROM_OUTSIDE or forest.fixed[node] in (None, level)


def _branch_of_level(forest: Forest, node: int) -> int:
    """Return the top of the branch that fixes the level at *node*, ROOT where none is fixed."""
    level, top = forest.fixed[node], ROOT
    while level is not None and node != ROOT and forest.fixed[node] is level:
        top, node = node, forest.parents[node]
    return top
