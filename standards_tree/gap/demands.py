"""Hold measures, requirements and links in order, the links as columns too: all that neither a date nor a catalogue changes.

The order is that of people's names for things: measures by symbol, 2 before 10, requirements by number, links by what
they say. It depends on the content alone. Made once for a base and brought up to date by what has changed, so that one
changed link costs a copy of the columns and no sorting.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from standards_tree.catalogue import natural_order
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.graph import Bools, Ints
from standards_tree.gap.ordered_texts import UNKNOWN, Words
from standards_tree.gap.priorities import MARKET_ACCESS
from standards_tree.gap.snapshot import LinkFact, MeasureFact, RequirementFact
from standards_tree.limits import LimitRelation, compare_limits
from standards_tree.standards import LinkState, SetRelation

SET_RELATIONS = tuple(sorted(SetRelation))
SET_RELATION_NUMBER = {relation: number for number, relation in enumerate(SET_RELATIONS)}
LINK_STATES = tuple(sorted(LinkState))
LINK_STATE_NUMBER = {state: number for number, state in enumerate(LINK_STATES)}

Fact = TypeVar("Fact")


@dataclass(frozen=True, eq=False)
class LinkColumns:
    """Hold links as columns: the requirement's position, UNKNOWN where it is not there, the number of the key, the claim."""

    requirement: Ints
    named: Ints
    relations: NDArray[np.int8]
    states: NDArray[np.int8]
    confidence: NDArray[np.float64]
    looser: Bools

    @classmethod
    def of(cls, links: Sequence[LinkFact], requirements: "Positions", words: Words) -> "LinkColumns":
        """Return *links* as columns, in their order; cost O(links), and a comparison for every pair of limits."""
        count = len(links)
        position = requirements.number_of
        at = np.fromiter((position.get(link.requirement_id, UNKNOWN) for link in links), np.int64, count)
        looser = np.zeros(count, dtype=bool)
        for number, link in enumerate(links):
            if link.standard_limit is not None and at[number] != UNKNOWN:
                looser[number] = is_looser(requirements.facts[at[number]], link)
        return cls(
            requirement=at,
            named=words.numbers(link.standard_key for link in links),
            relations=np.fromiter((SET_RELATION_NUMBER[link.relation] for link in links), np.int8, count),
            states=np.fromiter((LINK_STATE_NUMBER[link.state] for link in links), np.int8, count),
            confidence=np.fromiter((link.confidence for link in links), np.float64, count),
            looser=looser,
        )

    def taken(self, order: Ints | Bools) -> "LinkColumns":
        """Return the links that are chosen, in the order given."""
        return LinkColumns(*(column[order] for column in self._columns()))

    def inserted(self, places: Ints, others: "LinkColumns") -> "LinkColumns":
        """Return the links with *others* put in before *places*."""
        pairs = zip(self._columns(), others._columns(), strict=True)
        return LinkColumns(*(np.insert(column, places, other) for column, other in pairs))

    def is_state(self, state: LinkState) -> Bools:
        """Return which links are in one state."""
        found: Bools = self.states == LINK_STATE_NUMBER[state]
        return found

    def is_relation(self, *relations: SetRelation) -> Bools:
        """Return which links claim one of *relations*."""
        return np.isin(self.relations, [SET_RELATION_NUMBER[relation] for relation in relations])

    def _columns(self) -> tuple[NDArray[Any], ...]:
        return self.requirement, self.named, self.relations, self.states, self.confidence, self.looser


def is_looser(requirement: RequirementFact, link: LinkFact) -> bool:
    """Tell whether the limit of the standard a link names is looser than the requirement's."""
    if requirement.limit is None or link.standard_limit is None or link.draft_id:
        return False
    return compare_limits(requirement.limit, link.standard_limit).relation is LimitRelation.LOOSER


@dataclass(frozen=True, eq=False)
class Positions:
    """Hold the requirements in order and where each stands, by its id."""

    facts: tuple[RequirementFact, ...]

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The position of each requirement by its id."""
        return {fact.id: number for number, fact in enumerate(self.facts)}


@dataclass(frozen=True, eq=False)
class Demands:
    """Hold what is demanded and what is claimed to answer it.

    ``measure_of`` is the position of each requirement's measure, UNKNOWN where that is not there. ``words`` holds the
    keys that links name and requirements cite; ``cites`` which requirement cites which, in order, each once.
    """

    measures: tuple[MeasureFact, ...]
    positions: Positions
    links: tuple[LinkFact, ...]
    measure_of: Ints
    words: Words
    columns: LinkColumns
    cites: tuple[Ints, Ints]

    @classmethod
    def of(
        cls, measures: Iterable[MeasureFact], requirements: Iterable[RequirementFact], links: Iterable[LinkFact]
    ) -> "Demands":
        """Return the facts in order; cost O(facts log facts).

        Raises:
            InvalidArgumentError: a measure or a requirement is there twice: which is taken would depend on the order.
        """
        ordered = sorted(
            _once(measures, lambda fact: fact.symbol, "measure"), key=lambda fact: natural_order(fact.symbol)
        )
        place = {fact.symbol: number for number, fact in enumerate(ordered)}
        given = _once(requirements, lambda fact: fact.id, "requirement")
        measure_of = np.fromiter((place.get(fact.measure_symbol, len(place)) for fact in given), np.int64, len(given))
        numbers = np.fromiter((fact.number for fact in given), np.int64, len(given))
        order = _in_order((numbers, measure_of), lambda one: order_of_requirement(given[one]), measure_of == len(place))
        positions = Positions(tuple(given[one] for one in order.tolist()))
        measure_of = measure_of[order]
        claims = list(links)
        words = Words.of([*(link.standard_key for link in claims), *(one.key for fact in given for one in fact.cited)])
        columns = LinkColumns.of(claims, positions, words)
        there = np.where(columns.requirement == UNKNOWN, len(given), columns.requirement)
        keys = (-columns.confidence, columns.states, columns.relations, columns.named, there)
        order = _in_order(keys, lambda one: order_of_link(claims[one]))
        return cls(
            tuple(ordered),
            positions,
            tuple(claims[one] for one in order.tolist()),
            np.where(measure_of == len(place), UNKNOWN, measure_of),
            words,
            columns.taken(order),
            cites_of(positions.facts, words),
        )

    @property
    def requirements(self) -> tuple[RequirementFact, ...]:
        """Return the requirements."""
        return self.positions.facts

    @cached_property
    def measure_number(self) -> dict[str, int]:
        """The position of each measure by its symbol."""
        return {fact.symbol: number for number, fact in enumerate(self.measures)}

    @cached_property
    def starts(self) -> Ints:
        """Where the links of each requirement start; those of requirements that are not there come last."""
        there = np.where(self.columns.requirement == UNKNOWN, len(self.requirements), self.columns.requirement)
        return np.searchsorted(there, np.arange(len(self.requirements) + 1)).astype(np.int64)

    @cached_property
    def requirement_starts(self) -> Ints:
        """Where the requirements of each measure start; those of measures that are not there come last."""
        there = np.where(self.measure_of == UNKNOWN, len(self.measures), self.measure_of)
        return np.searchsorted(there, np.arange(len(self.measures) + 1)).astype(np.int64)

    def links_of(self, requirement: int) -> tuple[LinkFact, ...]:
        """Return the links of the requirement at a position."""
        return self.links[int(self.starts[requirement]) : int(self.starts[requirement + 1])]

    @cached_property
    def of_drafts(self) -> Ints:
        """The links to drafts."""
        return np.fromiter((number for number, link in enumerate(self.links) if link.draft_id), np.int64)

    @cached_property
    def assessed(self) -> Bools:
        """Which requirements somebody has assessed."""
        return np.fromiter((fact.assessed for fact in self.requirements), np.bool_, len(self.requirements))

    @cached_property
    def market_access(self) -> Bools:
        """Which requirements keep a product off the market."""
        return np.fromiter((fact.kind in MARKET_ACCESS for fact in self.requirements), np.bool_, len(self.requirements))

    @cached_property
    def entries(self) -> Ints:
        """The days on which the measures enter into force, as ordinals, 0 where not known."""
        return _ordinals([fact.entry_into_force for fact in self.measures])

    @cached_property
    def deadlines(self) -> Ints:
        """The days until which comments may be sent, as ordinals, 0 where not known."""
        return _ordinals([fact.comment_deadline for fact in self.measures])


def order_of_requirement(fact: RequirementFact) -> tuple[Any, ...]:
    """Return what puts requirements in order where their measures stand beside each other."""
    return fact.measure_symbol, fact.number, fact.text_zh, fact.text_en


def order_of_link(link: LinkFact) -> tuple[str, ...]:
    """Return what puts links in order that are alike in requirement, standard, relation, state and confidence."""
    return link.clause, link.rationale_zh, link.rationale_en, str(link.standard_limit or "")


def _in_order(keys: tuple[NDArray[Any], ...], rest: Callable[[int], Any], apart: Bools | None = None) -> Ints:
    """Return the order by *keys*, the last of which counts most, then by *rest*, asked only of those that keys leave alike.

    Those that are *apart* come last anyway and are put in order by *rest* with what names them first.
    """
    order = np.lexsort(keys).astype(np.int64)
    same = np.ones(max(0, len(order) - 1), dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    if apart is not None:
        same |= (apart[order][1:]) & (apart[order][:-1])
    starts = np.flatnonzero(same & ~np.concatenate([[False], same[:-1]])) if len(same) else np.zeros(0, dtype=np.int64)
    ends = np.flatnonzero(same & ~np.concatenate([same[1:], [False]])) + 2 if len(same) else starts
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        order[start:end] = sorted(order[start:end].tolist(), key=rest)
    return order


def cites_of(requirements: Sequence[RequirementFact], words: Words) -> tuple[Ints, Ints]:
    """Return which requirement cites which key, in order, each once."""
    pairs = [(number, one.key) for number, fact in enumerate(requirements) if fact.cited for one in fact.cited]
    places = np.fromiter((number for number, _ in pairs), np.int64, len(pairs))
    return places, words.numbers(key for _, key in pairs)


def _ordinals(days: Sequence[date | None]) -> Ints:
    return np.fromiter((0 if day is None else day.toordinal() for day in days), np.int64, len(days))


def _once(facts: Iterable[Fact], key: Callable[[Fact], str], kind: str) -> list[Fact]:
    """Return facts; two with one key are refused, because which is taken would depend on their order."""
    given = list(facts)
    found = {key(fact): fact for fact in given}
    if len(found) != len(given):
        twice = next(key(fact) for fact in given if found[key(fact)] is not fact)
        raise InvalidArgumentError("the snapshot holds the {kind} {key} twice", kind=kind, key=twice)
    return given
