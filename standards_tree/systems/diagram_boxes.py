"""Say what stands in each box of a structure diagram, and which colours it has."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from standards_tree.standards import Level
from standards_tree.systems.diagram_layout import BOX_WIDTH
from standards_tree.systems.lettering import cut, printable, width_of, wrapped
from standards_tree.systems.statistics import Figures, NodeFigures, Statistics
from standards_tree.systems.system_view import SystemView
from standards_tree.systems.words import either, word

LEVEL_COLOURS: Final = {
    Level.NATIONAL: "#b3261e",
    Level.INDUSTRY: "#1f5fa8",
    Level.LOCAL: "#8a5a00",
    Level.GROUP: "#2e7d32",
    Level.ENTERPRISE: "#6a3fa0",
    Level.INTERNATIONAL: "#00796b",
    Level.FOREIGN: "#5f6368",
}
# The colour of a box by the share of what should be there, from which share on; its figures say the same in words.
COVERAGE_COLOURS: Final = (
    (1.0, "#cfe8c6", "100%"),
    (0.8, "#e9f4dd", "80–99%"),
    (0.5, "#fdf1c9", "50–79%"),
    (0.0, "#f9d9d3", "0–49%"),
)
PLAIN: Final = "#ffffff"
ROOT_FILL: Final = "#e8eef5"
EDGE: Final = "#8a97a5"
STRONG_EDGE: Final = "#3d5673"

ROOT_WIDTH: Final = 360.0
LINE: Final = 1.3
_LEFT, _RIGHT, _ABOVE, _BELOW, _APART = 11.0, 7.0, 4.0, 6.0, 8.0
_INSIDE: Final = BOX_WIDTH - _LEFT - _RIGHT
_NAME_LINES: Final = 3
_CODE_SIZE, _NAME_SIZE, _FIGURE_SIZE, _ROOT_SIZE = 11.0, 12.0, 10.0, 15.0
_FIGURE_COLOUR: Final = "#4a5866"


@dataclass(frozen=True, slots=True)
class Letters:
    """A line of text; ``y`` is where its letters stand."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False
    anchor: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A box as it looks; ``above`` is the number of the box above it, and ``tip`` its text in full."""

    code: str
    above: int
    tip: str
    lines: tuple[Letters, ...]
    height: float
    width: float = BOX_WIDTH
    fill: str = PLAIN
    stroke: str = EDGE
    band: str = ""
    strong: bool = False


def faces_of(view: SystemView, statistics: Statistics, language: str, *, by_coverage: bool) -> list[Face]:
    """Return the boxes of *view*, each after the one above it; the first is the system, or the branch itself."""
    faces: list[Face] = []
    numbers: dict[str, int] = {}
    if not view.subject.branch:
        faces.append(_root("", either(view.title, language), statistics.total, language))
    for one in statistics.nodes:
        numbers[one.node.code] = len(faces)
        if not faces:
            faces.append(_root(one.node.code, either(one.node.title, language), one.branch, language))
        else:
            faces.append(_face(one, numbers.get(one.node.parent, 0), language, by_coverage=by_coverage))
    return faces


def figures_text(figures: Figures, language: str) -> str:
    """Return the figures of a box: how many there are, should be where that is known, and are in draft."""
    expected = figures.expected
    text = (
        word("figure", language, existing=figures.existing)
        if expected is None
        else word("figure_of", language, existing=figures.existing, expected=expected)
    )
    if figures.drafts:
        text += ("; " if language == "en" else " ") + word("figure_drafts", language, drafts=figures.drafts)
    return text


def coverage_colour(figures: Figures) -> str:
    """Return the colour for the share there is, none where that is not known."""
    ratio = figures.ratio
    if ratio is None:
        return PLAIN
    return next(colour for least, colour, _words in COVERAGE_COLOURS if ratio >= least)


def _root(code: str, name: str, figures: Figures, language: str) -> Face:
    lines = [
        Letters(ROOT_WIDTH / 2, 0, _ROOT_SIZE, text, bold=True, anchor="middle")
        for text in wrapped(f"{code} {name}", (ROOT_WIDTH - 2 * _LEFT) / _ROOT_SIZE, 2)
    ]
    figure = cut(figures_text(figures, language), (ROOT_WIDTH - 2 * _LEFT) / _CODE_SIZE)
    lines.append(Letters(ROOT_WIDTH / 2, 0, _CODE_SIZE, figure, anchor="middle", colour=_FIGURE_COLOUR))
    stacked, height = _stacked(lines)
    tip = f"{code} {name}".strip()
    return Face(code, 0, tip, stacked, height, ROOT_WIDTH, ROOT_FILL, STRONG_EDGE, strong=True)


def _face(one: NodeFigures, above: int, language: str, *, by_coverage: bool) -> Face:
    node, name = one.node, either(one.node.title, language)
    figures = figures_text(one.branch, language)
    stacked, height = _stacked(list(_lines(one, name, figures, language)))
    return Face(
        node.code,
        above,
        f"{printable(node.code)} {name} ({figures})",
        stacked,
        height,
        fill=coverage_colour(one.branch) if by_coverage else PLAIN,
        stroke=STRONG_EDGE if node.depth == 0 else EDGE,
        band=LEVEL_COLOURS[node.level] if node.level is not None else "",
        strong=node.depth == 0,
    )


def _lines(one: NodeFigures, name: str, figures: str, language: str) -> Iterator[Letters]:
    """Yield the lines of a box, what shares a line one after the other.

    Beside its number stands the level that a node states itself, and at the end of that line its figures if there is room.
    """
    node = one.node
    level = word(f"short_level_{node.own_level.value}", language) if node.own_level is not None else ""
    level_room = width_of(level) * _FIGURE_SIZE + _APART if level else 0.0
    figure_room = width_of(figures) * _FIGURE_SIZE + _APART
    code_width = width_of(printable(node.code)) * _CODE_SIZE
    beside = code_width + level_room + figure_room <= _INSIDE
    code = cut(node.code, (_INSIDE - level_room) / _CODE_SIZE)
    if beside:
        yield Letters(BOX_WIDTH - _RIGHT, 0, _FIGURE_SIZE, figures, anchor="end", colour=_FIGURE_COLOUR)
    if node.own_level is not None:
        at = _LEFT + width_of(code) * _CODE_SIZE + _APART
        yield Letters(at, 0, _FIGURE_SIZE, level, anchor="start", colour=LEVEL_COLOURS[node.own_level])
    yield Letters(_LEFT, 0, _CODE_SIZE, code, bold=True)
    for text in wrapped(name, _INSIDE / _NAME_SIZE, _NAME_LINES):
        yield Letters(_LEFT, 0, _NAME_SIZE, text)
    if not beside:
        yield Letters(_LEFT, 0, _FIGURE_SIZE, cut(figures, _INSIDE / _FIGURE_SIZE), colour=_FIGURE_COLOUR)


def _stacked(lines: list[Letters]) -> tuple[tuple[Letters, ...], float]:
    """Return *lines* one below the other and the height they take; what has an anchor stands beside the next one."""
    bottom = _ABOVE
    placed: list[Letters] = []
    waiting: list[Letters] = []
    for line in lines:
        waiting.append(line)
        if line.anchor in ("end", "start"):
            continue
        bottom += line.size * LINE
        placed += [replace(one, y=bottom - line.size * 0.3) for one in waiting]
        waiting.clear()
    return tuple(placed), bottom + _BELOW
