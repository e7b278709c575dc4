"""Find among very many words those that have the most pairs of neighbouring characters in common with another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BETWEEN = 0


class PairIndex:
    """The words by the pairs in them, beginning and end counted as characters; 5 MB for 100,000 words."""

    def __init__(self, words: Sequence[str]) -> None:
        self._count = len(words)
        codes = _codes("\0".join(["", *words, ""]))
        pairs = codes[:-1] << np.uint64(32) | codes[1:]
        word = (np.cumsum(codes == _BETWEEN) - 1)[:-1]
        order = np.argsort(pairs, kind="stable")
        self._words = word[order].astype(np.int32)
        self._pairs, self._begins = np.unique(pairs[order], return_index=True)

    def most_alike(self, word: str, most: int, changes: int) -> list[int]:
        """Return the numbers of the words with the most pairs in common with *word*, at most *most*; ties by number.

        None is left out that so many *changes* of a character make of it, unless there are more than *most*: a change, of
        which two neighbours that change places are the worst, takes three pairs at the most.
        """
        codes = _codes(f"\0{word}\0")
        wanted = np.unique(codes[:-1] << np.uint64(32) | codes[1:])
        at = np.searchsorted(self._pairs, wanted)
        at = at[at < len(self._pairs)]
        at = at[np.isin(self._pairs[at], wanted)]
        ends = np.append(self._begins, len(self._words))
        found: list[NDArray[np.int32]] = [self._words[self._begins[pair] : ends[pair + 1]] for pair in np.unique(at)]
        if not found:
            return []
        common = np.bincount(np.concatenate(found), minlength=self._count)
        alike = np.flatnonzero(common >= max(1, len(wanted) - 3 * changes))
        if len(alike) > most:
            least = np.partition(common[alike], len(alike) - most)[len(alike) - most]
            alike = np.concatenate([alike[common[alike] > least], alike[common[alike] == least]])[:most]
        return [int(number) for number in alike]


def _codes(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
