"""Lay a structure diagram out as such diagrams are drawn in China: the first levels top-down, lists of boxes below.

A branch whose boxes fit into one column hangs there as an indented list. One that does not is drawn top-down: its box
above, below it the columns and boxes its children take. How tall a column may be, and down to which level everything is
drawn top-down, is tried out, and what fits the smallest sheet of paper is kept; so 300 nodes make a sheet and no frieze.

Drawn top-down throughout, 300 nodes are 30 m wide, whatever the algorithm. For the few boxes that are drawn top-down here,
bigtree's Reingold–Tilford was tried: it keeps siblings at even distances, so that columns of 190 px stood up to 300 px
apart, and it needs 15 s for 1,500 leaves; a box over the middle of what hangs below it takes the eight lines of `_spread`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

# In px: 96 to the inch, so that the letters of a box are 9 points high on paper.
BOX_WIDTH: Final = 176.0
TRUNK: Final = 12.0
INDENT: Final = 14.0
GAP: Final = 7.0
ROW_GAP: Final = 30.0
COLUMN_GAP: Final = 16.0
BRANCH_GAP: Final = 28.0
PX_PER_MM: Final = 96 / 25.4

# Sheets of ISO 216, and above A0 those of DIN 476, in mm, the short side first.
SHEETS: Final = (("A4", 210, 297), ("A3", 297, 420), ("A2", 420, 594), ("A1", 594, 841), ("A0", 841, 1189))
LARGE_SHEETS: Final = (("2A0", 1189, 1682), ("4A0", 1682, 2378), ("8A0", 2378, 3364), ("16A0", 3364, 4756))
SMALLEST_SCALE: Final = 0.8
LARGEST_SCALE: Final = 1.4
_HEIGHTS_TRIED: Final = 40
_HALVINGS: Final = 8
_LEVELS_TRIED: Final = (1, 0, -1)


@dataclass(slots=True)
class Box:
    """A box to be placed: its height, and the boxes below it; placing gives it ``x``, ``y`` and its ``line`` from above."""

    height: float
    width: float = BOX_WIDTH
    depth: int = -1
    below: list["Box"] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    line: tuple[tuple[float, float], ...] = ()
    list_height: float = 0.0
    list_depth: int = 0

    def measure(self) -> None:
        """Learn how tall and how deep this branch is as a list; its branches know it already."""
        self.list_height = self.height + sum(GAP + one.list_height for one in self.below)
        self.list_depth = 1 + max((one.list_depth for one in self.below), default=-1)


class Sheet(NamedTuple):
    """A sheet of paper: its name, its sides in mm as it lies, and the scale at which a diagram is drawn on it."""

    name: str
    width_mm: float
    height_mm: float
    scale: float


@dataclass(slots=True)
class _Place:
    """A box drawn top-down with what stands below it, or a column of boxes that hang as a list."""

    box: Box | None
    listed: list[Box] = field(default_factory=list)
    below: list["_Place"] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to draw a tree, and the room it takes."""

    top: _Place
    level: int
    width: float
    height: float


def lay_out(boxes: Sequence[Box], margins: tuple[float, float]) -> tuple[Sheet, float, float]:
    """Place *boxes*, each after the one above it, the first at the top, and return the sheet and the size in px.

    *margins* is the room that everything around the tree takes, across and down. O(boxes) for each of the ways tried.
    """
    for box in reversed(boxes):
        box.measure()
    choice = min(_choices(boxes[0]), key=lambda tried: _cost(tried, margins))
    _put(choice.top)
    return sheet_for(choice.width + margins[0], choice.height + margins[1]), choice.width, choice.height


def _cost(choice: Choice, margins: tuple[float, float]) -> tuple[bool, float, bool, float, float]:
    """Return what puts choices in order: the smaller sheet, one with a first level, larger letters, fewer columns."""
    sheet = sheet_for(choice.width + margins[0], choice.height + margins[1])
    return not sheet.name, sheet.width_mm * sheet.height_mm, choice.level < 0, -round(sheet.scale, 1), choice.width


def sheet_for(width: float, height: float) -> Sheet:
    """Return the smallest sheet on which *width* by *height* px fit, if need be a little smaller; lying if it can be."""
    for name, short, long in (*SHEETS, *LARGE_SHEETS):
        lying, upright = (
            Sheet(name, across, down, min(LARGEST_SCALE, across * PX_PER_MM / width, down * PX_PER_MM / height))
            for across, down in ((long, short), (short, long))
        )
        sheet = max(lying, upright, key=lambda each: each.scale)
        if sheet.scale >= SMALLEST_SCALE:
            return sheet
    return Sheet("", width / PX_PER_MM, height / PX_PER_MM, 1.0)


def _choices(root: Box) -> Iterator[Choice]:
    """Yield the ways to draw the tree below *root*."""
    side = math.sqrt(root.list_height * (BOX_WIDTH + COLUMN_GAP + TRUNK))
    tallest = max((one.list_height for one in root.below), default=root.height)
    heights = {side * 1.07 ** (number - _HEIGHTS_TRIED / 2) for number in range(_HEIGHTS_TRIED)}
    for limit in sorted(heights | {tallest, root.list_height}):
        for level in _LEVELS_TRIED:
            top = _arranged(root, limit, level)
            yield Choice(top, level, *_extent(top))


def _arranged(box: Box, limit: float, level: int) -> _Place:
    """Return *box* drawn top-down, with its children as the same or in columns no taller than *limit*."""
    place = _Place(box)
    hanging: list[Box] = []
    for child in box.below:
        if child.below and (child.depth <= level or child.list_height > limit):
            place.below += [_Place(None, column) for column in _columns(hanging, limit)]
            hanging = []
            place.below.append(_arranged(child, limit, level))
        else:
            hanging.append(child)
    place.below += [_Place(None, column) for column in _columns(hanging, limit)]
    return place


def _columns(boxes: Sequence[Box], limit: float) -> list[list[Box]]:
    """Return *boxes* in as many columns as *limit* asks for, all of them about as tall."""
    columns = _filled(boxes, limit)
    if len(columns) < 2:
        return columns
    low = sum(box.list_height for box in boxes) / len(columns)
    for _halving in range(_HALVINGS):
        middle = (low + limit) / 2
        evener = _filled(boxes, middle)
        if len(evener) > len(columns):
            low = middle
        else:
            columns, limit = evener, middle
    return columns


def _filled(boxes: Sequence[Box], limit: float) -> list[list[Box]]:
    """Return *boxes* in columns that are filled up to *limit* one after the other; what is taller stands alone."""
    columns: list[list[Box]] = []
    used = math.inf
    for box in boxes:
        if used + GAP + box.list_height > limit:
            columns.append([])
            used = -GAP
        columns[-1].append(box)
        used += GAP + box.list_height
    return columns


def _places(top: _Place) -> Iterator[tuple[_Place, int]]:
    """Yield every place with its row, a place before those below it."""
    waiting = [(top, 0)]
    while waiting:
        place, row = waiting.pop()
        yield place, row
        waiting.extend((one, row + 1) for one in reversed(place.below))


def _spread(place: _Place, left: float) -> float:
    """Give *place* and those below it their room from *left* on, and return where it ends."""
    own = place.box.width if place.box is not None else _column_width(place.listed)
    right, previous = left, None
    for below in place.below:
        if previous is not None:
            right += COLUMN_GAP if previous.box is below.box is None else BRANCH_GAP
        right, previous = _spread(below, right), below
    if own > right - left and place.below:
        return _spread_apart(place, left, own)
    place.left, place.right = left, max(right, left + own)
    return place.right


def _spread_apart(place: _Place, left: float, own: float) -> float:
    """Put what is narrower than the box it stands below in the middle under it."""
    aside = (own - (place.below[-1].right - left)) / 2
    for below, _row in _places(place):
        below.left, below.right = below.left + aside, below.right + aside
    place.left, place.right = left, left + own
    return place.right


def _column_width(listed: Sequence[Box]) -> float:
    return TRUNK + BOX_WIDTH + INDENT * max(box.list_depth for box in listed)


def _rows(top: _Place) -> list[float]:
    """Return how far down each row of the tree begins; a row is as tall as its tallest box."""
    heights: dict[int, float] = {}
    for place, row in _places(top):
        heights[row] = max(heights.get(row, 0.0), place.box.height if place.box is not None else 0.0)
    tops = [0.0]
    for row in range(max(heights)):
        tops.append(tops[row] + heights[row] + ROW_GAP)
    return tops


def _extent(top: _Place) -> tuple[float, float]:
    """Return the width and height a way to draw the tree takes."""
    rows = _rows(top)
    return _spread(top, 0.0), max(rows[row] + _height(place) for place, row in _places(top))


def _height(place: _Place) -> float:
    if place.box is not None:
        return place.box.height
    return sum(box.list_height for box in place.listed) + GAP * (len(place.listed) - 1)


def _put(top: _Place) -> None:
    """Give every box its place and its line; the places have their room."""
    rows = _rows(top)
    for place, row in _places(top):
        if place.box is None:
            continue
        place.box.x = (place.left + place.right - place.box.width) / 2
        place.box.y = rows[row]
        start = (place.box.x + place.box.width / 2, place.box.y + place.box.height)
        for below in place.below:
            _hang(below, start, rows[row + 1])


def _hang(place: _Place, start: tuple[float, float], top: float) -> None:
    """Draw the lines from *start* to a box or column at *top*, and put the boxes of a column."""
    bus = top - ROW_GAP / 2
    if place.box is not None:
        middle = (place.left + place.right) / 2
        place.box.line = (start, (start[0], bus), (middle, bus), (middle, top))
        return
    y = top
    for box in place.listed:
        _put_list(box, place.left + TRUNK, y)
        half = box.y + box.height / 2
        box.line = (start, (start[0], bus), (place.left, bus), (place.left, half), (box.x, half))
        y += box.list_height + GAP


def _put_list(box: Box, x: float, y: float) -> None:
    """Put *box* and everything below it as an indented list."""
    box.x, box.y = x, y
    y += box.height
    for child in box.below:
        _put_list(child, x + INDENT, y + GAP)
        half = child.y + child.height / 2
        trunk = x + INDENT / 2
        child.line = ((trunk, box.y + box.height), (trunk, half), (child.x, half))
        y += GAP + child.list_height
