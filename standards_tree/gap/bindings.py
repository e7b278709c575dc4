"""Say where the terms of the registry bind on a date: which editions their definitions are quoted from, and in what state.

A dated source means that edition; an undated one the edition in force on the date, as an undated reference does. What a
source names that the catalogue does not hold, what names several standards, and what names a number of which several
editions are in force is listed and, but for the last, leads nowhere: nothing is claimed that nobody can know.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from standards_tree.gap.columns import ABOLISHED, IN_FORCE, SUPERSEDED, UNKNOWN
from standards_tree.gap.editions import Editions
from standards_tree.gap.graph import Bools, Ints
from standards_tree.gap.terms import Terms


@dataclass(frozen=True, eq=False)
class Bindings:
    """The quotes of all definitions on a date: ``standards`` is the edition each means, UNKNOWN where there is none.

    ``crowded`` are those of a number without a year of which several editions are in force.
    """

    terms: Terms
    editions: Editions
    standards: Ints
    crowded: Bools

    @cached_property
    def edges(self) -> tuple[Ints, Ints, Ints]:
        """Which concept is defined in which standard, in order, each clause once, with the first quote that says so."""
        terms, kept = self.terms, np.flatnonzero(self.standards != UNKNOWN)
        ends = (terms.quoting[kept], self.standards[kept], terms.clause_order[kept])
        order = np.lexsort((kept, *reversed(ends)))
        again = np.ones(len(order), dtype=bool)
        again[:1] = False
        for column in ends:
            again[1:] &= column[order][1:] == column[order][:-1]
        first = order[~again]
        return ends[0][first], ends[1][first], kept[first]

    def sources_of(self, concept: int) -> list[tuple[int, str]]:
        """Return the standards that carry the definition of a concept, each with the clause, in order."""
        concepts, standards, quotes = self.edges
        first, end = np.searchsorted(concepts, [concept, concept + 1]).tolist()
        clauses = self.terms.clauses
        return [(int(standards[one]), clauses[int(quotes[one])]) for one in range(first, end)]

    def in_state(self, state: int) -> Ints:
        """Return the quotes of editions in one state."""
        # One entry more, which the number UNKNOWN (-1) reads.
        return np.flatnonzero(np.append(self.editions.states, UNKNOWN)[self.standards] == state)

    @property
    def superseded(self) -> Ints:
        """Return the quotes of superseded editions."""
        return self.in_state(SUPERSEDED)

    @property
    def abolished(self) -> Ints:
        """Return the quotes of abolished standards."""
        return self.in_state(ABOLISHED)

    @property
    def missing(self) -> Ints:
        """Return the quotes of standards that the catalogue does not hold."""
        return np.flatnonzero((self.terms.named != UNKNOWN) & (self.standards == UNKNOWN))

    @property
    def ambiguous(self) -> Ints:
        """Return the quotes whose source names several standards, or a number of which several editions are in force."""
        return np.flatnonzero(self.terms.several | self.crowded)

    @property
    def without_source(self) -> Ints:
        """Return the quotes whose source names no standard."""
        return np.flatnonzero((self.terms.named == UNKNOWN) & ~self.terms.several)


def bindings_on(terms: Terms, editions: Editions) -> Bindings:
    """Return where *terms* bind on the date of *editions*; cost O(quotes)."""
    standards = editions.standards
    exact, undated = standards.found_in(terms.words)
    # One entry more in each, which the number UNKNOWN (-1) reads.
    exact, undated = np.append(exact, UNKNOWN), np.append(undated, UNKNOWN)
    own, meant = np.append(standards.undated, UNKNOWN), np.append(editions.of_undated, UNKNOWN)
    number = np.where(exact != UNKNOWN, own[exact], undated)
    in_force = np.bincount(standards.undated[editions.states == IN_FORCE], minlength=len(meant))
    found = np.where(terms.dated, exact[terms.named], meant[number[terms.named]])
    crowded = ~terms.dated & (found != UNKNOWN) & (in_force[number[terms.named]] > 1)
    return Bindings(terms, editions, found.astype(np.int64), crowded)
