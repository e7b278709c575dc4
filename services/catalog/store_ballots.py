"""Speak SQL about ballots and review meetings, their rolls and votes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

from sqlalchemy import Table, false, func, insert, select, tuple_, update
from sqlmodel import Session

from services.catalog.store_committees import within_committee
from services.catalog.store_drafts import DRAFT, visible
from services.catalog.tables_comments import BallotMemberRow, BallotRow, VoteRow
from services.runtime.changes import record_change
from services.runtime.masks import require_etag
from services.runtime.paging import Page
from standards_tree.drafting.ballots import BallotKind, BallotRule, Choice, Outcome, Tally, tally
from standards_tree.errors import NotFoundError, PreconditionError
from standards_tree.stages import Stage

BALLOT: Table = BallotRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
MEMBER: Table = BallotMemberRow.__table__  # type: ignore[attr-defined]  # as above
VOTE: Table = VoteRow.__table__  # type: ignore[attr-defined]  # as above


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A voting member: who they sign in as, their name and whom they come from."""

    member: str
    full_name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class VoteRecord:
    """A vote of a member; ``principal`` wrote it down."""

    member: str
    choice: str
    reason: str
    note: str
    principal: str
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Voting:
    """What a ballot is about and when it passes."""

    kind: BallotKind
    opens_on: date
    closes_on: date
    rule: BallotRule
    members: tuple[MemberRecord, ...]
    place: str = ""
    chair: str = ""
    minutes: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BallotRecord:
    """A ballot as it is stored; the fields but for the last two are columns of the same names.

    ``votes`` holds every vote, those that were changed later too: of each member the last one counts. First votes come
    first, then what became of them.
    """

    ballot_id: str
    draft_id: str
    stage: str
    kind: str
    outcome: str
    document: str
    opens_on: date
    closes_on: date
    place: str
    chair: str
    minutes: str
    quorum_numerator: int
    quorum_denominator: int
    approval_numerator: int
    approval_denominator: int
    opposition_numerator: int
    opposition_denominator: int
    rule_source: str
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None
    note: str
    version: int
    members: tuple[MemberRecord, ...] = ()
    votes: tuple[VoteRecord, ...] = ()

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"drafts/{self.draft_id}/ballots/{self.ballot_id}"

    @property
    def order(self) -> tuple[str, ...]:
        """Return what puts lists of ballots in order."""
        return self.opened_at.isoformat(), self.ballot_id

    @property
    def rule(self) -> BallotRule:
        """Return when it passes."""
        return BallotRule(
            Fraction(self.quorum_numerator, self.quorum_denominator),
            Fraction(self.approval_numerator, self.approval_denominator),
            Fraction(self.opposition_numerator, self.opposition_denominator),
            self.rule_source,
        )

    @property
    def tally(self) -> Tally:
        """Return its figures as they stand."""
        last = {vote.member: Choice(vote.choice) for vote in self.votes}
        return tally(len(self.members), last.values())


_COLUMNS = [BALLOT.c[name] for name in BallotRecord.__match_args__[:-2]]


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """A ballot that waits for votes, or for being closed; ``stage`` is where its draft is now."""

    ballot_id: str
    draft_id: str
    title_zh: str
    title_en: str
    closes_on: date
    stage: str
    members: int
    voted: int


def latest_ballot(session: Session, draft_id: str, stage: Stage) -> BallotRecord | None:
    """Return the newest ballot on a draft in *stage*, or None where there was none."""
    query = select(*_COLUMNS).where(BALLOT.c.draft_id == draft_id, BALLOT.c.stage == stage.value)
    query = query.order_by(BALLOT.c.opened_at.desc(), BALLOT.c.ballot_id.desc()).limit(1)
    found = _whole(session, session.connection().execute(query).all())
    return found[0] if found else None


def open_ballots(session: Session, committee: str, limit: int = 1000) -> list[OpenBallot]:
    """Return the open ballots on drafts of *committee* (of all for an empty one), the first to close first."""
    members = select(func.count()).where(MEMBER.c.ballot_id == BALLOT.c.ballot_id).scalar_subquery()
    voted = select(func.count(VOTE.c.member.distinct())).where(VOTE.c.ballot_id == BALLOT.c.ballot_id)
    columns = (BALLOT.c.ballot_id, DRAFT.c.draft_id, DRAFT.c.title_zh, DRAFT.c.title_en, BALLOT.c.closes_on)
    query = (
        select(*columns, DRAFT.c.stage, members, voted.scalar_subquery())
        .select_from(BALLOT.join(DRAFT, DRAFT.c.draft_id == BALLOT.c.draft_id))
        .where(BALLOT.c.outcome == Outcome.OPEN.value, DRAFT.c.discarded == false())
        .order_by(BALLOT.c.closes_on, BALLOT.c.ballot_id)
        .limit(limit)
    )
    if committee:
        query = query.where(within_committee(DRAFT.c.committee_key, committee))
    return [OpenBallot(*row) for row in session.connection().execute(query)]


def get_ballot(session: Session, draft_id: str, ballot_id: str) -> BallotRecord:
    """Return a ballot with its roll and votes.

    Raises:
        NotFoundError: there is none, or its draft is none that who asks may see.
    """
    seen = select(DRAFT.c.draft_id).where(visible())
    query = select(*_COLUMNS).where(
        BALLOT.c.draft_id == draft_id, BALLOT.c.ballot_id == ballot_id, BALLOT.c.draft_id.in_(seen)
    )
    found = _whole(session, session.connection().execute(query).all())
    if not found:
        raise NotFoundError("there is no ballot {name}", name=f"drafts/{draft_id}/ballots/{ballot_id}")
    return found[0]


def list_ballots(session: Session, draft_id: str, page: Page) -> list[BallotRecord]:
    """Return one more than a page of the ballots on a draft, the newest first."""
    order = (BALLOT.c.opened_at, BALLOT.c.ballot_id)
    query = select(*_COLUMNS).where(BALLOT.c.draft_id == draft_id).limit(page.size + 1)
    query = query.order_by(*(column.desc() for column in order))
    if page.after is not None:
        opened_at, ballot_id = page.after
        query = query.where(tuple_(*order) < tuple_(datetime.fromisoformat(str(opened_at)), ballot_id))
    return _whole(session, session.connection().execute(query).all())


def _whole(session: Session, rows: Iterable[Any]) -> list[BallotRecord]:
    """Return ballots with their rolls and votes, which one statement each brings for all."""
    records = [BallotRecord(*row) for row in rows]
    ids = [record.ballot_id for record in records]
    if not ids:
        return []
    members: dict[str, list[MemberRecord]] = {}
    query = select(MEMBER).where(MEMBER.c.ballot_id.in_(ids)).order_by(MEMBER.c.ballot_id, MEMBER.c.position)
    for row in session.connection().execute(query):
        members.setdefault(row.ballot_id, []).append(MemberRecord(row.member, row.full_name, row.organisation))
    votes: dict[str, list[VoteRecord]] = {}
    query = select(VOTE).where(VOTE.c.ballot_id.in_(ids)).order_by(VOTE.c.position, VOTE.c.cast_at, VOTE.c.member)
    for row in session.connection().execute(query):
        vote = VoteRecord(row.member, row.choice, row.reason, row.note, row.principal, row.cast_at)
        votes.setdefault(row.ballot_id, []).append(vote)
    return [
        replace(record, members=tuple(members.get(record.ballot_id, ())), votes=tuple(votes.get(record.ballot_id, ())))
        for record in records
    ]


def create_ballot(session: Session, draft_id: str, document: str, voting: Voting, principal: str) -> BallotRecord:
    """Open a ballot on the text *document* of a draft in review, and return it.

    Raises:
        PreconditionError: another ballot on it is open; names it.
    """
    latest = latest_ballot(session, draft_id, Stage.REVIEW)
    if latest is not None and latest.outcome == Outcome.OPEN:
        raise PreconditionError("{name} is still open; close it before another one begins", name=latest.name)
    ballot_id, rule = uuid4().hex, voting.rule
    values = {
        "ballot_id": ballot_id,
        "draft_id": draft_id,
        "stage": Stage.REVIEW.value,
        "kind": voting.kind.value,
        "outcome": Outcome.OPEN.value,
        "document": document,
        "opens_on": voting.opens_on,
        "closes_on": voting.closes_on,
        "place": voting.place,
        "chair": voting.chair,
        "minutes": voting.minutes,
        "quorum_numerator": rule.quorum.numerator,
        "quorum_denominator": rule.quorum.denominator,
        "approval_numerator": rule.approval.numerator,
        "approval_denominator": rule.approval.denominator,
        "opposition_numerator": rule.opposition.numerator,
        "opposition_denominator": rule.opposition.denominator,
        "rule_source": rule.source,
        "opened_by": principal,
        "closed_by": "",
        "note": voting.note,
        "version": 1,
    }
    session.connection().execute(insert(BALLOT).values(values))
    roll = [
        {
            "ballot_id": ballot_id,
            "member": one.member,
            "position": position,
            "full_name": one.full_name,
            "organisation": one.organisation,
        }
        for position, one in enumerate(voting.members, start=1)
    ]
    session.connection().execute(insert(MEMBER), roll)
    record_change(session, f"drafts/{draft_id}/ballots/{ballot_id}", "opened")
    return get_ballot(session, draft_id, ballot_id)


@dataclass(frozen=True, slots=True)
class NewVote:
    """A vote to be recorded; ``note`` says how the secretary came by it, for one that was not cast here."""

    member: str
    choice: Choice
    reason: str
    note: str = ""


def cast_votes(session: Session, record: BallotRecord, votes: Sequence[NewVote], principal: str) -> BallotRecord:
    """Record votes, keep those the members cast before, and return the ballot.

    Raises:
        PreconditionError: somebody is not on the roll.
    """
    strangers = {vote.member for vote in votes} - {one.member for one in record.members}
    if strangers:
        message = "{member} is not on the roll of {ballot} and has no vote in it"
        raise PreconditionError(message, member=min(strangers), ballot=record.name)
    before: dict[str, int] = {}
    for cast in record.votes:
        before[cast.member] = before.get(cast.member, 0) + 1
    rows = [
        {
            "ballot_id": record.ballot_id,
            "member": vote.member,
            "position": before.get(vote.member, 0) + 1,
            "choice": vote.choice.value,
            "reason": vote.reason,
            "note": vote.note,
            "principal": principal,
        }
        for vote in votes
    ]
    if rows:
        session.connection().execute(insert(VOTE), rows)
        _change(session, record, {})
        record_change(session, record.name, "voted")
    return get_ballot(session, record.draft_id, record.ballot_id)


@dataclass(frozen=True, slots=True)
class Closing:
    """Who closes a ballot, and what they add to it."""

    principal: str
    minutes: str = ""
    note: str = ""


def close_ballot(session: Session, record: BallotRecord, closing: Closing, etag: str) -> BallotRecord:
    """Close a ballot with what its figures come to under its rule, and return it.

    Raises:
        StaleError: *etag* is not that of *record*.
        PreconditionError: it is closed.
    """
    require_etag(etag, record.version)
    if record.outcome != Outcome.OPEN:
        raise PreconditionError("{name} is closed already", name=record.name)
    values = {
        "outcome": record.tally.outcome(record.rule).value,
        "closed_by": closing.principal,
        "closed_at": func.now(),
        "minutes": closing.minutes or record.minutes,
        "note": closing.note or record.note,
    }
    _change(session, record, values)
    record_change(session, record.name, "closed")
    return get_ballot(session, record.draft_id, record.ballot_id)


def _change(session: Session, record: BallotRecord, values: dict[str, Any]) -> None:
    change = update(BALLOT).where(BALLOT.c.ballot_id == record.ballot_id)
    session.connection().execute(change.values(**values, version=BALLOT.c.version + 1))
