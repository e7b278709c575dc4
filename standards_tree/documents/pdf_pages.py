"""Read the text of a PDF: its pages, and the paragraphs of each.

Only what a page says in letters is read; pictures of pages are not. A PDF knows lines and places, no paragraphs: those are
told from how lines begin and end.
"""

import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from standards_tree.documents import pdf_process
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError
from standards_tree.text import contains_han

PROGRAM: Final = (sys.executable, "-P", "-m", "standards_tree.documents.pdf_process")
MAX_BYTES: Final = 50_000_000
# Of any clock; the process itself counts its processor time, which a busy machine does not use up.
MAX_WAIT_SECONDS: Final = 300.0
MAX_HEAD_BYTES: Final = 1024
"""Within so many bytes a PDF says that it is one (ISO 32000-1:2008, Annex H, note 13)."""

# How a new paragraph begins: with a number, a letter in brackets, a bullet, or as articles and clauses do.
_BEGINS: Final = re.compile(
    r"(?:\d+(?:\.\d+)*[.)、．]?[ \t　]+\S|[(（][0-9A-Za-z一二三四五六七八九十]{1,4}[)）]|[A-Za-z][.)] |[•·‣–—*-] "
    r"|[一二三四五六七八九十]{1,3}[、．.]|第[0-9一二三四五六七八九十百]+[条章节款部]"
    r"|(?:Article|Section|Annex|Clause|Chapter|Part|Table|Note)\b|注\d?[:：])"
)
_ENDS: Final = re.compile(r"[.。;；:：!！?？][\"”’)）]?$")
_HYPHENATED: Final = re.compile(r"[a-z]-$")
# A line that is much shorter than most ends its paragraph.
SHORT: Final = 0.6


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its number, from 1, and its paragraphs; none where it is a picture or empty."""

    number: int
    paragraphs: tuple[str, ...]


def read_pdf(content: bytes, program: Sequence[str] = PROGRAM, seconds: float = MAX_WAIT_SECONDS) -> list[PdfPage]:
    """Return the pages of a PDF with what they say.

    Raises:
        MalformedDocumentError: it is no PDF, or a damaged one.
        UnsafeDocumentError: it is too large, or reading it takes more time or memory than a text of its size needs.
        UnsupportedDocumentError: it is locked by a password, or has no text, such as scanned pages.
    """
    if len(content) > MAX_BYTES:
        message = "a PDF of at most {limit} bytes is read; this one has {size}"
        raise UnsafeDocumentError(message, limit=MAX_BYTES, size=len(content))
    if b"%PDF-" not in content[:MAX_HEAD_BYTES]:
        raise MalformedDocumentError("it is no PDF: none of its first bytes say so")
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            program, input=content, capture_output=True, check=False, timeout=seconds, env={}
        )
    except subprocess.TimeoutExpired:
        raise _costly(0) from None
    lines = [json.loads(line) for line in done.stdout.decode().split("\n") if line.endswith(('"', "]"))]
    pages = [PdfPage(number, paragraphs(text)) for number, text in enumerate(_texts(lines), start=1)]
    if not lines or isinstance(lines[-1], str):
        if done.returncode >= 0:
            raise RuntimeError(done.stderr.decode(errors="replace")[-500:])
        # Without a last word the process was ended, by its account of time or by the system.
        raise _costly(len(pages) + 1)
    _check_end(*lines[-1])
    if not any(page.paragraphs for page in pages):
        message = "the PDF has no text: its {count} pages are pictures, or empty, and pictures are not read"
        raise UnsupportedDocumentError(message, count=len(pages))
    return pages


def _texts(lines: Sequence[object]) -> Iterator[str]:
    return (line for line in lines if isinstance(line, str))


def _costly(page: int) -> UnsafeDocumentError:
    message = "page {page} of the PDF takes more time than the text of a page needs; it was not read to its end"
    return UnsafeDocumentError(message, page=page)


def _check_end(reason: str, detail: str) -> None:
    match reason:
        case pdf_process.DONE:
            return
        case pdf_process.LOCKED:
            raise UnsupportedDocumentError("the PDF is locked by a password")
        case pdf_process.MANY_PAGES:
            message = "the PDF has {count} pages; at most {limit} are read"
            raise UnsafeDocumentError(message, count=detail, limit=pdf_process.MAX_PAGES)
        case pdf_process.LONG:
            message = "the PDF says more than {limit} characters, or one page of it more than {of_page}"
            of_page = pdf_process.MAX_CHARACTERS_A_PAGE
            raise UnsafeDocumentError(message, limit=pdf_process.MAX_CHARACTERS, of_page=of_page)
        case pdf_process.MEMORY:
            raise UnsafeDocumentError("the PDF needs more memory than a text of its size, or nests too deeply")
    raise MalformedDocumentError("the PDF is damaged: {problem}", problem=detail)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a page, whose lines *text* has; a word that was cut at the end of a line is whole again."""
    lines = [" ".join(line.split()) for line in text.replace("\x00", "").split("\n")]
    usual = statistics.median([len(line) for line in lines if line] or [0])
    found: list[str] = []
    open_ended = False
    for line in lines:
        if line and open_ended and not _BEGINS.match(line):
            found[-1] = _joined(found[-1], line)
        elif line:
            found.append(line)
        open_ended = bool(line) and not _ENDS.search(line) and len(line) > SHORT * usual
    return tuple(found)


def _joined(before: str, line: str) -> str:
    if _HYPHENATED.search(before) and line[0].islower():
        return before[:-1] + line
    # Chinese has no blank between words, wherever a line ends.
    return before + line if contains_han(before[-1] + line[0]) else f"{before} {line}"
