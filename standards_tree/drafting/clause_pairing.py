"""Find which clause of one text became which of another.

Clauses are paired by what they say before they are paired by their number, because numbers shift when a clause is put
in.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from standards_tree.drafting.word_changes import sentences_of

MAX_CANDIDATES: Final = 500_000
"""How many pairs of clauses may be weighed by their words, when neither text nor title nor sentences pair them."""
SAMPLE_CHARACTERS: Final = 300
LIKE: Final = 55.0
LIKE_WITH_NUMBER: Final = 35.0


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its number and title, either of which may be empty, its depth from 1, its own text."""

    number: str
    title: str
    depth: int
    text: str


class Pairing:
    """Find which clause of the old text became which of the new one."""

    def __init__(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        self._old, self._new = old, new
        self._free_old = dict.fromkeys(range(len(old)))
        self._free_new = dict.fromkeys(range(len(new)))
        self._old_of: dict[int, int] = {}

    def pairs(self) -> dict[int, int]:
        """Return the old position of each new clause that has one, the surest pairs first."""
        self._pair_by(lambda clause: (clause.number, clause.title, clause.text))
        self._pair_by(lambda clause: (clause.title, clause.text) if clause.text else None)
        self._pair_by_titles()
        self._pair_by(lambda clause: (clause.number, clause.title) if clause.number and clause.title else None)
        self._pair_by_sentences()
        self._pair_by_words()
        return self._old_of

    def _pair(self, old: int, new: int) -> None:
        del self._free_old[old], self._free_new[new]
        self._old_of[new] = old

    def _pair_by(self, key: Callable[[Clause], Hashable]) -> None:
        """Pair clauses with the same key, the first with the first; None is no key."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for position in reversed(self._free_old):
            waiting[key(self._old[position])].append(position)
        waiting.pop(None, None)
        for position in list(self._free_new):
            found = waiting.get(key(self._new[position]))
            if found:
                self._pair(found.pop(), position)

    def _pair_by_titles(self) -> None:
        """Pair clauses whose title, below the same titles, no other free clause has: "General" stands in many places."""
        old, new = (
            self._only(_paths(clauses), free)
            for clauses, free in ((self._old, self._free_old), (self._new, self._free_new))
        )
        for path, position in new.items():
            if path in old:
                self._pair(old[path], position)

    @staticmethod
    def _only(paths: Sequence[tuple[str, ...]], free: dict[int, None]) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for position in free:
            if paths[position][-1]:
                found[paths[position]].append(position)
        return {path: positions[0] for path, positions in found.items() if len(positions) == 1}

    def _pair_by_sentences(self) -> None:
        """Pair clauses that have most of their sentences in common, those with the most first; O(n)."""
        old, new = (
            _sentence_owners(clauses, free)
            for clauses, free in ((self._old, self._free_old), (self._new, self._free_new))
        )
        common: dict[tuple[int, int], int] = defaultdict(int)
        for sentence, before in old.items():
            after = new.get(sentence)
            if before is not None and after is not None:
                common[before, after] += len(sentence)
        for (before, after), length in sorted(common.items(), key=lambda entry: (-entry[1], entry[0])):
            longer = max(len(self._old[before].text), len(self._new[after].text))
            if 2 * length >= longer and before in self._free_old and after in self._free_new:
                self._pair(before, after)

    def _pair_by_words(self) -> None:
        """Pair what is left by how alike the words are, the likest first; a number in common counts for something."""
        old, new = list(self._free_old), list(self._free_new)
        if len(old) * len(new) > MAX_CANDIDATES:
            self._pair_by(lambda clause: clause.number or None)
            return
        scores = process.cdist(
            [_sample(self._old[position]) for position in old],
            [_sample(self._new[position]) for position in new],
            scorer=fuzz.ratio,
            score_cutoff=LIKE_WITH_NUMBER,
        )
        candidates = []
        for row, column in zip(*scores.nonzero(), strict=True):
            score, before, after = float(scores[row, column]), old[row], new[column]
            number = self._old[before].number
            same_number = bool(number) and number == self._new[after].number
            if same_number or score >= LIKE:
                candidates.append(
                    (-score - (LIKE - LIKE_WITH_NUMBER) * same_number, abs(before - after), before, after)
                )
        for _score, _distance, before, after in sorted(candidates):
            if before in self._free_old and after in self._free_new:
                self._pair(before, after)


def _sentence_owners(clauses: Sequence[Clause], free: dict[int, None]) -> dict[str, int | None]:
    """Return the one free clause that has each sentence; None for a sentence that several have."""
    owners: dict[str, int | None] = {}
    for position in free:
        for sentence in set(filter(None, sentences_of(clauses[position].text))):
            owners[sentence] = None if sentence in owners else position
    return owners


def _paths(clauses: Sequence[Clause]) -> list[tuple[str, ...]]:
    """Return for each clause the titles above it and its own."""
    above: list[str] = []
    paths = []
    for clause in clauses:
        del above[max(clause.depth - 1, 0) :]
        above.append(clause.title.casefold())
        paths.append(tuple(above))
    return paths


def _sample(clause: Clause) -> str:
    return f"{clause.title}\n{clause.text[:SAMPLE_CHARACTERS]}".strip()
