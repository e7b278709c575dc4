"""Measure and break the text of a diagram, in both scripts, whatever font a reader has.

An SVG names fonts and does not bring them, so a width is a bound: no letter is wider in Noto Sans CJK, Arial or DejaVu
Sans. A Chinese character is as wide as it is high.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

ELLIPSIS: Final = "…"
MOST_MARKS: Final = 4
_NO_LETTERS: Final = frozenset(("Cc", "Cf", "Cs"))

# Of the ASCII letters from the blank on, in hundredths of their height: the widest of regular and bold in these fonts.
_ASCII: Final = (
    32, 41, 58, 84, 64, 97, 78, 33, 40, 40, 51, 84, 33, 37, 33, 40, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 62, 102, 73, 73, 73, 78, 67, 62, 78, 76, 33, 57, 73, 62, 87, 75, 79,
    67, 79, 73, 67, 63, 75, 69, 99, 69, 67, 69, 40, 40, 40, 84, 57, 63, 62, 65, 56, 65, 62, 38, 64,
    64, 31, 31, 61, 32, 98, 65, 63, 65, 65, 44, 56, 43, 64, 60, 87, 60, 60, 53, 64, 34, 64, 84,
)  # fmt: skip
_WIDTH_OF: Final = {chr(32 + number): width / 100 for number, width in enumerate(_ASCII)}
_WIDEST: Final = 1.02
_BREAK_AFTER: Final = frozenset(" -/–—·、，。；：")
# 行首禁则 and 行尾禁则: what no line begins with, and what none ends with.
_NEVER_FIRST: Final = frozenset("、，。；：！？）》」』】〕”’,.;:!?)]}%…-/ ")
_NEVER_LAST: Final = frozenset("（《「『【〔“‘([{")
_INVISIBLE: Final = frozenset(("Mn", "Me", "Cf"))


def printable(text: str) -> str:
    """Return *text* on one line, without what no letter is: control characters, marks that turn the direction, towers.

    A letter keeps MOST_MARKS of the marks above and below it; no script needs more, and a tower of them covers its
    neighbours.
    """
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if letter.isspace():
            kept.append(" ")
        elif marks <= MOST_MARKS and _is_letter(letter):
            kept.append(letter)
    return " ".join("".join(kept).split())


def _is_letter(letter: str) -> bool:
    """Tell whether *letter* shows something; those for private use may, the noncharacters of Unicode never do."""
    point = ord(letter)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    return not is_noncharacter and unicodedata.category(letter) not in _NO_LETTERS


def width_of(text: str) -> float:
    """Return how wide *text* can be at the most, in heights of its letters."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    width = _WIDTH_OF.get(letter)
    if width is None:
        width = 0.0 if unicodedata.category(letter) in _INVISIBLE else _WIDEST
    return width


def wrapped(text: str, width: float, most_lines: int) -> list[str]:
    """Return *text* in lines no wider than *width*, the last one cut where there are more than *most_lines*."""
    lines: list[str] = []
    rest = printable(text)
    while rest and len(lines) < most_lines:
        if len(lines) == most_lines - 1:
            lines.append(cut(rest, width))
            break
        end = _line_end(rest, width)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return lines


def cut(text: str, width: float) -> str:
    """Return *text* no wider than *width*, with an ellipsis where something is missing."""
    text = printable(text)
    fitting = _fitting(text, width)
    if fitting == len(text):
        return text
    return text[: _fitting(text, width - width_of(ELLIPSIS))].rstrip() + ELLIPSIS


def _fitting(text: str, width: float) -> int:
    """Return how many letters of *text* stand side by side in *width*."""
    used = 0.0
    for count, letter in enumerate(text):
        used += _letter_width(letter)
        if used > width:
            return count
    return len(text)


def _line_end(text: str, width: float) -> int:
    """Return where the first line of *text* ends: at the last place to break that fits, else within a word."""
    fitting = max(1, _fitting(text, width))
    if fitting == len(text):
        return fitting
    return next((end for end in _breaks(text, fitting) if end > fitting // 3), fitting)


def _breaks(text: str, most: int) -> Iterator[int]:
    """Yield the places where a line may end, the last one first."""
    for end in range(most, 0, -1):
        before, after = text[end - 1], text[end]
        if after in _NEVER_FIRST - {" "} or before in _NEVER_LAST:
            continue
        if after == " " or before in _BREAK_AFTER or _is_wide(before) or _is_wide(after):
            yield end


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
