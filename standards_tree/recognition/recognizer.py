"""Find the terms of a registry in a text.

What is found is what a search by hand would find: of all terms that begin and end where words do, the one that begins first,
of those that begin together the longest, and so on from its end. The automaton gives the leftmost-longest words of the
whole text at once, but knows no words; where it gives one that must not be taken, every term that begins inside it is
tried in its place. That is rare, and everywhere else the automaton is right: between two of its finds no term begins.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from enum import StrEnum
from itertools import repeat
from typing import NamedTuple

import numpy as np

from standards_tree.recognition.candidates import Hit, Hits, Searched, candidates_of
from standards_tree.recognition.registered import Advice, RegisteredTerm, advise
from standards_tree.recognition.spelling import BLANK, Folded, fold
from standards_tree.recognition.vocabulary import Spelled, Vocabulary, speaks
from standards_tree.recognition.words import SHORT_CHARACTERS, hiding_word


class Standing(StrEnum):
    """How a term stands in a text: by itself, inside a longer one, or begun inside one that ends earlier."""

    FOUND = "found"
    NESTED = "nested"
    OVERLAPPED = "overlapped"


class Recognition(NamedTuple):
    """A term in a text, from character *start* to before *end* of the original.

    *terms* are the registry's, best first; *inflected* tells that the text has the other number. *outer* is where the term
    stands that is found in its place, if it is nested or overlapped; otherwise its own place.
    """

    start: int
    end: int
    terms: tuple[RegisteredTerm, ...]
    inflected: bool
    standing: Standing
    outer: tuple[int, int]

    def advice(self) -> Advice:
        """Return what is to be said of the term."""
        return advise(self.terms)


class Recognizer:
    """Finds the terms of one vocabulary, or of one and a small *newer* one that takes the place of *outdated* concepts."""

    def __init__(
        self, vocabulary: Vocabulary, newer: Vocabulary | None = None, outdated: Set[str] = frozenset()
    ) -> None:
        newer = Vocabulary(()) if newer is None and outdated else newer
        self._outdated = outdated
        if newer is None:
            self._searched = [Searched(vocabulary, vocabulary.needs_care)]
            return
        care = vocabulary.needs_care.copy()
        care[vocabulary.numbers_of_concepts(outdated)] = True
        newer_care = newer.needs_care.copy()
        for number, word in enumerate(newer.words):
            if (older := vocabulary.number_of.get(word)) is not None:
                care[older] = newer_care[number] = True
        self._searched = [Searched(vocabulary, care), Searched(newer, newer_care)]

    def recognize(self, text: str, language: str = "", *, nested: bool = False) -> list[Recognition]:
        """Return the terms in *text*, in its order.

        *language* narrows to terms in it or in a variety of it: ``zh`` is ``zh-Hans`` too. With *nested* also those that
        are hidden by another one follow it.
        """
        search = _Search(fold(text), text, self._searched, self._outdated, language)
        hits = search.hits()
        found = _in_original(search.folded, hits, hits)
        if not nested:
            return found
        inners, outers = Hits([], [], [], []), Hits([], [], [], [])
        for hit in zip(*hits, strict=True):
            for inner in search.hidden_by(hit):
                inners.add(inner)
                outers.add(hit)
        found.extend(_in_original(search.folded, inners, outers))
        return sorted(found, key=lambda one: (one.outer, one.standing is not Standing.FOUND, one[:2]))


class _Search:
    """One search of one text."""

    def __init__(
        self, folded: Folded, text: str, searched: Sequence[Searched], outdated: Set[str], language: str
    ) -> None:
        self.folded = folded
        self._text = text
        self._searched = searched
        self._vocabularies = [one.vocabulary for one in searched]
        self._outdated = outdated
        self._language = language

    def hits(self) -> Hits:
        """Return the leftmost-longest terms.

        Where the automata are right, which is nearly everywhere, their finds are taken as they are.
        """
        candidates, whole, sure = candidates_of(self.folded, self._searched, self._language)
        if sure.all():
            return candidates
        hits = Hits([], [], [], [])
        starts, ends = candidates.starts, candidates.ends
        decided = 0
        for odd in np.flatnonzero(~sure).tolist():
            if odd < decided:
                continue
            hits.add_part(candidates, decided, odd)
            at = hits.ends[-1] if hits.ends else 0
            decided = odd
            while decided == odd or (decided < len(starts) and starts[decided] < at):
                at = self._decide(starts[decided], ends[decided], bool(whole[decided]), at, hits)
                decided += 1
        hits.add_part(candidates, decided, len(starts))
        return hits

    def _decide(self, start: int, end: int, whole: bool, at: int, hits: Hits) -> int:
        """Take a candidate, or what begins inside it in its place; return where the last term ends."""
        if start >= at and whole and (hit := self._hit(start, end)) is not None:
            hits.add(hit)
            return end
        for begin in range(max(at, start), end):
            if begin >= at and (hit := next(self._beginning_at(begin), None)) is not None:
                hits.add(hit)
                at = hit[1]
        return at

    def hidden_by(self, hit: Hit) -> Iterator[Hit]:
        """Yield the other terms that begin inside *hit*."""
        for begin in range(hit[0], hit[1]):
            for other in self._beginning_at(begin):
                if other[:2] != hit[:2]:
                    yield other

    def _meanings(self, start: int, end: int) -> tuple[Spelled, ...]:
        """Return the meanings of a word in all vocabularies."""
        word = self.folded.text[start:end]
        found = [
            meaning
            for vocabulary in self._vocabularies
            if (number := vocabulary.number_of.get(word)) is not None
            for meaning in vocabulary.meanings[number]
            if vocabulary is not self._vocabularies[0] or meaning.term.concept not in self._outdated
        ]
        return tuple(sorted(found, key=_meaning_order))

    def _beginning_at(self, start: int) -> Iterator[Hit]:
        """Yield the terms that begin at one place, longest first."""
        if self.folded.in_word[start]:
            return
        text = self.folded.text
        ends = {end for vocabulary in self._vocabularies for _number, end in vocabulary.beginning_at(text, start)}
        for end in sorted(ends, reverse=True):
            if self.folded.cuts_word(start, end):
                continue
            if (hit := self._hit(start, end)) is not None:
                yield hit

    def _hit(self, start: int, end: int) -> Hit | None:
        """Return the terms that stand from *start* to before *end*, where words begin and end, or None."""
        meanings = self._meant(self._meanings(start, end), start, end)
        return (start, end, tuple([one.term for one in meanings]), meanings[0].inflected) if meanings else None

    def _meant(self, meanings: tuple[Spelled, ...], start: int, end: int) -> tuple[Spelled, ...]:
        """Return those of a word's meanings that it can have at this place."""
        folded = self.folded
        if end - start <= SHORT_CHARACTERS and hiding_word(folded.text, start, end):
            return ()
        first, last = folded.place(start, end)
        in_small_letters = self._text[first:last].islower()
        return tuple(
            [
                meaning
                for meaning in meanings
                if not (meaning.capitals and in_small_letters)
                and speaks(meaning.term.designation.language, self._language)
            ]
        )


def _meaning_order(meaning: Spelled) -> tuple[object, ...]:
    return (meaning.inflected, *meaning.term.order)


def _in_original(folded: Folded, hits: Hits, outers: Hits) -> list[Recognition]:
    """Return hits of the folded text with their places in the original."""
    if not hits.starts:
        return []
    starts, ends, terms, inflected = hits
    firsts, lasts = _places(folded, starts, ends)
    if outers is hits:
        standings: Iterable[Standing] = repeat(Standing.FOUND, len(starts))
        outer_places = zip(firsts, lasts, strict=True)
    else:
        standings = [
            Standing.NESTED if end <= outer_end else Standing.OVERLAPPED
            for end, outer_end in zip(ends, outers.ends, strict=True)
        ]
        outer_places = zip(*_places(folded, outers.starts, outers.ends), strict=True)
    parts = zip(firsts, lasts, terms, inflected, standings, outer_places, strict=True)
    # What Recognition._make does, without a call of Python for each.
    return list(map(tuple.__new__, repeat(Recognition), parts))


def _places(folded: Folded, starts: Sequence[int], ends: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return where the terms begin and end in the original."""
    firsts, lasts = np.array(starts), np.array(ends)
    # The blank before a word is not part of the term.
    firsts += folded.codes[firsts] == BLANK
    if folded.origins is None:
        return firsts.tolist(), lasts.tolist()
    return folded.origins[firsts].tolist(), (folded.origins[lasts - 1] + 1).tolist()
