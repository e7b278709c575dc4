"""Speak SQL about what waits for somebody."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import exists, false, select
from sqlmodel import Session

from services.catalog.store_ballots import BALLOT, MEMBER, VOTE, OpenBallot, open_ballots
from services.catalog.store_comments import unhandled_drafts
from services.catalog.store_committees import within_committee
from services.catalog.store_deadlines import stage_limits
from services.catalog.store_draft_moves import dossier_of
from services.catalog.store_drafts import DRAFT, DRAFTS, DraftRecord, get_draft, visible
from services.catalog.store_reviews import due_reviews
from services.catalog.store_standards import STANDARD
from services.catalog.store_suspects import open_suspects
from services.catalog.tasks import Desk, Task, TaskKind, reason_to_bring_on
from services.runtime.civil_dates import BEIJING
from services.runtime.paging import Page
from standards_tree.drafting import missing_inputs
from standards_tree.drafting.ballots import Outcome
from standards_tree.errors import Bilingual
from standards_tree.life import months_after
from standards_tree.stages import STAGES, Stage, Track, allowed_moves

MOST_OF_A_KIND = 2000
"""Who has more than that of one kind is shown the most urgent ones; doing them brings up the rest."""
REVIEW_MONTHS_AHEAD = 3


def list_tasks(session: Session, desk: Desk, on: date, page: Page) -> list[Task]:
    """Return one more than a page of the tasks of *desk* on the day *on*, the most urgent first."""
    tasks = sorted(
        (task for kind in desk.kinds for task in _OF_KIND[kind](session, desk, on)), key=lambda task: task.order
    )
    if page.after is not None:
        tasks = [task for task in tasks if task.order > page.after]
    return [_explained(session, task, on) for task in tasks[: page.size + 1]]


def _explained(session: Session, task: Task, on: date) -> Task:
    """Return a task with what its draft still needs: asked only for those that are shown."""
    if task.kind is not TaskKind.BRING_ON or task.next_stage is None:
        return task
    record = get_draft(session, task.resource.removeprefix("drafts/"))
    missing = missing_inputs(task.next_stage, dossier_of(session, record, on))
    names = STAGES[task.next_stage]
    template, parameters = reason_to_bring_on(task.next_stage, Bilingual(names.en, names.zh), missing)
    return replace(task, missing=missing, template=template, parameters=parameters)


def _live_drafts(session: Session, committee: str, *, handed_in: bool) -> list[DraftRecord]:
    stage = DRAFT.c.stage == Stage.APPROVAL.value if handed_in else DRAFT.c.stage < Stage.APPROVAL.value
    query = DRAFTS.where(stage, DRAFT.c.discarded == false()).order_by(DRAFT.c.stage_entered_on, DRAFT.c.draft_id)
    if committee:
        query = query.where(within_committee(DRAFT.c.committee_key, committee))
    return [DraftRecord(*row) for row in session.connection().execute(query.limit(MOST_OF_A_KIND))]


def _last_day(record: DraftRecord, months: int | None) -> date | None:
    """Return until when a draft may stay in its stage: the day its committee set, else what the limit gives."""
    return record.due_on or (months_after(record.stage_entered_on, months) if months else None)


def _drafts(session: Session, draft_ids: Iterable[str]) -> dict[str, DraftRecord]:
    rows = session.connection().execute(DRAFTS.where(DRAFT.c.draft_id.in_(list(draft_ids))))
    return {record.draft_id: record for record in (DraftRecord(*row) for row in rows)}


def _of_draft(kind: TaskKind, record: DraftRecord, due: date | None, template: str, **parameters: object) -> Task:
    return Task(
        kind,
        record.name,
        record.designation or record.plan_number,
        record.title_zh,
        record.title_en,
        record.committee,
        due,
        template,
        parameters,
    )


def _to_bring_on(session: Session, desk: Desk, _on: date) -> Iterator[Task]:
    months = {stage.value: limit.months for stage, limit in stage_limits(session).items()}
    for record in _live_drafts(session, desk.committee, handed_in=False):
        due = _last_day(record, months.get(record.stage))
        task = _of_draft(TaskKind.BRING_ON, record, due, "")
        yield replace(task, next_stage=allowed_moves(Stage(record.stage), Track(record.track))[0])


def _to_publish(session: Session, desk: Desk, _on: date) -> Iterator[Task]:
    months = stage_limits(session)[Stage.APPROVAL].months
    for record in _live_drafts(session, desk.asked, handed_in=True):
        due = _last_day(record, months)
        message = "{committee} handed it in on {day}; it waits for its number, its dates and its publication"
        committee = record.committee or "-"
        yield _of_draft(TaskKind.PUBLISH, record, due, message, committee=committee, day=record.stage_entered_on)


def _to_handle(session: Session, desk: Desk, _on: date) -> Iterator[Task]:
    waiting = unhandled_drafts(session, desk.committee, MOST_OF_A_KIND)
    records = _drafts(session, (found.draft_id for found in waiting))
    for found in waiting:
        message = "{count} comments wait for an answer, the first since {day}"
        record, day = records[found.draft_id], found.oldest_received_on
        yield _of_draft(TaskKind.HANDLE_COMMENTS, record, record.due_on, message, count=found.unhandled, day=day)


def _to_vote_in(session: Session, desk: Desk, on: date) -> Iterator[Task]:
    """Yield the open ballots in which the member, who is on the roll and may see the draft, can vote and has not."""
    query = (
        DRAFTS.add_columns(BALLOT.c.ballot_id, BALLOT.c.closes_on)
        .join(BALLOT, BALLOT.c.draft_id == DRAFT.c.draft_id)
        .join(MEMBER, MEMBER.c.ballot_id == BALLOT.c.ballot_id)
        .where(
            MEMBER.c.member == desk.member,
            BALLOT.c.outcome == Outcome.OPEN.value,
            BALLOT.c.opens_on <= on,
            BALLOT.c.closes_on >= on,
            DRAFT.c.stage == Stage.REVIEW.value,
            DRAFT.c.discarded == false(),
            visible(),
            ~exists().where(VOTE.c.ballot_id == BALLOT.c.ballot_id, VOTE.c.member == MEMBER.c.member),
        )
        .order_by(BALLOT.c.closes_on, BALLOT.c.ballot_id)
    )
    for *columns, ballot_id, closes_on in session.connection().execute(query.limit(MOST_OF_A_KIND)):
        message = "you are on the roll of the ballot and have not voted; it closes on {day}"
        task = _of_draft(TaskKind.VOTE, DraftRecord(*columns), closes_on, message, day=closes_on)
        yield replace(task, resource=f"{task.resource}/ballots/{ballot_id}")


def _to_close(session: Session, desk: Desk, on: date) -> Iterator[Task]:
    """Yield the open ballots of the committee that nobody can vote in any more."""
    waiting = open_ballots(session, desk.committee, MOST_OF_A_KIND)
    over = [found for found in waiting if _is_over(found, on)]
    records = _drafts(session, (found.draft_id for found in over))
    for found in over:
        message = "{voted} of {members} members have voted, and none can any more; close the ballot"
        if found.voted == found.members:
            message = "all {members} members have voted; close the ballot"
        elif found.stage != Stage.REVIEW:
            message = "the draft has left review, and {voted} of {members} members had voted; close the ballot"
        record, figures = records[found.draft_id], {"voted": found.voted, "members": found.members}
        task = _of_draft(TaskKind.CLOSE_BALLOT, record, found.closes_on, message, **figures)
        yield replace(task, resource=f"{task.resource}/ballots/{found.ballot_id}")


def _is_over(ballot: OpenBallot, on: date) -> bool:
    return ballot.closes_on < on or ballot.voted == ballot.members or ballot.stage != Stage.REVIEW


def _to_review(session: Session, desk: Desk, on: date) -> Iterator[Task]:
    for record in due_reviews(session, desk.committee, months_after(on, REVIEW_MONTHS_AHEAD), MOST_OF_A_KIND):
        yield Task(
            TaskKind.REVIEW_STANDARD,
            record.name,
            record.designation,
            record.title_zh,
            record.title_en,
            record.committee,
            record.review_due_on,
            "the last review, or the issue, was five years before {day}",
            {"day": record.review_due_on},
        )


def _to_clear(session: Session, desk: Desk, _on: date) -> Iterator[Task]:
    """Yield each standard with open marks once, with how many there are."""
    marks = open_suspects(session, desk.committee, MOST_OF_A_KIND)
    counts = Counter(mark.source_id for mark in marks)
    query = select(STANDARD.c.standard_id, STANDARD.c.title_zh, STANDARD.c.title_en)
    rows = session.connection().execute(query.where(STANDARD.c.standard_id.in_(list(counts))))
    titles = {row.standard_id: (row.title_zh, row.title_en) for row in rows}
    seen = {mark.source_id: mark for mark in reversed(marks)}
    for source_id, mark in seen.items():
        message = "{count} marks since {day}: what it cites has changed; look whether it still holds, and clear them"
        title_zh, title_en = titles[source_id]
        parameters: dict[str, object] = {"count": counts[source_id], "day": mark.marked_at.astimezone(BEIJING).date()}
        yield Task(
            TaskKind.CLEAR_SUSPECTS,
            f"standards/{source_id}",
            mark.designation,
            title_zh,
            title_en,
            mark.committee,
            None,
            message,
            parameters,
        )


_OF_KIND: Final[dict[TaskKind, Callable[[Session, Desk, date], Iterator[Task]]]] = {
    TaskKind.BRING_ON: _to_bring_on,
    TaskKind.HANDLE_COMMENTS: _to_handle,
    TaskKind.VOTE: _to_vote_in,
    TaskKind.CLOSE_BALLOT: _to_close,
    TaskKind.PUBLISH: _to_publish,
    TaskKind.REVIEW_STANDARD: _to_review,
    TaskKind.CLEAR_SUSPECTS: _to_clear,
}
