"""Find titles by what they have in common with a text: an inverted index over lexemes, weighed as BM25 does.

A title says a word once or not at all, so BM25 (Robertson and Zaragoza, The probabilistic relevance framework, 2009, 3.2)
comes to the sum of the weights of the words both have, times a factor for the length of the title. That sum is kept, for it
says too how much of the title and how much of the text the two have in common.
"""

import re
from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standards_tree.search import title_lexemes
from standards_tree.text import contains_han, match_key

K1: Final = 1.2
B: Final = 0.75
# Words that say how a sentence is built, in notifications and titles alike.
_STOPPED: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "as",
        "at",
        "be",
        "been",
        "by",
        "for",
        "from",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "no",
        "not",
        "of",
        "on",
        "or",
        "other",
        "shall",
        "should",
        "such",
        "than",
        "that",
        "the",
        "their",
        "they",
        "this",
        "to",
        "under",
        "was",
        "were",
        "which",
        "will",
        "with",
        *"的和与及或在对由为其等中用",
    ]
)
# The parts of a series share most of a title, and a standard that is adopted keeps the number of its part: 第2-62部分, Part 2-62.
_PART: Final = re.compile(r"第 ?(\d+(?:[-.]\d+)*|[一二三四五六七八九十]) ?部分|(?<![^\W_])part (\d+(?:[-.]\d+)*)")
_NUMERALS: Final = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九十", start=1)}
_EDGE: Final = r"(?<![^\W_]){}(?![^\W_])"


class Shared(NamedTuple):
    """What titles have in common with one text: the summed weight of shared lexemes by title, and the text's own weight."""

    weights: NDArray[np.float32]
    asked: float


class TitleIndex:
    """The titles of one language, by number; immutable. Cost: O(lexemes) to make, O(postings of the text) to ask.

    *background* lends its weights to a small index of what has changed since it was made.
    """

    def __init__(self, titles: Iterable[str], background: "TitleIndex | None" = None) -> None:
        self.keys = [match_key(title) for title in titles]
        self._number_of: dict[str, int] = {}
        numbers, length = self._numbered()
        # Titles that have a lexeme stand together, in the order of their numbers: a stable sort keeps it.
        order = np.argsort(numbers, kind="stable")
        self._titles: NDArray[np.int32] = np.repeat(np.arange(len(self), dtype=np.int32), length)[order]
        counts = np.bincount(numbers, minlength=len(self._number_of))
        self._starts: NDArray[np.int64] = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        if background is None:
            self._weight = idf(counts, len(self))
            self._unseen = float(idf(np.zeros(1), max(len(self), 1))[0])
        else:
            self._weight = np.array([background.weight_of(word) for word in self._number_of], dtype=np.float32)
            self._unseen = background.weight_of("")
        self.own: NDArray[np.float32] = np.zeros(len(self), dtype=np.float32)
        np.add.at(self.own, self._titles, np.repeat(self._weight, counts))
        usual = float(length[length > 0].mean()) if (length > 0).any() else 1.0
        # A title says a word once; the longer it is the less that says.
        self.frequencies: NDArray[np.float32] = (1 / (1 - B + B * length / usual)).astype(np.float32)
        self._normal: NDArray[np.float32] = (K1 + 1) * self.frequencies / (K1 + self.frequencies)

    def _numbered(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the numbers of the lexemes of one title after the other, and how many each has.

        Of each title they are forgotten at once: the sets of 80,000 titles would take 400 MB.
        """
        numbers, lengths = array("i"), array("q")
        for key in self.keys:
            words = lexemes_of(key)
            numbers.extend([self._number_of.setdefault(word, len(self._number_of)) for word in words])
            lengths.append(len(words))
        return np.array(numbers, dtype=np.int32), np.array(lengths, dtype=np.int64)

    def __len__(self) -> int:
        """Return how many titles there are."""
        return len(self.keys)

    def weight_of(self, word: str) -> float:
        """Return how much a lexeme says; one that no title has says the most."""
        number = self._number_of.get(word)
        return self._unseen if number is None else float(self._weight[number])

    def shared(self, lexemes: Iterable[str]) -> Shared:
        """Return what the titles have in common with a text of *lexemes*."""
        weights = np.zeros(len(self.keys), dtype=np.float32)
        asked = 0.0
        for word in lexemes:
            number = self._number_of.get(word)
            if number is None:
                continue
            weight = self._weight[number]
            weights[self._titles[self._starts[number] : self._starts[number + 1]]] += weight
            asked += float(weight)
        return Shared(weights, asked)

    def weights_of(self, words: Iterable[str]) -> NDArray[np.float32]:
        """Return how much lexemes say."""
        return np.fromiter(map(self.weight_of, words), dtype=np.float32)

    def ranks(self, shared: Shared, gains: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the BM25 score of every title; *gains* is what another field of the same standards adds."""
        ranks: NDArray[np.float32] = shared.weights * self._normal
        return ranks if gains is None else ranks + gains

    def likeness(self, shared: Shared, title: int) -> float:
        """Return how much of both a title and the text have in common, 0 to 1: Dice's coefficient over the weights."""
        whole = float(self.own[title]) + shared.asked
        return min(1.0, 2 * float(shared.weights[title]) / whole) if whole > 0 else 0.0

    def best(self, shared: Shared, most: int, gains: NDArray[np.float32] | None = None) -> list[int]:
        """Return the numbers of the *most* titles that fit best, the best first; none that has nothing in common."""
        ranks = self.ranks(shared, gains)
        found = np.flatnonzero(ranks) if len(ranks) <= most else np.argpartition(-ranks, most - 1)[:most]
        ordered = found[np.lexsort((found, -ranks[found]))]
        return [int(title) for title in ordered if ranks[title] > 0]

    def containing(self, phrase: str) -> list[int]:
        """Return the numbers of the titles that say *phrase*; English as whole words."""
        key = match_key(phrase)
        postings = [self._postings(word) for word in lexemes_of(key)]
        if not key or not postings or any(len(entry) == 0 for entry in postings):
            return []
        postings.sort(key=len)
        found = postings[0]
        for entry in postings[1:]:
            found = np.intersect1d(found, entry, assume_unique=True)
        if contains_han(key):
            return [int(title) for title in found if key in self.keys[title]]
        pattern = re.compile(_EDGE.format(re.escape(key)))
        return [int(title) for title in found if pattern.search(self.keys[title])]

    def _postings(self, word: str) -> NDArray[np.int32]:
        number = self._number_of.get(word)
        if number is None:
            return self._titles[:0]
        return self._titles[self._starts[number] : self._starts[number + 1]]


def lexemes_of(key: str) -> set[str]:
    """Return the lexemes of a text that `match_key` has folded: words, pairs of neighbouring Chinese characters, and parts.

    That a text speaks of a part of a series is one lexeme, the same in either language.
    """
    words, pairs = title_lexemes([key])
    found = {word for word in (*words, *pairs) if word not in _STOPPED}
    found.update(f"part {part}" for part in parts_of(key))
    return found


def parts_of(key: str) -> frozenset[str]:
    """Return the parts of series that a text that `match_key` has folded speaks of: 第2-62部分 and part 2-62 as ``2-62``."""
    if "部分" not in key and "part " not in key:
        return frozenset()
    return frozenset(_NUMERALS.get(han, han) or english for han, english in _PART.findall(key))


def idf(counts: NDArray[np.int64] | NDArray[np.float64], total: int) -> NDArray[np.float32]:
    """Return the weights of lexemes that so many of *total* titles have (Lucene's variant, never negative)."""
    weights: NDArray[np.float32] = np.log1p((total - counts + 0.5) / (counts + 0.5)).astype(np.float32)
    return weights
