"""Speak SQL for the audit service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, LargeBinary, bindparam, func, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from services.audit.chain import BEFORE_THE_FIRST, link_hash, sealed_text
from services.audit.tables import LinkRow, RecordRow, UnsealedRow
from services.runtime.paging import Key, Page

BATCH = 1000

# One statement, so that a link and the end of the waiting are one; another sealer that took the position first makes it fail.
SEAL = text(
    "WITH sealed AS ("
    " INSERT INTO audit.link (position, number, sha256)"
    " SELECT * FROM unnest(:positions, :numbers, :hashes) RETURNING number)"
    " DELETE FROM audit.unsealed USING sealed WHERE unsealed.number = sealed.number"
).bindparams(
    bindparam("positions", type_=ARRAY(BigInteger)),
    bindparam("numbers", type_=ARRAY(BigInteger)),
    bindparam("hashes", type_=ARRAY(LargeBinary)),
)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records are wanted; an empty condition holds for all."""

    principal: str = ""
    method: str = ""
    target: str = ""
    kind: str = ""
    occurred_from: datetime | None = None
    occurred_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A place in the chain, its hash, and its record where that is still there."""

    link: LinkRow
    record: RecordRow | None


def list_records(session: Session, wanted: RecordFilter, page: Page) -> Sequence[tuple[RecordRow, bytes]]:
    """Return one more than a page of records, newest first, each with the hash its target had before."""
    earlier = aliased(RecordRow)
    before = (
        select(earlier.after_sha256)
        .where(
            col(earlier.target) == RecordRow.target,
            col(earlier.target) != "",
            col(earlier.number) < col(RecordRow.number),
        )
        .order_by(col(earlier.number).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(RecordRow, func.coalesce(before, b"")).order_by(col(RecordRow.number).desc())
    if wanted.principal:
        query = query.where(RecordRow.principal == wanted.principal)
    if wanted.method:
        query = query.where(col(RecordRow.method).endswith(wanted.method, autoescape=True))
    if wanted.target:
        query = query.where(col(RecordRow.targets).contains([wanted.target]))
    if wanted.kind:
        query = query.where(RecordRow.kind == wanted.kind)
    if wanted.occurred_from is not None:
        query = query.where(col(RecordRow.occurred_at) >= wanted.occurred_from)
    if wanted.occurred_before is not None:
        query = query.where(col(RecordRow.occurred_at) < wanted.occurred_before)
    if page.after is not None:
        query = query.where(col(RecordRow.number) < page.after[0])
    return [(row, bytes(sha256)) for row, sha256 in session.exec(query.limit(page.size + 1))]


def page_key(entry: tuple[RecordRow, bytes]) -> Key:
    """Return where a record stands in the list."""
    return (entry[0].number or 0,)


def head(session: Session) -> LinkRow | None:
    """Return the last link of the chain; None while there is none."""
    return session.exec(select(LinkRow).order_by(col(LinkRow.position).desc()).limit(1)).first()


def unsealed(session: Session, limit: int = BATCH) -> Sequence[RecordRow]:
    """Return records that wait for their place in the chain, in the order of their numbers."""
    query = select(RecordRow).join(UnsealedRow, col(UnsealedRow.number) == col(RecordRow.number))
    return list(session.exec(query.order_by(col(RecordRow.number)).limit(limit)))


def seal(session: Session, last: LinkRow | None, rows: Sequence[RecordRow]) -> int:
    """Give *rows* the places after *last* and return how many were sealed.

    Raises:
        AlreadyExistsError: another process has sealed meanwhile (said by the door to the database).
    """
    position = last.position if last is not None else 0
    sha256 = bytes(last.sha256) if last is not None else BEFORE_THE_FIRST
    hashes = []
    for row in rows:
        sha256 = link_hash(sha256, sealed_text(row))
        hashes.append(sha256)
    positions = list(range(position + 1, position + 1 + len(rows)))
    values = {"positions": positions, "numbers": [row.number for row in rows], "hashes": hashes}
    session.connection().execute(SEAL, values)
    return len(rows)


def links_from(session: Session, position: int) -> Iterator[SealedRecord]:
    """Yield the chain from *position* on, in order; a batch of it in memory at a time."""
    while True:
        query = (
            select(LinkRow, RecordRow)
            .join(RecordRow, col(RecordRow.number) == col(LinkRow.number), isouter=True)
            .where(col(LinkRow.position) >= position)
            .order_by(col(LinkRow.position))
            .limit(BATCH)
        )
        found = list(session.exec(query))
        for link, record in found:
            yield SealedRecord(link, record)
        session.expunge_all()
        if len(found) < BATCH:
            return
        position = found[-1][0].position + 1


def count_waiting(session: Session) -> int:
    """Return how many records wait to be sealed."""
    return session.exec(select(func.count()).select_from(UnsealedRow)).one()


def numbers_outside(session: Session, limit: int) -> Sequence[int]:
    """Return the numbers of records that neither have a place in the chain nor wait for one."""
    sealed = select(LinkRow.number).where(LinkRow.number == RecordRow.number).exists()
    waiting = select(UnsealedRow.number).where(UnsealedRow.number == RecordRow.number).exists()
    query = select(RecordRow.number).where(~sealed, ~waiting).order_by(col(RecordRow.number)).limit(limit)
    return [number for number in session.exec(query) if number is not None]
