"""Speak SQL about what the texts of drafts cite."""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from services.catalog.tables_life import DraftCitationRow
from standards_tree.catalogue import undated_key
from standards_tree.designations import Designation
from standards_tree.standards import RelationKind

_CITATION: Table = DraftCitationRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class Citation(NamedTuple):
    """What a text cites, and whether it must be followed with the text."""

    target: Designation
    kind: RelationKind


def store_citations(session: Session, draft_id: str, document: str, citations: Iterable[Citation]) -> None:
    """Store what *document*, a text of a draft, cites. The same text says the same, however often it is attached."""
    rows = {
        citation.target.key: {
            "citation_id": sha256(f"{draft_id}\n{citation.target.key}".encode()).hexdigest()[:32],
            "document": document,
            "draft_id": draft_id,
            "target_id": citation.target.resource_id,
            "target_undated_key": undated_key(citation.target),
            "dated": citation.target.is_dated,
            "kind": citation.kind.value,
        }
        for citation in citations
    }
    if rows:
        statement = insert(_CITATION).on_conflict_do_nothing()
        session.connection().execute(statement, list(rows.values()))
