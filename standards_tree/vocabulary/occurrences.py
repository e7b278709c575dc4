"""Find which terms a text uses: the longest at each place, whole words only."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from standards_tree.text import contains_han

_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_LETTER: Final = rf"[^\W{_HAN}]"
# A Chinese word may begin at any character, a word of letters only where no letter stands before it.
_START: Final = re.compile(rf"[{_HAN}]|(?<!{_LETTER}){_LETTER}")
_LETTERS: Final = re.compile(_LETTER)
# With one of these behind it a Chinese term is another word: 标准, 标准化; 检验, 检验员; 坐标, 坐标系.
_SUFFIXES: Final = frozenset("化员者师系性")
_QUALIFIER: Final = re.compile(r"\s*[<〈][^<>〈〉]*[>〉]$")
_PREFIX: Final = 2


def bare(key: str) -> str:
    """Return the match key of a term without the domain some write behind it: ``minimum <mathematics>``."""
    return _QUALIFIER.sub("", key)


class TermFinder:
    """Find terms in texts of one language; a single character is no term to look for.

    By the first two characters of a term it knows how long the terms are that begin so; a text of n characters costs O(n) times
    the few lengths there are.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        # What is a term itself is never read as the plural of another.
        self._key_of = {key: key for key in keys if len(key) >= _PREFIX}
        for key in list(self._key_of):
            for form in _plurals(key):
                self._key_of.setdefault(form, key)
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in self._key_of:
            lengths[form[:_PREFIX]].add(len(form))
        self._lengths = {prefix: sorted(found, reverse=True) for prefix, found in lengths.items()}

    def find(self, folded: str) -> Iterator[str]:
        """Yield the keys of the terms that *folded*, a match key, uses, leftmost and longest first."""
        free_from = 0
        for start in _START.finditer(folded):
            place = start.start()
            if place < free_from:
                continue
            for length in self._lengths.get(folded[place : place + _PREFIX], ()):
                form = folded[place : place + length]
                if form in self._key_of and _ends(form, folded[place + length : place + length + 1]):
                    free_from = place + length
                    yield self._key_of[form]
                    break


def _plurals(key: str) -> Iterator[str]:
    """Yield what the plural of an English term looks like."""
    if key.isascii() and key[-1].isalpha():
        yield key + ("es" if key.endswith(("s", "x", "z", "ch", "sh")) else "s")
        if key.endswith("y"):
            yield key[:-1] + "ies"


def _ends(form: str, following: str) -> bool:
    """Tell whether a word that *form* closes can end where *following* comes."""
    if contains_han(form[-1]):
        return following not in _SUFFIXES
    return _LETTERS.match(following) is None or _LETTERS.match(form[-1]) is None
