"""Hold which requirement uses which concepts, as integers, and take over what has changed without asking about the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from standards_tree.gap.demands import Demands
from standards_tree.gap.graph import Ints
from standards_tree.gap.ordered_texts import UNKNOWN
from standards_tree.gap.snapshot import UseFact
from standards_tree.gap.terms import Terms


@dataclass(frozen=True, eq=False)
class Uses:
    """The concepts of each requirement, in order, one requirement after the other; ``starts`` says where each begins."""

    starts: Ints
    concepts: Ints

    @classmethod
    def of(cls, used: Sequence[Sequence[int]]) -> "Uses":
        """Return the concepts given for each requirement."""
        starts = np.zeros(len(used) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, used), np.int64, len(used)), out=starts[1:])
        return cls(starts, np.fromiter((one for several in used for one in several), np.int64, int(starts[-1])))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of_requirement(self, position: int) -> tuple[int, ...]:
        """Return the concepts that a requirement uses."""
        return tuple(self.concepts[self.starts[position] : self.starts[position + 1]].tolist())

    def moved(self, places: Ints, others: Mapping[int, Sequence[int]]) -> "Uses":
        """Return the uses of requirements that stood at *places*; of those at UNKNOWN *others* says them, by the new position."""
        counts = np.append(np.diff(self.starts), 0)[places]
        for position, used in others.items():
            counts[position] = len(used)
        starts = np.zeros(len(places) + 1, dtype=np.int64)
        np.cumsum(counts, out=starts[1:])
        concepts = np.empty(int(starts[-1]), dtype=np.int64)
        known = np.flatnonzero(places != UNKNOWN)
        sizes = counts[known]
        within = np.arange(sizes.sum(), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        concepts[np.repeat(starts[known], sizes) + within] = self.concepts[
            np.repeat(self.starts[places[known]], sizes) + within
        ]
        for position, used in others.items():
            concepts[starts[position] : starts[position + 1]] = used
        return Uses(starts, concepts)

    def edges(self) -> tuple[Ints, Ints]:
        """Return which requirement uses which concept, in order."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts)), self.concepts


def uses_of_facts(facts: Iterable[UseFact], demands: Demands, terms: Terms) -> Uses:
    """Return *facts* as columns; those of what is not there are left out."""
    used: list[set[str]] = [set() for _ in demands.requirements]
    position = demands.positions.number_of
    for fact in facts:
        if fact.requirement_id in position:
            used[position[fact.requirement_id]].add(fact.concept_id)
    return Uses.of([terms.numbers(ids) for ids in used])
