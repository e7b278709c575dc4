"""Hold texts in their order, each once, so that a number stands for a text and the order of numbers is that of the texts.

Who looks up many texts has a table made of them; who looks up a few searches the order, and nothing is made: of the 800,000
texts in the relations of a national catalogue a table takes 0.1 s and 40 MB.
"""

import weakref
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np

from standards_tree.gap.graph import Ints

UNKNOWN = -1
# Of so many texts one is looked up by a search each; for more the table is made.
FEW = 20


@dataclass(frozen=True, eq=False)
class Growth:
    """How words came out of others: those, and before which of their texts new ones were put, in order."""

    before: "weakref.ref[Words]"
    places: Ints

    @property
    def new(self) -> Ints:
        """Return the numbers of the new texts."""
        return self.places + np.arange(len(self.places), dtype=np.int64)

    def moved(self, count: int) -> Ints:
        """Return the new number of each of the *count* texts that were there before."""
        before = np.arange(count, dtype=np.int64)
        return before + np.searchsorted(self.places, before, side="right")


@dataclass(frozen=True, eq=False)
class Words:
    """Hold texts in their order, each once, and find the number of one."""

    texts: tuple[str, ...]
    growth: Growth | None = None

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Return the distinct *texts*."""
        return cls(tuple(sorted(set(texts))))

    @classmethod
    def numbered(cls, texts: Sequence[str]) -> "tuple[Words, Ints]":
        """Return the distinct *texts*, and the number of each of them as they were given."""
        words = cls.of(texts)
        number_of = dict(zip(words.texts, range(len(words.texts)), strict=True))
        return words, np.fromiter(map(number_of.__getitem__, texts), np.int64, len(texts))

    def with_texts(self, texts: Iterable[str]) -> "tuple[Words, Ints | None]":
        """Return the words with *texts* among them and the new number of each old one; the same and None where all are held."""
        new = sorted(text for text in set(texts) if self.number(text) == UNKNOWN)
        if not new:
            return self, None
        held: list[str] = []
        start, places = 0, [bisect_left(self.texts, text) for text in new]
        for place, text in zip(places, new, strict=True):
            held += self.texts[start:place]
            held.append(text)
            start = place
        held += self.texts[start:]
        growth = Growth(weakref.ref(self), np.array(places, dtype=np.int64))
        return Words(tuple(held), growth), growth.moved(len(self.texts))

    def grown_from(self, before: "Words") -> Growth | None:
        """Return how these words came out of *before* by new texts, None where they did not."""
        return self.growth if self.growth is not None and self.growth.before() is before else None

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each text."""
        return dict(zip(self.texts, range(len(self.texts)), strict=True))

    def number(self, text: str) -> int:
        """Return the number of a text, UNKNOWN where it is not held."""
        if "number_of" in self.__dict__:
            return self.number_of.get(text, UNKNOWN)
        place = bisect_left(self.texts, text)
        return place if place < len(self.texts) and self.texts[place] == text else UNKNOWN

    def numbers(self, texts: Iterable[str]) -> Ints:
        """Return the numbers of *texts*, UNKNOWN for one that is not held."""
        given = texts if isinstance(texts, (list, tuple)) else list(texts)
        if len(given) * FEW < len(self.texts):
            return np.fromiter(map(self.number, given), np.int64, len(given))
        return np.fromiter(map(self.number_of.get, given, repeat(UNKNOWN)), np.int64, len(given))
