"""The tables of comments on drafts and of ballots."""

from datetime import date

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, text
from sqlmodel import Field

from services.catalog.tables import SCHEMA, one_of, reference
from services.runtime.columns import Moment, TableBase, key_field, moment_field
from standards_tree.drafting.ballots import BallotKind, Choice, Outcome
from standards_tree.drafting.comments import CommentKind, Disposition


class CommentRow(TableBase, table=True):
    """A comment on a draft.

    ``clause_order`` puts comments in the order of the document, ``fingerprint`` finds the same comment sent again, and
    ``disposition`` repeats the last one of its handlings, which lists ask for.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("uq_comment_fingerprint", "draft_id", "fingerprint", unique=True),
        Index("ix_comment_order", "draft_id", "clause_order", "received_on", "comment_id"),
        one_of("kind", CommentKind),
        one_of("disposition", Disposition),
        CheckConstraint("text <> '' OR proposed_change <> ''", name="text"),
        CheckConstraint("commenter <> '' OR organisation <> ''", name="commenter"),
        {"schema": SCHEMA},
    )

    comment_id: str = key_field(primary_key=True)
    draft_id: str = key_field(sa_column_args=reference("draft_id", "draft"))
    fingerprint: str = key_field()
    clause: str
    clause_order: str = key_field()
    paragraph: str
    line: str
    kind: str = key_field()
    commenter: str
    organisation: str
    organisation_key: str = key_field()
    text: str
    proposed_change: str
    received_on: date
    recorded_by: str
    recorded_at: Moment = moment_field()
    disposition: str | None = key_field(default=None, nullable=True)
    version: int = 1


class CommentHandlingRow(TableBase, table=True):
    """What was decided on a comment; the last one holds."""

    __tablename__ = "comment_handling"
    __table_args__ = (
        one_of("disposition", Disposition),
        CheckConstraint("disposition = 'accepted' OR reason <> ''", name="reason"),
        {"schema": SCHEMA},
    )

    comment_id: str = key_field(primary_key=True, sa_column_args=reference("comment_id", "comment"))
    position: int = Field(primary_key=True)
    disposition: str = key_field()
    reason: str
    principal: str
    handled_at: Moment = moment_field()


class ConsultationRow(TableBase, table=True):
    """How many units a draft was sent to for comment, and how many answered."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint(
            "0 <= replied_with_comments AND replied_with_comments <= replied AND replied <= sent_to", name="figures"
        ),
        {"schema": SCHEMA},
    )

    draft_id: str = key_field(primary_key=True, sa_column_args=reference("draft_id", "draft"))
    sent_to: int
    replied: int
    replied_with_comments: int
    recorded_by: str
    recorded_at: Moment = moment_field()
    version: int = 1


class BallotRow(TableBase, table=True):
    """A ballot or review meeting on a draft; shares are held as numerator and denominator."""

    __tablename__ = "ballot"
    __table_args__ = (
        Index("uq_ballot_open", "draft_id", unique=True, postgresql_where=text("outcome = 'open'")),
        Index("ix_ballot_order", "draft_id", "opened_at", "ballot_id"),
        one_of("kind", BallotKind),
        one_of("outcome", Outcome),
        CheckConstraint("opens_on <= closes_on", name="days"),
        CheckConstraint("(outcome = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint(
            "0 < quorum_numerator AND quorum_numerator <= quorum_denominator"
            " AND 0 < approval_numerator AND approval_numerator <= approval_denominator"
            " AND 0 <= opposition_numerator AND opposition_numerator <= opposition_denominator",
            name="rule",
        ),
        {"schema": SCHEMA},
    )

    ballot_id: str = key_field(primary_key=True)
    draft_id: str = key_field(sa_column_args=reference("draft_id", "draft"))
    stage: str = key_field()
    kind: str = key_field()
    outcome: str = key_field()
    document: str = key_field()
    opens_on: date
    closes_on: date
    place: str
    chair: str
    minutes: str = key_field()
    quorum_numerator: int
    quorum_denominator: int
    approval_numerator: int
    approval_denominator: int
    opposition_numerator: int
    opposition_denominator: int
    rule_source: str
    opened_by: str
    opened_at: Moment = moment_field()
    closed_by: str
    closed_at: Moment = Field(default=None, sa_type=DateTime(timezone=True), nullable=True)
    note: str
    version: int = 1


class BallotMemberRow(TableBase, table=True):
    """A voting member on the roll of a ballot; ``member`` is who they sign in as."""

    __tablename__ = "ballot_member"
    __table_args__ = ({"schema": SCHEMA},)

    ballot_id: str = key_field(primary_key=True, sa_column_args=reference("ballot_id", "ballot"))
    member: str = key_field(primary_key=True)
    position: int
    full_name: str
    organisation: str


class VoteRow(TableBase, table=True):
    """A vote; the last one of a member counts."""

    __tablename__ = "vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["ballot_id", "member"],
            [f"{SCHEMA}.ballot_member.ballot_id", f"{SCHEMA}.ballot_member.member"],
            name="fk_vote_member",
        ),
        one_of("choice", Choice),
        CheckConstraint("choice NOT IN ('disapprove', 'approve_with_comments') OR reason <> ''", name="reason"),
        {"schema": SCHEMA},
    )

    ballot_id: str = key_field(primary_key=True)
    member: str = key_field(primary_key=True)
    position: int = Field(primary_key=True)
    choice: str = key_field()
    reason: str
    note: str
    principal: str
    cast_at: Moment = moment_field()
