"""Hold HS codes of others against a list of them, as far down as the list goes."""

from collections.abc import Iterable
from typing import Final

CHAPTER: Final = 2
HEADING: Final = 4
SUBHEADING: Final = 6


class KnownHsCodes:
    """The codes of one list, in any order; a branch that the list does not divide is not held against it."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = frozenset(codes)
        self._divided = frozenset(code[:-2] for code in self._codes)

    def fault(self, code: str) -> str:
        """Return at which level the list does not have *code*, as a template without parameters; empty where it has it.

        Five digits, which stand for all subheadings that begin so, are held against the list as their heading.
        """
        # What members divide further is theirs, and in no list of the WCO.
        for length in (CHAPTER, HEADING, SUBHEADING):
            if len(code) < length or code[: length - 2] not in self._divided:
                return ""
            if code[:length] not in self._codes:
                return _missing(length)
        return ""


def _missing(length: int) -> str:
    if length == CHAPTER:
        template = "the list of HS codes has no such chapter"
    elif length == HEADING:
        template = "the list of HS codes has no such heading"
    else:
        template = "the list of HS codes has no such subheading"
    return template
