"""Read the catalogue of ISO and its edges of supersession, as relaton-data-iso lays them out in two CSV files.

The trap of its relations: ``obsoletes`` points from a document to the one it took the place of, ``updates`` from the old
document to the one that took its place. Four edges of five are stated from both ends; each is one relation here.

The catalogue is dirty. Everything in it is returned as it stands; what is odd is found by who stores it.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from standards_tree.catalogue import Title
from standards_tree.catalogue_files.entries import Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.scopes import scope_of
from standards_tree.designations import parse_designation_or_none
from standards_tree.errors import MalformedDocumentError, UnsafeDocumentError
from standards_tree.standards import Level, RelationKind, StandardStatus

MAX_UNPACKED_BYTES: Final = 128 * 1024 * 1024
CATALOGUE_COLUMNS: Final = ("docid", "stage", "published", "ics", "title_en")
RELATION_COLUMNS: Final = ("source", "relation", "target")
_GZIP: Final = b"\x1f\x8b"
_UNDER_PUBLICATION: Final = 60
_WITHDRAWN: Final = ("95", "99")


def unpacked(content: bytes) -> bytes:
    """Return *content*, unpacked if it is packed with gzip.

    Raises:
        MalformedDocumentError: it is damaged.
        UnsafeDocumentError: it unpacks to more than MAX_UNPACKED_BYTES.
    """
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        message = "the gzip file is damaged: {cause}"
        raise MalformedDocumentError(message, cause=error) from error
    if len(found) > MAX_UNPACKED_BYTES:
        message = "the file unpacks to more than {limit} bytes"
        raise UnsafeDocumentError(message, limit=MAX_UNPACKED_BYTES)
    return found


def read_iso_catalogue(catalogue: bytes, relations: bytes = b"") -> Reading:
    """Return the documents of *catalogue* and the edges of *relations*; either may be empty.

    A withdrawn document that another one took the place of is superseded, any other withdrawn one abolished. A document
    that is not published yet, or being published, is to come. Where the month of publication is known but not the day,
    it is the first.

    Raises:
        MalformedDocumentError: a file is not in this layout; the message names the row.
        UnsafeDocumentError: there are more records than an import takes.
    """
    reading = Reading("iso")
    edges = _read_edges(reading, relations) if relations else {}
    superseded = {old for _new, old in edges}
    for row, record in _records(catalogue, CATALOGUE_COLUMNS) if catalogue else ():
        if parse_designation_or_none(record["docid"]) is None:
            reading.remark(row, "docid", record["docid"], "not the designation of a standard", refused=True)
            continue
        reading.add(_standard(reading, row, record, superseded))
        reading.count("documents", 1)
    reading.add(*(RelationEntry(row, new, old, RelationKind.SUPERSEDES) for (new, old), row in edges.items()))
    return reading


def _read_edges(reading: Reading, content: bytes) -> dict[tuple[str, str], int]:
    """Return every supersession once, newer and older document, with the first row that states it."""
    edges: dict[tuple[str, str], int] = {}
    for row, record in _records(content, RELATION_COLUMNS):
        source, target = record["source"], record["target"]
        if record["relation"] not in ("obsoletes", "updates"):
            reading.remark(row, "relation", record["relation"], "not obsoletes or updates", refused=True)
            continue
        reading.count("edges", 1)
        edge = (source, target) if record["relation"] == "obsoletes" else (target, source)
        unreadable = [one for one in edge if parse_designation_or_none(one) is None]
        if unreadable:
            reading.remark(row, "source", unreadable[0], "not the designation of a standard", refused=True)
            continue
        if edge in edges:
            reading.count("repeated_edges", 1)
        edges.setdefault(edge, row)
    return edges


def _standard(reading: Reading, row: int, record: Mapping[str, str], superseded: set[str]) -> StandardEntry:
    codes = tuple(dict.fromkeys(code for code in record["ics"].split(";") if code))
    return StandardEntry(
        row,
        record["docid"],
        Title(en=record["title_en"] or record.get("title_fr", "") or record["docid"]),
        _status(record, superseded),
        level=Level.INTERNATIONAL,
        issued_on=_published(reading, row, record["published"]),
        ics=codes,
        committee=record.get("tc", ""),
        source=record.get("urn", ""),
        scope=scope_of(en=record.get("scope_en", "") or record.get("abstract_en", "")),
    )


def _status(record: Mapping[str, str], superseded: set[str]) -> StandardStatus:
    """Return the state that a stage of ISO means: 60.60 is published, 95.99 withdrawn (ISO Guide 69)."""
    stage, substage = record["stage"], record.get("substage", "")
    if (stage, substage) == _WITHDRAWN:
        return StandardStatus.SUPERSEDED if record["docid"] in superseded else StandardStatus.ABOLISHED
    number = int(stage) if stage.isdecimal() else 0
    if number > _UNDER_PUBLICATION or (number == _UNDER_PUBLICATION and substage not in ("", "00")):
        return StandardStatus.IN_FORCE
    # The few without a stage are published Directives.
    return StandardStatus.UPCOMING if stage else StandardStatus.IN_FORCE


def _published(reading: Reading, row: int, text: str) -> date | None:
    parts = text.split("-")
    if not text or (len(parts) == 1 and text.isdecimal()):
        return None
    try:
        year, month, *day = (int(part) for part in parts)
        return date(year, month, day[0] if day else 1)
    except ValueError:
        reading.remark(row, "published", text, "not a month or a day of the calendar, and left out")
        return None


def _records(content: bytes, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the records of a CSV file with their rows, the header being row 1."""
    try:
        text = unpacked(content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedDocumentError("the file is not text in UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        message = "the file has no column {column}, as the catalogue of ISO has"
        raise MalformedDocumentError(message, column=", ".join(missing))
    try:
        for row, record in enumerate(reader, start=2):
            # What stands behind the last column has no name.
            yield row, {name: value.strip() for name, value in record.items() if isinstance(name, str)}
    except csv.Error as error:
        message = "row {row} cannot be read as CSV: {cause}"
        raise MalformedDocumentError(message, row=reader.line_num, cause=error) from error
