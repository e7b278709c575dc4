"""Search a text for very many words at once: Aho and Corasick, Efficient String Matching, CACM 18 (1975), by ahocorasick_rs."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, MatchKind


class Automaton:
    """Finds words in a text; O(characters of the text), however many words there are."""

    def __init__(self, words: Sequence[str]) -> None:
        # The library makes no automaton of nothing and of empty words.
        self._automaton = AhoCorasick(list(words), matchkind=MatchKind.LeftmostLongest) if words else None

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Return which words stand where: number of the word, first character, character after the last.

        Of those that begin at one place the longest, then from its end on.
        """
        return self._automaton.find_matches_as_indexes(text) if self._automaton is not None else []
