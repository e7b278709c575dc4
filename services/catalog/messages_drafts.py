"""Translate between the contract of drafts and the domain."""

from collections.abc import Sequence

from services.catalog.messages import LEVEL, LEVEL_TO, OBLIGATION, OBLIGATION_TO, text_from, title_from
from services.catalog.store_deadlines import LimitRecord
from services.catalog.store_draft_documents import Attachment, DocumentRecord
from services.catalog.store_draft_history import StageRecord
from services.catalog.store_draft_moves import Move, OpenMove
from services.catalog.store_drafts import DraftFilter, DraftRecord, OverdueRecord
from services.catalog.store_publication import Publication
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.designations import parse_designation
from standards_tree.drafting import (
    CommentPeriod,
    DocumentRole,
    Draft,
    DraftEvent,
    PlanNumber,
    Requirement,
    parse_plan_number,
    sound_plan,
)
from standards_tree.drafting.plan_numbers import DEPARTMENTS
from standards_tree.errors import Bilingual, InvalidArgumentError
from standards_tree.stages import HarmonizedStage, Stage, Track, parse_harmonized_stage
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.type.v1 import type_pb2

STAGE = {
    draft_pb2.STAGE_PRELIMINARY: Stage.PRELIMINARY,
    draft_pb2.STAGE_PROPOSAL: Stage.PROPOSAL,
    draft_pb2.STAGE_PREPARATORY: Stage.PREPARATORY,
    draft_pb2.STAGE_COMMENT: Stage.COMMENT,
    draft_pb2.STAGE_REVIEW: Stage.REVIEW,
    draft_pb2.STAGE_APPROVAL: Stage.APPROVAL,
    draft_pb2.STAGE_PUBLICATION: Stage.PUBLICATION,
}
TRACK = {
    draft_pb2.TRACK_NORMAL: Track.NORMAL,
    draft_pb2.TRACK_FAST_ADOPTION: Track.FAST_ADOPTION,
    draft_pb2.TRACK_FAST_REVISION: Track.FAST_REVISION,
}
ROLE = {draft_pb2.DocumentRole.Value(f"DOCUMENT_ROLE_{role.name}"): role for role in DocumentRole}
STAGE_TO = {word.value: number for number, word in STAGE.items()}
TRACK_TO = {word.value: number for number, word in TRACK.items()}
ROLE_TO = {word.value: number for number, word in ROLE.items()}
EVENT_TO = {event.value: draft_pb2.DraftEvent.Value(f"DRAFT_EVENT_{event.name}") for event in DraftEvent}


def draft_from(message: draft_pb2.Draft) -> Draft:
    """Return the facts of a draft.

    Raises:
        MalformedDesignationError: it would supersede what is no designation.
        InvalidArgumentError: the plan number is none, or facts contradict one another; names the field.
    """
    designation = text_from(message.designation, "designation")
    level = LEVEL[message.level]
    plan, obligation = sound_plan(message.plan_number, level, OBLIGATION.get(message.obligation), designation)
    return Draft(
        title_from(message.title, "title"),
        level,
        code_from(message),
        TRACK.get(message.track, Track.NORMAL),
        designation,
        plan,
        obligation,
        text_from(message.committee, "committee"),
        tuple(dict.fromkeys(parse_designation(text).official for text in message.supersedes)),
        comment_period_from(message.comment_period) if message.HasField("comment_period") else None,
        date_from(message.due_on, "due_on"),
    )


def code_from(message: draft_pb2.Draft) -> HarmonizedStage:
    """Return where a draft stands, given by its harmonized stage code, or by its stage: then at the beginning of it.

    Raises:
        InvalidArgumentError: the code is none, or of another stage than the one given.
    """
    if not message.harmonized_stage:
        return HarmonizedStage(STAGE.get(message.stage, Stage.PRELIMINARY), "00")
    code = parse_harmonized_stage(message.harmonized_stage)
    if message.stage and STAGE[message.stage] is not code.stage:
        text = "{code} is of stage {stage}, and the stage given is {given}"
        raise InvalidArgumentError.in_field(
            "harmonized_stage", text, code=code, stage=code.stage.value, given=STAGE[message.stage].value
        )
    return code


def comment_period_from(message: draft_pb2.CommentPeriod) -> CommentPeriod:
    """Return a comment period.

    Raises:
        InvalidArgumentError: a day is missing or none, or it ends before it begins; names the field.
    """
    starts_on = date_from(message.starts_on, "comment_period.starts_on")
    ends_on = date_from(message.ends_on, "comment_period.ends_on")
    if starts_on is None or ends_on is None:
        text = "a comment period has a first and a last day; give both"
        raise InvalidArgumentError.in_field("comment_period", text)
    because = text_from(message.urgent_because, "comment_period.urgent_because")
    period = CommentPeriod(starts_on, ends_on, because)
    period.require_sound()
    return period


def draft_filter_from(request: pb.ListDraftsRequest) -> DraftFilter:
    """Return what a list of drafts is narrowed to.

    Raises:
        InvalidArgumentError: the plan number is none.
    """
    return DraftFilter(
        tuple(STAGE[stage] for stage in request.stages),
        request.committee,
        request.include_discarded,
        str(parse_plan_number(request.plan_number)) if request.plan_number else "",
    )


def attachment_from(message: draft_pb2.Attachment) -> Attachment:
    """Return a document that is to be attached."""
    return Attachment(ROLE[message.role], message.document, text_from(message.note, "note"))


def attachments_from(request: pb.AdvanceDraftRequest) -> list[Attachment]:
    """Return what a move brings; its document is the text of the stage."""
    text = [Attachment(DocumentRole.TEXT, request.document)] if request.document else []
    return [*text, *map(attachment_from, request.attachments)]


def move_from(request: pb.AdvanceDraftRequest, record: DraftRecord, attachments: Sequence[Attachment]) -> Move:
    """Return where a draft is to go and what it brings.

    Raises:
        InvalidArgumentError: the code is none, or enters another stage elsewhere than at its beginning.
    """
    period = comment_period_from(request.comment_period) if request.HasField("comment_period") else None
    if request.stage:
        return Move(HarmonizedStage(STAGE[request.stage], "00"), False, attachments, period)
    code = parse_harmonized_stage(request.harmonized_stage)
    inside = code.stage.value == record.stage and code.sub_stage != "00"
    if not inside and code.sub_stage != "00":
        text = "a stage is entered at its beginning: {stage}.00, not {code}"
        raise InvalidArgumentError.in_field("harmonized_stage", text, stage=code.stage.value, code=code)
    return Move(code, inside, attachments, period)


def publication_from(request: draft_pb2.PublishDraftRequest) -> Publication:
    """Return what an authority gives a draft.

    Raises:
        InvalidArgumentError: a date is none; names the field.
    """
    return Publication(
        text_from(request.designation, "designation"),
        date_from(request.issued_on, "issued_on"),
        date_from(request.effective_on, "effective_on"),
        tuple(dict.fromkeys(request.ics)),
        tuple(dict.fromkeys(request.ccs)),
        text_from(request.announcement, "announcement"),
    )


def moves_to(moves: Sequence[OpenMove], inside: Sequence[HarmonizedStage]) -> draft_pb2.GetDraftMovesResponse:
    """Return where a draft can go for the wire."""
    return draft_pb2.GetDraftMovesResponse(
        moves=[
            draft_pb2.DraftMove(
                stage=STAGE_TO[move.stage.value],
                back=move.back,
                missing=[requirement_to(requirement) for requirement in move.missing],
            )
            for move in moves
        ],
        harmonized_stages=[str(code) for code in inside],
    )


def words_to(words: Bilingual) -> type_pb2.LocalizedText:
    """Return words in both languages for the wire."""
    return type_pb2.LocalizedText(zh=words.zh, en=words.en)


def draft_to(record: DraftRecord) -> draft_pb2.Draft:
    """Return a draft for the wire."""
    return draft_pb2.Draft(
        name=record.name,
        title=type_pb2.LocalizedText(zh=record.title_zh, en=record.title_en),
        designation=record.designation,
        plan_number=record.plan_number,
        plan=_plan_to(parse_plan_number(record.plan_number)) if record.plan_number else None,
        level=LEVEL_TO[record.level],
        obligation=OBLIGATION_TO.get(record.obligation or "", standard_pb2.OBLIGATION_UNSPECIFIED),
        committee=record.committee,
        stage=STAGE_TO[record.stage],
        harmonized_stage=str(record.code),
        stage_entered_on=date_to(record.stage_entered_on),
        due_on=date_to(record.due_on),
        track=TRACK_TO[record.track],
        document=record.document,
        node=f"systems/{record.node_system_id}/nodes/{record.node_id}" if record.node_id is not None else "",
        supersedes=record.supersedes,
        comment_period=comment_period_to(record.comment_period),
        taken_over_without=record.taken_over_without,
        standard=f"standards/{record.standard_id}" if record.standard_id is not None else "",
        history=[_stage_change_to(step) for step in record.history],
        discarded=record.discarded,
        registered_at=moment_to(record.registered_at),
        etag=etag_of(record.version),
    )


def _plan_to(plan: PlanNumber) -> draft_pb2.PlanNumber:
    department = DEPARTMENTS.get(plan.department)
    return draft_pb2.PlanNumber(
        year=plan.year,
        serial=plan.serial,
        obligation=OBLIGATION_TO[plan.obligation.value],
        department=plan.department,
        department_name=words_to(department) if department is not None else None,
    )


def comment_period_to(period: CommentPeriod | None) -> draft_pb2.CommentPeriod | None:
    """Return a comment period for the wire, None where there is none."""
    if period is None:
        return None
    return draft_pb2.CommentPeriod(
        starts_on=date_to(period.starts_on), ends_on=date_to(period.ends_on), urgent_because=period.urgent_because
    )


def _stage_change_to(step: StageRecord) -> draft_pb2.StageChange:
    return draft_pb2.StageChange(
        stage=STAGE_TO[step.stage],
        harmonized_stage=f"{step.stage}.{step.sub_stage}",
        event=EVENT_TO[step.event],
        document=step.document,
        role=ROLE_TO.get(step.role or "", draft_pb2.DOCUMENT_ROLE_UNSPECIFIED),
        subjects=step.subjects,
        entered_at=moment_to(step.entered_at),
        principal=step.principal,
        reason=step.reason,
    )


def document_to(record: DocumentRecord) -> draft_pb2.DraftDocument:
    """Return a document of a draft for the wire."""
    return draft_pb2.DraftDocument(
        draft=f"drafts/{record.draft_id}",
        stage=STAGE_TO[record.stage],
        role=ROLE_TO[record.role],
        version=record.version,
        document=record.document,
        note=record.note,
        attached_at=moment_to(record.attached_at),
        principal=record.principal,
    )


def requirement_to(requirement: Requirement) -> draft_pb2.RequiredInput:
    """Return what is missing for the wire."""
    return draft_pb2.RequiredInput(
        name=requirement.name,
        needed=words_to(requirement.needed),
        source=words_to(requirement.source),
        stage=STAGE_TO[requirement.stage.value],
    )


def limit_to(record: LimitRecord) -> draft_pb2.StageLimit:
    """Return the limit of a stage for the wire."""
    return draft_pb2.StageLimit(
        stage=STAGE_TO[record.stage.value],
        months=record.months,
        established=record.established,
        reported_months=record.reported_months,
        source=words_to(record.source),
        principal=record.principal,
    )


def overdue_to(record: OverdueRecord) -> draft_pb2.OverdueDraft:
    """Return a late draft for the wire."""
    return draft_pb2.OverdueDraft(
        draft=draft_to(record.draft),
        due_on=date_to(record.due_on),
        days_overdue=record.days_overdue,
        own_date=record.own_date,
        source=words_to(record.source),
    )
