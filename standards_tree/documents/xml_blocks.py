"""Read the paragraphs, lists, tables, figures, formulas, notes and footnotes of a clause of an XML document.

The names are those of STS and of Metanorma; no name means one thing in the one and another in the other.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from standards_tree.documents.hardened_xml import Element, child_text, folded, line_of, raw_text_of, text_of
from standards_tree.documents.model import Block, BlockKind, Place
from standards_tree.documents.numerals import letters, roman
from standards_tree.documents.outline import Found, local_name
from standards_tree.documents.printed import is_warning, printed_as
from standards_tree.documents.sts_metadata import XML_LANG, language_tag

_NOTES = {
    "non-normative-note": BlockKind.NOTE,
    "normative-note": BlockKind.NOTE,
    "non-normative-example": BlockKind.EXAMPLE,
    "normative-example": BlockKind.EXAMPLE,
    "note": BlockKind.NOTE,
    "example": BlockKind.EXAMPLE,
    "admonition": BlockKind.WARNING,
}
_LISTS = frozenset({"list", "ul", "ol"})
_ENTRIES = ("list-item", "li")
_FORMULAS = ("disp-formula", "formula")
_WRAPPERS = frozenset(
    {
        "boxed-text",
        "disp-quote",
        "quote",
        "table-wrap-group",
        "table-wrap-foot",
        "disp-formula-group",
        "notes-group",
        "caption",
    }
)
_TABLES = frozenset({"table-wrap", "table"})
_FIGURES = frozenset({"fig", "fig-group", "figure"})
_CODE = ("preformat", "code", "sourcecode")
_BLOCKS = frozenset(
    {"def-list", "array", "dl", *_FORMULAS, *_CODE} | _LISTS | _NOTES.keys() | _WRAPPERS | _TABLES | _FIGURES
)
"""What begins a line of its own where it stands in a paragraph."""

_NO_BLOCKS = frozenset({"label", "title", "name", "annex-type", "term-display", "alt-text", "tgroup"})
_OF_CAPTIONED = _NO_BLOCKS | {
    "caption",
    "table",
    "graphic",
    "alternatives",
    "image",
    "thead",
    "tbody",
    "tfoot",
    "colgroup",
}
_ROW_GROUPS = ("table", "thead", "tbody", "tfoot", "alternatives")
_IMAGES = ("graphic", "image")
_WARNING_TYPES = ("warning", "caution", "danger")
_LINES = {"def-list": "def-item", "array": "tr"}
_CLAUSES = ("sec", "app", "term-sec", "clause", "annex", "terms", "references")
_MARKS = {"bullet": "•", "simple": "", "none": ""}


_COUNTED: dict[str, Callable[[int], str]] = {
    "order": str,
    "arabic": str,
    "alpha-lower": letters,
    "alpha-upper": lambda count: letters(count).upper(),
    "roman-lower": roman,
    "roman-upper": lambda count: roman(count).upper(),
}
MAX_BLOCK_DEPTH = 12
"""How deep lists, notes and boxes are told apart in one another; what is nested deeper is read as one text."""


class _Spot(NamedTuple):
    """Where a block is to stand: its path, the index of the block around it, the depth of lists and of all blocks."""

    xpath: str
    inside: int = -1
    lists: int = 0
    depth: int = 0

    def at(self, step: str) -> "_Spot":
        """Return the spot of the child that *step* leads to."""
        return _Spot(f"{self.xpath}/{step}", self.inside, self.lists, self.depth)

    def within(self, index: int) -> "_Spot":
        """Return the spot of what stands in the block *index*."""
        return _Spot(self.xpath, index, self.lists, self.depth + 1)


class BlockReader:
    """Turns what stands in a clause into blocks. *footnotes* come with the element each stood in."""

    def __init__(self, language: str, footnotes: Iterable[tuple[Element, Element]]) -> None:
        self._language = language
        self._footnotes: dict[Element, list[Element]] = {}
        for footnote, around in footnotes:
            self._footnotes.setdefault(_printed_below(around), []).append(footnote)
        self._blocks: list[Block] = []

    def blocks_of(self, clause: Found) -> tuple[Block, ...]:
        """Return the blocks of *clause* in its order. Cost: linear in what stands in it."""
        self._blocks = []
        spot = _Spot(clause.xpath)
        self._add_all(clause.content, spot)
        if self._footnotes:
            self._add_footnotes(clause.element, spot)
        return tuple(self._blocks)

    def _add_all(self, elements: Iterable[Element], spot: _Spot) -> None:
        for element, step in _steps(elements):
            if element.tag not in _NO_BLOCKS:
                self._add(element, spot.at(step))

    def _add(self, element: Element, spot: _Spot) -> None:
        tag = element.tag
        if tag == "p":
            self._add_segments(element, _segments(element), spot)
        elif spot.depth > MAX_BLOCK_DEPTH:
            self._append(Block(BlockKind.PARAGRAPH, text_of(element), _place(element, spot)), element, spot)
        elif tag in _LISTS:
            self._add_list(element, spot)
        elif tag in _TABLES:
            self._add_table(element, spot)
        elif tag in _FIGURES or tag in _IMAGES:
            self._add_captioned(BlockKind.FIGURE, "", element, spot)
        elif tag in _NOTES:
            label = child_text(element, "label")
            kind = BlockKind.WARNING if is_warning(label) else _NOTES[tag]
            self._add_labelled(kind, element, label, spot)
        elif tag in _WRAPPERS:
            self._add_wrapped(element, spot)
        elif tag in _LINES:
            self._add_lines(element, _LINES[tag], spot)
        elif tag == "dl":
            self._add_pairs(element, spot)
        elif tag in _FORMULAS:
            self._add_formula(element, spot)
        else:
            self._add_text(element, spot)

    def _append(self, block: Block, element: Element, spot: _Spot) -> int:
        """Append a block that *element* is printed as, and its footnotes, and return its index."""
        self._blocks.append(block)
        index = len(self._blocks) - 1
        if self._footnotes:
            self._add_footnotes(element, spot.within(index))
        return index

    def _add_text(self, element: Element, spot: _Spot) -> None:
        """Append what has no blocks in it: code, or an element that nothing more is known of."""
        kind, text = BlockKind.PARAGRAPH, text_of(element)
        if element.tag in _CODE:
            kind, text = BlockKind.CODE, raw_text_of(element).strip("\n")
        if text:
            self._append(Block(kind, text, _place(element, spot), inside=spot.inside), element, spot)

    def _add_formula(self, element: Element, spot: _Spot) -> None:
        """Append a formula; what Metanorma has in it besides the formula itself stands inside it."""
        number = child_text(element, "label")
        formula = element.find("stem")
        text = text_of(element if formula is None else formula).removeprefix(number).strip()
        index = self._append(
            Block(BlockKind.FORMULA, text, _place(element, spot), number, inside=spot.inside), element, spot
        )
        if formula is not None:
            inner = spot.within(index)
            for child, step in _steps(element):
                if child is not formula and child.tag not in _NO_BLOCKS:
                    self._add(child, inner.at(step))

    def _add_segments(self, paragraph: Element, segments: Iterable["str | tuple[Element, str]"], spot: _Spot) -> None:
        """Append what a paragraph holds: its text, or the pieces of it between the lists and formulas in it."""
        for segment in segments:
            if isinstance(segment, str):
                kind, number, text = printed_as(segment)
                place, language = _place(paragraph, spot), self._language_of(paragraph)
                block = Block(kind, text, place, number, inside=spot.inside, language=language)
                self._append(block, paragraph, spot)
            else:
                self._add(segment[0], spot.at(segment[1]))
        if self._footnotes:
            self._add_footnotes(paragraph, spot)

    def _add_list(self, element: Element, spot: _Spot) -> None:
        list_type = element.get("list-type") or ""
        spot = spot._replace(lists=spot.lists + 1)
        count = 0
        for child, step in _steps(element):
            if child.tag in _ENTRIES:
                count += 1
                number = child_text(child, "label") or self._mark(list_type, count)
                self._add_labelled(BlockKind.LIST_ITEM, child, number, spot.at(step))
            elif child.tag != "label":
                self._add_text(child, spot.at(step))

    def _add_labelled(self, kind: BlockKind, element: Element, number: str, spot: _Spot) -> int:
        """Append a list entry, note, example or footnote: its first paragraph is its text, the rest stands inside it."""
        level = spot.lists if kind is BlockKind.LIST_ITEM else 0
        children = [(child, step) for child, step in _steps(element) if child.tag not in _NO_BLOCKS]
        text, first, opening = "", None, _Segments()
        if not children:
            text = folded(element.text or "")
        elif children[0][0].tag == "p":
            first, opening = children[0][0], _segments(children[0][0])
            if opening and isinstance(opening[0], str):
                text = opening.pop(0)  # type: ignore[assignment]  # just told to be text
        block = Block(kind, text, _place(element, spot), number, "", level, spot.inside, self._language_of(element))
        index = self._append(block, element, spot)
        inner = spot.within(index)
        if first is not None:
            self._add_segments(first, opening, inner.at(children[0][1]))
        for child, step in children[0 if first is None else 1 :]:
            self._add(child, inner.at(step))
        return index

    def _add_table(self, element: Element, spot: _Spot) -> None:
        rows: list[str] = []
        notes: list[Element] = []
        for row in _rows(element):
            cells = []
            for cell in row:
                if len(cell) and any(child.tag in _NOTES for child in cell):
                    notes.extend(child for child in cell if child.tag in _NOTES)
                    cells.append(" ".join(text_of(child) for child in cell if child.tag not in _NOTES))
                else:
                    cells.append(text_of(cell))
            rows.append("\t".join(cells))
        inner = spot.within(self._add_captioned(BlockKind.TABLE, "\n".join(rows), element, spot))
        counts: dict[str, int] = {}
        for note in notes:
            counts[note.tag] = counts.get(note.tag, 0) + 1
            step = f"descendant::{note.tag}[{counts[note.tag]}]"
            self._add_labelled(_NOTES[note.tag], note, child_text(note, "label"), inner.at(step))

    def _add_captioned(self, kind: BlockKind, text: str, element: Element, spot: _Spot) -> int:
        """Append a table or figure under its number and caption, and what stands at its foot."""
        place = _place(element, spot)
        caption = element.find("caption")
        title = "" if caption is None else " ".join(text_of(child) for child in caption if child.tag in ("title", "p"))
        title = title or child_text(element, "title") or child_text(element, "name")
        language = self._language_of(element)
        block = Block(kind, text, place, child_text(element, "label"), title, 0, spot.inside, language)
        index = self._append(block, element, spot)
        inner = spot.within(index)._replace(lists=0)
        for child, step in _steps(element):
            if child.tag not in _OF_CAPTIONED:
                self._add(child, inner.at(step))
        return index

    def _add_wrapped(self, element: Element, spot: _Spot) -> None:
        kind = element.get("content-type") or element.get("specific-use") or ""
        if any(word in kind.casefold() for word in _WARNING_TYPES):
            block = Block(BlockKind.WARNING, text_of(element), _place(element, spot), inside=spot.inside)
            self._append(block, element, spot)
        else:
            self._add_all(element, spot._replace(depth=spot.depth + 1))

    def _add_lines(self, element: Element, tag: str, spot: _Spot) -> None:
        """Append the lines of a list of symbols, as printed below 式中: what is explained, then how."""
        for count, entry in enumerate(element.iter(tag), start=1):
            text = " ".join(filter(None, (text_of(child) for child in entry)))
            line = spot.at(f"descendant::{tag}[{count}]")
            self._append(Block(BlockKind.PARAGRAPH, text, _place(entry, line), inside=spot.inside), entry, line)

    def _add_pairs(self, element: Element, spot: _Spot) -> None:
        """Append the lines of a list whose entries are told apart by their order only."""
        name: Element | None = None
        for child, step in _steps(element):
            if child.tag == "dt":
                name = child
            elif child.tag == "dd":
                line = spot.at(step)
                parts = (text_of(name) if name is not None else "", text_of(child))
                block = Block(
                    BlockKind.PARAGRAPH, " ".join(filter(None, parts)), _place(child, line), inside=spot.inside
                )
                self._append(block, child, line)
            elif child.tag not in _NO_BLOCKS:
                self._add(child, spot.at(step))

    def _add_footnotes(self, element: Element, spot: _Spot) -> None:
        for count, footnote in enumerate(self._footnotes.pop(element, ()), start=1):
            number = child_text(footnote, "label")
            self._add_labelled(BlockKind.FOOTNOTE, footnote, number, spot.at(f"descendant::fn[{count}]"))

    def _language_of(self, element: Element) -> str:
        stated = element.get(XML_LANG)
        language = language_tag(stated) if stated else ""
        return "" if language == self._language else language

    def _mark(self, list_type: str, count: int) -> str:
        """Return the mark that a list entry without label is printed with."""
        if list_type == "dash":
            return "——" if self._language.startswith("zh") else "—"
        if list_type in _COUNTED:
            return f"{_COUNTED[list_type](count)})"
        return _MARKS.get(list_type, "")


_Segments = list[str | tuple[Element, str]]


def _segments(paragraph: Element) -> _Segments:
    """Return the text of a paragraph, parted by the lists, formulas and tables in it, and these with their step."""
    if not len(paragraph) or not any(child.tag in _BLOCKS for child in paragraph):
        text = text_of(paragraph)
        return [text] if text else []
    segments: _Segments = []
    pieces = [paragraph.text or ""]
    for child, step in _steps(paragraph):
        if child.tag in _BLOCKS:
            segments.extend(filter(None, (folded("".join(pieces)),)))
            segments.append((child, step))
            pieces = [child.tail or ""]
        else:
            pieces.extend((raw_text_of(child), child.tail or ""))
    segments.extend(filter(None, (folded("".join(pieces)),)))
    return segments


def _steps(elements: Iterable[Element]) -> Iterator[tuple[Element, str]]:
    """Yield each of *elements*, all of one tag or all that are among their siblings, with the step that leads to it."""
    counts: dict[str, int] = {}
    for element in elements:
        tag = element.tag
        number = counts[tag] = counts.get(tag, 0) + 1
        name = local_name(element)
        step = name if name == tag or name.startswith("tbx:") else f"*[local-name()='{name}']"
        yield element, f"{step}[{number}]"


def _rows(element: Element) -> Iterator[Element]:
    """Yield the rows of a table, not those of tables in its cells."""
    for child in element:
        if child.tag == "tr":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _place(element: Element, spot: _Spot) -> Place:
    return Place(spot.xpath, line_of(element))


def _printed_below(element: Element) -> Element:
    """Return below what a footnote in *element* is printed: the table or figure around it, else its paragraph or clause."""
    nearest = None
    around: Element | None = element
    while around is not None and around.tag not in _CLAUSES:
        if around.tag in ("table-wrap", "fig") or (around.tag in ("table", "figure") and not _is_wrapped(around)):
            return around
        if nearest is None and around.tag == "p":
            nearest = around
        around = around.getparent()
    if nearest is not None:
        return nearest
    return element if around is None else around


def _is_wrapped(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "table-wrap"
