"""Translate between the contract of ballots and the domain."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from services.catalog.messages import text_from
from services.catalog.store_ballots import BallotRecord, MemberRecord, NewVote, VoteRecord, Voting
from services.runtime.civil_dates import date_from, date_to, moment_to
from services.runtime.masks import etag_of
from standards_tree.drafting.ballots import (
    DEFAULT_RULE,
    BallotKind,
    BallotRule,
    Choice,
    Outcome,
    require_days_in_order,
    require_reason,
)
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import ballot_pb2

KIND = {
    ballot_pb2.BALLOT_KIND_LETTER: BallotKind.LETTER,
    ballot_pb2.BALLOT_KIND_MEETING: BallotKind.MEETING,
}
CHOICE = {
    ballot_pb2.CHOICE_APPROVE: Choice.APPROVE,
    ballot_pb2.CHOICE_APPROVE_WITH_COMMENTS: Choice.APPROVE_WITH_COMMENTS,
    ballot_pb2.CHOICE_DISAPPROVE: Choice.DISAPPROVE,
    ballot_pb2.CHOICE_ABSTAIN: Choice.ABSTAIN,
}
OUTCOME = {
    ballot_pb2.BALLOT_OUTCOME_OPEN: Outcome.OPEN,
    ballot_pb2.BALLOT_OUTCOME_APPROVED: Outcome.APPROVED,
    ballot_pb2.BALLOT_OUTCOME_REJECTED: Outcome.REJECTED,
}
_KIND_TO = {word.value: number for number, word in KIND.items()}
_CHOICE_TO = {word.value: number for number, word in CHOICE.items()}
_OUTCOME_TO = {word.value: number for number, word in OUTCOME.items()}


def voting_from(message: ballot_pb2.Ballot, opens_on: date) -> Voting:
    """Return what a ballot is about; one that does not say when it opens does so on *opens_on*.

    Raises:
        InvalidArgumentError: a day is none or before another, the rule is none, or the roll names somebody twice.
    """
    closes_on = date_from(message.closes_on, "closes_on")
    if closes_on is None:
        raise InvalidArgumentError.in_field("closes_on", "give the last day on which members vote")
    opening = date_from(message.opens_on, "opens_on") or min(opens_on, closes_on)
    require_days_in_order(opening, closes_on)
    return Voting(
        KIND[message.kind],
        opening,
        closes_on,
        rule_from(message.rule),
        _roll_from(message.members),
        text_from(message.place, "place"),
        text_from(message.chair, "chair"),
        text_from(message.minutes, "minutes"),
        text_from(message.note, "note"),
    )


def rule_from(message: ballot_pb2.BallotRule) -> BallotRule:
    """Return when a ballot passes; the shares not given are those of the default.

    Raises:
        InvalidArgumentError: a share is none, or the rule differs from the default and names no source.
    """
    shares = (
        _share_from(message.quorum) if message.HasField("quorum") else DEFAULT_RULE.quorum,
        _share_from(message.approval) if message.HasField("approval") else DEFAULT_RULE.approval,
        _share_from(message.opposition) if message.HasField("opposition") else DEFAULT_RULE.opposition,
    )
    usual = shares == (DEFAULT_RULE.quorum, DEFAULT_RULE.approval, DEFAULT_RULE.opposition)
    rule = BallotRule(*shares, text_from(message.source, "rule.source") or (DEFAULT_RULE.source if usual else ""))
    rule.require_sound()
    if not rule.source:
        message_text = "a rule that differs from the default says where it comes from, such as the committee's charter"
        raise InvalidArgumentError.in_field("rule.source", message_text)
    return rule


def _share_from(message: ballot_pb2.Share) -> Fraction:
    return Fraction(message.numerator, message.denominator)


def _roll_from(messages: Iterable[ballot_pb2.BallotMember]) -> tuple[MemberRecord, ...]:
    roll: dict[str, MemberRecord] = {}
    for message in messages:
        member = text_from(message.member, "members")
        if not member or member in roll:
            text = "the roll names {member} twice, or somebody without a name to sign in with"
            raise InvalidArgumentError.in_field("members", text, member=member)
        name, organisation = text_from(message.full_name, "members"), text_from(message.organisation, "members")
        roll[member] = MemberRecord(member, name, organisation)
    return tuple(roll.values())


def vote_from(message: ballot_pb2.Vote, voter: str = "") -> NewVote:
    """Return a vote; *voter*'s own where it names no member.

    Raises:
        InvalidArgumentError: its member is nobody, or its reason is missing.
    """
    member = text_from(message.member, "vote.member") or voter
    if not member:
        raise InvalidArgumentError.in_field("vote.member", "say whose vote it is")
    choice, reason = CHOICE[message.choice], text_from(message.reason, "reason")
    require_reason(choice, reason)
    return NewVote(member, choice, reason, text_from(message.note, "note"))


def votes_from(messages: Iterable[ballot_pb2.Vote]) -> list[NewVote]:
    """Return the votes of a meeting.

    Raises:
        InvalidArgumentError: somebody has two, or one is none.
    """
    votes: dict[str, NewVote] = {}
    for message in messages:
        vote = vote_from(message)
        if votes.setdefault(vote.member, vote) is not vote:
            text = "{member} has two votes; give the one that counts"
            raise InvalidArgumentError.in_field("votes", text, member=vote.member)
    return list(votes.values())


def ballot_to(record: BallotRecord) -> ballot_pb2.Ballot:
    """Return a ballot for the wire."""
    return ballot_pb2.Ballot(
        name=record.name,
        kind=_KIND_TO[record.kind],
        opens_on=date_to(record.opens_on),
        closes_on=date_to(record.closes_on),
        rule=_rule_to(record.rule),
        members=[
            ballot_pb2.BallotMember(member=one.member, full_name=one.full_name, organisation=one.organisation)
            for one in record.members
        ],
        place=record.place,
        chair=record.chair,
        minutes=record.minutes,
        note=record.note,
        document=record.document,
        outcome=_OUTCOME_TO[record.outcome],
        votes=[_vote_to(vote) for vote in record.votes],
        figures=_figures_to(record),
        opened_by=record.opened_by,
        opened_at=moment_to(record.opened_at),
        closed_by=record.closed_by,
        closed_at=moment_to(record.closed_at),
        etag=etag_of(record.version),
    )


def _rule_to(rule: BallotRule) -> ballot_pb2.BallotRule:
    return ballot_pb2.BallotRule(
        quorum=_share_to(rule.quorum),
        approval=_share_to(rule.approval),
        opposition=_share_to(rule.opposition),
        source=rule.source,
    )


def _share_to(share: Fraction) -> ballot_pb2.Share:
    return ballot_pb2.Share(numerator=share.numerator, denominator=share.denominator)


def _vote_to(record: VoteRecord) -> ballot_pb2.Vote:
    return ballot_pb2.Vote(
        member=record.member,
        choice=_CHOICE_TO[record.choice],
        reason=record.reason,
        note=record.note,
        principal=record.principal,
        cast_at=moment_to(record.cast_at),
    )


def _figures_to(record: BallotRecord) -> ballot_pb2.BallotFigures:
    counted = record.tally
    return ballot_pb2.BallotFigures(
        members=counted.members,
        cast=counted.cast,
        approve=counted.choices[Choice.APPROVE],
        approve_with_comments=counted.choices[Choice.APPROVE_WITH_COMMENTS],
        disapprove=counted.choices[Choice.DISAPPROVE],
        abstain=counted.choices[Choice.ABSTAIN],
        has_quorum=counted.has_quorum(record.rule),
        has_majority=counted.has_majority(record.rule),
    )
