"""Read the words a person gives about drafts, and show drafts in a person's words."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from google.type.date_pb2 import Date

from services.cli.output import Output, day, either
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import draft_pb2
from tbt.type.v1 import type_pb2

if TYPE_CHECKING:
    from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper as EnumTypeWrapper

Value = TypeVar("Value", bound=int)
Day = datetime | None
DAYS = ["%Y-%m-%d"]
CODES = {
    "00": draft_pb2.STAGE_PRELIMINARY,
    "10": draft_pb2.STAGE_PROPOSAL,
    "20": draft_pb2.STAGE_PREPARATORY,
    "30": draft_pb2.STAGE_COMMENT,
    "40": draft_pb2.STAGE_REVIEW,
    "50": draft_pb2.STAGE_APPROVAL,
    "60": draft_pb2.STAGE_PUBLICATION,
}


def stage(text: str) -> draft_pb2.Stage.ValueType:
    """Return the stage a person means by its name or code: `comment`, `30`."""
    return CODES.get(text) or _value(draft_pb2.Stage, "STAGE_", text)


def role(text: str) -> draft_pb2.DocumentRole.ValueType:
    """Return what a person says a document is: `text`, `compilation_statement`."""
    return _value(draft_pb2.DocumentRole, "DOCUMENT_ROLE_", text)


def track(text: str) -> draft_pb2.Track.ValueType:
    """Return the track a person means; unspecified for none."""
    return _value(draft_pb2.Track, "TRACK_", text) if text else draft_pb2.TRACK_UNSPECIFIED


def level(text: str) -> type_pb2.Level.ValueType:
    """Return the level a person means; unspecified for none."""
    return _value(type_pb2.Level, "LEVEL_", text) if text else type_pb2.LEVEL_UNSPECIFIED


def _value(enum: "EnumTypeWrapper[Value]", prefix: str, text: str) -> Value:
    try:
        return enum.Value(f"{prefix}{text.strip().upper().replace('-', '_')}")
    except ValueError:
        known = ", ".join(name.removeprefix(prefix).lower() for name in enum.keys()[1:])
        message = "{text} is none of: {known}"
        raise InvalidArgumentError(message, text=text, known=known) from None


def date_of(moment: datetime) -> Date:
    """Return a day for the wire."""
    return Date(year=moment.year, month=moment.month, day=moment.day)


def period(starts: datetime | None, ends: datetime | None, urgent_because: str) -> draft_pb2.CommentPeriod:
    """Return a comment period; a day that was not given stays open, and the service asks for it."""
    return draft_pb2.CommentPeriod(
        starts_on=date_of(starts) if starts is not None else None,
        ends_on=date_of(ends) if ends is not None else None,
        urgent_because=urgent_because,
    )


def word(output: Output, name: str, prefix: str) -> str:
    """Return the word of a contract's value in the reader's language."""
    return output.text(name.removeprefix(prefix).lower())


def stage_word(output: Output, draft: draft_pb2.Draft) -> str:
    """Return where a draft stands: `30.20 comment`."""
    return f"{draft.harmonized_stage} {word(output, draft_pb2.Stage.Name(draft.stage), 'STAGE_')}"


def show(output: Output, draft: draft_pb2.Draft) -> None:
    """Show one draft."""
    comments = draft.comment_period
    output.show(
        draft,
        [
            ("draft", draft.name),
            ("designation", draft.designation),
            ("plan number", draft.plan_number),
            ("title", either(draft.title.zh, draft.title.en, output.language)),
            ("stage", stage_word(output, draft)),
            ("in it since", day(draft.stage_entered_on)),
            ("due on", day(draft.due_on)),
            ("track", word(output, draft_pb2.Track.Name(draft.track), "TRACK_")),
            ("committee", draft.committee),
            ("comment period", f"{day(comments.starts_on)} – {day(comments.ends_on)}" if comments.ends_on.year else ""),
            ("supersedes", ", ".join(draft.supersedes)),
            ("taken over without", _inputs(output, draft.taken_over_without)),
            ("document", draft.document),
            ("standard", draft.standard),
        ],
    )


def _inputs(output: Output, names: Sequence[str]) -> str:
    """Return in words what stages need, by the names that the contract has for it."""
    if not names:
        return ""
    # Most drafts lack nothing, and who looks at one does not pay for the import.
    from standards_tree.drafting.inputs import REQUIREMENTS  # noqa: PLC0415

    words = {one.name: either(one.needed.zh, one.needed.en, output.language) for one in REQUIREMENTS}
    return "; ".join(words.get(name, name) for name in names)


def show_moves(output: Output, reply: draft_pb2.GetDraftMovesResponse) -> None:
    """Say where a draft can go, and what it lacks for it."""
    for move in reply.moves:
        target = word(output, draft_pb2.Stage.Name(move.stage), "STAGE_")
        if move.missing:
            needed = "; ".join(either(each.needed.zh, each.needed.en, output.language) for each in move.missing)
            output.say("to {stage}: it needs {needed}", stage=target, needed=needed)
        elif move.back:
            output.say("to {stage}: it can be sent back, with a reason", stage=target)
        else:
            output.say("to {stage}: nothing is missing", stage=target)
