"""Comments on a draft and what becomes of them, as the summary table of comments (意见汇总处理表) shows it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from standards_tree.catalogue import natural_order
from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.stages import Stage
from standards_tree.text import match_key

OPEN_STAGES: Final = (Stage.COMMENT, Stage.REVIEW)
"""Where a draft is open to comments: somebody reads its text to say what is wrong with it."""


class CommentKind(StrEnum):
    """What a comment is about."""

    GENERAL = "general"
    TECHNICAL = "technical"
    EDITORIAL = "editorial"


class Disposition(StrEnum):
    """What a comment led to: 采纳, 部分采纳, 不采纳. The table knows no fourth: a comment set aside is not handled."""

    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wants changed in a draft, and where; an empty clause means the whole draft."""

    text: str
    kind: CommentKind
    received_on: date
    commenter: str = ""
    organisation: str = ""
    clause: str = ""
    paragraph: str = ""
    line: str = ""
    proposed_change: str = ""

    def require_sound(self, today: date) -> None:
        """Refuse a comment nobody could answer.

        Raises:
            InvalidArgumentError: it has no text, nobody made it, or it came after *today*; names the field.
        """
        if not (self.text or self.proposed_change):
            raise InvalidArgumentError.in_field("text", "a comment says what is wrong, or what to write instead")
        if not (self.commenter or self.organisation):
            message = "say who made the comment: the person, the organisation, or both"
            raise InvalidArgumentError.in_field("organisation", message)
        if self.received_on > today:
            message = "{day} is yet to come (today is {today}); give the day the comment was received"
            raise InvalidArgumentError.in_field("received_on", message, day=self.received_on, today=today)

    @property
    def fingerprint(self) -> str:
        """Return what is the same for the same comment sent again, on whatever day and however spelled; 64 hex digits."""
        parts = (
            *(match_key(part) for part in (self.commenter, self.organisation, self.clause, self.paragraph, self.line)),
            *(match_key(part) for part in (self.text, self.proposed_change)),
            self.kind.value,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


# Where the parts without a number stand that come before clause 1 (GB/T 1.1-2020, table 3).
_BEFORE_CLAUSES: Final = {
    word: f"1{rank}"
    for rank, words in enumerate(
        (("封面", "cover"), ("目次", "目录", "contents"), ("前言", "foreword"), ("引言", "introduction"))
    )
    for word in words
}
_AROUND_NUMBER: Final = re.compile(r"^(?:第|clause |subclause |section |附录|annex )\s*|\s*(?:章|节|条|款)$|[.、,;]+$")
_NUMBERED: Final = re.compile(r"\d+(?:\.\d+)*")
_IN_ANNEX: Final = re.compile(r"[a-z](?:\.\d+)*")


def clause_order(clause: str) -> str:
    """Return a text whose bytes put clauses in the order of a document: 前言, 5.2, 5.10, A.1; the whole draft first.

    Full-width forms, 第…章 and 附录 do not matter. What is no clause number comes last, in its own order.
    """
    key = match_key(clause)
    if key in ("", "全文", "总体", "general", "all", "-"):
        return "0"
    if key in _BEFORE_CLAUSES:
        return _BEFORE_CLAUSES[key]
    before = None
    bare = key
    while bare != before:
        before, bare = bare, _AROUND_NUMBER.sub("", bare).strip()
    first = re.match(r"[a-z0-9.]+", bare)
    number = first[0].rstrip(".") if first is not None else ""
    if _NUMBERED.fullmatch(number):
        return f"2{_dotted(number, bare)}"
    if _IN_ANNEX.fullmatch(number):
        return f"3{_dotted(number, bare)}"
    return f"4{natural_order(key)}"


def _dotted(number: str, clause: str) -> str:
    """Return the order of a number and of what *clause* says after it: a blank puts a note before what is below."""
    rest = clause[len(number) :].strip()
    return ".".join(map(natural_order, number.split("."))) + (f" {natural_order(rest)}" if rest else "")


def organisation_key(organisation: str) -> str:
    """Return the key under which the spellings of an organisation meet."""
    return match_key(organisation)


def require_open(stage: Stage, draft: str) -> None:
    """Refuse comments, and what becomes of them, on a draft that is not open to them.

    Raises:
        PreconditionError: it is in another stage than comment or review; the message says which are.
    """
    if stage not in OPEN_STAGES:
        message = (
            "{draft} is in stage {stage}; comments are recorded and handled in stages 30 (comment) and 40 (review)"
        )
        raise PreconditionError(message, draft=draft, stage=stage.value)


def require_reason(disposition: Disposition, reason: str) -> None:
    """Refuse to turn a comment down, or half of it, without telling its author why.

    Raises:
        InvalidArgumentError: the reason is missing.
    """
    if disposition is not Disposition.ACCEPTED and not reason:
        message = "a comment that is partly accepted or rejected needs the reason, which its author is told"
        raise InvalidArgumentError.in_field("reason", message)
