"""Read one large file of notifications: a program of its own, which `notification_reading` starts, ends and listens to.

It reads on a core of its own, beside the service that stores what it says; and what a stranger's file asks for in memory and
time, the service does not pay. Once what reading needs is loaded, it opens no file and no socket, writes no file, and has
bounded memory and processor time.
"""

import gc
import json
import logging
import resource
import struct
import sys
import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Final

from services.documents.messages_notifications import notifications_to
from services.runtime.texts import shown
from standards_tree.errors import DomainError, InvalidArgumentError
from standards_tree.measures.notification_files import stream_notifications
from tbt.documents.v1 import documents_service_pb2 as pb

FRAME: Final = struct.Struct(">cI")
"""Before each piece of the output: what it is, and how many bytes it has."""
PIECE, REFUSED, COSTLY, DONE = b"p", b"r", b"m", b"."
MAX_MEMORY_BYTES: Final = 1024**3
MAX_SECONDS: Final = 600
"""Of processor time. 250,000 rows, the most that are read, take 20 to 60."""

# A line of each kind of file, each of whose values is read in another way: so all that any needs is loaded.
_HEADERS = (
    *("Notifying Member", "Distribution date", "Document symbol", "Title", "HS code(s)", "ICS code(s)"),
    *("Final date for comments", "Notification type", "Notified document"),
)
_CELLS = (
    *(
        "Exampleland",
        "05/01/2026",
        "G/TBT/N/USA/1/Rev.1/Add.2",
        "&lt;p&gt;示例 &amp;amp;\u00a0text&lt;/p&gt;",
        "9503 - Toys; 示; 8703.21-8703.24",
    ),
    *("97.200.50 - Toys; x", "60 days from notification", "Regular notification", "https://example.org/ x"),
)
_PARTS = {
    "_rels/.rels": '<Relationships><Relationship Id="a" Type="/officeDocument" Target="b.xml"/></Relationships>',
    "_rels/b.xml.rels": '<Relationships><Relationship Id="c" Type="/worksheet" Target="s.xml"/></Relationships>',
    "b.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="s" sheetId="1" r:id="c"/></sheets></workbook>',
}
_RECORDS = (
    b'{"documentSymbol": "G/TBT/N/XXX/1", "title": "t", "distributionDate": "2026-01-05T00:00:00"}',
    '{"通报号": "G/TBT/N/XXX/1", "标题": "示例", "通报日期": "2026年1月5日", "拟批准日期": "批准后6个月"}'.encode(),
)


def main() -> None:
    """Read the file on standard input; write what it says, framed, and last why that ended. The argument is the language."""
    logging.disable()
    # What reading makes holds no cycles, and the bound on memory holds for what would: the collector only costs time.
    gc.disable()
    language = sys.argv[1]
    for specimen in (_specimen(), *_RECORDS):
        for _piece in notifications_to(stream_notifications(specimen), language):
            pass
    content = sys.stdin.buffer.read()
    _give_up()
    out = sys.stdout.buffer
    try:
        _write(out, notifications_to(stream_notifications(content), language))
        end = (DONE, b"")
    except DomainError as error:
        end = (REFUSED, _told(error, language))
    except (MemoryError, RecursionError):
        end = (COSTLY, b"")
    _say(out, *end)


def _specimen() -> bytes:
    rows = ""
    for cells in (_HEADERS, _CELLS):
        markup = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        rows += f"<row>{markup}</row>"
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, markup in (*_PARTS.items(), ("s.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")):
            archive.writestr(name, markup)
    return written.getvalue()


def _write(out: IO[bytes], pieces: Iterable[pb.ReadNotificationsResponse]) -> None:
    for piece in pieces:
        _say(out, PIECE, piece.SerializeToString())


def _say(out: IO[bytes], kind: bytes, content: bytes) -> None:
    out.write(FRAME.pack(kind, len(content)) + content)
    out.flush()


def _told(error: DomainError, language: str) -> bytes:
    """Return a refusal as its reader puts it together again; what stands in a text, as text in *language*."""
    violations = error.violations if isinstance(error, InvalidArgumentError) else ()
    if violations:
        raise AssertionError(error)  # a file has places, and no fields of a request
    plain = {
        name: value if isinstance(value, int) else str(shown(value, language))
        for name, value in error.parameters.items()
    }
    return json.dumps([type(error).__name__, error.template, plain]).encode()


def _give_up() -> None:
    for limited, most in (
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_DATA, MAX_MEMORY_BYTES),
    ):
        resource.setrlimit(limited, (most, most))


if __name__ == "__main__":
    main()
