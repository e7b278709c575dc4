"""Name the words that two texts have in common, out of the lexemes by which they were found to be alike.

A likeness counts pairs of neighbouring Chinese characters too, and a pair may cross the border of two words: 品接 in 产品接口. It
is no word that a reader could look for.
"""

from collections.abc import Iterable, Set

import rjieba

from standards_tree.text import contains_han


def tokens_of(key: str) -> Set[str]:
    """Return the words of a text that `match_key` has folded, cut once and only where the dictionary has them; O(characters)."""
    return frozenset(rjieba.cut(key, False))


def real_words(common: Iterable[str], one: Set[str], other: Set[str]) -> list[str]:
    """Return those of the lexemes in *common* that are words in a text of tokens *one* or *other*, the longest first.

    A word of the one may be a part of a word of the other, as 电池 is of 蓄电池, but not the end of one and the beginning of the
    next; a single character is a word in both.
    """
    return sorted(
        (lexeme for lexeme in common if not contains_han(lexeme) or _is_word(lexeme, one, other)),
        key=lambda lexeme: (-len(lexeme), lexeme),
    )


def _is_word(lexeme: str, one: Set[str], other: Set[str]) -> bool:
    if len(lexeme) == 1:
        return lexeme in one and lexeme in other
    return (lexeme in one and any(lexeme in token for token in other)) or (
        lexeme in other and any(lexeme in token for token in one)
    )
