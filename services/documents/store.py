"""Speak SQL for the documents service."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, any_, cast, or_, text, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Session, col, select

from services.documents.tables import DocumentRow, ReadingRow
from services.runtime.calls import current_call
from services.runtime.changes import record_change
from services.runtime.columns import KeyText
from services.runtime.paging import Key, Page
from services.runtime.permissions import works_across_committees
from standards_tree.committees import keys_below
from standards_tree.errors import NotFoundError

COLLECTION = "documents/"
# The two-number form of an advisory lock keeps apart from every other use of such locks by its first number.
BLOB_LOCK = "'document'::regclass::oid::int, :key"


def add_document(session: Session, row: DocumentRow) -> DocumentRow:
    """Store *row* and return it with the time the database gave it."""
    session.add(row)
    session.flush()
    record_change(session, resource_name(row), "created")
    return row


def get_document(session: Session, name: str) -> DocumentRow:
    """Return the document called *name*.

    Raises:
        NotFoundError: there is none, or none that who asks may see.
    """
    query = select(DocumentRow).where(DocumentRow.document_id == name.removeprefix(COLLECTION), visible())
    row = session.exec(query).first() if name.startswith(COLLECTION) else None
    if row is None:
        message = "there is no document {name}"
        raise NotFoundError(message, name=name)
    return row


def seen_names(session: Session, names: Iterable[str]) -> set[str]:
    """Return those of *names* that are documents who asks may see."""
    ids = [name.removeprefix(COLLECTION) for name in names]
    query = select(DocumentRow.document_id).where(
        col(DocumentRow.document_id) == any_(cast(ids, ARRAY(KeyText))), visible()
    )
    return {COLLECTION + document_id for document_id in session.exec(query)}


def visible() -> ColumnElement[bool]:
    """Return the condition that a document is there for who reads the answer of this call.

    What somebody uploads who signed in for a committee is that committee's, like its drafts: to others than the committee,
    the one above it and those who work across committees, it does not exist.
    """
    call = current_call()
    reader = call.principal.reader if call is not None and call.principal is not None else None
    if reader is None or works_across_committees(reader.roles):
        return true()
    seen = or_(col(DocumentRow.committee_key) == "", col(DocumentRow.uploaded_by) == reader.subject)
    if not reader.committee:
        return seen
    column = col(DocumentRow.committee_key)
    key, after, before = keys_below(reader.committee)
    return or_(seen, column == key, and_(column > after, column < before))


def list_documents(session: Session, page: Page) -> list[DocumentRow]:
    """Return the documents of *page* and one more where there is one, newest first."""
    place = tuple_(col(DocumentRow.uploaded_at), col(DocumentRow.document_id))
    query = (
        select(DocumentRow)
        .where(visible())
        .order_by(col(DocumentRow.uploaded_at).desc(), col(DocumentRow.document_id).desc())
    )
    if page.after is not None:
        uploaded_at, document_id = page.after
        query = query.where(place < (datetime.fromisoformat(str(uploaded_at)), document_id))
    return list(session.exec(query.limit(page.size + 1)))


def page_key(row: DocumentRow) -> Key:
    """Return the place of *row* in the list of documents."""
    return (row.uploaded_at.isoformat() if row.uploaded_at else "", row.document_id)


def resource_name(row: DocumentRow) -> str:
    """Return `documents/{document}`."""
    return COLLECTION + row.document_id


def keep_from_sweeping(session: Session, sha256: str) -> None:
    """Hold off any sweep of the blob *sha256* until this transaction has ended; any number of uploads may at once."""
    session.connection().execute(text(f"SELECT pg_advisory_xact_lock_shared({BLOB_LOCK})"), {"key": _lock_key(sha256)})


def remove_orphan(session: Session, sha256: str, remove: Callable[[], None]) -> bool:
    """Call *remove* unless a document has the bytes *sha256*, or an upload is about to have them; tell whether it did.

    Needs a session whose every statement sees what is committed by then (`Database.look_up`): a snapshot would be older
    than the lock, and would miss the document whose upload held it until just now.
    """
    lock = {"key": _lock_key(sha256)}
    if not session.connection().execute(text(f"SELECT pg_try_advisory_lock({BLOB_LOCK})"), lock).scalar_one():
        return False
    try:
        orphan = not documented(session, [sha256])
        if orphan:
            remove()
        return orphan
    finally:
        session.connection().execute(text(f"SELECT pg_advisory_unlock({BLOB_LOCK})"), lock)


def documented(session: Session, sha256s: Sequence[str]) -> set[str]:
    """Return which of *sha256s* are the bytes of a document."""
    found = session.connection().execute(
        text("SELECT DISTINCT sha256 FROM document WHERE sha256 = ANY(:sha256s)"), {"sha256s": list(sha256s)}
    )
    return set(found.scalars())


def stored_after(session: Session, sha256: str, limit: int = 500) -> list[str]:
    """Return the hashes of documents' bytes that come after *sha256*, each once, in order."""
    query = text("SELECT DISTINCT sha256 FROM document WHERE sha256 > :sha256 ORDER BY sha256 LIMIT :limit")
    return list(session.connection().execute(query, {"sha256": sha256, "limit": limit}).scalars())


def documents_with(session: Session, sha256: str, limit: int = 100) -> list[str]:
    """Return the names of the documents that have these bytes, oldest first, at most *limit*."""
    query = select(DocumentRow).where(DocumentRow.sha256 == sha256).order_by(col(DocumentRow.uploaded_at)).limit(limit)
    return [resource_name(row) for row in session.exec(query)]


def find_reading(session: Session, sha256: str, language: str, reader: str) -> bytes | None:
    """Return what *reader* made of the bytes *sha256* before, or None."""
    row = session.get(ReadingRow, (sha256, language))
    return row.answer if row is not None and row.reader == reader else None


def keep_reading(session: Session, row: ReadingRow) -> None:
    """Store what a reader made of a file, in place of what an older reader made of it."""
    values = row.model_dump()
    statement = insert(ReadingRow).values(values)
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["sha256", "language"], set_={name: values[name] for name in ("reader", "answer")}
        )
    )


def _lock_key(sha256: str) -> int:
    """Return 32 bits of the hash; two blobs that share them only wait for each other."""
    return int.from_bytes(bytes.fromhex(sha256[:8]), signed=True)
