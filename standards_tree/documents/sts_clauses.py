"""Read the text of clauses: one line for each paragraph, list entry, table and figure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from standards_tree.documents.hardened_xml import Element, child_text, drop, spaced_text_of, text_of
from standards_tree.documents.model import Clause, ClauseKind
from standards_tree.documents.outline import Found
from standards_tree.documents.xml_blocks import BlockReader
from standards_tree.errors import FieldViolation

_FOOTNOTE_MARKS = ("fn", "table-fn")
_TABLES = frozenset({"table-wrap", "table", "array", "def-list"})
_BLOCKS_OF_BLOCKS = frozenset(
    {
        *("list", "list-item", "fig", "fig-group", "caption", "boxed-text", "disp-quote"),
        *("non-normative-note", "non-normative-example", "normative-note", "normative-example"),
    }
)
"""Elements with no text of their own, whose children a page puts on lines of their own."""

_BLOCKS_IN_PARAGRAPHS = ("list", "def-list", "table-wrap", "array")
PARTING = ("xref", "fn", "break", *_BLOCKS_IN_PARAGRAPHS)
_NO_TEXT = frozenset({"annex-type", "term-display"})
_ANNEX_WORD = re.compile(r"(?:annexe?|appendix|anhang|附\s*录)\s*(?=\w)", re.IGNORECASE)
_INFORMATIVE = re.compile(r"inform|non-norm|资料性", re.IGNORECASE)
_NORMATIVE = re.compile(r"norm|规范性", re.IGNORECASE)
NOTHING_HERE = re.compile(r"there are no|no terms|没有", re.IGNORECASE)


def part_words(inline: Iterable[Element]) -> list[tuple[Element, Element]]:
    """Drop footnotes and their marks, put blanks where only markup parts two words of one text; return the footnotes.

    *inline* are the elements of the document named in `PARTING`, in its order. Each footnote comes with the element that
    it stood in, or where it is marked first if it stood in a list of footnotes at the end of the document.
    """
    parted: set[Element] = set()
    footnotes: list[tuple[Element, Element]] = []
    marked: dict[str, Element] = {}
    for element in inline:
        tag = element.tag
        if tag == "fn" or (tag == "xref" and element.get("ref-type") in _FOOTNOTE_MARKS):
            parent = element.getparent()
            if parent is not None and tag == "xref":
                marked.setdefault(element.get("rid") or "", parent)
            elif parent is not None:
                listed = parent.tag == "fn-group" and (parent.getparent() is not None)
                footnotes.append((element, marked.get(element.get("id") or "", parent) if listed else parent))
            drop(element)
        elif tag == "break":
            element.tail = f" {element.tail or ''}"
        elif tag in _BLOCKS_IN_PARAGRAPHS and element not in parted:
            parent = element.getparent()
            if parent is not None and parent.tag == "p":
                for part in element.iter(*_BLOCKS_IN_PARAGRAPHS, "list-item", "label", "p", "td", "th", "term"):
                    part.text = f" {part.text or ''}"
                    parted.add(part)
    return footnotes


def clauses_of(found: Iterable[Found], reader: BlockReader) -> tuple[Clause, ...]:
    """Return the clauses: sections, annexes, titled groups of terms, and reference lists that stand alone."""
    return tuple(_clause(entry, reader) for entry in found if _is_clause(entry))


def notes_on_chapters(
    clauses: Iterable[Clause], listed: dict[ClauseKind, Sequence[object]]
) -> Iterator[FieldViolation]:
    """Yield a note for a chapter that lists nothing and does not say so: it is probably marked up otherwise."""
    for clause in clauses:
        is_empty = clause.level == 1 and clause.kind in listed and not listed[clause.kind]
        if is_empty and not NOTHING_HERE.search(clause.text):
            yield FieldViolation(
                clause.place.xpath,
                "line {line}: nothing could be read from the chapter {title!r}",
                {"line": clause.place.line, "title": clause.title},
            )


def _is_clause(found: Found) -> bool:
    if found.tag == "term-sec":
        return bool(found.title)
    return found.tag in ("sec", "app") or (found.tag == "ref-list" and found.section is None)


def _clause(found: Found, reader: BlockReader) -> Clause:
    is_annex = found.tag == "app"
    lines: list[str] = []
    for element in found.content:
        tag = element.tag
        if tag == "p":
            lines.append(text_of(element))
        elif tag == "list":
            lines.extend(map(_block_text, element.iterchildren("list-item")))
        elif tag not in _NO_TEXT:
            lines.append(_block_text(element))
    return Clause(
        found.element.get("id") or "",
        _ANNEX_WORD.sub("", found.label) if is_annex else found.label,
        found.title,
        found.level,
        found.kind,
        _is_normative(found) if is_annex else None,
        "\n".join(filter(None, lines)),
        found.place,
        reader.blocks_of(found),
    )


def _block_text(element: Element) -> str:
    tag = element.tag
    if tag in _BLOCKS_OF_BLOCKS:
        return " ".join(filter(None, map(_block_text, element)))
    return _table_text(element) if tag in _TABLES else text_of(element)


def _table_text(table: Element) -> str:
    """Return the text of a table; where blanks in the file part its cells already, in one call into C."""
    cell = next(table.iter("td", "th"), None)
    return spaced_text_of(table) if cell is None or not cell.tail else text_of(table)


def _is_normative(annex: Found) -> bool | None:
    stated = f"{child_text(annex.element, 'annex-type')} {annex.element.get('content-type') or ''} {annex.label}"
    if _INFORMATIVE.search(stated):
        return False
    return True if _NORMATIVE.search(stated) else None
