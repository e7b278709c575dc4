"""Find terms by what somebody remembers of them: the word, its beginning, or nearly the word; the best first."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from enum import IntEnum
from heapq import nsmallest
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from standards_tree.recognition.inflection import other_number
from standards_tree.recognition.pairs import PairIndex
from standards_tree.recognition.registered import RegisteredTerm
from standards_tree.recognition.spelling import fold, fold_all
from standards_tree.recognition.vocabulary import Vocabulary

# Beyond so many that begin alike, which of them are meant nobody can say: more letters are needed.
MAX_BEGINNING_ALIKE = 400
# One change in four characters: in a word of two or three, none is left that would not be another word.
CHARACTERS_A_CHANGE = 4
MAX_CANDIDATES = 100
# A longer piece is no word of a term, and comparing it with every stretch of terms as long takes its time.
MAX_PART_CHARACTERS = 60


class Likeness(IntEnum):
    """How a term is like what was asked for, the best first."""

    EXACT = 0
    FOLDED = 1
    INFLECTED = 2
    PREFIX = 3
    FUZZY = 4


class Found(NamedTuple):
    """A term, how it is like what was asked for, and by how many changes of a character it differs."""

    term: RegisteredTerm
    likeness: Likeness
    changes: int

    @property
    def order(self) -> tuple[object, ...]:
        """Return what orders what was found: by likeness, then preferred before deprecated."""
        return (self.likeness, self.changes, self.term.order)


class TermIndex:
    """The terms of one vocabulary by their spellings; immutable."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._keys: Sequence[str] = vocabulary.words
        self._pairs = PairIndex(self._keys)

    def spelled(self, key: str, text: str) -> Iterator[Found]:
        """Yield the terms that *key* is a spelling of; exact are those that are *text*."""
        number = self._vocabulary.number_of.get(key)
        for meaning in self._vocabulary.meanings[number] if number is not None else ():
            likeness = Likeness.EXACT if meaning.term.designation.text == text else Likeness.FOLDED
            yield Found(meaning.term, Likeness.INFLECTED if meaning.inflected else likeness, 0)

    def beginning(self, key: str) -> Iterator[Found]:
        """Yield the terms that begin with *key*, itself left out; at most those of MAX_BEGINNING_ALIKE spellings."""
        first = bisect_left(self._keys, key)
        for number in range(first, min(len(self._keys), first + MAX_BEGINNING_ALIKE)):
            if not self._keys[number].startswith(key):
                return
            if self._keys[number] != key:
                for meaning in self._vocabulary.meanings[number]:
                    if not meaning.inflected:
                        yield Found(meaning.term, Likeness.PREFIX, 0)

    def nearly(self, key: str) -> Iterator[Found]:
        """Yield the terms that a few changes make of *key*: one in four characters, itself left out.

        Of all keys those with the most pairs of neighbouring characters in common are compared (Damerau and Levenshtein):
        2 ms among 100,000, of which comparing all of them would take 20.
        """
        most = len(key.strip()) // CHARACTERS_A_CHANGE
        if most == 0:
            return
        numbers = self._pairs.most_alike(key, MAX_CANDIDATES, most)
        candidates = [self._keys[number] for number in numbers]
        for _key, changes, place in process.extract(
            key, candidates, scorer=OSA.distance, score_cutoff=most, limit=None
        ):
            for meaning in self._vocabulary.meanings[numbers[place]] if changes else ():
                if not meaning.inflected:
                    yield Found(meaning.term, Likeness.FUZZY, int(changes))

    def with_a_word_nearly(self, key: str) -> Iterator[Found]:
        """Yield the terms that have in them what a few changes make of *key*: a word, some in a row, or Chinese characters.

        One change in four characters, or none. Of the keys with the most pairs in common MAX_CANDIDATES are compared.
        """
        most = len(key.strip()) // CHARACTERS_A_CHANGE
        if most == 0 or len(key) > MAX_PART_CHARACTERS:
            return
        # The pairs with its beginning and its end are none of a longer term: as many as one change takes.
        for number in self._pairs.most_alike(key, MAX_CANDIDATES, most + 1):
            changes = _changes_of_part(key, self._keys[number], most)
            for meaning in self._vocabulary.meanings[number] if changes <= most else ():
                if not meaning.inflected:
                    yield Found(meaning.term, Likeness.FUZZY, changes)


def _changes_of_part(part: str, key: str, most: int) -> int:
    """Return the fewest changes that make something in *key* of *part*, more than *most* where that takes more."""
    if part.startswith(" "):
        words, count = key.split(), len(part.split())
        parts = [" ".join(words[at : at + count]) for at in range(len(words) - count + 1)]
        # Of barriers the word is barrier, and nobody who misspells it counts the other number as one more fault.
        parts += [other for one in parts if (other := other_number(one))]
    else:
        lengths = range(len(part) - 1, len(part) + 2)
        parts = [key[at : at + length] for length in lengths for at in range(len(key) - length + 1)]
    wanted = part.strip()
    return min((OSA.distance(wanted, one, score_cutoff=most) for one in parts), default=most + 1)


class Directory:
    """Finds terms of one vocabulary, or of one and a small *newer* one that takes the place of *outdated* concepts."""

    def __init__(self, older: TermIndex, newer: TermIndex | None = None, outdated: Set[str] = frozenset()) -> None:
        self._older = older
        self._newer = newer
        self._outdated = outdated

    def look_up(
        self,
        words: Sequence[str],
        language: str,
        likeness: Likeness,
        most: int,
        before_each: Callable[[], None] = lambda: None,
    ) -> list[list[Found]]:
        """Return for each of *words* the terms at least so like it, best first, at most *most*.

        *language* narrows as in recognition. A beginning is asked for by PREFIX, and is no part of what is nearly the word. Where
        no term is nearly the word, those that have nearly the word in them are.
        *before_each* word is called, and may raise when nobody waits for the answer any more.
        """
        found = []
        for key, word in zip(fold_all(words), words, strict=True):
            before_each()
            found.append(self._best(key, word, language, likeness, most))
        return found

    def suggest(self, prefix: str, language: str, most: int) -> list[Found]:
        """Return the terms that begin with what somebody typed, each concept's best once for each language."""
        found = self._best(fold(prefix).text, prefix, language, Likeness.PREFIX, MAX_BEGINNING_ALIKE)
        found.sort(key=lambda one: (one.likeness, one.term.order[0], len(one.term.designation.text), one.term.order))
        return found[:most]

    def _best(self, key: str, text: str, language: str, likeness: Likeness, most: int) -> list[Found]:
        if not key:
            return []
        found = self._best_of(self._all(lambda index: _like(index, key, text, likeness)), language, most)
        if not found and likeness is Likeness.FUZZY:
            found = self._best_of(self._all(lambda index: index.with_a_word_nearly(key)), language, most)
        return found

    @staticmethod
    def _best_of(all_found: Iterable[Found], language: str, most: int) -> list[Found]:
        found: dict[RegisteredTerm, Found] = {}
        for one in all_found:
            tag = one.term.designation.language
            if language and tag != language and not tag.startswith(f"{language}-"):
                continue
            before = found.get(one.term)
            if before is None or one.order < before.order:
                found[one.term] = one
        return nsmallest(most, found.values(), key=lambda one: one.order)

    def _all(self, asked: Callable[[TermIndex], Iterable[Found]]) -> Iterator[Found]:
        if self._newer is not None:
            yield from asked(self._newer)
        for one in asked(self._older):
            if one.term.concept not in self._outdated:
                yield one


def _like(index: TermIndex, key: str, text: str, likeness: Likeness) -> Iterable[Found]:
    """Yield the terms of *index* at least so like *key*."""
    yield from (one for one in index.spelled(key, text) if one.likeness <= likeness)
    if likeness is Likeness.PREFIX:
        yield from index.beginning(key)
    if likeness is Likeness.FUZZY:
        yield from index.nearly(key)
