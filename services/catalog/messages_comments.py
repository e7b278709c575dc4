"""Translate between the contract of comments and the domain."""

import re
from datetime import date
from typing import NamedTuple

from services.catalog.messages import text_from
from services.catalog.store_comments import (
    CommentFigures,
    CommentFilter,
    CommentRecord,
    ConsultationRecord,
    HandlingRecord,
)
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.drafting.comments import Comment, CommentKind, Disposition
from standards_tree.errors import InvalidArgumentError
from standards_tree.text import fold_marks
from tbt.catalog.v1 import comment_pb2

KIND = {
    comment_pb2.COMMENT_KIND_GENERAL: CommentKind.GENERAL,
    comment_pb2.COMMENT_KIND_TECHNICAL: CommentKind.TECHNICAL,
    comment_pb2.COMMENT_KIND_EDITORIAL: CommentKind.EDITORIAL,
}
DISPOSITION = {
    comment_pb2.DISPOSITION_ACCEPTED: Disposition.ACCEPTED,
    comment_pb2.DISPOSITION_PARTLY_ACCEPTED: Disposition.PARTLY_ACCEPTED,
    comment_pb2.DISPOSITION_REJECTED: Disposition.REJECTED,
}
_KIND_TO = {word.value: number for number, word in KIND.items()}
_DISPOSITION_TO = {word.value: number for number, word in DISPOSITION.items()}


class PartName(NamedTuple):
    """A comment or a ballot by its draft and its own id."""

    draft_id: str
    part_id: str


def part_name(name: str, collection: str, field: str = "name") -> PartName:
    """Return the ids in `drafts/{draft}/{collection}/{id}`.

    Raises:
        InvalidArgumentError: *name* is no such name; names *field*.
    """
    match = re.fullmatch(rf"drafts/([0-9a-z-]{{1,64}})/{collection}/([0-9a-z-]{{1,64}})", name)
    if match is None:
        shape = f"drafts/{{draft}}/{collection}/{{id}}"
        raise InvalidArgumentError.in_field(field, "{name} is not a name of the form {shape}", name=name, shape=shape)
    return PartName(match[1], match[2])


def comment_from(message: comment_pb2.Comment, today: date) -> Comment:
    """Return a comment; one without a day came today.

    Raises:
        InvalidArgumentError: its kind is not given, it says nothing, nobody made it, or its day is none; names the field.
    """
    if message.kind not in KIND:
        raise InvalidArgumentError.in_field("kind", "say what the comment is: general, technical or editorial")
    comment = Comment(
        text_from(message.text, "text"),
        KIND[message.kind],
        date_from(message.received_on, "received_on") or today,
        fold_marks(text_from(message.commenter, "commenter")),
        text_from(message.organisation, "organisation"),
        fold_marks(text_from(message.clause, "clause")),
        fold_marks(text_from(message.paragraph, "paragraph")),
        fold_marks(text_from(message.line, "line")),
        text_from(message.proposed_change, "proposed_change"),
    )
    comment.require_sound(today)
    return comment


def comment_filter_from(request: comment_pb2.ListCommentsRequest, draft_id: str) -> CommentFilter:
    """Return what a list of comments is narrowed to."""
    return CommentFilter(
        draft_id,
        request.unhandled,
        tuple(DISPOSITION[disposition] for disposition in request.dispositions),
        text_from(request.clause, "clause"),
        text_from(request.organisation, "organisation"),
    )


def consultation_from(message: comment_pb2.Consultation) -> tuple[int, int, int]:
    """Return how many units a draft was sent to, how many replied, and how many with comments.

    Raises:
        InvalidArgumentError: more replied than it was sent to, or more commented than replied.
    """
    if message.replied > message.sent_to:
        text = "{replied} units cannot have replied of {sent_to} that the draft was sent to"
        field = "consultation.replied"
        raise InvalidArgumentError.in_field(field, text, replied=message.replied, sent_to=message.sent_to)
    if message.replied_with_comments > message.replied:
        text = "{commented} units cannot have made comments of {replied} that replied"
        field = "consultation.replied_with_comments"
        commented = message.replied_with_comments
        raise InvalidArgumentError.in_field(field, text, commented=commented, replied=message.replied)
    return message.sent_to, message.replied, message.replied_with_comments


def comment_to(record: CommentRecord) -> comment_pb2.Comment:
    """Return a comment for the wire."""
    return comment_pb2.Comment(
        name=record.name,
        clause=record.clause,
        paragraph=record.paragraph,
        line=record.line,
        kind=_KIND_TO[record.kind],
        commenter=record.commenter,
        organisation=record.organisation,
        text=record.text,
        proposed_change=record.proposed_change,
        received_on=date_to(record.received_on),
        recorded_by=record.recorded_by,
        recorded_at=moment_to(record.recorded_at),
        disposition=_DISPOSITION_TO.get(record.disposition or "", comment_pb2.DISPOSITION_UNSPECIFIED),
        handlings=[_handling_to(handling) for handling in record.handlings],
        etag=etag_of(record.version),
    )


def _handling_to(record: HandlingRecord) -> comment_pb2.CommentHandling:
    return comment_pb2.CommentHandling(
        disposition=_DISPOSITION_TO[record.disposition],
        reason=record.reason,
        principal=record.principal,
        handled_at=moment_to(record.handled_at),
    )


def consultation_to(record: ConsultationRecord) -> comment_pb2.Consultation:
    """Return how many units a draft was sent to for the wire."""
    return comment_pb2.Consultation(
        sent_to=record.sent_to,
        replied=record.replied,
        replied_with_comments=record.replied_with_comments,
        not_replied=record.sent_to - record.replied,
        recorded_by=record.recorded_by,
        recorded_at=moment_to(record.recorded_at),
    )


def figures_to(figures: CommentFigures, consultation: ConsultationRecord | None) -> comment_pb2.CommentFigures:
    """Return how many comments a draft has for the wire."""
    return comment_pb2.CommentFigures(
        received=figures.received,
        organisations=figures.organisations,
        unhandled=figures.unhandled,
        accepted=figures.accepted,
        partly_accepted=figures.partly_accepted,
        rejected=figures.rejected,
        consultation=None if consultation is None else consultation_to(consultation),
    )
