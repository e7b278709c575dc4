"""Say which editions hold on a date: states, what an undated reference means, what superseded what.

An edition's state on the date is :meth:`Validity.status_on`, with one addition for catalogues that record
supersession but no end: an edition recorded as superseded without the day it ended stays in force until the first of
its successors takes effect.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from standards_tree.catalogue import FROM_OUTSIDE
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.graph import Digraph, Ints, Nearest, nearest
from standards_tree.gap.snapshot import RelationFact, StandardFact
from standards_tree.standards import RelationKind, StandardStatus

UNKNOWN = -1

# The order in which an undated reference prefers editions of the same number.
STATES = (
    StandardStatus.IN_FORCE,
    StandardStatus.UPCOMING,
    StandardStatus.SUPERSEDED,
    StandardStatus.ABOLISHED,
)
IN_FORCE, UPCOMING, SUPERSEDED, ABOLISHED = range(4)
_STATE_NUMBER = {status: number for number, status in enumerate(STATES)}


@dataclass(frozen=True, slots=True, eq=False)
class Editions:
    """Hold the standards of a snapshot in the order of their keys, with their states on one date.

    ``current`` leads from an edition along its successors to the nearest one in force, ``coming`` to the nearest one
    not yet in force; ``successions`` are the relations their edges are numbered by.
    """

    as_of: date
    facts: tuple[StandardFact, ...]
    number_of: dict[str, int]
    states: NDArray[np.int8]
    by_undated_key: dict[str, int]
    current: Nearest
    coming: Nearest

    def status(self, number: int) -> StandardStatus:
        """Return the state of one standard on the date."""
        return STATES[int(self.states[number])]

    def is_outside(self, number: int) -> bool:
        """Tell whether a standard is international or foreign: nobody's here to revise or review, but to adopt."""
        return self.facts[number].level in FROM_OUTSIDE

    def find(self, key: str, *, dated: bool) -> int:
        """Return the edition that a reference means, UNKNOWN where the catalogue has none.

        A dated reference means the edition with that key. An undated one means, of all editions of the number, the
        one in force, else the one to come, else the one that ended; of several the latest.
        """
        number = self.number_of.get(key, UNKNOWN)
        if dated:
            return number
        undated_key = key if number == UNKNOWN else self.facts[number].undated_key
        return self.by_undated_key.get(undated_key, UNKNOWN)

    def successors(self, number: int) -> list[int]:
        """Return the chain from an ended edition to its nearest successor in force, else to the nearest to come."""
        for chain in (self.current, self.coming):
            path = chain.path(number)
            if path:
                return [int(chain.graph.targets[step]) for step in path]
        return []

    def successor(self, number: int) -> int:
        """Return the end of that chain, UNKNOWN where there is none."""
        chain = self.successors(number)
        return chain[-1] if chain else UNKNOWN


def editions_on(as_of: date, standards: Iterable[StandardFact], relations: Sequence[RelationFact]) -> Editions:
    """Return the state of every standard on *as_of*; cost O(standards log standards + relations).

    Raises:
        InvalidArgumentError: two facts have the same key.
    """
    facts = tuple(sorted(standards, key=lambda fact: fact.key))
    number_of = {fact.key: number for number, fact in enumerate(facts)}
    if len(number_of) != len(facts):
        twice = next(fact.key for number, fact in enumerate(facts) if number_of[fact.key] != number)
        raise InvalidArgumentError("the snapshot holds the standard {key} twice", key=twice)
    successions = _successions(number_of, relations)
    states = _states(as_of, facts, successions)
    return Editions(
        as_of=as_of,
        facts=facts,
        number_of=number_of,
        states=states,
        by_undated_key=_by_undated_key(facts, states),
        current=nearest(successions, states == IN_FORCE),
        coming=nearest(successions, states == UPCOMING),
    )


def _successions(number_of: dict[str, int], relations: Sequence[RelationFact]) -> Digraph:
    """Return the graph from each edition to its successors."""
    pairs = {
        (number_of[relation.target_key], number_of[relation.source_key])
        for relation in relations
        if relation.kind is RelationKind.SUPERSEDES
        and relation.target_key in number_of
        and relation.source_key in number_of
        and relation.target_key != relation.source_key
    }
    columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return Digraph.of(len(number_of), columns[:, 0], columns[:, 1])


def _states(as_of: date, facts: Sequence[StandardFact], successions: Digraph) -> NDArray[np.int8]:
    recorded = np.array([_STATE_NUMBER[fact.validity.status] for fact in facts], dtype=np.int8)
    effective = _ordinals(fact.validity.effective_on for fact in facts)
    begins = _ordinals(fact.validity.effective_on or fact.validity.issued_on for fact in facts)
    ended = _ordinals(fact.validity.ended_on for fact in facts)
    never = np.iinfo(np.int64).max
    taken_over = np.full(len(facts), never, dtype=np.int64)
    start = effective[successions.targets]
    np.minimum.at(taken_over, successions.sources, np.where(start > 0, start, never))
    end_unknown = (recorded == SUPERSEDED) & (ended == 0) & (taken_over != never)
    ended = np.where(end_unknown, taken_over, ended)

    today = as_of.toordinal()
    states = recorded.copy()
    states[np.isin(recorded, (SUPERSEDED, ABOLISHED)) & (ended > today)] = IN_FORCE
    states[(recorded == UPCOMING) & (effective > 0)] = IN_FORCE
    states[begins > today] = UPCOMING
    return states


def _ordinals(days: Iterable[date | None]) -> Ints:
    """Return days as numbers, 0 where there is none."""
    return np.array([0 if day is None else day.toordinal() for day in days], dtype=np.int64)


def _by_undated_key(facts: Sequence[StandardFact], states: NDArray[np.int8]) -> dict[str, int]:
    best: dict[str, tuple[int, int, int]] = {}
    for number, (fact, state) in enumerate(zip(facts, states.tolist(), strict=True)):
        since = fact.validity.effective_on or fact.validity.issued_on
        rank = (-state, 0 if since is None else since.toordinal(), number)
        if fact.undated_key not in best or rank > best[fact.undated_key]:
            best[fact.undated_key] = rank
    return {undated_key: rank[2] for undated_key, rank in best.items()}
