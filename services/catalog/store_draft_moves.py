"""Speak SQL about the moves of drafts: from stage to stage, inside a stage, and out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.catalog.store_ballots import latest_ballot
from services.catalog.store_comments import comment_figures
from services.catalog.store_draft_documents import Attachment, DocumentRecord, add_document, latest_documents
from services.catalog.store_draft_history import Step, append_event
from services.catalog.store_drafts import (
    DraftRecord,
    Place,
    change_draft,
    create_draft,
    period_columns,
    require_open,
)
from services.catalog.store_nodes import NodeRecord
from services.runtime.changes import record_change
from standards_tree.drafting import (
    CommentPeriod,
    DocumentRole,
    Dossier,
    Draft,
    DraftEvent,
    Requirement,
    check_step,
    check_sub_stage,
    missing_inputs,
    next_sub_stages,
    require_inputs,
    still_waived,
)
from standards_tree.drafting.ballots import Outcome
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.stages import HarmonizedStage, Stage, Track, allowed_moves, check_abandonment
from standards_tree.standards import Level, Obligation

ENTERING = frozenset({DraftEvent.TAKEN_OVER.value, DraftEvent.ADVANCED.value, DraftEvent.SENT_BACK.value})


@dataclass(frozen=True, slots=True)
class Move:
    """Where a draft is to go, and what it brings."""

    target: HarmonizedStage
    inside: bool
    """Whether only its sub-stage changes."""
    attachments: Sequence[Attachment] = ()
    comment_period: CommentPeriod | None = None


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that the track allows, and what is still missing for it."""

    stage: Stage
    back: bool
    missing: tuple[Requirement, ...]


def register_draft(
    session: Session, draft: Draft, text: Attachment | None, node: NodeRecord | None, step: Step
) -> DraftRecord:
    """Register *draft* with its *text*; in a later stage it is taken over, and what it lacks for that stage is noted.

    Raises:
        PreconditionError: the node is archived.
        InvalidArgumentError: it is published.
        AlreadyExistsError: another draft that is alive has its plan number.
    """
    stage = draft.code.stage
    without: tuple[str, ...] = ()
    if Stage.PRELIMINARY < stage < Stage.PUBLICATION:
        known = Dossier(
            on=step.on,
            level=draft.level,
            track=draft.track,
            obligation=draft.obligation,
            committee=draft.committee,
            plan_number=draft.plan_number,
            texts=frozenset({stage} if text else ()),
            comment_period=draft.comment_period,
        )
        without = tuple(requirement.name for requirement in missing_inputs(stage, known))
    record = create_draft(session, draft, Place(text.document if text else "", node, without), step)
    if text is not None:
        add_document(session, record.draft_id, stage, text, step.principal)
    return record


def dossier_of(session: Session, record: DraftRecord, on: date) -> Dossier:
    """Return what is known about a draft on the day *on*."""
    documents = latest_documents(session, record.draft_id)
    ballot = latest_ballot(session, record.draft_id, Stage.REVIEW)
    entered_review = _last_entry(record, Stage.REVIEW)
    reviewed = ballot is not None and ballot.outcome == Outcome.APPROVED
    if ballot is not None and entered_review is not None:
        # A draft that came back to review is reviewed again.
        reviewed = reviewed and ballot.opened_at >= entered_review
    return Dossier(
        on=on,
        level=Level(record.level),
        track=Track(record.track),
        obligation=Obligation(record.obligation) if record.obligation is not None else None,
        committee=record.committee,
        plan_number=record.plan_number,
        texts=frozenset(_texts(record, documents)),
        roles=frozenset(DocumentRole(document.role) for document in documents),
        comment_period=record.comment_period,
        unhandled_comments=comment_figures(session, record.draft_id).unhandled,
        reviewed=reviewed,
        designation=record.designation,
        taken_over_without=frozenset(record.taken_over_without),
    )


def _last_entry(record: DraftRecord, stage: Stage) -> datetime | None:
    entries = [step.entered_at for step in record.history if step.event in ENTERING and step.stage == stage.value]
    return entries[-1] if entries else None


def _texts(record: DraftRecord, documents: Sequence[DocumentRecord]) -> set[Stage]:
    """Return the stages that have their text: one given before the draft was last sent back below them is not theirs."""
    sent_back = [step for step in record.history if step.event == DraftEvent.SENT_BACK.value]
    return {
        Stage(document.stage)
        for document in documents
        if document.role == DocumentRole.TEXT.value
        and not any(step.stage < document.stage and step.entered_at > document.attached_at for step in sent_back)
    }


def open_moves(session: Session, record: DraftRecord, on: date) -> tuple[list[OpenMove], list[HarmonizedStage]]:
    """Return where a draft can go, each with what is missing on the day *on*, and the steps inside its stage."""
    if record.discarded or Stage(record.stage) >= Stage.PUBLICATION:
        return [], []
    present, dossier = Stage(record.stage), dossier_of(session, record, on)
    moves = [
        OpenMove(stage, stage < present, missing_inputs(stage, dossier))
        for stage in allowed_moves(present, Track(record.track))
    ]
    return moves, [HarmonizedStage(present, each) for each in next_sub_stages(record.code)]


def advance_draft(session: Session, record: DraftRecord, move: Move, step: Step, etag: str) -> DraftRecord:
    """Move a draft, with the documents and the comment period it brings, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is closed, or its track or sub-stage does not allow the move; the message says what does.
        MissingInputsError: names everything the stage needs and the draft lacks.
        InvalidArgumentError: it would be sent back without a reason.
    """
    require_open(record, etag)
    if move.inside:
        return _step_inside(session, record, move, step)
    target, back = move.target.stage, move.target.stage < Stage(record.stage)
    check_step(record.code, target, Track(record.track))
    if target >= Stage.PUBLICATION:
        message = "{draft} is published by PublishDraft: the authority gives it its number and its dates"
        raise PreconditionError(message, draft=record.name)
    if back and not step.reason:
        message = "say why {draft} is sent back from stage {stage} to stage {target}"
        raise InvalidArgumentError.in_field(
            "reason", message, draft=record.name, stage=record.stage, target=target.value
        )
    entered = _enter(session, record, move, step, back=back)
    require_inputs(record.name, target, dossier_of(session, entered, step.on))
    record_change(session, record.name, "advanced")
    return entered


def _enter(session: Session, record: DraftRecord, move: Move, step: Step, *, back: bool) -> DraftRecord:
    """Store that a draft entered a stage; whether it may is asked of what is stored then."""
    target = move.target.stage
    period = move.comment_period or record.comment_period
    if back and target <= Stage.COMMENT:
        # What is worked on again is commented on again.
        period = move.comment_period
    event = step.of(DraftEvent.SENT_BACK if back else DraftEvent.ADVANCED)
    append_event(session, record.draft_id, target.value, move.target.sub_stage, event)
    for attachment in move.attachments:
        add_document(session, record.draft_id, target, attachment, step.principal)
        attached = step.of(DraftEvent.ATTACHED, document=attachment.document, role=attachment.role.value)
        append_event(session, record.draft_id, target.value, move.target.sub_stage, attached)
    present = [
        document.document
        for document in latest_documents(session, record.draft_id)
        if (document.stage, document.role) == (target.value, DocumentRole.TEXT.value)
    ]
    waived = still_waived(target, record.taken_over_without) if back else tuple(record.taken_over_without)
    values = {
        "stage": target.value,
        "sub_stage": move.target.sub_stage,
        "stage_entered_on": step.on,
        "due_on": None,
        "document": present[0] if present else record.document,
        "taken_over_without": list(waived),
        **period_columns(period),
    }
    return change_draft(session, record, values)


def _step_inside(session: Session, record: DraftRecord, move: Move, step: Step) -> DraftRecord:
    if move.attachments or move.comment_period is not None:
        message = "a step inside a stage brings nothing; AttachDocument and UpdateDraft do"
        raise InvalidArgumentError(message)
    check_sub_stage(record.code, move.target)
    append_event(session, record.draft_id, record.stage, move.target.sub_stage, step.of(DraftEvent.SUB_STAGE))
    record_change(session, record.name, "advanced")
    return change_draft(session, record, {"sub_stage": move.target.sub_stage})


def discard_draft(session: Session, record: DraftRecord, step: Step, etag: str) -> DraftRecord:
    """Give up a draft, keep why, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is published or discarded.
    """
    check_abandonment(Stage(record.stage))
    require_open(record, etag)
    append_event(session, record.draft_id, record.stage, "98", step.of(DraftEvent.DISCARDED))
    record_change(session, record.name, "discarded")
    return change_draft(session, record, {"discarded": True, "sub_stage": "98", "due_on": None})
