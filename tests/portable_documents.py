"""PDFs written by hand, object by object: sound ones in two languages, and such as nobody should open."""

import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

# Characters are UTF-16, as the font's encoding says (ISO 32000-2:2020, table 116); no font is embedded.
CHINESE = (
    b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UTF16-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    b"/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>]>>"
)
LATIN = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of *objects* by their numbers; the first is its catalogue."""
    written, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(written), max(objects) + 1
    rows = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    )
    written += b"xref\n0 %d\n%s" % (size, rows)
    return bytes(written + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Return a stream object."""
    body = zlib.compress(content) if packed else content
    kind = b"/Filter/FlateDecode" if packed else b""
    return b"<</Length %d%s%s>>\nstream\n%s\nendstream" % (len(body), kind, entries, body)


def pages(contents: Sequence[bytes], resources: bytes = b"", fonts: bytes = b"") -> dict[int, bytes]:
    """Return the objects of a document whose pages have these streams: page n is object 10 n, its content one more."""
    kids = b" ".join(b"%d 0 R" % (10 * number) for number in range(1, len(contents) + 1))
    found = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents))}
    used = b"<</Font<</L %s/C %s%s>>%s>>" % (LATIN, CHINESE, fonts, resources)
    for number, content in enumerate(contents, start=1):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources %s/Contents %d 0 R>>"
        found[10 * number] = page % (used, 10 * number + 1)
        found[10 * number + 1] = content
    return found


def lines(*texts: str) -> bytes:
    """Return the content of a page that shows lines, each in whatever of both languages it is."""
    shown = [b"/C 10 Tf <%s> Tj T*" % text.encode("utf-16-be").hex().encode() for text in texts]
    return b"\n".join([b"BT 12 TL 50 800 Td", *shown, b"ET"])


def text_pdf(*texts: Sequence[str]) -> bytes:
    """Return a sound PDF with a page for each of *texts*, its lines."""
    return pdf(pages([stream(lines(*page), packed=True) for page in texts]))


def locked(content: bytes, password: str) -> bytes:
    """Return a PDF that opens with a password; with an empty one, for anybody."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(password, owner_password="示例", algorithm="AES-256")  # noqa: S106  (invented)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()
