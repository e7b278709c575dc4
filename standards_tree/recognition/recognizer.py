"""Find the terms of a registry in a text.

What is found is what a search by hand would find: of all terms that begin and end where words do, the one that begins first,
of those that begin together the longest, and so on from its end. The automaton gives the leftmost-longest words of the
whole text at once, but knows no words; where it gives one that must not be taken, every term that begins inside it is
tried in its place. That is rare, and everywhere else the automaton is right: between two of its finds no term begins.
"""

from collections.abc import Iterator, Sequence, Set
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from standards_tree.recognition.registered import Advice, RegisteredTerm, advise
from standards_tree.recognition.spelling import Folded, fold
from standards_tree.recognition.vocabulary import Spelled, Vocabulary
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


class _Hit(NamedTuple):
    start: int
    end: int
    meanings: tuple[Spelled, ...]


class Recognizer:
    """Finds the terms of one vocabulary, or of one and a small *newer* one that takes the place of *outdated* concepts."""

    def __init__(
        self, vocabulary: Vocabulary, newer: Vocabulary | None = None, outdated: Set[str] = frozenset()
    ) -> None:
        newer = Vocabulary(()) if newer is None and outdated else newer
        self._vocabularies = [vocabulary] if newer is None else [vocabulary, newer]
        self._outdated = outdated

    def recognize(self, text: str, language: str = "", *, nested: bool = False) -> list[Recognition]:
        """Return the terms in *text*, in its order.

        *language* narrows to terms in it or in a variety of it: ``zh`` is ``zh-Hans`` too. With *nested* also those that
        are hidden by another one follow it.
        """
        search = _Search(fold(text), text, self._vocabularies, self._outdated, language)
        hits = search.hits()
        hidden = [(inner, hit) for hit in hits for inner in search.hidden_by(hit)] if nested else []
        found = _in_original(search.folded, hits, hits)
        if not hidden:
            return found
        inner = _in_original(search.folded, [inner for inner, _hit in hidden], [hit for _inner, hit in hidden])
        return sorted([*found, *inner], key=lambda one: (one.outer, one.standing is not Standing.FOUND, one[:2]))


class _Search:
    """One search of one text."""

    def __init__(
        self, folded: Folded, text: str, vocabularies: Sequence[Vocabulary], outdated: Set[str], language: str
    ) -> None:
        self.folded = folded
        self._text = text
        self._vocabularies = vocabularies
        self._outdated = outdated
        self._language = language
        # Indexing bytes is five times as fast as indexing an array; nothing follows the last character.
        self._in_word = folded.in_word.tobytes() + b"\0"
        self._careful = bool(folded.expanded or language)

    def hits(self) -> list[_Hit]:
        """Return the leftmost-longest terms."""
        hits: list[_Hit] = []
        at = 0
        in_word, after_hyphen = self._in_word, self.folded.after_hyphen
        careful, alone = self._careful, len(self._vocabularies) == 1
        for vocabulary, (number, start, end) in self._candidates():
            cuts = (in_word[end] and in_word[end - 1]) or start in after_hyphen
            if start >= at and not cuts:
                meanings = vocabulary.meanings[number] if alone else self._meanings(start, end)
                if careful or vocabulary.needs_care[number]:
                    meanings = self._meant(meanings, start, end)
                if meanings:
                    hits.append(_Hit(start, end, meanings))
                    at = end
                    continue
            for begin in range(max(at, start), end):
                if begin >= at and (hit := next(self._beginning_at(begin), None)) is not None:
                    hits.append(hit)
                    at = hit.end
        return hits

    def hidden_by(self, hit: _Hit) -> Iterator[_Hit]:
        """Yield the other terms that begin inside *hit*."""
        for begin in range(hit.start, hit.end):
            for other in self._beginning_at(begin):
                if (other.start, other.end) != (hit.start, hit.end):
                    yield other

    def _candidates(self) -> Iterator[tuple[Vocabulary, tuple[int, int, int]]]:
        text = self.folded.text
        if len(self._vocabularies) == 1:
            only = self._vocabularies[0]
            return ((only, found) for found in only.find(text))
        found = [(vocabulary, one) for vocabulary in self._vocabularies for one in vocabulary.find(text)]
        # The longest first: then a shorter one at the same place begins before its end, and is passed over.
        return iter(sorted(found, key=lambda pair: (pair[1][1], -pair[1][2])))

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

    def _beginning_at(self, start: int) -> Iterator[_Hit]:
        """Yield the terms that begin at one place, longest first."""
        text = self.folded.text
        ends = {end for vocabulary in self._vocabularies for _number, end in vocabulary.beginning_at(text, start)}
        for end in sorted(ends, reverse=True):
            if self.folded.cuts_word(start, end):
                continue
            if meanings := self._meant(self._meanings(start, end), start, end):
                yield _Hit(start, end, meanings)

    def _meant(self, meanings: tuple[Spelled, ...], start: int, end: int) -> tuple[Spelled, ...]:
        """Return those of a word's meanings that it can have at this place."""
        folded = self.folded
        if folded.expanded and folded.cuts_word(start, end):
            return ()
        if end - start <= SHORT_CHARACTERS and hiding_word(folded.text, start, end):
            return ()
        first, last = folded.place(start, end)
        in_small_letters = self._text[first:last].islower()
        return tuple(
            [
                meaning
                for meaning in meanings
                if not (meaning.capitals and in_small_letters)
                and _speaks(meaning.term.designation.language, self._language)
            ]
        )


def _meaning_order(meaning: Spelled) -> tuple[object, ...]:
    return (meaning.inflected, *meaning.term.order)


def _speaks(tag: str, language: str) -> bool:
    return not language or tag == language or tag.startswith(f"{language}-")


_END = itemgetter(1)


def _in_original(folded: Folded, hits: Sequence[_Hit], outers: Sequence[_Hit]) -> list[Recognition]:
    """Return hits of the folded text with their places in the original."""
    places = _places(folded, hits)
    outer_places = places if outers is hits else _places(folded, outers)
    found = []
    for hit, outer_hit, place, outer in zip(hits, outers, places, outer_places, strict=True):
        standing = Standing.FOUND
        if hit is not outer_hit:
            standing = Standing.NESTED if hit.end <= outer_hit.end else Standing.OVERLAPPED
        terms = tuple([meaning.term for meaning in hit.meanings])
        found.append(Recognition(*place, terms, hit.meanings[0].inflected, standing, outer))
    return found


def _places(folded: Folded, hits: Sequence[_Hit]) -> list[tuple[int, int]]:
    text, origins = folded.text, folded.origins
    # The blank before a word is not part of the term.
    starts = [hit.start + (text[hit.start] == " ") for hit in hits]
    if origins is None or not hits:
        return list(zip(starts, map(_END, hits), strict=True))
    last = np.fromiter(map(_END, hits), np.int64, len(hits)) - 1
    return list(zip(origins[starts].tolist(), (origins[last] + 1).tolist(), strict=True))
