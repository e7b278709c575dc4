"""Compare two bodies of standards or requirements: how much of each the other answers, in both directions.

A body is a set of nodes of one network, each in a group: a framework by its chapters, a member's requirements by their
measures, our system by its top branches. A unit is compared by its cheapest way into the other body, as an inference is
(:mod:`inference`), except that direct links count too. A unit that both bodies hold answers itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standards_tree.gap.calibration import Strength
from standards_tree.gap.composition import EQUAL, RELATION_COUNT
from standards_tree.gap.graph import UNREACHED, Ints
from standards_tree.gap.inference import ALLOWED, MOST_PENALTY
from standards_tree.gap.network import Network
from standards_tree.gap.steps import Cheapest, cheapest


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Hold nodes and the group each belongs to, as a number in ``groups``."""

    groups: tuple[str, ...]
    units: Ints
    group_of: Ints


@dataclass(frozen=True, slots=True)
class Cell:
    """How many units of one group are answered by another: wholly, in part, or by something related only."""

    whole: int
    part: int
    related: int


@dataclass(frozen=True, slots=True)
class Row:
    """What the other body gives one group: by each of its groups, and by all of them together."""

    group: str
    units: int
    cells: tuple[Cell, ...]
    together: Cell


@dataclass(frozen=True, slots=True)
class Match:
    """What answers one unit best. ``strength`` and ``end`` are absent where nothing does."""

    unit: int
    strength: Strength | None
    penalty: int
    end: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the units of one body are answered by another."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    matches: tuple[Match, ...]


def compare(network: Network, body: Body, other: Body) -> Coverage:
    """Return how *other* answers *body*; cost O(groups of *other*) searches."""
    columns = [_strengths(network, body.units, other.units[other.group_of == one]) for one in range(len(other.groups))]
    whole = _search(network, other.units)
    together = _best(body.units, whole)
    rows = []
    for number, group in enumerate(body.groups):
        mine = body.group_of == number
        cells = tuple(_cell(strengths[mine]) for strengths in columns)
        rows.append(Row(group, int(mine.sum()), cells, _cell(together[mine])))
    return Coverage(other.groups, tuple(rows), _matches(body.units, together, whole))


_STRENGTHS = tuple(Strength)
_NOTHING = len(_STRENGTHS)


def _search(network: Network, units: Ints) -> list[Cheapest]:
    """Search back from all *units*, for each strength; where nothing need follow the nodes themselves are enough."""
    goals = np.unique(units)
    found = []
    for strength in _STRENGTHS:
        if strength is Strength.RELATED:
            found.append(cheapest(network.steps, goals, MOST_PENALTY))
        else:
            states = (goals[:, None] * RELATION_COUNT + np.array(ALLOWED[strength])[None, :]).ravel()
            found.append(cheapest(network.states, states, MOST_PENALTY))
    return found


def _best(units: Ints, searches: Sequence[Cheapest]) -> Ints:
    """Return the best strength each unit is answered with, as a number, _NOTHING where it is not."""
    best = np.full(len(units), _NOTHING, dtype=np.int64)
    for number in range(len(_STRENGTHS) - 1, -1, -1):
        best[searches[number].weight[_starts(units, number)] != UNREACHED] = number
    return best


def _strengths(network: Network, units: Ints, others: Ints) -> Ints:
    return _best(units, _search(network, others))


def _starts(units: Ints, number: int) -> Ints:
    return units if _STRENGTHS[number] is Strength.RELATED else units * RELATION_COUNT + EQUAL


def _cell(strengths: Ints) -> Cell:
    counts = np.bincount(strengths, minlength=_NOTHING + 1).tolist()
    return Cell(counts[0], counts[1], counts[2])


def _matches(units: Ints, strengths: Ints, searches: Sequence[Cheapest]) -> tuple[Match, ...]:
    ends = [search.ends() for search in searches]
    found = []
    for unit, number in zip(units.tolist(), strengths.tolist(), strict=True):
        if number == _NOTHING:
            found.append(Match(unit, None, UNREACHED, UNREACHED))
            continue
        start = int(_starts(np.array([unit]), number)[0])
        end = int(ends[number][start])
        node = end if _STRENGTHS[number] is Strength.RELATED else end // RELATION_COUNT
        found.append(Match(unit, _STRENGTHS[number], searches[number].penalty(start), node))
    return tuple(found)
