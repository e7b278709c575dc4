"""Remove stored bytes that no document has: what is left of uploads that broke between their bytes and their row.

Nothing that a document has, or is about to have, is ever removed, whatever the ages and the clocks. A sweep takes a
blob's lock alone and looks for documents once more before it removes it. An upload takes the same lock together with
other uploads, sees to it that its bytes are there, and only then writes its row, in the transaction that holds the
lock. Whichever comes second sees what the first did. The minimum age only spares uploads storing their bytes twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from services.documents import store
from services.runtime.blobs import BlobStore, StoredBlob
from services.runtime.database import Database, Session

BATCH = 1000


@dataclass(slots=True)
class Swept:
    """How many blobs a sweep looked at, and how many it removed or would remove."""

    examined: int = 0
    removed: int = 0


def sweep(database: Database, blobs: BlobStore, stored_before: datetime, *, only_count: bool) -> Swept:
    """Remove the blobs without a document that were stored before *stored_before*, or *only_count* them."""
    swept = Swept()
    for batch in _batches(blobs.stored()):
        swept.examined += len(batch)
        old = [blob.sha256 for blob in batch if blob.stored_at <= stored_before]
        known = database.look_up(partial(store.documented, sha256s=old))
        for sha256 in old:
            if sha256 not in known and (only_count or _remove(database, blobs, sha256)):
                swept.removed += 1
    return swept


def _remove(database: Database, blobs: BlobStore, sha256: str) -> bool:
    def work(session: Session) -> bool:
        return store.remove_orphan(session, sha256, partial(blobs.remove, sha256))

    return database.look_up(work)


def _batches(stored: Iterable[StoredBlob]) -> Iterator[list[StoredBlob]]:
    remaining = iter(stored)
    while batch := list(islice(remaining, BATCH)):
        yield batch
