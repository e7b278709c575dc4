"""Speak SQL about releases of vocabularies."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Table, func, select
from sqlmodel import Session, col, or_
from sqlmodel import select as select_rows

from services.runtime.changes import record_change
from services.runtime.paging import Page
from services.terminology.store import COLLECTION, StoredConcept, all_concepts
from services.terminology.store_changes import acting_person
from services.terminology.store_merges import CONCEPT_REDIRECT
from services.terminology.store_moves import move_concepts
from services.terminology.store_rows import insert_rows, one_of_ids
from services.terminology.tables_releases import ReleaseConceptRow, ReleaseRow
from standards_tree.concept_facts import canonical, digest
from standards_tree.concept_life import ConceptMove
from standards_tree.errors import AlreadyExistsError, NotFoundError, PreconditionError
from standards_tree.terms import ConceptStatus

RELEASES = "releases/"
RELEASE_CONCEPT: Table = ReleaseConceptRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
AGREED = tuple(status for status in ConceptStatus if status.agreed)


class Frozen(NamedTuple):
    """What a concept said at one moment."""

    concept_id: str
    sort_key: str
    content: str
    sha256: str


def agreed_concepts(session: Session, domain: str) -> list[StoredConcept]:
    """Return the agreed concepts of a vocabulary, by number and name.

    Raises:
        PreconditionError: there is none, so nothing to release.
    """
    found = list(all_concepts(session, domain, AGREED))
    if not found:
        message = "the vocabulary {domain} has no approved concept to release"
        raise PreconditionError(message, domain=domain)
    return found


def require_new_label(session: Session, domain: str, label: str) -> None:
    """Refuse a label that a release of the vocabulary has.

    Raises:
        AlreadyExistsError: there is one; the message names it.
    """
    query = select_rows(ReleaseRow).where(col(ReleaseRow.domain) == domain, col(ReleaseRow.label) == label)
    row = session.exec(query).first()
    if row is not None:
        message = (
            "the vocabulary {domain} has a release {label}: {name}; a release never changes, so choose another label"
        )
        raise AlreadyExistsError(message, domain=domain, label=label, name=f"{RELEASES}{row.release_id}")


def publish_release(
    session: Session, concepts: Sequence[StoredConcept], label: str, note: str, waivers: Mapping[str, str]
) -> ReleaseRow:
    """Freeze *concepts*, which are agreed and of one vocabulary, publish those that were approved, and return the release."""
    frozen = [freeze(stored) for stored in concepts]
    row = ReleaseRow(
        release_id=uuid4().hex,
        domain=concepts[0].concept.domain,
        label=label,
        note=note,
        waivers=dict(waivers),
        principal=acting_person(),
        concept_count=len(frozen),
        sha256=release_digest(frozen),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    insert_rows(session, RELEASE_CONCEPT, ({"release_id": row.release_id, **one._asdict()} for one in frozen))
    name = f"{RELEASES}{row.release_id}"
    approved = [stored for stored in concepts if stored.concept.status is ConceptStatus.APPROVED]
    if approved:
        move_concepts(session, approved, ConceptMove.PUBLISH, note, name)
    record_change(session, name, "created")
    return row


def freeze(stored: StoredConcept) -> Frozen:
    """Return what a concept says now."""
    content = canonical(stored.concept)
    return Frozen(stored.concept_id, stored.sort_key, content, digest(content))


def release_digest(frozen: Sequence[Frozen]) -> str:
    """Return the SHA-256 of a whole release: of the lines of digest and name, in the order of the names."""
    lines = sorted((f"{COLLECTION}{one.concept_id}", one.sha256) for one in frozen)
    return digest("".join(f"{sha256} {name}\n" for name, sha256 in lines))


def get_release(session: Session, name: str) -> ReleaseRow:
    """Return the release *name*.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(ReleaseRow, name.removeprefix(RELEASES)) if name.startswith(RELEASES) else None
    if row is None:
        message = "there is no release {name}"
        raise NotFoundError(message, name=name)
    return row


def list_releases(session: Session, domain: str, page: Page) -> Sequence[ReleaseRow]:
    """Return one more than a page of releases, the latest first."""
    query = select_rows(ReleaseRow)
    if domain:
        query = query.where(col(ReleaseRow.domain) == domain)
    moment = func.to_char(col(ReleaseRow.published_at), "YYYYMMDDHH24MISSUS")
    if page.after is not None:
        published_at, release_id = page.after
        earlier = (moment == published_at) & (col(ReleaseRow.release_id) < release_id)
        query = query.where(or_(moment < published_at, earlier))
    order = (col(ReleaseRow.published_at).desc(), col(ReleaseRow.release_id).desc())
    return session.exec(query.order_by(*order).limit(page.size + 1)).all()


def release_order(row: ReleaseRow) -> tuple[str, str]:
    """Return where a release stands in a list of releases."""
    return (f"{row.published_at:%Y%m%d%H%M%S%f}", row.release_id)


def list_frozen(session: Session, release_id: str, page: Page | None = None) -> list[Frozen]:
    """Return one more than a page of what a release holds, by number and name; all of it without a page."""
    table = RELEASE_CONCEPT.c
    query = select(*(table[name] for name in Frozen._fields)).where(table.release_id == release_id)
    query = query.order_by(table.sort_key, table.concept_id)
    if page is not None:
        query = query.limit(page.size + 1)
        if page.after is not None:
            sort_key, concept_id = page.after
            later = (table.sort_key == sort_key) & (table.concept_id > concept_id)
            query = query.where(or_(table.sort_key > sort_key, later))
    return [Frozen._make(row) for row in session.connection().execute(query)]


def frozen_now(session: Session, domain: str) -> list[Frozen]:
    """Return what the agreed concepts of a vocabulary say now."""
    return [freeze(stored) for stored in all_concepts(session, domain, AGREED)]


def survivors_of(session: Session, concept_ids: Sequence[str]) -> dict[str, str]:
    """Return the concepts that those of *concept_ids* that are gone were merged into."""
    columns = CONCEPT_REDIRECT.c
    query = select(columns.concept_id, columns.survivor_id).where(one_of_ids(columns.concept_id, concept_ids))
    return {row.concept_id: row.survivor_id for row in session.connection().execute(query)}
