"""Draw the structure diagram of a standards system (标准体系结构图, GB/T 13016) as SVG.

A drawing needs nothing from outside and carries no script; the same view gives the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from standards_tree.reports.labels import language_of
from standards_tree.systems.diagram_boxes import (
    COVERAGE_COLOURS,
    LEVEL_COLOURS,
    PLAIN,
    Face,
    Letters,
    faces_of,
)
from standards_tree.systems.diagram_layout import PX_PER_MM, Box, lay_out
from standards_tree.systems.lettering import cut, width_of
from standards_tree.systems.statistics import statistics_of
from standards_tree.systems.system_view import SystemView
from standards_tree.systems.words import either, facts_of, title_of, word

FONTS: Final = (
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', "
    "'WenQuanYi Micro Hei', Arial, sans-serif"
)
_MARGIN: Final = 36.0
_HEADING: Final = 78.0
_LEGEND_SIZE: Final = 11.0
_LEGEND_LINE: Final = 20.0
_LEGEND_SIGN: Final = 30.0
# Within the margins of an upright A4, the narrowest sheet there is.
_NARROWEST: Final = 210 * PX_PER_MM - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Sign:
    """An entry of the legend: a sign of some kind and what it stands for; a heading has no sign."""

    kind: str
    text: str
    colour: str = ""
    x: float = 0.0
    y: float = 0.0

    @property
    def indent(self) -> float:
        """Return where its text begins."""
        return 0.0 if self.kind in ("head", "note") else _LEGEND_SIGN

    @property
    def width(self) -> float:
        """Return how much room it takes, with the blank after it."""
        return self.indent + width_of(self.text) * _LEGEND_SIZE + 16


class Drawing(NamedTuple):
    """A diagram as SVG, and the sheet it is drawn for."""

    svg: bytes
    width_mm: float
    height_mm: float


def draw_diagram(view: SystemView, language: str, *, by_coverage: bool = False, fonts: str = FONTS) -> Drawing:
    """Return the structure diagram of *view*: a box for each node with its number, name and figures.

    With *by_coverage*, boxes have the colour of the share there is of what should be. *fonts* is a list as of CSS.

    Raises:
        InvalidArgumentError: diagrams are not drawn in *language*.
    """
    language = language_of(language)
    faces = faces_of(view, statistics_of(view), language, by_coverage=by_coverage)
    boxes = _boxes(faces)
    legend = _legend(view, language, by_coverage=by_coverage)
    legend_height = _LEGEND_LINE * (1 + _flowed(legend, _NARROWEST)[-1].y)
    margins = (2 * _MARGIN, 2 * _MARGIN + _HEADING + legend_height)
    sheet, tree_width, tree_height = lay_out(boxes, margins)
    width, height = sheet.width_mm * PX_PER_MM / sheet.scale, sheet.height_mm * PX_PER_MM / sheet.scale
    room = height - _HEADING - legend_height - 2 * _MARGIN - tree_height
    content = _template().render(
        sheet=sheet,
        width=width,
        height=height,
        left=(width - tree_width) / 2,
        top=_MARGIN + _HEADING + max(0.0, min(room / 3, 60.0)),
        language=language,
        fonts=fonts,
        title=title_of("diagram", either(view.title, language), language),
        description=word("description", language, nodes=len(view.nodes), standards=len(view.standards)),
        heading=list(_heading(view, language, width)),
        edges=[
            _edge(box, faces[face.above].code, face.code) for box, face in zip(boxes, faces, strict=True) if box.line
        ],
        nodes=list(zip(boxes, faces, strict=True)),
        legend=_standing(_flowed(legend, width - 2 * _MARGIN), height - _MARGIN),
    )
    return Drawing(content.encode(), sheet.width_mm, sheet.height_mm)


def _boxes(faces: Sequence[Face]) -> list[Box]:
    boxes: list[Box] = []
    for number, face in enumerate(faces):
        above = boxes[face.above] if number else None
        box = Box(face.height, face.width, above.depth + 1 if above is not None else -1)
        if above is not None:
            above.below.append(box)
        boxes.append(box)
    return boxes


def _edge(box: Box, above: str, below: str) -> dict[str, str]:
    return {"above": above, "below": below, "points": " ".join(f"{_number(x)},{_number(y)}" for x, y in box.line)}


def _heading(view: SystemView, language: str, width: float) -> Iterator[Letters]:
    """Yield the title, and below it the date and what the view is a branch of."""
    inside = width - 2 * _MARGIN
    title = title_of("diagram", either(view.title, language), language)
    size = max(14.0, min(24.0, inside / width_of(title)))
    yield Letters(0, _MARGIN + 20, size, cut(title, inside / size), bold=True)
    facts = [
        *facts_of(view.subject, language),
        word("nodes_count", language, count=len(view.nodes)),
        word("standards_count", language, count=len(view.standards)),
        word("prescribed", language),
    ]
    yield Letters(0, _MARGIN + 44, 12.0, cut(" · ".join(facts), inside / 12.0))


def _legend(view: SystemView, language: str, *, by_coverage: bool) -> list[Sign]:
    """Return the signs that this diagram has."""
    signs = [Sign("head", word("legend", language)), Sign("line", word("legend_line", language))]
    levels = {node.level for node in view.nodes if node.level is not None}
    signs += [
        Sign("band", word(f"level_{level.value}", language), colour)
        for level, colour in LEVEL_COLOURS.items()
        if level in levels
    ]
    if by_coverage:
        signs.append(Sign("head", word("legend_coverage", language)))
        signs += [Sign("fill", words, colour) for _least, colour, words in COVERAGE_COLOURS]
        signs.append(Sign("fill", word("legend_unknown", language), PLAIN))
    return [*signs, Sign("note", word("legend_figures", language))]


def _flowed(signs: Sequence[Sign], width: float) -> list[Sign]:
    """Return *signs* side by side in lines of *width*; ``y`` counts the lines."""
    flowed: list[Sign] = []
    x, line = 0.0, 0
    for sign in signs:
        if flowed and x + sign.width > width:
            x, line = 0.0, line + 1
        text = cut(sign.text, (width - sign.indent) / _LEGEND_SIZE)
        flowed.append(replace(sign, text=text, x=x, y=line))
        x += sign.width
    return flowed


def _standing(signs: Sequence[Sign], bottom: float) -> list[Sign]:
    """Return flowed *signs* at their places, the last line at *bottom*."""
    last = signs[-1].y
    return [replace(sign, x=_MARGIN + sign.x, y=bottom - (last - sign.y) * _LEGEND_LINE) for sign in signs]


def _number(value: float) -> str:
    """Return a length as short as a hundredth of a pixel can be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("standards_tree.systems"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = _number
    return environment.get_template("diagram.svg.j2")
