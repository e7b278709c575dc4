"""Say which editions hold on a date: states, what an undated reference means, what superseded what.

An edition's state on the date is :meth:`Validity.status_on`, with one addition for catalogues that record
supersession but no end: an edition recorded as superseded without the day it ended stays in force until the first of
its successors takes effect.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standards_tree.catalogue import FROM_OUTSIDE
from standards_tree.gap.columns import (
    ABOLISHED,
    IN_FORCE,
    STATES,
    SUPERSEDED,
    UPCOMING,
    Relations,
    Standards,
)
from standards_tree.gap.graph import Digraph, Ints, Nearest, Numbers, nearest
from standards_tree.gap.ordered_texts import UNKNOWN, Words
from standards_tree.gap.snapshot import RelationFact, StandardFact
from standards_tree.standards import RelationKind, StandardStatus

__all__ = ["ABOLISHED", "IN_FORCE", "SUPERSEDED", "UNKNOWN", "UPCOMING", "Editions", "editions_of", "editions_on"]


@dataclass(frozen=True, eq=False)
class Editions:
    """Hold the standards of a snapshot in the order of their keys, with their states on one date.

    ``current`` leads from an edition along its successors to the nearest one in force, ``coming`` to the nearest one
    not yet in force; ``successions`` are the relations their edges are numbered by. ``of_undated`` is the edition
    that an undated reference means, by the number of its undated key.
    """

    as_of: date
    standards: Standards
    states: NDArray[np.int8]
    of_undated: Ints
    current: Nearest
    coming: Nearest

    @property
    def facts(self) -> tuple[StandardFact, ...]:
        """Return the standards."""
        return self.standards.facts

    @property
    def number_of(self) -> dict[str, int]:
        """Return the numbers of the standards by their keys."""
        return self.standards.number_of

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
        word = self.standards.undated_words.number(undated_key)
        return UNKNOWN if word == UNKNOWN else int(self.of_undated[word])

    def meant_by(self, words: Words) -> Ints:
        """Return for each word the edition that a reference to it means, as `find`, dated where an edition has that key."""
        exact, undated = self.standards.found_in(words)
        meant = np.append(self.of_undated, UNKNOWN)
        found: Ints = np.where(exact != UNKNOWN, exact, meant[undated])
        return found

    def holders_and_targets(self, relations: Relations) -> tuple[Numbers, Numbers]:
        """Return which standard each relation comes from and which it means, as `find`, UNKNOWN where none."""
        exact, undated = self.standards.found_in(relations.words)
        # One entry more, which the number UNKNOWN (-1) reads.
        own, meant = np.append(self.standards.undated, UNKNOWN), np.append(self.of_undated, UNKNOWN)
        of_word = meant[np.where(exact != UNKNOWN, own[exact], undated)].astype(np.int32)
        exact = exact.astype(np.int32)
        targets = np.where(relations.dated, exact[relations.targets], of_word[relations.targets])
        return exact[relations.sources], targets

    def holding(self) -> Ints:
        """Return for every standard the edition judged in its place: itself, its successor, or UNKNOWN."""
        numbers = np.arange(len(self.facts), dtype=np.int64)
        found: Ints = np.where((self.states == IN_FORCE) | (self.states == UPCOMING), numbers, self.last_successors)
        return found

    def successors(self, number: int) -> list[int]:
        """Return the chain from an ended edition to its nearest successor in force, else to the nearest to come."""
        for chain in (self.current, self.coming):
            path = chain.path(number)
            if path:
                return [int(chain.graph.targets[step]) for step in path]
        return []

    def successor(self, number: int) -> int:
        """Return the end of that chain, UNKNOWN where there is none."""
        return int(self.last_successors[number])

    @cached_property
    def last_successors(self) -> Ints:
        """The end of that chain for every edition, UNKNOWN where there is none."""
        found = np.full(len(self.facts), UNKNOWN, dtype=np.int64)
        for chain in (self.coming, self.current):
            led = chain.distance > 0
            found[led] = chain.ends()[led]
        return found


def editions_on(as_of: date, standards: Iterable[StandardFact], relations: Sequence[RelationFact]) -> Editions:
    """Return the state of every standard on *as_of*; cost O(standards log standards + relations).

    Raises:
        InvalidArgumentError: two facts have the same key.
    """
    return editions_of(as_of, Standards.of(standards), Relations.of(relations))


def editions_of(as_of: date, standards: Standards, relations: Relations) -> Editions:
    """Return the same for standards and relations that are held as columns already."""
    successions = _successions(standards, relations)
    states = _states(as_of, standards, successions)
    return Editions(
        as_of=as_of,
        standards=standards,
        states=states,
        of_undated=_of_undated(standards, states),
        current=nearest(successions, states == IN_FORCE),
        coming=nearest(successions, states == UPCOMING),
    )


def _successions(standards: Standards, relations: Relations) -> Digraph:
    """Return the graph from each edition to its successors."""
    chosen = np.flatnonzero(relations.is_kind(RelationKind.SUPERSEDES))
    exact, _ = standards.found_in(relations.words)
    ends = exact[relations.targets[chosen]], exact[relations.sources[chosen]]
    kept = (ends[0] != UNKNOWN) & (ends[1] != UNKNOWN) & (ends[0] != ends[1])
    pairs = np.unique(ends[0][kept] * len(standards) + ends[1][kept]) if kept.any() else np.zeros(0, dtype=np.int64)
    count = max(1, len(standards))
    return Digraph.of(len(standards), pairs // count, pairs % count)


def _states(as_of: date, standards: Standards, successions: Digraph) -> NDArray[np.int8]:
    recorded, effective, ended = standards.recorded, standards.effective, standards.ended
    begins = np.where(effective > 0, effective, standards.issued)
    never = np.iinfo(np.int64).max
    taken_over = np.full(len(standards), never, dtype=np.int64)
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


def _of_undated(standards: Standards, states: NDArray[np.int8]) -> Ints:
    """Return which edition each undated key means: the last in the order of states, days and keys."""
    since = np.where(standards.effective > 0, standards.effective, standards.issued)
    numbers = np.arange(len(standards), dtype=np.int64)
    order = np.lexsort((numbers, since, -states.astype(np.int64), standards.undated))
    best = np.full(len(standards.undated_words.texts), UNKNOWN, dtype=np.int64)
    # Of several written to one place the last stays.
    best[standards.undated[order]] = order
    return best
