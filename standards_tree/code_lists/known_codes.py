"""Hold HS codes of others against a list of them, as far down as the list goes."""

from collections.abc import Iterable
from typing import Final

# Chapter, heading, subheading; what members divide further is theirs, and in no list of the WCO.
_LEVELS: Final = {
    2: "the list of HS codes has no such chapter",
    4: "the list of HS codes has no such heading",
    6: "the list of HS codes has no such subheading",
}


class KnownHsCodes:
    """The codes of one list, in any order; a branch that the list does not divide is not held against it."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = frozenset(codes)
        self._divided = frozenset(code[:-2] for code in self._codes)

    def fault(self, code: str) -> str:
        """Return at which level the list does not have *code*, as a template without parameters; empty where it has it.

        Five digits, which stand for all subheadings that begin so, are held against the list as their heading.
        """
        for length, template in _LEVELS.items():
            if len(code) < length or code[: length - 2] not in self._divided:
                return ""
            if code[:length] not in self._codes:
                return template
        return ""
