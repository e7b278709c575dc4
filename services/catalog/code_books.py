"""Open versions of code lists: the shipped ones live in the program, the imported ones in the database.

A version never changes, so that one that was read once is kept; only which one counts is asked each time.
"""

import threading
from collections import OrderedDict
from typing import NamedTuple

from services.catalog import store_codes
from services.catalog.store_codes import VersionRecord
from services.runtime.database import Session
from standards_tree.code_lists import CodeBook, CodeListId, shipped_book
from standards_tree.errors import NotFoundError

MAX_BOOKS = 24


class OpenedVersion(NamedTuple):
    """A version to look codes up in; ``record`` is None for the shipped one."""

    book: CodeBook
    record: VersionRecord | None
    current: bool

    @property
    def name(self) -> str:
        """Return the version's resource name."""
        return f"codeLists/{self.book.list_id.value}/versions/{self.book.version}"


class CodeBooks:
    """Keeps the versions that were read last."""

    def __init__(self) -> None:
        self._books: OrderedDict[tuple[str, str, bytes], CodeBook] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, session: Session, list_id: CodeListId, version_id: str = "") -> OpenedVersion:
        """Return a version of *list_id*, the current one for an empty *version_id*.

        Raises:
            NotFoundError: there is no such version.
        """
        current = store_codes.current_versions(session).get(list_id.value)
        if not version_id:
            return self._opened(session, list_id, current, current=True)
        shipped = shipped_book(list_id)
        if version_id == shipped.version:
            return OpenedVersion(shipped, None, current is None)
        record = store_codes.find_version(session, list_id, version_id)
        if record is None:
            raise NotFoundError("there is no version {version} of {list}", version=version_id, list=list_id.value)
        return self._opened(session, list_id, record, current=record.current)

    def open_current(self, session: Session, list_ids: list[CodeListId]) -> list[OpenedVersion]:
        """Return the current versions of *list_ids*."""
        current = store_codes.current_versions(session)
        return [self._opened(session, each, current.get(each.value), current=True) for each in list_ids]

    def _opened(
        self, session: Session, list_id: CodeListId, record: VersionRecord | None, *, current: bool
    ) -> OpenedVersion:
        if record is None:
            return OpenedVersion(shipped_book(list_id), None, current)
        key = (record.list_id, record.version_id, bytes(record.sha256))
        with self._lock:
            book = self._books.get(key)
            if book is not None:
                self._books.move_to_end(key)
                return OpenedVersion(book, record, current)
        book = CodeBook(list_id, record.version_id, record.source, store_codes.load_codes(session, record))
        with self._lock:
            self._books[key] = book
            while len(self._books) > MAX_BOOKS:
                self._books.popitem(last=False)
        return OpenedVersion(book, record, current)
