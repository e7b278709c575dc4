"""Speak SQL about the histories of concepts: every change with who, when, why, and facts before and after."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Table, select
from sqlmodel import Session

from services.runtime.calls import current_call
from services.runtime.paging import Page
from services.terminology.store_rows import insert_rows
from services.terminology.tables_work import ConceptChangeRow
from standards_tree.concept_life import ConceptAction

CONCEPT_CHANGE: Table = ConceptChangeRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class Act(NamedTuple):
    """What is done with a concept, the name of what else it is about, and why."""

    action: ConceptAction
    related: str = ""
    reason: str = ""


CREATE = Act(ConceptAction.CREATED)
UPDATE = Act(ConceptAction.UPDATED)


class HistoryEntry(NamedTuple):
    """One change of a concept; ``version`` is the one it made, ``changes`` gives facts with old and new values."""

    concept_id: str
    version: int
    act: Act
    changes: Mapping[str, tuple[str, str]] = MappingProxyType({})


class ChangeRecord(NamedTuple):
    """A change as it is stored."""

    version: int
    action: str
    changes: dict[str, list[str]]
    related: str
    reason: str
    principal: str
    occurred_at: datetime


def acting_person() -> str:
    """Return who this thread works for."""
    call = current_call()
    return call.principal.subject if call and call.principal else "system"


def record_history(session: Session, entries: Iterable[HistoryEntry]) -> None:
    """Append *entries* to the histories of their concepts. One statement for each 10,000."""
    principal = acting_person()
    rows = [
        {
            "concept_id": entry.concept_id,
            "version": entry.version,
            "action": entry.act.action.value,
            "changes": {fact: list(values) for fact, values in entry.changes.items()},
            "related": entry.act.related,
            "reason": entry.act.reason,
            "principal": principal,
        }
        for entry in entries
    ]
    insert_rows(session, CONCEPT_CHANGE, rows)


def list_history(session: Session, concept_id: str, page: Page) -> list[ChangeRecord]:
    """Return one more than a page of what was done with a concept, the latest first."""
    columns = [CONCEPT_CHANGE.c[name] for name in ChangeRecord._fields]
    query = select(*columns).where(CONCEPT_CHANGE.c.concept_id == concept_id)
    if page.after is not None:
        query = query.where(CONCEPT_CHANGE.c.version < page.after[0])
    query = query.order_by(CONCEPT_CHANGE.c.version.desc()).limit(page.size + 1)
    return [ChangeRecord._make(row) for row in session.connection().execute(query)]
