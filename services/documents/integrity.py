"""Hold the stored bytes of every document against their hash: a disk that rots says nothing by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from services.documents import store
from services.runtime.blobs import BlobStore
from services.runtime.calls import current_call
from services.runtime.database import Database
from standards_tree.errors import DataLossError

REPORT_EVERY = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """Stored bytes that are lost, or *damaged*, with the documents that have them."""

    sha256: str
    damaged: bool
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is, and what was found since the last time it said so."""

    examined: int
    examined_bytes: int
    last_sha256: str
    faults: tuple[Fault, ...]


def examine(database: Database, blobs: BlobStore, after: str) -> Iterator[Progress]:
    """Read the bytes of every document whose hash comes after *after*, and say every now and then what was found.

    Documents that come while it reads may be passed over; those that were there before are not.
    """
    examined = examined_bytes = 0
    faults: list[Fault] = []
    call = current_call()
    while batch := database.look_up(partial(store.stored_after, sha256=after)):
        for sha256 in batch:
            if call is not None:
                call.require_time()
            size_bytes, fault = _read(database, blobs, sha256)
            examined, examined_bytes, after = examined + 1, examined_bytes + size_bytes, sha256
            faults.extend(fault)
            if faults or examined % REPORT_EVERY == 0:
                yield Progress(examined, examined_bytes, after, tuple(faults))
                faults = []
    yield Progress(examined, examined_bytes, after, ())


def _read(database: Database, blobs: BlobStore, sha256: str) -> tuple[int, list[Fault]]:
    size_bytes = 0
    try:
        for chunk in blobs.chunks(sha256):
            size_bytes += len(chunk)
    except DataLossError:
        names = database.look_up(partial(store.documents_with, sha256=sha256))
        # What is lost is refused before the first byte.
        return size_bytes, [Fault(sha256, size_bytes > 0, tuple(names))]
    return size_bytes, []
