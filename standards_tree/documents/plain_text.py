"""Read a standard from plain text: a paragraph a line, clauses by the numbers at line starts. A last resort."""

import re
from collections.abc import Iterator

from standards_tree.documents.model import Dialect, Place, StandardDocument
from standards_tree.documents.printed_document import document_of_lines
from standards_tree.documents.printed_lines import Cell, Line
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError

# A standard of 500 pages has 1.5 MB and 25,000 lines; what is read takes up to thirty times the room of its text.
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 60_000
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_TABLE_MARK = re.compile(r"\s*\|.*\|\s*")
_RULE = re.compile(r"[\s|:+-]*")


def read_plain_text(content: bytes) -> StandardDocument:
    """Return the standard that the text *content* holds, in UTF-8, UTF-16 or GB 18030. Cost: linear.

    Raises:
        MalformedDocumentError: it is not text.
        UnsafeDocumentError: it is too long.
    """
    if len(content) > MAX_BYTES:
        raise UnsafeDocumentError(
            "the text has {found} bytes; at most {limit} are read", found=len(content), limit=MAX_BYTES
        )
    return document_of_lines(tuple(_lines(text_of_bytes(content))), Dialect.TEXT)


def text_of_bytes(content: bytes) -> str:
    """Return *content* decoded: what it begins with says how, else UTF-8 is tried before GB 18030.

    Raises:
        MalformedDocumentError: it is none of these, or holds control characters, as files do that are no text.
    """
    codecs = next((codec for mark, codec in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    for codec in (codecs,) if codecs else ("utf-8", "gb18030"):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text) is None:
            return text
    raise MalformedDocumentError("the file is no text in UTF-8, UTF-16 or GB 18030, nor any other format that is read")


def _lines(text: str) -> Iterator[Line]:
    """Yield each line with something on it; rows between upright strokes that follow each other are a table."""
    lines = _LINE_ENDS.split(text)
    if len(lines) > MAX_LINES:
        raise UnsafeDocumentError(
            "the text has {found} lines; at most {limit} are read", found=len(lines), limit=MAX_LINES
        )
    rows: list[tuple[Cell, ...]] = []
    first = 0
    for number, line in enumerate(lines, start=1):
        if _TABLE_MARK.fullmatch(line):
            first = first if rows else number
            if _RULE.fullmatch(line) is None:
                rows.append(tuple(Cell((cell.strip(),)) for cell in line.strip().strip("|").split("|")))
            continue
        if rows:
            yield Line("", Place("", first, first), rows=tuple(rows))
            rows = []
        if line.strip():
            yield Line(line.strip(" \t\u3000"), Place("", number, number))
    if rows:
        yield Line("", Place("", first, first), rows=tuple(rows))
