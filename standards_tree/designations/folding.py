"""Fold the spellings of a designation before it is read, with or without the way back to the original positions."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from standards_tree.text import fold_in_place

# Ö is the one other letter in the name of a body: ÖNORM, also written ONORM and OENORM.
_CAPITALS: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)} | {ord("Ö"): "O", ord("ö"): "O"}
# Blanks around slashes, runs of blanks and dashes, invisible characters, and the Chinese "one" that text recognition
# makes of a dash. A superscript stays what it is: it belongs to a footnote, not to the number (NFKC would join it).
_LOOSE = re.compile(
    r" *(?P<slash>/) +| +(?P<slash_>/)|(?P<dash>-)-+|(?P<blank> ) +|[\u00ad\u200b-\u200d\u2060\ufeff]+"
    r"|(?<=\d) ?(?P<one>一) ?(?=(?:19|20)\d\d(?!\d))",
    re.ASCII,
)


def capitals(text: str) -> str:
    """Return *text* with the letters a to z in capitals, Ö as O, and every character in its place."""
    return text.upper() if text.isascii() else text.translate(_CAPITALS)


def fold(text: str) -> str:
    """Return *text* as the grammars expect it: half-width, plain dashes and slashes, no loose blanks."""
    text = text.replace("—", "-")  # the dash that is right, and the only mark that most texts need folded
    if text.isascii():
        folded = " ".join(text.split())
        if "/ " not in folded and " /" not in folded and "--" not in folded:
            return folded
    else:
        folded = fold_in_place(text).strip()
    return _LOOSE.sub(_tightened, folded)


def _tightened(match: re.Match[str]) -> str:
    if match.lastgroup is None:
        return ""
    return "-" if match.lastgroup == "one" else match[match.lastgroup]


@dataclass(frozen=True, slots=True)
class FoldedText:
    """Hold a folded text and the way back to the positions of the original."""

    text: str
    upper: str
    _positions: list[int]
    _shifts: list[int]

    def origin(self, position: int) -> int:
        """Return the position in the original text of *position* in the folded one."""
        return position + self._shifts[bisect_right(self._positions, position) - 1]


def fold_with_positions(text: str) -> FoldedText:
    """Return *text* folded as `fold` does, except that blanks at both ends stay. Cost: O(length)."""
    in_place = fold_in_place(text)
    pieces: list[str] = []
    positions, shifts = [0], [0]
    length = copied = 0
    for match in _LOOSE.finditer(in_place):
        tight = _tightened(match)
        length += match.start() - copied + len(tight)
        pieces += (in_place[copied : match.start()], tight)
        copied = match.end()
        positions.append(length)
        shifts.append(copied - length)
    pieces.append(in_place[copied:])
    folded = "".join(pieces)
    return FoldedText(folded, capitals(folded), positions, shifts)
