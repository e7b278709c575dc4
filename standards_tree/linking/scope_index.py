"""Find standards by what their titles and scopes have in common with a text: BM25 over two fields.

A word of a scope says less than the same word of a title. BM25F (Robertson and Zaragoza, The probabilistic relevance
framework, 2009, 3.6) adds the occurrences of a word in both fields, each with the weight and the length of its field, and
weighs the sum as BM25 weighs a frequency. What a scope adds to the rank of its title is known when the index is made, and is
kept with the word.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standards_tree.linking.title_index import K1, B, Shared, TitleIndex, idf, lexemes_of
from standards_tree.text import match_key

# A word of a scope counts as much as so many of a title. A judgement: no labelled pair has a Chinese scope (docs/linking.md).
SCOPE_WEIGHT: Final = 0.3
# What a standard is about is said first; annexes, exclusions and lists come behind.
MAX_SCOPE_CHARACTERS: Final = 1_500


class SharedTexts(NamedTuple):
    """What titles and scopes have in common with one text; *gains* is what scopes add to the ranks of titles."""

    titles: Shared
    scopes: Shared | None
    gains: NDArray[np.float32] | None


class ScopeIndex:
    """The scopes of some titles, by the numbers of these; immutable. Six bytes a word of a scope.

    The weight of a word is how rare it is among scopes, and no more than among titles: of the words that scopes are made
    of, "this document specifies", most say nothing, however few standards have a scope.
    """

    def __init__(self, titles: TitleIndex, scopes: Sequence[str], background: "ScopeIndex | None" = None) -> None:
        holders = np.array([number for number, scope in enumerate(scopes) if scope], dtype=np.int32)
        self._titles = titles
        self._number_of: dict[str, int] = {}
        words: list[NDArray[np.int32]] = []
        in_title: list[NDArray[np.bool_]] = []
        for number in holders:
            said = lexemes_of(match_key(scopes[number][:MAX_SCOPE_CHARACTERS]))
            title = lexemes_of(titles.keys[number])
            ids = [self._number_of.setdefault(word, len(self._number_of)) for word in said]
            words.append(np.array(ids, dtype=np.int32))
            in_title.append(np.fromiter((word in title for word in said), dtype=np.bool_, count=len(said)))
        numbers = np.concatenate(words) if words else np.zeros(0, dtype=np.int32)
        length = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        order = np.argsort(numbers, kind="stable")
        self._holders: NDArray[np.int32] = np.repeat(holders, length)[order]
        counts = np.bincount(numbers, minlength=len(self._number_of))
        self._starts: NDArray[np.int64] = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        self._unseen: float = background._unseen if background else float(idf(np.zeros(1), max(len(holders), 1))[0])
        rare = background.weights_of(self._number_of) if background else idf(counts, len(holders))
        self._weight: NDArray[np.float32] = np.minimum(rare, titles.weights_of(self._number_of))
        self.own: NDArray[np.float32] = np.zeros(len(titles), dtype=np.float32)
        np.add.at(self.own, self._holders, np.repeat(self._weight, counts))
        self._gains = self._gains_of(titles, holders, length, np.concatenate(in_title)[order] if words else None)

    def _gains_of(
        self,
        titles: TitleIndex,
        holders: NDArray[np.int32],
        length: NDArray[np.int64],
        in_title: NDArray[np.bool_] | None,
    ) -> NDArray[np.float16]:
        """Return by how much each word of a scope adds to the rank of its title."""
        if in_title is None:
            return np.zeros(0, dtype=np.float16)
        spread = np.zeros(len(titles), dtype=np.float32)
        spread[holders] = SCOPE_WEIGHT / (1 - B + B * length / max(float(length.mean()), 1.0))
        title = titles.frequencies[self._holders] * in_title
        both = title + spread[self._holders]
        gains: NDArray[np.float16] = (_saturated(both) - _saturated(title)).astype(np.float16)
        return gains

    def weights_of(self, words: Iterable[str]) -> NDArray[np.float32]:
        """Return how much words say; one that no scope has says the most."""
        numbers = (self._number_of.get(word) for word in words)
        return np.array(
            [self._unseen if number is None else self._weight[number] for number in numbers], dtype=np.float32
        )

    def shared(self, lexemes: Iterable[str]) -> tuple[Shared, NDArray[np.float32]]:
        """Return what the scopes have in common with a text of *lexemes*, and what that adds to the ranks of titles."""
        weights = np.zeros(len(self.own), dtype=np.float32)
        gains = np.zeros(len(self.own), dtype=np.float32)
        asked = 0.0
        for word in lexemes:
            number = self._number_of.get(word)
            if number is None:
                continue
            weight = self._weight[number]
            place = slice(self._starts[number], self._starts[number + 1])
            holders = self._holders[place]
            weights[holders] += weight
            gains[holders] += weight * self._gains[place]
            # What the text itself says is not less because many scopes say it: else such words alone would be a whole likeness.
            asked += self._titles.weight_of(word)
        return Shared(weights, asked), gains


class TextIndex:
    """Titles with their scopes, in one language; immutable. Without a scope anywhere it costs what the titles do."""

    def __init__(
        self, titles: Sequence[str], scopes: Sequence[str] = (), background: "TextIndex | None" = None
    ) -> None:
        older = background.titles if background else None
        self.titles: TitleIndex = TitleIndex(titles, older)
        self.scopes: ScopeIndex | None = None
        if any(scopes):
            self.scopes = ScopeIndex(self.titles, scopes, background.scopes if background else None)

    def shared(self, lexemes: Iterable[str]) -> SharedTexts:
        """Return what titles and scopes have in common with a text of *lexemes*."""
        words = list(lexemes)
        if self.scopes is None:
            return SharedTexts(self.titles.shared(words), None, None)
        scopes, gains = self.scopes.shared(words)
        return SharedTexts(self.titles.shared(words), scopes, gains)

    def best(self, shared: SharedTexts, most: int) -> list[int]:
        """Return the numbers of the *most* standards that fit best by both fields, the best first."""
        return self.titles.best(shared.titles, most, shared.gains)

    def likeness(self, shared: SharedTexts, number: int) -> float:
        """Return how much of both a title and the text have in common, 0 to 1."""
        return self.titles.likeness(shared.titles, number)

    def scope_likeness(self, shared: SharedTexts, number: int) -> float:
        """Return how much of both a scope and the text have in common, 0 to 1: Dice's coefficient over the weights."""
        if self.scopes is None or shared.scopes is None:
            return 0.0
        whole = float(self.scopes.own[number]) + shared.scopes.asked
        return min(1.0, 2 * float(shared.scopes.weights[number]) / whole) if whole > 0 else 0.0


def _saturated(frequency: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what BM25 makes of a frequency: twice as often is not twice as much."""
    found: NDArray[np.float32] = frequency * (K1 + 1) / (K1 + frequency)
    return found
