"""Hold HS and ICS codes of others against a list of them, as far down as the list goes."""

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar, Final

REMEMBERED: Final = 10_000


class KnownCodes:
    """The codes of one list, in any order; a branch that the list does not divide is not held against it."""

    lengths: ClassVar[tuple[int, ...]]
    """How long a code is at each level, from the highest down; what is below the last is in no list."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = frozenset(codes)
        self._divided = frozenset(code[: self._above(len(code))] for code in self._codes)
        # A file of thousands of notifications holds the same codes again and again.
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._fault)

    def _above(self, length: int) -> int:
        """Return how long the code is that a code of *length* lies below; 0 at the top."""
        return max((level for level in self.lengths if level < length), default=0)

    def fault(self, code: str) -> str:
        """Return at which level the list does not have *code*, as a template without parameters; empty where it has it.

        Five digits of HS, which stand for all subheadings that begin so, are held against the list as their heading.
        """
        return self._remembered(code)

    def _fault(self, code: str) -> str:
        for length in self.lengths:
            if len(code) < length or code[: self._above(length)] not in self._divided:
                return ""
            if code[:length] not in self._codes:
                return self._missing(length)
        return ""

    def _missing(self, length: int) -> str:
        raise NotImplementedError


class KnownHsCodes(KnownCodes):
    """The codes of an HS list. What members divide further than subheadings is theirs, and in no list of the WCO."""

    CHAPTER: Final = 2
    HEADING: Final = 4
    SUBHEADING: Final = 6
    lengths = (CHAPTER, HEADING, SUBHEADING)

    def _missing(self, length: int) -> str:
        if length == self.CHAPTER:
            template = "the list of HS codes has no such chapter"
        elif length == self.HEADING:
            template = "the list of HS codes has no such heading"
        else:
            template = "the list of HS codes has no such subheading"
        return template


class KnownIcsCodes(KnownCodes):
    """The codes of an ICS list: ``97``, ``97.200``, ``97.200.50``."""

    FIELD: Final = 2
    GROUP: Final = 6
    SUBGROUP: Final = 9
    lengths = (FIELD, GROUP, SUBGROUP)

    def _missing(self, length: int) -> str:
        if length == self.FIELD:
            template = "the list of ICS codes has no such field"
        elif length == self.GROUP:
            template = "the list of ICS codes has no such group"
        else:
            template = "the list of ICS codes has no such sub-group"
        return template
