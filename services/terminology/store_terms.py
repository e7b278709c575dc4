"""Speak SQL about the terms of all concepts: what look-up and recognition hold in memory."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session

from services.terminology import store_rows
from services.terminology.store import DESIGNATION_STATUS, DESIGNATION_TYPE, STATUS
from services.terminology.store_rows import CONCEPT, DESIGNATION
from standards_tree.recognition import RegisteredTerm
from standards_tree.terms import DesignationStatus, TermDesignation

CHANGED = text(
    "SELECT DISTINCT split_part(resource, '/', 2) FROM change"
    " WHERE revision > :after AND resource LIKE 'concepts/%' LIMIT :limit"
)


def changed_concepts(session: Session, after: int, limit: int) -> list[str]:
    """Return the identities of the concepts that changed after the revision *after*, at most *limit*."""
    return list(session.connection().execute(CHANGED, {"after": after, "limit": limit}).scalars())


def read_terms(session: Session, concept_ids: Sequence[str] | None = None) -> list[RegisteredTerm]:
    """Return the terms of all concepts, or of those of *concept_ids* that exist, with one statement."""
    query = (
        select(
            *(CONCEPT.c.concept_id, CONCEPT.c.number, CONCEPT.c.domain, CONCEPT.c.status.label("concept_status")),
            *(DESIGNATION.c.language, DESIGNATION.c.text, DESIGNATION.c.status, DESIGNATION.c.type),
        )
        .join_from(CONCEPT, DESIGNATION, CONCEPT.c.concept_id == DESIGNATION.c.concept_id)
        .order_by(CONCEPT.c.concept_id, DESIGNATION.c.position)
    )
    if concept_ids is not None:
        query = query.where(store_rows.one_of_ids(CONCEPT.c.concept_id, concept_ids))
    rows = session.connection().execute(query).all()
    return [term for _id, parts in groupby(rows, key=lambda row: row.concept_id) for term in _terms([*parts])]


def _terms(rows: Sequence[Any]) -> list[RegisteredTerm]:
    preferred = {row.language: row.text for row in rows if row.status == DesignationStatus.PREFERRED}
    return [
        RegisteredTerm(
            f"concepts/{row.concept_id}",
            row.number,
            row.domain,
            STATUS[row.concept_status],
            TermDesignation(row.language, row.text, DESIGNATION_STATUS[row.status], type=DESIGNATION_TYPE[row.type]),
            preferred.get(row.language, ""),
        )
        for row in rows
    ]
