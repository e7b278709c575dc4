"""Ballots on a draft in review: a letter ballot (函审) or a review meeting (会审), and when it passes.

The rule is data of each ballot, because bodies differ. The default follows the Measures for the Administration of
National Standards (国家标准管理办法, 国家市场监督管理总局令第59号, in force 2023-03-01): where a technical review comes
to a vote, three quarters in favour pass. That at least three quarters of the members take part is the practice of
national committees.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from standards_tree.errors import InvalidArgumentError, PreconditionError
from standards_tree.stages import Stage


class BallotKind(StrEnum):
    """How a committee votes."""

    LETTER = "letter"
    MEETING = "meeting"


class Choice(StrEnum):
    """What a member says: 赞成, 赞成有意见, 反对, 弃权."""

    APPROVE = "approve"
    APPROVE_WITH_COMMENTS = "approve_with_comments"
    DISAPPROVE = "disapprove"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """Where a ballot stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class BallotRule:
    """When a ballot passes: enough members voted, enough of the votes are in favour, not too many against.

    ``quorum`` is a share of the members, ``approval`` and ``opposition`` are shares of the votes; abstentions are votes.
    """

    quorum: Fraction
    approval: Fraction
    opposition: Fraction
    source: str

    def require_sound(self) -> None:
        """Refuse a rule that no ballot could keep, or every ballot would.

        Raises:
            InvalidArgumentError: a share is not above 0 and at most 1, the opposition below 0 or above 1.
        """
        for name, share in (("quorum", self.quorum), ("approval", self.approval)):
            if not 0 < share <= 1:
                message = "{share} is no share; it is above 0 and at most 1, such as 3/4"
                raise InvalidArgumentError.in_field(f"rule.{name}", message, share=share)
        if not 0 <= self.opposition <= 1:
            message = "{share} is no share; it is at least 0 and at most 1, such as 1/4"
            raise InvalidArgumentError.in_field("rule.opposition", message, share=self.opposition)


DEFAULT_RULE: Final = BallotRule(
    Fraction(3, 4),
    Fraction(3, 4),
    Fraction(1),
    "国家标准管理办法（国家市场监督管理总局令第59号）：技术审查如需表决，四分之三以上同意为通过；参加投票的委员不少于四分之三为通行做法",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a ballot."""

    members: int
    choices: Mapping[Choice, int]

    @property
    def cast(self) -> int:
        """Return how many voted; who abstains has voted."""
        return sum(self.choices.values())

    @property
    def in_favour(self) -> int:
        """Return how many are in favour, with comments or without."""
        return self.choices[Choice.APPROVE] + self.choices[Choice.APPROVE_WITH_COMMENTS]

    @property
    def against(self) -> int:
        """Return how many are against."""
        return self.choices[Choice.DISAPPROVE]

    def has_quorum(self, rule: BallotRule) -> bool:
        """Tell whether enough members voted."""
        return self.cast >= rule.quorum * self.members

    def has_majority(self, rule: BallotRule) -> bool:
        """Tell whether enough of the votes are in favour and not too many against; of no votes none is."""
        return (
            self.cast > 0
            and self.in_favour >= rule.approval * self.cast
            and self.against <= rule.opposition * self.cast
        )

    def outcome(self, rule: BallotRule) -> Outcome:
        """Return what a ballot with these figures comes to when it is closed."""
        return Outcome.APPROVED if self.has_quorum(rule) and self.has_majority(rule) else Outcome.REJECTED


def tally(members: int, votes: Collection[Choice]) -> Tally:
    """Count *votes*, the last of each member, of so many *members*."""
    counted = dict.fromkeys(Choice, 0)
    for vote in votes:
        counted[vote] += 1
    return Tally(members, counted)


def require_in_review(stage: Stage, draft: str) -> None:
    """Refuse to vote on a draft that is not up for review.

    Raises:
        PreconditionError: it is in another stage.
    """
    if stage is not Stage.REVIEW:
        message = "{draft} is in stage {stage}; a committee votes on a draft in stage 40 (review)"
        raise PreconditionError(message, draft=draft, stage=stage.value)


def require_days_in_order(opens_on: date, closes_on: date) -> None:
    """Refuse a ballot that closes before it opens.

    Raises:
        InvalidArgumentError: it does.
    """
    if closes_on < opens_on:
        message = "the ballot would close on {closes}, before it opens on {opens}"
        raise InvalidArgumentError.in_field("closes_on", message, closes=closes_on, opens=opens_on)


def require_reason(choice: Choice, reason: str) -> None:
    """Refuse a vote against, or with comments, that does not say why.

    Raises:
        InvalidArgumentError: the reason is missing.
    """
    if choice is Choice.DISAPPROVE and not reason:
        raise InvalidArgumentError.in_field("reason", "a vote against needs the reason: what would have to change")
    if choice is Choice.APPROVE_WITH_COMMENTS and not reason:
        raise InvalidArgumentError.in_field("reason", "an approval with comments needs the comments")


def require_voting_open(outcome: Outcome, opens_on: date, closes_on: date, today: date) -> None:
    """Refuse a vote that comes too early or too late.

    Raises:
        PreconditionError: the ballot is closed, its last day is over, or its first is yet to come.
    """
    if outcome is not Outcome.OPEN:
        raise PreconditionError("the ballot is closed; no vote is cast or changed any more")
    if today < opens_on:
        raise PreconditionError("voting begins on {opens}; today is {today}", opens=opens_on, today=today)
    if today > closes_on:
        raise PreconditionError("voting ended on {closes}; today is {today}", closes=closes_on, today=today)


def require_closable(kind: BallotKind, counted: Tally, closes_on: date, today: date) -> None:
    """Refuse to close a ballot while members may still vote.

    A meeting may close on its last day; a letter ballot after it, or once every member has voted.

    Raises:
        PreconditionError: votes may still come; the message says until when, and how many.
    """
    over = today >= closes_on if kind is BallotKind.MEETING else today > closes_on
    if over or counted.cast == counted.members:
        return
    message = "{missing} of {members} members have not voted, and may until {closes}"
    raise PreconditionError(message, missing=counted.members - counted.cast, members=counted.members, closes=closes_on)
