"""Find out in which encoding an XML file is, and bring it to UTF-8: there is one reading of the bytes, and it is this."""

import codecs
import re

from standards_tree.errors import Bilingual, MalformedDocumentError

_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    # GB2312 is what files say and GBK what they hold; GB 18030 reads both.
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030",
    "big5": "big5", "big5-hkscs": "big5hkscs", "shift_jis": "shift_jis", "euc-jp": "euc_jp", "euc-kr": "euc_kr",
    "iso-8859-1": "latin-1", "latin1": "latin-1", "iso-8859-2": "iso8859-2", "iso-8859-5": "iso8859-5",
    "iso-8859-15": "iso8859-15", "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1252": "cp1252",
}  # fmt: skip
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED_UTF16 = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_OTHER_FORMATS = (
    (b"PK\x03\x04", Bilingual("a ZIP archive, such as DOCX or XLSX", "ZIP 压缩包（如 DOCX、XLSX）")),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", Bilingual("an OLE file, such as DOC or XLS", "OLE 文件（如 DOC、XLS）")),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
)
DECLARATION = re.compile(rb"<\?xml[ \t\r\n][^<>]*\?>")
_DECLARED_ENCODING = re.compile(rb"[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*[\"']([^\"'<>]{1,40})[\"']")
_DECODED_CHUNK_BYTES = 1024 * 1024


def utf8_of(content: bytes) -> bytes:
    """Return *content* as UTF-8 without byte order mark; the copy is spared when it is so already."""
    if not content.strip():
        raise MalformedDocumentError("the file is empty; an XML document was expected")
    for magic, name in _OTHER_FORMATS:
        if content.startswith(magic):
            raise MalformedDocumentError("the file is {format}, not XML", format=name)
    encoding, skipped = _encoding_of(content)
    text = content[skipped:] if encoding == "utf-8" else _decoded(content, skipped, encoding)
    position = text.find(b"\0")
    if position >= 0:
        raise MalformedDocumentError(
            "line {line}: the file holds NUL bytes; it is not text, or UTF-16 without a byte order mark",
            line=line_at(text, position),
        )
    return text


def _encoding_of(content: bytes) -> tuple[str, int]:
    """Return the codec of *content* and the length of its byte order mark."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return codec, len(mark)
    for opening, codec in _UNMARKED_UTF16:
        if content.startswith(opening):
            return codec, 0
    declaration = DECLARATION.match(content, 0, 1024)
    declared = _DECLARED_ENCODING.search(declaration[0]) if declaration else None
    if declared is None:
        return "utf-8", 0
    label = declared[1].decode("latin-1")
    try:
        return _CODECS[label.lower()], 0
    except KeyError:
        raise MalformedDocumentError(
            "line 1: the file declares the encoding {encoding}, which it does not have or which is not read here; "
            "UTF-8, UTF-16 and GB18030 are",
            encoding=label,
        ) from None


def _decoded(content: bytes, skipped: int, codec: str) -> bytes:
    """Return *content* from *skipped* on, decoded piece by piece so that no second full copy exists."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    pieces: list[bytes] = []
    try:
        for start in range(skipped, len(content), _DECODED_CHUNK_BYTES):
            end = start + _DECODED_CHUNK_BYTES
            pieces.append(decoder.decode(content[start:end], end >= len(content)).encode())
    except UnicodeDecodeError as error:
        before = sum(piece.count(b"\n") for piece in pieces) + error.object[: error.start].count(b"\n")
        raise MalformedDocumentError(
            "line {line}: the file says it is {encoding} but holds bytes that are not", line=before + 1, encoding=codec
        ) from None
    return b"".join(pieces)


def looks_like_xml(content: bytes) -> bool:
    """Tell whether *content* is to be read as XML: it begins so in some encoding, or as another format that is none here.

    What begins as neither can only be plain text; that `read_tree` would refuse it as XML tells nobody anything.
    """
    start = content[:1024]
    for mark, codec in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            start = content[len(mark) : 1024].decode(codec, "ignore").encode()
            break
    start = start.lstrip()
    return not start or start.startswith((b"<", *(mark for mark, _ in (*_UNMARKED_UTF16, *_OTHER_FORMATS))))


def line_at(text: bytes, position: int) -> int:
    """Return the line of *text* that *position* is in."""
    return text.count(b"\n", 0, position) + 1
