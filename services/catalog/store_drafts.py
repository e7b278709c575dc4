"""Speak SQL about drafts and their way through the stages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, Table, false, insert, select, tuple_, update
from sqlmodel import Session

from services.catalog.store_nodes import NODE, NodeRecord
from services.catalog.tables import DraftRow, StageChangeRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.catalogue import Draft, require_numbered
from standards_tree.errors import NotFoundError, PreconditionError
from standards_tree.stages import Stage, Track, check_abandonment, check_move
from standards_tree.text import match_key

DRAFT: Table = DraftRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
STAGE_CHANGE: Table = StageChangeRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class StageRecord:
    """One step of a draft."""

    stage: str
    entered_at: datetime
    principal: str
    reason: str


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as it is stored, with its history; the fields but for the last are columns of the same names."""

    draft_id: str
    title_zh: str
    title_en: str
    designation: str
    plan_number: str
    level: str
    committee: str
    stage: str
    track: str
    document: str
    node_id: str | None
    supersedes: list[str]
    discarded: bool
    registered_at: datetime
    version: int
    node_system_id: str | None
    history: tuple[StageRecord, ...] = ()

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"drafts/{self.draft_id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of drafts in order."""
        return self.registered_at.isoformat(), self.draft_id


_FIELDS = DraftRecord.__match_args__
DRAFTS: Select[Any] = select(
    *(DRAFT.c[name] for name in _FIELDS[:-2]), NODE.c.system_id.label("node_system_id")
).select_from(DRAFT.outerjoin(NODE, NODE.c.node_id == DRAFT.c.node_id))


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """What a list of drafts is narrowed to; every condition given must hold."""

    stages: tuple[Stage, ...] = ()
    committee: str = ""
    include_discarded: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Who moves a draft and why, and what it brings: a text or a number."""

    principal: str
    reason: str = ""
    document: str = ""
    designation: str = ""


def create_draft(session: Session, draft: Draft, node: NodeRecord | None, step: Step) -> DraftRecord:
    """Register *draft* and return it; its history begins with the stage it is in.

    Raises:
        PreconditionError: the node is archived.
        InvalidArgumentError: it is published without a number.
    """
    require_numbered(draft.stage, draft.designation)
    if node is not None and node.archived:
        raise PreconditionError("the node {node} is archived; nothing new goes there", node=node.code)
    draft_id = uuid4().hex
    values = {
        "draft_id": draft_id,
        "title_zh": draft.title.zh,
        "title_en": draft.title.en,
        "designation": draft.designation,
        "plan_number": draft.plan_number,
        "level": draft.level.value,
        "committee": draft.committee,
        "committee_key": match_key(draft.committee),
        "stage": draft.stage.value,
        "track": draft.track.value,
        "document": draft.document,
        "node_id": node.node_id if node is not None else None,
        "supersedes": list(draft.supersedes),
        "discarded": False,
        "version": 1,
    }
    session.connection().execute(insert(DRAFT).values(values))
    _append(session, draft_id, 1, draft.stage, step)
    record_change(session, f"drafts/{draft_id}", "registered")
    return get_draft(session, draft_id)


def _append(session: Session, draft_id: str, position: int, stage: Stage, step: Step) -> None:
    values = {
        "draft_id": draft_id,
        "position": position,
        "stage": stage.value,
        "principal": step.principal,
        "reason": step.reason,
    }
    session.connection().execute(insert(STAGE_CHANGE).values(values))


def get_draft(session: Session, draft_id: str) -> DraftRecord:
    """Return a draft with its history.

    Raises:
        NotFoundError: there is none.
    """
    rows = session.connection().execute(DRAFTS.where(DRAFT.c.draft_id == draft_id)).all()
    found = with_histories(session, rows)
    if not found:
        raise NotFoundError("there is no draft {name}", name=f"drafts/{draft_id}")
    return found[0]


def list_drafts(session: Session, wanted: DraftFilter, page: Page) -> list[DraftRecord]:
    """Return one more than a page of the drafts *wanted*, the newest first."""
    order = (DRAFT.c.registered_at, DRAFT.c.draft_id)
    query = DRAFTS.order_by(*(column.desc() for column in order)).limit(page.size + 1)
    if wanted.stages:
        query = query.where(DRAFT.c.stage.in_([stage.value for stage in wanted.stages]))
    if wanted.committee:
        query = query.where(DRAFT.c.committee_key == match_key(wanted.committee))
    if not wanted.include_discarded:
        query = query.where(DRAFT.c.discarded == false())
    if page.after is not None:
        registered_at, draft_id = page.after
        query = query.where(tuple_(*order) < tuple_(datetime.fromisoformat(str(registered_at)), draft_id))
    return with_histories(session, session.connection().execute(query).all())


def with_histories(session: Session, rows: Iterable[Any]) -> list[DraftRecord]:
    """Return drafts with their histories, which one statement brings for all."""
    records = [DraftRecord(*row) for row in rows]
    query = select(STAGE_CHANGE).where(STAGE_CHANGE.c.draft_id.in_([record.draft_id for record in records]))
    histories: dict[str, list[StageRecord]] = {}
    for step in session.connection().execute(query.order_by(STAGE_CHANGE.c.draft_id, STAGE_CHANGE.c.position)):
        record = StageRecord(step.stage, step.entered_at, step.principal, step.reason)
        histories.setdefault(step.draft_id, []).append(record)
    return [replace(record, history=tuple(histories.get(record.draft_id, ()))) for record in records]


def advance_draft(session: Session, record: DraftRecord, stage: Stage, step: Step, etag: str) -> DraftRecord:
    """Move a draft to *stage*, with the text or number it brings, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is discarded, or its track does not allow the move; the message says which moves it does.
        InvalidArgumentError: it would be published without a number.
    """
    _require_open(record, etag)
    check_move(Stage(record.stage), stage, Track(record.track))
    document, designation = step.document or record.document, step.designation or record.designation
    require_numbered(stage, designation)
    values = {"stage": stage.value, "document": document, "designation": designation}
    record_change(session, record.name, "advanced")
    return _change(session, record, values, step)


def discard_draft(session: Session, record: DraftRecord, step: Step, etag: str) -> DraftRecord:
    """Give up a draft, keep why, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is published or discarded.
    """
    _require_open(record, etag)
    check_abandonment(Stage(record.stage))
    record_change(session, record.name, "discarded")
    return _change(session, record, {"discarded": True}, step)


def _require_open(record: DraftRecord, etag: str) -> None:
    require_etag(etag, record.version)
    if record.discarded:
        raise PreconditionError("{draft} is discarded and does not move any more", draft=record.name)


def _change(session: Session, record: DraftRecord, values: dict[str, Any], step: Step) -> DraftRecord:
    change = update(DRAFT).where(DRAFT.c.draft_id == record.draft_id)
    session.connection().execute(change.values(**values, version=DRAFT.c.version + 1))
    stage = Stage(values.get("stage", record.stage))
    _append(session, record.draft_id, len(record.history) + 1, stage, step)
    return get_draft(session, record.draft_id)
