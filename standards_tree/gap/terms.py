"""Hold the concepts of the registry in order, and what their definitions quote as columns of integers.

A term binds where its definition is quoted from a standard, and where a requirement uses it. Which edition a source means
depends on the date: see :mod:`bindings`. The order is that of people's names for things and depends on the content alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from standards_tree.catalogue import natural_order
from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.graph import Bools, Ints
from standards_tree.gap.ordered_texts import UNKNOWN, Words
from standards_tree.gap.snapshot import ConceptFact, Quote
from standards_tree.gap.term_sources import SourceReader


@dataclass(frozen=True, eq=False)
class Terms:
    """Concepts in order, and their quotes, each once a concept, in the order of the concepts.

    ``quoting`` is the concept of each quote, ``named`` the number in ``words`` of what its source names, UNKNOWN where that
    is nothing or ``several``; ``clauses`` is the clause, as far as known.
    """

    concepts: tuple[ConceptFact, ...]
    words: Words
    quotes: tuple[Quote, ...]
    quoting: Ints
    named: Ints
    dated: Bools
    several: Bools
    clauses: tuple[str, ...]

    @classmethod
    def of(cls, concepts: Iterable[ConceptFact]) -> "Terms":
        """Return the facts in order; cost O(facts log facts), and the reading of each distinct source.

        Raises:
            InvalidArgumentError: a concept is there twice.
        """
        ordered = tuple(sorted(concepts, key=order_of_concept))
        ids = {fact.id for fact in ordered}
        if len(ids) != len(ordered):
            seen: set[str] = set()
            twice = next(fact.id for fact in ordered if fact.id in seen or seen.add(fact.id))  # type: ignore[func-returns-value]  # adds
            raise InvalidArgumentError("the snapshot holds the {kind} {key} twice", kind="concept", key=twice)
        pairs = [(number, quote) for number, fact in enumerate(ordered) for quote in sorted(set(fact.quotes))]
        reader = SourceReader()
        read = [reader.read(quote.source, quote.clause) for _, quote in pairs]
        words = Words.of(one.key for one in read if one.key)
        count = len(pairs)
        return cls(
            concepts=ordered,
            words=words,
            quotes=tuple(quote for _, quote in pairs),
            quoting=np.fromiter((number for number, _ in pairs), np.int64, count),
            named=words.numbers(one.key for one in read),
            dated=np.fromiter((one.dated for one in read), np.bool_, count),
            several=np.fromiter((one.several for one in read), np.bool_, count),
            clauses=tuple(one.clause for one in read),
        )

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each concept by its id."""
        return {fact.id: number for number, fact in enumerate(self.concepts)}

    @cached_property
    def clause_order(self) -> Ints:
        """The clauses as numbers in the order of their texts."""
        return Words.numbered(self.clauses)[1]

    def numbers(self, ids: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of the concepts among *ids* that are there, in order, each once."""
        found = {self.number_of.get(one, UNKNOWN) for one in ids}
        return tuple(sorted(found - {UNKNOWN}))


def order_of_concept(fact: ConceptFact) -> tuple[Any, ...]:
    """Return what puts concepts in order: their vocabulary, their number (3.2 before 3.10), what they are called."""
    return (
        fact.domain,
        natural_order(fact.number),
        fact.term_zh,
        fact.term_en,
        fact.status.value,
        tuple(sorted(set(fact.quotes))),
    )


def name_of_concept(fact: ConceptFact) -> str:
    """Return what people know a concept by: its terms, and the vocabulary, which tells homonyms apart."""
    terms = " / ".join(dict.fromkeys(filter(None, (fact.term_zh, fact.term_en))))
    return f"{terms} [{fact.domain}]" if fact.domain else terms
