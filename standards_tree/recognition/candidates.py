"""Sift what the automata find in a text: what is a term as it stands, what may be one, and what cannot be any."""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standards_tree.recognition.registered import RegisteredTerm
from standards_tree.recognition.spelling import BLANK, Flags, Folded
from standards_tree.recognition.vocabulary import Vocabulary

Positions = NDArray[np.int64]
# Where in the folded text, which terms, and whether it is their other number. Plain, because there are very many.
Hit = tuple[int, int, tuple[RegisteredTerm, ...], bool]


class Searched(NamedTuple):
    """A vocabulary, and which of its words have to be looked at one by one where they are found."""

    vocabulary: Vocabulary
    needs_care: Flags


class Hits(NamedTuple):
    """Many of them, column by column: as many tuples would cost a tenth of the whole search."""

    starts: list[int]
    ends: list[int]
    terms: list[tuple[RegisteredTerm, ...]]
    inflected: list[bool]

    def add(self, hit: Hit) -> None:
        """Add one."""
        start, end, terms, inflected = hit
        self.starts.append(start)
        self.ends.append(end)
        self.terms.append(terms)
        self.inflected.append(inflected)

    def add_part(self, hits: "Hits", first: int, end: int) -> None:
        """Add those of *hits* from *first* to before *end*."""
        self.starts.extend(hits.starts[first:end])
        self.ends.extend(hits.ends[first:end])
        self.terms.extend(hits.terms[first:end])
        self.inflected.extend(hits.inflected[first:end])


class Candidates(NamedTuple):
    """What the automata find, in the order of the text, the longest first.

    *whole* tells which begin and end where words do; *sure* which are terms without another look.
    """

    hits: Hits
    whole: Flags
    sure: Flags


class _Sifted(NamedTuple):
    """What the automaton of one vocabulary finds, without what can be no term."""

    starts: Positions
    ends: Positions
    whole: Flags
    sure: Flags
    terms: list[tuple[RegisteredTerm, ...]]
    inflected: list[bool]


def candidates_of(folded: Folded, searched: Sequence[Searched], language: str) -> Candidates:
    """Return what *searched* find in a text, of which in *language* at most is sure."""
    sifted = [_sift(folded, one, language) for one in searched]
    if len(sifted) == 1:
        starts, ends, whole, sure, terms, inflected = sifted[0]
        return Candidates(Hits(starts.tolist(), ends.tolist(), terms, inflected), whole, sure)
    starts, ends = np.concatenate([one.starts for one in sifted]), np.concatenate([one.ends for one in sifted])
    # The longest first: then a shorter one at the same place begins before its end, and is passed over.
    order = np.lexsort((-ends, starts))
    starts, ends = starts[order], ends[order]
    sure = np.concatenate([one.sure for one in sifted])[order]
    # What begins inside another one is decided after it.
    sure[1:] &= starts[1:] >= np.maximum.accumulate(ends)[:-1]
    terms = [term for one in sifted for term in one.terms]
    inflected = [flag for one in sifted for flag in one.inflected]
    numbers = order.tolist()
    hits = Hits(starts.tolist(), ends.tolist(), [terms[at] for at in numbers], [inflected[at] for at in numbers])
    return Candidates(hits, np.concatenate([one.whole for one in sifted])[order], sure)


def _sift(folded: Folded, searched: Searched, language: str) -> _Sifted:
    vocabulary = searched.vocabulary
    found = vocabulary.find(folded.codes)
    numbers, starts, ends = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3).T
    cut, possible = _cut(folded, starts, ends)
    if not possible.all():
        numbers, starts, ends, cut = numbers[possible], starts[possible], ends[possible], cut[possible]
    sure = ~(cut | searched.needs_care[numbers])
    if language:
        sure &= vocabulary.spoken_in(language)[numbers]
    chosen = numbers.tolist()
    terms = list(map(vocabulary.terms_of.__getitem__, chosen))
    return _Sifted(starts, ends, ~cut, sure, terms, list(map(vocabulary.inflected.__getitem__, chosen)))


def _cut(folded: Folded, starts: Positions, ends: Positions) -> tuple[Flags, Flags]:
    """Tell which places begin or end inside a word or a character, as `Folded.cuts_word`, and which may be terms."""
    last = len(folded.codes) - 1
    in_word = folded.in_word
    cut = in_word[np.minimum(ends, last)] & in_word[ends - 1] & (ends <= last)
    possible = np.ones(len(cut), np.bool_)
    if cut.any():
        # The beginning of one word, as stand in standard: no term begins in it, and a shorter one would be cut as well.
        letters = np.cumsum(in_word, dtype=np.int32)
        possible = ~(cut & (letters[ends - 1] - letters[starts] == ends - starts - 1))
    if folded.after_hyphen:
        cut |= np.isin(starts, np.fromiter(folded.after_hyphen, np.int64))
    if folded.expanded and folded.origins is not None:
        codes, origins = folded.codes, folded.origins
        begins = starts + (codes[starts] == BLANK)
        before, after = np.maximum(begins - 1, 0), np.minimum(ends, last)
        cut |= (begins > 0) & (origins[before] == origins[begins]) & (codes[before] != BLANK)
        cut |= (ends <= last) & (origins[after] == origins[ends - 1]) & (codes[after] != BLANK)
    return cut, possible
