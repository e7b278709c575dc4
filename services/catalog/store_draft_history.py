"""Speak SQL about the history of drafts: what happened to each, when, by whom and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, func, insert, select
from sqlmodel import Session

from services.catalog.tables import StageChangeRow
from standards_tree.drafting import DraftEvent

STAGE_CHANGE: Table = StageChangeRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One entry in the history of a draft."""

    stage: str
    sub_stage: str
    event: str
    document: str
    role: str | None
    subjects: list[str]
    entered_at: datetime
    principal: str
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a draft, by whom and why."""

    event: DraftEvent
    principal: str
    reason: str = ""
    document: str = ""
    role: str | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Who acts on a draft, on which day and why."""

    principal: str
    on: date
    reason: str = ""

    def of(
        self, event: DraftEvent, *, document: str = "", role: str | None = None, subjects: Iterable[str] = ()
    ) -> Event:
        """Return what this step does to a draft, as its history keeps it."""
        return Event(event, self.principal, self.reason, document, role, tuple(subjects))


def append_event(session: Session, draft_id: str, stage: str, sub_stage: str, event: Event) -> None:
    """Append to the history of a draft."""
    last = select(func.coalesce(func.max(STAGE_CHANGE.c.position), 0) + 1).where(STAGE_CHANGE.c.draft_id == draft_id)
    values = {
        "draft_id": draft_id,
        "position": last.scalar_subquery(),
        "stage": stage,
        "sub_stage": sub_stage,
        "event": event.event.value,
        "document": event.document,
        "role": event.role,
        "subjects": list(event.subjects),
        "principal": event.principal,
        "reason": event.reason,
    }
    session.connection().execute(insert(STAGE_CHANGE).values(values))


def histories(session: Session, draft_ids: Iterable[str]) -> dict[str, list[StageRecord]]:
    """Return the histories of drafts by their ids, oldest entry first. One statement."""
    columns = [STAGE_CHANGE.c[name] for name in StageRecord.__match_args__]
    query = select(STAGE_CHANGE.c.draft_id, *columns).where(STAGE_CHANGE.c.draft_id.in_(list(draft_ids)))
    found: dict[str, list[StageRecord]] = {}
    for draft_id, *step in session.connection().execute(
        query.order_by(STAGE_CHANGE.c.draft_id, STAGE_CHANGE.c.position)
    ):
        found.setdefault(draft_id, []).append(StageRecord(*step))
    return found
