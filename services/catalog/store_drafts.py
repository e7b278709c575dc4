"""Speak SQL about drafts: register, find, list and correct them, and keep their history."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Table,
    case,
    cast,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlmodel import Session

from services.catalog.store_committees import within_committee
from services.catalog.store_deadlines import stage_limits
from services.catalog.store_draft_history import Event, StageRecord, Step, append_event, histories
from services.catalog.store_nodes import NODE, NodeRecord
from services.catalog.tables import DraftRow
from services.runtime.calls import Principal, current_call
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from services.runtime.permissions import works_across_committees
from standards_tree.committees import committee_key
from standards_tree.drafting import CommentPeriod, Draft, DraftEvent
from standards_tree.errors import AlreadyExistsError, Bilingual, InvalidArgumentError, NotFoundError, PreconditionError
from standards_tree.stages import HarmonizedStage, Stage, Track

DRAFT: Table = DraftRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it

OWN_DATE = Bilingual("the date its committee set", "归口委员会设定的日期")


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A draft as it is stored, with its history; the fields but for the last two are columns of the same names."""

    draft_id: str
    title_zh: str
    title_en: str
    designation: str
    plan_number: str
    level: str
    obligation: str | None
    committee: str
    stage: str
    sub_stage: str
    stage_entered_on: date
    due_on: date | None
    track: str
    document: str
    node_id: str | None
    supersedes: list[str]
    comment_starts_on: date | None
    comment_ends_on: date | None
    comment_urgent_because: str
    taken_over_without: list[str]
    standard_id: str | None
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

    @property
    def code(self) -> HarmonizedStage:
        """Return its harmonized stage code."""
        return HarmonizedStage(Stage(self.stage), self.sub_stage)

    @property
    def comment_period(self) -> CommentPeriod | None:
        """Return its comment period, if one is fixed."""
        if self.comment_starts_on is None or self.comment_ends_on is None:
            return None
        return CommentPeriod(self.comment_starts_on, self.comment_ends_on, self.comment_urgent_because)


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
    plan_number: str = ""


@dataclass(frozen=True, slots=True)
class OverdueRecord:
    """A draft that should have left its stage by ``due_on``, and who says so."""

    draft: DraftRecord
    due_on: date
    days_overdue: int
    own_date: bool
    source: Bilingual

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of late drafts in order."""
        return self.due_on.isoformat(), self.draft.draft_id


@dataclass(frozen=True, slots=True)
class Place:
    """What a draft has in the store besides its facts: its text, its node, and what it was taken over without."""

    document: str = ""
    node: NodeRecord | None = None
    taken_over_without: tuple[str, ...] = field(default=())


def create_draft(session: Session, draft: Draft, place: Place, step: Step) -> DraftRecord:
    """Register *draft* and return it; its history begins with the stage it is in.

    Raises:
        PreconditionError: the node is archived.
        InvalidArgumentError: it is published, which only what went through the stages is, or given up.
        AlreadyExistsError: another draft that is alive has its plan number.
    """
    if draft.code.stage >= Stage.PUBLICATION:
        message = "a draft is registered in a stage before publication; CreateStandard records a published standard"
        raise InvalidArgumentError.in_field("stage", message)
    if draft.code.is_cancelled:
        message = "{code} is the code of a project that was given up; it is not registered"
        raise InvalidArgumentError.in_field("harmonized_stage", message, code=draft.code)
    require_plan_unused(session, draft.plan_number, "")
    draft_id = uuid4().hex
    values = {
        "draft_id": draft_id,
        **_fact_columns(draft, place.node),
        "stage": draft.code.stage.value,
        "sub_stage": draft.code.sub_stage,
        "stage_entered_on": step.on,
        "document": place.document,
        "taken_over_without": list(place.taken_over_without),
        "discarded": False,
        "version": 1,
    }
    session.connection().execute(insert(DRAFT).values(values))
    first = DraftEvent.REGISTERED if draft.code.stage is Stage.PRELIMINARY else DraftEvent.TAKEN_OVER
    event = step.of(first, subjects=place.taken_over_without)
    append_event(session, draft_id, draft.code.stage.value, draft.code.sub_stage, event)
    record_change(session, f"drafts/{draft_id}", "registered")
    return get_draft(session, draft_id)


def _fact_columns(draft: Draft, node: NodeRecord | None) -> dict[str, Any]:
    if node is not None and node.archived:
        raise PreconditionError("the node {node} is archived; nothing new goes there", node=node.code)
    return {
        "title_zh": draft.title.zh,
        "title_en": draft.title.en,
        "designation": draft.designation,
        "plan_number": draft.plan_number,
        "level": draft.level.value,
        "obligation": draft.obligation.value if draft.obligation is not None else None,
        "committee": draft.committee,
        "committee_key": committee_key(draft.committee),
        "track": draft.track.value,
        "node_id": node.node_id if node is not None else None,
        "supersedes": list(draft.supersedes),
        "due_on": draft.due_on,
        **period_columns(draft.comment_period),
    }


def period_columns(period: CommentPeriod | None) -> dict[str, Any]:
    """Return the columns that hold a comment period, or that there is none."""
    return {
        "comment_starts_on": period.starts_on if period is not None else None,
        "comment_ends_on": period.ends_on if period is not None else None,
        "comment_urgent_because": period.urgent_because if period is not None else "",
    }


def require_plan_unused(session: Session, plan_number: str, draft_id: str) -> None:
    """Refuse a plan number that another draft has; one that was discarded gives it free.

    The transaction is SERIALIZABLE, so that two drafts cannot take one number at the same time.

    Raises:
        AlreadyExistsError: names the other draft, where who asks may see it.
    """
    if not plan_number:
        return
    query = select(DRAFT.c.draft_id, visible().label("seen")).where(
        DRAFT.c.plan_number == plan_number, DRAFT.c.discarded == false(), DRAFT.c.draft_id != draft_id
    )
    other = session.connection().execute(query.limit(1)).one_or_none()
    if other is None:
        return
    if not other.seen:
        message = "the plan number {plan_number} is taken; one plan number is one project"
        raise AlreadyExistsError(message, plan_number=plan_number)
    message = "the plan number {plan_number} belongs to {draft}; one plan number is one project"
    raise AlreadyExistsError(message, plan_number=plan_number, draft=f"drafts/{other.draft_id}")


def get_draft(session: Session, draft_id: str) -> DraftRecord:
    """Return a draft with its history.

    Raises:
        NotFoundError: there is none, or none that who asks may see.
    """
    query = DRAFTS.where(DRAFT.c.draft_id == draft_id, visible())
    found = with_histories(session, session.connection().execute(query).all())
    if not found:
        raise NotFoundError("there is no draft {name}", name=f"drafts/{draft_id}")
    return found[0]


def visible() -> ColumnElement[bool]:
    """Return the condition that a draft is there for who reads the answer of this call.

    To others than its committee (and the one above it) and those who work across committees, an unpublished draft does not
    exist: not even a refusal says that it does.
    """
    reader = _reader()
    if reader is None or works_across_committees(reader.roles):
        return true()
    published = DRAFT.c.standard_id.is_not(None)
    return or_(published, within_committee(DRAFT.c.committee_key, reader.committee)) if reader.committee else published


def seen(draft_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that the draft that *draft_id* names is there for who reads the answer of this call."""
    return exists().where(DRAFT.c.draft_id == draft_id, visible())


def sees_every_draft() -> bool:
    """Tell whether every draft is there for who reads the answer of this call."""
    reader = _reader()
    return reader is None or works_across_committees(reader.roles)


def _reader() -> Principal | None:
    call = current_call()
    return call.principal.reader if call is not None and call.principal is not None else None


def list_drafts(session: Session, wanted: DraftFilter, page: Page) -> list[DraftRecord]:
    """Return one more than a page of the drafts *wanted*, the newest first."""
    order = (DRAFT.c.registered_at, DRAFT.c.draft_id)
    query = DRAFTS.where(visible()).order_by(*(column.desc() for column in order)).limit(page.size + 1)
    if wanted.stages:
        query = query.where(DRAFT.c.stage.in_([stage.value for stage in wanted.stages]))
    if wanted.committee:
        query = query.where(within_committee(DRAFT.c.committee_key, wanted.committee))
    if wanted.plan_number:
        query = query.where(DRAFT.c.plan_number == wanted.plan_number)
    if not wanted.include_discarded:
        query = query.where(DRAFT.c.discarded == false())
    if page.after is not None:
        registered_at, draft_id = page.after
        query = query.where(tuple_(*order) < tuple_(datetime.fromisoformat(str(registered_at)), draft_id))
    return with_histories(session, session.connection().execute(query).all())


def overdue_drafts(
    session: Session, committee: str, on: date, limit: int, after: tuple[str | int, ...] | None = None
) -> list[OverdueRecord]:
    """Return the drafts of *committee* (of all for an empty one) whose last day was before *on*, the latest first.

    A day the committee set goes before the limit of the stage.
    """
    limits = stage_limits(session)
    months = {stage.value: found.months for stage, found in limits.items() if found.months}
    by_limit = cast(
        DRAFT.c.stage_entered_on + func.make_interval(0, case(months, value=DRAFT.c.stage, else_=None)), Date
    )
    due = func.coalesce(DRAFT.c.due_on, by_limit)
    query = DRAFTS.add_columns(due).where(
        due < on, DRAFT.c.discarded == false(), DRAFT.c.stage < Stage.PUBLICATION.value, visible()
    )
    query = query.order_by(due, DRAFT.c.draft_id).limit(limit)
    if committee:
        query = query.where(within_committee(DRAFT.c.committee_key, committee))
    if after is not None:
        query = query.where(tuple_(due, DRAFT.c.draft_id) > tuple_(date.fromisoformat(str(after[0])), after[1]))
    rows = session.connection().execute(query).all()
    records = with_histories(session, [row[:-1] for row in rows])
    return [
        OverdueRecord(
            record,
            row[-1],
            (on - row[-1]) // timedelta(days=1),
            record.due_on is not None,
            OWN_DATE if record.due_on is not None else limits[Stage(record.stage)].source,
        )
        for record, row in zip(records, rows, strict=True)
    ]


def with_histories(session: Session, rows: Iterable[Any]) -> list[DraftRecord]:
    """Return drafts with their histories, which one statement brings for all."""
    records = [DraftRecord(*row) for row in rows]
    found = histories(session, (record.draft_id for record in records))
    return [replace(record, history=tuple(found.get(record.draft_id, ()))) for record in records]


def update_draft(
    session: Session, record: DraftRecord, draft: Draft, node: NodeRecord | None, event: Event
) -> DraftRecord:
    """Give a draft the facts of *draft*, note in its history that *event* did it, and return it.

    Raises:
        PreconditionError: it is closed; its track changes after drafting began; its comment period after the comments.
        AlreadyExistsError: another draft that is alive has its plan number.
    """
    require_open(record)
    stage = Stage(record.stage)
    if draft.track is not Track(record.track) and stage > Stage.PROPOSAL:
        message = "{draft} is in stage {stage}; its track is chosen before stage 20 and does not change any more"
        raise PreconditionError(message, draft=record.name, stage=record.stage)
    if draft.comment_period != record.comment_period and stage > Stage.COMMENT:
        message = "{draft} is in stage {stage}; its comment period is past and does not change any more"
        raise PreconditionError(message, draft=record.name, stage=record.stage)
    require_plan_unused(session, draft.plan_number, record.draft_id)
    if node is not None and node.node_id == record.node_id:
        node = _kept(node)
    append_event(session, record.draft_id, record.stage, record.sub_stage, event)
    record_change(session, record.name, "updated")
    return change_draft(session, record, _fact_columns(draft, node))


def _kept(node: NodeRecord) -> NodeRecord:
    """Return *node* as one that a draft may stay at: what is archived takes nothing new, and keeps what it has."""
    return node._replace(archived=False)


def change_draft(session: Session, record: DraftRecord, values: dict[str, Any]) -> DraftRecord:
    """Give a draft *values* and its next version, and return it."""
    change = update(DRAFT).where(DRAFT.c.draft_id == record.draft_id)
    session.connection().execute(change.values(**values, version=DRAFT.c.version + 1))
    return get_draft(session, record.draft_id)


def require_open(record: DraftRecord, etag: str = "") -> None:
    """Refuse to act on a draft that is given up or published, or that somebody changed since it was read.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is closed; the message says how.
    """
    require_etag(etag, record.version)
    if record.discarded:
        raise PreconditionError("{draft} is discarded and does not move any more", draft=record.name)
    if Stage(record.stage) >= Stage.PUBLICATION:
        message = "{draft} is published as {standard} and closed; the standard is changed, not its draft"
        raise PreconditionError(message, draft=record.name, standard=record.designation)
