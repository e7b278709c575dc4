"""Choose the grammar by the first word, and read the designation that begins at a position."""

import re
from collections.abc import Callable
from typing import Final

from standards_tree.designations.additions import STAGES, ReadAt, Reading
from standards_tree.designations.chinese import STARTERS as CHINESE_STARTERS
from standards_tree.designations.chinese import read_chinese
from standards_tree.designations.foreign import (
    ADOPTERS,
    EUROPEAN,
    KNOWN_BODIES,
    read_astm,
    read_european,
    read_generic,
)
from standards_tree.designations.international import read_codex, read_iso, read_itu

_Reader = Callable[[str, int, str, ReadAt], Reading | None]

_READERS: Final[dict[str, _Reader]] = {
    **dict.fromkeys((word.partition(" ")[0].partition("/")[0] for word in ADOPTERS), read_european),
    **dict.fromkeys((draft + word for word in EUROPEAN for draft in ("", "PR", "FPR", "OPR")), read_european),
    **dict.fromkeys(("ISO", "IEC", "IWA", "CISPR", *STAGES.split("|")), read_iso),
    **dict.fromkeys(("CODEX", "CAC", "CXS", "CXG", "CXC", "CXM", "CXA"), read_codex),
    "ITU": read_itu,
    "ASTM": read_astm,
}
STARTERS: Final = CHINESE_STARTERS | _READERS.keys() | KNOWN_BODIES
"""The first words, in capitals, of all designations whose grammar is known."""

_FIRST_WORD = re.compile("[A-Z]+")


def read_designation(text: str, upper: str, start: int, raw: str, *, running: bool) -> Reading | None:
    """Return the designation that begins at *start* and the position behind it; None if there is none.

    *text* is folded, *upper* the same in capitals. *running*: other words stand around it, so no unknown word in
    capitals is taken for a body, and no small letters for a part of one.
    """
    match = _FIRST_WORD.match(upper, start)
    if match is None:
        return None
    first = match[0]
    is_chinese = first in CHINESE_STARTERS
    if is_chinese and (reading := read_chinese(upper, start, raw, _read_second)):
        return reading
    reader = _READERS.get(first)
    if reader is not None and (reading := reader(upper, start, raw, _read_second)):
        return reading
    is_known = first in KNOWN_BODIES
    if is_known or not (running or is_chinese):
        return read_generic(upper if is_known and not running else text, upper, start, raw, _read_second)
    return None


def _read_second(upper: str, start: int) -> Reading | None:
    """Read the second designation of a double number, which is never a Chinese one."""
    match = _FIRST_WORD.match(upper, start)
    reader = _READERS.get(match[0]) if match else None
    reading = reader(upper, start, "", _read_no_third) if reader else None
    if reading is None and match and match[0] in KNOWN_BODIES:
        reading = read_generic(upper, upper, start, "", _read_no_third)
    if reading is None:
        return None
    designation, end = reading
    return (designation if designation.raw else designation.with_raw(upper[start:end])), end


def _read_no_third(_upper: str, _start: int) -> Reading | None:
    """Read nothing: a double number has two, and a text of a million bars must not recurse."""
    return None
