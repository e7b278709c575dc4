"""Hold what is known about a draft when it asks to move on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from standards_tree.errors import InvalidArgumentError
from standards_tree.stages import Stage, Track
from standards_tree.standards import Level, Obligation

COMMENT_DAYS: Final = 60
"""国家标准管理办法 (order 59, in force 2023-03-01) and 强制性国家标准管理办法 (order 25, in force 2020-06-01)."""
URGENT_MANDATORY_COMMENT_DAYS: Final = 7
"""强制性国家标准管理办法 (order 25, in force 2020-06-01)."""


class DocumentRole(StrEnum):
    """What a document is to a draft."""

    PROJECT_PROPOSAL = "project_proposal"
    TEXT = "text"
    COMPILATION_STATEMENT = "compilation_statement"
    COMMENT_SUMMARY = "comment_summary"
    BALLOT_RECORD = "ballot_record"
    OTHER = "other"


class DraftEvent(StrEnum):
    """What happened to a draft, as its history says."""

    REGISTERED = "registered"
    TAKEN_OVER = "taken_over"
    ADVANCED = "advanced"
    SENT_BACK = "sent_back"
    SUB_STAGE = "sub_stage"
    UPDATED = "updated"
    ATTACHED = "attached"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class CommentPeriod:
    """From when to when the public may comment; ``urgent_because`` says why it may be shorter than usual."""

    starts_on: date
    ends_on: date
    urgent_because: str = ""

    @property
    def days(self) -> int:
        """Return how many days after its start it ends."""
        return (self.ends_on - self.starts_on).days

    def require_sound(self) -> None:
        """Refuse a period that ends before it has begun.

        Raises:
            InvalidArgumentError: names the field.
        """
        if self.ends_on <= self.starts_on:
            message = "the comment period ends on {ends_on}, which is not after its start on {starts_on}"
            raise InvalidArgumentError.in_field(
                "comment_period.ends_on", message, ends_on=self.ends_on, starts_on=self.starts_on
            )


@dataclass(frozen=True, slots=True)
class Dossier:
    """The facts of a draft that decide whether it may enter a stage, as of the day ``on``.

    ``texts`` are the stages that have their text; ``reviewed`` tells whether the latest ballot or review meeting of the
    review stage approved it; ``taken_over_without`` names the inputs a draft lacked that was taken over under way.
    """

    on: date
    level: Level
    track: Track = Track.NORMAL
    obligation: Obligation | None = None
    committee: str = ""
    plan_number: str = ""
    texts: frozenset[Stage] = frozenset()
    roles: frozenset[DocumentRole] = frozenset()
    comment_period: CommentPeriod | None = None
    unhandled_comments: int = 0
    reviewed: bool = False
    designation: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    taken_over_without: frozenset[str] = frozenset()


def minimum_comment_days(level: Level, obligation: Obligation | None, *, urgent: bool) -> int:
    """Return how many days the public has at the least.

    National standards 60; urgent ones fewer, mandatory ones 7 at the least. No source was found for other levels: a
    period is asked for, its length is not.
    """
    if level is not Level.NATIONAL:
        return 1
    if not urgent:
        return COMMENT_DAYS
    return URGENT_MANDATORY_COMMENT_DAYS if obligation is Obligation.MANDATORY else 1
