"""Search a text for very many words at once: Aho and Corasick, Efficient String Matching, CACM 18 (1975), by ahocorasick_rs."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from standards_tree.recognition.alphabet import Alphabet
from standards_tree.recognition.spelling import Characters


class Automaton:
    """Finds words in a text; O(characters of the text), however many words there are.

    Words and texts are searched as the alphabet of the words writes them, which halves what the library looks at.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._alphabet = Alphabet(words)
        # The library makes no automaton of nothing and of empty words. It holds the interpreter while it works, but for the
        # moments in which it asks for the next word: a generator gives other threads their turn, a list does not.
        written = (word for word in self._alphabet.write_all(words))
        self._automaton = AhoCorasick(written, matchkind=MatchKind.LeftmostLongest) if words else None

    def find(self, codes: Characters) -> list[tuple[int, int, int]]:
        """Return which words stand where in a text of code points: number of the word, first character, and after the last.

        Of those that begin at one place the longest, then from its end on.
        """
        if self._automaton is None:
            return []
        return self._automaton.find_matches_as_indexes(self._alphabet.write(codes))


class WordGroups:
    """Tells which of several groups of words have a word in a text, wherever in it; O(characters), whatever the words."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._group_of = [number for number, words in enumerate(groups) for _word in words]
        self._automaton = AhoCorasick(word for words in groups for word in words)

    def found_in(self, text: str) -> set[int]:
        """Return the numbers of the groups that have a word in *text*."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return {self._group_of[word] for word, _start, _end in found}
