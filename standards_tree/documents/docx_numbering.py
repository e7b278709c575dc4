"""Count what Word numbers by itself: the numbers of chapters, clauses, annexes, lists, tables, notes as they are printed.

Source: ECMA-376-1, 17.9: a paragraph names a list and a level in it; the level says how it is counted and what is
printed around the number; a higher level that is counted on begins all levels below it anew.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from standards_tree.documents.docx_package import value
from standards_tree.documents.hardened_xml import Element
from standards_tree.documents.numerals import letters, roman

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_MOST = 32_767
_CHINESE_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SYMBOLS = {
    "\uf0b7": "•",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf0a7": "▪",
    "\uf0fc": "✓",
    "\uf02d": "—",
    "o": "○",
}


def _chinese(count: int) -> str:
    """Return the Chinese numeral of a number below 100; the figures beyond."""
    if not 0 < count < 100:  # no list of a standard is longer
        return str(count)
    tens, ones = divmod(count, 10)
    written = ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" if tens else ""
    return written + (_CHINESE_DIGITS[ones] if ones else "")


_FORMATS: dict[str, Callable[[int], str]] = {
    "upperLetter": lambda count: letters(count).upper(),
    "lowerLetter": letters,
    "upperRoman": lambda count: roman(count).upper(),
    "lowerRoman": roman,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "decimalEnclosedCircle": lambda count: _CIRCLED[count - 1] if 0 < count <= len(_CIRCLED) else str(count),
    "decimalEnclosedCircleChinese": lambda count: _CIRCLED[count - 1] if 0 < count <= len(_CIRCLED) else str(count),
    "decimalZero": lambda count: f"{count:02d}",
    "none": lambda _count: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    numeral: str = "decimal"
    text: str = ""
    restart: int | None = None
    is_legal: bool = False


class Numbering:
    """Counts the paragraphs of a document, in their order."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}
        self._list_of: dict[str, str] = {}
        self._overridden: dict[str, dict[int, _Level]] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counters: dict[str, list[int]] = {}
        if root is not None:
            self._read_abstract(root)
            for number in root.iterchildren("num"):
                self._read_number(number)

    def label(self, number_id: str, level: str, style: str) -> str:
        """Return what the next paragraph of list *number_id* is numbered with, ``""`` where it is not numbered.

        Where no *level* is stated it is the one that the list links to the *style* of the paragraph.
        """
        key = self._list_of.get(number_id)
        if key is None:
            return ""
        at = int(level) if level.isdigit() else self._level_of_style.get((key, style), 0)
        at = min(at, _LEVELS - 1)
        levels = {**self._abstract[key], **self._overridden.get(number_id, {})}
        counts = self._count(key, number_id, at, levels)
        described = levels.get(at, _Level())
        if described.numeral == "bullet":
            return "".join(_SYMBOLS.get(sign, sign) for sign in described.text).strip()

        def written(place: re.Match[str]) -> str:
            other = int(place[1]) - 1
            numeral = "decimal" if described.is_legal else levels.get(other, _Level()).numeral
            return _FORMATS.get(numeral, str)(counts[other])

        return _PLACE.sub(written, described.text).strip()

    def _count(self, key: str, number_id: str, at: int, levels: dict[int, _Level]) -> list[int]:
        counts = self._counters.setdefault(key, [0] * _LEVELS)
        restart = self._restarts.get(number_id, {}).pop(at, None)
        for above in range(at):
            if counts[above] == 0:  # a level that was skipped is printed as begun
                counts[above] = levels.get(above, _Level()).start
        described = levels.get(at, _Level())
        if restart is not None:
            counts[at] = restart
        else:
            counts[at] = described.start if counts[at] == 0 else min(counts[at] + 1, _MOST)
        for below in range(at + 1, _LEVELS):
            until = levels.get(below, _Level()).restart
            if until is None or (until and at < until):
                counts[below] = 0
        return counts

    def _read_abstract(self, root: Element) -> None:
        linked: dict[str, str] = {}
        styles: dict[str, str] = {}
        for element in root.iterchildren("abstractNum"):
            key = value(element, "abstractNumId")
            self._abstract[key] = dict(self._levels(key, element))
            if value(element.find("numStyleLink")):
                linked[key] = value(element.find("numStyleLink"))
            if value(element.find("styleLink")):
                styles[value(element.find("styleLink"))] = key
        for key, style in linked.items():
            target = styles.get(style)
            if target is not None and not self._abstract[key]:
                self._abstract[key] = self._abstract[target]

    def _levels(self, key: str, element: Element) -> Iterator[tuple[int, _Level]]:
        for level in element.iterchildren("lvl"):
            at = value(level, "ilvl")
            if at.isdigit() and int(at) < _LEVELS:
                style = value(level.find("pStyle"))
                if style:
                    self._level_of_style[key, style] = int(at)
                yield int(at), _level(level)

    def _read_number(self, element: Element) -> None:
        identifier, key = value(element, "numId"), value(element.find("abstractNumId"))
        if key not in self._abstract:
            return
        self._list_of[identifier] = key
        for override in element.iterchildren("lvlOverride"):
            at = value(override, "ilvl")
            if not at.isdigit() or int(at) >= _LEVELS:
                continue
            start = value(override.find("startOverride"))
            if start.isdigit():
                self._restarts.setdefault(identifier, {})[int(at)] = min(int(start), _MOST)
            level = override.find("lvl")
            if level is not None:
                self._overridden.setdefault(identifier, {})[int(at)] = _level(level)


def _level(element: Element) -> _Level:
    start, restart = value(element.find("start")), value(element.find("lvlRestart"))
    legal = element.find("isLgl")
    return _Level(
        start=min(int(start), _MOST) if start.isdigit() else 1,
        numeral=value(element.find("numFmt")) or "decimal",
        text=value(element.find("lvlText"))[:200],
        restart=int(restart) if restart.isdigit() else None,
        is_legal=legal is not None and value(legal) not in ("0", "false"),
    )
