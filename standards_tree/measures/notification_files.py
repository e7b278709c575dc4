"""Read a file of notifications, whichever of the known kinds it is: the content tells, not the name."""

import itertools
from collections.abc import Iterator

from standards_tree.errors import UnsupportedDocumentError
from standards_tree.measures.eping_json import SYMBOL_FIELD, read_eping_records
from standards_tree.measures.eping_workbook import stream_eping_workbook
from standards_tree.measures.item_reading import iter_records
from standards_tree.measures.model import MeasureReading
from standards_tree.measures.platform_records import NAMES, is_platform_record, read_platform_records


def stream_notifications(content: bytes, *, source: str = "") -> Iterator[MeasureReading]:
    """Yield the notifications of an ePing workbook, of ePing's or the WTO's JSON, or of a platform's records.

    Raises:
        UnsupportedDocumentError, MalformedDocumentError, UnsafeDocumentError: the file is none of these, or damaged.
        LimitError: it is too long.
    """
    if content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        yield from stream_eping_workbook(content, source=source)
        return
    records = iter_records(content)
    first = next(records, None)
    if first is None:
        return
    everything = itertools.chain([first], records)
    if SYMBOL_FIELD in first:
        yield from read_eping_records(everything, source=source)
    elif is_platform_record(first):
        yield from read_platform_records(everything, source=source)
    else:
        raise UnsupportedDocumentError(
            "these are no notifications: the first record has none of the fields {fields}",
            fields=", ".join((SYMBOL_FIELD, *NAMES["symbol"])),
        )
