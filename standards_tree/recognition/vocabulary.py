"""Terms made ready to be found in texts: every spelling of each once, in an automaton."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standards_tree.recognition.automaton import Automaton
from standards_tree.recognition.inflection import other_number
from standards_tree.recognition.registered import RegisteredTerm
from standards_tree.recognition.spelling import PARAGRAPH, Characters, Flags, fold_all
from standards_tree.recognition.words import SHORT_CHARACTERS
from standards_tree.terms import DesignationType

ENGLISH = "en"
# A longer one is a sentence, and nobody writes it twice alike.
MAX_CHARACTERS = 300


class Spelled(NamedTuple):
    """A term as it may be written: as registered, or *inflected*; *capitals* tells that small letters are another word."""

    term: RegisteredTerm
    inflected: bool
    capitals: bool


class Vocabulary:
    """Terms by all their spellings. Immutable; the same terms make the same one, whatever their order.

    Building takes about 2 s for 100,000 designations, half of it in the library.
    """

    def __init__(self, terms: Iterable[RegisteredTerm]) -> None:
        self.terms: Sequence[RegisteredTerm] = sorted(terms, key=lambda term: term.order)
        spelled = _spelled(self.terms)
        self.words: Sequence[str] = sorted(spelled)
        self.meanings: Sequence[tuple[Spelled, ...]] = [tuple(spelled[word]) for word in self.words]
        self.terms_of: Sequence[tuple[RegisteredTerm, ...]] = [
            tuple([meaning.term for meaning in meanings]) for meanings in self.meanings
        ]
        self.inflected: Sequence[bool] = [meanings[0].inflected for meanings in self.meanings]
        self.number_of: Mapping[str, int] = {word: number for number, word in enumerate(self.words)}
        self.needs_care: Flags = np.fromiter(
            (
                len(word) <= SHORT_CHARACTERS or any(meaning.capitals for meaning in meanings)
                for word, meanings in zip(self.words, self.meanings, strict=True)
            ),
            np.bool_,
            len(self.words),
        )
        self._languages = sorted({term.designation.language for term in self.terms})
        self._language_of = self._number_languages()
        self._lengths = _lengths(self.words)
        self._automaton = Automaton(self.words)

    def find(self, codes: Characters) -> list[tuple[int, int, int]]:
        """Return number, begin and end of the leftmost-longest words in the code points of a folded text."""
        return self._automaton.find(codes)

    def spoken_in(self, language: str) -> Flags:
        """Return for each word whether all that it means is in *language*, or in a variety of it."""
        spoken = [speaks(tag, language) for tag in self._languages]
        # A word of several languages has the number -1, and so the last place.
        return np.array([*spoken, False])[self._language_of]

    def numbers_of_concepts(self, concepts: Set[str]) -> list[int]:
        """Return the numbers of the words that designate one of *concepts*."""
        if not concepts:
            return []
        return [
            number
            for number, terms in enumerate(self.terms_of)
            if terms[0].concept in concepts or (len(terms) > 1 and any(term.concept in concepts for term in terms))
        ]

    def _number_languages(self) -> NDArray[np.int32]:
        numbers = {tag: number for number, tag in enumerate(self._languages)}
        of_all = [{term.designation.language for term in terms} for terms in self.terms_of]
        return np.array([numbers[min(tags)] if len(tags) == 1 else -1 for tags in of_all], np.int32)

    def beginning_at(self, text: str, start: int) -> list[tuple[int, int]]:
        """Return number and end of every word that begins at one place of a folded text, longest first."""
        found = []
        for length in self._lengths.get(text[start : start + 2], ()):
            number = self.number_of.get(text[start : start + length])
            if number is not None and start + length <= len(text):
                found.append((number, start + length))
        number = self.number_of.get(text[start : start + 1])
        if number is not None:
            found.append((number, start + 1))
        return found


def _spelled(terms: Sequence[RegisteredTerm]) -> dict[str, list[Spelled]]:
    others = [other_number(term.designation.text) if _is_english(term.designation.language) else "" for term in terms]
    folded = fold_all([term.designation.text for term in terms])
    folded_others = fold_all(others)
    spelled: dict[str, list[Spelled]] = defaultdict(list)
    for term, word in zip(terms, folded, strict=True):
        if _can_be_found(word):
            spelled[word].append(Spelled(term, inflected=False, capitals=_in_capitals(term)))
    for term, word in zip(terms, folded_others, strict=True):
        if _can_be_found(word):
            spelled[word].append(Spelled(term, inflected=True, capitals=_in_capitals(term)))
    return spelled


def _can_be_found(word: str) -> bool:
    return 0 < len(word) <= MAX_CHARACTERS and PARAGRAPH not in word and any(map(str.isalnum, word))


def speaks(tag: str, language: str) -> bool:
    """Tell whether what is in the language *tag* is in *language*, which none at all narrows to nothing."""
    return not language or tag == language or tag.startswith(f"{language}-")


def _is_english(language: str) -> bool:
    return speaks(language, ENGLISH)


def _in_capitals(term: RegisteredTerm) -> bool:
    """Tell whether a term is written in capitals, so that it is not the word in small letters: WHO and who, IT and it."""
    text = term.designation.text
    is_word = text.isascii() and text.isalpha()
    return text.isupper() and is_word and (len(text) > 1 or term.designation.type is DesignationType.ABBREVIATION)


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return which lengths the words of two characters and more have, longest first, by their first two."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for word in words:
        if len(word) > 1:
            lengths[word[:2]].add(len(word))
    return {begin: tuple(sorted(found, reverse=True)) for begin, found in lengths.items()}
