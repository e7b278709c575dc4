"""Read a structure diagram back: its boxes, its lines and its texts, measured by rules of the test's own."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in a box; ``left`` and ``right`` are measured from the box's own left side."""

    text: str
    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A box of a diagram and what is in it."""

    code: str
    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]
    tip: str

    def overlaps(self, other: "DrawnBox") -> bool:
        """Tell whether two boxes have a part in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height

    def touches(self, x: float, y: float) -> bool:
        """Tell whether a point lies on the border of the box."""
        inside = self.x - 0.1 <= x <= self.x + self.width + 0.1 and self.y - 0.1 <= y <= self.y + self.height + 0.1
        return inside and not (
            self.x + 0.1 < x < self.x + self.width - 0.1 and self.y + 0.1 < y < self.y + self.height - 0.1
        )


class Drawing:
    """A diagram that was read; reading it refuses what is no XML or brings anything from outside."""

    def __init__(self, content: bytes) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.root = etree.fromstring(content, parser)
        self.boxes = [_box(group) for group in self.root.iter(f"{SVG}g") if "data-code" in group.attrib]
        self.lines = [
            (line.get("data-from", ""), line.get("data-to", ""), _points(line))
            for line in self.root.iter(f"{SVG}polyline")
        ]
        self.view_box = [float(number) for number in self.root.get("viewBox", "").split()]

    @property
    def elements(self) -> set[str]:
        """Return the names of all elements."""
        return {etree.QName(element).localname for element in self.root.iter(etree.Element)}

    def overlapping(self) -> list[tuple[str, str]]:
        """Return the pairs of boxes that have a part in common."""
        boxes = sorted(self.boxes, key=lambda box: box.x)
        found = []
        for number, box in enumerate(boxes):
            for other in boxes[number + 1 :]:
                if other.x >= box.x + box.width:
                    break
                if box.overlaps(other):
                    found.append((box.code, other.code))
        return found

    def overflowing(self) -> list[tuple[str, str]]:
        """Return the texts that leave their boxes."""
        return [
            (box.code, text.text)
            for box in self.boxes
            for text in box.texts
            if text.left < 0 or text.right > box.width or not 0 < text.y < box.height
        ]


def width(text: str, size: float) -> float:
    """Return how wide *text* is with Chinese letters as wide as high, and others as in an ordinary sans-serif font."""
    total = 0.0
    for letter in text:
        if unicodedata.combining(letter):
            continue
        if unicodedata.east_asian_width(letter) in "WFA":
            total += 1.0
        elif letter in "ijl.,:;'|!I ()[]ft-/":
            total += 0.33
        elif letter in "mwMW@%":
            total += 0.87
        elif letter.isupper():
            total += 0.68
        else:
            total += 0.56
    return total * size


def _box(group: Any) -> DrawnBox:
    x, y = (float(number) for number in group.get("transform")[len("translate(") : -1].split())
    rectangle = group.find(f"{SVG}rect")
    texts = tuple(_text(line) for line in group.findall(f"{SVG}text"))
    sides = float(rectangle.get("width")), float(rectangle.get("height"))
    return DrawnBox(group.get("data-code"), x, y, *sides, texts, group.findtext(f"{SVG}title"))


def _text(line: Any) -> Text:
    at, wide = float(line.get("x")), width(line.text or "", float(line.get("font-size")))
    left = {"middle": at - wide / 2, "end": at - wide}.get(line.get("text-anchor", ""), at)
    return Text(line.text or "", left, left + wide, float(line.get("y")))


def _points(line: Any) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in line.get("points").split())]
