"""Walk what stands before the root element of an XML file: without a DOCTYPE nothing can be declared, opened or made to grow."""

import re
from typing import cast

from standards_tree.documents.xml_encoding import DECLARATION, line_at
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError

_SPACE = re.compile(rb"[ \t\r\n]*+")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_IN_DOCTYPE = re.compile(rb"\"[^\"]*+\"|'[^']*+'|<!--(?:[^-]|-(?!->))*+-->|<!|\[|\]|>")
_ROOT_START = re.compile(rb"<[A-Za-z_:\x80-\xff]")


def check_prolog(text: bytes) -> None:
    """Refuse a DOCTYPE, and anything but comments and processing instructions before the root element."""
    position = _prolog_end(text)
    if _DOCTYPE.match(text, position):
        raise UnsafeDocumentError(
            "line {line}: the file has a DOCTYPE; every DOCTYPE is refused, because it can name files to open and "
            "entities that grow: write the characters its entities stand for, and remove it",
            line=line_at(text, position),
        )
    if _ROOT_START.match(text, position) is None:
        raise MalformedDocumentError(
            "line {line}: the file is not XML: the root element's start tag was expected, not {found!r}",
            line=line_at(text, position),
            found=text[position : position + 20].decode("utf-8", "replace"),
        )


def _prolog_end(text: bytes) -> int:
    """Return where the first thing stands that is neither declaration nor comment nor processing instruction."""
    position = 0
    if re.match(rb"<\?xml[ \t\r\n]", text):
        # libxml2 recovers from a bad declaration at the first ">", this walk only at "?>": between the two a DOCTYPE
        # could hide, so a declaration with either bracket inside is refused.
        declaration = DECLARATION.match(text)
        if declaration is None:
            raise MalformedDocumentError("line 1: the XML declaration is not closed by '?>'")
        position = declaration.end()
    while True:
        position = cast("re.Match[bytes]", _SPACE.match(text, position)).end()
        if text.startswith(b"<!--", position):
            closing = b"-->"
        elif text.startswith(b"<?", position):
            closing = b"?>"
        else:
            return position
        end = text.find(closing, position + (4 if closing == b"-->" else 2))
        if end < 0:
            raise MalformedDocumentError(
                "line {line}: a comment or processing instruction begins here and never ends",
                line=line_at(text, position),
            )
        position = end + len(closing)


def without_declarations(text: bytes) -> bytes:
    """Return *text* with a DOCTYPE that declares nothing in place of its own, whatever that declared; lines stay."""
    start = _prolog_end(text)
    if _DOCTYPE.match(text, start) is None:
        check_prolog(text)
        return text
    depth = 0
    for token in _IN_DOCTYPE.finditer(text, start + len(b"<!DOCTYPE")):
        if token[0] in (b"[", b"]"):
            depth += 1 if token[0] == b"[" else -1
        elif token[0] == b">" and depth == 0:
            lines = b"\n" * text.count(b"\n", start, token.end())
            check_prolog(text[:start] + lines + text[token.end() :])
            return text[:start] + b'<!DOCTYPE x SYSTEM "x"' + lines + b">" + text[token.end() :]
    raise MalformedDocumentError("line {line}: the DOCTYPE never ends", line=line_at(text, start))
