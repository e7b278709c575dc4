"""Read which standard the source of a definition names: ``GB/T 20000.1—2014, 5.3``, ``[SOURCE: ISO 704:2009, modified]``.

A source is a text of people. What is read is a designation of known grammar and the clause right after it; what names none, or
several of which nobody could say which is quoted, is left to whoever looks at it.
"""

import re
from dataclasses import dataclass

from standards_tree.designations import find_designations

_CLAUSE = re.compile(
    r"\s*[,，:：]\s*(?:(?:sub)?clause|definition|entry|第)?\s*([A-Z](?:\.\d+)+|\d+(?:\.\d+)*)(?![\d.]*\d)(?=[^\w—-]|$|[章条])",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[,，;；]")
# Two capitals, in any width, begin a designation.
_CAPITALS = re.compile(r"[A-ZＡ-Ｚ]{2}")


@dataclass(frozen=True, slots=True)
class ReadSource:
    """What a source names: the key of an edition, or of a number where not *dated*; empty for none, and for *several*."""

    key: str
    dated: bool
    several: bool
    clause: str


NOTHING = ReadSource("", dated=False, several=False, clause="")


class SourceReader:
    """Reads sources; of many that begin with the same designation each is read once."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, ReadSource]] = {}

    def read(self, text: str, clause: str = "") -> ReadSource:
        """Return what *text* names; *clause* is the one stated apart, which counts more than one in the text."""
        separator = _SEPARATORS.search(text)
        at = separator.start() if separator is not None else len(text)
        head = text[:at]
        if _CAPITALS.search(text, at):
            end, read = _read(text)
        else:
            if head not in self._heads:
                self._heads[head] = _read(head)
            end, read = self._heads[head]
        if not read.key:
            return read
        found = None if clause else _CLAUSE.match(text, end)
        return ReadSource(read.key, read.dated, read.several, clause.strip() or (found[1] if found else ""))


def _read(text: str) -> tuple[int, ReadSource]:
    """Return where the one designation ends, and what it names."""
    found = find_designations(text)
    keys = {designation.key for _, _, designation in found}
    if not found:
        return 0, NOTHING
    _, end, one = found[0]
    if len(keys) > 1 or one.all_parts:
        return end, ReadSource("", dated=False, several=True, clause="")
    return end, ReadSource(one.key if one.is_dated else one.undated_key, one.is_dated, several=False, clause="")
