"""Find the terms of a registry in a text.

What is found is what a search by hand would find: of all terms that begin and end where words do, the one that begins first,
of those that begin together the longest, and so on from its end. The automaton gives the leftmost-longest words of the
whole text at once, but knows no words; where it gives one that must not be taken, every term that begins inside it is
tried in its place. That is rare, and everywhere else the automaton is right: between two of its finds no term begins.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from enum import StrEnum
from itertools import chain, compress, repeat
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


# Where in the folded text, which terms, and whether it is their other number. Plain, because there are very many.
_Hit = tuple[int, int, tuple[RegisteredTerm, ...], bool]


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
        self._careful = bool(folded.expanded or language)

    def hits(self) -> list[_Hit]:
        """Return the leftmost-longest terms."""
        hits: list[_Hit] = []
        at = 0
        simple = len(self._vocabularies) == 1 and not self._careful
        first = self._vocabularies[0]
        needs_care, terms_of, inflected = first.needs_care, first.terms_of, first.inflected
        for (number, start, end), is_whole in self._candidates():
            if start >= at and is_whole:
                if simple and not needs_care[number]:
                    hits.append((start, end, terms_of[number], inflected[number]))
                    at = end
                    continue
                if (hit := self._hit(start, end)) is not None:
                    hits.append(hit)
                    at = end
                    continue
            for begin in range(max(at, start), end):
                if begin >= at and (hit := next(self._beginning_at(begin), None)) is not None:
                    hits.append(hit)
                    at = hit[1]
        return hits

    def hidden_by(self, hit: _Hit) -> Iterator[_Hit]:
        """Yield the other terms that begin inside *hit*."""
        for begin in range(hit[0], hit[1]):
            for other in self._beginning_at(begin):
                if other[:2] != hit[:2]:
                    yield other

    def _candidates(self) -> Iterator[tuple[tuple[int, int, int], bool]]:
        """Return what the automata find and whether it ends and begins where words do, but for what can be no term."""
        if len(self._vocabularies) == 1:
            return self._candidates_of(self._vocabularies[0])
        found = [one for vocabulary in self._vocabularies for one in self._candidates_of(vocabulary)]
        # The longest first: then a shorter one at the same place begins before its end, and is passed over.
        return iter(sorted(found, key=lambda one: (one[0][1], -one[0][2])))

    def _candidates_of(self, vocabulary: Vocabulary) -> Iterator[tuple[tuple[int, int, int], bool]]:
        found = vocabulary.find(self.folded.text)
        if not found:
            return iter(())
        in_word = np.append(self.folded.in_word, False)
        places = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found))
        starts, ends = places[1::3], places[2::3]
        cut = in_word[ends] & in_word[ends - 1]
        # The beginning of one word, as stand in standard: no term begins in it, and a shorter one would be cut as well.
        letters = np.cumsum(in_word, dtype=np.int32)
        possible = ~(cut & (letters[ends - 1] - letters[starts] == ends - starts - 1))
        if self.folded.after_hyphen:
            cut |= np.isin(starts, np.fromiter(self.folded.after_hyphen, np.int64))
        whole = (~cut).tolist()
        if possible.all():
            return zip(found, whole, strict=True)
        selected = possible.tolist()
        return zip(compress(found, selected), compress(whole, selected), strict=True)

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
        if self.folded.in_word[start]:
            return
        text = self.folded.text
        ends = {end for vocabulary in self._vocabularies for _number, end in vocabulary.beginning_at(text, start)}
        for end in sorted(ends, reverse=True):
            if self.folded.cuts_word(start, end):
                continue
            if (hit := self._hit(start, end)) is not None:
                yield hit

    def _hit(self, start: int, end: int) -> _Hit | None:
        """Return the terms that stand from *start* to before *end*, where words begin and end, or None."""
        meanings = self._meant(self._meanings(start, end), start, end)
        return (start, end, tuple([one.term for one in meanings]), meanings[0].inflected) if meanings else None

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


def _in_original(folded: Folded, hits: Sequence[_Hit], outers: Sequence[_Hit]) -> list[Recognition]:
    """Return hits of the folded text with their places in the original."""
    if not hits:
        return []
    starts, ends, terms, inflected = zip(*hits, strict=True)
    firsts, lasts = _places(folded, starts, ends)
    if outers is hits:
        standings: Iterable[Standing] = repeat(Standing.FOUND, len(hits))
        outer_places = list(zip(firsts, lasts, strict=True))
    else:
        outer_starts, outer_ends, _terms, _inflected = zip(*outers, strict=True)
        standings = [
            Standing.NESTED if end <= outer_end else Standing.OVERLAPPED
            for end, outer_end in zip(ends, outer_ends, strict=True)
        ]
        outer_places = list(zip(*_places(folded, outer_starts, outer_ends), strict=True))
    parts = zip(firsts, lasts, terms, inflected, standings, outer_places, strict=True)
    return list(map(Recognition._make, parts))


def _places(folded: Folded, starts: Sequence[int], ends: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return where the terms begin and end in the original."""
    text, origins = folded.text, folded.origins
    # The blank before a word is not part of the term.
    firsts = [start + 1 if text[start] == " " else start for start in starts]
    if origins is None:
        return firsts, list(ends)
    return origins[firsts].tolist(), (origins[np.array(ends) - 1] + 1).tolist()
