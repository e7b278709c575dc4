"""Translate between the contract and what happens to standards after their publication."""

from datetime import date
from typing import Any

from services.catalog.messages import STATUS_TO, standard_to, text_from, title_from
from services.catalog.names import STANDARDS, local_id
from services.catalog.store_amendments import Amendment, AmendmentRecord
from services.catalog.store_chains import MAX_STEPS, Chain
from services.catalog.store_history import ChangeRecord
from services.catalog.store_reviews import ReviewRecord
from services.catalog.store_standards import StandardRecord
from services.catalog.store_suspects import SuspectRecord
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.designations import parse_designation
from standards_tree.errors import InvalidArgumentError
from standards_tree.life import Review, ReviewConclusion, StandardAction, SuspectCause
from tbt.catalog.v1 import life_pb2, standard_pb2

CONCLUSION = {
    life_pb2.REVIEW_CONCLUSION_CONFIRMED: ReviewConclusion.CONFIRMED,
    life_pb2.REVIEW_CONCLUSION_TO_BE_REVISED: ReviewConclusion.TO_BE_REVISED,
    life_pb2.REVIEW_CONCLUSION_ABOLISHED: ReviewConclusion.ABOLISHED,
}
CAUSE = {
    life_pb2.SUSPECT_CAUSE_SUPERSEDED: SuspectCause.SUPERSEDED,
    life_pb2.SUSPECT_CAUSE_REVISED: SuspectCause.REVISED,
    life_pb2.SUSPECT_CAUSE_ABOLISHED: SuspectCause.ABOLISHED,
    life_pb2.SUSPECT_CAUSE_AMENDED: SuspectCause.AMENDED,
    life_pb2.SUSPECT_CAUSE_CHANGED: SuspectCause.CHANGED,
}
ACTION = {
    life_pb2.STANDARD_ACTION_CREATED: StandardAction.CREATED,
    life_pb2.STANDARD_ACTION_PUBLISHED: StandardAction.PUBLISHED,
    life_pb2.STANDARD_ACTION_UPDATED: StandardAction.UPDATED,
    life_pb2.STANDARD_ACTION_SUPERSEDED: StandardAction.SUPERSEDED,
    life_pb2.STANDARD_ACTION_ABOLISHED: StandardAction.ABOLISHED,
    life_pb2.STANDARD_ACTION_REVIEWED: StandardAction.REVIEWED,
    life_pb2.STANDARD_ACTION_AMENDED: StandardAction.AMENDED,
}
_CONCLUSION_TO = {word.value: number for number, word in CONCLUSION.items()}
_CAUSE_TO = {word.value: number for number, word in CAUSE.items()}
_ACTION_TO = {word.value: number for number, word in ACTION.items()}


def reason_from(text: str) -> str:
    """Return a reason.

    Raises:
        InvalidArgumentError: it is blank.
    """
    reason = text_from(text, "reason")
    if not reason:
        raise InvalidArgumentError.in_field("reason", "say why; it is kept")
    return reason


def review_from(request: life_pb2.ReviewStandardRequest, today: date) -> Review:
    """Return the review that is asked for.

    Raises:
        InvalidArgumentError: a date is none, lies ahead, or a field does not go with the conclusion; names the field.
    """
    review = Review(
        CONCLUSION[request.conclusion],
        date_from(request.reviewed_on, "reviewed_on") or today,
        reason_from(request.reason),
        local_id(request.draft, "drafts", "draft") if request.draft else "",
        date_from(request.ended_on, "ended_on"),
    )
    review.require_sound(today)
    return review


def amendment_from(request: life_pb2.AmendStandardRequest) -> Amendment:
    """Return the amendment that is asked for.

    Raises:
        MalformedDesignationError: its designation is none.
        InvalidArgumentError: a date is none, or a title is blank; names the field.
    """
    issued_on = date_from(request.issued_on, "issued_on")
    if issued_on is None:
        raise InvalidArgumentError.in_field("issued_on", "say when it was issued")
    return Amendment(
        parse_designation(request.designation),
        title_from(request.title, "title") if request.HasField("title") else None,
        issued_on,
        date_from(request.effective_on, "effective_on") or issued_on,
        request.document,
        text_from(request.changes, "changes"),
        text_from(request.source, "source"),
    )


def review_to(record: ReviewRecord) -> life_pb2.Review:
    """Return a review for the wire."""
    return life_pb2.Review(
        standard=STANDARDS + record.standard_id,
        conclusion=_CONCLUSION_TO[record.conclusion],
        reviewed_on=date_to(record.reviewed_on),
        reason=record.reason,
        draft=f"drafts/{record.draft}" if record.draft else "",
        principal=record.principal,
        recorded_at=moment_to(record.recorded_at),
    )


def due_review_to(record: StandardRecord, on: date) -> life_pb2.DueReview:
    """Return a standard that is due for review, as it stands *on* a day, for the wire."""
    due_on = record.review_due_on or on
    return life_pb2.DueReview(
        standard=standard_to(record), due_on=date_to(due_on), days_overdue=max((on - due_on).days, 0)
    )


def amendment_to(record: AmendmentRecord) -> life_pb2.Amendment:
    """Return an amendment for the wire."""
    return life_pb2.Amendment(
        standard=standard_to(record.standard),
        amended=STANDARDS + record.amended_id,
        document=record.document,
        changes=record.changes,
    )


def succession_to(chain: Chain) -> life_pb2.Succession:
    """Return a chain of supersession for the wire."""
    return life_pb2.Succession(
        members=[
            life_pb2.SuccessionMember(
                name=STANDARDS + member.standard_id,
                designation=member.designation,
                status=STATUS_TO[member.status]
                if member.status is not None
                else standard_pb2.STANDARD_STATUS_UNSPECIFIED,
                effective_on=date_to(member.effective_on),
                ended_on=date_to(member.ended_on),
                distance=member.distance,
            )
            for member in chain.members
        ],
        steps=[
            life_pb2.SuccessionStep(
                superseded=STANDARDS + step.superseded_id,
                successor=STANDARDS + step.successor_id,
                on=date_to(step.on),
                partial=step.partial,
                on_cycle=step.on_cycle,
            )
            for step in chain.steps[:MAX_STEPS]
        ],
        cyclic=any(step.on_cycle for step in chain.steps),
        truncated=chain.truncated,
    )


def change_to(record: ChangeRecord) -> life_pb2.StandardChange:
    """Return a change of a standard for the wire."""
    return life_pb2.StandardChange(
        action=_ACTION_TO[record.action],
        principal=record.principal,
        occurred_at=moment_to(record.occurred_at),
        reason=record.reason,
        related=record.related,
        facts=[
            life_pb2.FactChange(field=_field(name), before=_text(before), after=_text(after))
            for name, (before, after) in record.changes.items()
        ],
        etag=etag_of(record.version),
    )


def _field(column: str) -> str:
    return column.replace("title_", "title.").replace("scope_", "scope.")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""


def suspect_to(record: SuspectRecord) -> life_pb2.Suspect:
    """Return a suspect mark for the wire."""
    return life_pb2.Suspect(
        name=record.name,
        standard=STANDARDS + record.source_id if record.draft_id is None else "",
        draft=f"drafts/{record.draft_id}" if record.draft_id is not None else "",
        designation=record.designation,
        committee=record.committee,
        cited=STANDARDS + record.standard_id,
        cited_designation=record.cited_designation,
        relation=f"relations/{record.relation_id}" if record.draft_id is None else "",
        cause=_CAUSE_TO[record.cause],
        marked_by=record.marked_by,
        marked_at=moment_to(record.marked_at),
        cleared_by=record.cleared_by,
        cleared_at=moment_to(record.cleared_at),
        clear_reason=record.clear_reason,
    )
