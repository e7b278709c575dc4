"""Ballots on a draft: what their figures come to, and when votes may come."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards_tree.drafting.ballots import (
    DEFAULT_RULE,
    BallotKind,
    BallotRule,
    Choice,
    Outcome,
    require_closable,
    require_voting_open,
    tally,
)
from standards_tree.errors import InvalidArgumentError, PreconditionError

FIRST, LAST = date(2099, 3, 1), date(2099, 3, 31)
VOTES = st.lists(st.sampled_from(Choice), max_size=40)


def votes(approve: int = 0, commented: int = 0, disapprove: int = 0, abstain: int = 0) -> list[Choice]:
    """Return so many votes of each kind."""
    counts = zip(Choice, (approve, commented, disapprove, abstain), strict=True)
    return [choice for choice, count in counts for _ in range(count)]


@pytest.mark.parametrize(
    ("members", "cast", "outcome"),
    [
        (40, votes(approve=23), Outcome.REJECTED),
        (40, votes(approve=30), Outcome.APPROVED),
        (40, votes(approve=29), Outcome.REJECTED),
        (40, votes(approve=20, commented=10, disapprove=10), Outcome.APPROVED),
        (40, votes(approve=20, commented=9, disapprove=11), Outcome.REJECTED),
        (40, votes(approve=29, abstain=11), Outcome.REJECTED),
        (1, votes(approve=1), Outcome.APPROVED),
        (3, votes(), Outcome.REJECTED),
    ],
)
def test_three_quarters_take_part_and_three_quarters_are_in_favour(
    members: int, cast: list[Choice], outcome: Outcome
) -> None:
    """Exactly three quarters are enough; who abstains takes part and is not in favour."""
    assert tally(members, cast).outcome(DEFAULT_RULE) is outcome


def test_too_many_against_fail_a_ballot_that_has_its_majority() -> None:
    """Where the rule says so."""
    rule = BallotRule(Fraction(3, 4), Fraction(2, 3), Fraction(1, 4), "示例章程")
    assert tally(10, votes(approve=7, disapprove=2, abstain=1)).outcome(rule) is Outcome.APPROVED
    assert tally(10, votes(approve=7, disapprove=3)).outcome(rule) is Outcome.REJECTED


@given(VOTES, st.integers(0, 20))
def test_one_more_in_favour_never_fails_what_passed(cast: list[Choice], absent: int) -> None:
    """A vote in favour does no harm."""
    before = tally(len(cast) + absent + 1, cast).outcome(DEFAULT_RULE)
    after = tally(len(cast) + absent + 1, [*cast, Choice.APPROVE]).outcome(DEFAULT_RULE)
    assert before is Outcome.REJECTED or after is Outcome.APPROVED


@given(VOTES)
def test_the_figures_add_up(cast: list[Choice]) -> None:
    """Each vote is counted once."""
    counted = tally(50, cast)
    assert counted.cast == len(cast) == counted.in_favour + counted.against + counted.choices[Choice.ABSTAIN]


@pytest.mark.parametrize(
    "rule",
    [
        BallotRule(Fraction(0), Fraction(3, 4), Fraction(1), "示例"),
        BallotRule(Fraction(3, 4), Fraction(5, 4), Fraction(1), "示例"),
        BallotRule(Fraction(3, 4), Fraction(3, 4), Fraction(3, 2), "示例"),
    ],
)
def test_a_rule_nobody_could_keep_is_refused(rule: BallotRule) -> None:
    """Or that everybody would."""
    with pytest.raises(InvalidArgumentError):
        rule.require_sound()


@pytest.mark.parametrize(
    ("outcome", "today", "said"),
    [
        (Outcome.OPEN, date(2099, 2, 28), "begins on 2099-03-01"),
        (Outcome.OPEN, date(2099, 4, 1), "ended on 2099-03-31"),
        (Outcome.APPROVED, FIRST, "closed"),
        (Outcome.REJECTED, LAST, "closed"),
    ],
)
def test_a_vote_comes_neither_early_nor_late(outcome: Outcome, today: date, said: str) -> None:
    """The first and the last day are days for votes."""
    for day in (FIRST, LAST):
        require_voting_open(Outcome.OPEN, FIRST, LAST, day)
    with pytest.raises(PreconditionError, match=said):
        require_voting_open(outcome, FIRST, LAST, today)


def test_a_letter_ballot_ends_after_its_last_day_and_a_meeting_on_it() -> None:
    """Either earlier, once every member has voted."""
    some, every = tally(2, votes(approve=1)), tally(2, votes(approve=2))
    require_closable(BallotKind.LETTER, some, LAST, date(2099, 4, 1))
    require_closable(BallotKind.MEETING, some, LAST, LAST)
    require_closable(BallotKind.LETTER, every, LAST, FIRST)
    with pytest.raises(PreconditionError, match="1 of 2 members"):
        require_closable(BallotKind.LETTER, some, LAST, LAST)
    with pytest.raises(PreconditionError, match="1 of 2 members"):
        require_closable(BallotKind.MEETING, some, LAST, FIRST)
