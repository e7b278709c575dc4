"""Import a version of a code list: read all of it, say what it changes, store it whole or not at all."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from typing import NamedTuple

from services.catalog import store_codes
from services.catalog.code_books import CodeBooks, OpenedVersion
from services.catalog.messages_codes import (
    VersionName,
    counts_to,
    difference_to,
    problem_to,
    row_from,
    version_name,
    version_to,
)
from services.catalog.store_codes import VersionRecord
from services.runtime.calls import current_call, current_principal
from services.runtime.civil_dates import date_from
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from standards_tree.code_lists import CodeBook
from standards_tree.code_lists.comparing import differences
from standards_tree.code_lists.importing import CodeReading, CodeRow, read_codes
from standards_tree.code_lists.shipped import SHIPPED
from standards_tree.errors import AlreadyExistsError, FieldViolation, InvalidArgumentError, LimitError
from tbt.catalog.v1 import code_pb2

MAX_RECORDS = 50_000
MAX_BYTES = 32 * 1024 * 1024
MAX_LISTED = 1000


class CollectedCodes(NamedTuple):
    """An import as it came, with a digest of its records for a request sent again."""

    options: code_pb2.ImportCodeListOptions
    name: VersionName
    valid_from: date | None
    rows: list[CodeRow]
    sha256: str


def collect(requests: Iterable[code_pb2.ImportCodeListRequest]) -> CollectedCodes:
    """Return what the pieces of an import hold.

    Raises:
        InvalidArgumentError: the first piece does not hold the options, or they name no version that can be imported.
        LimitError: there are more than MAX_RECORDS records or MAX_BYTES bytes.
    """
    pieces = iter(requests)
    first = next(pieces, None)
    if first is None or first.WhichOneof("piece") != "options":
        raise InvalidArgumentError.in_field("options", "an import begins with its options")
    name = version_name(first.options.name, "options.name")
    if name.version_id.startswith(SHIPPED):
        message = "{version} can only come with the program; give the version a name of its own"
        raise InvalidArgumentError.in_field("options.name", message, version=name.version_id)
    rows: list[CodeRow] = []
    digest = hashlib.sha256()
    size = 0
    for piece in pieces:
        if piece.WhichOneof("piece") != "records":
            raise InvalidArgumentError.in_field("options", "the options stand in the first message of an import only")
        size += piece.ByteSize()
        if len(rows) + len(piece.records.records) > MAX_RECORDS or size > MAX_BYTES:
            message = "an import has at most {records} records and {bytes} bytes; divide it"
            raise LimitError(message, records=MAX_RECORDS, bytes=MAX_BYTES)
        digest.update(piece.SerializeToString(deterministic=True))
        rows.extend(map(row_from, piece.records.records))
    valid_from = date_from(first.options.valid_from, "options.valid_from")
    return CollectedCodes(first.options, name, valid_from, rows, digest.hexdigest())


def read(collected: CollectedCodes, base: OpenedVersion | None) -> CodeReading:
    """Return the codes of an import, laid over *base* where one is named.

    Raises:
        InvalidArgumentError: it holds no code; or a record is refused, and the import does not only check.
    """
    list_id = collected.name.list_id
    reading = read_codes(list_id, collected.rows, base.book.codes if base is not None else None)
    if reading.refused and not collected.options.validate_only:
        first = reading.refused[0]
        message = "{count} of {read} records are refused, so that nothing is imported; row {row}: {problem}"
        raise InvalidArgumentError(
            message,
            violations=[
                FieldViolation(f"row {each.row}, {each.column}", each.template, dict(each.parameters))
                for each in reading.refused
            ],
            count=len(reading.refused),
            read=len(collected.rows),
            row=first.row,
            problem=FieldViolation("", first.template, dict(first.parameters)),
        )
    if not reading.codes and not reading.refused:
        raise InvalidArgumentError.in_field("records", "the import holds no code")
    return reading


def store(
    session: Session, books: CodeBooks, collected: CollectedCodes, reading: CodeReading
) -> code_pb2.ImportCodeListResponse:
    """Store a version, let it count if that is asked, and say what it changes.

    Raises:
        AlreadyExistsError: the version exists with other codes.
    """
    options, (list_id, version_id) = collected.options, collected.name
    before = books.open(session, list_id)
    book = CodeBook(list_id, version_id, options.source, reading.codes)
    record = _stored(session, collected, book)
    if options.activate:
        store_codes.activate(session, list_id, version_id, record.name)
    after = OpenedVersion(book, record, options.activate or record.current)
    found = differences(list_id, before.book.codes, book.codes)
    call = current_call()
    language = call.language if call is not None else ENGLISH
    return code_pb2.ImportCodeListResponse(
        version=version_to(after),
        compared_with=before.name,
        counts=counts_to(found, before),
        differences=[difference_to(each, before, after, with_notes=False) for each in found[:MAX_LISTED]],
        problems=[problem_to(each, language) for each in reading.problems[:MAX_LISTED]],
        problem_count=len(reading.problems),
    )


def _stored(session: Session, collected: CollectedCodes, book: CodeBook) -> VersionRecord:
    """Return the version as it is stored now; one that is there already with the same codes stays as it is."""
    list_id, version_id = collected.name
    sha256 = _digest(book)
    existing = store_codes.find_version(session, list_id, version_id)
    if existing is not None:
        if bytes(existing.sha256) != sha256:
            message = "{name} exists with other codes; a version never changes, so give this one another name"
            raise AlreadyExistsError(message, name=existing.name)
        return existing
    record = VersionRecord(
        list_id.value,
        version_id,
        collected.options.source,
        collected.valid_from,
        sha256,
        len(book.codes),
        book.level_counts(),
        current=False,
        imported_by=current_principal().subject,
    )
    return record if collected.options.validate_only else store_codes.create_version(session, record, book.codes)


def _digest(book: CodeBook) -> bytes:
    """Return what is equal for versions with the same codes, in whatever order they came."""
    facts = [astuple(book.codes[code]) for code in sorted(book.codes)]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).digest()
