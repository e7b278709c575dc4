"""Read a standard from a web page: its headings, paragraphs, lists, captions and tables. A last resort."""

import re
from collections.abc import Callable, Iterator

from standards_tree.documents.hardened_xml import Element, XmlLimits, folded, line_of, read_html_tree
from standards_tree.documents.model import Dialect, Place, StandardDocument
from standards_tree.documents.numerals import letters, roman
from standards_tree.documents.plain_text import text_of_bytes
from standards_tree.documents.printed_document import document_of_lines
from standards_tree.documents.printed_lines import Cell, Line, Role

LIMITS = XmlLimits(max_bytes=8 * 1024 * 1024)
_START = re.compile(rb"(?:<!doctype\s+html|<(?:html|head|body|h[1-6]|p|div)\b)", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,20})", re.IGNORECASE)
_GB_CHARSETS = (b"gb2312", b"gbk", b"gb18030")
_BREAKING = frozenset(
    {
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "nav", "dl", "dt", "dd", "center"),
        *("blockquote", "pre", "figure", "figcaption", "caption", "hr", "form", "body", "html", "address", "li"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol"),
    }
)
_SILENT = frozenset(
    {"script", "style", "head", "template", "noscript", "svg", "object", "iframe", "select", "textarea"}
)
_NUMERALS = {
    "a": letters,
    "A": lambda count: letters(count).upper(),
    "i": roman,
    "I": lambda count: roman(count).upper(),
}
_CAPTIONS = ("caption", "figcaption")


def looks_like_html(content: bytes) -> bool:
    """Tell whether *content* begins as a web page does."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return _START.match(start) is not None


def read_html(content: bytes) -> StandardDocument:
    """Return the standard that the web page *content* holds. Cost: linear.

    Raises:
        MalformedDocumentError: it is not text, or nothing of a page is in it.
        UnsafeDocumentError: it is too long, or has more tags than any page of a standard.
    """
    charset = _CHARSET.search(content, 0, 4096)
    in_gb = charset is not None and charset[1].lower() in _GB_CHARSETS
    text = content.decode("gb18030", "replace") if in_gb else text_of_bytes(content)
    page = _Page()
    page.walk(read_html_tree(text, LIMITS))
    return document_of_lines(tuple(page.lines()), Dialect.HTML)


class _Page:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._start: Element | None = None
        self._has_image = False

    def lines(self) -> Iterator[Line]:
        """Yield what the page prints, paragraph by paragraph."""
        yield from self._lines

    def walk(self, element: Element, role: Role = Role.UNKNOWN, level: int = 0, number: str = "") -> None:
        """Take what is printed of *element*; it is a paragraph of its own if its tag says so."""
        self._start = self._start if self._start is not None else element
        self._pieces.append(element.text or "")
        lists = level if role is Role.LIST else 0
        for child in element:
            tag = child.tag
            if tag == "br":
                self._pieces.append("\n")
            elif tag == "img":
                self._has_image = True
            elif tag == "table":
                self._end_line(element, role, level, number)
                role, number = _after_first(role), ""
                self._add_table(child)
            elif tag in ("ul", "ol"):
                self._end_line(element, role, level, number)
                number = ""
                self._add_list(child, lists + 1)
            elif tag in _BREAKING:
                self._end_line(element, role, level, number)
                number = ""
                self.walk(child, *_role_of(tag))
                self._start = None
            elif tag not in _SILENT:
                self.walk_inline(child)
            self._pieces.append(child.tail or "")
        self._end_line(element, role, level, number)

    def walk_inline(self, element: Element) -> None:
        """Take the text of an element that begins no line, unless there is one in it that does."""
        if any(child.tag in _BREAKING for child in element.iter()):
            self.walk(element)
            return
        self._pieces.append(element.text or "")
        for child in element:
            if child.tag == "br":
                self._pieces.append("\n")
            elif child.tag == "img":
                self._has_image = True
            elif child.tag not in _SILENT:
                self.walk_inline(child)
            self._pieces.append(child.tail or "")

    def _add_list(self, element: Element, depth: int) -> None:
        write: Callable[[int], str] = _NUMERALS.get(element.get("type") or "", str)
        for count, entry in enumerate(element.iterchildren("li"), start=1):
            mark = "•" if element.tag == "ul" else f"{write(count)})"
            self._start = None
            self.walk(entry, Role.LIST, depth, mark)

    def _add_table(self, table: Element) -> None:
        for caption in table.iterchildren("caption"):
            self._start = None
            self.walk(caption, Role.CAPTION)
        rows = tuple(tuple(self._cells(row)) for row in _rows(table))
        if rows:
            self._lines.append(Line("", self._place(table), rows=rows))
        self._start = None

    def _cells(self, row: Element) -> Iterator[Cell]:
        for cell in row.iterchildren("td", "th"):
            inner = _Page()
            inner.walk(cell)
            yield Cell(tuple(line.text for line in inner.lines() if line.text))

    def _place(self, element: Element) -> Place:
        return Place("", line_of(element), len(self._lines) + 1)

    def _end_line(self, element: Element, role: Role, level: int, number: str) -> None:
        """Close the paragraph that was being gathered."""
        joined = "".join(piece if piece == "\n" else piece.replace("\n", " ") for piece in self._pieces)
        text = "\n".join(filter(None, map(folded, joined.split("\n"))))
        if text or self._has_image:
            place = self._place(self._start if self._start is not None else element)
            self._lines.append(Line(text, place, role, level, number, has_image=self._has_image))
        self._pieces.clear()
        self._start, self._has_image = None, False


def _role_of(tag: str) -> tuple[Role, int]:
    if tag[:1] == "h" and tag[1:].isdigit():
        return Role.HEADING, int(tag[1:])
    return (Role.CAPTION if tag in _CAPTIONS else Role.UNKNOWN), 0


def _after_first(role: Role) -> Role:
    return Role.UNKNOWN if role is Role.HEADING else role


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")
