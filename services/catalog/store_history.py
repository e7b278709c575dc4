"""Speak SQL about the histories of standards: every change with who, when, why, and facts before and after."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Table, case, func, not_, select
from sqlmodel import Session

from services.catalog.store_drafts import seen
from services.catalog.tables_life import StandardChangeRow
from services.runtime.bulk_rows import insert_rows
from services.runtime.calls import current_call
from services.runtime.paging import Page
from standards_tree.life import StandardAction

STANDARD_CHANGE: Table = StandardChangeRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it

DRAFTS = "drafts/"
FACTS = (
    *("title_zh", "title_en", "level", "obligation", "status", "issued_on", "effective_on", "ended_on", "reviewed_on"),
    *("ics", "ccs", "committee", "source", "to_be_revised", "scope_zh", "scope_en"),
)
"""The columns of a standard that its history follows."""


class Act(NamedTuple):
    """What is done with a standard, the name of what it comes from or leads to, and why."""

    action: StandardAction
    related: str = ""
    reason: str = ""


class HistoryEntry(NamedTuple):
    """One change of a standard; ``version`` is the one it made, ``changes`` gives columns with old and new values."""

    standard_id: str
    version: int
    act: Act
    changes: Mapping[str, tuple[Any, Any]] = MappingProxyType({})


class ChangeRecord(NamedTuple):
    """A change as it is stored."""

    version: int
    action: str
    changes: dict[str, list[Any]]
    related: str
    reason: str
    principal: str
    occurred_at: datetime


def changed_facts(before: object, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the columns that *values* changes in the stored standard *before*, with both values."""
    facts = {name: (getattr(before, name), values[name]) for name in FACTS if name in values}
    return {name: (old, new) for name, (old, new) in facts.items() if old != new}


def record_history(session: Session, entries: Iterable[HistoryEntry]) -> None:
    """Append *entries* to the histories of their standards. One statement for each 10,000."""
    call = current_call()
    principal = call.principal.subject if call and call.principal else "system"
    rows = [
        {
            "standard_id": entry.standard_id,
            "version": entry.version,
            "action": entry.act.action.value,
            "changes": {name: [_plain(old), _plain(new)] for name, (old, new) in entry.changes.items()},
            "related": entry.act.related,
            "reason": entry.act.reason,
            "principal": principal,
        }
        for entry in entries
    ]
    insert_rows(session, STANDARD_CHANGE, rows)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def list_history(session: Session, standard_id: str, page: Page) -> list[ChangeRecord]:
    """Return one more than a page of what was done with a standard, the latest first; without drafts not to be seen."""
    related = STANDARD_CHANGE.c.related
    named = case(
        (not_(related.startswith(DRAFTS)), related), (seen(func.substr(related, len(DRAFTS) + 1)), related), else_=""
    )
    columns = [named.label(name) if name == "related" else STANDARD_CHANGE.c[name] for name in ChangeRecord._fields]
    query = select(*columns).where(STANDARD_CHANGE.c.standard_id == standard_id)
    if page.after is not None:
        query = query.where(STANDARD_CHANGE.c.version < page.after[0])
    query = query.order_by(STANDARD_CHANGE.c.version.desc()).limit(page.size + 1)
    return [ChangeRecord._make(row) for row in session.connection().execute(query)]
