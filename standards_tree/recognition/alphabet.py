"""Write texts in an alphabet in which the words of a vocabulary are short: its characters by how often they occur.

A search reads bytes of UTF-8, of which a Chinese character has three. As the number it has in the alphabet, one of the 127
commonest has one and one of the next 1,920 two. Characters that no word has are all the same one.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_SURROGATES = range(0xD800, 0xE000)
_ENCODING = "utf-32-le"


class Alphabet:
    """The characters of *words*, numbered from 1; 0 is every other one."""

    def __init__(self, words: Sequence[str]) -> None:
        counted = Counter("".join(words))
        # By character where they are equally common, so that the same words make the same alphabet.
        characters = np.array([ord(one) for one in sorted(counted, key=lambda one: (-counted[one], one))], np.uint32)
        numbers = np.arange(1, len(characters) + 1, dtype=np.uint32)
        numbers[numbers >= _SURROGATES.start] += len(_SURROGATES)
        # One more than the last character has, for all beyond it.
        self._numbers = np.zeros(int(characters.max(initial=0)) + 2, np.uint32)
        self._numbers[characters] = numbers

    def write(self, codes: NDArray[np.uint8] | NDArray[np.uint32]) -> str:
        """Return a text of code points in this alphabet; its characters are as many."""
        return self._numbers.take(codes, mode="clip").tobytes().decode(_ENCODING)

    def write_all(self, words: Sequence[str]) -> list[str]:
        """Return each of *words* in this alphabet."""
        joined = self.write(np.frombuffer("".join(words).encode(_ENCODING, "surrogatepass"), np.uint32))
        ends = np.cumsum([0, *map(len, words)]).tolist()
        return [joined[start:end] for start, end in pairwise(ends)]
